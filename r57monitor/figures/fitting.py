"""Whether a quantity can be a metric's at all: by its unit, its value and the words behind it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from r57monitor.catalogue import Metric
from r57monitor.figures.quantity import Quantity
from r57monitor.figures.reading import Reading
from r57monitor.text.guarded import Guarded
from r57monitor.text.segment import Span

_CLAUSE_BORDER = re.compile(r"[,;.(]\s")
_COVERING = frozenset({"coverage_4g_pct", "coverage_5g_pct", "fiber_household_pct"})
_NO_AREA = re.compile(
    r"[^\S\n]+(?:số\s+|các\s+)?(?:doanh nghiệp|cán bộ|công chức|học sinh|hộ kinh doanh|hợp tác xã|hồ sơ|thủ tục|cơ quan)(?!\w)"
)


def can_be_covered(metric: Metric, reading: Reading, q: Quantity) -> bool:
    """Whether what follows a share can be reached by a network: no businesses, officials, dossiers."""
    return metric.id not in _COVERING or q.form != "share" or _NO_AREA.match(reading.low, q.end) is None


_OF_EACH = Guarded(
    r"(?<!\w)(?:mỗi|each)\s+(?:một\s+)?(?:xã|phường|thôn|bản|tổ|ấp|khu|huyện|tỉnh|địa phương|đơn vị|cơ quan|hộ|gia đình|người|cán bộ|"
    r"trường|lớp|doanh nghiệp|hợp tác xã|sở|ngành|đội|nhóm|dự án|nhiệm vụ|đề tài|mô hình|"
    r"commune|ward|village|district|province|school|team|firm|company)"
    r"(?!\w)(?:,\s(?:xã|phường|đặc khu|thị trấn|bản|ngành))*(?:\s[^\s,;.:()\d]+){0,6}\s+$"
)
_EACH_REACH = 90  # characters


def is_of_each(reading: Reading, q: Quantity, sentence: Span) -> bool:
    """ "Bình quân mỗi xã có 7 tổ", "hỗ trợ mỗi doanh nghiệp 200 triệu đồng": a number of one of many, no value of them all."""
    if q.form not in ("count", "money"):
        return False
    return _OF_EACH.search(reading.low[max(sentence.start, q.start - _EACH_REACH) : q.start]) is not None


def is_compatible(metric: Metric, q: Quantity, reading: Reading) -> bool:
    """Whether the unit of a quantity can be the metric's."""
    return fits_unit(metric, q, reading, words_behind(reading, q))


def words_behind(reading: Reading, q: Quantity) -> str:
    """What follows a count's number; "" for other quantities, whose unit says enough."""
    return reading.following(q.number_end).lstrip() if q.form == "count" else ""


def fits_unit(metric: Metric, q: Quantity, reading: Reading, following: str) -> bool:
    """`is_compatible` with the words behind the number at hand."""
    if metric.unit == "%":
        return q.form == "share" and (metric.whole == "grdp" or named_product(reading, q) is None)
    if metric.unit == "đồng":
        return q.form == "money" and q.unit == "đồng"
    if metric.unit == "hạng":
        return q.form in ("rank", "place") or q.at_most
    if q.form == "bare":
        return metric.unit != "điểm"
    if q.form != "count" or q.at_most:
        return False
    units = metric.units or (metric.unit,)
    for unit in units:
        if unit == q.noun or (following.startswith(unit) and not following[len(unit) : len(unit) + 1].isalnum()):
            return True
    return q.noun in _ANY_NOUN and _counted_before(reading.low, q, units)


_PRODUCT = re.compile(r"(?<!\w)g(?:rdp|dp)\Z")


def named_product(reading: Reading, q: Quantity) -> str | None:
    """The domestic product that a share is said to be one of ("42% GRDP"), as it is written; None for any other number."""
    found = _PRODUCT.search(reading.low, q.number_end, q.end) if q.form == "share" else None
    return found.group() if found else None


_ANY_NOUN = frozenset({"đơn vị", "trường hợp", "cái", "chiếc", "con số", "lượt"})


def _counted_before(low: str, q: Quantity, units: Sequence[str]) -> bool:
    """ "số doanh nghiệp công nghệ số đạt 22 đơn vị": what the general noun stands for is named in the clause before."""
    head = _CLAUSE_BORDER.split(low[max(0, q.start - 90) : q.start])[-1]
    return _STATES.search(head) is not None and any(re.search(rf"(?<!\w){re.escape(unit)}(?!\w)", head) for unit in units)


_STATES = re.compile(r"(?<!\w)(?:là|đạt|có|gồm|lên|còn|tới|đến|:)(?:\s+(?:khoảng|hơn|gần|trên|chỉ|mới|tới|được))*\s+$")


def fits_range(metric: Metric, q: Quantity, is_change: bool = False) -> bool:
    """Whether the value can be the metric's; any value can be its change."""
    if metric.hard is None or is_change:
        return True
    if q.form == "rank" and q.of and q.of > metric.hard[1]:
        return False  # "44/139" is no rank among provinces
    return metric.hard[0] <= q.value <= metric.hard[1]
