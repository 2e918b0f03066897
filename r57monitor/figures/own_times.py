"""Times that stand right at a number, behind it or in its brackets, and what they say of it: over, or still to come."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from r57monitor.figures.quantity import Quantity
from r57monitor.figures.reading import Reading

_IN_BRACKETS = re.compile(r"\s\((?:[^\s()\d]+\s){0,3}")


def is_of_a_day_past(reading: Reading, q: Quantity, published: date | None) -> bool:
    """ "gấp 3 lần số trạm vào tháng 10/2024 (650 trạm)": a bracket right behind a day that is over tells what was then."""
    if "(" not in reading.low[max(0, q.start - 30) : q.start]:
        return False
    last = next(reversed(reading.dates_in(max(0, q.start - 60), q.start)), None)
    is_over = last is not None and published is not None and last.last <= published
    return is_over and last is not None and _IN_BRACKETS.fullmatch(reading.low, last.end, q.start) is not None


_PERIOD_ONLY = re.compile(r"[^,;.()\d]{0,24}\((?:hồi\s|trong\s|vào\s|của\s)?")
_THEN_WAS = re.compile(r"\s?(?::|là|đạt|chỉ|có|mới)?\s?(?:đạt\s|là\s)?")


def is_bracketed_period(reading: Reading, q: Quantity, earlier: Sequence[Quantity], published: date | None) -> bool:
    """ "94,1% (quý II: 97%)", "85% (hồi tháng 9 là 79%)": in brackets behind a share, the same share of a period that is over."""
    if not earlier or earlier[-1].form != "share" or published is None or "(" not in reading.low[earlier[-1].end : q.start]:
        return False
    mention = next(reversed(reading.dates_in(earlier[-1].end, q.start)), None)
    if mention is None or mention.last >= published or mention.precision == "day":
        return False
    opens = _PERIOD_ONLY.fullmatch(reading.low, earlier[-1].end, mention.start)
    return opens is not None and _THEN_WAS.fullmatch(reading.low, mention.end, q.start) is not None


_BY_THEN = re.compile(r"\s(?:vào|trước)\s(?:hết\s|cuối\s|đầu\s|giữa\s|ngày\s|tháng\s)*")


def is_for_a_day_to_come(reading: Reading, q: Quantity, published: date | None) -> bool:
    """ "từ 540 trạm hiện nay lên 1.200 trạm vào tháng 12/2026": a time to come right behind the number."""
    if not reading.low.startswith((" vào ", " trước "), q.end):
        return False
    mention = next(iter(reading.dates_in(q.end, q.end + 30)), None)
    if mention is None or published is None or mention.first <= published:
        return False
    return _BY_THEN.fullmatch(reading.low, q.end, mention.start) is not None


_OF_ITS_TIME = re.compile(r"\s+(?:của|trong|hồi|vào|từ)\s+(?:đầu\s+|cuối\s+|giữa\s+)?")


def is_of_past_year(reading: Reading, q: Quantity, published: date | None) -> bool:
    """ "dự kiến lắp thêm 3.500 trạm, cùng 6.500 trạm của năm 2024": a year that is over, right behind the number."""
    if not reading.low.startswith((" của ", " trong ", " hồi ", " vào ", " từ "), q.end):
        return False
    mention = next(iter(reading.dates_in(q.end, q.end + 30)), None)
    if mention is None or published is None or mention.last >= published:
        return False
    return _OF_ITS_TIME.fullmatch(reading.low, q.end, mention.start) is not None
