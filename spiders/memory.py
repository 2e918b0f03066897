"""What earlier crawls left to know: read from archive and journal, which are the only memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from r57monitor.models import Source
from r57monitor.text.urls import canonical_url
from warehouse.archive import Archive, IndexEntry
from warehouse.journal import Entry, Journal
from warehouse.withheld import read_withheld

ENTRY_ROLES = frozenset({"feed", "sitemap", "listing"})


@dataclass(slots=True)
class KnownPage:
    """An article that was fetched: when, and what a conditional request needs."""

    first: datetime
    last: datetime
    latest: IndexEntry  # of the newest answer with a body
    etag: str | None
    last_modified: str | None


@dataclass(slots=True)
class FailedPage:
    """An article that was asked for and not got since."""

    entry: Entry
    attempts: int = 1


@dataclass(slots=True)
class SourceMemory:
    """One source's past. Keys are canonical addresses."""

    known: dict[str, KnownPage] = field(default_factory=dict)
    failed: dict[str, FailedPage] = field(default_factory=dict)
    last_begun: datetime | None = None
    has_finished: bool = False  # a whole cycle ended, and none was broken off since
    unfinished: set[str] = field(default_factory=set)  # cycles since then
    unfinished_since: datetime | None = None
    feeds: dict[str, IndexEntry] = field(default_factory=dict)  # newest answer with a body of each feed
    entry_pages: list[tuple[Path, IndexEntry]] = field(default_factory=list)  # of the unfinished cycles
    withheld: frozenset[str] = frozenset()  # withdrawn: never asked for again


def load_memory(
    archive: Archive, journal: Journal, sources: Mapping[str, Source], report: Callable[[str], None]
) -> dict[str, SourceMemory]:
    """The past of every named source. report: gets a line for each segment that lost something."""
    withheld = read_withheld(journal).urls
    memory = {source_id: SourceMemory(withheld=withheld) for source_id in sources}
    _read_journal(memory, journal.iterate())
    for segment in archive.segments():
        for entry in archive.entries(segment, report):
            past = memory.get(entry.source_id)
            if past is not None:
                _read_entry(past, entry, segment)
    return memory


def _read_journal(memory: dict[str, SourceMemory], entries: Iterable[Entry]) -> None:
    for entry in entries:
        past = memory.get(entry.get("source", ""))
        if past is None:
            continue
        at = datetime.fromisoformat(entry["at"])
        if entry["event"] == "cycle_begun":
            past.last_begun = at
            past.unfinished.add(entry["cycle"])
            past.unfinished_since = past.unfinished_since or at
        elif entry["event"] == "cycle_ended" and entry.get("complete"):
            past.has_finished = True
            past.unfinished.clear()
            past.unfinished_since = None
        elif entry["event"] == "failure" and entry.get("role") == "article" and entry.get("url"):
            key = canonical_url(entry["url"])
            before = past.failed.get(key)
            past.failed[key] = FailedPage(entry, before.attempts + 1 if before else 1)


def _read_entry(past: SourceMemory, entry: IndexEntry, segment: Path) -> None:
    if entry.role in ENTRY_ROLES:
        if entry.role == "feed" and entry.status == 200:
            past.feeds[entry.requested_url] = entry
        if entry.cycle in past.unfinished and entry.status == 200 and not entry.error:
            past.entry_pages.append((segment, entry))
        return
    if entry.role != "article" or entry.status not in {200, 304} or entry.error:
        return
    at = entry.fetched
    for key in {canonical_url(entry.requested_url), canonical_url(entry.url)}:
        page = past.known.get(key)
        if page is None:
            if entry.status == 200:
                past.known[key] = KnownPage(at, at, entry, entry.etag, entry.last_modified)
        else:
            page.last = at
            if entry.status == 200:
                page.latest, page.etag, page.last_modified = entry, entry.etag, entry.last_modified
        failed = past.failed.get(key)
        if failed is not None and datetime.fromisoformat(failed.entry["at"]) <= at:
            del past.failed[key]
