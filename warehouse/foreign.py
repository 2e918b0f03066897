"""WARC files of other programs (and of other homes): their pages, one by one, from any record on."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from r57monitor.clock import utc_now
from r57monitor.errors import ArchiveError, ReadError
from r57monitor.models import PageRole, RawPage
from warehouse.encodings import MAX_DECODED, decode_body
from warehouse.heads import header_value, new_record_id, parse_instant
from warehouse.records import plain_outcome, to_page

_PAGES = ("text/html", "application/xhtml", "text/plain", "application/pdf", "officedocument.wordprocessingml")
_TYPES = WarcRecordType.response | WarcRecordType.resource
_GZIP = b"\x1f\x8b"
_GAP = b"\r\n\r\n"  # after a head, and after a record
_PIECE = 2**20  # bytes read at a time
_LONGEST_HEAD = 2**16
_LONGEST_NOTE = 2**16
_BESIDE = 8  # records that may stand beside a page before its note
_ROLES = frozenset(get_args(PageRole))


@dataclass(frozen=True, slots=True)
class ForeignRecord:
    """One record of a page's kind. offset: of its first byte in the file, where reading may begin again.

    page: None where the record holds no page (an image, an error, an unknown packing), or one that is not wanted.
    is_other: a page, but not wanted for what its body is.
    """

    offset: int
    url: str
    page: RawPage | None
    is_other: bool = False


@dataclass(slots=True)
class _Held:
    """The last record of a page's kind, held until the records beside it have passed: they may say that a home of ours wrote it."""

    record: WarcRecord  # its heads; what it holds is in `block`
    offset: int
    url: str
    block: bytes
    is_wanted: bool
    about: dict[str, Any] | None = None  # what that home noted of it


def iterate_foreign_warc(
    path: Path,
    start: int = 0,
    is_wanted: Callable[[str], bool] = lambda _url: True,
    may_matter: Callable[[bytes], bool] = lambda _body: True,
) -> Iterator[ForeignRecord]:
    """Responses with status 200, and files, that may be documents, from the record at `start` on; of a home of ours, what it reads.

    is_wanted: asked with each address before its body is looked at. may_matter: asked with each body before more is made of it.
    Raises ReadError, naming the file, where it is no WARC or breaks off; what came before is yielded first.
    """
    seen, last, url = 0, start, ""
    held: _Held | None = None
    beside: list[ForeignRecord] = []
    try:
        with open(path, "rb") as stream:
            stream.seek(start)
            for record in ArchiveIterator(stream, record_types=WarcRecordType.any_type, parse_http=False):
                seen, last = seen + 1, record.stream_pos
                url = (record.headers.get("WARC-Target-URI") or "").strip("<>")
                if not record.record_type & _TYPES:
                    if held is not None and held.is_wanted and record.record_type == WarcRecordType.metadata:
                        held.about = _find_note(record, held.record) or held.about
                    beside.append(ForeignRecord(last, url, None))
                    if len(beside) <= _BESIDE:
                        continue
                ready, held = held, None
                if ready is not None:
                    yield _to_record(ready, may_matter)
                yield from beside
                beside.clear()
                if not record.record_type & _TYPES:
                    continue
                wanted = record.content_length <= MAX_DECODED and is_wanted(url)
                held = _Held(record, last, url, record.reader.read() if wanted else b"", wanted)
                if wanted and len(held.block) < record.content_length:
                    raise ReadError(f"{path}: breaks off in record {seen} ({url}), at byte {last}.")
        yield from _release(held, beside, may_matter)
        held = None
        beside.clear()
        if seen and not _is_end_whole(path, last):
            raise ReadError(f"{path}: breaks off after record {seen} ({url}), at byte {last}.")
    except OSError as error:
        yield from _release(held, beside, may_matter)
        raise ReadError(f"{path}: not a WARC, or broken after {seen} records ({error.strerror or error}).") from error
    if not seen and not start:
        raise ReadError(f"{path}: no WARC record in it.")


def _find_note(record: WarcRecord, of: WarcRecord) -> dict[str, Any] | None:
    """What a home of ours noted of the page just before; None for other programs' metadata."""
    beside = record.headers.get("WARC-Concurrent-To")
    if not beside or beside != of.headers.get("WARC-Record-ID") or record.content_length > _LONGEST_NOTE:
        return None
    try:
        about = json.loads(record.reader.read())
    except ValueError:
        return None
    return about if isinstance(about, dict) and about.get("role") in _ROLES and "found_by" in about else None


def _release(held: _Held | None, beside: list[ForeignRecord], may_matter: Callable[[bytes], bool]) -> Iterator[ForeignRecord]:
    """What is made of a page, then the records beside it: in the file's order."""
    if held is not None:
        yield _to_record(held, may_matter)
    yield from beside


