"""Where numbers and words begin in a text: trying every pattern at every letter takes ten to twenty times as long."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache

from r57monitor.lump import LUMP

_DIGIT_OR_NOT = bytes(ord("1" if chr(code) in "0123456789" else " ") for code in range(256))


class Starts:
    """The places of a text at which patterns are tried, each looked up once.

    low: the text in small letters, of equal length.
    """

    def __init__(self, low: str) -> None:
        self.low = low
        self._words: dict[str, list[int]] = {}

    @cached_property
    def plain(self) -> bytes:
        """The text with one byte a letter, "?" for each outside ASCII: what is looked for there is found in a fraction of the time."""
        return self.low.encode("ascii", "replace")

    @cached_property
    def runs(self) -> list[tuple[int, int]]:
        """Where runs of digits begin and end."""
        marks = self.plain.translate(_DIGIT_OR_NOT) + b" "
        found: list[tuple[int, int]] = []
        start = marks.find(b"1")
        while start >= 0:
            end = marks.index(b" ", start)
            found.append((start, end))
            start = marks.find(b"1", end)
        return found

    @cached_property
    def digits(self) -> list[int]:
        """Where runs of digits begin."""
        return [start for start, _ in self.runs]

    def of(self, word: str) -> list[int]:
        """Where a word (or the beginning or end of a longer one) stands, in order."""
        places = self._words.get(word)
        if places is None:
            places = self._words[word] = find_all(self.low, word)
        return places

    def of_any(self, *words: str) -> list[int]:
        """Where any of the words stands, in order."""
        return sorted(place for word in words for place in self.of(word))


@lru_cache(maxsize=2 * LUMP)  # one stage after the other looks through the same text and title
def look_up(low: str) -> Starts:
    """The places of a text, those looked up before kept."""
    return Starts(low)


def find_all(low: str, word: str) -> list[int]:
    """Where a word (or the beginning or end of a longer one) stands, in order."""
    places: list[int] = []
    at = low.find(word)
    while at >= 0:
        places.append(at)
        at = low.find(word, at + len(word))
    return places


def match_at(pattern: re.Pattern[str], text: str, places: Iterable[int]) -> Iterator[re.Match[str]]:
    """Matches of a pattern that begin at the places, in order, without overlap: what finditer finds if it can begin nowhere else."""
    done = 0
    for place in places:
        if place >= done and (match := pattern.match(text, place)):
            done = match.end()
            yield match
