"""Sitemaps: an index leads to its newest sitemaps, a sitemap to articles."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit

from r57monitor.models import RawPage, Source
from r57monitor.text.challenge import load_crawl_rules
from r57monitor.text.feeds import SitemapEntry, parse_sitemap
from r57monitor.text.urls import canonical_url
from spiders.leads import Lead, Walk
from spiders.periods import period_ends

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def read_sitemap(raw: RawPage, source: Source, walk: Walk, depth: int = 0) -> list[Lead]:
    """What a sitemap names: sub-sitemaps (newest first, a bounded number) or articles. Raises ReadError where it is none.

    depth: indexes above it; those of a few levels only are followed, for a site can make them without end.
    """
    page = parse_sitemap(raw.body, raw.url)
    if page.kind == "index":
        return _sub_sitemaps(page.entries, raw, walk, depth)
    home = canonical_url(source.homepage)
    pattern = re.compile(source.article_url) if source.article_url else None
    leads = (_article(entry, raw) for entry in page.entries)
    return [lead for lead in leads if canonical_url(lead.url) != home and (pattern is None or pattern.search(lead.url))]


def _article(entry: SitemapEntry, raw: RawPage) -> Lead:
    return Lead(
        url=urljoin(raw.url, entry.url),
        role="article",
        found_by="sitemap",
        title=entry.title,
        feed_date=entry.published,
        modified=entry.lastmod,
        referrer=raw.url,
    )


def _sub_sitemaps(entries: tuple[SitemapEntry, ...], raw: RawPage, walk: Walk, depth: int) -> list[Lead]:
    """The sitemaps of an index that may name articles, newest first; with `since`, none whose name or lastmod lies before it."""
    if depth >= walk.limit("sitemap_depth"):
        return []
    urls = {urljoin(raw.url, entry.url): entry for entry in entries}
    ends = period_ends(urls)
    wanted = [url for url in urls if not _names_no_articles(url)] or list(urls)
    if walk.since:
        wanted = [url for url in wanted if not _is_before(urls[url], ends.get(url), walk.since)]
    others = {url for url in wanted if _place(url) != _place(raw.url)}
    if depth:  # an index that was reached through another one and names itself over and over
        wanted = [url for url in wanted if url in others]
    wanted.sort(key=lambda url: (url in others, ends.get(url) or urls[url].lastmod or _LONG_AGO, _number(url)), reverse=True)
    limit = walk.limit("sitemaps_known") if walk.stops_early and walk.since is None else walk.limit("sitemaps")
    return [
        Lead(url=url, role="sitemap", found_by="sitemap", modified=urls[url].lastmod, referrer=raw.url, depth=depth + 1)
        for url in wanted[:limit]
    ]


def _place(url: str) -> tuple[str, str]:
    """What an address is without its parameters."""
    parts = urlsplit(url)
    return parts.netloc.lower(), parts.path


def _is_before(entry: SitemapEntry, end: datetime | None, since: datetime) -> bool:
    return (end is not None and end <= since) or (entry.lastmod is not None and entry.lastmod < since)


def _names_no_articles(url: str) -> bool:
    """Whether a sitemap is of sections, topics, authors, pictures and the like."""
    name = urlsplit(url).path.rpartition("/")[2].lower()
    return any(word in re.split(r"[^a-z]+", name) for word in load_crawl_rules()["sitemap"]["not_articles"])


def _number(url: str) -> tuple[int, ...]:
    """Digits of a sitemap's name (year, month, running number): the highest is taken for the newest."""
    return tuple(int(n) for n in re.findall(r"\d+", url.rpartition("/")[2])[:4])
