"""One crawl: all its sources in one Scrapy process, what they share, and how it ends."""

from __future__ import annotations

import asyncio
import itertools
import os
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from scrapy import Spider
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.settings import Settings

from r57monitor.clock import utc_now
from r57monitor.errors import R57Error
from r57monitor.models import Article, RawPage, Source
from spiders.causes import Cause
from spiders.chromium import browser_problem
from spiders.commits import SharedSync
from spiders.garbage import Garbage
from spiders.leads import Lead
from spiders.memory import SourceMemory, poll_interval_h
from spiders.options import Counts, CrawlOptions, Progress, Reader, Rows
from spiders.verdict import UNREADABLE
from warehouse.archive import Archive
from warehouse.index import IndexEntry
from warehouse.journal import Journal
from warehouse.records import ArchivedPage, HttpHeads
from warehouse.segment import SegmentWriter

_NO_PAGES = frozenset({"robots", "joined"})  # roles of records that count as no page of a site
_SHOW_S = 0.2  # between two showings of the progress


@dataclass(slots=True)
class CrawlRun:
    """What the spiders of one crawl share."""

    archive: Archive
    writer: SegmentWriter
    journal: Journal
    memory: dict[str, SourceMemory]
    options: CrawlOptions
    reader: Reader
    rows: Rows
    progress: Progress
    spider: type[Spider] | None = None  # instead of the sources' own
    given: dict[str, list[Lead]] = field(default_factory=dict)  # addresses named by the user, instead of entry pages
    counts: dict[str, Counts] = field(default_factory=dict)
    robots_sitemaps: dict[str, list[Lead]] = field(default_factory=dict)
    failed: list[tuple[str, str]] = field(default_factory=list)  # (address, cause)
    asked: int = 0
    stopped: str | None = None
    fault: R57Error | None = None
    _waiting: dict[str, ArchivedPage] = field(default_factory=dict)  # archived, not yet read
    _spiders: dict[str, Any] = field(default_factory=dict)  # running ones by source
    _crawlers: set[Crawler] = field(default_factory=set)
    _stopping: set[asyncio.Task[None]] = field(default_factory=set)
    _safe: SharedSync = field(init=False)
    _shown: float = 0.0  # when, by time.monotonic
    _garbage: Garbage = field(default_factory=Garbage)

    def __post_init__(self) -> None:
        self._safe = SharedSync(self.writer.sync, self.writer.drop_unsafe)

    def attach(self, spider: Any) -> None:
        """Let a source's spider know what its pages turn out to be."""
        self._spiders[spider.source.id] = spider

    def interval_h(self, source: Source) -> float:
        return poll_interval_h(source, self.memory[source.id], utc_now(), self.options.interval_h)

    def has_budget(self) -> bool:
        """Whether one more page may be asked for; counts it."""
        if self.stopped or (self.options.max_pages is not None and self.asked >= self.options.max_pages):
            return False
        self.asked += 1
        return True

    async def archive_fetch(
        self, raw: RawPage, http: HttpHeads | None, cycle: str, elapsed_ms: int | None, known: IndexEntry | None = None
    ) -> ArchivedPage:
        """Make a fetch safe, together with others that come at the same time; an unchanged page becomes a revisit of `known`.

        A disk that refuses ends the crawl: what cannot be kept is not fetched.
        """
        try:
            self.rows.check()
            page = self.writer.add(raw, http, cycle=cycle, elapsed_ms=elapsed_ms, known=known)
            await self._safe.wait()
        except R57Error as error:
            self.fail(error)
            raise
        self._garbage.note(len(raw.body) + len(page.raw.body))
        if raw.role not in _NO_PAGES:
            self.counts[raw.source_id].pages += 1
        self._show()
        return page

    def expect(self, page: ArchivedPage) -> None:
        """Remember an archived page until it has been read."""
        self._waiting[page.raw.record_id] = page

    def settle(self, page: ArchivedPage, outcome: str) -> None:
        """Queue the row of a page that nobody reads."""
        self.rows.add(page, outcome, None, page.error)

    async def advance(self, stage: str, article: Article) -> Article:
        """One stage of reading, in a worker process."""
        return await self.reader.advance(stage, article)

    async def work(self, task: Callable[..., Any], *args: Any) -> Any:
        """Any other task on a page, in a worker process, before the readings that wait."""
        return await self.reader.work(task, *args)

    def keep(self, raw: RawPage, outcome: str, article: Article | None = None, error: str | None = None) -> None:
        """Queue the rows of a page that was read; one that broke its reader is also journaled by name."""
        page = self._waiting.pop(raw.record_id)
        if outcome == "set_aside":
            self.counts[raw.source_id].failures += 1
            self._journal("failure", source=raw.source_id, cycle=page.cycle, url=raw.url, role="reading", cause=UNREADABLE, error=error)
        spider = self._spiders.get(raw.source_id)
        if spider is not None:
            spider.note_reading(raw, outcome, article)
        self.rows.add(page, outcome, article, error)
        self._show()

    def note_failure(self, spider: Any, lead: Lead, cause: Cause, error: str | None) -> None:
        """Journal a request that gave no page."""
        self.failed.append((lead.url, cause.words))
        self._journal(
            "failure",
            cycle=spider.cycle,
            source=spider.source.id,
            url=lead.url,
            role=lead.role,
            cause=cause.words,
            status=cause.status,
            passes=cause.passes or None,
            error=error,
            list_title=lead.title,
            referrer=lead.referrer,
        )
        self._show()

    def _show(self) -> None:
        """Bring the progress up to date, not for every page: with many sources that costs more than a page's row."""
        if (now := time.monotonic()) - self._shown >= _SHOW_S:
            self._shown = now
            self.progress.update(self.counts)

    def note_pause(self, source_id: str, host: str, until: datetime) -> None:
        """Journal that a host asked to be left alone until an instant."""
        self._journal("asked_to_wait", source=source_id, host=host, until=until.isoformat())

    def _journal(self, event: str, **details: Any) -> None:
        try:
            self.rows.add_entry(self.journal.append(event, **details))
        except R57Error as error:
            self.fail(error)

    def unfinished_entries(self, source_id: str) -> Iterator[ArchivedPage]:
        """Feeds, sitemaps and listings that a broken-off cycle had archived."""
        return self._iterate(self.memory[source_id].entry_pages)

    def unjoined_pages(self, source_id: str, limit: Callable[[str], int]) -> Iterator[ArchivedPage]:
        """First pages of articles whose later pages earlier cycles did not get. limit: how often each is asked for, by name."""
        return self._iterate(sorted(self.memory[source_id].unjoined.due(limit), key=lambda pair: pair[0]))

    def archived_part(self, url: str, first: RawPage) -> RawPage | None:
        """A later page that a cycle broken off had archived after that first page; None where there is none."""
        found = self.memory[first.source_id].unjoined.parts.pop(url, None)
        if found is None or found[1].fetched < first.fetched_at:
            return None
        return next((page.raw for page in self._iterate([found]) if not page.error), None)

    def leading_pages(self, source_id: str) -> Iterator[ArchivedPage]:
        """Pages of broken-off cycles that name files or lead elsewhere: whether those were followed is not known."""
        return self._iterate(self.memory[source_id].unjoined.leading)

    def _iterate(self, chosen: Iterable[tuple[Path, IndexEntry]]) -> Iterator[ArchivedPage]:
        for segment, entries in itertools.groupby(chosen, key=lambda pair: pair[0]):
            yield from self.archive.iterate(segment, partial(_is_among, {entry.record_id for _, entry in entries}))

    def fail(self, error: R57Error) -> None:
        """End the crawl with a fault; what is archived stays."""
        self.fault = self.fault or error
        self.stop(str(error))

    def stop(self, why: str) -> None:
        """End the crawl in order: no new requests, what is under way is finished and stored."""
        if self.stopped:
            return
        self.stopped = why
        for crawler in self._crawlers:
            self._stop_crawler(crawler)

    def _stop_crawler(self, crawler: Crawler) -> None:
        task = asyncio.ensure_future(self._stop_when_running(crawler))
        self._stopping.add(task)
        task.add_done_callback(self._stopping.discard)

    async def _stop_when_running(self, crawler: Crawler) -> None:
        """A crawler that is only just starting takes no stop; it gets one as soon as it runs."""
        while crawler in self._crawlers:
            if crawler.engine is not None and crawler.engine.running:
                await crawler.stop_async()
                return
            await asyncio.sleep(0.05)

    async def crawl_source(self, process: AsyncCrawlerProcess, source: Source, settings: Settings) -> None:
        """One cycle of one source, from its journal entry to its journal entry."""
        if self.stopped:
            return
        counts = self.counts[source.id]
        counts.state = "running"
        cycle = f"{source.id}-{utc_now():%Y%m%dT%H%M%S%fZ}-{os.getpid()}"
        if source.id not in self.given:
            self._journal("cycle_begun", cycle=cycle, source=source.id, practice=self.options.practice)
        if why := browser_problem(source):
            counts.state, counts.cause = "failing", why
            self._journal_end(source, cycle, None, is_broken=False)
            self.progress.update(self.counts)
            return
        crawler = Crawler(self.spider or spider_class(source), settings)
        self._crawlers.add(crawler)
        try:
            await process.crawl(crawler, source=source, run=self, cycle=cycle)
        except Exception as error:  # noqa: BLE001 (one source that cannot start must not end the others)
            counts.state, counts.cause = "failing", f"{type(error).__name__}: {error}"
        finally:
            self._crawlers.discard(crawler)
            self._spiders.pop(source.id, None)
        self._end_cycle(crawler, source, cycle)

    def _end_cycle(self, crawler: Crawler, source: Source, cycle: str) -> None:
        counts = self.counts[source.id]
        spider: Any = crawler.spider
        broken = crawler.stats.get_value("spider_exceptions/count") if crawler.stats else None
        if spider is not None and counts.state == "running":
            counts.state, counts.cause = spider.outcome()
            if broken:
                counts.state, counts.cause = "failing", f"{broken} faults in the spider, see the log"
        counts.waiting = 0
        if source.id not in self.given:
            self._journal_end(source, cycle, spider, bool(broken))
        self.progress.update(self.counts)

    def _journal_end(self, source: Source, cycle: str, spider: Any, is_broken: bool) -> None:
        counts = self.counts[source.id]
        whole = not self.stopped and spider is not None and not spider.was_cut and not is_broken and counts.state == "ok"
        outcome, cause = counts.state, counts.cause
        if self.stopped and outcome != "failing":
            cause = self.stopped
            if counts.articles == 0 and not (spider is not None and spider.tally.has_confirmed):
                outcome = "stopped"  # before it brought anything: such a day is not observed, and the source not silent
        self._journal(
            "cycle_ended",
            cycle=cycle,
            source=source.id,
            outcome=outcome,
            cause=cause,
            pages=counts.pages,
            articles=counts.articles,
            failures=counts.failures,
            complete=whole,
            found=spider.tally.found if spider is not None else None,
            practice=self.options.practice,
        )


def _is_among(wanted: set[str], entry: IndexEntry) -> bool:
    return entry.record_id in wanted


def spider_class(source: Source) -> type[Spider]:
    """The source's own class in spiders/sites, where data could not say everything; else SourceSpider."""
    import importlib
    import importlib.util

    from spiders.base import SourceSpider

    name = f"spiders.sites.{source.id.replace('-', '_')}"
    if importlib.util.find_spec(name) is None:
        return SourceSpider
    return importlib.import_module(name).SiteSpider  # type: ignore[no-any-return]
