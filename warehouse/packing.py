"""Pages into WARC records: the gzip members of one fetch, and what a reader of them will see."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC
from io import BytesIO
from typing import Any
from urllib.parse import quote

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from r57monitor.models import RawPage
from warehouse.heads import new_record_id
from warehouse.records import NOT_MODIFIED, ArchivedPage, HttpHeads, Original, payload_digest, to_page, unpack_fetch

_PACKING = 5  # of zlib; the next costs a third more time for two hundredths of the size
_GZIP = 31
_PLAIN = re.compile(r"(?:[!-~](?:[ -~]*[!-~])?)?")
_ASCII = "".join(map(chr, range(128)))
_NOT_KEPT = frozenset({"transfer-encoding", "content-length", "connection"})  # true of the wire, not of the record
_CONDITIONS = frozenset({"if-none-match", "if-modified-since"})
_WARC_DATE = "%Y-%m-%dT%H:%M:%S.%fZ"
_JSON = "application/json"


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
    return heads if raw.status == NOT_MODIFIED else [*heads, ("Content-Length", str(len(raw.body)))]


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
    return to_page((heads, _kept_headers(raw, http), raw.status, raw.body), about, segment)


def _revisit_headers(raw: RawPage, same_as: Original) -> dict[str, str]:
    profile = "server-not-modified" if raw.status == NOT_MODIFIED else "identical-payload-digest"
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
