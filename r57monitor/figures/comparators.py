"""Words at a number that bound it: tối thiểu, hơn, dưới, trở lên …"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from r57monitor.figures.words import alternatives, load_words
from r57monitor.models import Comparator
from r57monitor.text.guarded import Guarded

_SIDES = frozenset({"trên", "dưới"})
_PLACE_WORD = Guarded(r"(?:bên|phía|(?<!đã )(?<!nâng )(?<!được )(?<!cung )(?<!thu )cấp)\s+$")  # "bên dưới có 23 tổ" says where
# "tỉnh có số hồ sơ cao nhất với 645 hồ sơ" tells the extreme, no bound; "cao nhất 645 hồ sơ" may be one
_EXTREMES = frozenset({"cao nhất", "thấp nhất", "nhiều nhất", "độ"})
_OTHERS_BOUND = re.compile(
    r"(?<!\w)(?:trình độ|loại|cấp|hạng|học vị|chức danh|từ|mức|khá|tốt|trung bình)\s"
)  # "24 người có trình độ đại học trở lên"
_WENT_BEYOND = frozenset({"vượt", "exceeded", "surpassed"})
_REACHED_TOO = Guarded(r"(?:đạt|hoàn thành|achieved|met|completed)(?:\s(?:và|hoặc|and|or)|,)?\s+$")  # "đạt và vượt 43 chỉ tiêu" counts them
_REACH = 48  # characters before a number in which its comparator stands, with fillers


class _Patterns(NamedTuple):
    before: tuple[tuple[Comparator, Guarded], ...]
    any_before: Guarded
    after: tuple[tuple[Comparator, re.Pattern[str]], ...]
    after_signs: tuple[str, ...]  # one of these words stands in all that `after` finds
    difference: Guarded


@lru_cache(maxsize=1)
def _patterns() -> _Patterns:
    data = load_words("comparators")
    fillers = alternatives(data["fillers"])
    names: tuple[Comparator, ...] = ("ge", "gt", "le", "lt", "approx")

    def before_number(words: Iterable[str]) -> Guarded:
        return Guarded(rf"(?:^|(?<=[\s(:,;]))(?P<word>{alternatives(words)})\s*(?:(?<=\s){fillers}\s+){{0,2}}$")

    before = tuple((name, before_number(data["before"][name])) for name in names)
    any_before = before_number(word for name in names for word in data["before"][name])
    after_names: tuple[Comparator, ...] = ("ge", "le")
    after = tuple(
        (name, re.compile(rf"^(?:[^\n;:.,()\d]|\dg){{0,45}}?(?:^|\s){alternatives(data['after'][name])}(?!\w)")) for name in after_names
    )
    difference = Guarded(rf"(?:^|\s){alternatives(data['difference']['before_than'])}\s+$")
    signs = tuple(sorted({phrase.split()[0] for name in after_names for phrase in data["after"][name]}))
    return _Patterns(before, any_before, after, signs, difference)


def find_comparator(low: str, start: int, end: int, floor: int = 0) -> Comparator:
    """How the number at low[start:end] is bounded; "eq" where nothing says so.

    low: small letters. floor: nothing before it belongs to the number.
    Of several words before the number the one that stands nearest decides; "trở lên" after it comes first.
    """
    patterns = _patterns()
    tail = low[end : end + 60]
    if any(sign in tail for sign in patterns.after_signs):
        for name, bound in patterns.after:
            found = bound.search(tail)
            if found is not None and not _OTHERS_BOUND.search(found.group()):
                return name
    head = low[max(floor, start - _REACH) : start]
    if not patterns.any_before.search(head):
        return "eq"
    best: tuple[int, int, Comparator] | None = None
    for name, pattern in patterns.before:
        match = pattern.search(head)
        if (
            match is None
            or (match["word"] in _SIDES and _PLACE_WORD.search(head[: match.start("word")]))
            or (match["word"] in _EXTREMES and head[match.end("word") :].strip())
            or (match["word"] in _WENT_BEYOND and _REACHED_TOO.search(head[: match.start("word")]))
            or (match["word"] == "hơn" and patterns.difference.search(head[: match.start("word")]))
        ):
            continue
        rank = (match.start("word") + len(match["word"]), len(match["word"]), name)
        if best is None or rank[:2] > best[:2]:
            best = rank
    return best[2] if best else "eq"
