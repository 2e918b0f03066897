"""Sources that show their text by script only (`browser = true`): pages come through Chromium behind the filtering proxy.

Feeds, sitemaps, robots.txt and files are fetched as for any other source. Needs the extra `browser` and a Chromium.
"""

from __future__ import annotations

from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler
from scrapy_playwright.page import PageMethod

from r57monitor.models import Source
from spiders.chromium import find_chromium
from spiders.filter_proxy import FilterProxy
from spiders.leads import allowed_hosts
from spiders.transport import GuardedHandler

PAGE_MS = 30_000
QUIET_MS = 10_000  # a page that never comes to rest is taken as it is then
_FILES = (".pdf", ".doc", ".docx", ".xls", ".xlsx")
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
        self._plain = GuardedHandler(crawler)
        source: Source = crawler.spider.source  # type: ignore[union-attr]
        hosts = allowed_hosts(source)
        self._proxy = FilterProxy(hosts, hosts if source.private_network else frozenset())
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
        is_page = lead is not None and lead.role in {"article", "listing"} and not request.url.lower().endswith(_FILES)
        if not is_page:
            return await self._plain.download_request(request)
        await self._proxy.start()
        settled = PageMethod("evaluate", _SETTLE, QUIET_MS)
        meta: dict[str, Any] = {**request.meta, "playwright": True, "playwright_page_methods": [settled]}
        asked = request.replace(meta={**meta, "playwright_context_kwargs": {"service_workers": "block", "accept_downloads": False}})
        response: Response = await super().download_request(asked)
        return response.replace(request=request) if response.request is not None else response

    async def close(self) -> None:
        await super().close()
        await self._plain.close()
        self._proxy.close()


# Waits until the page has not changed for half a second, or for as long as given.
_SETTLE = """(limit) => new Promise(done => {
  let timer = setTimeout(done, 500);
  const watcher = new MutationObserver(() => { clearTimeout(timer); timer = setTimeout(done, 500); });
  watcher.observe(document, {childList: true, subtree: true, characterData: true});
  setTimeout(done, limit);
})"""
