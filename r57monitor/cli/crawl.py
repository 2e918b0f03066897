"""`r57 crawl`: all due sources in one process, archived, read, stored and published."""

from __future__ import annotations

import atexit
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from scrapy.settings import Settings

from r57monitor.cli.practice_mark import check_practice
from r57monitor.cli.progress import Shown
from r57monitor.cli.session import Session, choose_registry, choose_source, open_session
from r57monitor.clock import VIETNAM, utc_now, vietnam_today
from r57monitor.errors import R57Error
from r57monitor.models import Source
from r57monitor.preferences import Crawl, load_preferences
from r57monitor.registry import is_crawled
from r57monitor.settings import user_agent
from spiders.memory import SourceMemory, load_memory, poll_interval_h
from spiders.options import Counts, CrawlOptions
from spiders.process import run_sources
from spiders.run import CrawlRun
from warehouse.home import Home
from warehouse.segment import SegmentWriter

PUBLISH_EVERY_S = 240.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlRequest:
    """What the user asked for."""

    source_ids: tuple[str, ...] = ()
    registries: tuple[Path, ...] = ()
    since: date | None = None
    max_pages: int | None = None
    max_minutes: float | None = None
    full: bool = False
    publish: bool = True
    due: bool = False  # leave out what is not due, also of the sources named

    @property
    def is_explicit(self) -> bool:
        """Whether sources were named, by id or by a registry: they are visited whether due or not."""
        return bool(self.source_ids or self.registries) and not self.due


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlResult:
    """What came of a crawl. `snapshot` is None where nothing was published."""

    counts: Mapping[str, Counts] = field(default_factory=dict)
    not_due: int = 0
    taken_in: int = 0
    stopped: str | None = None
    snapshot: int | None = None
    problems: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """1 where sources were to be crawled and none could be."""
        tried = [c for c in self.counts.values() if c.state in {"ok", "failing"}]
        return 1 if tried and all(c.state == "failing" for c in tried) else 0


def run_crawl(home: Home, request: CrawlRequest, shown: Shown, engine: str | None = None) -> CrawlResult:
    """Crawl the sources that were named, or else all that are due. Once in a process (Scrapy's reactor starts once).

    Raises UsageError for an unknown source, a broken registry or a home that does not fit; R57Error for what ends the
    whole crawl (a full disk, a home held by another process). Failures of sources are recorded, never raised.
    """
    registry = choose_registry(home, request.registries)
    chosen = _choose(registry, request, shown)
    if check_practice(home, chosen):
        home.prepare()
        home.practice_mark.touch()
    registered = {s.id: s for s in chosen} if request.registries else registry
    return crawl_chosen(home, request, chosen, registered, shown, engine)


def crawl_chosen(
    home: Home, request: CrawlRequest, chosen: Sequence[Source], registered: Mapping[str, Source], shown: Shown, engine: str | None = None
) -> CrawlResult:
    """Crawl sources that were chosen already. registered: those the home is to know from now on. Errors: those of run_crawl."""
    with open_session(
        home, "crawl", registered, shown, publishes=request.publish, publish_every_s=PUBLISH_EVERY_S, only_news=request.due
    ) as session:
        if engine is None:
            result = _crawl(session, chosen, request)
        else:
            from r57monitor.cli.crawl_cluster import crawl_on_cluster

            result = crawl_on_cluster(engine, session, chosen, request)
    problems = tuple(dict.fromkeys((*session.problems, *result.problems)))
    return replace(result, taken_in=session.taken.pages, snapshot=session.snapshot, problems=problems)


def _choose(registry: Mapping[str, Source], request: CrawlRequest, shown: Shown) -> list[Source]:
    named = [choose_source(registry, source_id) for source_id in dict.fromkeys(request.source_ids)] or list(registry.values())
    today = vietnam_today()
    chosen = [source for source in named if is_crawled(source, today)]
    if request.source_ids:
        for source in named:
            if source not in chosen:
                shown.say(f"{source.id} is not crawled: it is {source.kind}, or not active on {today:%d/%m/%Y}")
    if not chosen:
        named_places = ", ".join(map(str, request.registries or request.source_ids)) or "the registry"
        raise R57Error(
            f"there is no source to crawl: none is active in {named_places}. Add one with `r57 sources add URL`, or see `r57 sources list`."
        )
    return chosen


