"""Dates and periods of English pages: "September 30, 2025", "by June 2026", "in the first nine months of 2025"."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

from r57monitor.models import Precision
from r57monitor.text.dates import DateMention, end_of_month

_NAMES = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")
_MONTH = rf"(?P<m>{'|'.join(_NAMES)})"
_Y = r"(?P<y>(?:19|20)\d\d)"
_QUARTERS = ("first", "second", "third", "fourth")
_COUNTS = {"three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11}
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?<!\w){_MONTH}\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+{_Y})?(?!\d)",
        rf"(?<!\w)(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}(?:,?\s+{_Y})?(?!\w)",
        rf"(?<!\w){_MONTH}\s+{_Y}(?!\d)",
        rf"(?:(?<=by )|(?<=in )|(?<=since )|(?<=until )|(?<=end of )){_MONTH}(?!\w)(?!\s+\d)",
        rf"(?<!\w)(?P<q>first|second|third|fourth)\s+quarter(?:\s+of\s+(?:{_Y}|the\s+year|this\s+year))?(?!\w)",
        rf"(?<!\w)(?P<latter>second|latter|last)\s+half\s+of\s+(?:{_Y}|the\s+year|this\s+year)(?!\w)",
        rf"(?<!\w)first\s+(?P<n>{'|'.join(_COUNTS)}|half)(?:\s+months)?(?:\s+of\s+(?:{_Y}|the\s+year|this\s+year))?(?!\w)",
        rf"(?<=\s)(?:(?<=by )|(?<=in )|(?<=of )|(?<=until )|(?<=before )|(?<=to )|(?<=since )){_Y}(?!\s*(?:%|percent|[\d,.]\d|-\w))",
        rf"(?:(?<=for )|(?<=from )|(?<=during )){_Y}(?=\s*(?:[,.;:)]|\Z|(?:include|includes|are|is|set|call|were|was|to|and|the)(?!\w)))",
        rf"(?:(?<=year )|(?<=end-)|(?<=mid-)|(?<=late )|(?<=early )|(?<=the )){_Y}"
        r"(?=\s*(?:[,.;:)]|\Z|(?:goals?|targets?|plan|budget)(?!\w)))",
        r"(?<!\w)(?P<this>this)\s+year(?!\w)|(?<=end of )the\s+year(?!\w)|(?<=by )year[- ]end(?!\w)|(?<=at )year[- ]end(?!\w)",
        r"(?<!\w)(?P<next>next)\s+year(?!\w)",
        r"(?<!\w)(?P<past>last)\s+year(?!\w)",
    )
)


_NAMED_YEAR = re.compile(rf"(?<!\w)(?:{'|'.join(_NAMES)})\s+(?:\d{{1,2}},?\s+)?(20\d\d)(?!\d)", re.IGNORECASE)


def find_english_dates(text: str, published: date | None = None) -> list[DateMention]:
    """Days and periods in order, without overlap; `published` gives the year where the text leaves it out, else the year it names most."""
    default = published.year if published else _common_year(text)
    found: list[DateMention] = []
    taken = bytearray(len(text))
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            mention = None if any(taken[match.start() : match.end()]) else _build(match, default)
            if mention is not None:
                taken[match.start() : match.end()] = b"\1" * (match.end() - match.start())
                found.append(mention)
    return sorted(found, key=lambda d: d.start)


def _common_year(text: str) -> int | None:
    years = Counter(_NAMED_YEAR.findall(text))
    return int(years.most_common(1)[0][0]) if years else None


def _build(match: re.Match[str], default: int | None) -> DateMention | None:
    groups = match.groupdict()
    stated = groups.get("y") is not None
    year = int(groups["y"]) if stated else default
    if year is None:
        return None
    year += (groups.get("next") is not None) - (groups.get("past") is not None)
    first, last, precision = date(year, 1, 1), date(year, 12, 31), "year"
    if groups.get("n"):
        months = _COUNTS.get(groups["n"].lower(), 6)
        last, precision = end_of_month(year, months), "half" if months == 6 else "quarter" if months in (3, 9) else "month"
    elif groups.get("latter"):
        first, precision = date(year, 7, 1), "half"
    elif groups.get("q"):
        quarter = _QUARTERS.index(groups["q"].lower()) + 1
        first, last, precision = date(year, 3 * quarter - 2, 1), end_of_month(year, 3 * quarter), "quarter"
    elif groups.get("m"):
        month = _NAMES.index(groups["m"].lower()) + 1
        first, last, precision = date(year, month, 1), end_of_month(year, month), "month"
        if groups.get("d"):
            if not 1 <= int(groups["d"]) <= last.day:
                return None
            first = last = date(year, month, int(groups["d"]))
            precision = "day"
    known: dict[str, Precision] = {"year": "year", "half": "half", "quarter": "quarter", "month": "month", "day": "day"}
    return DateMention(match.start(), match.end(), first, last, known[precision], stated)
