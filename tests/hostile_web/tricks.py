"""Answers that mean harm: bombs, trickles, endless bodies, garbage."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from contextlib import suppress

import brotli

from tests.hostile_web.server import Answer, Asked, Trick, Writer, send
from warehouse.encodings import zstd

_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
_MB = 2**20


def gzip_bomb(megabytes: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(packer.compress(b"a" * _MB) for _ in range(megabytes)) + packer.flush()


def brotli_bomb(megabytes: int) -> bytes:
    packer = brotli.Compressor(quality=5)
    return b"".join(packer.process(b"a" * _MB) for _ in range(megabytes)) + packer.finish()


def brotli_packed(page: bytes) -> bytes:
    packed: bytes = brotli.compress(page)
    return packed


def deflate_bomb(megabytes: int) -> bytes:
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(b"a" * _MB) for _ in range(megabytes)) + packer.flush()


def zstd_bomb(megabytes: int) -> bytes:
    packer = zstd.ZstdCompressor()
    return b"".join(packer.compress(b"a" * _MB) for _ in range(megabytes)) + packer.flush()


def packed(body: bytes, *encodings: str) -> Answer:
    return Answer(body, headers={"Content-Encoding": ", ".join(encodings)})


def many_times_packed(times: int) -> Answer:
    body = b"<p>sau nhieu lop</p>"
    for _ in range(times):
        body = gzip.compress(body)
    return packed(body, *["gzip"] * times)


async def trickle(asked: Asked, writer: Writer) -> None:
    """A byte now and then, for ever."""
    writer.write(_HEAD + b"Content-Length: 100000\r\n\r\n")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.3)


async def endless_body(asked: Asked, writer: Writer) -> None:
    writer.write(_HEAD + b"\r\n")
    while True:
        writer.write(b"<p>mai</p>" * 6000)
        await writer.drain()


async def endless_headers(asked: Asked, writer: Writer) -> None:
    writer.write(_HEAD)
    number = 0
    while True:
        number += 1
        writer.write(b"X-%d: %s\r\n" % (number, b"y" * 800))
        await writer.drain()


async def endless_interim(asked: Asked, writer: Writer) -> None:
    while True:
        writer.write(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 50)
        await writer.drain()


async def one_long_header(asked: Asked, writer: Writer) -> None:
    writer.write(_HEAD + b"X-Long: ")
    while True:
        writer.write(b"y" * 65536)
        await writer.drain()


async def garbage_chunks(asked: Asked, writer: Writer) -> None:
    writer.write(_HEAD + b"Transfer-Encoding: chunked\r\n\r\nzzzz\r\nkhong phai so\r\n")
    await writer.drain()
    writer.close()


async def cut_off(asked: Asked, writer: Writer) -> None:
    writer.write(_HEAD + b"Content-Length: 5000\r\n\r\n<html><body><p>mot nua")
    await writer.drain()
    writer.close()


async def bare_page(asked: Asked, writer: Writer) -> None:
    """A page without a status line or headers, as the first web had them."""
    writer.write(b"<html><body><p>khong dong nao mo dau</p></body></html>")
    await writer.drain()
    writer.close()


async def no_http(asked: Asked, writer: Writer) -> None:
    writer.write(b"\x00\x01\x02 xin chao\r\n\r\n")
    await writer.drain()
    writer.close()


async def reset(asked: Asked, writer: Writer) -> None:
    writer.transport.abort()


def redirect(place: str, status: int = 302) -> Answer:
    return Answer(status=status, headers={"Location": place})


def endless_redirects(path: str) -> Trick:
    async def go_on(asked: Asked, writer: Writer) -> None:
        number = int(asked.path.rpartition("=")[2] or 0) if "=" in asked.path else 0
        await send(writer, redirect(f"{path}?n={number + 1}"))

    return go_on


def lying_304(page: Answer, etag: str = '"dối"') -> Trick:
    """Whole once, and "not modified" ever after to whoever asks conditionally."""
    tag = etag.encode().decode("latin-1")

    async def lie(asked: Asked, writer: Writer) -> None:
        if "if-none-match" in asked.headers:
            await send(writer, Answer(status=304, headers={"ETag": tag}))
        else:
            page.headers["ETag"] = tag
            await send(writer, page)

    return lie


async def silence(asked: Asked, writer: Writer) -> None:
    """Nothing, for as long as anybody waits."""
    await asyncio.sleep(3600)


async def mute(reader: asyncio.StreamReader, writer: Writer) -> None:
    """A connection that is taken and never spoken on."""
    with suppress(ConnectionError):
        await reader.read()
    writer.close()
