"""Every cue of every list found in a text by one pass: the catalogue's phrases, words for goal and achievement, words for the nation."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from r57monitor.catalogue import Catalogue
from r57monitor.figures.expansions import respell
from r57monitor.figures.words import load_words, lower_text
from r57monitor.text.automata import find_matches

_GAP_BORDER = re.compile(r"[;\n|]|[.:]\s|\d[^,]*,\s|,\s*\d|,\s+(?:tỷ lệ|trong đó)(?!\w)")
_HAS_DIGIT = re.compile(r"\d")
_MAX_GAP, _MAX_GAP_WORDS = 60, 4  # what `*` in a cue may stand for: characters, words


class Hit(NamedTuple):
    """A cue found in the text: its span there, whose it is, its length in words."""

    start: int
    end: int
    owner: int
    words: int


class KindHit(NamedTuple):
    """A word that speaks for a goal or an achievement."""

    start: int
    end: int
    kind: str  # "target" or "result"
    word: str


class _Chain(NamedTuple):
    """A cue of several parts, by the numbers of their words; `length`: the words of all parts."""

    owner: int
    parts: tuple[int, ...]
    length: int


@dataclass(frozen=True, slots=True)
class _Phrases:
    """The cues of one metric in one role: words by their numbers with their lengths, and those of several parts."""

    words: tuple[tuple[int, int], ...]
    chains: tuple[_Chain, ...]


class _Telling(NamedTuple):
    """What a word speaks for."""

    owners: tuple[tuple[int, int], ...]  # metrics of which it is a cue of `cues_any`, each with the word's length
    kinds: tuple[str, ...]  # "target", "result", "neutral", "national"
    chains: tuple[_Chain, ...]  # cues of `cues_any` of which it is the first part


@dataclass(frozen=True, slots=True)
class CueIndex:
    """All cue words of a catalogue and of the word lists in one automaton, and by a word's number what it speaks for."""

    automaton: AhoCorasick
    words: tuple[str, ...]
    opens: tuple[bool, ...]  # whether it begins with a letter or digit, so that none may stand before it
    telling: Mapping[int, _Telling]  # the words that speak for something of themselves; the others only matter to a metric in question
    needed: Mapping[int, _Phrases]  # a metric's `cues_all`
    refused: Mapping[int, _Phrases]  # and `cues_none`


@lru_cache(maxsize=4)
def build_index(catalogue: Catalogue) -> CueIndex:
    """The automaton of a catalogue; built once per catalogue."""
    cues = {role: list(_pieces(catalogue, role)) for role in ("cues_any", "cues_all", "cues_none")}
    kinds: dict[str, set[str]] = defaultdict(set)
    for kind, listed in _kind_words():
        for word in listed:
            kinds[respell(lower_text(word))].add(kind)
    words = tuple(sorted({*kinds, *(piece for found in cues.values() for _, pieces in found for piece in pieces)}))
    number = {word: n for n, word in enumerate(words)}
    owners: dict[int, list[tuple[int, int]]] = defaultdict(list)
    chains: dict[int, list[_Chain]] = defaultdict(list)
    for owner, pieces in cues["cues_any"]:
        if len(pieces) == 1:
            owners[number[pieces[0]]].append((owner, _length(pieces)))
        else:
            chains[number[pieces[0]]].append(_chain(owner, pieces, number))
    return CueIndex(
        AhoCorasick(list(words), matchkind=MatchKind.Standard, implementation=Implementation.ContiguousNFA),
        words,
        tuple(word[0].isalnum() for word in words),
        {
            n: _Telling(tuple(owners.get(n, ())), tuple(sorted(kinds.get(words[n], ()))), tuple(chains.get(n, ())))
            for n in {*owners, *chains, *(number[word] for word in kinds)}
        },
        _by_owner(cues["cues_all"], number),
        _by_owner(cues["cues_none"], number),
    )


