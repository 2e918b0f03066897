"""How surely a cue is a number's own: by its length, where it stands, and what stands between."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from r57monitor.figures.cues import Hit
from r57monitor.figures.quantity import Quantity
from r57monitor.figures.reading import Reading
from r57monitor.figures.tables import Cell
from r57monitor.text.guarded import Guarded
from r57monitor.text.segment import Span

# Scores are sums of small evidence; the threshold was set on annotated articles (tests/gold), half of them held out.
THRESHOLD = 0.80
_WORD_COST = 0.03
_SOFT_COST = 0.12
_HARD_COST = 0.55
_NUMBER_COST = 0.55
CUE_WORD_GAIN = 0.10
HEADED = 0.4  # of what numbers between cost, where the cue opens with the counted noun itself
_MOST_WORDS = 6  # of a cue that speak for it
_MORE = 0.45  # no more than this is added for where a cue stands
BASE = 0.85
MOST = BASE + CUE_WORD_GAIN * _MOST_WORDS + _MORE

_HARD = re.compile(r"[;\n]|[.!?]\s|(?<!\w)trong đó(?!\w)|\s[-–]\s(?!(?:19|20)\d\d(?!\d))")
_SOFT = re.compile(
    r",\s(?!(?:doanh nghiệp|công chức|viên chức|người lao động|phường|bản|thị trấn|đơn vị|ngành|địa phương)(?!\w))"
    r"|[()“”\"]|:\s|(?<!\w)(?:còn|với|cùng|đồng thời|trong khi|nhưng|song|riêng|và|qua đó|đưa|giúp|nhờ|nơi|phủ)(?!\w)"
)
_BORDER = re.compile(
    r"[;\n]|[.!?]\s|,\s|[()]|(?<!\w)(?:trong đó|trong tổng số|trên tổng số|còn|với|đồng thời|trong khi|nhưng|song|riêng|"
    r"và(?! công nghệ| chuyển đổi số)|while|and(?= (?:about |over |nearly |more than |some |only |at least )?(?:\d|\Z)))(?!\w)"
)
_OF_WHOLE = re.compile(r"\s*(?:trở lên\s+)?(?:trong|của|trên|so với|of)\s+(?:(?:its|the|local|annual|total|all)\s+)*")
_SAID_AGAIN = re.compile(r",\s(?:or|equivalent to|equal to|accounting for|tương đương|bằng|chiếm)\s(?:[^,;.]|[.,](?=\d)){1,90},(?=\s)")


class Scope(NamedTuple):
    """A number in its sentence, as its cues are weighed."""

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
    own_start: int | None = None  # where the clause of a share begins that says of what it is one


def number_cost(other: Quantity, q: Quantity) -> float:
    """What a number between a cue and another number costs."""
    return _NUMBER_COST if other.form == q.form else 0.5 * _NUMBER_COST


_NOT_YET = Guarded(r"(?<!\w)(?:chưa(?:\s(?:được|có|thể|kịp|hoàn thành))?|không\s(?:được|có))\s$")


def score_cue(scope: Scope, hit: Hit, least: float) -> float:
    """How surely a cue is the number's own; 0 where that is less than `least`, whatever the marks between are."""
    q, low = scope.quantity, scope.reading.low
    score = BASE + CUE_WORD_GAIN * min(hit.words, _MOST_WORDS)
    if hit.start < q.end and hit.end > q.number_start:  # the cue takes in the number or its unit
        if q.form == "count" and any(o.form == "count" and o.end <= hit.end for o in scope.after):
            return 0.0  # "1.200 điểm giao dịch và 245 trạm 5G": its last word is what another number counts
        return score + (0.35 if hit.end > q.end or hit.words > 1 else 0.0) - (0.1 if hit.start < q.start else 0.0)
    if q.noun and low.endswith(q.noun, q.number_end, q.end) and any(0 <= hit.start - o.number_end <= 2 for o in scope.others):
        return 0.0  # the cue is what another number counts: "2.121 thủ tục, gồm 1.068 dịch vụ công toàn trình"
    before = hit.end <= q.start
    gap = low[hit.end : q.start] if before else low[q.end : hit.start]
    aside = None if before or q.form != "money" else _SAID_AGAIN.match(low, q.end, hit.start)
    if aside is not None:  # "1.200 tỷ đồng, bằng 4,1% tổng chi, cho khoa học"
        gap = low[aside.end() : hit.start]
    if scope.own_start is not None and hit.end <= scope.own_start:
        return 0.0
    between = 0.0
    for other in scope.before if before else scope.after:
        if (other.start < hit.end) if before else (other.end > hit.start):
            break
        is_aside = aside is not None and other.end <= aside.end()
        between += 0.0 if other is scope.echoed or is_aside else number_cost(other, q)
    heads = q.form == "count" and low.startswith(f"{q.noun} ", hit.start)  # "tổ công nghệ số … gồm 788 tổ": what the cue is about
    between *= HEADED if heads else 1.0
    word_cost = _WORD_COST * (0.5 if q.form in ("rank", "money") or q.at_most or heads else 1.0)
    if score - between - word_cost * min(gap.count(" "), 14) + _MORE < least:
        return 0.0
    soft, hard = len(_SOFT.findall(gap)), len(_HARD.findall(gap))
    score -= word_cost * min(gap.count(" "), 14) + _HARD_COST * hard + between
    if before:
        score -= _SOFT_COST * (0.5 if between == 0 else 1.0) * soft
        return score + _owned_before(scope, hit) + (-0.15 if scope.after_noun and not scope.is_whole else 0.12)
    if _NOT_YET.search(gap):
        return 0.0  # "2,3 triệu hồ sơ chưa được số hóa": what is left to do is no part of what was done
    score -= (2.4 * _SOFT_COST) * soft
    if _leads_on(scope, hit, gap):
        return 0.0
    if _owned_after(scope, hit, gap):
        score -= 0.45
    if q.form == "share":
        return score + (0.2 if (scope.after_noun and not hard) or _OF_WHOLE.fullmatch(gap) or gap.startswith(" of ") else -0.35)
    return score + (0.2 if q.form == "count" else -0.05)


