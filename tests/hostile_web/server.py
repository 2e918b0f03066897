"""Sites that answer byte by byte as they like, each on a port of its own; every request is noted."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from types import TracebackType

Writer = asyncio.StreamWriter
Trick = Callable[["Asked", Writer], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: path with query, headers in small letters, when it came."""

    path: str
    headers: dict[str, str]
    at: float


@dataclass
class Answer:
    """A plain answer; `headers` come as given, a Content-Length beside them."""

    body: bytes = b""
    status: int = 200
    kind: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Site:
    """One host. `pages`: path to an answer or a trick; `anything`: for all other paths."""

    id: str
    pages: dict[str, Answer | Trick] = field(default_factory=dict)
    anything: Answer | Trick | None = None
    tls: ssl.SSLContext | None = None
    asked: list[Asked] = field(default_factory=list)
    port: int = 0
    most_at_once: int = 0
    extra: str = ""  # lines of its registry entry
    says_https: bool = False  # its address, whatever it speaks
    _now: int = 0
    _writers: set[Writer] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"{'https' if self.tls or self.says_https else 'http'}://127.0.0.1:{self.port}"

    def paths(self) -> list[str]:
        return [one.path for one in self.asked]

    async def serve(self, reader: asyncio.StreamReader, writer: Writer) -> None:
        self._writers.add(writer)
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ssl.SSLError, asyncio.CancelledError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in head[1:] if line)}
                asked = Asked(head[0].split(" ")[1], headers, monotonic())
                self.asked.append(asked)
                self._now += 1
                self.most_at_once = max(self.most_at_once, self._now)
                try:
                    await self.answer(asked, writer)
                finally:
                    self._now -= 1
        self.end(writer)

    def end(self, *writers: Writer) -> None:
        """Cut connections off: these, or all that are open."""
        for writer in writers or list(self._writers):
            writer.transport.abort()
            self._writers.discard(writer)

    async def answer(self, asked: Asked, writer: Writer) -> None:
        page = self.pages.get(asked.path) or self.anything or Answer(b"<html><body>khong co</body></html>", 404)
        if not isinstance(page, Answer):
            await page(asked, writer)
            return
        await send(writer, page)


async def send(writer: Writer, page: Answer) -> None:
    heads = {"Content-Type": page.kind, "Content-Length": str(len(page.body)), **page.headers}
    if page.status == 304:
        heads.pop("Content-Length")
    lines = [f"HTTP/1.1 {page.status} X", *(f"{k}: {v}" for k, v in heads.items()), "", ""]
    writer.write("\r\n".join(lines).encode("latin-1") + page.body)
    await writer.drain()


class HostileWeb:
    """Serves sites in a thread of its own until closed."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._servers: list[asyncio.Server] = []
        self.sites: dict[str, Site] = {}

    def __enter__(self) -> HostileWeb:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        async def end() -> None:
            for server in self._servers:
                server.close()
            for site in self.sites.values():
                site.end()
            for task in asyncio.all_tasks():
                if task is not asyncio.current_task():
                    task.cancel()
            await asyncio.sleep(0.05)

        asyncio.run_coroutine_threadsafe(end(), self.loop).result(10)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(10)
        self.loop.close()

    def add(self, site: Site) -> Site:
        """Open a site's port."""

        async def begin() -> None:
            server = await asyncio.start_server(site.serve, "127.0.0.1", site.port, ssl=site.tls, limit=2**20)
            site.port = server.sockets[0].getsockname()[1]
            self._servers.append(server)

        asyncio.run_coroutine_threadsafe(begin(), self.loop).result(10)
        self.sites[site.id] = site
        return site
