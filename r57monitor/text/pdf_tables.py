"""Ruled tables on a page of a PDF: the lines drawn around cells to the cells and what they span."""

from __future__ import annotations

import ctypes
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

_MAX_LINES = 20_000  # drawn on a page; more is a picture
_NEAR = 2.5  # points within which lines are one
_LONG = 6.0  # points; a shorter line borders no cell
_MIN_ROWS, _MIN_COLUMNS = 2, 2
_MAX_SIDE = 400  # rows or columns


class Rule(NamedTuple):
    """A drawn line: where it runs (x of one that stands, y of one that lies), from where to where."""

    at: float
    start: float
    end: float


class Box(NamedTuple):
    """A cell: its sides in points from the lower left corner of the page, and how many columns and rows it fills."""

    left: float
    bottom: float
    right: float
    top: float
    columns: int
    rows: int


class RuledTable(NamedTuple):
    """A table's upper and lower side and its cells, row by row."""

    top: float
    bottom: float
    rows: list[list[Box]]


def find_tables(page: Any) -> list[RuledTable]:
    """The ruled tables of a page from top to bottom. page: an open pypdfium2 page."""
    lying, standing = _find_rules(page)
    return sorted(_build_tables(lying, standing), key=lambda table: -table.top)


def _find_rules(page: Any) -> tuple[list[Rule], list[Rule]]:
    import pypdfium2.raw as pdfium

    lying: list[Rule] = []
    standing: list[Rule] = []
    for drawn in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH]):
        for (x0, y0), (x1, y1) in pairwise(_points(drawn)):
            if abs(y0 - y1) <= 1 and abs(x0 - x1) >= _LONG:
                lying.append(Rule((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
            elif abs(x0 - x1) <= 1 and abs(y0 - y1) >= _LONG:
                standing.append(Rule((x0 + x1) / 2, min(y0, y1), max(y0, y1)))
        if len(lying) + len(standing) > _MAX_LINES:
            return [], []
    return lying, standing


def _points(drawn: Any) -> Iterator[tuple[float, float]]:
    """The corners of a path on the page."""
    import pypdfium2.raw as pdfium

    matrix = drawn.get_matrix()
    x, y = ctypes.c_float(), ctypes.c_float()
    for number in range(min(pdfium.FPDFPath_CountSegments(drawn), _MAX_LINES)):
        segment = pdfium.FPDFPath_GetPathSegment(drawn, number)
        if pdfium.FPDFPathSegment_GetPoint(segment, x, y):
            yield matrix.on_point(x.value, y.value)


def _build_tables(lying: Sequence[Rule], standing: Sequence[Rule]) -> Iterator[RuledTable]:
    """Rules that hang together are one table: between its highest and its lowest line no gap is without a standing one."""
    for low, high in _bands(standing):
        # a row that goes on over the page has no line below it
        rows = _places([low, high, *(rule.at for rule in lying if low - _NEAR <= rule.at <= high + _NEAR)])
        inside = [rule for rule in standing if low - _NEAR <= rule.start and rule.end <= high + _NEAR]
        columns = _places(rule.at for rule in inside)
        if not (_MIN_ROWS < len(rows) <= _MAX_SIDE and _MIN_COLUMNS < len(columns) <= _MAX_SIDE):
            continue
        table = RuledTable(rows[-1], rows[0], _find_cells(rows[::-1], columns, lying, inside))
        if sum(len(row) for row in table.rows) > len(table.rows):
            yield table


def _bands(standing: Sequence[Rule]) -> list[tuple[float, float]]:
    """Where standing lines follow one another down the page without a gap."""
    bands: list[tuple[float, float]] = []
    for rule in sorted(standing, key=lambda rule: rule.start):
        if bands and rule.start <= bands[-1][1] + _NEAR:
            bands[-1] = (bands[-1][0], max(bands[-1][1], rule.end))
        else:
            bands.append((rule.start, rule.end))
    return bands


def _places(values: Iterable[float]) -> list[float]:
    """Distinct places of lines, those next to one another as one."""
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > _NEAR:
            found.append(value)
    return found


def _find_cells(rows: Sequence[float], columns: Sequence[float], lying: Sequence[Rule], standing: Sequence[Rule]) -> list[list[Box]]:
    """rows: places of lying lines from the top down, columns: of standing ones from the left."""
    down, right = _Borders(lying), _Borders(standing)
    taken: set[tuple[int, int]] = set()
    found: list[list[Box]] = []
    for i in range(len(rows) - 1):
        cells: list[Box] = []
        for j in range(len(columns) - 1):
            if (i, j) in taken:
                continue
            across = j + 1
            while across < len(columns) - 1 and not right.stands(columns[across], (rows[i] + rows[i + 1]) / 2):
                across += 1
            below = i + 1
            while below < len(rows) - 1 and not down.stands(rows[below], (columns[j] + columns[j + 1]) / 2):
                below += 1
            taken |= {(r, c) for r in range(i, below) for c in range(j, across)}
            cells.append(Box(columns[j], rows[below], columns[across], rows[i], across - j, below - i))
        found.append(cells)
    return found


class _Borders:
    """Lines by where they run, to ask whether one passes a point."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = sorted(rules)

    def stands(self, at: float, point: float) -> bool:
        first = bisect_left(self._rules, (at - _NEAR,))
        for rule in self._rules[first:]:
            if rule.at > at + _NEAR:
                return False
            if rule.start - 1 <= point <= rule.end + 1:
                return True
        return False
