"""Figure -> metric by the catalogue's cues: the longest and nearest cue in the figure's own clause, the unit decides between siblings."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from r57monitor.catalogue import Catalogue, Metric
from r57monitor.figures.cues import Hit
from r57monitor.figures.quantity import Quantity, last_before
from r57monitor.figures.reading import Reading
from r57monitor.figures.tables import Cell
from r57monitor.figures.words import load_words
from r57monitor.text.guarded import Guarded
from r57monitor.text.segment import Span

# Scores are sums of small evidence; the threshold was set on annotated articles (tests/gold), half of them held out.
THRESHOLD = 0.80
_WORD_COST = 0.03
_SOFT_COST = 0.12
_HARD_COST = 0.55
_NUMBER_COST = 0.55
_CUE_WORD_GAIN = 0.10
_HEADED = 0.4  # of what numbers between cost, where the cue opens with the counted noun itself
_MOST_WORDS = 6  # of a cue that speak for it
_MORE = 0.45  # no more than this is added for where a cue stands
_LONGEST_CUE = 100  # characters
_EPSILON = 1e-6
_CONTEXT = 250  # characters before the sentence in which a cue of `cues_all` still counts
_LONG_CUE = 4  # words; so long a cue needs its context anywhere before
_BASE = 0.85
_MOST = _BASE + _CUE_WORD_GAIN * _MOST_WORDS + _MORE

_HARD = re.compile(r"[;\n]|[.!?]\s|(?<!\w)trong đó(?!\w)|\s[-–]\s(?!(?:19|20)\d\d(?!\d))")
_SOFT = re.compile(
    r",\s(?!(?:doanh nghiệp|công chức|viên chức|người lao động|phường|bản|thị trấn|đơn vị|ngành|địa phương)(?!\w))"
    r"|[()“”\"]|:\s|(?<!\w)(?:còn|với|cùng|đồng thời|trong khi|nhưng|song|riêng|và|qua đó|đưa|giúp|nhờ|nơi|phủ)(?!\w)"
)
_BORDER = re.compile(
    r"[;\n]|[.!?]\s|,\s|[()]|(?<!\w)(?:trong đó|trong tổng số|trên tổng số|còn|với|đồng thời|trong khi|nhưng|song|riêng|"
    r"và(?! công nghệ| chuyển đổi số))(?!\w)"
)
_WHOLE = re.compile(r"\s+(?:dân số|số\s|tổng|hộ gia đình|số hộ|diện tích|kế hoạch|nhu cầu|khối lượng|người dân|dân cư|địa bàn)")
_OF_WHOLE = re.compile(r"\s*(?:trở lên\s+)?(?:trong|của|trên|so với|of)\s+(?:(?:its|the|local|annual|total|all)\s+)*")
_STARTS_NOUN = re.compile(r"\s+(?P<word>[^\W\d_]+)")


class Match(NamedTuple):
    """A metric and how sure it is; `own`: the cue stands in the figure's own clause."""

    metric: Metric
    score: float
    own: bool


class _Scope(NamedTuple):
    reading: Reading
    quantity: Quantity
    sentence: Span
    others: Sequence[Quantity]  # of the sentence, without this one
    after_noun: bool  # a noun follows a share: "100% cán bộ"
    is_whole: bool  # that noun is only the whole: "71% dân số"
    before: Sequence[Quantity]  # of the others, the nearest first
    after: Sequence[Quantity]
    echoed: Quantity | None  # the count that a share only says again: "38 nhiệm vụ, đạt 84,4%"
    following: str  # what stands after a count's number, abbreviations written out


@lru_cache(maxsize=1)
def _function_words() -> frozenset[str]:
    return frozenset(load_words("units")["function"])


