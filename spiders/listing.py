"""Listings and homepages: links to articles, the next pages, and the feeds and sitemaps a homepage names."""

from __future__ import annotations

from urllib.parse import urljoin

from r57monitor.models import FoundBy, RawPage, Source
from r57monitor.text.challenge import load_crawl_rules
from r57monitor.text.html_tree import decode_page, parse_page
from r57monitor.text.links import find_listing_links
from r57monitor.text.next_pages import find_next_pages
from spiders.leads import Lead, Walk


def read_listing(raw: RawPage, source: Source, walk: Walk) -> list[Lead]:
    """Articles a listing or homepage links to, each with its anchor text and the date beside it."""
    found_by: FoundBy = "homepage" if raw.found_by == "homepage" else "listing"
    return [
        Lead(url=link.url, role="article", found_by=found_by, title=link.title, list_date=link.listed_at, referrer=raw.url)
        for link in find_listing_links(raw, source)
    ]


def next_pages(raw: RawPage, source: Source, depth: int) -> list[Lead]:
    """The pages that go on where a listing ends."""
    return [Lead(url=url, role="listing", found_by="listing", referrer=raw.url, depth=depth) for url in find_next_pages(raw, source)]


def find_declared_feeds(raw: RawPage) -> list[Lead]:
    """Feeds that a homepage names in its head (link rel=alternate)."""
    rules = load_crawl_rules()["discovery"]
    tree = parse_page(decode_page(raw.body, raw.content_type))
    if tree is None:
        return []
    named = [
        urljoin(raw.url, link.get("href", "").strip())
        for link in tree.iter("link")
        if "alternate" in (link.get("rel") or "").lower().split() and (link.get("type") or "").lower().strip() in rules["feed_types"]
    ]
    return [Lead(url=url, role="feed", found_by="feed", referrer=raw.url) for url in dict.fromkeys(named) if "comment" not in url.lower()]


def common_places(homepage: str) -> list[Lead]:
    """Where feeds and sitemaps often are: asked only when nothing names them."""
    rules = load_crawl_rules()["discovery"]
    return [
        Lead(url=urljoin(homepage, path), role="sitemap" if "sitemap" in path else "feed", found_by="homepage", is_probe=True)
        for path in rules["paths"]
    ]