def _to_record(held: _Held, may_matter: Callable[[bytes], bool]) -> ForeignRecord:
    if not held.is_wanted:
        return ForeignRecord(held.offset, held.url, None)
    if held.about is not None:
        return ForeignRecord(held.offset, held.url, _own_page(held, held.about))
    body, kind = _unpack(held)
    if body is None or not may_matter(body):
        return ForeignRecord(held.offset, held.url, None, body is not None)
    return ForeignRecord(held.offset, held.url, _to_page(held, kind, body))


def _own_page(held: _Held, about: dict[str, Any]) -> RawPage | None:
    """A page as the home that archived it read it; None where it did not: lists, later pages of an article, errors."""
    http: list[tuple[str, str]] = []
    status, wire = 200, held.block
    if held.record.is_http:
        head, _, wire = held.block.partition(_GAP)
        status, http = _parse_head(head)
    try:
        heads = {key.lower(): value for key, value in held.record.headers}
        page = to_page((heads, http, status, wire), about, "")
    except (KeyError, TypeError, ValueError):
        return None
    return page.raw if plain_outcome(page) is None else None


def _is_end_whole(path: Path, offset: int) -> bool:
    """Whether the last record is the last thing in the file: a head cut in two is silently taken for the end."""
    start, total = b"", 0
    try:
        with open(path, "rb") as stream:
            stream.seek(offset)
            packed = stream.read(len(_GZIP)) == _GZIP
            stream.seek(offset)
            unpacked = gzip.GzipFile(fileobj=stream) if packed else stream
            while piece := unpacked.read(_PIECE):
                start += piece[: max(0, _LONGEST_HEAD - len(start))]
                total += len(piece)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        return False
    head, gap, _ = start.partition(_GAP)
    length = re.search(rb"(?im)^content-length:\s*(\d+)", head)
    return bool(gap) and length is not None and total <= len(head) + len(gap) + int(length[1]) + len(_GAP)


def _unpack(held: _Held) -> tuple[bytes | None, str]:
    """Body and content type of a page; no body where it is none, or an unknown packing."""
    http: list[tuple[str, str]] = []
    status, block = 200, held.block
    if held.record.is_http:
        head, _, block = block.partition(_GAP)
        status, http = _parse_head(head)
    kind = (header_value(http, "content-type") if http else held.record.headers.get("Content-Type")) or ""
    if status != 200 or not any(name in kind.lower() for name in _PAGES):
        return None, kind
    return _decode(block, http), kind


def _to_page(held: _Held, kind: str, body: bytes) -> RawPage:
    return RawPage(
        url=held.url,
        requested_url=held.url,
        body=body,
        fetched_at=_date(held.record.headers.get("WARC-Date") or ""),
        status=200,
        content_type=kind,
        record_id=(held.record.headers.get("WARC-Record-ID") or new_record_id()).strip("<>"),
    )


def _parse_head(head: bytes) -> tuple[int, list[tuple[str, str]]]:
    """Status and headers of an HTTP answer; status 0 where there is none."""
    first, *lines = head.decode("latin-1").split("\r\n")
    words = first.split(None, 2)
    status = int(words[1]) if len(words) > 1 and words[1].isdecimal() else 0
    named = (line.partition(":") for line in lines)
    return status, [(name.strip(), value.strip()) for name, colon, value in named if colon]


def _decode(block: bytes, http: list[tuple[str, str]]) -> bytes | None:
    """The body without chunks and packing; None where it cannot be unpacked. Some crawlers keep it as the wire had it, some without."""
    if (header_value(http, "transfer-encoding") or "").lower() == "chunked":
        block = _join_chunks(block)
    try:
        return decode_body(block, [v for k, v in http if k.lower() == "content-encoding"])
    except ArchiveError:
        return None


def _join_chunks(block: bytes) -> bytes:
    """A chunked body as one; itself where it is chunked no more, as some crawlers keep it."""
    parts: list[bytes] = []
    at = 0
    while at < len(block):
        line = block.find(b"\r\n", at)
        size = block[at:line].partition(b";")[0].strip()
        if line < 0 or not size or size.strip(b"0123456789abcdefABCDEF"):
            return block if not parts else b"".join(parts)
        count = int(size, 16)
        if not count:
            break
        parts.append(block[line + 2 : line + 2 + count])
        at = line + 2 + count + 2
    return b"".join(parts)


def _date(text: str) -> datetime:
    try:
        return parse_instant(text).astimezone(UTC)
    except ValueError:
        return utc_now()
