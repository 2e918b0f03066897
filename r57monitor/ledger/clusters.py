"""Copies of one text (syndication, mirrors, print pages) put together, and which of them is the original.

Two articles are linked or not by what they say alone, and looked at together or not by their neighbours in a band: so a few new
articles can be placed among very many, and what comes out is what placing all of them at once would give.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np
import numpy.typing as npt

from r57monitor.ledger.bands import Candidate, Keys, Prints
from r57monitor.text.fingerprint import fold_words, hash_shingles

MIN_ESTIMATE = 0.25  # below this share of equal slots the texts are not looked at
SURE_ESTIMATE = 0.75  # five standard errors above what independent texts share: not counted out exactly
MIN_JACCARD = 0.55  # copies with a changed lead or end; independent reports of one event share under 0.2
MIN_CONTAINED = 0.8  # a shortened copy: so much of it stands in the longer text
MIN_SHINGLES = 40  # a shorter text is contained in others by chance
MIN_SAME_NUMBERS = 0.8  # next month's report in last month's words is no copy: its numbers differ
MIN_TELLING = 3  # of fewer numbers each must be there again, or be a misprint
CHUNK = 10_000  # pairs whose texts are held at a time

_NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)*")

Link = tuple[str, str]
LoadTexts = Callable[[Sequence[str]], Mapping[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What decides which article of a cluster is the original. credited: sources of the news agency that it names as its origin."""

    article_id: str
    placed_at: datetime
    is_aggregator: bool = False
    has_credit: bool = False
    source_id: str = ""
    credited: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Member:
    """Where an article belongs. The cluster's id is that of its earliest article, so it lasts while copies come in.

    reason: why the original is one: "earliest", or others name its agency as their source ("named"), or earlier ones name another outlet
    ("credit") or only gather ("aggregator").
    """

    article_id: str
    cluster_id: str
    is_original: bool
    reason: str | None = None


def find_clusters(candidates: Collection[Candidate], claims: Iterable[Claim], load_texts: LoadTexts) -> list[Member]:
    """The cluster of every candidate, in the order of article ids; the same whatever the order given.

    load_texts: gives the texts of the named articles; asked only for those that may be copies.
    """
    return name_clusters(claims, find_links(Prints.of(candidates), load_texts))


def find_links(prints: Prints, load_texts: LoadTexts, among: Collection[str] | None = None) -> list[Link]:
    """Pairs of copies, the earlier first. among: only pairs with at least one of these articles."""
    wanted = None if among is None else np.fromiter((a in among for a in prints.article_ids), np.bool_, len(prints.article_ids))
    links, ids = [], prints.article_ids
    pairs, estimates = _find_pairs(prints, wanted)
    equal = prints.texts[pairs[:, 0]] == prints.texts[pairs[:, 1]]
    links += [(ids[a], ids[b]) for a, b in pairs[equal].tolist()]
    for start in range(0, int((~equal).sum()), CHUNK):
        chunk = pairs[~equal][start : start + CHUNK].tolist()
        texts = {key: _Text(text) for key, text in load_texts(sorted({ids[i] for pair in chunk for i in pair})).items()}
        for (a, b), estimate in zip(chunk, estimates[~equal][start : start + CHUNK].tolist(), strict=True):
            if _are_copies(texts[ids[a]], texts[ids[b]], estimate, prints.publishers[a] == prints.publishers[b]):
                links.append((ids[a], ids[b]))
    return links


def find_unsettled(prints: Prints, changed: Collection[str]) -> set[str]:
    """Articles near a changed one in a crowded band: whom they are compared with may be others now."""
    known = np.fromiter((a in changed for a in prints.article_ids), np.bool_, len(prints.article_ids))
    found = np.zeros(len(known), dtype=np.bool_)
    for keys, reach in prints.bands():
        order = np.argsort(keys, kind="stable")
        borders = np.concatenate([[0], np.flatnonzero(np.diff(keys[order])) + 1, [len(order)]])
        for crowd in np.flatnonzero(np.diff(borders) > reach).tolist():
            group = order[borders[crowd] : borders[crowd + 1]]
            near = np.convolve(known[group], np.ones(2 * reach + 1), "full")[reach : reach + len(group)] > 0
            found[group[near]] = True
    return {prints.article_ids[i] for i in np.flatnonzero(found & ~known).tolist()}


