"""WARC records of one fetch: how a page becomes bytes on disk, and bytes a page again."""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from io import BytesIO
from typing import Any, cast

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord

from r57monitor.errors import ArchiveError
from r57monitor.models import FoundBy, PageRole, RawPage
from r57monitor.text.challenge import find_stand_in
from r57monitor.text.whole import is_cut_short
from warehouse.encodings import decode_body, unpack_unsaid
from warehouse.heads import header_value, parse_instant
from warehouse.marks import Marks

OK, NOT_MODIFIED = 200, 304
_PAGES = frozenset({"article", "part", "listing"})
_WHOLE = frozenset({"article", "part"})  # of which a piece is of no use
_READ = frozenset({"article", "joined"})


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpHeads:
    """What the wire carried around a body: status line and headers of both sides."""

    reason: str = "OK"
    response_headers: Sequence[tuple[str, str]] = ()
    method: str = "GET"
    request_headers: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """The earlier fetch that an unchanged page is a revisit of."""

    record_id: str
    url: str
    fetched_at: datetime
    digest: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedPage:
    """One fetch as the archive has it. `raw.body` is decoded; empty, with `error`, where it cannot be."""

    raw: RawPage
    segment: str = ""
    cycle: str | None = None
    elapsed_ms: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    error: str | None = None
    size: int = 0  # bytes of the body, also where it was left out
    withdrawn: bool = False  # the page was taken away
    original: Original | None = None  # of a revisit: the fetch whose body this one repeats
    is_conditional: bool = False  # the page was asked for only if changed
    digest: str | None = None  # of the body as the wire carried it
    stand_in: str | None = None  # what stands in the page's place (text.challenge.find_stand_in)
    marks: Marks | None = field(default=None, compare=False)  # what it says of pages that belong to it, where that was looked for
    is_pruned: bool = False  # the body was left out when it had grown old; `size`, `error`, `digest` and `stand_in` are those of then

    def without_body(self) -> ArchivedPage:
        """All of it but the body, which costs too much to be handed on."""
        return replace(self, raw=replace(self.raw, body=b""))

    @property
    def refers_to(self) -> str | None:
        """Record id of the fetch whose body this one repeats."""
        return self.original.record_id if self.original else None


def payload_digest(body: bytes) -> str:
    """WARC-Payload-Digest of a body as the wire carried it."""
    return "sha1:" + base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()


def unpack_fetch(block: bytes, segment: str = "") -> ArchivedPage:
    """The fetch that `pack_fetch` made these bytes from. Raises ArchiveError when they are not whole."""
    main: tuple[Mapping[str, str], list[tuple[str, str]], int, bytes] | None = None
    about: dict[str, Any] | None = None
    for record in iterate_records(BytesIO(block), segment):
        if record.rec_type in {"response", "resource", "revisit"}:
            main = _main_parts(record)
        elif record.rec_type == "metadata":
            about = json.loads(record.content_stream().read())
    if main is None or about is None:
        raise ArchiveError(f"{segment}: a fetch without its page or its metadata record.")
    return to_page(main, about, segment)


def unpack_wire(block: bytes, segment: str = "") -> tuple[RawPage, HttpHeads | None, ArchivedPage]:
    """What `pack_fetch` was given for these bytes (the body as the wire carried it), and the page as readers see it.

    Raises ArchiveError when they are not whole.
    """
    page = unpack_fetch(block, segment)
    wire, heads, request = b"", None, None
    for record in iterate_records(BytesIO(block), segment):
        http = record.http_headers
        if record.rec_type in {"response", "revisit"} and http is not None:
            heads = HttpHeads(reason=http.statusline.partition(" ")[2] or "OK", response_headers=list(http.headers))
        elif record.rec_type == "request" and http is not None:
            request = (http.protocol or "GET", list(http.headers))
        if record.rec_type in {"response", "resource"}:
            wire = record.raw_stream.read()
    if heads is not None and request is not None:
        heads = replace(heads, method=request[0], request_headers=request[1])
    return replace(page.raw, body=wire), heads, page


def iterate_records(stream: BytesIO, name: str) -> Iterator[ArcWarcRecord]:
    """Records of a WARC stream, one after another. Raises ArchiveError, naming the file, where it is no WARC."""
    try:
        yield from ArchiveIterator(stream)
    except (ArchiveLoadFailed, zlib.error, EOFError) as error:
        raise ArchiveError(f"{name}: not a readable WARC ({error}).") from error


