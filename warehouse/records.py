"""WARC records of one fetch: how a page becomes bytes on disk, and bytes a page again."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import uuid
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any, cast
from urllib.parse import quote

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from r57monitor.errors import ArchiveError
from r57monitor.models import FoundBy, PageRole, RawPage
from r57monitor.text.challenge import find_stand_in
from warehouse.encodings import decode_body

_NOT_MODIFIED = 304
_JSON = "application/json"
_WARC_DATE = "%Y-%m-%dT%H:%M:%S.%fZ"
_PACKING = 6  # of zlib; the highest costs twice the time for one hundredth of the size
_GZIP = 31
_PLAIN = re.compile(r"(?:[!-~](?:[ -~]*[!-~])?)?")
_ASCII = "".join(map(chr, range(128)))
_NOT_KEPT = frozenset({"transfer-encoding", "content-length", "connection"})  # true of the wire, not of the record


_CONDITIONS = frozenset({"if-none-match", "if-modified-since"})


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
    is_pruned: bool = False  # the body was left out when it had grown old; `size`, `error`, `digest` and `stand_in` are those of then

    @property
    def refers_to(self) -> str | None:
        """Record id of the fetch whose body this one repeats."""
        return self.original.record_id if self.original else None


def new_record_id() -> str:
    """A fresh WARC-Record-ID, without its angle brackets."""
    return f"urn:uuid:{uuid.uuid4()}"


def payload_digest(body: bytes) -> str:
    """WARC-Payload-Digest of a body as the wire carried it."""
    return "sha1:" + base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()


def pack_fetch(
    raw: RawPage,
    http: HttpHeads | None,
    cycle: str | None,
    elapsed_ms: int | None,
    *,
    same_as: Original | None = None,
    withdrawn: bool = False,
    pruned: Mapping[str, Any] | None = None,
) -> bytes:
    """The gzip members of one fetch: response (resource, revisit), request, metadata, in that order.

    raw: `body` as the wire carried it, `record_id` set. http: None for a file (a `resource` record).
    same_as: the fetch whose body this one repeats; then the body is left out (a `revisit` record).
    withdrawn: the page was taken away; its body is empty. pruned: what was known by a body that is left out now.
    """
    day = raw.fetched_at.astimezone(UTC).strftime(_WARC_DATE)
    main = {"WARC-Record-ID": f"<{raw.record_id}>", "WARC-Date": day}
    writer = _Members()
    if http is None:
        writer.add(raw.url, "resource", raw.body, main, raw.content_type or "application/octet-stream")
    else:
        status = StatusAndHeaders(f"{raw.status} {http.reason}", _kept_headers(raw, http), protocol="HTTP/1.1")
        kind, body = ("revisit", b"") if same_as else ("response", raw.body)
        if same_as:
            main |= _revisit_headers(raw, same_as)
        if pruned:
            main["WARC-Truncated"] = "unspecified"
        writer.add(raw.url, kind, body, main, None, status)
        asked = StatusAndHeaders(
            f"{http.method} {_path(raw.url)} HTTP/1.1", [(k, _as_ascii(v)) for k, v in http.request_headers], is_http_request=True
        )
        writer.add(raw.url, "request", b"", _beside(raw, day), None, asked)
    about = _metadata(raw, http, cycle, elapsed_ms, withdrawn) | ({"pruned": dict(pruned)} if pruned else {})
    writer.add(raw.url, "metadata", json.dumps(about, ensure_ascii=False).encode(), _beside(raw, day), _JSON)
    return b"".join(writer.members)


def pack_pruned(raw: RawPage, http: HttpHeads, page: ArchivedPage) -> bytes:
    """The gzip members of a fetch with its body left out (WARC-Truncated), and in its metadata what was known by the body.

    raw, http, page: as `unpack_wire` gives them.
    """
    known = {"size": page.size, "error": page.error, "digest": page.digest, "stand_in": page.stand_in}
    pruned = {key: value for key, value in known.items() if value is not None}
    heads = [(k, v) for k, v in http.response_headers if k.lower() != "content-encoding"]
    bare = replace(http, response_headers=heads)
    return pack_fetch(replace(raw, body=b""), bare, page.cycle, page.elapsed_ms, pruned=pruned)


class _Members:
    """WARC records, each packed as a gzip member of its own."""

    def __init__(self) -> None:
        self.members: list[bytes] = []

    def add(
        self,
        url: str,
        kind: str,
        body: bytes,
        headers: dict[str, str],
        content_type: str | None,
        http: StatusAndHeaders | None = None,
    ) -> None:
        out = BytesIO()
        writer = WARCWriter(out, gzip=False, warc_version="1.1")
        record = writer.create_warc_record(
            url,
            kind,
            payload=BytesIO(body),
            length=len(body),
            warc_content_type=content_type or "",
            warc_headers_dict=dict(headers),
            http_headers=http,
        )
        writer.write_record(record)
        self.members.append(zlib.compress(out.getbuffer(), _PACKING, _GZIP))


def _kept_headers(raw: RawPage, http: HttpHeads) -> list[tuple[str, str]]:
    heads = [(_as_ascii(k), _as_ascii(v)) for k, v in http.response_headers if k.lower() not in _NOT_KEPT]
    return heads if raw.status == _NOT_MODIFIED else [*heads, ("Content-Length", str(len(raw.body)))]


def _as_ascii(text: str) -> str:
    """A header with its other letters percent-encoded: file names are often sent as they are, and the WARC writer takes no such line."""
    return text if text.isascii() else quote(text, safe=_ASCII, encoding="latin-1" if max(text) < "\u0100" else "utf-8")


def packed_page(
    raw: RawPage, http: HttpHeads | None, cycle: str | None, elapsed_ms: int | None, block: bytes, segment: str
) -> ArchivedPage:
    """What `unpack_fetch` gives for the bytes that `pack_fetch` made of a plain fetch: no revisit, nothing withdrawn.

    It is not unpacked where that cannot change anything: all its heads are plain ASCII, as nearly all are.
    """
    words = [raw.record_id, *(word for pair in (http.response_headers if http else ()) for word in pair)]
    if http is None or " " in raw.url or not _PLAIN.fullmatch(raw.url) or not all(_PLAIN.fullmatch(word) for word in words):
        return unpack_fetch(block, segment)
    heads = {
        "warc-target-uri": raw.url,
        "warc-date": raw.fetched_at.astimezone(UTC).strftime(_WARC_DATE),
        "warc-record-id": raw.record_id,
        "warc-payload-digest": payload_digest(raw.body),
    }
    about = _metadata(raw, http, cycle, elapsed_ms, withdrawn=False)
    return _to_page((heads, _kept_headers(raw, http), raw.status, raw.body), about, segment)


def _revisit_headers(raw: RawPage, same_as: Original) -> dict[str, str]:
    profile = "server-not-modified" if raw.status == _NOT_MODIFIED else "identical-payload-digest"
    headers = {
        "WARC-Profile": f"http://netpreserve.org/warc/1.1/revisit/{profile}",
        "WARC-Refers-To": f"<{same_as.record_id}>",
        "WARC-Refers-To-Target-URI": same_as.url,
        "WARC-Refers-To-Date": same_as.fetched_at.astimezone(UTC).strftime(_WARC_DATE),
    }
    return headers | ({"WARC-Payload-Digest": same_as.digest} if same_as.digest else {})


def _beside(raw: RawPage, day: str) -> dict[str, str]:
    return {"WARC-Concurrent-To": f"<{raw.record_id}>", "WARC-Date": day, "WARC-Record-ID": f"<{new_record_id()}>"}


def _path(url: str) -> str:
    return quote("/" + url.split("://", 1)[-1].partition("/")[2].partition("#")[0], safe="%/?=&:;,+!$'()*@~[]")


def _metadata(raw: RawPage, http: HttpHeads | None, cycle: str | None, elapsed_ms: int | None, withdrawn: bool) -> dict[str, Any]:
    conditional = http is not None and any(k.lower() in _CONDITIONS for k, _ in http.request_headers)
    known = {
        "source": raw.source_id,
        "role": raw.role,
        "found_by": raw.found_by,
        "requested_url": raw.requested_url,
        "list_title": raw.list_title,
        "list_date": raw.list_date.isoformat() if raw.list_date else None,
        "feed_date": raw.feed_date.isoformat() if raw.feed_date else None,
        "given_published": raw.given_published.isoformat() if raw.given_published else None,
        "referrer": raw.referrer,
        "cycle": cycle,
        "conditional": conditional or None,
        "elapsed_ms": elapsed_ms,
        "withdrawn": withdrawn or None,
    }
    return {key: value for key, value in known.items() if value not in (None, "")}


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
    return _to_page(main, about, segment)


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


def _to_page(main: tuple[Mapping[str, str], list[tuple[str, str]], int, bytes], about: Mapping[str, Any], segment: str) -> ArchivedPage:
    heads, http, status, wire = main
    error = None
    original = _read_original(heads)
    try:
        body = b"" if original else decode_body(wire, [v for k, v in http if k.lower() == "content-encoding"])
    except ArchiveError as problem:
        body, error = b"", str(problem)
    is_file = heads.get("warc-type") == "resource"
    then = about.get("pruned")
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
        role=cast(PageRole, about.get("role", "article")),
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
        has_own_body = raw.status != _NOT_MODIFIED and original is None and raw.role != "robots"
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


def _read_original(heads: Mapping[str, str]) -> Original | None:
    if "warc-refers-to" not in heads:
        return None
    return Original(
        record_id=heads["warc-refers-to"].strip("<>"),
        url=heads.get("warc-refers-to-target-uri", ""),
        fetched_at=parse_instant(heads["warc-refers-to-date"]),
        digest=heads.get("warc-payload-digest"),
    )


def header_value(headers: Iterable[tuple[str, str]], name: str) -> str | None:
    """First value of a header, whatever its case."""
    return next((value for key, value in headers if key.lower() == name), None)


def parse_instant(text: str) -> datetime:
    """An aware UTC instant from a WARC-Date, with or without fractions."""
    return datetime.fromisoformat(text).astimezone(UTC)


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def plain_outcome(page: ArchivedPage) -> str | None:
    """What became of a fetch that nobody needs to read for it; None for a page that the stages must read."""
    raw = page.raw
    if page.withdrawn:
        return "withdrawn"
    if raw.status == _NOT_MODIFIED or (page.refers_to and raw.role == "article"):
        return "not_modified"
    if 300 <= raw.status < 400:
        return "redirect"
    if raw.role == "robots":
        return "robots"
    if raw.status != 200:
        return "challenge" if page.stand_in == "challenge" else "http_error"
    if page.error:
        return "error"
    return page.stand_in or (None if raw.role == "article" else raw.role)
