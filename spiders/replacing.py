"""When the front page takes the place of feeds and sections: where they all failed, are empty, or have had nothing new for weeks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from r57monitor.clock import utc_now
from r57monitor.text.challenge import load_crawl_rules
from spiders.known import KnownPage
from spiders.leads import Lead
from spiders.verdict import Tally


def stale_days(leads: Iterable[Lead], now: datetime) -> int | None:
    """Days since the newest of the articles that an entry page names, where that is long ago; None where it is not, or nothing tells."""
    days = [lead.dated for lead in leads if lead.role == "article" and lead.dated is not None]
    age = (now - max(days)).days if days else 0
    return age if age >= load_crawl_rules()["patience"]["stale_days"] else None


class Replacement:
    """Judges the entry pages of one cycle, as their answers come.

    counts_age: not in a source's first crawl, to which all is new, nor on a walk that is after old articles.
    """

    def __init__(self, tally: Tally, known: Iterable[KnownPage], *, counts_age: bool) -> None:
        self._tally = tally
        self._counts_age = counts_age
        since = utc_now() - timedelta(days=load_crawl_rules()["patience"]["stale_days"])
        self._has_recent = any(page.first >= since for page in known)
        self.is_asked = False

    def note(self, leads: Iterable[Lead], *, is_unchanged: bool, has_new: bool) -> None:
        """Take in the answer of one entry page that the registry names; leads: what it names. has_new: articles never seen among them."""
        found = list(leads)
        age = stale_days(found, utc_now()) if self._counts_age and not has_new else None
        if is_unchanged:
            self._tally.entries["useless"] += self._counts_age and not self._has_recent
        elif all(lead.role == "sitemap" for lead in found):  # nothing, or an index, which is worth what its sitemaps are
            self._tally.entries["useless"] += 1
        elif age is not None:
            self._tally.entries["useless"] += 1
            self._tally.oldest_days = min(age, self._tally.oldest_days or age)

    def is_due(self) -> bool:
        """Whether all that was asked for has failed or is of no use; says so once."""
        entries = self._tally.entries
        if self.is_asked or entries["failed"] + entries["useless"] < entries["asked"]:
            return False
        self.is_asked = True
        return True

    def note_front_page(self, fresh: int) -> None:
        """Say in the cycle's cause that the front page has what feeds and sections have not."""
        if fresh and self._tally.entries["useless"]:
            days = self._tally.oldest_days
            self._tally.replaced = (
                f"the newest article of feeds and sections is {days} days old" if days else "feeds and sections are empty"
            )
