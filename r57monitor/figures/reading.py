"""A text laid out for reading figures: small letters, lines, sentences, dates, and every cue of every list."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

from r57monitor.catalogue import Catalogue
from r57monitor.figures.cues import Cues, KindHit, build_index
from r57monitor.figures.expansions import expand
from r57monitor.figures.layout import Line, find_lines
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
    return Reading(
        text, low, expanded, offsets, find_lines(text), find_sentences(text), dates, [d.start for d in dates],
        Cues(build_index(catalogue), expanded, offsets),
    )  # fmt: skip
