"""A page of a PDF to its lines: running text and ruled tables in their order, without what repeats on every page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from r57monitor.text.grids import GridCell, read_grid
from r57monitor.text.normalize import normalize_text
from r57monitor.text.pdf_tables import Box, RuledTable, find_tables

_REPEATED_ON_PAGES = 3
_LONG_CELL = 400  # characters; a longer one is a text of its own
_TOLD_IN_CELLS = 0.9  # share of a table's letters that its cells must hold: else the lines drawn are no cells
_PAGE_NUMBER = re.compile(r"(?:trang\s)?[-–\s]*\d{1,4}(?:\s*/\s*\d{1,4})?[-–\s]*", re.IGNORECASE)
_INSET = 0.5  # points


def read_page_lines(document: Any, number: int) -> list[str] | None:
    """The lines of one page's text layer; None where the page is broken, so that the others are still read."""
    import pypdfium2

    try:
        page = document[number]
        textpage = page.get_textpage()
    except pypdfium2.PdfiumError:
        return None
    try:
        lines = [line for line in normalize_text(textpage.get_text_bounded()).split("\n") if line]
        tables = find_tables(page) if any(any(map(str.isdigit, line)) for line in lines) else []
        return list(_read_parts(page, textpage, tables)) if tables else lines
    finally:
        textpage.close()
        page.close()


def _read_parts(page: Any, textpage: Any, tables: Sequence[RuledTable]) -> Iterator[str]:
    """What stands above, in and below each table."""
    left, bottom, right, top = page.get_bbox()
    for table in tables:
        yield from _lines_within(textpage, left, table.top, right, top)
        yield from _read_table(textpage, table, left, right)
        top = table.bottom
    yield from _lines_within(textpage, left, bottom, right, top)


def _lines_within(textpage: Any, left: float, bottom: float, right: float, top: float) -> list[str]:
    if top - bottom <= 1:
        return []
    return [line for line in normalize_text(textpage.get_text_bounded(left, bottom, right, top)).split("\n") if line]


def _read_table(textpage: Any, table: RuledTable, left: float, right: float) -> list[str]:
    """Its rows; what it says as running text where its cells are none."""
    plain = _lines_within(textpage, left, table.bottom, right, table.top)
    cells = [[_read_cell(textpage, box) for box in row] for row in table.rows]
    told = [_letters(cell.text) for row in cells for cell in row]
    is_frame = max(told) > max(_LONG_CELL, sum(told) / 2)  # drawn around running text
    if is_frame or sum(told) < _TOLD_IN_CELLS * sum(map(_letters, plain)):
        return plain
    lines: list[str] = []
    for row in read_grid(cells):
        lines += [" | ".join(row.texts)] if max(map(len, row.texts)) <= _LONG_CELL else row.texts
    return lines


def _read_cell(textpage: Any, box: Box) -> GridCell:
    lines = _lines_within(textpage, box.left + _INSET, box.bottom + _INSET, box.right - _INSET, box.top - _INSET)
    return GridCell(" ".join(lines).replace("|", "/"), box.columns, box.rows)


def _letters(text: str) -> int:
    return len("".join(text.split()))


def without_running_heads(pages: Sequence[Sequence[str]]) -> list[str]:
    """All lines but page numbers and what repeats at the edge of pages: on three of them, or as the first line of each."""
    edges = Counter(line for page in pages for line in {*page[:2], *page[-2:]})
    running = {line for line, count in edges.items() if count >= _REPEATED_ON_PAGES}
    if len(pages) > 1 and len({page[0] for page in pages if page}) == 1:
        running |= {page[0] for page in pages if page}
    lines: list[str] = []
    for page in pages:
        last = len(page) - 1
        for place, line in enumerate(page):
            edge = place <= 1 or place >= last - 1
            if edge and (line in running or _PAGE_NUMBER.fullmatch(line)):
                continue
            lines.append(line)
    return lines
