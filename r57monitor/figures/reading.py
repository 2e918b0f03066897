"""A text laid out for reading figures: small letters, sentences, and every cue of every list found in one pass."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from r57monitor.catalogue import Catalogue
from r57monitor.figures.layout import Line, find_lines
from r57monitor.figures.words import alternatives, load_words, lower_text
from r57monitor.text.dates import DateMention
from r57monitor.text.segment import Span, find_sentences

_HAS_DIGIT = re.compile(r"\d")
_MAX_GAP_WORDS = 3  # what `*` in a cue may stand for


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
    any_hits: Sequence[Hit]
    all_starts: dict[int, list[int]]
    none_hits: dict[int, list[Hit]]
    kind_hits: Sequence[KindHit]
    national: Sequence[tuple[int, int, str]]

    def kinds_in(self, start: int, end: int) -> Sequence[KindHit]:
        """The words for goal and achievement in a stretch of the text."""
        return self.kind_hits[bisect_left(self.kind_hits, (start,)) : bisect_left(self.kind_hits, (end,))]

    def dates_in(self, start: int, end: int) -> Sequence[DateMention]:
        """The dates that lie wholly in a stretch of the text."""
        first = bisect_left(self.dates, start, key=lambda d: d.start)
        return [d for d in self.dates[first : bisect_left(self.dates, end, key=lambda d: d.start)] if d.end <= end]

    def following(self, position: int, length: int = 60) -> str:
        """What stands at a place of the text, abbreviations written out."""
        start = bisect_left(self.offsets, position)
        return self.expanded[start : start + length]


class _Part(NamedTuple):
    role: str  # "any", "all", "none", "target", "result", "national"
    owner: int  # metric, else 0
    cue: int  # cue number, for cues of several parts
    part: int
    parts: int


@dataclass(frozen=True, slots=True)
class CueIndex:
    """All cue words of a catalogue and of the word lists in one automaton."""

    automaton: AhoCorasick
    words: tuple[str, ...]
    parts: tuple[tuple[_Part, ...], ...]


@lru_cache(maxsize=4)
def build_index(catalogue: Catalogue) -> CueIndex:
    """The automaton of a catalogue; built once per catalogue."""
    literals: dict[str, list[_Part]] = defaultdict(list)
    cue = 0
    for owner, metric in enumerate(catalogue.metrics):
        for role, phrases in (("any", metric.cues_any), ("all", metric.cues_all), ("none", metric.cues_none)):
            for phrase in phrases:
                pieces = [_respell(lower_text(p.strip())) for p in phrase.split("*")]
                for number, piece in enumerate(pieces):
                    literals[piece].append(_Part(role, owner, cue, number, len(pieces)))
                cue += 1
    kinds = load_words("kinds")
    for role, words in (
        ("target", [*kinds["target"]["words"], *kinds["target"]["arcs"]]),
        ("result", kinds["result"]["words"]),
        ("neutral", kinds["neutral"]["words"]),
    ):
        for word in sorted(set(words)):
            literals[_respell(lower_text(word))].append(_Part(role, 0, 0, 0, 1))
    for word in kinds["national"]["subjects"]:
        literals[_respell(lower_text(word))].append(_Part("national", 0, 0, 0, 1))
    words_in_order = tuple(sorted(literals))
    automaton = AhoCorasick(list(words_in_order), matchkind=MatchKind.Standard, implementation=Implementation.ContiguousNFA)
    return CueIndex(automaton, words_in_order, tuple(tuple(literals[w]) for w in words_in_order))


def read_text(text: str, low: str, catalogue: Catalogue, dates: Sequence[DateMention]) -> Reading:
    """Lay out `text` (NFC; `low` is lower_text of it) for the finders of this package."""
    expanded, offsets = expand(text, low)
    any_hits, all_starts, none_hits, kind_hits, national = _find_cues(build_index(catalogue), expanded, offsets)
    return Reading(
        text, low, expanded, offsets, find_lines(text), find_sentences(text), dates, any_hits, all_starts, none_hits, kind_hits, national
    )


def _find_cues(
    index: CueIndex, expanded: str, offsets: Sequence[int]
) -> tuple[list[Hit], dict[int, list[int]], dict[int, list[Hit]], list[KindHit], list[tuple[int, int, str]]]:
    any_hits: list[Hit] = []
    all_starts: dict[int, list[int]] = defaultdict(list)
    none_hits: dict[int, list[Hit]] = defaultdict(list)
    kinds: list[KindHit] = []
    national: list[tuple[int, int, str]] = []
    partial: dict[tuple[str, int, int], list[list[tuple[int, int]]]] = {}
    for number, start, end in index.automaton.find_matches_as_indexes(expanded, overlapping=True):
        word = index.words[number]
        if (word[0].isalnum() and start and _joins(expanded[start - 1])) or (end < len(expanded) and _joins(expanded[end])):
            continue
        for role, owner, cue, part, parts in index.parts[number]:
            if parts > 1:
                slots = partial.setdefault((role, owner, cue), [[] for _ in range(parts)])
                slots[part].append((start, end))
            elif role in ("target", "result", "neutral"):
                kinds.append(KindHit(offsets[start], offsets[end], role, word))
            elif role == "national":
                national.append((offsets[start], offsets[end], word))
            else:
                _keep(Hit(offsets[start], offsets[end], owner, word.count(" ") + 1), role, any_hits, all_starts, none_hits)
    for (role, owner, _), slots in partial.items():
        for start, end, words in _join_parts(slots, expanded):
            _keep(Hit(offsets[start], offsets[end], owner, words), role, any_hits, all_starts, none_hits)
    any_hits.sort()
    kinds.sort()
    for hits in none_hits.values():
        hits.sort()
    for starts in all_starts.values():
        starts.sort()
    return any_hits, all_starts, none_hits, _drop_inner(kinds), national


def _keep(hit: Hit, role: str, any_hits: list[Hit], all_starts: dict[int, list[int]], none_hits: dict[int, list[Hit]]) -> None:
    if role == "any":
        any_hits.append(hit)
    elif role == "all":
        all_starts[hit.owner].append(hit.start)
    else:
        none_hits[hit.owner].append(hit)


def _joins(char: str) -> bool:
    return char.isalnum() or char == "_"


def _join_parts(slots: list[list[tuple[int, int]]], expanded: str) -> list[tuple[int, int, int]]:
    """Spans where all parts follow each other with at most three words between, and how many words the parts have."""
    words = sum(expanded.count(" ", *spans[0]) + 1 for spans in slots if spans)
    chains = [(start, end, 0) for start, end in slots[0]]
    for following in map(sorted, slots[1:]):
        longer = []
        for start, end, _ in chains:
            for next_start, next_end in following[bisect_left(following, (end + 1,)) :]:
                if next_start - end > 60:
                    break
                gap = expanded[end:next_start]
                if sum(not _HAS_DIGIT.search(w) for w in gap.split()) <= _MAX_GAP_WORDS and not re.search(r"[;\n|]|[.:]\s|\d[^,]*,\s", gap):
                    longer.append((start, next_end, 0))
                    break
        chains = longer
    return [(start, end, words) for start, end, _ in chains]


def _drop_inner(kinds: list[KindHit]) -> list[KindHit]:
    """Without hits inside longer ones, and without the neutral compounds that only cover others. kinds: sorted."""
    kept: list[KindHit] = []
    for hit in sorted(kinds, key=lambda k: (k.start, -k.end)):
        if kept and hit.end <= kept[-1].end:
            continue
        if kept and hit.start < kept[-1].end and hit.kind == "neutral":
            continue
        kept.append(hit)
    return [hit for hit in kept if hit.kind != "neutral"]


@lru_cache(maxsize=1)
def _expansions() -> tuple[re.Pattern[str], dict[str, str], dict[str, str], re.Pattern[str]]:
    data = load_words("expansions")
    short = {abbreviation: full for full, shorts in data["expand"].items() for abbreviation in shorts}
    spelled = {lower_text(variant): full for full, variants in data["spellings"].items() for variant in variants}
    abbreviated = re.compile(rf"(?<![\w&]){alternatives(short)}(?![\w&])")
    spelling = re.compile(rf"(?<!\w){alternatives(spelled)}(?!\w)")
    return abbreviated, short, spelled, spelling


def _respell(low: str) -> str:
    _, _, spelled, spelling = _expansions()
    return spelling.sub(lambda m: spelled[" ".join(m.group().split())], low)


def expand(text: str, low: str) -> tuple[str, list[int]]:
    """`low` with abbreviations and spellings written out, and for each of its letters, and the end, the place in `text`."""
    abbreviated, short, spelled, spelling = _expansions()
    changes = [(m.start(), m.end(), short[" ".join(m.group().split())]) for m in abbreviated.finditer(text)]
    changes += [(m.start(), m.end(), spelled[" ".join(m.group().split())]) for m in spelling.finditer(low)]
    changes.sort()
    pieces: list[str] = []
    offsets: list[int] = []
    position = 0
    for start, end, full in changes:
        if start < position:
            continue
        pieces += [low[position:start], full]
        offsets.extend(range(position, start))
        offsets.extend([start] * (len(full) - 1))
        offsets.append(end - 1)
        position = end
    pieces.append(low[position:])
    offsets.extend(range(position, len(low) + 1))
    return "".join(pieces), offsets
