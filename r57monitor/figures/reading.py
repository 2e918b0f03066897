"""A text laid out for reading figures: small letters, sentences, and every cue of every list found in one pass."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from r57monitor.catalogue import Catalogue
from r57monitor.figures.layout import Line, find_lines
from r57monitor.figures.words import load_words, lower_text, whole_words
from r57monitor.text.automata import find_matches
from r57monitor.text.dates import DateMention
from r57monitor.text.segment import Span, find_sentences

_KIND_ROLES = frozenset({"target", "result", "neutral"})
_GAP_BORDER = re.compile(r"[;\n|]|[.:]\s|\d[^,]*,\s|,\s*\d")
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
    date_starts: Sequence[int]
    any_hits: Sequence[Hit]
    all_starts: dict[int, list[int]]
    none_hits: dict[int, list[Hit]]
    kind_hits: Sequence[KindHit]
    national: Sequence[tuple[int, int, str]]
    name_dates: dict[int, bool] = field(default_factory=dict)  # by its start, whether a date is part of a name: asked again and again

    def kinds_in(self, start: int, end: int) -> Sequence[KindHit]:
        """The words for goal and achievement in a stretch of the text."""
        return self.kind_hits[bisect_left(self.kind_hits, (start,)) : bisect_left(self.kind_hits, (end,))]

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


class _Chain(NamedTuple):
    """A cue of several parts, by the numbers of their words; `length`: the words of all parts."""

    role: str
    owner: int
    parts: tuple[int, ...]
    length: int


@dataclass(frozen=True, slots=True)
class CueIndex:
    """All cue words of a catalogue and of the word lists in one automaton, and by a word's number what it speaks for."""

    automaton: AhoCorasick
    words: tuple[str, ...]
    opens: tuple[bool, ...]  # whether it begins with a letter or digit, so that none may stand before it
    roles: tuple[tuple[tuple[str, int], ...], ...]  # "any", "all", "none" with the metric; "target", "result", "neutral", "national"
    chains: tuple[tuple[_Chain, ...], ...]  # cues of which it is the first part


@lru_cache(maxsize=4)
def build_index(catalogue: Catalogue) -> CueIndex:
    """The automaton of a catalogue; built once per catalogue."""
    roles: dict[str, list[tuple[str, int]]] = defaultdict(list)
    chained: list[tuple[str, int, list[str]]] = []
    for owner, metric in enumerate(catalogue.metrics):
        for role, phrases in (("any", metric.cues_any), ("all", metric.cues_all), ("none", metric.cues_none)):
            for phrase in phrases:
                pieces = [_respell(lower_text(p.strip())) for p in phrase.split("*")]
                if len(pieces) == 1:
                    roles[pieces[0]].append((role, owner))
                else:
                    chained.append((role, owner, pieces))
    kinds = load_words("kinds")
    for role, words in (
        ("target", [*kinds["target"]["words"], *kinds["target"]["arcs"]]),
        ("result", kinds["result"]["words"]),
        ("neutral", kinds["neutral"]["words"]),
    ):
        for word in sorted(set(words)):
            roles[_respell(lower_text(word))].append((role, 0))
    for word in kinds["national"]["subjects"]:
        roles[_respell(lower_text(word))].append(("national", 0))
    words_in_order = tuple(sorted({*roles, *(piece for _, _, pieces in chained for piece in pieces)}))
    number = {word: n for n, word in enumerate(words_in_order)}
    chains: dict[str, list[_Chain]] = defaultdict(list)
    for role, owner, pieces in chained:
        chains[pieces[0]].append(_Chain(role, owner, tuple(number[p] for p in pieces), sum(p.count(" ") + 1 for p in pieces)))
    automaton = AhoCorasick(list(words_in_order), matchkind=MatchKind.Standard, implementation=Implementation.ContiguousNFA)
    return CueIndex(
        automaton,
        words_in_order,
        tuple(word[0].isalnum() for word in words_in_order),
        tuple(tuple(roles.get(word, ())) for word in words_in_order),
        tuple(tuple(chains.get(word, ())) for word in words_in_order),
    )


