"""Sitemaps: an index leads to its newest sitemaps, a sitemap to articles."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.parse import urljoin

from r57monitor.models import RawPage, Source
from r57monitor.text.feeds import SitemapEntry, parse_sitemap
from r57monitor.text.urls import canonical_url
from spiders.leads import Lead, Walk

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def read_sitemap(raw: RawPage, source: Source, walk: Walk) -> list[Lead]:
    """What a sitemap names: sub-sitemaps (newest first, a bounded number) or articles. Raises ReadError where it is none."""
    page = parse_sitemap(raw.body, raw.url)
    if page.kind == "index":
        return _sub_sitemaps(page.entries, raw, walk)
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


def _sub_sitemaps(entries: tuple[SitemapEntry, ...], raw: RawPage, walk: Walk) -> list[Lead]:
    recent = [e for e in entries if not (walk.since and e.lastmod and e.lastmod < walk.since)]
    recent.sort(key=lambda e: (e.lastmod or _LONG_AGO, _number(e.url)), reverse=True)
    limit = walk.limit("sitemaps_known") if walk.stops_early and walk.since is None else walk.limit("sitemaps")
    return [
        Lead(url=urljoin(raw.url, e.url), role="sitemap", found_by="sitemap", modified=e.lastmod, referrer=raw.url, depth=1)
        for e in recent[:limit]
    ]


def _number(url: str) -> tuple[int, ...]:
    """Digits of a sitemap's name (year, month, running number): the highest is taken for the newest."""
    return tuple(int(n) for n in re.findall(r"\d+", url.rpartition("/")[2])[:4])
