"""The service: visits in rounds, alerts, mail, the weekly digest, absences told, old logs dropped; stopped in order by SIGTERM."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from r57monitor.calendar import name_week
from r57monitor.clock import VIETNAM, utc_now, vietnam_day, vietnam_today
from r57monitor.delivery.outbox import Outbox
from r57monitor.delivery.watch import is_time_to_tell
from r57monitor.ending import end_process
from r57monitor.errors import R57Error
from r57monitor.models import Source
from r57monitor.preferences import Loaded
from r57monitor.service.absence import find_absences
from r57monitor.service.log import drop_old_logs
from r57monitor.service.metrics import Metrics
from warehouse.desk import list_standings
from warehouse.home import Home
from warehouse.journal import Journal

STOP_PATIENCE_S = 300.0  # a crawl that is asked to stop stores what it has
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(slots=True)
class Service:
    """One home being looked after. `sources` are the registry's, `registries` the files to hand on to the crawl."""

    home: Home
    settings: Loaded
    sources: dict[str, Source]
    log: Any
    registries: Sequence[Path] = ()
    metrics: Metrics = field(default_factory=Metrics)
    _told_alive: set[tuple[date, bool]] = field(default_factory=set)
    _stopping: threading.Event = field(default_factory=threading.Event)
    _children: list[subprocess.Popen[str]] = field(default_factory=list)

    def run(self) -> None:
        """Work until stop() is called, by SIGTERM for instance."""
        wanted = self.settings.values.serve
        logging.getLogger("apscheduler").setLevel(logging.ERROR)  # that a round outlasts the next look is no fault
        scheduler = BackgroundScheduler(
            timezone=VIETNAM,
            executors={"default": ThreadPoolExecutor(1), "readers": ThreadPoolExecutor(1)},  # one writes at a time; a digest need not wait
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        every = IntervalTrigger(minutes=wanted.check_every_min)
        scheduler.add_job(self._safely(self.visit), every, id="visit", next_run_time=utc_now())
        at = wanted.digest_at
        weekly = CronTrigger(day_of_week=_DAYS[wanted.digest_day - 1], hour=at.hour, minute=at.minute, timezone=VIETNAM)
        scheduler.add_job(self._safely(self.write_due_digest), weekly, id="digest", executor="readers")
        scheduler.add_job(self._safely(self.prune), CronTrigger(hour=2, minute=30, timezone=VIETNAM), id="prune")
        scheduler.add_job(self._safely(self.keep_house), CronTrigger(hour=0, minute=10, timezone=VIETNAM), id="house", executor="readers")
        scheduler.add_job(self._safely(self.send_due), IntervalTrigger(minutes=1), id="outbox", executor="readers")
        server = self._serve_metrics(wanted.metrics_port)
        self.log.info("started", home=str(self.home.path), process=os.getpid(), sources=len(self.sources))
        self._safely(self.keep_house)()
        self._safely(self.write_due_digest)()  # what fell due while nothing ran
        scheduler.start()
        try:
            self._stopping.wait()
        finally:
            scheduler.remove_all_jobs()
            self._end_children()
            scheduler.shutdown(wait=True)
            if server is not None:
                server.shutdown()
            self.log.info("stopped")

    def run_once(self) -> int:
        """One round: visit what is due, tell absences, write the digest that is due. Returns the crawl's exit code."""
        self.keep_house()
        code = self.visit()
        self.write_due_digest()
        return code

    def stop(self) -> None:
        """Ask run() to end: the crawl under way is ended in order."""
        self._stopping.set()

    def visit(self) -> int:
        """One round: a crawl of the sources that are due, in a process of its own. Returns its exit code."""
        held = self.home.holder()
        self._tell_alive(bool(held))
        if held:
            self.log.warning("the home is in use; this round is left out", holder=held)
            self.metrics.rounds.labels("held").inc()
            return 0
        minutes = self.settings.values.serve.max_cycle_min
        named = [part for path in self.registries for part in ("--sources", str(path))]
        code = self._run("crawl", "--due", "--max-minutes", f"{minutes:g}", *named)
        self.metrics.rounds.labels("ok" if code == 0 else "failed").inc()
        self.metrics.set("r57_last_round_timestamp_seconds", "When the last round of visits ended", utc_now().timestamp())
        with suppress(R57Error):
            self.metrics.read_home(self.home)
        self.tell_alerts()
        self.send_approved()
        return code

    def send_approved(self) -> None:
        """Mail what was approved since, where the settings name groups that get each digest."""
        groups = [part for group in self.settings.values.mail.digest_groups for part in ("--group", group)]
        if groups:
            for standing, _ in list_standings(self.home):
                if standing.state == "approved":
                    self._run("digest", "send", standing.name, *groups, "--by", "r57 serve")

    def tell_alerts(self) -> None:
        """Ask the alert rules, where there are any, of what is published now."""
        if self.home.resolve_published() and any(self.home.alerts.glob("*.toml")):
            self._run("alerts", "run")

    def send_due(self) -> None:
        """Send what waits in the outbox and has come to its time, and alerts that waited for the quiet hours to end."""
        outbox = Outbox(self.home.path)
        if outbox.has_due() or is_time_to_tell(outbox, self.settings.values.alerts, utc_now()):
            self._run("outbox", "send")

    def write_due_digest(self) -> None:
        """The digest of the last whole week, once its hour has come and where it was not written before."""
        wanted = self.settings.values.serve
        week = due_week(utc_now().astimezone(VIETNAM), wanted.digest_day, wanted.digest_at.hour, wanted.digest_at.minute)
        if not self.home.resolve_published() or list(self.home.digests.glob(f"diem-bao-{week}.*")) or not self._has_seen(week):
            return
        code = self._run("digest", "--week", week, "--format", ",".join(wanted.digest_formats))
        self.metrics.digests.labels("ok" if code == 0 else "failed").inc()

    def keep_house(self) -> None:
        """Tell the absences of the days gone by, and drop logs that are old."""
        journal = Journal(self.home.journal)
        today = vietnam_today()
        found = find_absences(journal.iterate(), self.sources, today, self.settings.values.crawl.interval_h)
        for absence in found:
            journal.append("not_run", source=absence.source_id, day=absence.day.isoformat(), cause=absence.cause)
        dropped = drop_old_logs(self.home.logs, self.settings.values.serve.log_keep_days, utc_now())
        if found or dropped:
            self.log.info("kept house", absences=len(found), logs_dropped=len(dropped))

    def prune(self) -> None:
        """Once a night, between two visits: old bodies that nothing rests on leave the archive, where the settings say so."""
        if self.settings.values.archive.keep_days and not self.home.holder():
            self._run("archive", "prune", "--now")

    def _tell_alive(self, held: bool) -> None:
        """Journal once a day that the service ran, and whether it found the home free: absences are explained by it."""
        told = (vietnam_today(), held)
        if told not in self._told_alive:
            Journal(self.home.journal).append("service_alive", held=held or None)
            self._told_alive.add(told)

    def _has_seen(self, week: str) -> bool:
        """Whether any source was visited in that week; a new home owes no digest of the time before it."""
        for entry in Journal(self.home.journal).iterate():
            if entry["event"] == "cycle_begun":
                day = vietnam_day(datetime.fromisoformat(str(entry["at"])))
                if name_week(day) <= week:
                    return True
        return False

    def _run(self, *arguments: str) -> int:
        """One of our own commands as a child; its lines go to the log."""
        if self._stopping.is_set():
            return 0
        command = [sys.executable, "-m", "r57monitor", "--home", str(self.home.path), *arguments]
        self.log.info("begins", command=arguments[0])
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
        )
        self._children.append(child)
        try:
            for line in child.stdout or ():
                if line.strip():
                    self.log.info("said", command=arguments[0], line=line.rstrip())
            code = child.wait()
        finally:
            self._children.remove(child)
            if child.stdout is not None:
                child.stdout.close()
        was_told = self._stopping.is_set() and code == -signal.SIGTERM  # one that was done but for its last words
        self.log.log(logging.INFO if code == 0 or was_told else logging.ERROR, "ended", command=arguments[0], code=code)
        return code

    def _end_children(self) -> None:
        for child in list(self._children):
            end_process(child, STOP_PATIENCE_S)

    def _serve_metrics(self, port: int) -> Any:
        if not port:
            return None
        try:
            return self.metrics.serve(port)
        except OSError as error:
            raise R57Error(f"port {port} for the metrics is in use ({error.strerror}); set another serve.metrics_port.") from error

    def _safely(self, job: Callable[[], Any]) -> Callable[[], None]:
        """A job whose fault is logged and does not end the service."""

        def work() -> None:
            try:
                job()
            except R57Error as error:
                self.log.error("fault", job=job.__name__, why=str(error))
            except Exception:
                self.log.exception("fault", job=job.__name__)

        return work


def due_week(now: datetime, day: int, hour: int, minute: int) -> str:
    """The week whose digest was the last to fall due: the one before the last `day` (1 is Monday) at hour:minute.

    now: in Vietnam time. Returns "2025-W40".
    """
    due = now.replace(hour=hour, minute=minute, second=0, microsecond=0) - timedelta(days=(now.isoweekday() - day) % 7)
    if due > now:
        due -= timedelta(days=7)
    return name_week(due.date() - timedelta(days=7))
