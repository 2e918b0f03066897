"""The parts of `r57 demo`: a module of its own, so that other commands need not load the practice web."""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import datetime, timedelta
from pathlib import Path

from rich.console import Console

from r57monitor.calendar import monday_of, name_week
from r57monitor.cli.dashboard import DEFAULT_PORT, check_port, serve_dashboard
from r57monitor.cli.demo_summary import summary_lines
from r57monitor.cli.notes import in_words, tell
from r57monitor.clock import VIETNAM, vietnam_day
from r57monitor.errors import R57Error
from r57monitor.practice.play import Commands, diary_of, mark_home, practice_folder
from r57monitor.practice.schedule import Diary, instants_to_play, visit_instants
from r57monitor.practice.server import Practice
from r57monitor.practice.sources import write_registry
from warehouse.home import Home

DIGEST_WEEKS = 2  # the last full weeks played


def serve_last_day() -> None:
    """Serve the last day of the practice web until stopped, with the registry's path on a line of its own."""
    with tempfile.TemporaryDirectory(prefix="r57-practice-") as folder, Practice(visit_instants()[-1]) as practice:
        registry = write_registry(practice.web, Path(folder))
        sys.stdout.write(f"{registry}\n")
        sys.stdout.flush()
        first, last = practice.web.sites[0], practice.web.sites[-1]
        tell(f"Serving {len(practice.web.sites)} practice sites, {first.address}/ to {last.address}/, until stopped (Ctrl-C).", err=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            tell("Stopped.", err=True)


def play_demo(home: Home, days: int | None, dashboard: bool) -> None:
    """Play the days that this home has not seen, publish, write digests; then the dashboard, where it is wanted."""
    mark_home(home)
    if dashboard:
        check_port(DEFAULT_PORT)
    wanted = visit_instants(days)
    diary = diary_of(home)
    began = time.monotonic()
    with Practice(wanted[-1]) as practice, Commands(home) as commands:
        registry = write_registry(practice.web, practice_folder(home))
        _play_days(practice, commands, diary, registry, wanted)
        last = max([*diary.played(), wanted[-1]])
        practice.set_instant(last)
        tell("Publishing …")
        published = commands.run(["publish"], last)
        if published.exit_code:
            raise R57Error(f"`r57 publish` failed: {published.message}")
        digests = _write_digests(commands, last)
        _summarize(home, digests, time.monotonic() - began)
        if dashboard:
            tell(f"Dashboard: http://127.0.0.1:{DEFAULT_PORT}/  (stop with Ctrl-C)")
            serve_dashboard(home, DEFAULT_PORT)


def _play_days(practice: Practice, commands: Commands, diary: Diary, registry: Path, wanted: Sequence[datetime]) -> None:
    waiting = instants_to_play(wanted, diary.played())
    if len(waiting) < len(wanted):
        tell(f"{len(wanted) - len(waiting)} of {len(wanted)} days are already in this home (an empty --home plays them all).")
    console = Console()
    for instant in waiting:
        label = f"Day {wanted.index(instant) + 1}/{len(wanted)} · {instant.astimezone(VIETNAM):%d/%m/%Y %H:%M}"
        practice.set_instant(instant)
        with console.status(in_words(f"{label} · crawling …")) if console.is_terminal else nullcontext():
            played = commands.crawl(registry, instant)
        counts = f"{played.pages} pages, {played.new_articles} new articles, {played.failures} failures"
        tell(f"{label} · {counts} ({played.seconds:.0f} s)")
        log = commands.home.logs / "demo.log"
        if not played.exit_code:
            diary.add(instant)
        elif played.exit_code == 2 or not diary.played():  # without a baseline the other days would mean nothing
            raise R57Error(f"the crawl failed: {played.message} (details: {log})")
        else:
            tell(f"  this crawl failed ({played.message}); going on with the next day. Details: {log}", err=True)


def _write_digests(commands: Commands, last: datetime) -> list[str]:
    """Digests of the last full weeks played; returns the weeks written."""
    written = []
    after = monday_of(vietnam_day(last) + timedelta(days=1))  # of the week that is not full yet
    for back in range(DIGEST_WEEKS, 0, -1):
        name = name_week(after - timedelta(weeks=back))
        ran = commands.run(["digest", "--week", name, "--format", "html,md"], last)
        if ran.exit_code:
            tell(f"  the digest of {name} failed: {ran.message}", err=True)
        else:
            written.append(name)
    return written


def _summarize(home: Home, weeks: Sequence[str], seconds: float) -> None:
    tell("")
    for line in summary_lines(home, weeks, seconds):
        tell(line)
