"""Looks through WARC files of other crawlers for pages that are to be read, part by part, in a process of its own.

Unpacking and looking at a thousand pages of which a few are wanted takes as long as all that is done with those few: so both go on
at the same time. Nothing but what the looking needs is loaded there, and a file that breaks its reader breaks no more than that.
"""

from __future__ import annotations

import signal
from collections import Counter
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.pool import ProcessLanes, TaskLost
from r57monitor.errors import ReadError
from r57monitor.models import RawPage
from r57monitor.text.sieve import may_matter
from r57monitor.text.urls import host_key
from warehouse.foreign import ForeignRecord, iterate_foreign_warc

RECORDS = 1_000  # in one part
_BYTES = 8 * 2**20  # of wanted pages in one part
_TIMEOUT_S = 900.0  # for one part, on the slowest of disks
_SCHEME = len("https://")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which pages are: of which hosts, and whether in every language."""

    known: frozenset[str] = frozenset()  # host[:port] of the registry's sources
    blocked: frozenset[str] = frozenset()
    only_known: bool = False
    every_page: bool = False

    def has_host(self, url: str) -> bool:
        """Whether pages of an address's host are wanted."""
        host = host_key(url)
        return host not in self.blocked and (host in self.known or not self.only_known)

    def has_body(self, body: bytes) -> bool:
        """Whether a page is wanted for what it holds."""
        return self.every_page or may_matter(body)


@dataclass(slots=True)
class Part:
    """What was found in some records. following: where the next part begins; None at the end, or where `error` says that it breaks off."""

    pages: list[tuple[int, RawPage]] = field(default_factory=list)  # each with its place in the file
    passed: Counter[str] = field(default_factory=Counter)  # records passed over, by reason
    records: int = 0
    following: int | None = None
    error: str | None = None


def site_of(url: str) -> str:
    """An address up to its path: a file has many pages of few hosts."""
    return url[: url.find("/", _SCHEME) + 1] or url


def scan(path: Path, start: int, wanted: Wanted, records: int = RECORDS) -> Part:
    """Look through so many records from the one at byte `start` on."""
    part, weight = Part(), 0
    sites: dict[str, bool] = {}

    def has_host(url: str) -> bool:
        site = site_of(url)
        if site not in sites:
            sites[site] = wanted.has_host(site)
        return sites[site]

    try:
        for record in iterate_foreign_warc(path, start, has_host, wanted.has_body):
            if part.records >= records or weight >= _BYTES:
                part.following = record.offset
                return part
            part.records += 1
            if record.page is None:
                part.passed[_why_not(record, wanted)] += 1
            else:
                part.pages.append((record.offset, record.page))
                weight += len(record.page.body)
    except ReadError as error:
        part.error = str(error)
    return part


def _why_not(record: ForeignRecord, wanted: Wanted) -> str:
    if record.is_other:
        return "another language"
    return "no page" if wanted.has_host(record.url) else "host not wanted"


class Scanner:
    """One process that scans, a part at a time."""

    def __init__(self) -> None:
        self._lanes = ProcessLanes(1, _TIMEOUT_S, _begin, ())

    def begin(self, path: Path, start: int, wanted: Wanted, records: int = RECORDS) -> Future[Part]:
        """Have a part scanned; `take` gives it."""
        return self._lanes.submit(scan, path, start, wanted, records)

    def close(self) -> None:
        """End the process."""
        self._lanes.close()


def take(scanned: Future[Part]) -> Part:
    """Wait for a part; one that broke its process says so as its error."""
    try:
        return scanned.result()
    except TaskLost as lost:
        return Part(error=str(lost).replace("page", "file"))


def _begin() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's affair
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
