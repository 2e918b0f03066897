"""WARC files of other programs (and of other homes): their pages, one by one, from any record on."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from r57monitor.clock import utc_now
from r57monitor.errors import ArchiveError, ReadError
from r57monitor.models import RawPage
from warehouse.encodings import MAX_DECODED, decode_body
from warehouse.heads import header_value, new_record_id, parse_instant

_PAGES = ("text/html", "application/xhtml", "text/plain", "application/pdf", "officedocument.wordprocessingml")
_TYPES = WarcRecordType.response | WarcRecordType.resource
_GZIP = b"\x1f\x8b"
_GAP = b"\r\n\r\n"  # after a head, and after a record
_PIECE = 2**20  # bytes read at a time
_LONGEST_HEAD = 2**16


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


def iterate_foreign_warc(
    path: Path,
    start: int = 0,
    is_wanted: Callable[[str], bool] = lambda _url: True,
    may_matter: Callable[[bytes], bool] = lambda _body: True,
) -> Iterator[ForeignRecord]:
    """Responses with status 200, and files, that may be documents, from the record at `start` on.

    is_wanted: asked with each address before its body is looked at. may_matter: asked with each body before more is made of it.
    Raises ReadError, naming the file, where it is no WARC or breaks off; what came before is yielded first.
    """
    seen, last, url = 0, start, ""
    try:
        with open(path, "rb") as stream:
            stream.seek(start)
            for record in ArchiveIterator(stream, record_types=WarcRecordType.any_type, parse_http=False):
                seen, last = seen + 1, record.stream_pos
                url = (record.headers.get("WARC-Target-URI") or "").strip("<>")
                wanted = bool(record.record_type & _TYPES) and record.content_length <= MAX_DECODED and is_wanted(url)
                block = record.reader.read() if wanted else b""
                if wanted and len(block) < record.content_length:
                    raise ReadError(f"{path}: breaks off in record {seen} ({url}), at byte {last}.")
                body, kind = _unpack(record, block) if wanted else (None, "")
                if body is None or not may_matter(body):
                    yield ForeignRecord(last, url, None, body is not None)
                else:
                    yield ForeignRecord(last, url, _to_page(record, url, kind, body))
            if seen and not _is_end_whole(path, last):
                raise ReadError(f"{path}: breaks off after record {seen} ({url}), at byte {last}.")
    except OSError as error:
        raise ReadError(f"{path}: not a WARC, or broken after {seen} records ({error.strerror or error}).") from error
    if not seen and not start:
        raise ReadError(f"{path}: no WARC record in it.")


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


def _unpack(record: WarcRecord, block: bytes) -> tuple[bytes | None, str]:
    """Body and content type of a page; no body where it is none, or an unknown packing."""
    http: list[tuple[str, str]] = []
    status = 200
    if record.is_http:
        head, _, block = block.partition(_GAP)
        status, http = _parse_head(head)
    kind = (header_value(http, "content-type") if http else record.headers.get("Content-Type")) or ""
    if status != 200 or not any(name in kind.lower() for name in _PAGES):
        return None, kind
    return _decode(block, http), kind


def _to_page(record: WarcRecord, url: str, kind: str, body: bytes) -> RawPage:
    return RawPage(
        url=url,
        requested_url=url,
        body=body,
        fetched_at=_date(record),
        status=200,
        content_type=kind,
        record_id=(record.headers.get("WARC-Record-ID") or new_record_id()).strip("<>"),
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


def _date(record: WarcRecord) -> datetime:
    try:
        return parse_instant(record.headers.get("WARC-Date") or "").astimezone(UTC)
    except ValueError:
        return utc_now()
