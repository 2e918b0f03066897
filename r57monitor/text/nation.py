"""Whether a text is about the nation rather than about a province, and the words that tell how a name stands."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib import resources

from ahocorasick_rs import AhoCorasick

from r57monitor.lump import LUMP
from r57monitor.models import ProvinceMention
from r57monitor.text.automata import find_matches
from r57monitor.text.normalize import fold
from r57monitor.text.starts import Starts, match_at

_COMMUNE_WORDS = ("xã", "phường", "huyện", "thị xã", "Xã", "Phường", "Huyện")
_COMMUNE = re.compile(rf"\b(?:{'|'.join(_COMMUNE_WORDS)}) (?=[A-ZĐÀ-Ỹ][a-zà-ỹđ])")


_ROOM = re.compile(
    r"\b(?:diem cau|dau cau|province bridge|bridge point|provincial bridge)\b"
)  # who sat where in a conference held elsewhere


@cache
def _load_words(name: str) -> tuple[str, ...]:
    words = tomllib.loads((resources.files("r57monitor") / "data" / "standing.toml").read_text("utf-8"))[name]
    return tuple(map(fold, words))


@cache
def load_standing(name: str) -> str:
    """One word list of data/standing.toml as alternatives for a pattern on folded text, the longest first."""
    return "|".join(sorted(map(re.escape, _load_words(name)), key=lambda word: -len(word)))


_COUNTED = ("nation", "nation_not", "local")


@cache
def _counted_words() -> tuple[AhoCorasick, tuple[str, ...]]:
    """One automaton for the words of all lists that are counted, and the list of each."""
    words = [(word, name) for name in _COUNTED for word in _load_words(name)]
    return AhoCorasick([word for word, _ in words]), tuple(name for _, name in words)


@lru_cache(maxsize=2 * LUMP)  # asked for several times while one text is read
def _count(folded: str) -> dict[str, int]:
    """How often whole words of each list stand in a folded text; of those that share letters of it the first, then the longest, counts."""
    automaton, names = _counted_words()
    counts, ends = dict.fromkeys(_COUNTED, 0), dict.fromkeys(_COUNTED, 0)
    padded = f" {folded} "
    found = [
        (start, -end, names[n]) for n, start, end in find_matches(automaton, folded, overlapping=True) if _is_whole(padded, start, end)
    ]
    for start, end, name in sorted(found):
        if start >= ends[name]:
            counts[name] += 1
            ends[name] = -end
    return counts


def _is_whole(padded: str, start: int, end: int) -> bool:
    """Whether no word goes on at either side of a stretch of the text; padded: the text with a blank before and after it."""
    before, after = padded[start], padded[end + 1]
    return not (before.isalnum() or before == "_" or after.isalnum() or after == "_")


def count_nation(folded: str) -> int:
    """How often a folded text speaks of the nation, its bodies or all provinces together."""
    counts = _count(folded)
    return counts["nation"] - counts["nation_not"]


def count_local(text: str, folded: str) -> int:
    """How often a text speaks of one province, or of a commune by its name, without naming the province."""
    communes = match_at(_COMMUNE, text, Starts(text).of_any(*_COMMUNE_WORDS))
    return _count(folded)["local"] + sum(1 for _ in communes)


def is_national(text: str, title: str | None, provinces: Sequence[ProvinceMention]) -> bool:
    """Whether what a text says holds for the nation: no province is its subject, and it speaks more of the nation than of any place.

    text, title: NFC; provinces: those that find_provinces() found in them.
    """
    if any(p.role == "subject" for p in provinces):
        return False
    lines = f"{title or ''}\n{text}".split("\n")
    others = [line for line in lines if not _ROOM.search(fold(line))]
    whole = "\n".join(others)
    folded = fold(whole)
    local = count_local(whole, folded)
    return count_nation(folded) > 2 * local or (local == 0 and len(others) < len(lines))