def match_metric(
    catalogue: Catalogue,
    reading: Reading,
    q: Quantity,
    sentence: Span,
    others: Sequence[Quantity],
    *,
    cell: Cell | None,
    header: Span | None,
    is_change: bool,
) -> Match | None:
    """The metric a quantity belongs to, or None: precision comes first.

    others: further quantities of the sentence. cell: where the quantity stands in a table. header: the line or sentence before that
    may name what is counted.
    """
    noun = _STARTS_NOUN.match(reading.low, q.end)
    after_noun = q.form == "share" and noun is not None and noun["word"] not in _function_words()
    is_whole = after_noun and bool(_WHOLE.match(reading.low, q.end))
    before, after = [o for o in reversed(others) if o.end <= q.start], [o for o in others if o.start >= q.end]
    echoed, following = find_echoed(reading, q, others), _following(reading, q)
    scope = _Scope(reading, q, sentence, others, after_noun, is_whole, before, after, echoed, following)
    best = _best_own(catalogue, scope, cell, header, is_change=is_change)
    extra = [(cell.label, 0.25), (cell.head, -0.1), (cell.caption, -0.1)] if cell else []
    if header is not None and (best is None or best.score < THRESHOLD) and _is_thin(scope):
        extra.append((header, -0.45))
    for span, gain in extra:
        if span is None:
            continue
        for hit in _hits(reading, span.start, span.end):
            best = _better(best, _consider_far(catalogue, scope, hit, span, is_change, gain))
    return best if best and best.score >= THRESHOLD else None


def _best_own(catalogue: Catalogue, scope: _Scope, cell: Cell | None, header: Span | None, *, is_change: bool) -> Match | None:
    """The best of the sentence's own cues, of equal ones the first; the nearest are tried first, so that few are weighed in full."""
    q = scope.quantity
    best: tuple[float, int, Match] | None = None
    fitting: dict[int, bool] = {}
    for place, hit in _nearest_first(_hits_in_reach(scope), q):
        fits = fitting.get(hit.owner)
        if fits is None:
            metric = catalogue.metrics[hit.owner]
            fits = fitting[hit.owner] = _is_compatible(metric, q, scope.reading, scope.following) and _in_range(metric, q, is_change)
        match = _consider(catalogue, scope, hit, cell, header, is_change, best[0] if best else THRESHOLD) if fits else None
        if match is not None and (best is None or (match.score, -place) > (best[0], -best[1])):
            best = match.score, place, match
    return best[2] if best else None


def _nearest_first(hits: Sequence[Hit], q: Quantity) -> Sequence[tuple[int, Hit]]:
    """The cues with their places in the sentence's order."""
    placed = list(enumerate(hits))
    if len(placed) > 1:
        placed.sort(key=lambda item: max(q.start - item[1].end, item[1].start - q.end))
    return placed


_ANAPHOR = Guarded(r"(?:con số|tỷ lệ|mức|chỉ tiêu|kết quả) (?:này|ấy|đó|trên)(?!\w)|(?:con số|ước tính|mức)(?!\w)")
_THESE = re.compile(r"(?<!\w)(?:con số|mạng lưới|lực lượng|hệ thống|số|đội ngũ|danh sách|nhóm) (?:này|ấy|đó|trên)(?!\w)")
_COVERS = Guarded(r"(?<!\w)phủ(?!\w)")
_THIN = 9  # words before the number: a sentence with more has a subject of its own


def _is_thin(scope: _Scope) -> bool:
    """Whether a sentence leaves open what it counts, so that the one before must say: "Con số này là 12,9%"."""
    head = scope.reading.low[scope.sentence.start : scope.quantity.start]
    if scope.others and min(o.start for o in scope.others) < scope.quantity.start:
        return False
    if (scope.after_noun and not (scope.is_whole and _COVERS.search(head))) or scope.quantity.form == "count":
        return bool((_ANAPHOR if scope.quantity.form == "share" else _THESE).search(head))
    limit = 2 * _THIN if scope.quantity.form == "rank" else _THIN
    return head.count(" ") <= limit or bool(_ANAPHOR.search(head))


_ECHO = re.compile(
    r"(?:[^,;.()\d]{0,40}[,(]|\s*[,(]?)\s*(?:tương đương|tương ứng|đạt|bằng|chiếm|tức|đạt tỷ lệ|chiếm tỷ lệ|tỷ lệ|or|"
    r"reaching|equivalent to|equal to|accounting for|a rate of)"
    r"(?:\s+(?:với|khoảng|hơn|gần|trên|tỷ lệ|là|đạt|tới))*\s*|[^,;.()\d]{0,40}\(\s*"
)


