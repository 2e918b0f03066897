"""What earlier crawls left to know: read from archive and journal, which are the only memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from r57monitor.clock import utc_now
from r57monitor.models import Source
from r57monitor.text.urls import canonical_url
from spiders.known import KnownPage, KnownPages
from spiders.unjoined import Unjoined
from warehouse.archive import Archive
from warehouse.index import IndexEntry
from warehouse.journal import Entry, Journal
from warehouse.withheld import read_withheld

ENTRY_ROLES = frozenset({"feed", "sitemap", "listing"})
PART_ROLES = frozenset({"part", "joined"})
TRUSTED = 8  # "not modified" in a row from a server that has shown that it says otherwise when a page changes
UNPROVEN = 1  # from one that has not
MAX_ENTRY_PAGES = 6000  # of unfinished cycles that are read again: a walk back over some years
_SHORTEST_H = 1.0
_RATE_DAYS = 14  # over which the rate of publication is taken
_YOUNG = timedelta(days=_RATE_DAYS + 2)  # and a source's days of revisits: then few bytes of an article are enough
_POLLS_AN_ARTICLE = 2.0  # visits for each article that usually comes


@dataclass(slots=True)
class EntryPage:
    """A feed, sitemap or listing that was fetched: its newest answer with a body, and what came of it."""

    latest: IndexEntry
    segment: Path
    unchanged: int = 0


@dataclass(slots=True)
class FailedPage:
    """An article that was asked for and not got since."""

    entry: Entry
    attempts: int = 1

    @property
    def limit(self) -> str:
        """Which limit of data/crawl.toml says how often it is asked for: faults of the moment are waited out, those of the page are not."""
        return "attempts_passing" if self.entry.get("passes") else "attempts"


@dataclass(slots=True)
class SourceMemory:
    """One source's past. Keys are canonical addresses."""

    known: KnownPages = field(default_factory=KnownPages)
    failed: dict[str, FailedPage] = field(default_factory=dict)
    last_begun: datetime | None = None
    has_finished: bool = False  # a whole cycle ended, and none was broken off since
    unfinished: set[str] = field(default_factory=set)  # cycles since then
    unfinished_since: datetime | None = None
    entries: dict[str, EntryPage] = field(default_factory=dict)  # by address asked for
    found: dict[str, int] = field(default_factory=dict)  # leads of each entry page when it was last read
    honest: set[str] = field(default_factory=set)  # roles whose pages came anew when asked for only if changed
    failures: dict[str, datetime] = field(default_factory=dict)  # entry pages that failed last
    entry_pages: list[tuple[Path, IndexEntry]] = field(default_factory=list)  # of the unfinished cycles
    pauses: dict[str, datetime] = field(default_factory=dict)  # host -> until when it asked to be left alone
    withheld: frozenset[str] = frozenset()  # withdrawn: never asked for again
    unjoined: Unjoined = field(default_factory=Unjoined)

    def may_ask_if_changed(self, role: str, unchanged: int) -> bool:
        """Whether "not modified" is to be believed once more: seldom of a server that never said anything else."""
        return unchanged < (TRUSTED if role in self.honest else UNPROVEN)

    def is_past_loss(self, url: str, *, passes: bool) -> bool:
        """Whether an article's failure says nothing of a visit: one that was got before, or asked for in vain and is gone for good."""
        key = canonical_url(url)
        return key in self.known or (key in self.failed and not passes)

    def conditional_entry(self, url: str) -> IndexEntry | None:
        """An entry page's last answer, when all it named was dealt with: then an unchanged page has nothing to give.

        A page that could not be read, or led nowhere, is asked for whole: "not modified" would hide that it is broken.
        """
        page = self.entries.get(url)
        if page is None or not self.has_finished or self.unfinished or not self.found.get(url):
            return None
        failed_at = self.failures.get(url)
        if failed_at is not None and failed_at >= page.latest.fetched:
            return None
        return page.latest if self.may_ask_if_changed(page.latest.role, page.unchanged) else None


