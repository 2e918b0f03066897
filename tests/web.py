"""A loopback web site for crawl tests: pages in a table, every request noted."""

from __future__ import annotations

import hashlib
import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle, islice
from pathlib import Path
from types import TracebackType
from typing import Any

PROVINCE = "Lâm Đồng"
_offsets = cycle(range(64))


def free_port() -> int:
    """A loopback port nobody listens on now, and which the system gives to nobody by itself until it is listened on (again).

    A port the system chose could be another process's, or one end of a connection, before a server that is only being started has it:
    so it is taken from below those, from a stretch of the test process's own.
    """
    first = 20_000 + os.getpid() * 64 % 12_032
    for offset in islice(_offsets, 64):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", first + offset))
            return first + offset
    raise OSError(f"none of the ports from {first} on is free")


def wait_for_port(port: int, seconds: float = 240) -> None:
    """Until something listens there. Raises TimeoutError."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(f"nothing listens on port {port}")


@dataclass
class Dead:
    """An address that refuses every connection as long as this is open: its port is held, so that nobody else answers there."""

    url: str = ""

    def __enter__(self) -> Dead:
        self._held = socket.socket()
        self._held.bind(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._held.getsockname()[1]}"
        return self

    def __exit__(self, *_: object) -> None:
        self._held.close()


@dataclass
class Page:
    """One answer. `body` may be made at request time; `wait_s` before it is given."""

    body: bytes | Callable[[], bytes] = b""
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    wait_s: float = 0.0
    has_etag: bool = True


class Site:
    """Serves `pages` (path with query -> Page) on a free loopback port, by TLS where given; `asked` lists (path, request headers)."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.pages: dict[str, Page] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                site.answer(self)

            def log_message(self, format: str, *args: Any) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.host = f"127.0.0.1:{self.server.server_address[1]}"
        self.url = f"{'https' if tls else 'http'}://{self.host}"
        if tls:  # each connection's handshake is made by its own thread
            self.server.socket = tls.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self._thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    def __enter__(self) -> Site:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.server.shutdown()
        self.server.server_close()

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        headers = {k.lower(): v for k, v in handler.headers.items()}
        self.asked.append((handler.path, headers))
        page = self.pages.get(handler.path) or Page(b"<html><body>khong co trang nay</body></html>", 404)
        time.sleep(page.wait_s)
        body = page.body() if callable(page.body) else page.body
        etag = f'"{hashlib.sha1(body).hexdigest()[:12]}"'
        status = page.status
        if status == 200 and page.has_etag and headers.get("if-none-match") == etag:
            status, body = 304, b""
        try:
            handler.send_response(status)
            if status != 304:
                handler.send_header("Content-Type", page.content_type)
                handler.send_header("Content-Length", str(len(body)))
            if page.has_etag:
                handler.send_header("ETag", etag)
            for name, value in page.headers.items():
                handler.send_header(name, value)
            handler.end_headers()
            handler.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError):
            return

    def paths(self) -> list[str]:
        """Paths asked for so far, without robots.txt."""
        return [path for path, _ in self.asked if path != "/robots.txt"]

    def add_articles(self, numbers: range, *, month: int = 7, feed: bool = True, sections: bool = False) -> list[str]:
        """Articles /tin/…-N.html, dated one a day; listed in a feed, or on section pages of ten. Returns their paths."""
        paths = [f"/tin/xa-so-{n}-dua-{100 + n}-thu-tuc-len-mang-{n:06d}.html" for n in numbers]
        for n, path in zip(numbers, paths, strict=True):
            self.pages[path] = Page(article_html(n, month).encode())
        if feed:
            self.pages["/rss.xml"] = Page(feed_xml(self.url, paths, month), content_type="application/rss+xml")
        if sections:
            newest = paths[::-1]
            pages = [newest[i : i + 10] for i in range(0, len(newest), 10)]
            for number, chunk in enumerate(pages, 1):
                following = f"/chuyen-doi-so?page={number + 1}" if number < len(pages) else None
                self.pages["/chuyen-doi-so" + (f"?page={number}" if number > 1 else "")] = Page(listing_html(chunk, following))
        return paths


def article_html(n: int, month: int = 7, extra: str = "") -> str:
    """An article of a made-up commune's work; every number in it follows from n."""
    day = f"{1 + n % 28:02d}/{month:02d}/2025"
    iso = f"2025-{month:02d}-{1 + n % 28:02d}T08:00:00+07:00"
    return f"""<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>Xã số {n} đưa {100 + n} thủ tục lên mạng</title>
<meta property="og:type" content="article"><meta property="article:published_time" content="{iso}"></head>
<body><header><a href="/">Trang chủ</a></header><main><article><h1>Xã số {n} đưa {100 + n} thủ tục lên mạng</h1>
<time datetime="{iso}">{day} 08:00</time>
<p>Thực hiện Nghị quyết số 57-NQ/TW của Bộ Chính trị về đột phá phát triển khoa học, công nghệ, đổi mới sáng tạo và chuyển đổi số quốc gia,
xã số {n} của tỉnh {PROVINCE} đã đưa {100 + n} thủ tục hành chính lên mạng.</p>
<p>Theo báo cáo của UBND xã số {n}, đến hết tháng {month}/2025, tỷ lệ hồ sơ trực tuyến
của tỉnh {PROVINCE} đạt {50 + n % 40},5%, cao hơn cùng kỳ.
Toàn xã có {1000 + n} tài khoản định danh điện tử mức 2 được kích hoạt và {10 + n} tổ công nghệ số cộng đồng đang hoạt động ở các thôn.</p>
<p>Chủ tịch UBND xã số {n} cho biết mục tiêu đến năm 2030 là 95% hồ sơ được giải quyết trực tuyến toàn trình. {extra}
Bà con được cán bộ hướng dẫn tận nhà, nhờ đó không phải đi lại nhiều lần như trước đây để nộp giấy tờ.</p></article></main></body></html>"""


def feed_xml(base: str, paths: list[str], month: int = 7) -> bytes:
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    items = "".join(
        f"<item><title>Xã số {n}</title><link>{base}{path}</link>"
        f"<pubDate>{1 + n % 28:02d} {months[month - 1]} 2025 08:00:00 +0700</pubDate></item>"
        for n, path in enumerate(paths)
    )
    return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Tin</title>{items}</channel></rss>'.encode()


def listing_html(paths: list[str], following: str | None) -> bytes:
    links = "".join(f'<li><h3><a href="{p}">{p[5:-5].replace("-", " ").capitalize()}</a></h3></li>' for p in paths)
    pager = f'<div class="pagination"><a rel="next" href="{following}">Tiếp</a></div>' if following else ""
    return f'<html><head><meta charset="utf-8"><title>Chuyển đổi số</title></head><body><ul>{links}</ul>{pager}</body></html>'.encode()


def write_registry(path: Path, *sites: Site | Dead, extra: str = "", entry: str = 'feeds = ["{url}/rss.xml"]') -> Path:
    """A registry of loopback sites: site-1, site-2 …"""
    entries = [
        f'[[source]]\nid = "site-{n}"\nname = "Trang {n}"\nkind = "newspaper"\nprovince = "{PROVINCE}"\nhomepage = "{site.url}/"\n'
        f"{entry.format(url=site.url)}\ndelay_s = 0\nprivate_network = true\n{extra}\n"
        for n, site in enumerate(sites, 1)
    ]
    path.write_text("\n".join(entries), "utf-8")
    return path
