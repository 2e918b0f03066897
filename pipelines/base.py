"""The stages as Scrapy item pipelines: each hands the article to its function and turns a discard into a dropped item and a counter.

The functions themselves are loaded only in the processes that read (chain.py): a crawl begins a second sooner without them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Protocol, cast

from r57monitor.errors import Discard
from r57monitor.models import Article, RawPage

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.exceptions import DropItem


class SetAside(Exception):  # noqa: N818 (named for what happens to the page)
    """A page that broke or hung the process that read it, twice; the message says in which stage and how."""


class Reading(Protocol):
    """What a running crawl offers its pipelines: reading in workers, and rows for the warehouse."""

    async def advance(self, stage: str, article: Article) -> Article:
        """The article after one more stage. Raises Discard or SetAside."""

    def keep(self, raw: RawPage, outcome: str, article: Article | None = None, error: str | None = None) -> None:
        """Queue the rows of one archived page."""


class StagePipeline:
    """One stage as a Scrapy item pipeline; a subclass only names the stage."""

    stage: ClassVar[str]

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.run: Reading = cast("Any", crawler.spider).run

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> StagePipeline:
        return cls(crawler)

    async def process_item(self, item: Article) -> Article:
        try:
            return await self.run.advance(self.stage, item)
        except Discard as loss:
            raise self._drop(item, "discarded", str(loss), "DEBUG") from loss
        except SetAside as fault:
            raise self._drop(item, "set_aside", str(fault), "INFO") from fault

    def _drop(self, item: Article, outcome: str, why: str, log_level: str) -> DropItem:
        from scrapy.exceptions import DropItem  # here, and not in the processes that read: Scrapy takes half their memory

        self.crawler.stats.inc_value(f"r57/{outcome}/{why}")
        self.run.keep(item.raw, outcome, None, why)
        return DropItem(why, log_level=log_level)


class CleanPipeline(StagePipeline):
    stage = "clean"


class DegarblePipeline(StagePipeline):
    stage = "degarble"


class ScreenPipeline(StagePipeline):
    stage = "screen"


class DocumentsPipeline(StagePipeline):
    stage = "documents"


class RelevancePipeline(StagePipeline):
    stage = "relevance"


class ProvincesPipeline(StagePipeline):
    stage = "provinces"


class FiguresPipeline(StagePipeline):
    stage = "figures"


class FingerprintPipeline(StagePipeline):
    stage = "fingerprint"


ORDER: tuple[type[StagePipeline], ...] = (
    CleanPipeline,
    DegarblePipeline,
    ScreenPipeline,
    DocumentsPipeline,
    RelevancePipeline,
    ProvincesPipeline,
    FiguresPipeline,
    FingerprintPipeline,
)


def item_pipelines() -> dict[str, int]:
    """Scrapy's ITEM_PIPELINES: the stages in order, then the store."""
    paths = [*(f"{__name__}.{pipeline.__name__}" for pipeline in ORDER), "pipelines.store.StorePipeline"]
    return {path: 100 * place for place, path in enumerate(paths, 1)}


def outcome_of(article: Article) -> str:
    """What a read page turned out to be: "article", "document", "list" or "empty"."""
    return article.extracted.page_type if article.extracted else "empty"
