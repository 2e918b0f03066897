"""Writing segments: each by one process, never reopened; a fetch counts as fetched once it is fsynced, and several may share one fsync."""

from __future__ import annotations

import contextlib
import os
import threading
from dataclasses import replace
from pathlib import Path
from types import TracebackType

from r57monitor.clock import utc_now
from r57monitor.errors import ArchiveError
from r57monitor.models import RawPage
from warehouse.heads import new_record_id
from warehouse.index import IndexEntry, index_path, make_entry, write_index
from warehouse.marks import find_marks
from warehouse.packing import pack_fetch, packed_page
from warehouse.records import ArchivedPage, HttpHeads, Original, payload_digest, unpack_fetch
from warehouse.withheld import Withheld

SEGMENT_BYTES = 200 * 2**20  # a closed segment is about this large at most
OPEN = ".open"


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
        page = replace(page, marks=find_marks(page.raw))
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
            close_segment(self._path, self._index, self._size)
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


def close_segment(final: Path, index: list[IndexEntry], size: int) -> None:
    """Write the index, then give the segment its final name: a crash in between leaves it `.open`, to be recovered."""
    write_index(final, index, size)
    Path(f"{final}{OPEN}").replace(final)
    _sync_folder(final.parent)


def replace_segment(segment: Path, new: Path, index: list[IndexEntry], size: int) -> None:
    """Put a rewritten segment in a closed one's place, with its index. Killed in between, the index is missing and made anew."""
    index_path(segment).unlink(missing_ok=True)
    _sync_folder(segment.parent)
    new.replace(segment)
    _sync_folder(segment.parent)
    write_index(segment, index, size)
