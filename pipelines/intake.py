"""Stores what the archive holds and the warehouse does not: after a crash, after an ingest, and the whole of it in a replay."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Protocol

from pipelines.workers import Readers
from r57monitor.models import Article
from warehouse.archive import Archive, PackedFetch
from warehouse.index import IndexEntry
from warehouse.records import ArchivedPage


class Store(Protocol):
    """Who takes the rows: the loader, or a unit's file."""

    @property
    def segments(self) -> Collection[str]:
        """Names of segments that are stored whole."""

    @property
    def loaded(self) -> Collection[str]:
        """Record ids that are stored, of other segments."""

    def check(self) -> None:
        """Raise the fault that prevents storing, if there is one."""

    def add(self, page: ArchivedPage, outcome: str, article: Article | None, error: str | None) -> None:
        """Take one archived page with its reading."""

    def finish_segment(self, name: str) -> None:
        """Take note that every fetch of a segment was given."""


@dataclass(slots=True)
class Taken:
    """What one intake did."""

    pages: int = 0
    articles: int = 0
    set_aside: int = 0


def take_in(
    archive: Archive,
    loader: Store,
    readers: Callable[[], Readers],
    *,
    since: datetime | None = None,
    report: Callable[[str], None],
    note: Callable[[ArchivedPage, str], None] | None = None,
    step: Callable[[int], None] | None = None,
    segments: Sequence[Path] | None = None,
) -> Taken:
    """Read and store every archived fetch that the warehouse lacks, in the archive's order.

    readers: called only when there is something to read. since: fetches before it are left alone.
    note: called for every page that had to be set aside, with the reason. segments: only these, in this order; None: all closed ones.
    """
    taken = Taken()
    missing = [segment for segment in (archive.segments() if segments is None else segments) if segment.name not in loader.segments]
    fetches = _missing_fetches(archive, missing, loader, since, report)
    first = next(fetches, None)
    if first is not None:
        for page, reading in readers().read_packed(chain([first], fetches), report):
            loader.check()
            loader.add(page, reading.outcome, reading.article, reading.error)
            taken.pages += 1
            taken.articles += reading.article is not None
            if reading.outcome == "set_aside":
                taken.set_aside += 1
                if note is not None:
                    note(page, reading.error or "")
            if step is not None:
                step(taken.pages)
    for segment in missing:
        loader.finish_segment(segment.name)
    return taken


def _missing_fetches(
    archive: Archive, segments: list[Path], loader: Store, since: datetime | None, report: Callable[[str], None]
) -> Iterator[PackedFetch]:
    def wanted(entry: IndexEntry) -> bool:
        return entry.record_id not in loader.loaded and (since is None or entry.fetched >= since)

    for segment in segments:
        yield from archive.iterate_packed(segment, wanted, report)
