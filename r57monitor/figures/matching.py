"""Figure -> metric by the catalogue's cues: the longest and nearest cue in the figure's own clause, the unit decides between siblings."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from r57monitor.catalogue import Catalogue, Metric
from r57monitor.figures.cues import Hit
from r57monitor.figures.fitting import can_be_covered, fits_range, fits_unit, words_behind
from r57monitor.figures.growth import grows_a_count, tells_change
from r57monitor.figures.quantity import Quantity, last_before
from r57monitor.figures.reading import Reading
from r57monitor.figures.subjects import own_clause
from r57monitor.figures.tables import Cell
from r57monitor.figures.thin import is_thin
from r57monitor.figures.weighing import BASE, CUE_WORD_GAIN, HEADED, MOST, THRESHOLD, Scope, is_refused, number_cost, score_cue
from r57monitor.figures.words import load_words
from r57monitor.text.segment import Span

_CONTEXT = 250  # characters before the sentence in which a cue of `cues_all` still counts
_LONG_CUE = 4  # words; so long a cue needs its context anywhere before
_LONGEST_CUE = 100  # characters
_EPSILON = 1e-6
_WHOLE = re.compile(r"\s+(?:dân số|số\s|tổng|hộ gia đình|số hộ|diện tích|kế hoạch|nhu cầu|khối lượng|người dân|dân cư|địa bàn|grdp|gdp)")
_DONE_TO = re.compile(r"\s+(?:were|was|are|have been|has been|will be)\s+[a-z]+(?:ed|en|t)(?!\w)")  # "96% were settled on time"
_STARTS_NOUN = re.compile(r"\s+(?P<word>[^\W\d_]+)")


class Match(NamedTuple):
    """A metric and how sure it is; `own`: the cue stands in the figure's own clause."""

    metric: Metric
    score: float
    own: bool


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
    after_noun = (
        q.form == "share" and noun is not None and (noun["word"] not in _function_words() or _DONE_TO.match(reading.low, q.end) is not None)
    )
    is_whole = after_noun and bool(_WHOLE.match(reading.low, q.end))
    before, after = [o for o in reversed(others) if o.end <= q.start], [o for o in others if o.start >= q.end]
    echoed, following = find_echoed(reading, q, others), words_behind(reading, q)
    own_start = own_clause(reading, q, before[0], sentence.start) if before else None
    scope = Scope(reading, q, sentence, others, after_noun, is_whole, before, after, echoed, following, own_start)
    best = _best_own(catalogue, scope, cell, header, is_change=is_change)
    extra = [(cell.label, 0.25), (cell.head, -0.1), (cell.caption, -0.1)] if cell else []
    if header is not None and (best is None or best.score < THRESHOLD) and is_thin(scope, header, is_change=is_change):
        extra.append((header, -0.45))
    for span, gain in extra:
        if span is None:
            continue
        for hit in hits_between(reading, span.start, span.end):
            best = _better(best, _consider_far(catalogue, scope, hit, span, is_change, gain, cell.counting if cell else None))
    if best is None or best.score < THRESHOLD or (not best.own and not can_be_covered(best.metric, reading, q)):
        return None
    return best


def _best_own(catalogue: Catalogue, scope: Scope, cell: Cell | None, header: Span | None, *, is_change: bool) -> Match | None:
    """The best of the sentence's own cues, of equal ones the first; the nearest are tried first, so that few are weighed in full."""
    q = scope.quantity
    best: tuple[float, int, Match] | None = None
    fitting: dict[int, bool] = {}
    for place, hit in _nearest_first(_hits_in_reach(scope), q):
        fits = fitting.get(hit.owner)
        if fits is None:
            metric = catalogue.metrics[hit.owner]
            fits = fitting[hit.owner] = fits_unit(metric, q, scope.reading, scope.following) and fits_range(metric, q, is_change)
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


