"""What one crawl is asked to do, and whom it hands to: those who read its pages, store its rows and show its progress."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from r57monitor.models import Article
from warehouse.journal import Entry
from warehouse.records import ArchivedPage


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlOptions:
    """What the user asked of one crawl."""

    since: datetime | None = None
    max_pages: int | None = None
    max_minutes: float | None = None
    full: bool = False
    is_explicit: bool = False  # sources were named: they are visited whether due or not
    practice: bool = False
    parallel: int = 32  # sources at a time
    interval_h: float = 6.0  # between two visits of a source that names none


@dataclass(slots=True)
class Counts:
    """Progress of one source."""

    pages: int = 0
    articles: int = 0
    failures: int = 0
    waiting: int = 0
    state: str = "waiting"  # then "running", then "ok" or "failing"
    cause: str | None = None


class Reader(Protocol):
    async def advance(self, stage: str, article: Article) -> Article: ...

    async def work(self, task: Callable[..., Any], *args: Any) -> Any: ...


class Rows(Protocol):
    def add(self, page: ArchivedPage, outcome: str, article: Article | None, error: str | None) -> None: ...

    def add_entry(self, entry: Entry) -> None: ...

    def check(self) -> None: ...


class Progress(Protocol):
    def update(self, counts: Mapping[str, Counts]) -> None: ...
