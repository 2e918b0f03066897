"""WARC files of other programs (and of other homes): their pages, one by one."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord

from r57monitor.clock import utc_now
from r57monitor.errors import ArchiveError, ReadError
from r57monitor.models import RawPage
from warehouse.records import MAX_DECODED, decode_body, header_value, new_record_id, parse_instant

_PAGES = ("text/html", "application/xhtml", "text/plain", "application/pdf", "officedocument.wordprocessingml")


def iterate_foreign_warc(path: Path) -> Iterator[RawPage]:
    """Responses with status 200, and files, that may be documents. Others (images, scripts, errors) are passed over.

    Raises ReadError, naming the file, where it is no WARC or breaks off; what came before is yielded first.
    """
    seen = 0
    try:
        with open(path, "rb") as stream:
            for record in ArchiveIterator(stream, arc2warc=True):
                seen += 1
                page = _to_page(record)
                if page is not None:
                    yield page
    except (ArchiveLoadFailed, zlib.error, EOFError) as error:
        raise ReadError(f"{path}: not a WARC, or broken after {seen} records ({error}).") from error
    except OSError as error:
        raise ReadError(f"{path}: cannot be read ({error.strerror or error}).") from error
    if not seen:
        raise ReadError(f"{path}: no WARC record in it.")


def _to_page(record: ArcWarcRecord) -> RawPage | None:
    if record.rec_type not in {"response", "resource"}:
        return None
    http = list(record.http_headers.headers) if record.http_headers else []
    status = int(record.http_headers.get_statuscode() or 0) if record.http_headers else 200
    kind = (header_value(http, "content-type") if http else record.rec_headers.get_header("Content-Type")) or ""
    url = record.rec_headers.get_header("WARC-Target-URI") or ""
    length = int(record.rec_headers.get_header("Content-Length") or 0)
    if status != 200 or not any(name in kind.lower() for name in _PAGES) or length > MAX_DECODED:
        return None
    if http and (header_value(http, "transfer-encoding") or "").lower() == "chunked":
        body = record.content_stream().read()  # as other crawlers keep it: chunked, and encoded
    else:
        try:
            body = decode_body(record.raw_stream.read(), [v for k, v in http if k.lower() == "content-encoding"])
        except ArchiveError:
            return None
    return RawPage(
        url=url.strip("<>"),
        requested_url=url.strip("<>"),
        body=body,
        fetched_at=_date(record),
        status=status,
        content_type=kind,
        record_id=(record.rec_headers.get_header("WARC-Record-ID") or new_record_id()).strip("<>"),
    )


def _date(record: ArcWarcRecord) -> datetime:
    try:
        return parse_instant(record.rec_headers.get_header("WARC-Date") or "").astimezone(UTC)
    except ValueError:
        return utc_now()
