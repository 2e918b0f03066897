"""What an article's page leads to when it has no text of its own: the files it links to, or the page it sends its reader on to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from r57monitor.errors import ReadError
from r57monitor.models import Article, RawPage
from r57monitor.text.attachments import find_attachments, find_notice_day, may_have_attachments, needs_attachments
from r57monitor.text.challenge import load_crawl_rules
from r57monitor.text.forwards import find_forward
from spiders.leads import Lead

Work = Callable[..., Awaitable[Any]]


class Beside:
    """Remembers of each page that is being read what else it leads to. work: runs a function over a page in a worker process."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._files: dict[str, list[str]] = {}  # by record
        self._days: dict[str, datetime | None] = {}  # of publication, of pages with files
        self._forwards: dict[str, Lead] = {}

    async def look(self, lead: Lead, raw: RawPage) -> None:
        """Before a page is read, for its bytes are gone afterwards."""
        if may_have_attachments(raw):
            try:
                if files := await self._work(find_attachments, raw):
                    self._files[raw.record_id] = files
                    self._days[raw.record_id] = await self._work(find_notice_day, raw)
            except ReadError:
                return
        if (forward := forward_lead(lead, raw)) is not None:
            self._forwards[raw.record_id] = forward

    def leads(self, raw: RawPage, outcome: str, article: Article | None) -> tuple[list[Lead], Lead | None]:
        """What to ask for now that the page was read: its files, articles under its title and date, and where it leads."""
        files, forward = self._files.pop(raw.record_id, []), self._forwards.pop(raw.record_id, None)
        noticed = self._days.pop(raw.record_id, None)
        if not needs_attachments(outcome, article, len(files)):
            return [], forward if outcome == "empty" else None
        extracted = article.extracted if article else None
        title = (extracted.title if extracted else None) or raw.list_title
        day = (extracted.published if extracted else None) or noticed or raw.list_date or raw.feed_date
        made = [Lead(url=u, role="article", found_by="listing", title=title, list_date=day, referrer=raw.url, depth=1) for u in files]
        return made, None


def forward_lead(lead: Lead, raw: RawPage) -> Lead | None:
    """The page that this one sends its reader on to, a few times in a row at most; None where it does not."""
    if lead.depth >= load_crawl_rules()["forward"]["hops"]:
        return None
    url = find_forward(raw)
    return replace(lead, url=url, referrer=raw.url, depth=lead.depth + 1) if url else None