def find_echoed(reading: Reading, q: Quantity, others: Sequence[Quantity]) -> Quantity | None:
    """The count that a share right after only says again ("38 nhiệm vụ, đạt 84%"), or the score that a rank goes with."""
    if q.form not in ("share", "rank"):
        return None
    before = last_before(others, q.start)
    if before is not None and q.form == "rank" and before.noun == "điểm" and q.start - before.end < 30:
        return before
    if before is None or q.form == "rank" or before.form not in ("count", "bare") or not _ECHO.fullmatch(reading.low, before.end, q.start):
        return None
    return before


def _better(a: Match | None, b: Match | None) -> Match | None:
    if a is None or b is None:
        return a or b
    return b if b.score > a.score else a


def _hits(reading: Reading, start: int, end: int) -> Sequence[Hit]:
    """Cues in a stretch of the text."""
    low = bisect_left(reading.cues.owned, (start,))
    return [h for h in reading.cues.owned[low : bisect_left(reading.cues.owned, (end,))] if h.end <= end]


def _hits_in_reach(scope: _Scope) -> list[Hit]:
    """The cues of the sentence but those that the numbers between put below the threshold, whatever else speaks for them."""
    reading, q = scope.reading, scope.quantity
    near = _reach(scope, 1.0)
    far = _reach(scope, _HEADED) if q.form == "count" else near
    hits = reading.cues.owned[bisect_left(reading.cues.owned, (far[0],)) : bisect_left(reading.cues.owned, (far[1],))]
    last = scope.sentence.end
    if far == near:
        return [h for h in hits if h.end <= last]
    head = f"{q.noun} "
    return [h for h in hits if h.end <= last and (near[0] <= h.start < near[1] or reading.low.startswith(head, h.start))]


def _reach(scope: _Scope, factor: float) -> tuple[int, int]:
    """Between which places a cue must begin; factor: of what numbers between cost."""
    start, end = scope.sentence.start, scope.sentence.end
    most = (_MOST - THRESHOLD + _EPSILON) / factor
    if (other := _numbers_worth(scope.before, scope, most)) is not None:
        start = max(start, other.start - _LONGEST_CUE)
    if (other := _numbers_worth(scope.after, scope, most)) is not None:
        end = min(end, other.end)
    return start, end


def _numbers_worth(numbers: Sequence[Quantity], scope: _Scope, most: float) -> Quantity | None:
    """The number with which those on one side, the nearest first, cost more than `most`."""
    cost = 0.0
    for other in numbers:
        cost += 0.0 if other is scope.echoed else _number_cost(other, scope.quantity)
        if cost > most:
            return other
    return None


def _number_cost(other: Quantity, q: Quantity) -> float:
    return _NUMBER_COST if other.form == q.form else 0.5 * _NUMBER_COST


def _consider(
    catalogue: Catalogue, scope: _Scope, hit: Hit, cell: Cell | None, header: Span | None, is_change: bool, least: float
) -> Match | None:
    """The metric of a cue of the sentence, whose unit and range fit, with a score of at least `least`."""
    metric = catalogue.metrics[hit.owner]
    q = scope.quantity
    if q.at_most and metric.unit == "hạng" and not _NAMES_INDEX.search(scope.reading.low, scope.sentence.start, scope.sentence.end):
        return None  # "nhóm 5 tỉnh dẫn đầu về chuyển đổi số": a goal of standing, no rank of an index
    if q.form == "bare" and cell is None and metric.units and not _names_unit(scope, metric):
        return None
    if is_change and q.form == "share" and not q.is_points and "tăng" not in metric.cues_all and _grows_a_count(scope):
        return None
    context_start = min(header.start if header else scope.sentence.start, scope.sentence.start) - _CONTEXT
    if scope.reading.low[hit.start] == "%":  # a bare sign and its whole: the sentence itself must say of what
        context_start = scope.sentence.start
    if hit.words >= _LONG_CUE:
        context_start = 0
    if metric.cues_all and not _has_any(scope.reading, hit.owner, context_start, scope.sentence.end, cell):
        return None
    score = _score(scope, hit, least)
    if score < least or _is_refused(scope, hit, cell):
        return None
    return Match(metric, score, True)


_NAMES_INDEX = re.compile(r"(?<!\w)(?:chỉ số|xếp hạng|bảng xếp|index|dti|pii|pci|gii)(?!\w)")


