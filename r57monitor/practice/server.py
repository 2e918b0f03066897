"""Serves the practice web on loopback, as of an instant that can be set."""

from __future__ import annotations

import gzip
import http.server
import socketserver
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from types import TracebackType
from typing import Any, Self

from r57monitor.errors import R57Error
from r57monitor.practice.corpus import PracticeArticle, load_articles
from r57monitor.practice.pages import Reply, SiteRouter
from r57monitor.practice.sites import PracticeWeb, SiteArticle, load_web, place_articles

HOST = "127.0.0.1"
_GZIP_FROM = 600  # bytes; below that compression costs more than it saves
_IDLE_S = 20  # a connection that says nothing for so long is closed


@dataclass(frozen=True, slots=True)
class Visit:
    """One request that was answered."""

    site_id: str
    target: str
    status: int


class Practice:
    """The practice web. `start()`, `set_instant()` as often as wanted, `stop()`; or a `with` block.

    instant: aware; only what was published by then is served. Tests read `visits`.
    """

    def __init__(self, instant: datetime, web: PracticeWeb | None = None, articles: Sequence[PracticeArticle] | None = None) -> None:
        self.web = web or load_web()
        self.instant = instant
        self.visits: list[Visit] = []
        self.articles: dict[str, tuple[SiteArticle, ...]] = place_articles(self.web, articles if articles is not None else load_articles())
        originals = {a.article.id: a.url for placed in self.articles.values() for a in placed if a.copy is None}
        self.routers = {site.id: SiteRouter(site, self.web, self.articles[site.id], originals) for site in self.web.sites}
        self._servers: list[_Server] = []

    def set_instant(self, instant: datetime) -> None:
        """From now on the sites show what they showed at this instant."""
        self.instant = instant

    def start(self) -> None:
        """Serve every site in threads of this process.

        Raises R57Error naming the port that is taken and the way out; then nothing is left running.
        """
        try:
            for site in self.web.sites:
                self._servers.append(_bind(self, site.id, site.port))
        except R57Error:
            for server in self._servers:
                server.server_close()
            self._servers.clear()
            raise
        for server in self._servers:
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, name=server.site_id, daemon=True).start()

    def stop(self) -> None:
        """Stop serving and free the ports. May be called twice."""
        for server in self._servers:
            server.shutdown()
        for server in self._servers:
            server.server_close()
        self._servers.clear()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()


class _Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, practice: Practice, site_id: str, port: int) -> None:
        self.practice = practice
        self.site_id = site_id
        super().__init__((HOST, port), _Handler)

    def server_bind(self) -> None:
        socketserver.TCPServer.server_bind(self)  # HTTPServer would look the host's name up in the DNS
        self.server_name, self.server_port = HOST, self.server_address[1]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is none of the demo's business."""


def _bind(practice: Practice, site_id: str, port: int) -> _Server:
    try:
        return _Server(practice, site_id, port)
    except OSError as error:
        raise R57Error(
            f"port {port} on {HOST} is in use ({error.strerror}); the practice web needs it for {site_id}. "
            f"Another `r57 demo` may be running: stop it, or whatever holds the port (`ss -ltnp 'sport = :{port}'`), and try again."
        ) from error


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "practice"
    sys_version = ""
    timeout = _IDLE_S
    server: _Server

    def do_GET(self) -> None:
        self._answer(send_body=True)

    def do_HEAD(self) -> None:
        self._answer(send_body=False)

    def _answer(self, send_body: bool) -> None:
        practice, site_id = self.server.practice, self.server.site_id
        reply = practice.routers[site_id].answer(self.path, practice.instant)
        status = HTTPStatus.NOT_MODIFIED if reply.status == HTTPStatus.OK and self._is_unchanged(reply) else HTTPStatus(reply.status)
        practice.visits.append(Visit(site_id, self.path, int(status)))
        self.send_response(status)
        if reply.location:
            self.send_header("Location", reply.location)
        if reply.status == HTTPStatus.OK:
            self.send_header("ETag", reply.etag)
            if reply.modified:
                self.send_header("Last-Modified", format_datetime(reply.modified.astimezone(UTC), usegmt=True))
        if status is HTTPStatus.NOT_MODIFIED:
            self.end_headers()
            return
        body = self._encode(reply)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if send_body:
            self.wfile.write(body)

    def _is_unchanged(self, reply: Reply) -> bool:
        known = self.headers.get("If-None-Match")
        if known is not None:  # it outweighs the date
            return known.strip() == "*" or reply.etag in {tag.strip().removeprefix("W/") for tag in known.split(",")}
        since = self.headers.get("If-Modified-Since")
        if since is None or reply.modified is None:
            return False
        try:
            return reply.modified.replace(microsecond=0) <= parsedate_to_datetime(since)
        except (TypeError, ValueError):
            return False

    def _encode(self, reply: Reply) -> bytes:
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Vary", "Accept-Encoding")
        if len(reply.body) >= _GZIP_FROM and "gzip" in (self.headers.get("Accept-Encoding") or ""):
            self.send_header("Content-Encoding", "gzip")
            return gzip.compress(reply.body, compresslevel=4, mtime=0)
        return reply.body

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The played instant: the practice web knows no other time."""
        return format_datetime(self.server.practice.instant.astimezone(UTC), usegmt=True)

    def log_message(self, format: str, *args: Any) -> None:
        """Visits are counted, not printed."""
