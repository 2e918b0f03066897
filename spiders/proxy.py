"""An office's HTTP proxy, with the address guard still in force: names are looked up and judged here before the proxy is asked."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.utils.defer import maybe_deferred_to_future

from r57monitor.text.urls import host_key
from spiders.guard import GuardedResolver, Refused, is_address


class ProxyMiddleware:
    """Says which requests go through the proxy. Sources on a private network, and hosts in no_proxy, are asked directly.

    PROXY: the proxy's address. PROXY_RESOLVES: names outside cannot be looked up here, so the proxy itself must refuse private
    addresses; without it a name that cannot be looked up is not asked for.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.spider: Any = crawler.spider
        self._setting = crawler.settings.get("PROXY") or ""
        self._trusts_proxy = crawler.settings.getbool("PROXY_RESOLVES")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ProxyMiddleware:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        name = urlsplit(request.url).hostname or ""
        proxy = proxy_for(request.url, self._setting, self.spider.private)
        if proxy is None:
            request.meta["proxy"] = None
            return
        if not is_address(name) and not self._trusts_proxy:
            from twisted.internet import reactor

            try:
                await maybe_deferred_to_future(cast(Any, reactor).resolve(name))  # GuardedResolver refuses private addresses
            except Exception as error:
                raise Refused("name leads to a private address" if name in GuardedResolver.refused else "name not found") from error
        request.meta["proxy"] = proxy


def _proxies(setting: str) -> dict[str, str]:
    """Scheme to proxy: the setting's for both; the word "environment" takes http_proxy and https_proxy."""
    if setting == "environment":
        return {scheme: url for scheme, url in getproxies().items() if scheme in {"http", "https"}}
    return {"http": setting, "https": setting} if setting else {}


def proxy_for(url: str, setting: str, private: frozenset[str]) -> str | None:
    """The proxy that an address is asked through; None where it is asked directly. private: host[:port] of sources on this network."""
    parts = urlsplit(url)
    proxy = _proxies(setting).get(parts.scheme)
    return None if proxy is None or host_key(url) in private or proxy_bypass(parts.hostname or "") else proxy


def proxy_names(setting: str) -> set[str]:
    """Names of the proxies themselves: they usually stand on a private network, and the resolver must let them pass."""
    return {name for url in _proxies(setting).values() if (name := urlsplit(url if "://" in url else f"//{url}").hostname)}
