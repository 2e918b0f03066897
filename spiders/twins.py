"""One article at two addresses, as papers list it under two sections: it is asked for once, and elsewhere only where that fails."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlsplit

from r57monitor.clock import vietnam_day
from r57monitor.text.article_urls import is_article_url
from r57monitor.text.normalize import fold
from r57monitor.text.urls import canonical_url
from spiders.leads import Lead

_LEAST_WORDS = 4  # of a headline: shorter ones return ("Tin vắn trong ngày")

Key = tuple[str, date, str]


class Twins:
    """The articles of one source in one cycle, by headline, day and the last part of the address, which must all be the same."""

    def __init__(self) -> None:
        self._asked: dict[Key, str] = {}  # the address that was met first
        self._held: dict[Key, list[Lead]] = {}

    def holds_back(self, lead: Lead) -> bool:
        """Whether an article is known by another address already; keeps it then. The first address met is noted."""
        key = _key(lead)
        if key is None or self._asked.setdefault(key, canonical_url(lead.url)) == canonical_url(lead.url):
            return False
        self._held.setdefault(key, []).append(lead)
        return True

    def let_go(self, lead: Lead) -> Lead | None:
        """The next address of an article that could not be had at this one; None where there is none."""
        key = _key(lead)
        if key is None or self._asked.get(key) != canonical_url(lead.url) or not self._held.get(key):
            return None
        following = self._held[key].pop(0)
        self._asked[key] = canonical_url(following.url)
        return following


def _key(lead: Lead) -> Key | None:
    said = lead.feed_date or lead.list_date
    if lead.role != "article" or said is None or not lead.title or len(lead.title.split()) < _LEAST_WORDS:
        return None
    url = canonical_url(lead.url)
    parts = urlsplit(url)
    return (fold(lead.title), vietnam_day(said), parts.path.rpartition("/")[2]) if not parts.query and is_article_url(url) else None
