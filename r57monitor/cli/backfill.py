"""Large WARC files of other crawlers: filtered by host and bytes, resumed where a killed run stopped, each page given its source."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from r57monitor.cli.documents import Given
from r57monitor.models import RawPage, Source
from r57monitor.text.sieve import may_matter
from spiders.hosts import host_key
from warehouse.foreign import ForeignRecord, iterate_foreign_warc
from warehouse.journal import Journal

EVENT = "warc_read"
SYNCED_TOGETHER = 16  # pages; each sync waits for the disk
_NOTED_EVERY_S = 10.0
_NOTED_EVERY = 5_000  # records
_SCHEME = len("https://")
_SITES = 20_000  # remembered at a time


@dataclass(slots=True)
class WarcReading:
    """How WARC files are read, and what became of their records so far.

    by_host: source of each host of the registry, to which its pages belong. every_page: other languages too. known_hosts: only hosts
    of the registry. again: from the start, also what was read before.
    """

    journal: Journal
    by_host: Mapping[str, Source]
    every_page: bool = False
    known_hosts: bool = False
    again: bool = False
    say: Callable[[str], None] = lambda _words: None
    passed: Counter[str] = field(default_factory=Counter)  # records passed over, by reason
    records: int = 0
    _finished: list[Path] = field(default_factory=list)
    _sites: dict[str, Source | None] = field(default_factory=dict)

    def read(self, path: Path, given: Given) -> Iterator[RawPage]:
        """The pages of one file that are to be read, in its order. The caller has all but the last SYNCED_TOGETHER of them on disk.

        Raises ReadError, naming the file, where it breaks off; what came before has been given.
        """
        start = 0 if self.again else self._known_offset(path)
        if start:
            self.say(f"{path.name}: goes on at byte {start:,} of {path.stat().st_size:,}; --again reads it from the start.")
        noted, seen = time.monotonic(), 0
        unsafe: deque[int] = deque(maxlen=SYNCED_TOGETHER)  # places of the last pages, which may not be on disk yet
        matters = (lambda _body: True) if self.every_page else may_matter
        for record in iterate_foreign_warc(path, start, self._is_host_wanted, matters):
            if seen >= _NOTED_EVERY or time.monotonic() - noted > _NOTED_EVERY_S:
                self._note(path, unsafe[0] if unsafe else record.offset)
                noted, seen = time.monotonic(), 0
            seen += 1
            self.records += 1
            if record.page is None:
                self.passed[self._reason(record)] += 1
            else:
                unsafe.append(record.offset)
                yield replace(record.page, source_id=self._source_of(record.page, given), given_published=given.published)
        self._finished.append(path)

    def finish(self) -> None:
        """All that was given is on disk: files read to their end need not be read again."""
        for path in self._finished:
            self._note(path, path.stat().st_size)
        self._finished.clear()

    def _is_host_wanted(self, url: str) -> bool:
        source = self._source_at(url)
        return source.kind != "blocked" if source is not None else not self.known_hosts

    def _source_at(self, url: str) -> Source | None:
        """The source of an address, by its part before the path: a file has many pages of few hosts."""
        site = url[: url.find("/", _SCHEME) + 1] or url
        if site not in self._sites:
            if len(self._sites) >= _SITES:
                self._sites.clear()
            self._sites[site] = self.by_host.get(host_key(site))
        return self._sites[site]

    def _reason(self, record: ForeignRecord) -> str:
        if record.is_other:
            return "another language"
        return "no page" if self._is_host_wanted(record.url) else "host not wanted"

    def _source_of(self, page: RawPage, given: Given) -> str:
        source = self._source_at(page.url)
        return source.id if source is not None else given.source_id

    def _known_offset(self, path: Path) -> int:
        """Where the last run got to with this very file; 0 for one never read, or changed since."""
        name, size, modified = _identity(path)
        found = 0
        for entry in self.journal.iterate(EVENT):
            if (entry.get("file"), entry.get("bytes"), entry.get("modified")) == (name, size, modified):
                found = max(found, int(entry.get("offset") or 0))
        return found

    def _note(self, path: Path, offset: int) -> None:
        name, size, modified = _identity(path)
        self.journal.append(EVENT, file=name, bytes=size, modified=modified, offset=offset)


def _identity(path: Path) -> tuple[str, int, int]:
    status = path.stat()
    return str(path.resolve()), status.st_size, status.st_mtime_ns
