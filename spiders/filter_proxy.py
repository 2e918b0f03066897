"""A local proxy that a browser must go through: the source's hosts only, guarded addresses, bounded bytes and time."""

from __future__ import annotations

import asyncio
import base64
import ipaddress
import logging
import socket
from contextlib import suppress
from urllib.parse import unquote, urlsplit

from spiders.guard import is_public_address, refuse_url
from spiders.proxy import proxy_for

logger = logging.getLogger(__name__)

MAX_CONNECTION_BYTES = 12 * 2**20  # one connection carries a few of a page's files
MAX_CONNECTION_S = 60.0
MAX_HEAD_BYTES = 64 * 1024
_REFUSED = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_UNREACHABLE = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_TUNNEL = b"HTTP/1.1 200 Connection established\r\n\r\n"


class FilterProxy:
    """Listens on a free loopback port; `refused` says what was asked for and not allowed.

    office: setting PROXY, the office's own proxy, which what may be asked for then goes through. trusts_office: names outside
    cannot be looked up here, so that proxy must refuse private addresses.
    """

    def __init__(self, hosts: frozenset[str], private_hosts: frozenset[str], office: str = "", *, trusts_office: bool = False) -> None:
        self._office = office
        self._trusts_office = trusts_office
        self._hosts = hosts
        self._private = private_hosts
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._server: asyncio.Server | None = None
        self.refused: list[str] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    async def start(self) -> None:
        """Begin to answer; once is enough."""
        if self._server is None:
            self._server = await asyncio.start_server(self._serve, sock=self._socket, limit=MAX_HEAD_BYTES)

    def close(self) -> None:
        if self._server is not None:
            self._server.close()
        self._socket.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(MAX_CONNECTION_S):
                await self._answer(reader, writer)
        except (TimeoutError, OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
            pass  # this connection is over; the page goes without
        finally:
            with suppress(OSError):
                writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        method, target, *_ = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ")
        url = f"https://{target.removesuffix(':443')}/" if method == "CONNECT" else target
        why = refuse_url(url, self._hosts, self._private) or (None if method in {"CONNECT", "GET", "HEAD"} else f"{method} is not asked")
        office = None if why else proxy_for(url, self._office, self._private)
        address = None if why else await self._address(url, office)
        if why or address is None:
            self.refused.append(url)
            logger.info("browser: %s refused (%s)", url[:200], why or "its name leads to no public address")
            writer.write(_REFUSED)
            await writer.drain()
            return
        try:
            far_reader, far_writer = await asyncio.open_connection(*address)
        except OSError:
            writer.write(_UNREACHABLE)
            await writer.drain()
            return
        try:
            if method == "CONNECT":
                if office and not await _open_tunnel(far_reader, far_writer, target, office):
                    writer.write(_UNREACHABLE)
                    return
                writer.write(_TUNNEL)
                await asyncio.gather(_copy(reader, far_writer), _copy(far_reader, writer))
            else:  # one request a connection: the next one is looked at anew
                far_writer.write(_direct(head, target, office))
                await _copy(far_reader, writer)
        finally:
            with suppress(OSError):
                far_writer.close()

    async def _address(self, url: str, office: str | None) -> tuple[str, int] | None:
        """Where to connect to: the site, or the office's proxy once the site's name was found to be good."""
        if office is None:
            return await self._resolve(url)
        parts = urlsplit(office)
        is_good = self._trusts_office or await self._resolve(url) is not None
        return (parts.hostname or "", parts.port or 80) if is_good else None

    async def _resolve(self, url: str) -> tuple[str, int] | None:
        """The address to connect to, looked at after the name was resolved, so that it cannot change in between."""
        parts = urlsplit(url)
        name, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        try:
            found = await asyncio.get_running_loop().getaddrinfo(name, port, type=socket.SOCK_STREAM)
        except OSError:
            return None
        is_private_source = bool(self._private)
        good = [str(item[4][0]) for item in found if is_private_source or is_public_address(str(item[4][0]))]
        usable = [ip for ip in good if ipaddress.ip_address(ip.split("%")[0])]
        return (usable[0], port) if usable else None


async def _open_tunnel(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, target: str, office: str) -> bool:
    """Whether the office's proxy connects to a host and port."""
    lines = [f"CONNECT {target} HTTP/1.1", f"Host: {target}", *_credentials(office), "", ""]
    writer.write("\r\n".join(lines).encode("latin-1"))
    await writer.drain()
    answer = await reader.readuntil(b"\r\n\r\n")
    return answer.split(b" ", 2)[1:2] == [b"200"]


def _credentials(office: str) -> list[str]:
    """The header that names us to the office's proxy, where its address holds user and password."""
    parts = urlsplit(office)
    if not parts.username:
        return []
    pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
    return [f"Proxy-Authorization: Basic {base64.b64encode(pair).decode()}"]


def _direct(head: bytes, target: str, office: str | None = None) -> bytes:
    """The request as a server wants it: the path only (the whole address for the office's proxy), and the connection closed behind it."""
    first, _, rest = head.partition(b"\r\n")
    parts = urlsplit(target)
    path = target if office else (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lines = [line for line in rest.split(b"\r\n") if line and not line.lower().startswith((b"connection:", b"proxy-", b"upgrade:"))]
    lines += [line.encode("latin-1") for line in (_credentials(office) if office else [])]
    method, _, version = first.decode("latin-1").split(" ", 2)
    return b"\r\n".join([f"{method} {path} {version}".encode("latin-1"), *lines, b"Connection: close", b"", b""])


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    """Carry bytes on, up to a limit."""
    carried = 0
    while data := await source.read(65_536):
        carried += len(data)
        if carried > MAX_CONNECTION_BYTES:
            break
        target.write(data)
        await target.drain()
    with suppress(OSError):
        target.close()
