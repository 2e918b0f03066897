"""Looks at one site without keeping anything: its front page, feeds, sitemaps, sections and a few articles.

The requests are a crawl's own (address guard, robots.txt, pauses, limits), made one after another by a plan.
"""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, cast

from scrapy import Request
from scrapy.settings import Settings

from r57monitor.models import Article, RawPage, Source
from spiders.base import SourceSpider
from spiders.causes import find_cause, status_in_words
from spiders.leads import Lead
from spiders.memory import SourceMemory
from spiders.options import CrawlOptions
from spiders.process import run_sources
from spiders.run import CrawlRun
from warehouse.archive import Archive
from warehouse.journal import Entry, Journal
from warehouse.records import ArchivedPage
from warehouse.segment import SegmentWriter


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one request: a page, or why there is none, in words."""

    page: RawPage | None
    cause: str | None = None


Plan = Callable[["Scout"], Awaitable[None]]


class Scout(SourceSpider):
    """Runs a plan that asks for one page after another."""

    plan: ClassVar[Plan]

    async def start(self) -> AsyncIterator[Any]:
        await type(self).plan(self)
        requests: tuple[Request, ...] = ()  # the plan has made its own
        for request in requests:
            yield request

    async def fetch(self, lead: Lead) -> Answer:
        """One page, as a crawl would get it; a failure comes back in words."""
        request = Request(lead.url, dont_filter=True, meta={"lead": lead, "dont_retry": lead.is_probe})
        try:
            response = await cast(Any, self.crawler.engine).download_async(request)
        except Exception as error:  # noqa: BLE001 (whatever one address does, the plan goes on; the cause is told)
            return Answer(None, find_cause(error, request.url).words)
        if response.status != 200:
            return Answer(None, status_in_words(response.status))
        asked = response.request or request
        page: ArchivedPage = asked.meta["page"]
        return Answer(page.raw)

    def declared_sitemaps(self) -> list[Lead]:
        """Sitemaps that the robots.txt files read so far name."""
        return [lead for leads in self.run.robots_sitemaps.values() for lead in leads]


class _Nothing:
    """Stands where a crawl has readers, rows and progress: nothing of a look around is kept."""

    async def advance(self, stage: str, article: Article) -> Article:
        return article

    async def work(self, task: Callable[..., Any], *args: Any) -> Any:
        return task(*args)

    def add(self, page: ArchivedPage, outcome: str, article: Article | None, error: str | None) -> None: ...

    def add_entry(self, entry: Entry) -> None: ...

    def check(self) -> None: ...

    def update(self, counts: Any) -> None: ...


def scout(source: Source, plan: Plan, settings: Settings) -> None:
    """Run a plan at one source. Once in a process (Scrapy's reactor starts once); whatever the plan raises is raised here."""
    faults: list[BaseException] = []

    async def guarded(spider: Scout) -> None:
        try:
            await plan(spider)
        except Exception as fault:  # noqa: BLE001 (Scrapy would only log it)
            faults.append(fault)

    with tempfile.TemporaryDirectory(prefix="r57-scout-") as folder:
        place = Path(folder)
        nothing = _Nothing()
        with SegmentWriter(place / "archive") as writer:
            run = CrawlRun(
                archive=Archive(place / "archive"),
                writer=writer,
                journal=Journal(place / "journal"),
                memory={source.id: SourceMemory()},
                options=CrawlOptions(is_explicit=True),
                reader=nothing,
                rows=nothing,
                progress=nothing,
                spider=cast(Any, type("PlannedScout", (Scout,), {"plan": staticmethod(guarded)})),
            )
            run_sources([source], run, settings)
    if faults:
        raise faults[0]
    if run.fault is not None:
        raise run.fault
