"""Sources that show their text by script only (`browser = true`): pages come through Chromium behind the filtering proxy.

Feeds, sitemaps, robots.txt and files are fetched as for any other source. Needs the extra `browser` and a Chromium.
"""

from __future__ import annotations

import base64
from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler
from scrapy_playwright.page import PageMethod

from r57monitor.models import Source
from r57monitor.text.urls import host_key
from spiders.chromium import find_chromium
from spiders.filter_proxy import FilterProxy
from spiders.leads import allowed_hosts
from spiders.middlewares import RobotsMiddleware
from spiders.transport import GuardedHandler, read_pins

PAGE_MS = 30_000
QUIET_MS = 10_000  # a page that never comes to rest is taken as it is then
_FILES = (".pdf", ".doc", ".docx", ".xls", ".xlsx")
_UNSEEN = frozenset({"image", "media", "font"})
# Everything goes through the proxy, and nothing beside it: no names looked up, no connections of the browser's own.
_ARGS = (
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--dns-prefetch-disable",
    "--no-first-run",
)


class BrowserHandler(ScrapyPlaywrightDownloadHandler):  # type: ignore[misc]  # it has no types
    """Pages by Chromium, everything else by the usual handler."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._crawler = crawler
        self._plain = GuardedHandler(crawler)
        source: Source = crawler.spider.source  # type: ignore[union-attr]
        hosts = allowed_hosts(source)
        self._hosts = hosts
        self._pinned = read_pins(source.tls_pin)
        self._robots_name = crawler.settings["ROBOTSTXT_USER_AGENT"]
        self._proxy = FilterProxy(
            hosts,
            hosts if source.private_network else frozenset(),
            crawler.settings.get("PROXY") or "",
            trusts_office=crawler.settings.getbool("PROXY_RESOLVES"),
        )
        self.abort_request = self._may_not_be_asked
        self.config.browser_type_name = "chromium"
        self.config.navigation_timeout_ms = PAGE_MS
        self.config.launch_options = {
            "executable_path": find_chromium(),
            "headless": True,
            "args": list(_ARGS),
            "proxy": {"server": self._proxy.address},
            "timeout": PAGE_MS,
        }

    async def download_request(self, request: Request) -> Response:
        lead = request.meta.get("lead")
        is_page = lead is not None and lead.role in {"article", "part", "listing"} and not request.url.lower().endswith(_FILES)
        if not is_page:
            return await self._plain.download_request(request)
        await self._proxy.start()
        if self._pinned:
            # robots.txt went before any page: a pin of a whole certificate has led to its key by now, and Chromium has not started
            self.config.launch_options["args"] = [*_ARGS, *_accepting(self._pinned | self._plain.tls.keys)]
        settled = PageMethod("evaluate", _SETTLE, QUIET_MS)
        meta: dict[str, Any] = {**request.meta, "playwright": True, "playwright_page_methods": [settled]}
        asked = request.replace(meta={**meta, "playwright_context_kwargs": {"service_workers": "block", "accept_downloads": False}})
        response: Response = await super().download_request(asked)
        return response.replace(request=request) if response.request is not None else response

    async def _may_not_be_asked(self, asked: Any) -> bool:
        """Whether a page's own request is left out: nobody looks at pictures, and robots.txt holds for what scripts ask for too."""
        if asked.resource_type in _UNSEEN or host_key(asked.url) not in self._hosts:
            return True
        robots = self._crawler.get_downloader_middleware(RobotsMiddleware)
        if robots is None:
            return False
        request = Request(asked.url)
        parser = await robots.robot_parser(request)
        return robots.refusal(request) is not None or (parser is not None and not parser.allowed(asked.url, self._robots_name))

    async def close(self) -> None:
        await super().close()
        await self._plain.close()
        self._proxy.close()


def _accepting(prints: frozenset[str]) -> list[str]:
    """Chromium's way to accept certificates by their keys; prints of whole certificates mean nothing to it."""
    keys = [base64.b64encode(bytes.fromhex(one)).decode() for one in sorted(prints)]
    return [f"--ignore-certificate-errors-spki-list={','.join(keys)}"]


# Waits until the page has not changed for half a second, or for as long as given.
_SETTLE = """(limit) => new Promise(done => {
  let timer = setTimeout(done, 500);
  const watcher = new MutationObserver(() => { clearTimeout(timer); timer = setTimeout(done, 500); });
  watcher.observe(document, {childList: true, subtree: true, characterData: true});
  setTimeout(done, limit);
})"""
