"""Ranks and values of an index that an earlier clause or sentence names: "Bảng DTI vừa công bố. Huế xếp thứ 2 với 0,79"."""

from __future__ import annotations

import re
from bisect import bisect_left

from r57monitor.catalogue import Catalogue, Metric
from r57monitor.figures.cues import Hit
from r57monitor.figures.matching import Match
from r57monitor.figures.places import Places
from r57monitor.figures.quantity import Quantity
from r57monitor.figures.reading import Reading
from r57monitor.text.guarded import Guarded
from r57monitor.text.segment import Span

_REACH = 500  # characters from the index's name to a rank or value that is its own
_NAMES_INDEX = re.compile(r"chỉ số|xếp hạng|(?<!\w)(?:dti|pii|pci|par[ -]?index|gii)(?!\w)")
_OTHER = Guarded(
    r"(?<!\w)(?:chỉ số (?!này|ấy|đó|trên|năm|của|cấp|tổng)|(?:papi|sipas|ict|hdi|pgi|icor)(?!\w)|trụ cột|thành phần|"
    r"tiêu chí|giải (?:thưởng|nhất|nhì|ba)|cuộc thi|đội (?:bóng|tuyển)|"
    r"(?<!thuộc )về (?!đích|cuối|trước|sau)|"
    r"tăng trưởng|xuất khẩu|thu hút|thu nhập|diện tích|dân số|quy mô)"
)
_PROVINCE = Guarded(r"(?<!\w)(?:tỉnh|thành phố|địa phương)(?!\w)")
_OWN_THING = re.compile(r"[^,.;()\n]{0,40}?\svề\s(?!đích)")
_VALUE = re.compile(r"(?:giá trị|số điểm|điểm số|điểm|lần lượt(?: là| có)?|với|đạt|là|và|[(,])\s*(?:(?:là|đạt|giá trị)\s+)*\Z")


def match_index(catalogue: Catalogue, reading: Reading, q: Quantity, sentence: Span, places: Places) -> Match | None:
    """The metric of a rank or a value of an index without words of its own: of the index named last before it."""
    wanted = _wanted_unit(reading, q)
    if wanted is None or _OWN_THING.match(reading.low, q.end, sentence.end):
        return None
    hits = _named_last(catalogue, reading, q.start)
    if not hits:
        return None
    gap = reading.low[max(h.end for h in hits) : q.start]
    if _OTHER.search(gap) or gap.count("\n") > 1:
        return None
    head = reading.low[sentence.start : q.start]
    if "\n" in gap and not (places.names_one(sentence.start, q.start) or _PROVINCE.search(head)):
        return None
    for hit in hits:
        metric = catalogue.metrics[hit.owner]
        refused = any(hit.end <= n.start < q.end for n in reading.cues.refused_at(hit.owner))
        if metric.unit == wanted and not refused and (metric.hard is None or metric.hard[0] <= q.value <= metric.hard[1]):
            return Match(metric, 0.82, False)
    return None


def _wanted_unit(reading: Reading, q: Quantity) -> str | None:
    if q.form == "rank":
        return "hạng"
    if q.form == "count" and q.noun == "điểm" and not q.is_points:
        return "điểm"
    is_value = q.form == "bare" and 0 < q.value < 1 and _VALUE.search(reading.low[max(0, q.start - 40) : q.start])
    return "điểm" if is_value else None


def _named_last(catalogue: Catalogue, reading: Reading, end: int) -> list[Hit]:
    """The cues at the last place before `end` that names an index."""
    first = bisect_left(reading.cues.owned, (end - _REACH,))
    named: list[Hit] = []
    for hit in reversed(reading.cues.owned[first : bisect_left(reading.cues.owned, (end,))]):
        if named and hit.end <= min(h.start for h in named):
            break
        if hit.end <= end and _is_index(catalogue.metrics[hit.owner]) and _NAMES_INDEX.search(reading.low, hit.start, hit.end):
            named.append(hit)
    return named


def _is_index(metric: Metric) -> bool:
    return metric.unit in ("hạng", "điểm")
