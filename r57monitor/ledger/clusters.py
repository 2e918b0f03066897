"""Copies of one text (syndication, mirrors, print pages) put together, and which of them is the original."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import combinations

import numpy as np
import numpy.typing as npt

from r57monitor.text.fingerprint import SLOTS, fold_words, hash_shingles, read_slots

BANDS = 42  # of three slots each: texts that share 40 % meet with probability 0.94, 60 % with 0.9999
ROWS = 3
MIN_ESTIMATE = 0.25  # below this share of equal slots the texts are not looked at
SURE_ESTIMATE = 0.75  # five standard errors above what independent texts share: not counted out exactly
MIN_JACCARD = 0.55  # copies with a changed lead or end; independent reports of one event share under 0.2
MIN_CONTAINED = 0.8  # a shortened copy: so much of it stands in the longer text
MIN_SHINGLES = 40  # a shorter text is contained in others by chance
MIN_SAME_NUMBERS = 0.8  # next month's report in last month's words is no copy: its numbers differ
MIN_TELLING = 3  # of fewer numbers each must be there again, or be a misprint
CHUNK = 5_000  # pairs whose texts are held at a time
CROWD = 60  # in a larger band only neighbours in time are compared

_NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An article as far as clustering needs it."""

    article_id: str
    fingerprint: bytes
    reported_at: datetime
    first_seen_at: datetime
    publisher: str = ""
    is_aggregator: bool = False
    has_credit: bool = False


@dataclass(frozen=True, slots=True)
class Member:
    """Where an article belongs. The cluster's id is that of the article seen first, so it lasts while copies come in."""

    article_id: str
    cluster_id: str
    is_original: bool


def find_clusters(candidates: Iterable[Candidate], load_texts: Callable[[Sequence[str]], Mapping[str, str]]) -> list[Member]:
    """The cluster of every candidate, in the order of article ids; the same whatever the order given.

    load_texts: gives the texts of the named articles; asked only for those that may be copies.
    Original: never an aggregator where another is at hand, then without a credit line, then the earliest.
    """
    articles = sorted(candidates, key=lambda c: (c.reported_at, c.article_id))
    parents = list(range(len(articles)))
    pairs = _find_pairs(articles)
    for start in range(0, len(pairs), CHUNK):
        chunk = pairs[start : start + CHUNK]
        named = sorted({articles[i].article_id for a, b, _ in chunk for i in (a, b)})
        texts = {key: _Text(text) for key, text in load_texts(named).items()}
        for a, b, estimate in chunk:
            if _root(parents, a) == _root(parents, b):
                continue
            one, other = articles[a], articles[b]
            if _are_copies(texts[one.article_id], texts[other.article_id], estimate, one.publisher == other.publisher):
                parents[_root(parents, b)] = _root(parents, a)
    groups: dict[int, list[Candidate]] = defaultdict(list)
    for index, article in enumerate(articles):
        groups[_root(parents, index)].append(article)
    return sorted((member for group in groups.values() for member in _name(group)), key=lambda m: m.article_id)


def _name(group: list[Candidate]) -> list[Member]:
    cluster_id = min(group, key=lambda c: (c.first_seen_at, c.article_id)).article_id
    original = min(group, key=lambda c: (c.is_aggregator, c.has_credit, c.reported_at, c.first_seen_at, c.article_id))
    return [Member(c.article_id, cluster_id, c is original) for c in group]


def _root(parents: list[int], index: int) -> int:
    while parents[index] != index:
        parents[index] = parents[parents[index]]
        index = parents[index]
    return index


def _find_pairs(articles: Sequence[Candidate]) -> list[tuple[int, int, float]]:
    """Pairs of positions whose fingerprints meet in a band and agree well enough, in order, with the share that agrees."""
    marked = [i for i, article in enumerate(articles) if article.fingerprint]
    if len(marked) < 2:
        return []
    slots = np.stack([read_slots(articles[i].fingerprint) for i in marked])
    found: set[tuple[int, int]] = set()
    for band in range(BANDS):
        found.update(_pairs_of_band(slots[:, band * ROWS : (band + 1) * ROWS]))
    if not found:
        return []
    pairs = np.array(sorted(found))
    shares = np.concatenate([_estimate(slots, chunk) for chunk in np.array_split(pairs, len(pairs) // 100_000 + 1)])
    likely = shares >= MIN_ESTIMATE
    return [(marked[a], marked[b], share) for (a, b), share in zip(pairs[likely].tolist(), shares[likely].tolist(), strict=True)]


def _estimate(slots: npt.NDArray[np.uint32], pairs: npt.NDArray[np.int_]) -> npt.NDArray[np.float64]:
    equal: npt.NDArray[np.float64] = (slots[pairs[:, 0]] == slots[pairs[:, 1]]).sum(axis=1) / SLOTS
    return equal


def _pairs_of_band(columns: npt.NDArray[np.uint32]) -> Iterable[tuple[int, int]]:
    keys = columns[:, 0].astype(np.uint64)
    for k in range(1, columns.shape[1]):
        keys = keys * np.uint64(0x9E3779B97F4A7C15) + columns[:, k]
    order = np.argsort(keys, kind="stable")
    borders = np.flatnonzero(np.diff(keys[order])) + 1
    starts, ends = np.concatenate([[0], borders]), np.concatenate([borders, [len(order)]])
    for start, end in zip(starts[ends - starts > 1].tolist(), ends[ends - starts > 1].tolist(), strict=True):
        group = order[start:end].tolist()  # in order of time
        if len(group) <= CROWD:
            yield from combinations(group, 2)
        else:
            yield from ((a, b) for i, a in enumerate(group) for b in group[i + 1 : i + 5])


class _Text:
    """Shingles and numbers of one text, made once and only when asked for."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def shingles(self) -> npt.NDArray[np.uint64]:
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
