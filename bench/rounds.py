"""Interleaved rounds of processor time: what two ways cost on the same pages within one run."""

from __future__ import annotations

import gc
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from statistics import median
from time import process_time
from typing import Any, TypeVar

from r57monitor.lump import LUMP
from r57monitor.text.normalize import forget_folded

T = TypeVar("T")
ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Comparison:
    """CPU seconds of two ways: for each page, one number a round."""

    ours: tuple[tuple[float, ...], ...]
    theirs: tuple[tuple[float, ...], ...]

    @property
    def ratios(self) -> list[float]:
        """Ours to theirs, one number a page: the median over the rounds."""
        return [median(a / b for a, b in zip(ours, theirs, strict=True)) for ours, theirs in zip(self.ours, self.theirs, strict=True)]

    @property
    def ratio(self) -> float:
        """The median over the pages."""
        return median(self.ratios)

    @property
    def total_ratio(self) -> float:
        """All pages together: ours to theirs, the median over the rounds."""
        rounds = zip(zip(*self.ours, strict=True), zip(*self.theirs, strict=True), strict=True)
        return float(median(sum(ours) / sum(theirs) for ours, theirs in rounds))


def compare(items: Sequence[T], ours: Callable[[T], object], theirs: Callable[[T], object], rounds: int = ROUNDS) -> Comparison:
    """Both ways over every item, one after the other, the first of them changing from round to round. One round before is not counted."""
    times: tuple[list[list[float]], list[list[float]]] = ([[] for _ in items], [[] for _ in items])
    for number in range(-1, rounds):
        for place, item in enumerate(items):
            order = ((0, ours), (1, theirs)) if number % 2 else ((1, theirs), (0, ours))
            for who, run in order:
                spent = cpu_seconds(run, item)
                if number >= 0:
                    times[who][place].append(spent)
    return Comparison(tuple(map(tuple, times[0])), tuple(map(tuple, times[1])))


def compare_lumps(
    items: Sequence[T], ours: Callable[[T], Generator[None, None, Any]], theirs: Callable[[T], object], rounds: int = ROUNDS
) -> Comparison:
    """The same where ours works lumps of items side by side, a step of each in turn, as the processes that read pages do.

    Whose turn is first changes from round to round and from lump to lump. Nothing of a text's last round is left to ours.
    """
    times: tuple[list[list[float]], list[list[float]]] = ([[] for _ in items], [[] for _ in items])
    for number in range(-1, rounds):
        for start in range(0, len(items), LUMP):
            lump = items[start : start + LUMP]
            spent: dict[int, list[float]] = {}
            for who in (0, 1) if (number + start // LUMP) % 2 else (1, 0):
                forget_folded()
                spent[who] = [cpu_seconds(theirs, item) for item in lump] if who else _lump_seconds(ours, lump)
            for who in (0, 1) if number >= 0 else ():
                for place, seconds in enumerate(spent[who], start):
                    times[who][place].append(seconds)
    return Comparison(tuple(map(tuple, times[0])), tuple(map(tuple, times[1])))


def _lump_seconds(ours: Callable[[T], Generator[None, None, Any]], lump: Sequence[T]) -> list[float]:
    """Processor time of each item's steps."""
    gc.collect(0)
    spent: list[float] = []
    going: list[tuple[int, Generator[None, None, Any]]] = []
    for place, item in enumerate(lump):
        start = process_time()
        going.append((place, ours(item)))
        spent.append(process_time() - start)
    while going:
        still = []
        for place, steps in going:
            start = process_time()
            is_done = next(steps, going) is going
            spent[place] += process_time() - start
            if not is_done:
                still.append((place, steps))
        going = still
    return spent


def cpu_seconds(run: Callable[[T], object], item: T) -> float:
    """Processor time of one call, what other calls left behind collected before."""
    gc.collect(0)
    start = process_time()
    run(item)
    return process_time() - start
