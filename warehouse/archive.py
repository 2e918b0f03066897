"""The archive of raw pages: WARC segments, each written by one process and never reopened, and an index beside each.

A fetch is one group of records; it counts as fetched once it is fsynced, and several may share one fsync. A segment is called
`….warc.gz.open` until it is closed; one that a killed process left is recovered at the next start, under the home's lock.
"""

from __future__ import annotations

import contextlib
import json
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from types import TracebackType

from r57monitor.clock import utc_now
from r57monitor.errors import ArchiveError
from r57monitor.models import RawPage
from warehouse.damage import check_members, scan_segment
from warehouse.records import (
    ArchivedPage,
    HttpHeads,
    Original,
    new_record_id,
    pack_fetch,
    packed_page,
    payload_digest,
    unpack_fetch,
)
from warehouse.withheld import Withheld

SEGMENT_BYTES = 200 * 2**20  # a closed segment is about this large at most
OPEN = ".open"


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexEntry:
    """One line of a segment's index: what a later crawl must remember of a fetch, and where it lies."""

    record_id: str
    url: str
    requested_url: str
    status: int
    role: str
    source_id: str
    fetched_at: str  # ISO, UTC
    found_by: str
    cycle: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    list_title: str | None = None
    list_date: str | None = None
    feed_date: str | None = None
    referrer: str | None = None
    error: str | None = None
    digest: str | None = None  # of the body as the wire carried it
    refers_to: str | None = None  # of a revisit: record id of the fetch whose body it repeats
    conditional: bool | None = None  # it was asked for only if changed
    offset: int = 0
    length: int = 0

    @property
    def fetched(self) -> datetime:
        return datetime.fromisoformat(self.fetched_at)


@dataclass(frozen=True, slots=True)
class Recovered:
    """What was saved of a segment that a killed process left open."""

    segment: str
    fetches: int
    dropped_bytes: int


def make_entry(page: ArchivedPage, offset: int, length: int) -> IndexEntry:
    raw = page.raw
    return IndexEntry(
        record_id=raw.record_id,
        url=raw.url,
        requested_url=raw.requested_url or raw.url,
        status=raw.status,
        role=raw.role,
        source_id=raw.source_id,
        fetched_at=raw.fetched_at.isoformat(),
        found_by=raw.found_by,
        cycle=page.cycle,
        etag=page.etag,
        last_modified=page.last_modified,
        list_title=raw.list_title,
        list_date=raw.list_date.isoformat() if raw.list_date else None,
        feed_date=raw.feed_date.isoformat() if raw.feed_date else None,
        referrer=raw.referrer,
        error="withdrawn" if page.withdrawn else page.error or page.stand_in,
        digest=page.digest,
        refers_to=page.refers_to,
        conditional=page.is_conditional or None,
        offset=offset,
        length=length,
    )