def _names_unit(scope: _Scope, metric: Metric) -> bool:
    """Whether what a number without a unit counts is named before it, in the metric's words."""
    head = scope.reading.low[max(scope.sentence.start, scope.quantity.start - 90) : scope.quantity.start]
    return any(re.search(rf"(?<!\w){re.escape(unit)}(?!\w)", head) for unit in (metric.unit, *metric.units))


def _consider_far(catalogue: Catalogue, scope: _Scope, hit: Hit, span: Span, is_change: bool, gain: float) -> Match | None:
    metric = catalogue.metrics[hit.owner]
    if not _is_compatible(metric, scope.quantity, scope.reading, scope.following) or not _in_range(metric, scope.quantity, is_change):
        return None
    if metric.cues_all and not _has_any(
        scope.reading, hit.owner, min(span.start, scope.sentence.start), max(span.end, scope.sentence.end), None
    ):
        return None
    if any(
        span.start <= n.start < span.end or scope.sentence.start <= n.start < scope.sentence.end
        for n in scope.reading.cues.refused_at(hit.owner)
    ):
        return None
    if metric.whole == "grdp" and re.search(r"grdp|gdp", scope.reading.low[scope.quantity.start : scope.quantity.end + 6]):
        gain += 0.4
    return Match(metric, _BASE + _CUE_WORD_GAIN * min(hit.words, 6) + 0.2 + gain, False)


def is_compatible(metric: Metric, q: Quantity, reading: Reading) -> bool:
    """Whether the unit of a quantity can be the metric's."""
    return _is_compatible(metric, q, reading, _following(reading, q))


def _following(reading: Reading, q: Quantity) -> str:
    return reading.following(q.number_end).lstrip() if q.form == "count" else ""


def _is_compatible(metric: Metric, q: Quantity, reading: Reading, following: str) -> bool:
    if metric.unit == "%":
        return q.form == "share"
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


_ANY_NOUN = frozenset({"đơn vị", "trường hợp", "cái", "chiếc", "con số", "lượt"})


def _counted_before(low: str, q: Quantity, units: Sequence[str]) -> bool:
    """ "số doanh nghiệp công nghệ số đạt 22 đơn vị": what the general noun stands for is named in the clause before."""
    head = _CLAUSE_BORDER.split(low[max(0, q.start - 90) : q.start])[-1]
    return _STATES.search(head) is not None and any(re.search(rf"(?<!\w){re.escape(unit)}(?!\w)", head) for unit in units)


_CLAUSE_BORDER = re.compile(r"[,;.(]\s")
_STATES = re.compile(r"(?<!\w)(?:là|đạt|có|gồm|lên|còn|tới|đến|:)(?:\s+(?:khoảng|hơn|gần|trên|chỉ|mới|tới|được))*\s+$")


def _grows_a_count(scope: _Scope) -> bool:
    """ "5.200 tỷ đồng, tăng 25%": growth of the amount before, no share of anything."""
    before = last_before(scope.others, scope.quantity.start)
    return before is not None and before.form in ("count", "money", "measure")


def _in_range(metric: Metric, q: Quantity, is_change: bool) -> bool:
    if metric.hard is None or is_change:
        return True
    if q.form == "rank" and q.of and q.of > metric.hard[1]:
        return False  # "44/139" is no rank among provinces
    return metric.hard[0] <= q.value <= metric.hard[1]


def _has_any(reading: Reading, owner: int, start: int, end: int, cell: Cell | None) -> bool:
    starts = reading.cues.needed_at(owner)
    if cell and cell.head and any(cell.head.start <= s < cell.head.end for s in starts):
        return True
    at = bisect_left(starts, start)
    return at < len(starts) and starts[at] < end