def _owned_before(scope: Scope, hit: Hit) -> float:
    """Cost of a cue that belongs to the number before: it follows that number without a border, and a border follows it."""
    q, low = scope.quantity, scope.reading.low
    previous = next((o for o in reversed(scope.others) if o.end <= hit.end and o.start < hit.start), None)
    if previous is None or previous.end > hit.end or previous is scope.echoed:
        return 0.0
    if not _BORDER.search(low, previous.end, max(previous.end, hit.start)) and _BORDER.search(low, hit.end, q.start):
        return -0.45
    return 0.0


def _owned_after(scope: Scope, hit: Hit, gap: str) -> bool:
    """ "giao 330 nhiệm vụ, đã hoàn thành 90 nhiệm vụ": a cue after a comma that leads straight to the next number of the same noun."""
    following = min((o for o in scope.others if o.end > hit.start), key=lambda o: o.start, default=None)
    if following is None or following.noun != scope.quantity.noun or not following.noun:
        return False
    between = scope.reading.low[hit.end : following.start]
    if "," not in gap and between.strip() not in ("", "được"):
        return False
    return between.count(" ") <= 3 and not _BORDER.search(between)


def _leads_on(scope: Scope, hit: Hit, gap: str) -> bool:
    """ "100% hộ kê khai thuế điện tử, tỷ lệ đúng hạn đạt 98,3%": a cue of the next clause that has its own number there."""
    q, low = scope.quantity, scope.reading.low
    following = next((o for o in scope.after if o.end > hit.start), None)
    if following is not None and _BORDER.search(gap):
        if hit.end > following.start:
            return True
        if following.start - hit.end <= _LEADS and not _BORDER.search(low, hit.end, following.start):
            return True
    nearer = next((o for o in reversed(scope.after) if o.end <= hit.start), None)
    if nearer is None or (nearer.form, nearer.noun) == (q.form, q.noun):
        return False
    return _BORDER.search(low, q.end, nearer.start) is not None and not _BORDER.search(low, nearer.end, hit.start)


_LEADS = 60  # letters from a cue to the number that it leads to


def is_refused(scope: Scope, hit: Hit, cell: Cell | None) -> bool:
    """A cue of `cues_none` within the clause of the number, widened to take in the cue."""
    nones = scope.reading.cues.refused_at(hit.owner)
    if cell is None:
        nones = [n for n in nones if (n.start >= scope.sentence.start and n.end <= scope.sentence.end) or n.start <= hit.start < n.end]
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
