"""A body without its content encodings, however it was packed; what would unpack to more than a page is refused."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Iterable

import brotli

from r57monitor.errors import ArchiveError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

MAX_ENCODINGS = 2  # one on top of another; each may be a bomb
MAX_DECODED = 24 * 2**20  # a page that unpacks to more is no page
_NO_ENCODINGS = frozenset({"identity", "none", "utf-8", "utf8", "binary", "8bit", "text/html"})  # what servers name that pack nothing
_PIECE = 2**20  # bytes unpacked at a time
_ZSTD_WINDOW_LOG = 23  # 8 MB, as RFC 8878 asks of every decoder


def decode_body(body: bytes, encodings: Iterable[str], cap: int = MAX_DECODED) -> bytes:
    """A body without its content encodings. Raises ArchiveError on an unknown or broken one, or beyond `cap` bytes."""
    names = [n.strip().lower() for line in encodings for n in line.split(",") if n.strip()]
    names = [name for name in names if name not in _NO_ENCODINGS]
    if len(names) > MAX_ENCODINGS:
        raise ArchiveError(f"the body is packed {len(names)} times over")
    for name in reversed(names):
        if name in {"gzip", "x-gzip"}:
            body = body if _is_bare_markup(body) else _inflate(body, 31, cap)
        elif name == "deflate":
            body = _inflate(body, 15 if body[:1] == b"x" else -15, cap)
        elif name == "br":
            body = _unpack_brotli(body, cap)
        elif name == "zstd":
            body = _unpack_zstd(body, cap)
        else:
            raise ArchiveError(f"content encoding {name[:40]} cannot be decoded")
    return body


def _is_bare_markup(body: bytes) -> bool:
    """Whether a page came as it is although its head says that it is packed."""
    return body[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def _checked(size: int, cap: int) -> int:
    if size > cap:
        raise ArchiveError(f"the body unpacks to more than {cap // 2**20} MB")
    return size


def _inflate(body: bytes, wbits: int, cap: int) -> bytes:
    parts: list[bytes] = []
    size = 0
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
        body = unpacker.unused_data if unpacker.eof else b""
    return b"".join(parts)


def _unpack_brotli(body: bytes, cap: int) -> bytes:
    unpacker = brotli.Decompressor()
    parts: list[bytes] = []
    size, given = 0, body
    try:
        while not unpacker.is_finished():
            part = unpacker.process(given, output_buffer_limit=_PIECE)
            given = b""
            if not part and unpacker.can_accept_more_data():
                break  # cut off: what came is kept, as it is of gzip
            size = _checked(size + len(part), cap)
            parts.append(part)
    except brotli.error as error:
        raise ArchiveError("the compressed body is broken (brotli)") from error
    return b"".join(parts)


def _unpack_zstd(body: bytes, cap: int) -> bytes:
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
    return b"".join(parts)