def _score(scope: _Scope, hit: Hit, least: float) -> float:
    """How surely a cue is the number's own; 0 where that is less than `least`, whatever the marks between are."""
    q, low = scope.quantity, scope.reading.low
    score = _BASE + _CUE_WORD_GAIN * min(hit.words, _MOST_WORDS)
    if hit.start < q.end and hit.end > q.number_start:  # the cue takes in the number or its unit
        return score + (0.35 if hit.end > q.end or hit.words > 1 else 0.0) - (0.1 if hit.start < q.start else 0.0)
    if q.noun and low.endswith(q.noun, q.number_end, q.end) and any(0 <= hit.start - o.number_end <= 2 for o in scope.others):
        return 0.0  # the cue is what another number counts: "2.121 thủ tục, gồm 1.068 dịch vụ công toàn trình"
    before = hit.end <= q.start
    gap = low[hit.end : q.start] if before else low[q.end : hit.start]
    between = 0.0
    for other in scope.before if before else scope.after:
        if (other.start < hit.end) if before else (other.end > hit.start):
            break
        between += 0.0 if other is scope.echoed else _number_cost(other, q)
    heads = q.form == "count" and low.startswith(f"{q.noun} ", hit.start)  # "tổ công nghệ số … gồm 788 tổ": what the cue is about
    between *= _HEADED if heads else 1.0
    word_cost = _WORD_COST * (0.5 if q.form in ("rank", "money") or q.at_most or heads else 1.0)
    if score - between - word_cost * min(gap.count(" "), 14) + _MORE < least:
        return 0.0
    soft = len(_SOFT.findall(gap))
    score -= word_cost * min(gap.count(" "), 14) + _HARD_COST * len(_HARD.findall(gap)) + between
    if before:
        score -= _SOFT_COST * (0.5 if between == 0 else 1.0) * soft
        return score + _owned_before(scope, hit) + (-0.15 if scope.after_noun and not scope.is_whole else 0.12)
    score -= (2.4 * _SOFT_COST) * soft
    if _owned_after(scope, hit, gap):
        score -= 0.45
    if q.form == "share":
        return score + (0.2 if scope.after_noun or _OF_WHOLE.fullmatch(gap) or gap.startswith(" of ") else -0.35)
    return score + (0.2 if q.form == "count" else -0.05)


def _owned_before(scope: _Scope, hit: Hit) -> float:
    """Cost of a cue that belongs to the number before: it follows that number without a border, and a border follows it."""
    q, low = scope.quantity, scope.reading.low
    previous = next((o for o in reversed(scope.others) if o.end <= hit.end and o.start < hit.start), None)
    if previous is None or previous.end > hit.end or previous is scope.echoed:
        return 0.0
    if not _BORDER.search(low, previous.end, max(previous.end, hit.start)) and _BORDER.search(low, hit.end, q.start):
        return -0.45
    return 0.0


def _owned_after(scope: _Scope, hit: Hit, gap: str) -> bool:
    """ "giao 330 nhiệm vụ, đã hoàn thành 90 nhiệm vụ": a cue after a comma that leads straight to the next number of the same noun."""
    following = min((o for o in scope.others if o.end > hit.start), key=lambda o: o.start, default=None)
    if following is None or "," not in gap or following.noun != scope.quantity.noun or not following.noun:
        return False
    between = scope.reading.low[hit.end : following.start]
    return between.count(" ") <= 3 and not _BORDER.search(between)


def _is_refused(scope: _Scope, hit: Hit, cell: Cell | None) -> bool:
    """A cue of `cues_none` within the clause of the number, widened to take in the cue."""
    nones = scope.reading.cues.refused_at(hit.owner)
    if not nones:
        return False
    q, low = scope.quantity, scope.reading.low
    start = max((m.end() for m in _BORDER.finditer(low, scope.sentence.start, q.start)), default=scope.sentence.start)
    border = _BORDER.search(low, max(q.end, hit.end), scope.sentence.end)
    start, end = min(start, hit.start), border.start() if border else scope.sentence.end
    if any(n.start <= hit.start < n.end for n in nones):  # "chưa hoàn thành (5%)"
        return True
    end = min((o.start for o in scope.others if max(q.end, hit.end) <= o.start < end), default=end)  # what follows is the next number's
    if cell and cell.label and any(cell.label.start <= n.start < cell.label.end for n in nones):
        return True
    theirs = [o for o in scope.others if start <= o.start < end]  # "16.428 thành viên, thuộc 2.311 tổ": the word counted by another number
    return any(start <= n.start and n.end <= end and not any(o.number_end <= n.start and n.end <= o.end for o in theirs) for n in nones)
