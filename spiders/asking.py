"""What is asked for at one source: which known pages are due, and requests that bring a page only if it has changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from scrapy import Request

from r57monitor.clock import utc_now
from r57monitor.models import Source
from spiders.known import KnownPage
from spiders.leads import Lead
from spiders.memory import SourceMemory
from spiders.old_pages import OldPage
from spiders.run import CrawlRun
from warehouse.index import IndexEntry

_PRIORITY: dict[str, int] = {"feed": 90, "sitemap": 80, "listing": 70, "part": 60, "article": 50, "again": 30, "revisit": 10}
_LONGEST = 500  # letters of what a server said of its page's state; those met so far had at most 80
_EDITED_SLACK = timedelta(minutes=1)


class Asking:
    """Makes the requests of one source in one cycle, by what earlier cycles left to know."""

    def __init__(self, source: Source, run: CrawlRun, memory: SourceMemory) -> None:
        self._source = source
        self._run = run
        self._memory = memory

    def is_young(self, known: KnownPage | OldPage) -> bool:
        """Whether an article may be edited still."""
        return utc_now() - known.first <= timedelta(days=self._source.recheck_days)

    def is_due(self, known: KnownPage | OldPage, lead: Lead | None) -> bool:
        """Whether a known article is asked for again, conditionally."""
        now = utc_now()
        unfinished = self._memory.unfinished_since
        if unfinished is not None and known.last >= unfinished:
            return False  # the broken-off cycle had it already
        options = self._run.options
        if options.full:
            return lead is not None
        if not options.is_explicit and now - known.last < timedelta(hours=self._run.interval_h(self._source)):
            return False
        if lead is not None and lead.modified is not None and known.last + _EDITED_SLACK < lead.modified <= now:
            return True
        return self.is_young(known)

    def make(self, lead: Lead, known: KnownPage | None, *, has_failed: bool = False, **answered_by: Any) -> Request:
        """The request for a lead, conditional where the page is known. answered_by: callback and errback.

        has_failed: it was asked for in vain in an earlier cycle; what has not been tried yet goes first.
        """
        before, headers = self._before(lead, known)
        if lead.referrer:
            headers["Referer"] = lead.referrer
        priority = _PRIORITY["again" if has_failed else "revisit" if known else lead.role] - min(lead.depth, 40) + _youth(lead)
        meta = {"lead": lead, "known": before, "dont_retry": lead.is_probe}
        return Request(lead.url, headers=headers, priority=priority, dont_filter=True, meta=meta, **answered_by)

    def _before(self, lead: Lead, known: KnownPage | None) -> tuple[IndexEntry | None, dict[str, str]]:
        """The fetch that an unchanged page would repeat, and the headers that ask for it only if changed."""
        full = self._run.options.full
        if known is not None:
            trusted = self._memory.may_ask_if_changed("article", known.unchanged)
            return known.latest, _conditions(known) if trusted and not full else {}
        page = self._memory.entries.get(lead.url)
        return page.latest if page else None, _conditions(None if full else self._memory.conditional_entry(lead.url))


def _conditions(known: KnownPage | IndexEntry | None) -> dict[str, str]:
    """Headers that ask for a page only if it has changed."""
    if known is None:
        return {}
    given = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in given.items() if value and len(value) <= _LONGEST}


def _youth(lead: Lead) -> int:
    """0 to 9: of two articles the younger goes first."""
    if lead.dated is None:
        return 0
    days = (datetime.now(UTC) - lead.dated).days
    return max(0, 9 - days.bit_length())


def as_revisit(lead: Lead, known: KnownPage) -> Lead:
    """A lead to a known article keeps what the first one said of title and dates."""
    first = known.latest
    return replace(
        lead,
        title=lead.title or first.list_title,
        list_date=lead.list_date or _instant(first.list_date),
        feed_date=lead.feed_date or _instant(first.feed_date),
        referrer=lead.referrer or first.referrer,
    )


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
