"""A table's cells, whatever they span, to rows of texts that can be read one by one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

_MAX_CELLS = 100_000  # places in a grid; a table that spans more is broken
_MAX_SPAN = 1_000
_MAX_HEAD_ROWS = 4
_NUMBER = re.compile(r"\d+")
_DATE = re.compile(r"(?<!\d)(?:\d{1,2}[/-]){0,2}(?:19|20)\d\d(?!\d)")
_VALUE = re.compile(r"(?!(?:19|20)\d\d$)[<>≥≤=~]?\s?\d[\d.,]*(?:\s?[-–/]\s?\d[\d.,]*)?\s?%?")
_COLUMN_NUMBER = re.compile(r"\(?(?:\d{1,2}|[A-Da-d])\)?(?:\s?=\s?[\d()/x×*+:%\s-]+)?")


class GridCell(NamedTuple):
    """A cell as its format gives it: its text on one line and how many columns and rows it fills."""

    text: str
    columns: int = 1
    rows: int = 1


class GridRow(NamedTuple):
    """A row for readers: its texts from left to right, empty ones between others too. `source`: which row of the table it began with."""

    texts: list[str]
    source: int


class _Place(NamedTuple):
    text: str
    row: int  # where the cell begins that fills this place
    column: int


_NOTHING = _Place("", -1, -1)


def read_grid(rows: Sequence[Sequence[GridCell]]) -> list[GridRow]:
    """The rows of a table without empty ones: heads of several rows as one, each column's text below the other ("Mục tiêu 2030").

    A cell that goes on in the rows below is said again there, unless it holds a number: a value is told once. What fills more
    columns stands in the first of them. The row that numbers the columns ("(1) | (2) | (3)") is left out.
    """
    grid = _lay_out(rows)
    if not grid:
        return []
    found: list[GridRow] = []
    at = 0
    while at < len(grid) and _is_lone(grid[at]):
        found.append(GridRow([text for text in _distinct(grid[at]) if text], at))
        at += 1
    kept = [c for c in range(len(grid[0])) if any(line[c].text for line in grid[at:])]
    grid = [[line[c] for c in kept] for line in grid]
    height = _head_height(grid[at:])
    if height > 1:
        found.append(GridRow(_trimmed(_joined_head(grid[at : at + height])), at))
        at += height
    for number in range(at, len(grid)):
        texts = _trimmed([_text_at(place, number, column, kept) for column, place in enumerate(grid[number])])
        if any(texts) and not (number - at <= 1 and _numbers_columns(texts)):
            found.append(GridRow([t for t in texts if t] if sum(map(bool, texts)) < 2 else texts, number))
    return [row for row in found if row.texts]


def _lay_out(rows: Sequence[Sequence[GridCell]]) -> list[list[_Place]]:
    """Every place of the grid with the cell that fills it; lines are of one length."""
    taken: dict[tuple[int, int], _Place] = {}
    width = 0
    for number, row in enumerate(rows):
        column = 0
        for cell in row:
            while (number, column) in taken:
                column += 1
            place = _Place(cell.text, number, column)
            columns = max(1, min(cell.columns, _MAX_SPAN))
            for down in range(max(1, min(cell.rows, len(rows) - number))):
                for right in range(columns):
                    taken.setdefault((number + down, column + right), place)
            column += columns
            if len(taken) > _MAX_CELLS:
                return [[_Place(cell.text, n, c) for c, cell in enumerate(cells)] for n, cells in enumerate(_padded(rows))]
        width = max(width, column)
    if width * len(rows) > _MAX_CELLS:
        return [[_Place(cell.text, n, c) for c, cell in enumerate(cells)] for n, cells in enumerate(_padded(rows))]
    return [[taken.get((n, c), _NOTHING) for c in range(width)] for n in range(len(rows))]


def _padded(rows: Sequence[Sequence[GridCell]]) -> list[list[GridCell]]:
    """The rows as if no cell spanned another's place, and no longer than the first."""
    width = min(max(map(len, rows)), _MAX_CELLS // max(1, len(rows)) or 1)
    return [[*row[:width], *[GridCell("")] * (width - len(row))] for row in rows]


def _distinct(line: Iterable[_Place]) -> list[str]:
    seen: dict[tuple[int, int], str] = {(place.row, place.column): place.text for place in line}
    return list(seen.values())


def _is_lone(line: Sequence[_Place]) -> bool:
    """Whether one cell is all that a line holds: a caption, a section of the table."""
    return len(line) > 1 and sum(1 for text in _distinct(line) if text) == 1


def _head_height(grid: Sequence[Sequence[_Place]]) -> int:
    """How many lines the head of a table has: two or more where a heading over several columns is divided below."""
    if len(grid) < 3 or len(grid[0]) < 2:
        return 1
    first = grid[0]
    if not any(a == b or (a.text and not b.text) for a, b in pairwise(first)):
        return 1
    height = sum(1 for line in grid[:_MAX_HEAD_ROWS] if any(place.row == first[0].row and place.text for place in line))
    if height == 1 and not grid[1][0].text:  # cells left empty instead of spanned
        height = 2
    return height if height < len(grid) and not any(_VALUE.fullmatch(p.text) for line in grid[:height] for p in line[1:]) else 1


def _joined_head(lines: Sequence[Sequence[_Place]]) -> list[str]:
    """What stands in a column from top to bottom, each cell once; a heading whose span is not marked goes on to the right."""
    texts: list[str] = []
    above = ""
    for column in range(len(lines[0])):
        places = list(dict.fromkeys(line[column] for line in lines if line[column].text))
        if lines[0][column].text:
            above = lines[0][column].text
        elif places and above:
            places.insert(0, _Place(above, -1, -1))
        texts.append(" ".join(place.text for place in places))
    return texts


def _text_at(place: _Place, row: int, column: int, kept: Sequence[int]) -> str:
    if place.column != kept[column] and place.row >= 0 and place.column in kept:
        return ""  # told in the first column it fills
    if place.row != row and place.row >= 0 and _NUMBER.search(_DATE.sub("", place.text)):
        return ""
    return place.text


def _trimmed(texts: list[str]) -> list[str]:
    """Without the empty ones at the end."""
    while texts and not texts[-1]:
        texts = texts[:-1]
    return texts


def _numbers_columns(texts: Sequence[str]) -> bool:
    """Whether a row right below the head only numbers the columns: "A | B | 1 | 2 | 3=2/1"."""
    told = [text for text in texts if text]
    if len(told) < 3 or not all(_COLUMN_NUMBER.fullmatch(text) for text in told):
        return False
    numbers = [int(match.group()) for text in told if (match := _NUMBER.search(text))]
    return len(numbers) >= 2 and all(b - a == 1 for a, b in pairwise(numbers))
