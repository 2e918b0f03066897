"""The archive of raw pages: WARC segments in the order they were written, and an index beside each.

A segment is called `….warc.gz.open` until it is closed; one that a killed process left is recovered at the next start, under the
home's lock. With a storage, closed segments go there (`warehouse.depot`); their indexes stay here, and what is read of them is fetched.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from r57monitor.errors import ArchiveError
from warehouse.damage import check_members, scan_segment
from warehouse.index import IndexEntry, load_index, make_entry, write_index
from warehouse.records import ArchivedPage, unpack_fetch
from warehouse.segment import OPEN, close_segment
from warehouse.storage import Storage


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedFetch:
    """One fetch as its segment holds it. Unpacking costs a sixth of what reading does, so it is left to who reads."""

    segment: str
    url: str
    offset: int
    block: bytes

    def unpack(self) -> ArchivedPage:
        """The fetch itself. Raises ArchiveError, naming it, where its bytes are damaged."""
        try:
            return unpack_fetch(check_members(self.block), self.segment)
        except (ArchiveError, ValueError, KeyError) as error:
            raise ArchiveError(f"{self.segment}: the fetch of {self.url} at byte {self.offset} cannot be read ({error}).") from error


@dataclass(frozen=True, slots=True)
class Recovered:
    """What was saved of a segment that a killed process left open."""

    segment: str
    fetches: int
    dropped_bytes: int


class Archive:
    """Reads the segments of one archive folder, in the order they were written.

    storage: where segments lie that are not in the folder any more; only their indexes are.
    """

    def __init__(self, folder: Path, storage: Storage | None = None) -> None:
        self.folder = folder
        self.storage = storage

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
                close_segment(final, index, good)
            saved.append(Recovered(final.name, len(index), dropped))
        return saved

    def segments(self) -> list[Path]:
        """Closed segments, oldest first. The file of one may lie in the storage only; its index is here."""
        here = set(self.folder.glob("*.warc.gz"))
        if self.storage is not None:
            stored = (path.with_name(path.name.removesuffix(".jsonl")) for path in self.folder.glob("*.warc.gz.jsonl"))
            here |= {path for path in stored if not path.with_name(path.name + OPEN).exists()}
        return sorted(here)

    def entries(self, segment: Path, report: Callable[[str], None] | None = None) -> list[IndexEntry]:
        """What a closed segment holds, from its index (made anew where missing or broken).

        report: called with one line where the file is shorter or longer than its index says.
        """
        index = load_index(segment)
        if self.storage is not None and not segment.exists():
            if index is None:
                raise ArchiveError(f"{segment.name} lies in {self.storage.address}, and its index is broken: remove it, and it is fetched.")
            return index[0]
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
            write_index(segment, entries, size, lost)
        return entries

    def iterate(
        self, segment: Path, wanted: Callable[[IndexEntry], bool] | None = None, report: Callable[[str], None] | None = None
    ) -> Iterator[ArchivedPage]:
        """Fetches of a segment in the order they were made; `wanted` picks by index entry, unreadable ones are reported."""
        for packed in self.iterate_packed(segment, wanted, report):
            try:
                yield packed.unpack()
            except ArchiveError as error:
                if report:
                    report(str(error))

    def iterate_packed(
        self, segment: Path, wanted: Callable[[IndexEntry], bool] | None = None, report: Callable[[str], None] | None = None
    ) -> Iterator[PackedFetch]:
        """The same fetches as the segment holds them; the report is about the segment only."""
        entries = self.entries(segment, report)
        chosen = [entry for entry in entries if wanted is None or wanted(entry)]
        if not chosen:
            return
        with self.opened(segment) as file:
            for entry in chosen:
                file.seek(entry.offset)
                yield PackedFetch(segment=segment.name, url=entry.url, offset=entry.offset, block=file.read(entry.length))

    def opened(self, segment: Path) -> AbstractContextManager[BinaryIO]:
        """A closed segment for reading, wherever it lies."""
        if self.storage is not None and not segment.exists():
            return self.storage.opened(segment.name)
        return open(segment, "rb")

    def size(self, segment: Path) -> int:
        """Bytes of a closed segment, wherever it lies."""
        try:
            return segment.stat().st_size
        except FileNotFoundError:
            index = load_index(segment)
            return index[1] if index else 0

    def check(self, segment: Path) -> list[str]:
        """Read a closed segment whole; one line for each fetch that is lost or damaged, none where all is well."""
        lines: list[str] = []
        for _ in self.iterate(segment, report=lines.append):
            pass
        return lines
