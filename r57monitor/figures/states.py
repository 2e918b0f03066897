"""What the words around a number in its sentence say of it: aimed at, reached, or nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence

from r57monitor.figures.cues import KindHit
from r57monitor.figures.quantity import Quantity
from r57monitor.figures.words import load_words
from r57monitor.models import FigureKind
from r57monitor.text.guarded import Guarded

_NOW_AT = re.compile(r"\s(?:đã|đang|vừa|hiện|mới)(?!\w)")
_DUE_WORD = re.compile(r"(?:trước|chậm nhất|hạn)\s+(?:\S+\s+){0,2}$")
_LEADS_ON = Guarded(
    r"(?:,|(?<!\w)(?:và|còn|nhưng|song|trong khi|so với|mà|and|while))\s+"
    r"(?:(?:tỉnh|thành phố|toàn tỉnh|địa phương|huyện|xã|phường|sở|ngành|the province|the city|it)\s+)?\Z"
)
_MARK, _COMMA = re.compile(r"[,;.:(]"), re.compile(r"[,;]")
_CLAUSE_OVER, _STOP = re.compile(r"[;]|[.]\s"), re.compile(r"[;.]\s")


def _is_deadline(event: KindHit, low: str, q: Quantity) -> bool:
    """ "74 hệ thống trước ngày 30/11": the day by which, in the number's own clause."""
    gap = low[q.end : event.start]
    return event.kind == "target" and not _MARK.search(gap) and bool(_DUE_WORD.search(gap))


def goal_comes_next(low: str, q: Quantity, inside: Sequence[Quantity], events: Sequence[KindHit]) -> bool:
    """ "đạt 22% và dự kiến lên 25%": the word for a goal leads to the number after this one, so this one is told as reached."""
    following = next((o.start for o in inside if o.start > q.start), 0)
    goals = [e for e in events if e.kind == "target" and e.word != "date" and q.end <= e.start < following]
    return len(events) > 0 and bool(goals) and goals[0] is events[0] and _opens_the_next(low, q, goals[0], following)


def _is_bracketed_off(low: str, start: int, end: int, mark: str) -> bool:
    """Whether a bracket opens (closes) between two places and the other side lies outside: "60% (mục tiêu 70%)"."""
    gap = low[start:end]
    return gap.count(mark) > gap.count("(" if mark == ")" else ")")


def _opens_the_next(low: str, q: Quantity, event: KindHit, following: int) -> bool:
    """ "22% năm ngoái và dự kiến 25%": a word that leads straight to the next number."""
    leads = 0 <= following - event.end < 30 and following < len(low) and not _COMMA.search(low, event.end, following)
    return leads and bool(_LEADS_ON.search(low[q.end : event.start]))


def _next_other(q: Quantity, inside: Sequence[Quantity], low: str) -> int:
    """Where the next number begins that counts something else and is not joined with this one by "và"."""
    end = q.end
    for o in inside:
        if o.start <= q.start:
            continue
        if not (o.noun and o.noun == q.noun) and not _JOINED.fullmatch(low, end, o.start):
            return o.start
        end = o.end
    return len(low)


_WILL_REACH = 120  # "80% of officials, civil servants and other public employees will …"
_JOINED = re.compile(r"\s*(?:,?\s?và|,?\s?and)\s+")


def _aims_at(earlier: Sequence[KindHit], verb: KindHit, low: str) -> bool:
    """ "đặt mục tiêu duy trì …", "đến năm 2030, duy trì …": a goal, and nothing reached, before a verb that else tells of what is."""
    return bool(earlier) and earlier[-1].kind == "target" and ". " not in low[earlier[-1].end : verb.start]


def _of_its_item(before: list[KindHit], q: Quantity, low: str) -> list[KindHit]:
    """ "Chỉ tiêu gồm: cáp quang 75%, hiện 69%; tài khoản 80%, hiện 77%": each item after a colon tells its own state."""
    if not before or before[0].kind != "target":
        return before
    last = low.rfind("; ", before[0].end, q.start)
    if last < 0 or ":" not in low[before[0].end : low.find("; ", before[0].end)]:
        return before
    colon = low.find(":", before[0].end)
    return [e for e in before if e.start < colon or e.start > last]


_SAME_PERIOD = re.compile(r"[^;.]{0,80}?(?<!\w)cùng kỳ(?!\w)")


def _is_compared_across(goal: KindHit, q: Quantity, low: str) -> bool:
    """ "Mục tiêu năm nay 84%; số thuê bao đạt 22 triệu, tăng 7% so với cùng kỳ": what a part of its own compares was counted."""
    return ";" in low[goal.end : q.start] and _SAME_PERIOD.match(low, q.end) is not None


