"""Abbreviations written out and words in one spelling, with the way back to the text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from r57monitor.figures.words import load_words, lower_text, whole_words
from r57monitor.text.starts import find_all, match_at


@lru_cache(maxsize=1)
def _expansions() -> tuple[re.Pattern[str], dict[str, str], dict[str, str], re.Pattern[str]]:
    data = load_words("expansions")
    short = {abbreviation: full for full, shorts in data["expand"].items() for abbreviation in shorts}
    spelled = {lower_text(variant): full for full, variants in data["spellings"].items() for variant in variants}
    abbreviated = re.compile(whole_words(short, r"\w&"))
    spelling = re.compile(whole_words(spelled))
    return abbreviated, short, spelled, spelling


@lru_cache(maxsize=1)
def _first_words() -> frozenset[str]:
    """What the variants of spellings begin with; none begins with another, so that no place is found twice."""
    words = {variant.split()[0] for variant in _expansions()[2]}
    return frozenset(word for word in words if not any(word != other and word.startswith(other) for other in words))


def respell(low: str) -> str:
    """Small letters with every word in the one spelling of the lists."""
    _, _, spelled, spelling = _expansions()
    return spelling.sub(lambda m: spelled[" ".join(m.group().split())], low)


_PLACES = tuple(range(8_000))  # of a text of usual length: taken, not made anew


def expand(text: str, low: str) -> tuple[str, Sequence[int]]:
    """`low` with abbreviations and spellings written out, and for each of its letters, and the end, the place in `text`."""
    abbreviated, short, spelled, spelling = _expansions()
    changes = [(m.start(), m.end(), short[" ".join(m.group().split())]) for m in abbreviated.finditer(text)]
    begins = sorted(place for word in _first_words() for place in find_all(low, word))
    changes += [(m.start(), m.end(), spelled[" ".join(m.group().split())]) for m in match_at(spelling, low, begins)]
    if not changes:
        return low, range(len(low) + 1)
    changes.sort()
    pieces: list[str] = []
    offsets: list[int] = []
    places = _PLACES if len(low) < len(_PLACES) else range(len(low) + 1)
    position = 0
    for start, end, full in changes:
        if start < position:
            continue
        pieces += [low[position:start], full]
        offsets.extend(places[position:start])
        offsets.extend([start] * (len(full) - 1))
        offsets.append(end - 1)
        position = end
    pieces.append(low[position:])
    offsets.extend(places[position : len(low) + 1])
    return "".join(pieces), offsets
