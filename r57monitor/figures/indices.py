"""Ranks and values of an index that an earlier clause or sentence names: "Bảng DTI vừa công bố. Huế xếp thứ 2 với 0,79"."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from r57monitor.catalogue import Catalogue, Metric
from r57monitor.figures.cues import Hit
from r57monitor.figures.matching import Match
from r57monitor.figures.places import Places
from r57monitor.figures.quantity import Quantity
from r57monitor.figures.reading import Reading
from r57monitor.text.guarded import Guarded
from r57monitor.text.segment import Span

_REACH = 500  # characters from the index's name to a rank or value that is its own
_NAMES_INDEX = re.compile(r"chỉ số|xếp hạng|(?<!\w)(?:index|dti|pii|pci|par[ -]?index|gii)(?!\w)")
_OTHER = Guarded(
    r"(?<!\w)(?:chỉ số (?!này|ấy|đó|trên|năm|của|cấp|tổng)|(?:papi|sipas|ict|hdi|pgi|icor)(?!\w)|trụ cột|thành phần|"
    r"tiêu chí|giải (?:thưởng|nhất|nhì|ba)|cuộc thi|đội (?:bóng|tuyển)|"
    r"(?<!thuộc )về (?!đích|cuối|trước|sau)|"
    r"tăng trưởng|xuất khẩu|thu hút|thu nhập|diện tích|dân số|quy mô)"
)
_PART = Guarded(
    r"(?<!\w)(?:chính quyền số|kinh tế số|xã hội số|cqs|kts|xhs|nhận thức số|thể chế số|hạ tầng số|nhân lực số|"
    r"(?:điểm|chỉ số|trụ cột|hạng mục) "
    r"(?:đầu vào|đầu ra|thành phần)|(?:trụ cột|hạng mục) (?!chính|này|trên)\S+)(?!\w)"
)
_TOTAL = re.compile(r"(?<!\w)tổng (?:số )?điểm(?: số)?(?: là| đạt)?\s*\Z")
_WHOLE_INDEX = re.compile(r"(?<!\w)(?:chung cuộc|tổng điểm|tổng thể|xếp hạng chung|chung toàn|dti|pii)(?!\w)(?!\s+(?:về|trụ|thành)(?!\w))")
_PROVINCE = Guarded(r"(?<!\w)(?:tỉnh|thành phố|địa phương)(?!\w)")
_OWN_THING = re.compile(r"[^,.;()\n]{0,40}?\svề\s(?!đích)")
_VALUE = re.compile(r"(?:giá trị|số điểm|điểm số|điểm|lần lượt(?: là| có)?|với|đạt|là|và|[(,])\s*(?:(?:là|đạt|giá trị)\s+)*\Z")


def match_index(catalogue: Catalogue, reading: Reading, q: Quantity, sentence: Span, places: Places) -> Match | None:
    """The metric of a rank or a value of an index without words of its own: of the index named last before it."""
    wanted = _wanted_unit(reading, q)
    if wanted is None or _OWN_THING.match(reading.low, q.end, sentence.end):
        return None
    hits = _named_last(catalogue, reading, q)
    if not hits:
        return None
    gap = reading.low[max(h.end for h in hits) : q.start]
    if (_OTHER.search(gap) and not _TOTAL.search(gap)) or gap.count("\n") > 1:
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


def is_part_of_index(reading: Reading, q: Quantity, sentence: Span, others: Sequence[Quantity]) -> bool:
    """ "Trong đó, chính quyền số xếp thứ 9": a rank or value of a pillar, none of the index; all pillars named at once are the index."""
    if q.form != "rank" and q.noun != "điểm":
        return False
    floor = max((o.end for o in others if o.end <= q.start and o.form == q.form and not o.is_points), default=sentence.start)
    head = re.split(r"[;.]\s", reading.low[floor : q.start])[-1]
    parts = list(_PART.finditer(head))
    if not parts or _WHOLE_INDEX.search(head, parts[-1].end()):
        return False
    return len({m.group() for m in parts}) < _ALL_PARTS or "lần lượt" in head or "đều" in head


_NOT_OURS = Guarded(
    r"(?<!\w)(?:papi|sipas|pgi|hdi|icor|cpi|iip|ebi|ict[ -]index|ict việt nam|mức độ ứng dụng cntt|chỉ số xanh|"
    r"chỉ số thương mại điện tử|chỉ số hài lòng|chỉ số hạnh phúc|chỉ số giá|hiệu quả quản trị)(?!\w)"
)
_AFTER_RANK = re.compile(
    r"(?:\s+(?:trong |trên )?(?:cả nước|toàn quốc|\d+|tỉnh|thành phố|thành|địa phương|nước)[,]?){0,4}"
    r"\s+(?:về|ở|trong|theo|đối với)\s+(?:bảng xếp hạng\s+)?(?:chỉ số\s+)?"
    r"(?:papi|sipas|pgi|hdi|ict[ -]index|xanh|thương mại điện tử|hài lòng|hiệu quả quản trị)(?!\w)"
)


def is_of_other_index(reading: Reading, q: Quantity, sentence: Span, others: Sequence[Quantity]) -> bool:
    """ "DTI xếp thứ 12, PAPI xếp thứ 9": the second rank is of an index for which the catalogue has no rank."""
    if q.form not in ("rank", "place"):
        return False
    if _AFTER_RANK.match(reading.low, q.end, sentence.end):
        return True
    floor = max((o.end for o in others if o.end <= q.start and o.form in ("rank", "place")), default=sentence.start)
    named = [floor + m.end() for m in _NOT_OURS.finditer(reading.low[floor : q.start])]
    if not named:
        return False
    if any(named[-1] <= o.start < q.start for o in others) and _names_own_after(reading, q, sentence):
        return False
    first = bisect_left(reading.cues.owned, (named[-1],))
    later = reading.cues.owned[first : bisect_left(reading.cues.owned, (q.start,))]
    return not any(_NAMES_INDEX.search(reading.low, hit.start, hit.end) for hit in later)


_ABOUT = re.compile(r"(?:\s[^\s,;.()\d]+){0,5}?\s(?:về|ở|theo)\s+(?:bộ\s+)?(?:chỉ số\s+)?")


def _names_own_after(reading: Reading, q: Quantity, sentence: Span) -> bool:
    """ "SIPAS đạt 84,6%; tỉnh xếp thứ 6/34 về chỉ số chuyển đổi số": of which index a rank is, said right after it."""
    about = _ABOUT.match(reading.low, q.end, sentence.end)
    if about is None:
        return False
    cues = reading.cues.owned
    return any(h.start <= about.end() for h in cues[bisect_left(cues, (q.end,)) : bisect_left(cues, (about.end() + 1,))])


_ALL_PARTS = 3  # of an index: named together they stand for it


def _wanted_unit(reading: Reading, q: Quantity) -> str | None:
    if q.form == "rank":
        return "hạng"
    if q.form == "count" and q.noun in ("điểm", "points") and not q.is_points:
        return "điểm"
    is_value = q.form == "bare" and 0 < q.value < 1 and _VALUE.search(reading.low[max(0, q.start - 40) : q.start])
    return "điểm" if is_value else None


_AMONG_PROVINCES = Guarded(r"(?<!\w)(?:tỉnh|thành phố|cả nước|toàn quốc|địa phương)(?!\w)")
_MOST_PROVINCES = 63


def _named_last(catalogue: Catalogue, reading: Reading, q: Quantity) -> list[Hit]:
    """The cues at the last place before a number that names an index; a rank among provinces is of none of the world's."""
    end = q.start
    local = q.form == "rank" and _AMONG_PROVINCES.search(reading.low[end : q.end + 10]) is not None
    first = bisect_left(reading.cues.owned, (end - _REACH,))
    named: list[Hit] = []
    for hit in reversed(reading.cues.owned[first : bisect_left(reading.cues.owned, (end,))]):
        if named and hit.end <= min(h.start for h in named):
            break
        metric = catalogue.metrics[hit.owner]
        if hit.end > end or not _is_index(metric) or not _NAMES_INDEX.search(reading.low, hit.start, hit.end):
            continue
        if not (local and metric.unit == "hạng" and metric.hard and metric.hard[1] > _MOST_PROVINCES):
            named.append(hit)
    return named


def _is_index(metric: Metric) -> bool:
    return metric.unit in ("hạng", "điểm")
