"""Feeds: every entry is an article, with the title and date the feed gives it."""

from __future__ import annotations

from r57monitor.models import RawPage, Source
from r57monitor.text.feeds import parse_feed
from spiders.leads import Lead, Walk


def read_feed(raw: RawPage, source: Source, walk: Walk) -> list[Lead]:
    """Articles a feed names. Raises ReadError where it is no feed."""
    return [
        Lead(url=entry.url, role="article", found_by="feed", title=entry.title, feed_date=entry.published, referrer=raw.url)
        for entry in parse_feed(raw.body, raw.url)
    ]
