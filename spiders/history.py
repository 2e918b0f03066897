"""Walks back in time (`--since`): what a broken-off walk need not ask for again, and when an undated listing is far enough back."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta

from r57monitor.models import Article, RawPage
from spiders.memory import SourceMemory
from spiders.periods import parse_period

_RECENT = timedelta(hours=12)  # pages of a listing hardly shift by more than the front page shows
_LAST = 20  # articles of listings that are looked at


def find_settled(memory: SourceMemory, named: set[str], now: datetime) -> frozenset[str]:
    """Entry pages of unfinished cycles that are read from the archive instead of being asked for again.

    Sitemaps of a time that was over when they were fetched, and what was fetched in the last hours; never a page that
    the registry names, for new articles come there.
    """
    settled = set()
    for _, entry in memory.entry_pages:
        period = parse_period(entry.requested_url) if entry.role == "sitemap" else None
        end = period.end() if period else None
        is_over = end is not None and end < entry.fetched
        if entry.requested_url not in named and (is_over or now - entry.fetched < _RECENT):
            settled.add(entry.requested_url)
    return frozenset(settled)


class Ages:
    """The days of publication of the articles read last that listings led to."""

    def __init__(self) -> None:
        self._last: deque[datetime] = deque(maxlen=_LAST)

    def note(self, raw: RawPage, article: Article | None) -> None:
        published = article.extracted.published if article is not None and article.extracted else None
        if raw.found_by in {"listing", "homepage"} and published is not None:
            self._last.append(published)

    def is_past(self, since: datetime | None) -> bool:
        """Whether all of the last articles came out before a day: a listing without dates has nothing more from then on."""
        return since is not None and len(self._last) == _LAST and max(self._last) < since