def name_clusters(claims: Iterable[Claim], links: Iterable[Link]) -> list[Member]:
    """Every article with its cluster, in the order of article ids.

    Original: never an aggregator where another is at hand, then the news agency that others name, then without a credit line, then the
    earliest.
    """
    articles = sorted(claims, key=lambda c: (c.placed_at, c.article_id))
    places = {claim.article_id: index for index, claim in enumerate(articles)}
    parents = list(range(len(articles)))
    for a, b in links:
        one, other = sorted((_root(parents, places[a]), _root(parents, places[b])))
        parents[other] = one
    groups: dict[int, list[Claim]] = defaultdict(list)
    for index, claim in enumerate(articles):
        groups[_root(parents, index)].append(claim)
    return sorted((member for group in groups.values() for member in _name(group)), key=lambda m: m.article_id)


def _name(group: list[Claim]) -> list[Member]:
    named = {source for claim in group for source in claim.credited}
    original = min(group, key=lambda c: (c.is_aggregator, c.source_id not in named, c.has_credit, c.placed_at, c.article_id))
    earlier = [c for c in group if (c.placed_at, c.article_id) < (original.placed_at, original.article_id)]
    reason = "named" if earlier and original.source_id in named else _reason(earlier)
    told = reason if len(group) > 1 else None
    return [Member(c.article_id, group[0].article_id, c is original, told if c is original else None) for c in group]


def _reason(earlier: list[Claim]) -> str:
    if not earlier:
        return "earliest"
    return "credit" if any(c.has_credit and not c.is_aggregator for c in earlier) else "aggregator"


def _root(parents: list[int], index: int) -> int:
    while parents[index] != index:
        parents[index] = parents[parents[index]]
        index = parents[index]
    return index


def _find_pairs(prints: Prints, wanted: npt.NDArray[np.bool_] | None) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Pairs of positions that meet in a band and agree well enough, in order, with the share that agrees.

    Equal texts are paired with the next of their kind only.
    """
    count = len(prints.article_ids)
    codes = np.empty(0, dtype=np.int64)
    for keys, reach in prints.bands():
        found = [codes]
        for a, b in _pairs_of_band(keys, reach):
            chosen = (prints.texts[a] == prints.texts[b]) == (reach == 1)
            if wanted is not None:
                chosen &= wanted[a] | wanted[b]
            found.append(a[chosen] * count + b[chosen])
        codes = np.unique(np.concatenate(found))
    pairs = np.stack([codes // max(count, 1), codes % max(count, 1)], axis=1)
    estimates = prints.estimate(pairs)
    likely = estimates >= MIN_ESTIMATE
    return pairs[likely], estimates[likely]


def _pairs_of_band(keys: Keys, reach: int) -> Iterator[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]]:
    """Positions with the same key, at most `reach` apart among those that have it."""
    order = np.argsort(keys, kind="stable").astype(np.int64)
    ordered = keys[order]
    for distance in range(1, min(reach, len(keys) - 1) + 1):
        same = np.flatnonzero(ordered[distance:] == ordered[:-distance])
        if not len(same):
            return
        yield order[same], order[same + distance]


class _Text:
    """Shingles and numbers of one text, made once and only when asked for."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def shingles(self) -> Keys:
        return np.unique(hash_shingles(fold_words(self._text)))

    @cached_property
    def numbers(self) -> frozenset[str]:
        return frozenset(_NUMBER.findall(self._text))


def _are_copies(a: _Text, b: _Text, estimate: float, same_publisher: bool) -> bool:
    return _have_same_numbers(a.numbers, b.numbers, same_publisher) and _have_same_words(a, b, estimate)


def _have_same_numbers(a: frozenset[str], b: frozenset[str], same_publisher: bool) -> bool:
    """Others may mistype a number or add a date; an outlet that changes one in its own words reports anew."""
    if same_publisher:
        return a <= b or b <= a
    less, more = sorted((a, b), key=len)
    if len(less) >= MIN_TELLING:
        return len(a & b) >= MIN_SAME_NUMBERS * len(less)
    return all(any(_is_misprint(number, other) for other in more - less) for number in less - more)


def _is_misprint(number: str, other: str) -> bool:
    """Whether two numbers differ by one digit, or by digits that changed places."""
    if len(number) != len(other):
        return False
    return sorted(number) == sorted(other) or sum(x != y for x, y in zip(number, other, strict=True)) == 1


def _have_same_words(a: _Text, b: _Text, estimate: float) -> bool:
    if estimate >= SURE_ESTIMATE:
        return True
    shorter, longer = sorted((a, b), key=lambda t: len(t.shingles))
    if len(shorter.shingles) == 0:
        return False
    common = len(np.intersect1d(shorter.shingles, longer.shingles, assume_unique=True))
    jaccard = common / (len(a.shingles) + len(b.shingles) - common)
    contained = common / len(shorter.shingles)
    return jaccard >= MIN_JACCARD or (contained >= MIN_CONTAINED and len(shorter.shingles) >= MIN_SHINGLES)
