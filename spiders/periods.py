"""Sitemaps that are named after a time: "news-2024-12.xml", "2024/12/article.xml", "sitemap-news.xml?y=2024&m=12&d=3"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import parse_qsl, urlsplit

from r57monitor.clock import VIETNAM

_NAMED = re.compile(
    r"(?<!\d)(?P<y>20[0-3]\d)(?:(?P<mm>0[1-9]|1[0-2])(?P<dd>[0-3]\d)?(?!\d)"
    r"|[-_./](?P<m>\d{1,2})(?!\d)(?:[-_./](?P<d>\d{1,2})(?!\d))?(?:[-_](?P<d2>\d{1,2})(?!\d))?|(?!\d))"
)
_YEAR, _MONTH, _DAY = ({"y", "year", "yyyy", "nam"}, {"m", "mm", "month", "thang"}, {"d", "dd", "day", "ngay"})
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Period:
    """What a name says of a time: a year, a month in it, the last of its days."""

    year: int
    month: int | None = None
    day: int | None = None
    is_padded: bool = False  # the month is written with two digits or as a parameter of its own: it can be no part's number

    def end(self) -> datetime | None:
        """The first instant after it, by Vietnam time; None for a month that is none. A day beyond the month's end is its last."""
        month = self.month or _MONTHS
        if not 1 <= month <= _MONTHS:
            return None
        last = (date(self.year, month, 28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        if self.day is not None and 1 <= self.day < last.day:
            last = last.replace(day=self.day)
        return datetime.combine(last + timedelta(days=1), time(), VIETNAM)


def parse_period(url: str) -> Period | None:
    """The time a sitemap's address names; None where it names none."""
    parts = urlsplit(url)
    query = {name.lower(): value for name, value in parse_qsl(parts.query)}
    year, month, day = (next((int(v) for n, v in query.items() if n in names and v.isdigit()), None) for names in (_YEAR, _MONTH, _DAY))
    if year is not None and 2000 <= year < 2040:
        return Period(year, month, day, is_padded=True)
    matches = list(_NAMED.finditer(parts.path))
    if not matches:
        return None
    found = matches[-1]
    if found["mm"]:
        return Period(int(found["y"]), int(found["mm"]), int(found["dd"]) if found["dd"] else None, is_padded=True)
    if found["m"] is None:
        return Period(int(found["y"]))
    last = found["d2"] or found["d"]
    is_padded = len(found["m"]) == 2 or last is not None
    return Period(int(found["y"]), int(found["m"]), int(last) if last else None, is_padded=is_padded)


def period_ends(urls: Iterable[str]) -> dict[str, datetime]:
    """The end of each named sitemap's time, as far as the names of one index can be trusted.

    "2024-1" may be January or the first part of 2024: it is a month where every number of the index is one at most of
    twelve, and an earlier year of the index has all of twelve.
    """
    periods = {url: period for url in urls if (period := parse_period(url)) is not None}
    months = [p for p in periods.values() if p.month is not None]
    newest = max((p.year for p in months), default=0)
    full = any(p.month == _MONTHS for p in months if p.year < newest) or all(p.is_padded for p in months)
    are_months = full and all(1 <= (p.month or 1) <= _MONTHS for p in months)
    ends = {url: (p if are_months else Period(p.year)).end() for url, p in periods.items()}
    return {url: end for url, end in ends.items() if end is not None}