def _pieces(catalogue: Catalogue, role: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The cues of a role with the number of their metric, each in the parts between its stars."""
    for owner, metric in enumerate(catalogue.metrics):
        for phrase in getattr(metric, role):
            yield owner, tuple(respell(lower_text(piece.strip())) for piece in phrase.split("*"))


def _kind_words() -> tuple[tuple[str, Sequence[str]], ...]:
    kinds = load_words("kinds")
    return (
        ("national", kinds["national"]["subjects"]),
        ("neutral", kinds["neutral"]["words"]),
        ("result", kinds["result"]["words"]),
        ("target", [*kinds["target"]["words"], *kinds["target"]["arcs"]]),
    )


def _length(pieces: Sequence[str]) -> int:
    return sum(piece.count(" ") + 1 for piece in pieces)


def _chain(owner: int, pieces: Sequence[str], number: Mapping[str, int]) -> _Chain:
    parts = tuple(number[piece] for piece in pieces)
    return _Chain(owner, parts, _length(pieces))


def _by_owner(cues: Iterable[tuple[int, tuple[str, ...]]], number: Mapping[str, int]) -> dict[int, _Phrases]:
    words: dict[int, list[tuple[int, int]]] = defaultdict(list)
    chains: dict[int, list[_Chain]] = defaultdict(list)
    for owner, pieces in cues:
        if len(pieces) == 1:
            words[owner].append((number[pieces[0]], _length(pieces)))
        else:
            chains[owner].append(_chain(owner, pieces, number))
    return {owner: _Phrases(tuple(words.get(owner, ())), tuple(chains.get(owner, ()))) for owner in {*words, *chains}}


class Cues:
    """The cues of one text, in order. What a metric needs or refuses is looked up when it is asked for: most are never asked.

    expanded: the text with abbreviations written out, letter i from offsets[i] of the text.
    """

    __slots__ = ("_expanded", "_found", "_index", "_needed", "_offsets", "_refused", "kinds", "national", "owned")

    def __init__(self, index: CueIndex, expanded: str, offsets: Sequence[int]) -> None:
        self._index, self._expanded, self._offsets = index, expanded, offsets
        self._found = found = _find_words(index, expanded)
        self._refused: dict[int, list[Hit]] = {}
        self._needed: dict[int, list[int]] = {}
        self.owned: list[Hit] = []  # of `cues_any`
        self.national: list[tuple[int, int, str]] = []
        kinds: list[KindHit] = []
        telling = index.telling
        for number, spans in found.items():
            if (told := telling.get(number)) is None:
                continue
            owners, kinds_told, chains = told
            for owner, length in owners:
                self.owned += [Hit(offsets[start], offsets[end], owner, length) for start, end in spans]
            for kind in kinds_told:
                word = index.words[number]
                if kind == "national":
                    self.national += [(offsets[start], offsets[end], word) for start, end in spans]
                else:
                    kinds += [KindHit(offsets[start], offsets[end], kind, word) for start, end in spans]
            if chains and (joined := [chain for chain in chains if chain[1][1] in found]):
                self.owned += self._join(joined)
        self.owned.sort()
        self.national.sort()
        self.kinds = _drop_inner(kinds)

    def needed_at(self, owner: int) -> list[int]:
        """Where the cues begin of which a metric needs one (`cues_all`), in order."""
        places = self._needed.get(owner)
        if places is None:
            places = self._needed[owner] = sorted([hit.start for hit in self._hits(owner, self._index.needed)])
        return places

    def refused_at(self, owner: int) -> list[Hit]:
        """The cues that a metric refuses (`cues_none`), in order."""
        hits = self._refused.get(owner)
        if hits is None:
            hits = self._refused[owner] = sorted(self._hits(owner, self._index.refused))
        return hits

    def _hits(self, owner: int, table: Mapping[int, _Phrases]) -> list[Hit]:
        phrases = table.get(owner)
        if phrases is None:
            return []
        found, offsets = self._found, self._offsets
        hits = [
            Hit(offsets[start], offsets[end], owner, length)
            for number, length in phrases.words
            if number in found
            for start, end in found[number]
        ]
        return hits + self._join(phrases.chains) if phrases.chains else hits

    def _join(self, chains: Sequence[_Chain]) -> list[Hit]:
        """The cues of several parts all of which stand in the text, in reach of each other."""
        found, offsets = self._found, self._offsets
        return [
            Hit(offsets[start], offsets[end], owner, length)
            for owner, parts, length in chains
            if parts[1] in found and (len(parts) == 2 or all(part in found for part in parts))
            for start, end in _join_parts([found[part] for part in parts], self._expanded)
        ]


def _find_words(index: CueIndex, expanded: str) -> dict[int, list[tuple[int, int]]]:
    """Where the words of the index stand as whole words, by their numbers."""
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    padded = f"{expanded} "
    opens = index.opens
    for number, start, end in find_matches(index.automaton, expanded, overlapping=True):
        after = padded[end]
        if after.isalnum() or after == "_":
            continue
        if opens[number] and start and ((before := padded[start - 1]).isalnum() or before == "_"):
            continue
        found[number].append((start, end))
    return found


def _join_parts(slots: list[list[tuple[int, int]]], expanded: str) -> list[tuple[int, int]]:
    """Spans where all parts follow each other with at most three words between."""
    chains = slots[0]
    for following in slots[1:]:
        longer = []
        for start, end in chains:
            for place in range(bisect_left(following, (end + 1,)), len(following)):
                next_start, next_end = following[place]
                if next_start - end > _MAX_GAP:
                    break
                gap = expanded[end:next_start]
                if _count_words(gap) <= _MAX_GAP_WORDS and not _GAP_BORDER.search(gap):
                    longer.append((start, next_end))
                    break
        if not longer:
            return longer
        chains = longer
    return chains


def _count_words(gap: str) -> int:
    """How many words a stretch has, those with a digit aside."""
    words = gap.split()
    return len(words) if len(words) <= _MAX_GAP_WORDS else sum(not _HAS_DIGIT.search(word) for word in words)


def _drop_inner(kinds: list[KindHit]) -> list[KindHit]:
    """In order, without hits inside longer ones or that begin in a neutral compound ("đổi mới đạt"), and without those compounds."""
    kept: list[KindHit] = []
    for hit in sorted(kinds, key=lambda k: (k.start, -k.end, k.kind)):
        if kept and hit.end <= kept[-1].end:
            continue
        if kept and hit.start < kept[-1].end and "neutral" in (hit.kind, kept[-1].kind):
            continue
        kept.append(hit)
    return [hit for hit in kept if hit.kind != "neutral"]
