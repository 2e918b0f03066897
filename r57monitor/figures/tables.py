"""Table rows in a text ("| Trạm 5G | 112 trạm |"): which label and which column head a cell has."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from r57monitor.text.segment import Span


class Cell(NamedTuple):
    """A cell's own span, its row's label and its column's head (None where there is none)."""

    span: Span
    label: Span | None
    head: Span | None


_LETTER = re.compile(r"[^\W\d_]{2}")
_NUMBER = re.compile(r"\d")
_RULE = re.compile(r"^[\s|:+-]*$")


def find_cells(text: str) -> list[Cell]:
    """Cells of every table in order. A table is two or more lines in succession with a bar inside; its first line names the columns
    if none of its further cells holds a number."""
    tables: list[list[list[Span]]] = [[]]
    start = 0
    for line in text.split("\n"):
        cells = _split(text, start, start + len(line))
        if len(cells) >= 2:
            tables[-1].append(cells)
        elif not (line.strip() and _RULE.match(line)) and tables[-1]:
            tables.append([])
        start += len(line) + 1
    return [cell for rows in tables if len(rows) >= 2 for cell in _read_rows(text, rows)]


def _split(text: str, start: int, end: int) -> list[Span]:
    if "|" not in text[start:end] or _RULE.match(text[start:end]):
        return []
    cells = []
    for match in re.finditer(r"[^|]+", text[start:end]):
        begin, finish = start + match.start(), start + match.end()
        while begin < finish and text[begin].isspace():
            begin += 1
        while finish > begin and text[finish - 1].isspace():
            finish -= 1
        if finish > begin:
            cells.append(Span(begin, finish))
    return cells


def _read_rows(text: str, rows: Sequence[Sequence[Span]]) -> list[Cell]:
    heads: Sequence[Span] | None = None
    if not any(_NUMBER.search(text, s.start, s.end) and not re.search(r"(?:19|20)\d\d|\d/\d", text[s.start : s.end]) for s in rows[0][1:]):
        heads = rows[0]
    found = []
    for row in rows[1:] if heads else rows:
        label_at = next((i for i, s in enumerate(row) if _LETTER.search(text, s.start, s.end)), None)
        for i, span in enumerate(row):
            head = heads[i] if heads and len(heads) == len(row) else None
            label = row[label_at] if label_at is not None and label_at < i else None
            found.append(Cell(span, label, head))
    return found
