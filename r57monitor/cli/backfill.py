"""Large WARC files of other crawlers: filtered by host and bytes, resumed where a killed run stopped, each page given its source."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from pathlib import Path

from pipelines.scanning import RECORDS, Part, Scanner, Wanted, scan, take
from r57monitor.cli.documents import Given
from r57monitor.errors import ReadError
from r57monitor.models import RawPage, Source
from r57monitor.text.urls import host_key
from spiders.leads import allowed_hosts
from warehouse.journal import Journal

EVENT = "warc_read"
SYNCED_TOGETHER = 16  # pages; each sync waits for the disk
_NOTED_EVERY_S = 10.0
_NOTED_EVERY = 5_000  # records
_PART = RECORDS


@dataclass(slots=True)
class WarcReading:
    """How WARC files are read, and what became of their records so far.

    by_host: source of each host of the registry, to which its pages belong. every_page: other languages too. known_hosts: only hosts
    of the registry. again: from the start, also what was read before. scanner: the process that looks through them, where there is one.
    """

    journal: Journal
    by_host: Mapping[str, Source]
    every_page: bool = False
    known_hosts: bool = False
    again: bool = False
    say: Callable[[str], None] = lambda _words: None
    passed: Counter[str] = field(default_factory=Counter)  # records passed over, by reason
    records: int = 0
    scanner: Scanner | None = None
    _finished: list[Path] = field(default_factory=list)
    _begun: dict[Path, tuple[int, Future[Part]]] = field(default_factory=dict)  # the next part of a file, and where it begins
    _wanted: Wanted | None = None
    _sources: Mapping[str, Source] | None = None

    def begin(self, path: Path) -> None:
        """Have the scanner begin with a file, if there is one: `read` takes it from there."""
        if self.scanner is not None:
            start = 0 if self.again else self._known_offset(path)
            self._begun[path] = start, self._scan_apart(self.scanner, path, start)

    def read(self, path: Path, given: Given) -> Iterator[RawPage]:
        """The pages of one file that are to be read, in its order. The caller has all but the last SYNCED_TOGETHER of them on disk.

        Raises ReadError, naming the file, where it breaks off; what came before has been given.
        """
        if path not in self._begun:
            self.begin(path)
        start = self._begun[path][0] if path in self._begun else 0 if self.again else self._known_offset(path)
        if start:
            self.say(f"{path.name}: goes on at byte {start:,} of {path.stat().st_size:,}; --again reads it from the start.")
        noted, seen = time.monotonic(), 0
        unsafe: deque[int] = deque(maxlen=SYNCED_TOGETHER)  # places of the last pages, which may not be on disk yet
        for part in self._parts(path, start):
            self.passed.update(part.passed)
            self.records += part.records
            seen += part.records
            for offset, page in part.pages:
                unsafe.append(offset)
                yield replace(page, source_id=self._source_of(page, given), given_published=given.published or page.given_published)
            if part.error is not None:
                raise ReadError(part.error if str(path) in part.error else f"{path}: {part.error}")
            if part.following is not None and (seen >= _NOTED_EVERY or time.monotonic() - noted > _NOTED_EVERY_S):
                self._note(path, unsafe[0] if unsafe else part.following)
                noted, seen = time.monotonic(), 0
        self._finished.append(path)

    def _parts(self, path: Path, start: int) -> Iterator[Part]:
        """The parts of a file; the next is scanned while one is worked on, where a scanner is there."""
        following: int | None = start
        while following is not None:
            if self.scanner is None:
                part = scan(path, following, self._search(), _PART)
                following = part.following
            else:
                part = take(self._begun.pop(path)[1])
                following = part.following
                if following is not None:
                    self._begun[path] = following, self._scan_apart(self.scanner, path, following)
            yield part

    def _scan_apart(self, scanner: Scanner, path: Path, start: int) -> Future[Part]:
        return scanner.begin(path, start, self._search(), _PART)

    def _search(self) -> Wanted:
        if self._wanted is None:
            blocked = frozenset(host for host, source in self.by_host.items() if source.kind == "blocked")
            self._wanted = Wanted(frozenset(self.by_host), blocked, self.known_hosts, self.every_page)
        return self._wanted

    def finish(self) -> None:
        """All that was given is on disk: files read to their end need not be read again."""
        for path in self._finished:
            self._note(path, path.stat().st_size)
        self._finished.clear()

    def _source_of(self, page: RawPage, given: Given) -> str:
        """The source that a home of ours noted, where the page is on its hosts; else the one whose hosts these are."""
        host = host_key(page.url)
        if self._sources is None:
            self._sources = {source.id: source for source in self.by_host.values()}
        noted = self._sources.get(page.source_id)
        source = noted if noted is not None and host in allowed_hosts(noted) else self.by_host.get(host)
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