def load_memory(
    archive: Archive, journal: Journal, sources: Mapping[str, Source], report: Callable[[str], None]
) -> dict[str, SourceMemory]:
    """The past of every named source. report: gets a line for each segment that lost something."""
    withheld = read_withheld(journal).urls
    now = utc_now()
    memory = {
        source_id: SourceMemory(KnownPages(now - _YOUNG - timedelta(days=source.recheck_days)), withheld=withheld)
        for source_id, source in sources.items()
    }
    _read_journal(memory, journal.iterate())
    for segment in archive.segments():
        for entry in archive.entries(segment, report):
            past = memory.get(entry.source_id)
            if past is not None:
                _read_entry(past, entry, segment)
    for past in memory.values():
        past.known.pack()
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
        elif entry["event"] == "cycle_ended":
            found = entry.get("found")
            if isinstance(found, dict):
                past.found.update({str(url): int(count) for url, count in found.items() if isinstance(count, int)})
            if entry.get("complete"):
                past.has_finished = True
                past.unfinished.clear()
                past.unfinished_since = None
        elif entry["event"] == "asked_to_wait":
            past.pauses[str(entry["host"])] = datetime.fromisoformat(entry["until"])
        elif entry["event"] == "failure" and entry.get("role") in ENTRY_ROLES and entry.get("url"):
            past.failures[entry["url"]] = at
        elif entry["event"] == "failure" and entry.get("role") == "part" and entry.get("url"):
            past.unjoined.note_failure(entry)
        elif entry["event"] == "failure" and entry.get("role") == "article" and entry.get("url"):
            key = canonical_url(entry["url"])
            before = past.failed.get(key)
            past.failed[key] = FailedPage(entry, before.attempts + 1 if before else 1)


def _read_entry(past: SourceMemory, entry: IndexEntry, segment: Path) -> None:
    if entry.conditional and entry.status == 200 and not entry.refers_to:
        past.honest.add(entry.role)
    if entry.goes_on or entry.leads_on or entry.role in PART_ROLES or past.unjoined.waits:
        past.unjoined.note(entry, segment, is_unfinished=entry.cycle in past.unfinished)
    if entry.role in ENTRY_ROLES:
        _read_entry_page(past, entry, segment)
    elif entry.role == "article" and entry.status in {200, 304} and not entry.error:
        _read_article(past, entry, segment)


def _read_entry_page(past: SourceMemory, entry: IndexEntry, segment: Path) -> None:
    page = past.entries.get(entry.requested_url)
    if entry.status == 200 and not entry.error and not entry.refers_to:
        page = past.entries[entry.requested_url] = EntryPage(entry, segment)
    elif page is not None and (entry.status == 304 or entry.refers_to):
        page.unchanged += entry.status == 304
        if entry.status == 200:
            page.unchanged = 0
    if page is not None and entry.cycle in past.unfinished and entry.status == 200 and not entry.error:
        past.entry_pages.append((page.segment, page.latest))  # of a revisit: the fetch that holds its body
        del past.entry_pages[:-MAX_ENTRY_PAGES]


def _read_article(past: SourceMemory, entry: IndexEntry, segment: Path) -> None:
    for key in {canonical_url(entry.requested_url), canonical_url(entry.url)}:
        past.known.note(key, entry, segment)
        failed = past.failed.get(key)
        if failed is not None and datetime.fromisoformat(failed.entry["at"]) <= entry.fetched:
            del past.failed[key]


def poll_interval_h(source: Source, past: SourceMemory, now: datetime, default_h: float) -> float:
    """Hours between two visits: what the registry says, else by how often the source has published lately.

    Two visits for each article that usually comes; from a sixth of the usual interval, but no less than an hour, to twice it.
    default_h: the usual interval (settings).
    """
    if source.interval_h is not None:
        return source.interval_h
    if not past.has_finished:
        return default_h
    since = now - timedelta(days=_RATE_DAYS)
    pages = {id(page): page for page in past.known.values()}.values()
    recent = sum(1 for page in pages if since <= _published(page) <= now)
    hours = 24 * _RATE_DAYS / (recent * _POLLS_AN_ARTICLE) if recent else 2 * default_h
    return min(2 * default_h, max(_SHORTEST_H, default_h / 6, hours))


def _published(page: KnownPage) -> datetime:
    """When a page came out, as its list or feed says; else when it was first seen."""
    said = page.latest.feed_date or page.latest.list_date
    return datetime.fromisoformat(said) if said else page.first
