"""A quantity with all that was found about it."""

from __future__ import annotations

from typing import NamedTuple

from r57monitor.figures.context import When
from r57monitor.figures.kinds import Verdict
from r57monitor.figures.matching import Match
from r57monitor.figures.places import Place
from r57monitor.figures.quantity import Quantity
from r57monitor.figures.tables import Cell
from r57monitor.text.segment import Span


class Bound(NamedTuple):
    """A quantity with all that was found about it."""

    quantity: Quantity
    verdict: Verdict
    sentence: Span
    match: Match | None
    place: Place
    due: When | None
    as_of: When | None
    cell: Cell | None = None