_ECHO = re.compile(
    r"(?:[^,;.()\d]{0,40}[,(]|\s*[,(]?)\s*(?:tương đương|tương ứng|đạt|bằng|chiếm|tức|đạt tỷ lệ|chiếm tỷ lệ|tỷ lệ|or|"
    r"reaching|equivalent to|equal to|accounting for|a rate of)"
    r"(?:\s+(?:với|khoảng|hơn|gần|trên|tỷ lệ|là|đạt|tới))*:?\s*|[^,;.()\d]{0,40}\(\s*"
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


def hits_between(reading: Reading, start: int, end: int) -> Sequence[Hit]:
    """Cues in a stretch of the text."""
    low = bisect_left(reading.cues.owned, (start,))
    return [h for h in reading.cues.owned[low : bisect_left(reading.cues.owned, (end,))] if h.end <= end]


def _hits_in_reach(scope: Scope) -> list[Hit]:
    """The cues of the sentence but those that the numbers between put below the threshold, whatever else speaks for them."""
    reading, q = scope.reading, scope.quantity
    near = _reach(scope, 1.0)
    far = _reach(scope, HEADED) if q.form == "count" else near
    hits = reading.cues.owned[bisect_left(reading.cues.owned, (far[0],)) : bisect_left(reading.cues.owned, (far[1],))]
    last = scope.sentence.end
    if far == near:
        return [h for h in hits if h.end <= last]
    head = f"{q.noun} "
    return [h for h in hits if h.end <= last and (near[0] <= h.start < near[1] or reading.low.startswith(head, h.start))]


def _reach(scope: Scope, factor: float) -> tuple[int, int]:
    """Between which places a cue must begin; factor: of what numbers between cost."""
    start, end = scope.sentence.start, scope.sentence.end
    most = (MOST - THRESHOLD + _EPSILON) / factor
    if (other := _numbers_worth(scope.before, scope, most)) is not None:
        start = max(start, other.start - _LONGEST_CUE)
    if (other := _numbers_worth(scope.after, scope, most)) is not None:
        end = min(end, other.end)
    return start, end


def _numbers_worth(numbers: Sequence[Quantity], scope: Scope, most: float) -> Quantity | None:
    """The number with which those on one side, the nearest first, cost more than `most`."""
    cost = 0.0
    for other in numbers:
        cost += 0.0 if other is scope.echoed else number_cost(other, scope.quantity)
        if cost > most:
            return other
    return None


def _consider(
    catalogue: Catalogue, scope: Scope, hit: Hit, cell: Cell | None, header: Span | None, is_change: bool, least: float
) -> Match | None:
    """The metric of a cue of the sentence, whose unit and range fit, with a score of at least `least`."""
    metric = catalogue.metrics[hit.owner]
    q = scope.quantity
    if q.at_most and metric.unit == "hạng" and not _NAMES_INDEX.search(scope.reading.low, scope.sentence.start, scope.sentence.end):
        return None  # "nhóm 5 tỉnh dẫn đầu về chuyển đổi số": a goal of standing, no rank of an index
    if q.form == "bare" and cell is None and metric.units and not _names_unit(scope, metric):
        return None
    if is_change and q.form == "share" and not q.is_points and grows_a_count(scope) and not tells_change(metric, q):
        return None
    context_start = min(header.start if header else scope.sentence.start, scope.sentence.start) - _CONTEXT
    context_end = _end_of_own(scope)
    if scope.reading.low[hit.start] == "%":  # a bare sign and its whole: its own part of the sentence must say of what
        context_start, context_end = _own_part(scope)
    if hit.words >= _LONG_CUE:
        context_start = 0
    if metric.cues_all and not _has_any(scope.reading, hit.owner, context_start, context_end, cell):
        return None
    score = score_cue(scope, hit, least)
    if score < least or is_refused(scope, hit, cell):
        return None
    return Match(metric, score, True)


def _own_part(scope: Scope) -> tuple[int, int]:
    """The part of the sentence between semicolons that a number stands in."""
    low, q, sentence = scope.reading.low, scope.quantity, scope.sentence
    end = low.find(";", q.end, sentence.end)
    return max(sentence.start, low.rfind(";", sentence.start, q.start) + 1), end if end >= 0 else sentence.end


def _end_of_own(scope: Scope) -> int:
    """Where a sentence goes on to a part of what the number counts: "312 tiến sĩ, trong đó thu hút 12 người"."""
    part = scope.reading.low.find("trong đó", scope.quantity.end, scope.sentence.end)
    return part if part >= 0 and any(o.start > part for o in scope.after) else scope.sentence.end


_NAMES_INDEX = re.compile(
    r"(?<!\w)(?:chỉ số|xếp hạng|bảng xếp|index|dti|pii|pci|gii|chính phủ điện tử|chính phủ số|năng lực cạnh tranh số)(?!\w)"
)


def _names_unit(scope: Scope, metric: Metric) -> bool:
    """Whether what a number without a unit counts is named before it, in the metric's words."""
    head = scope.reading.low[max(scope.sentence.start, scope.quantity.start - 90) : scope.quantity.start]
    return any(re.search(rf"(?<!\w){re.escape(unit)}(?!\w)", head) for unit in (metric.unit, *metric.units))


def _consider_far(
    catalogue: Catalogue, scope: Scope, hit: Hit, span: Span, is_change: bool, gain: float, counting: Span | None
) -> Match | None:
    metric = catalogue.metrics[hit.owner]
    if not fits_unit(metric, scope.quantity, scope.reading, scope.following) or not fits_range(metric, scope.quantity, is_change):
        return None
    first = min(span.start, scope.sentence.start)
    around = [(first, max(span.end, scope.sentence.end)), *([counting] if counting else [])]
    if metric.cues_all and not any(_has_any(scope.reading, hit.owner, start, end, None) for start, end in around):
        return None
    if any(
        span.start <= n.start < span.end or scope.sentence.start <= n.start < scope.sentence.end
        for n in scope.reading.cues.refused_at(hit.owner)
    ):
        return None
    if metric.whole == "grdp" and re.search(r"grdp|gdp", scope.reading.low[scope.quantity.start : scope.quantity.end + 6]):
        gain += 0.4
    return Match(metric, BASE + CUE_WORD_GAIN * min(hit.words, 6) + 0.2 + gain, False)


def _has_any(reading: Reading, owner: int, start: int, end: int, cell: Cell | None) -> bool:
    starts = reading.cues.needed_at(owner)
    if cell and cell.head and any(cell.head.start <= s < cell.head.end for s in starts):
        return True
    at = bisect_left(starts, start)
    return at < len(starts) and starts[at] < end