def _follows_numbers(event: KindHit, inside: Sequence[Quantity], low: str) -> bool:
    """ "lắp 90 trạm 5G, bảo đảm phủ sóng đến 412 thôn": what was told first serves for something, and nothing is aimed at."""
    return low.endswith(", ", 0, event.start) and any(o.end <= event.start for o in inside)


_DONE_OR_NOT = re.compile(
    r"(?:\s[^\s,.;:()\d]+){0,4}?\s"
    r"(?:(?:đã\s)?(?:hoàn thành|xong|cán đích|về đích)\s(?:trước|đúng|sớm|vượt)\s(?:thời\s)?(?:hạn|tiến độ|kế hoạch)"
    r"|chưa\s(?:đạt|hoàn thành|xong))(?!\w)"
)
_STILL = Guarded(r"(?<!\w)còn(?:\s(?:khoảng|hơn|gần|trên|tới|đến))?\s+$")  # "còn 46 thôn không có sóng, học trò phải …"
_LACKING = re.compile(
    r"(?:\s[^\s,.;:()\d]+){0,4}?\s(?:không|chưa)\s(?:có|được|đạt|xong|hoàn thành|triển khai|thực hiện|phủ|kết nối)(?!\w)"
    r"|(?:\s[^\s,.;:()\d]+){0,2}?\s(?:khó|chậm|trễ|vướng|tồn đọng|dở dang|quá hạn)(?!\w)"
)


def _is_told_after(q: Quantity, before: Sequence[KindHit], low: str) -> bool:
    """ "trong đó 11 nhiệm vụ hoàn thành trước hạn", "còn 4 chỉ tiêu chưa đạt": told, unless a goal in the same clause says otherwise."""
    is_left = _LACKING.match(low, q.end) is not None and _STILL.search(low[max(0, q.start - 16) : q.start]) is not None
    if not is_left and _DONE_OR_NOT.match(low, q.end) is None:
        return False
    return not (before and before[-1].kind == "target" and _COMMA.search(low, before[-1].end, q.start) is None)


def find_state(q: Quantity, inside: Sequence[Quantity], events: Sequence[KindHit], low: str) -> FigureKind | None:
    """A goal or something reached, by the words before the number, else after it; None where they say neither.

    inside: the numbers near it in its sentence; events: the words and dates near it that speak for either; low: the text in small letters.
    """
    weak = load_words("kinds")["target"]["weak"]
    before = [e for e in events if e.start < q.start and not (e.word in weak and _CLAUSE_OVER.search(low, e.end, q.start))]
    before = _of_its_item([e for e in before if not _is_bracketed_off(low, e.end, q.start, ")")], q, low)
    if _is_told_after(q, before, low):
        return "result"
    following = _next_other(q, inside, low)
    reach = (
        _WILL_REACH
        if low.find(" will ", q.end, q.end + _WILL_REACH) >= 0
        else 90
        if any(q.end < o.start < following for o in inside)
        else 60
    )
    after = [e for e in events if q.end <= e.start < min(following, q.end + reach) and not _STOP.search(low, q.end, e.start)]
    upcoming = min((o.start for o in inside if o.start > q.start), default=following)
    turn = next((e.start for e in after if _opens_the_next(low, q, e, upcoming)), len(low))
    after = [
        e
        for e in after
        if (e.word != "date" or _is_deadline(e, low, q))
        and not _is_bracketed_off(low, q.end, e.start, "(")
        and e.start < turn
        and not (e.word in weak and (e.word != "phải" or "," in low[q.end : e.start].rstrip(", ")))
    ]
    firm = [e for e in before if e.word not in ("bảo đảm", "ưu tiên")]
    if before and before[-1].word in ("bảo đảm", "ưu tiên") and firm and firm[-1].kind == "result":
        return "result"
    if before and not firm and _follows_numbers(before[-1], inside, low):
        before = []
    if before and before[-1].word == "duy trì" and _aims_at(firm[:-1], before[-1], low):
        return "target"
    if before and _NOW_AT.match(low, q.end) and "," in low[before[-1].end : q.start]:
        return "result"
    if before and before[-1].kind == "target" and _is_compared_across(before[-1], q, low):
        return "result"
    if before and not (after and ";" in low[before[-1].end : q.start]):
        return "target" if before[-1].kind == "target" else "result"
    if after:
        return "target" if after[0].kind == "target" else "result"
    return None
