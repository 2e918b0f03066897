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

from r57monitor.text.fingerprint import SLOTS, fold_words, hash_shingles, read_slots

BANDS = 42  # of three slots each: texts that share 40 % meet with probability 0.94, 60 % with 0.9999
ROWS = 3
REACH = 40  # in a band each article is compared with so many before it: crowds in one band are pages in one template
MIN_ESTIMATE = 0.25  # below this share of equal slots the texts are not looked at
SURE_ESTIMATE = 0.75  # five standard errors above what independent texts share: not counted out exactly
MIN_JACCARD = 0.55  # copies with a changed lead or end; independent reports of one event share under 0.2
MIN_CONTAINED = 0.8  # a shortened copy: so much of it stands in the longer text
MIN_SHINGLES = 40  # a shorter text is contained in others by chance
MIN_SAME_NUMBERS = 0.8  # next month's report in last month's words is no copy: its numbers differ
MIN_TELLING = 3  # of fewer numbers each must be there again, or be a misprint
_SIEVE = np.uint32(1 << 20)  # a hundred times as many places as a day has articles
CHUNK = 10_000  # pairs whose texts are held at a time

_NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)*")

Keys = npt.NDArray[np.uint64]
Link = tuple[str, str]
LoadTexts = Callable[[Sequence[str]], Mapping[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An article as far as clustering needs it.

    placed_at: when it was published; for one without a date the end of the day on which it was first seen, so that the order
    within one crawl decides nothing. text_key: equal for equal texts.
    """

    article_id: str
    fingerprint: bytes
    placed_at: datetime
    text_key: str = ""
    publisher: str = ""


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


@dataclass(frozen=True, slots=True, eq=False)
class Prints:
    """Fingerprints of articles in order of time; those of texts too short to tell are left out.

    slots: as they were given, since a million in order would be half a gigabyte more; `rows` says which is whose.
    """

    article_ids: list[str]
    publishers: list[str]
    texts: npt.NDArray[np.int64]  # equal for equal texts
    rows: npt.NDArray[np.int64]
    slots: npt.NDArray[np.uint32]

    @classmethod
    def of(cls, candidates: Iterable[Candidate]) -> Prints:
        """Of candidates, whatever the order given."""
        marked = [c for c in candidates if c.fingerprint]
        return cls.from_columns(
            [c.article_id for c in marked],
            np.array([c.placed_at for c in marked], dtype="datetime64[us]"),
            [c.text_key or c.article_id for c in marked],
            [c.publisher for c in marked],
            read_slots(b"".join(c.fingerprint for c in marked)).reshape(-1, SLOTS),
        )

    @classmethod
    def from_columns(
        cls,
        article_ids: Sequence[str],
        placed_at: npt.NDArray[np.datetime64],
        text_keys: Sequence[str],
        publishers: Sequence[str],
        slots: npt.NDArray[np.uint32],
    ) -> Prints:
        """Of columns of equal length, in any order; `slots` has a row an article."""
        order = np.lexsort((np.array(article_ids, dtype=np.str_), placed_at))
        _, texts = np.unique(np.array(text_keys, dtype=np.str_), return_inverse=True)
        places = order.tolist()
        return cls([article_ids[i] for i in places], [publishers[i] for i in places], texts[order].astype(np.int64), order, slots)

    def bands(self) -> Iterator[tuple[Keys, int]]:
        """Key of every article in every band, with how far one is compared; the last band is that of equal texts."""
        for band in range(BANDS):
            yield make_band_keys(self.slots, band)[self.rows], REACH
        yield self.texts.astype(np.uint64), 1

    def estimate(self, pairs: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """The share of slots that agree, of each pair of positions."""
        parts = np.array_split(self.rows[pairs], len(pairs) // 50_000 + 1)
        return np.concatenate([(self.slots[p[:, 0]] == self.slots[p[:, 1]]).sum(axis=1) / SLOTS for p in parts])


class BandIndex:
    """The bands of a few articles: which of many others meet one of them."""

    def __init__(self, slots: npt.NDArray[np.uint32]) -> None:
        self._keys = [np.unique(make_band_keys(slots, band)) for band in range(BANDS)]
        # Most of a million others are told apart by the last bits of one slot, so that no search is needed for them.
        self._seen = np.zeros((BANDS, _SIEVE), dtype=np.bool_)
        for band in range(BANDS):
            self._seen[band, slots[:, band * ROWS] % _SIEVE] = True

    def meets(self, slots: npt.NDArray[np.uint32]) -> npt.NDArray[np.bool_]:
        """For each of the others, whether it shares a band."""
        met = np.zeros(len(slots), dtype=np.bool_)
        for band, keys in enumerate(self._keys):
            likely = np.flatnonzero(self._seen[band, slots[:, band * ROWS] % _SIEVE] & ~met)
            if len(likely):
                theirs = make_band_keys(slots[likely], band)
                met[likely] = keys[np.minimum(np.searchsorted(keys, theirs), len(keys) - 1)] == theirs
        return met


def make_band_keys(slots: npt.NDArray[np.uint32], band: int) -> Keys:
    """One number for each article, equal where the slots of the band are equal."""
    columns = slots[:, band * ROWS : (band + 1) * ROWS]
    keys = columns[:, 0].astype(np.uint64)
    for k in range(1, ROWS):
        keys = keys * np.uint64(0x9E3779B97F4A7C15) + columns[:, k]
    return keys


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
