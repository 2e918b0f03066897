"""What a plan itself lays down: "Kế hoạch số 120/KH-UBND của tỉnh xác định lắp 350 trạm", "Kế hoạch năm 2026 là lắp 350 trạm"."""

from __future__ import annotations

import re
from functools import lru_cache

from r57monitor.figures.cues import KindHit
from r57monitor.figures.words import alternatives, load_words
from r57monitor.text.starts import look_up


@lru_cache(maxsize=1)
def _plans() -> tuple[tuple[str, ...], re.Pattern[str]]:
    """The kinds of plans, and how the clause of one goes on to what it lays down."""
    words = load_words("kinds")["plans"]
    parts = rf"(?:hơn\s|gần\s|rõ\s)?\d+\s{alternatives(words['parts'])}"
    verbs = rf"{alternatives(words['verbs'])}(?!\s(?:(?:rõ\s)?{alternatives(words['no_goals'])}|{parts})(?!\w))"
    work = rf"là\s{alternatives(words['work'])}"
    between = rf"(?:\s(?!{alternatives(words['others'])}(?!\w))[^\s,;:()]+){{0,16}}?"
    return tuple(words["kinds"]), re.compile(rf"{between}\s(?P<verb>{verbs}|{work})(?!\w)")


_OPENS_CLAUSE = re.compile(r"(?:\A|\n|[.;:,(–•-]\s|(?<!\w)(?:tại|trong)\s)\Z")


def find_plan_goals(low: str) -> list[KindHit]:
    """The words with which the plans of a text lay down goals, in order. low: small letters."""
    kinds, goes_on = _plans()
    starts = look_up(low)
    found = [
        KindHit(match.start("verb"), match.end("verb"), "target", "kế hoạch")
        for kind in kinds
        for place in starts.of(kind)
        if _OPENS_CLAUSE.search(low[max(0, place - 6) : place]) and (match := goes_on.match(low, place + len(kind)))
    ]
    return sorted(found)
