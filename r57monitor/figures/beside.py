"""Figures whose metric was named a clause or a sentence earlier: "Mạng 5G có 95 trạm, phủ 12% khu dân cư"."""

from __future__ import annotations

import re
from functools import lru_cache

from r57monitor.catalogue import Catalogue, Metric
from r57monitor.figures.fitting import is_compatible
from r57monitor.figures.matching import Match
from r57monitor.figures.quantity import Quantity
from r57monitor.figures.reading import Reading
from r57monitor.figures.words import alternatives, lower_text
from r57monitor.text.segment import Span

_REACH = 320  # characters from a figure to one that goes on with its subject
_KEPT = 4
_CLAUSE = re.compile(r"[,;:()]\s?|[.]\s")
_SCORE = 0.82
_PEOPLE = re.compile(r"\s+(?:số\s+|các\s+)?(?:cán bộ|công chức|viên chức|đảng viên|học sinh|hội viên|học viên|đoàn viên|nhân viên)(?!\w)")


@lru_cache(maxsize=256)
def _cues(phrases: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){alternatives(lower_text(p) for p in phrases)}(?!\w)")


@lru_cache(maxsize=4)
def _with_neighbours(catalogue: Catalogue) -> tuple[tuple[int, Metric], ...]:
    """The metrics that go on with another's subject, with their places in the catalogue."""
    return tuple((number, m) for number, m in enumerate(catalogue.metrics) if m.beside and m.cues_beside)


class Beside:
    """The metrics that a text told of last, and which short phrases they make enough."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._metrics = _with_neighbours(catalogue)
        self._told: list[tuple[int, str]] = []

    def add(self, q: Quantity, match: Match | None) -> None:
        """Remember what a number was about."""
        if match is not None:
            self._told = [*self._told[-_KEPT + 1 :], (q.end, match.metric.id)]

    def match(self, reading: Reading, q: Quantity, sentence: Span) -> Match | None:
        """The metric of a number without a full phrase of its own, by a short one in its clause and the figures before it."""
        told = [m for end, m in self._told[::-1] if q.start - end < _REACH and reading.text.count("\n", end, q.start) <= 1]
        if not told:
            return None
        head = _CLAUSE.split(reading.low[max(sentence.start, *(e for e, _ in self._told if e <= q.start)) : q.start])[-1]
        tail = _CLAUSE.split(reading.low[q.end : min(sentence.end, q.end + 40)], maxsplit=1)[0]
        for last in dict.fromkeys(told):
            for number, metric in self._metrics:
                if last in metric.beside and self._fits(reading, q, number, metric, head, tail):
                    return Match(metric, _SCORE, False)
        return None

    def _fits(self, reading: Reading, q: Quantity, number: int, metric: Metric, head: str, tail: str) -> bool:
        if not is_compatible(metric, q, reading) or (metric.hard and not metric.hard[0] <= q.value <= metric.hard[1]):
            return False
        if metric.unit == "%" and _PEOPLE.match(reading.low, q.end):
            return False
        cues = _cues(metric.cues_beside)
        if not (cues.search(head) or cues.match(tail.lstrip()) or (q.form == "count" and cues.search(reading.low, q.number_end, q.end))):
            return False
        return not any(q.start - len(head) <= n.start < q.end + len(tail) for n in reading.cues.refused_at(number))
