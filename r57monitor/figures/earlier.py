"""Which of two values of one sentence is the earlier, told for comparison."""

from __future__ import annotations

import re

from r57monitor.figures.bound import Bound
from r57monitor.figures.reading import Reading

ONLY_JOINED = re.compile(r"\s*(?:,|và|, và)\s*")
_ADDED_UP = re.compile(r"(?<!\w)(?:nâng|đưa) (?:tổng )?số(?!\w)")


def is_earlier(reading: Reading, this: Bound, later: Bound) -> bool:
    """ "năm 2023 đạt 62%, năm 2024 đạt 71%": of a day before that of a later number of the same metric and place."""
    kinds = (this.verdict.kind, later.verdict.kind, this.verdict.is_change or later.verdict.is_change, this.place == later.place)
    if kinds != ("result", "result", False, True) or this.as_of is None or this.quantity.form != later.quantity.form or this.cell:
        return False
    if ONLY_JOINED.fullmatch(reading.low, this.quantity.end, later.quantity.start):
        return False  # "tháng 6, 7, 8 lần lượt là 41, 58 và 63": a row of values, none looked back on
    if later.as_of is not None:
        return later.as_of.day > this.as_of.day
    if _ADDED_UP.search(reading.low, this.quantity.end, later.quantity.start):
        return False  # "giao bổ sung 73 nhiệm vụ, nâng tổng số đến nay lên 253": what was added, no earlier value
    return bool(re.search(r"(?<!\w)(?:nay|hiện)(?!\w)", reading.low[this.quantity.end : later.quantity.start]))


_SAME_THING = re.compile(r"(?<!\w)(?:con số|tỷ lệ|tỉ lệ|mức|chỉ số) (?:này|đó|ấy)(?!\w)")


def is_same_before(reading: Reading, this: Bound, before: Bound) -> bool:
    """ "năm 2025 giải ngân 61%; năm 2024 con số này là 74%": of an earlier year, said to be the same thing."""
    kinds = (this.verdict.kind, this.verdict.is_change, before.verdict.is_change, this.quantity.form == before.quantity.form)
    if kinds != ("result", False, False, True) or this.as_of is None or before.as_of is None or before.verdict.kind == "previous":
        return False
    told_same = _SAME_THING.search(reading.low, before.quantity.end, this.quantity.start) is not None
    return told_same and before.as_of.day > this.as_of.day


def is_looked_back_on(reading: Reading, this: Bound, before: Bound) -> bool:
    """ "bằng 1,4%, trong khi năm 2024 chỉ ở mức 0,8%": a value of an earlier year set beside the present one."""
    kinds = (this.verdict.kind, before.verdict.kind, this.verdict.is_change or before.verdict.is_change, this.place == before.place)
    if kinds[1:] not in (("result", False, True), ("target", False, True)) or kinds[0] != "result" or this.as_of is None or this.cell:
        return False
    if this.quantity.form != before.quantity.form:
        return False
    gap = reading.low[before.quantity.end : this.quantity.start]
    in_brackets = gap.rfind("(") > gap.rfind(")") and re.search(r"(?:năm|quý|tháng)\s", gap[gap.rfind("(") :])
    stated = (this.as_of.precision == "year" and str(this.as_of.day.year) in gap) or in_brackets
    return bool(stated) and (before.as_of is None or before.as_of.day > this.as_of.day)