class SegmentWriter:
    """Appends fetches to segments of its own process; `close()` gives the last one its final name.

    withheld: what was withdrawn is not archived again.
    """

    def __init__(self, folder: Path, *, limit: int = SEGMENT_BYTES, withheld: Withheld | None = None) -> None:
        self._folder = folder
        self._withheld = withheld or Withheld()
        self._limit = limit
        self._count = 0
        self._file: int | None = None
        self._path = Path()
        self._size = 0
        self._safe = 0  # bytes of the segment that are fsynced
        self._index: list[IndexEntry] = []
        self._fault: ArchiveError | None = None  # of a sync; a second one might say that all is well
        self._syncing = threading.Lock()  # held while the file must stay open
        self.closed: list[str] = []

    @property
    def name(self) -> str:
        """Final name of the segment being written; "" before the first fetch."""
        return self._path.name

    def write(
        self,
        raw: RawPage,
        http: HttpHeads | None,
        *,
        cycle: str | None = None,
        elapsed_ms: int | None = None,
        known: IndexEntry | None = None,
    ) -> ArchivedPage:
        """Archive one fetch, safe on disk, and return it as a later reader will see it. Arguments and errors: those of `add`."""
        page = self.add(raw, http, cycle=cycle, elapsed_ms=elapsed_ms, known=known)
        try:
            self.sync()
        except ArchiveError:
            self.drop_unsafe()
            raise
        return page

    def add(
        self,
        raw: RawPage,
        http: HttpHeads | None,
        *,
        cycle: str | None = None,
        elapsed_ms: int | None = None,
        known: IndexEntry | None = None,
    ) -> ArchivedPage:
        """Append one fetch, which counts as fetched only after the next `sync`, and return it as a later reader will see it.

        raw: `body` as the wire carried it; gets a record id where it has none. http: None for a file.
        known: the newest fetch of the same page that has a body; where this one brings the same, or "not modified", it becomes a revisit.
        Raises ArchiveError when the bytes cannot be made safe (disk full …); nothing half-written stays.
        """
        if not raw.record_id:
            raw = replace(raw, record_id=new_record_id())
        raw, http, withdrawn = self._withheld.clean_page(raw, http)
        original = None if withdrawn else _original(raw, known)
        block = pack_fetch(raw, http, cycle, elapsed_ms, same_as=original, withdrawn=withdrawn)
        if self._file is not None and self._size + len(block) > self._limit:
            self._finish()
        if self._file is None:
            self._begin()
        offset = self._size
        self._append(block)
        is_plain = original is None and not withdrawn
        page = packed_page(raw, http, cycle, elapsed_ms, block, self.name) if is_plain else unpack_fetch(block, self.name)
        self._index.append(make_entry(page, offset, len(block)))
        return page

    def _begin(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        while True:
            self._count += 1
            stamp = utc_now().strftime("%Y%m%dT%H%M%S%fZ")
            self._path = self._folder / f"{stamp}-{os.getpid()}-{self._count}.warc.gz"
            try:
                self._file = os.open(f"{self._path}{OPEN}", os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
            except FileExistsError:
                continue
            except OSError as error:
                raise ArchiveError(f"cannot write to the archive {self._folder}: {error.strerror}.") from error
            break
        _sync_folder(self._folder)
        self._size, self._safe, self._index = 0, 0, []

    def _append(self, block: bytes) -> None:
        assert self._file is not None
        try:
            view = memoryview(block)
            while view:
                view = view[os.write(self._file, view) :]
        except OSError as error:
            self._cut(self._size)
            raise ArchiveError(f"cannot write to {self._path}{OPEN}: {error.strerror}. The page was not kept.") from error
        self._size += len(block)

    def sync(self) -> None:
        """Make what was added before this call safe. May run in another thread while this one adds; raises ArchiveError."""
        with self._syncing:
            size = self._size
            if self._fault is not None:
                raise self._fault
            if self._file is None or size == self._safe:
                return
            try:
                os.fsync(self._file)
            except OSError as error:
                self._fault = ArchiveError(f"cannot write to {self._path}{OPEN}: {error.strerror}. The page was not kept.")
                raise self._fault from error
            self._safe = size

    def drop_unsafe(self) -> None:
        """Take out what no `sync` has made safe, after one that failed."""
        with self._syncing:
            self._cut(self._safe)
            self._fault, self._size = None, self._safe
            self._index = [entry for entry in self._index if entry.offset < self._safe]

    def _cut(self, size: int) -> None:
        if self._file is not None:
            with contextlib.suppress(OSError):
                os.ftruncate(self._file, size)
                os.lseek(self._file, size, os.SEEK_SET)

    def _finish(self) -> None:
        if self._file is None:
            return
        self.sync()
        with self._syncing:
            os.close(self._file)
            self._file = None
        try:
            _close_segment(self._path, self._index, self._size)
        except OSError as error:  # it stays `.open`, and the next start recovers it
            raise ArchiveError(f"cannot close {self._path}: {error.strerror}. The next run takes in what it holds.") from error
        self.closed.append(self._path.name)

    def close(self) -> list[str]:
        """Close the last segment; names of all segments this writer made."""
        self._finish()
        return self.closed

    def __enter__(self) -> SegmentWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def _original(raw: RawPage, known: IndexEntry | None) -> Original | None:
    """The fetch that an unchanged page repeats; None for a page that is new or changed."""
    if known is None or known.status != 200 or known.error or known.refers_to:
        return None
    if raw.status != 304 and (raw.status != 200 or known.digest != payload_digest(raw.body)):
        return None
    return Original(record_id=known.record_id, url=known.url, fetched_at=known.fetched, digest=known.digest)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _index_path(segment: Path) -> Path:
    return segment.with_name(segment.name + ".jsonl")


def _close_segment(final: Path, index: list[IndexEntry], size: int) -> None:
    """Write the index, then give the segment its final name: a crash in between leaves it `.open`, to be recovered."""
    _write_index(final, index, size)
    Path(f"{final}{OPEN}").replace(final)
    _sync_folder(final.parent)


def replace_segment(segment: Path, new: Path, index: list[IndexEntry], size: int) -> None:
    """Put a rewritten segment in a closed one's place, with its index. Killed in between, the index is missing and made anew."""
    _index_path(segment).unlink(missing_ok=True)
    _sync_folder(segment.parent)
    new.replace(segment)
    _sync_folder(segment.parent)
    _write_index(segment, index, size)


def _write_index(segment: Path, index: list[IndexEntry], size: int, lost: int = 0) -> None:
    target = _index_path(segment)
    temporary = target.with_name(target.name + ".tmp")
    with open(temporary, "w", encoding="utf-8") as file:
        for entry in index:
            known = {k: v for k, v in asdict(entry).items() if v is not None}
            file.write(json.dumps(known, ensure_ascii=False) + "\n")
        closing = {"closed": True, "fetches": len(index), "bytes": size} | ({"lost": lost} if lost else {})
        file.write(json.dumps(closing) + "\n")
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(target)


class Archive:
    """Reads the segments of one archive folder, in the order they were written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def recover(self) -> list[Recovered]:
        """Close the segments that killed processes left open: whole fetches stay, a torn tail goes.

        The caller holds the home's lock, so no living process writes to any of them.
        """
        saved: list[Recovered] = []
        for path in sorted(self.folder.glob(f"*.warc.gz{OPEN}")):
            final = path.with_name(path.name.removesuffix(OPEN))
            found = scan_segment(path, final.name)
            index = [make_entry(page, start, end - start) for page, start, end in found]
            good = found[-1][2] if found else 0
            dropped = path.stat().st_size - sum(entry.length for entry in index)
            if not index:
                path.unlink()
            else:
                os.truncate(path, good)
                _close_segment(final, index, good)
            saved.append(Recovered(final.name, len(index), dropped))
        return saved

    def segments(self) -> list[Path]:
        """Closed segments, oldest first."""
        return sorted(self.folder.glob("*.warc.gz"))

    def entries(self, segment: Path, report: Callable[[str], None] | None = None) -> list[IndexEntry]:
        """What a closed segment holds, from its index (made anew where missing or broken).

        report: called with one line where the file is shorter or longer than its index says.
        """
        index = self._load_index(segment)
        size = segment.stat().st_size
        if index is not None and index[1] == size:
            if index[2] and report:
                report(f"{segment.name}: {index[2]} bytes are damaged; {len(index[0])} fetches can be read.")
            return index[0]
        found = scan_segment(segment, segment.name)
        entries = [make_entry(page, start, end - start) for page, start, end in found]
        lost = size - sum(entry.length for entry in entries)
        if index is not None:  # it stays as it is: what it says that is gone is said again at every look
            if report:
                missing = len(index[0]) - len(entries)
                report(f"{segment.name}: {size} bytes instead of {index[1]}; {missing} of {len(index[0])} fetches are lost.")
            return entries
        if lost and report:
            report(f"{segment.name}: {lost} bytes are damaged; {len(entries)} fetches could be read.")
        with contextlib.suppress(OSError):  # a read-only archive is read all the same
            _write_index(segment, entries, size, lost)
        return entries

    def _load_index(self, segment: Path) -> tuple[list[IndexEntry], int, int] | None:
        """Entries, size of the segment, and how many of its bytes were damaged when the index was made."""
        try:
            lines = [json.loads(line) for line in _index_path(segment).read_text("utf-8").splitlines()]
            closing = lines.pop()
            if closing["fetches"] != len(lines):
                return None
            return [IndexEntry(**line) for line in lines], int(closing["bytes"]), int(closing.get("lost", 0))
        except (OSError, ValueError, KeyError, TypeError, IndexError):
            return None

    def iterate(
        self, segment: Path, wanted: Callable[[IndexEntry], bool] | None = None, report: Callable[[str], None] | None = None
    ) -> Iterator[ArchivedPage]:
        """Fetches of a segment in the order they were made; `wanted` picks by index entry, unreadable ones are reported."""
        entries = self.entries(segment, report)
        with open(segment, "rb") as file:
            for entry in entries:
                if wanted is not None and not wanted(entry):
                    continue
                file.seek(entry.offset)
                try:
                    yield unpack_fetch(check_members(file.read(entry.length)), segment.name)
                except (ArchiveError, ValueError, KeyError) as error:
                    if report:
                        report(f"{segment.name}: the fetch of {entry.url} at byte {entry.offset} cannot be read ({error}).")

    def check(self, segment: Path) -> list[str]:
        """Read a closed segment whole; one line for each fetch that is lost or damaged, none where all is well."""
        lines: list[str] = []
        for _ in self.iterate(segment, report=lines.append):
            pass
        return lines
