"""A body without its content encodings, however it was packed; what would unpack to more than a page is refused."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Iterable, Sequence

import brotli

from r57monitor.errors import ArchiveError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

MAX_ENCODINGS = 2  # one on top of another; each may be a bomb
MAX_DECODED = 24 * 2**20  # a page that unpacks to more is no page
_NO_ENCODINGS = frozenset({"identity", "none", "utf-8", "utf8", "binary", "8bit", "text/html"})  # what servers name that pack nothing
_GZIP = b"\x1f\x8b\x08"
_GZIP_NAMES = frozenset({"gzip", "x-gzip"})
AS_CAME = "X-Archive-Orig-Content-Encoding"  # as other archives name what their record of a page leaves out
_ENCODING, _RARE = "content-encoding", ("br", "zstd")
_MARKUP = (b"<!doctype", b"<html", b"<head", b"<?xml", b"<rss", b"<feed", b"<urlset", b"<sitemapindex")
_PAGE_END, _TAIL = b"</html", 2_000
_PIECE = 2**20  # bytes unpacked at a time
_ZSTD_WINDOW_LOG = 23  # 8 MB, as RFC 8878 asks of every decoder


def decode_body(body: bytes, encodings: Iterable[str], cap: int = MAX_DECODED, *, whole: bool = False) -> bytes:
    """A body without its content encodings. Raises ArchiveError on an unknown or broken one, or beyond `cap` bytes.

    whole: also where the packed bytes break off before the page has ended. Else what came is kept, as far as it goes.
    """
    names = [n.strip().lower() for line in encodings for n in line.split(",") if n.strip()]
    names = [name for name in names if name not in _NO_ENCODINGS]
    if len(names) > MAX_ENCODINGS:
        raise ArchiveError(f"the body is packed {len(names)} times over")
    for name in reversed(names):
        body, is_cut = _unpack(body, name, cap)
        if whole and is_cut and _PAGE_END not in body[-_TAIL:].lower():  # some servers leave out only the last bytes of the packing
            raise ArchiveError("the packed body breaks off")
    return body


def unpack_unsaid(body: bytes) -> bytes:
    """A page that came packed by gzip though its head does not say so; itself where it is none."""
    if not body.startswith(_GZIP):
        return body
    try:
        return decode_body(body, ["gzip"])
    except ArchiveError:
        return body


def as_others_read(body: bytes, headers: Sequence[tuple[str, str]]) -> tuple[bytes, Sequence[tuple[str, str]]]:
    """A body and its heads as readers of WARC files in general can unpack them: by gzip and deflate, and by nothing else.

    What came packed otherwise is unpacked, and its packing named under another head; what cannot be unpacked whole stays as it came.
    """
    encodings = [value for name, value in headers if name.lower() == _ENCODING]
    if not any(packing in line.lower() for line in encodings for packing in _RARE):
        return body, headers
    try:
        plain = decode_body(body, encodings, whole=True)
    except ArchiveError:
        return body, headers
    return plain, [(AS_CAME if name.lower() == _ENCODING else name, value) for name, value in headers]


def _unpack(body: bytes, name: str, cap: int) -> tuple[bytes, bool]:
    """The body, and whether it broke off. What a server names and what it does are not always the same."""
    if _is_bare_markup(body, is_sure=name not in _GZIP_NAMES):
        return body, False
    if name in _GZIP_NAMES or body.startswith(_GZIP):
        return _inflate(body, 31, cap)
    if name == "deflate":
        return _inflate(body, 15 if body[:1] == b"x" else -15, cap)
    if name == "br":
        return _unpack_brotli(body, cap)
    if name == "zstd":
        return _unpack_zstd(body, cap)
    raise ArchiveError(f"content encoding {name[:40]} cannot be decoded")


def _is_bare_markup(body: bytes, *, is_sure: bool) -> bool:
    """Whether a page came as it is although its head says that it is packed. is_sure: where packed bytes may begin with "<" too."""
    start = body[:64].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return start.startswith(_MARKUP if is_sure else b"<")


def _checked(size: int, cap: int) -> int:
    if size > cap:
        raise ArchiveError(f"the body unpacks to more than {cap // 2**20} MB")
    return size


def _inflate(body: bytes, wbits: int, cap: int) -> tuple[bytes, bool]:
    parts: list[bytes] = []
    size, is_cut = 0, False
    while body:
        unpacker = zlib.decompressobj(wbits)
        try:
            part = unpacker.decompress(body, cap - size + 1)
        except zlib.error as error:
            if parts:  # bytes after the last member are padding
                break
            raise ArchiveError(f"the compressed body is broken ({error})") from error
        size = _checked(size + len(part), cap)
        parts.append(part)
        is_cut = not unpacker.eof
        body = unpacker.unused_data if unpacker.eof else b""
    return b"".join(parts), is_cut


def _unpack_brotli(body: bytes, cap: int) -> tuple[bytes, bool]:
    unpacker = brotli.Decompressor()
    parts: list[bytes] = []
    size, given = 0, body
    try:
        while not unpacker.is_finished():
            part = unpacker.process(given, output_buffer_limit=_PIECE)
            given = b""
            if not part and unpacker.can_accept_more_data():
                break  # cut off
            size = _checked(size + len(part), cap)
            parts.append(part)
    except brotli.error as error:
        raise ArchiveError("the compressed body is broken (brotli)") from error
    return b"".join(parts), not unpacker.is_finished()


def _unpack_zstd(body: bytes, cap: int) -> tuple[bytes, bool]:
    unpacker = zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: _ZSTD_WINDOW_LOG})
    parts: list[bytes] = []
    size, given = 0, body
    try:
        while not unpacker.eof:
            part = unpacker.decompress(given, _PIECE)
            given = b""
            if not part and unpacker.needs_input:
                break
            size = _checked(size + len(part), cap)
            parts.append(part)
    except zstd.ZstdError as error:
        raise ArchiveError("the compressed body is broken (zstd)") from error
    return b"".join(parts), not unpacker.eof
