"""Last: the article's rows go to the one writer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from pipelines.base import Reading, outcome_of
from r57monitor.models import Article

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class StorePipeline:
    def __init__(self, run: Reading) -> None:
        self.run = run

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> StorePipeline:
        return cls(cast("Any", crawler.spider).run)

    def process_item(self, item: Article) -> Article:
        self.run.keep(item.raw, outcome_of(item), item)
        return item