def read_text(text: str, low: str, catalogue: Catalogue, dates: Sequence[DateMention]) -> Reading:
    """Lay out `text` (NFC; `low` is lower_text of it) for the finders of this package."""
    expanded, offsets = expand(text, low)
    any_hits, all_starts, none_hits, kind_hits, national = _find_cues(build_index(catalogue), expanded, offsets)
    return Reading(
        text, low, expanded, offsets, find_lines(text), find_sentences(text), dates, [d.start for d in dates],
        any_hits, all_starts, none_hits, kind_hits, national,
    )  # fmt: skip


def _find_cues(
    index: CueIndex, expanded: str, offsets: Sequence[int]
) -> tuple[list[Hit], dict[int, list[int]], dict[int, list[Hit]], list[KindHit], list[tuple[int, int, str]]]:
    any_hits: list[Hit] = []
    all_starts: dict[int, list[int]] = defaultdict(list)
    none_hits: dict[int, list[Hit]] = defaultdict(list)
    kinds: list[KindHit] = []
    national: list[tuple[int, int, str]] = []
    found = _find_words(index, expanded)
    for number, spans in found.items():
        word = index.words[number]
        for role, owner in index.roles[number]:
            if role in _KIND_ROLES:
                kinds += [KindHit(offsets[start], offsets[end], role, word) for start, end in spans]
            elif role == "national":
                national += [(offsets[start], offsets[end], word) for start, end in spans]
            else:
                length = word.count(" ") + 1
                if role == "all":
                    all_starts[owner] += [offsets[start] for start, _ in spans]
                    continue
                for start, end in spans:
                    _keep(Hit(offsets[start], offsets[end], owner, length), role, any_hits, all_starts, none_hits)
        for role, owner, parts, length in index.chains[number]:
            if all(part in found for part in parts):
                for start, end in _join_parts([found[part] for part in parts], expanded):
                    _keep(Hit(offsets[start], offsets[end], owner, length), role, any_hits, all_starts, none_hits)
    national.sort()
    any_hits.sort()
    kinds.sort()
    national.sort()
    for hits in none_hits.values():
        hits.sort()
    for starts in all_starts.values():
        starts.sort()
    return any_hits, all_starts, none_hits, _drop_inner(kinds), national


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


def _keep(hit: Hit, role: str, any_hits: list[Hit], all_starts: dict[int, list[int]], none_hits: dict[int, list[Hit]]) -> None:
    if role == "any":
        any_hits.append(hit)
    elif role == "all":
        all_starts[hit.owner].append(hit.start)
    else:
        none_hits[hit.owner].append(hit)


def _join_parts(slots: list[list[tuple[int, int]]], expanded: str) -> list[tuple[int, int]]:
    """Spans where all parts follow each other with at most three words between."""
    chains = slots[0]
    for following in slots[1:]:
        longer = []
        for start, end in chains:
            for next_start, next_end in following[bisect_left(following, (end + 1,)) :]:
                if next_start - end > 60:
                    break
                gap = expanded[end:next_start]
                if sum(not _HAS_DIGIT.search(w) for w in gap.split()) <= _MAX_GAP_WORDS and not _GAP_BORDER.search(gap):
                    longer.append((start, next_end))
                    break
        chains = longer
    return chains


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
    abbreviated = re.compile(whole_words(short, r"\w&"))
    spelling = re.compile(whole_words(spelled))
    return abbreviated, short, spelled, spelling


def _respell(low: str) -> str:
    _, _, spelled, spelling = _expansions()
    return spelling.sub(lambda m: spelled[" ".join(m.group().split())], low)


def expand(text: str, low: str) -> tuple[str, Sequence[int]]:
    """`low` with abbreviations and spellings written out, and for each of its letters, and the end, the place in `text`."""
    abbreviated, short, spelled, spelling = _expansions()
    changes = [(m.start(), m.end(), short[" ".join(m.group().split())]) for m in abbreviated.finditer(text)]
    changes += [(m.start(), m.end(), spelled[" ".join(m.group().split())]) for m in spelling.finditer(low)]
    if not changes:
        return low, range(len(low) + 1)
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
