"""Listings and homepages: links to articles, the next pages, and the feeds, sitemaps and sections a homepage names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urljoin

from r57monitor.models import FoundBy, RawPage, Source
from r57monitor.text.challenge import load_crawl_rules
from r57monitor.text.html_tree import parse_body
from r57monitor.text.links import find_listing_links
from r57monitor.text.next_pages import count_on, find_next_pages
from r57monitor.text.own_links import host_of, hosts_of
from r57monitor.text.script_links import find_markup, find_named_articles
from r57monitor.text.site_clues import choose_sections, find_menu, find_sections, find_subsections
from r57monitor.text.urls import canonical_url
from spiders.leads import Lead, Walk

MAX_SECTIONS = 8  # of a source that names none
MAX_MENU = 12  # the same where its front page has no articles


def read_listing(raw: RawPage, source: Source, walk: Walk) -> list[Lead]:
    """Articles a listing or homepage links to, each with its anchor text and the date beside it; then those that only its data names."""
    found_by: FoundBy = "homepage" if raw.found_by == "homepage" else "listing"
    leads = [
        Lead(url=link.url, role="article", found_by=found_by, title=link.title, list_date=link.listed_at, referrer=raw.url)
        for link in find_listing_links(_as_markup(raw), source)
    ]
    return [*leads, *_named_in_data(raw, source, {canonical_url(raw.url), *(canonical_url(lead.url) for lead in leads)}, found_by)]


def _as_markup(raw: RawPage) -> RawPage:
    """What an answer to a page's script carries as a piece of the page; any other page as it is."""
    markup = find_markup(raw)
    return raw if markup is None else replace(raw, body=markup.encode(), content_type="text/html; charset=utf-8")


def _named_in_data(raw: RawPage, source: Source, linked: set[str], found_by: FoundBy) -> Iterator[Lead]:
    pattern = re.compile(source.article_url) if source.article_url else None
    hosts = hosts_of(source)
    for named in find_named_articles(raw):
        if host_of(named.url) in hosts and canonical_url(named.url) not in linked and (pattern is None or pattern.search(named.url)):
            yield Lead(url=named.url, role="article", found_by=found_by, title=named.title, list_date=named.published, referrer=raw.url)


def next_pages(raw: RawPage, source: Source, depth: int) -> list[Lead]:
    """The pages that go on where a listing ends. depth: theirs, in pages from the first one."""
    found = find_next_pages(_as_markup(raw), source)
    counted = count_on(raw, depth) if depth > 1 and not found else None
    leads = [Lead(url=url, role="listing", found_by="listing", referrer=raw.url, depth=depth) for url in found]
    return (
        leads if counted is None else [Lead(url=counted, role="listing", found_by="listing", referrer=raw.url, depth=depth, is_probe=True)]
    )


def section_leads(raw: RawPage, source: Source, *, is_bare: bool) -> list[Lead]:
    """The sections of a front page: the project's subject first, and some of the general news.

    is_bare: it lists no article itself; then whatever stands in its menu or its frames may be a section.
    """
    hosts = hosts_of(source)
    links = choose_sections(find_sections(raw, hosts), MAX_SECTIONS)[:MAX_SECTIONS]
    if is_bare:
        links = [*links, *find_menu(raw, hosts)]
    urls = list({canonical_url(link.url): link.url for link in reversed(links)}.values())[::-1]
    return [Lead(url=url, role="listing", found_by="listing", referrer=raw.url, level=1) for url in urls[:MAX_MENU]]


def subsection_leads(raw: RawPage, source: Source, level: int) -> list[Lead]:
    """What lies below a section that lists no article itself. level: theirs, below the front page."""
    links = find_subsections(raw, hosts_of(source))[:MAX_SECTIONS]
    return [Lead(url=link.url, role="listing", found_by="listing", referrer=raw.url, level=level) for link in links]


def find_declared_feeds(raw: RawPage) -> list[Lead]:
    """Feeds that a homepage names in its head (link rel=alternate)."""
    rules = load_crawl_rules()["discovery"]
    _, tree = parse_body(raw.body, raw.content_type)
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
