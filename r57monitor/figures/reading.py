"""A text laid out for reading figures: small letters, lines, sentences, dates, and every cue of every list."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from r57monitor.catalogue import Catalogue
from r57monitor.figures.cues import Cues, KindHit, build_index
from r57monitor.figures.expansions import expand
from r57monitor.figures.layout import Line, find_lines
from r57monitor.figures.plans import find_plan_goals
from r57monitor.text.dates import DateMention
from r57monitor.text.segment import Span, find_sentences


@dataclass(frozen=True, slots=True)
class Reading:
    """A text, `low` in small letters of equal length, and `expanded` with abbreviations written out, letter i from offsets[i] of `text`."""

    text: str
    low: str
    expanded: str
    offsets: Sequence[int]
    lines: Sequence[Line]
    sentences: Sequence[Span]
    homes: Sequence[Line | None]  # of each sentence, the line it stands in
    firsts: frozenset[int]  # numbers of the sentences that begin a line
    silent: frozenset[int]  # and of those that hold no date and no word for goal or achievement, and announce nothing
    dates: Sequence[DateMention]
    date_starts: Sequence[int]
    cues: Cues
    name_dates: dict[int, bool] = field(default_factory=dict)  # by its start, whether a date is part of a name: asked again and again

    def kinds_in(self, start: int, end: int) -> Sequence[KindHit]:
        """The words for goal and achievement in a stretch of the text."""
        kinds = self.cues.kinds
        return kinds[bisect_left(kinds, (start,)) : bisect_left(kinds, (end,))]

    def dates_in(self, start: int, end: int) -> Sequence[DateMention]:
        """The dates that lie wholly in a stretch of the text."""
        first = bisect_left(self.date_starts, start)
        if first == len(self.date_starts) or self.date_starts[first] >= end:
            return ()
        return [d for d in self.dates[first : bisect_left(self.date_starts, end)] if d.end <= end]

    def following(self, position: int, length: int = 60) -> str:
        """What stands at a place of the text, abbreviations written out."""
        start = bisect_left(self.offsets, position)
        return self.expanded[start : start + length]


def read_text(text: str, low: str, catalogue: Catalogue, dates: Sequence[DateMention]) -> Reading:
    """Lay out `text` (NFC; `low` is lower_text of it) for the finders of this package."""
    expanded, offsets = expand(text, low)
    lines, sentences = find_lines(text), find_sentences(text)
    homes = _find_homes(lines, sentences)
    cues = Cues(build_index(catalogue), expanded, offsets)
    if plan_goals := find_plan_goals(low):
        cues.kinds = sorted([*cues.kinds, *plan_goals])
    return Reading(
        text, low, expanded, offsets, lines, sentences, homes,
        frozenset(n for n, home in enumerate(homes) if home is not None and (not n or homes[n - 1] is not home)),
        _find_silent(low, sentences, homes, [*(d.start for d in dates), *(k.start for k in cues.kinds)]),
        dates, [d.start for d in dates], cues,
    )  # fmt: skip


def _find_homes(lines: Sequence[Line], sentences: Sequence[Span]) -> list[Line | None]:
    """The line that each sentence stands in; both are in order."""
    homes: list[Line | None] = []
    at = 0
    for sentence in sentences:
        while at < len(lines) and lines[at].end <= sentence.start:
            at += 1
        homes.append(lines[at] if at < len(lines) and lines[at].start <= sentence.start else None)
    return homes


_ORDERS = "giao"  # "… giao các sở hoàn thành": an order sets a goal (events.py)


def _find_silent(low: str, sentences: Sequence[Span], homes: Sequence[Line | None], telling: list[int]) -> frozenset[int]:
    """Numbers of the sentences that say nothing of goals, achievements and days, neither in words nor by their layout.

    telling: where dates and words for goal and achievement begin.
    """
    at = low.find(_ORDERS)
    while at >= 0:
        telling.append(at)
        at = low.find(_ORDERS, at + 1)
    starts = [s.start for s in sentences]
    told = {bisect_right(starts, place) - 1 for place in telling}
    return frozenset(n for n, home in enumerate(homes) if n not in told and not (home is not None and (home.is_header or home.is_heading)))
