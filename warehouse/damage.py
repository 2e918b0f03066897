"""Damaged segments: what is still whole in them, wherever the damage lies."""

from __future__ import annotations

import mmap
import zlib
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

from r57monitor.errors import ArchiveError
from warehouse.marks import find_marks
from warehouse.records import ArchivedPage, iterate_records, unpack_fetch

_GZIP = b"\x1f\x8b\x08"
_STEP = 65536
_Bytes = bytes | mmap.mmap


def scan_segment(path: Path, name: str) -> list[tuple[ArchivedPage, int, int]]:
    """Every whole fetch of a segment, with where it begins and ends; what lies between is damage or a torn tail."""
    if not path.stat().st_size:
        return []
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return list(_fetches(data, name))


def _fetches(data: _Bytes, name: str) -> Iterator[tuple[ArchivedPage, int, int]]:
    """A fetch runs from its page record to its metadata record, without a gap."""
    begin: int | None = None
    before = 0
    for start, end in _members(data):
        kind = _kind(data[start:end], name)
        if start != before or kind in {"response", "resource", "revisit"}:
            begin = None
        before = end
        if kind in {"response", "resource", "revisit"}:
            begin = start
        elif kind == "metadata" and begin is not None:
            try:
                page = unpack_fetch(data[begin:end], name)
            except (ArchiveError, ValueError, KeyError):
                page = None
            if page is not None:
                yield replace(page.without_body(), marks=find_marks(page.raw)), begin, end
            begin = None


def _kind(member: bytes, name: str) -> str:
    try:
        record = next(iterate_records(BytesIO(member), name))
    except (ArchiveError, StopIteration, ValueError, KeyError):
        return ""
    return str(record.rec_type)


def _members(data: _Bytes) -> Iterator[tuple[int, int]]:
    """(start, end) of every whole gzip member; after damage, from the next place where one begins and is whole."""
    start = data.find(_GZIP)
    while start >= 0:
        end = _end_of_member(data, start)
        if end is not None:
            yield start, end
        start = data.find(_GZIP, start + 1 if end is None else end)


def _end_of_member(data: _Bytes, start: int) -> int | None:
    """Where the gzip member that begins here ends; None where it is torn or its checksum is wrong."""
    unpacker = zlib.decompressobj(31)
    position = start
    try:
        while not unpacker.eof:
            chunk = data[position : position + _STEP]
            if not chunk:
                return None
            unpacker.decompress(chunk)
            position += len(chunk)
    except zlib.error:
        return None
    return position - len(unpacker.unused_data)


def check_members(block: bytes) -> bytes:
    """The bytes of one fetch, given back when each of its members is whole. Raises ArchiveError where one is not."""
    position = 0
    while position < len(block):
        end = _end_of_member(block, position)
        if end is None:
            raise ArchiveError("its bytes are damaged")
        position = end
    return block