def _main_parts(record: ArcWarcRecord) -> tuple[Mapping[str, str], list[tuple[str, str]], int, bytes]:
    heads = {key.lower(): value for key, value in record.rec_headers.headers}
    http = list(record.http_headers.headers) if record.http_headers else []
    status = int(record.http_headers.get_statuscode() or 0) if record.http_headers else 200
    return heads, http, status, record.raw_stream.read()


def to_page(main: tuple[Mapping[str, str], list[tuple[str, str]], int, bytes], about: Mapping[str, Any], segment: str) -> ArchivedPage:
    heads, http, status, wire = main
    error = None
    original = _read_original(heads)
    is_file, then, role = heads.get("warc-type") == "resource", about.get("pruned"), about.get("role", "article")
    try:
        body = b"" if original else _decoded(wire, http, role)
    except ArchiveError as problem:
        body, error = b"", str(problem)
    if not wire and status == OK and role != "robots" and not (is_file or original or about.get("withdrawn")):
        error = "the answer is empty"
    if error is None and role in _WHOLE and status == OK and not (is_file or original) and is_cut_short(body):
        error = "the page breaks off"
    content_type = heads.get("content-type") if is_file else header_value(http, "content-type")
    url = heads.get("warc-target-uri", "")
    raw = RawPage(
        url=url,
        body=body,
        fetched_at=parse_instant(heads["warc-date"]),
        source_id=about.get("source", ""),
        requested_url=about.get("requested_url", url),
        status=status,
        content_type=content_type or "",
        role=cast(PageRole, role),
        found_by=cast(FoundBy, about.get("found_by", "given")),
        list_title=about.get("list_title"),
        list_date=_instant(about.get("list_date")),
        feed_date=_instant(about.get("feed_date")),
        given_published=date.fromisoformat(about["given_published"]) if about.get("given_published") else None,
        referrer=about.get("referrer"),
        record_id=heads["warc-record-id"].strip("<>"),
    )
    if then is not None:
        digest, size, error, stand_in = then.get("digest"), int(then.get("size", 0)), then.get("error"), then.get("stand_in")
    else:
        has_own_body = raw.status != NOT_MODIFIED and original is None and raw.role != "robots"
        digest, size, stand_in = heads.get("warc-payload-digest"), len(body), find_stand_in(raw) if has_own_body else None
    return ArchivedPage(
        raw=raw,
        segment=segment,
        cycle=about.get("cycle"),
        elapsed_ms=about.get("elapsed_ms"),
        etag=header_value(http, "etag"),
        last_modified=header_value(http, "last-modified"),
        error=error,
        size=size,
        withdrawn=bool(about.get("withdrawn")),
        original=original,
        is_conditional=bool(about.get("conditional")),
        digest=digest,
        stand_in=stand_in,
        is_pruned=then is not None,
    )


def _decoded(wire: bytes, http: list[tuple[str, str]], role: str) -> bytes:
    """The body without its packing. Of feeds and sitemaps what came is kept; an article that breaks off is none."""
    encodings = [value for key, value in http if key.lower() == "content-encoding"]
    if encodings:
        return decode_body(wire, encodings, whole=role in _WHOLE)
    return unpack_unsaid(wire) if role in _PAGES else wire


def _read_original(heads: Mapping[str, str]) -> Original | None:
    if "warc-refers-to" not in heads:
        return None
    return Original(
        record_id=heads["warc-refers-to"].strip("<>"),
        url=heads.get("warc-refers-to-target-uri", ""),
        fetched_at=parse_instant(heads["warc-refers-to-date"]),
        digest=heads.get("warc-payload-digest"),
    )


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def plain_outcome(page: ArchivedPage) -> str | None:
    """What became of a fetch that nobody needs to read for it; None for a page that the stages must read."""
    raw = page.raw
    if page.withdrawn:
        return "withdrawn"
    if raw.status == NOT_MODIFIED or (page.refers_to and raw.role == "article"):
        return "not_modified"
    if 300 <= raw.status < 400:
        return "redirect"
    if raw.role == "robots":
        return "robots"
    if raw.status != OK:
        return "challenge" if page.stand_in == "challenge" else "http_error"
    if page.error:
        return "error"
    return page.stand_in or (None if raw.role in _READ else raw.role)