def due_sources(
    session: Session, chosen: Sequence[Source], request: CrawlRequest, memory: Mapping[str, SourceMemory] | None = None
) -> list[Source]:
    """Of the sources chosen, those to visit now: named ones always. memory: theirs, where it was read already."""
    past = load_memory(session.archive, session.journal, {s.id: s for s in chosen}, session.report) if memory is None else memory
    interval_h = load_preferences(session.home.path).values.crawl.interval_h
    due = [s for s in chosen if request.is_explicit or _is_due(s, past[s.id], interval_h)]
    if not due:
        session.shown.say("no source is due yet; name sources to visit them all the same")
    return due


def _crawl(session: Session, chosen: Sequence[Source], request: CrawlRequest) -> CrawlResult:
    memory = load_memory(session.archive, session.journal, {s.id: s for s in chosen}, session.report)
    due = due_sources(session, chosen, request, memory)
    if not due:
        return CrawlResult(not_due=len(chosen))
    writer = SegmentWriter(session.home.archive, withheld=session.withheld)
    run = CrawlRun(
        archive=session.archive,
        writer=writer,
        journal=session.journal,
        memory=memory,
        options=_options(request, session.home.is_practice, load_preferences(session.home.path).values.crawl),
        reader=session.readers(),
        rows=session.loader,
        progress=session.shown,
    )
    visit(session, due, run, writer)
    return CrawlResult(counts=run.counts, not_due=len(chosen) - len(due), stopped=run.stopped)


def visit(session: Session, sources: Sequence[Source], run: CrawlRun, writer: SegmentWriter) -> None:
    """Crawl the sources; then the segments written are closed and counted as loaded. Raises the fault that ended the run early."""
    try:
        run_sources(sources, run, scrapy_settings(session.home))
    finally:
        closed = writer.close()
    if run.fault is not None:
        raise run.fault
    for name in closed:
        session.loader.finish_segment(name)


def _is_due(source: Source, past: SourceMemory, interval_h: float) -> bool:
    if past.last_begun is None or past.unfinished:
        return True
    now = utc_now()
    return now - past.last_begun >= timedelta(hours=poll_interval_h(source, past, now, interval_h))


def _options(request: CrawlRequest, practice: bool, wanted: Crawl) -> CrawlOptions:
    since = datetime.combine(request.since, time(), VIETNAM).astimezone(UTC) if request.since else None
    return CrawlOptions(
        since=since,
        max_pages=request.max_pages,
        max_minutes=request.max_minutes,
        full=request.full,
        is_explicit=request.is_explicit,
        practice=practice,
        parallel=wanted.parallel,
        interval_h=wanted.interval_h,
    )


def scrapy_settings(home: Home) -> Settings:
    """Scrapy's settings for a crawl into this home; the log goes to a file under it."""
    settings = Settings()
    settings.setmodule("r57monitor.settings", priority="project")
    wanted = load_preferences(home.path).values.crawl
    settings.set("USER_AGENT", user_agent(wanted.contact), "cmdline")
    settings.set("DOWNLOAD_DELAY", wanted.delay_s, "project")  # below a source's own: Scrapy lays these over each crawler's once more
    if wanted.proxy:
        settings.set("PROXY", wanted.proxy, "cmdline")
    if wanted.ca_file:
        settings.set("CA_FILE", str(wanted.ca_file), "cmdline")
    home.logs.mkdir(parents=True, exist_ok=True)
    log = home.logs / f"crawl-{utc_now():%Y%m%dT%H%M%SZ}-{os.getpid()}.log"
    settings.set("LOG_FILE", str(log), "cmdline")
    atexit.register(_drop_empty, log)
    return settings


def _drop_empty(log: Path) -> None:
    """A crawl that had nothing to say leaves no file."""
    with suppress(OSError):
        if log.stat().st_size == 0:
            log.unlink()
