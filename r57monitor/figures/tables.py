"""Table rows in a text ("| Trạm 5G | 112 trạm |"): a cell's row label, column head, unit, and what kind of column it is in."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from r57monitor.figures.units import Unit, is_known_noun, parse_unit
from r57monitor.figures.words import alternatives, load_words, lower_text
from r57monitor.models import FigureKind
from r57monitor.text.numbers import MAGNITUDE, MAGNITUDES, TOKEN
from r57monitor.text.segment import Span


class Cell(NamedTuple):
    """A cell's own span, its row's label and its column's head (None where there is none).

    unit: the cell of its row that names the unit. role: what its column head says of all numbers below it.
    caption: the line above the table, of a row whose label is a name ("Cần Thơ") and so says nothing of what is counted.
    """

    span: Span
    label: Span | None
    head: Span | None
    unit: Span | None = None
    role: FigureKind | None = None
    caption: Span | None = None


_CAPTION = 160  # characters; a longer line above a table is a paragraph
_LETTER = re.compile(r"[^\W\d_]{2}")
_NUMBER = re.compile(r"\d")
_NO_VALUE = re.compile(r"(?:19|20)\d\d|\d+\s?/\s?\d+|\d+ tháng|tháng \d+|quý \d|[2-6]g(?!\w)|(?:nghị quyết|kế hoạch|đề án) (?:số )?\d+")
_RULE = re.compile(r"^[\s|:+-]*$")
_ALONE = re.compile(rf"(?P<number>{TOKEN})(?:\s?/\s?{TOKEN})?\s*\*?")
_BRACKET = re.compile(r"\((?P<unit>[^()]{1,30})\)|,\s*(?:đvt|đơn vị(?: tính)?)\s*:?\s*(?P<after>[^,()]{1,20})$")
_SHARED = re.compile(r"(?:tỷ lệ|tỷ trọng|mức độ hài lòng|phần trăm|%)")
_RANKED = re.compile(r"(?<!\w)(?:thứ hạng|xếp hạng|xếp thứ|vị trí xếp)(?!\w)")
_COUNTED = re.compile(r"(?:^|\s)(?:tổng số lượng|tổng số|số lượng|số)\s+(?=[^\W\d_])")
_MAGNITUDE = re.compile(rf"\s?(?P<word>{MAGNITUDE})")


@lru_cache(maxsize=1)
def _columns() -> tuple[re.Pattern[str], tuple[tuple[FigureKind, re.Pattern[str]], ...], re.Pattern[str]]:
    data = load_words("kinds")["columns"]
    kinds: tuple[FigureKind, ...] = ("result", "previous", "target")
    return (
        re.compile(rf"{alternatives(data['share_of_plan'])}(?!\w)"),
        tuple((kind, re.compile(rf"(?<!\w){alternatives(data[kind])}(?!\w)")) for kind in kinds),
        re.compile(rf"{alternatives(data['unit'])}\s*"),
    )


def find_cells(text: str) -> list[Cell]:
    """Cells of every table in order. A table is two or more lines in succession with a bar inside; its first line names the columns
    if none of its further cells holds a value."""
    tables: list[tuple[Span | None, list[list[Span]]]] = [(None, [])]
    start = 0
    caption: Span | None = None
    for line in text.split("\n"):
        cells = _split(text, start, start + len(line))
        if len(cells) >= 2:
            if not tables[-1][1]:
                tables[-1] = (caption, [])
            tables[-1][1].append(cells)
        elif not (line.strip() and _RULE.match(line)):
            if tables[-1][1]:
                tables.append((None, []))
            if line.strip():
                caption = Span(start, start + len(line)) if len(line) <= _CAPTION and not line.rstrip().endswith(".") else None
        start += len(line) + 1
    return [cell for above, rows in tables if len(rows) >= 2 for cell in _read_rows(text, rows, above)]


def cell_at(cells: Sequence[Cell], position: int) -> Cell | None:
    """The cell a place of the text is in. cells: in order."""
    if not cells:
        return None
    at = bisect_right(cells, position, key=lambda c: c.span.start) - 1
    return cells[at] if at >= 0 and position < cells[at].span.end else None


def _split(text: str, start: int, end: int) -> list[Span]:
    """The cells of a line, empty ones between others too."""
    while end > start and text[end - 1].isspace():
        end -= 1
    if "|" not in text[start:end] or _RULE.match(text[start:end]):
        return []
    cells: list[Span] = []
    for match in re.finditer(r"[^|]+", text[start:end]):
        begin, finish = start + match.start(), start + match.end()
        while begin < finish and text[begin].isspace():
            begin += 1
        while finish > begin and text[finish - 1].isspace():
            finish -= 1
        if finish > begin or cells:
            cells.append(Span(begin, finish))
    return cells


def _is_name(words: str) -> bool:
    """Whether every word begins with a capital letter: a place, an office, no indicator."""
    return all(word[0].isupper() for word in words.replace("-", " ").split()) and not _NUMBER.search(words)


def _read_rows(text: str, rows: Sequence[Sequence[Span]], caption: Span | None) -> list[Cell]:
    heads: Sequence[Span] | None = None
    if not any(_NUMBER.search(_NO_VALUE.sub("", text[s.start : s.end].lower())) for s in rows[0][1:]):
        heads = rows[0]
    found = []
    for row in rows[1:] if heads else rows:
        aligned = _align(heads, len(row))
        label_at = next((i for i, s in enumerate(row) if _LETTER.search(text, s.start, s.end)), None)
        unit = next((s for s, h in zip(row, aligned, strict=True) if h and _is_unit_head(text, h)), None)
        for i, span in enumerate(row):
            if span.end > span.start:
                head = aligned[i]
                label = row[label_at] if label_at is not None and label_at < i else None
                role = read_role(text[head.start : head.end]) if head and label and i else None
                above = caption if label and _is_name(text[label.start : label.end]) else None
                found.append(Cell(span, label, head, unit, role, above))
    return found


def _align(heads: Sequence[Span] | None, width: int) -> list[Span | None]:
    """The head of each cell of a row; a row one cell longer has a first column without a head."""
    if heads is not None and len(heads) == width:
        return list(heads)
    if heads is not None and len(heads) == width - 1:
        return [None, *heads]
    return [None] * width


def _is_unit_head(text: str, head: Span) -> bool:
    return bool(_columns()[2].fullmatch(lower_text(text[head.start : head.end])))


def read_role(head: str) -> FigureKind | None:
    """What a column head makes of the numbers below it: "Kế hoạch 2025" goals, "Thực hiện" results; None where it says neither."""
    low = lower_text(head)
    share_of_plan, kinds, _ = _columns()
    if share_of_plan.search(low):
        return "result"
    hits = [(m.start(), kind) for kind, pattern in kinds if (m := pattern.search(low))]
    return min(hits)[1] if hits else None


def lone_units(low: str, cells: Sequence[Cell]) -> dict[int, tuple[Unit, float]]:
    """For cells that hold a number and nothing else: where it starts, its unit as head, label or unit column say, and a magnitude.

    low: small letters. Running numbers of rows, years and dates are left out.
    """
    found: dict[int, tuple[Unit, float]] = {}
    for cell in cells:
        match = _ALONE.fullmatch(low, cell.span.start, cell.span.end)
        if match is None or cell.label is None or (cell.unit is not None and cell.unit == cell.span):
            continue
        if (unit := _unit_of(low, cell, match.end())) is not None:
            found[cell.span.start] = unit
    return found


def _unit_of(low: str, cell: Cell, end: int) -> tuple[Unit, float] | None:
    head = low[cell.head.start : cell.head.end] if cell.head else ""
    label = low[cell.label.start : cell.label.end] if cell.label else ""
    caption = low[cell.caption.start : cell.caption.end] if cell.caption else ""
    unit = low[cell.unit.start : cell.unit.end] if cell.unit else ""
    written = [unit] if unit else [m["unit"] or m["after"] for words in (head, label, caption) if (m := _BRACKET.search(words))]
    for words in written:
        if (read := _read_unit(words, end)) is not None:
            return read
    for words in (head, label, caption):
        if _RANKED.search(words):
            return Unit("rank", "hạng", end), 1.0
        if _SHARED.match(words):
            return Unit("share", "%", end), 1.0
    for words in (head, label, caption):
        if (counted := _COUNTED.search(words)) and (noun := parse_unit(words, counted.end() - 1)) and noun.form == "count":
            return noun._replace(end=end), 1.0
    opened = parse_unit(f" {label}", 0)
    if opened is not None and opened.form == "count" and is_known_noun(opened.noun):
        return opened._replace(end=end), 1.0
    return (Unit("bare", "", end), 1.0) if cell.head else None


def _read_unit(words: str, end: int) -> tuple[Unit, float] | None:
    words = " " + words.strip()
    magnitude, position = 1.0, 0
    if match := _MAGNITUDE.match(words):
        magnitude, position = MAGNITUDES.get(" ".join(match["word"].split()), 1.0), match.end()
    if words.strip() in ("hạng", "thứ hạng", "vị trí", "thứ"):
        return Unit("rank", "hạng", end), 1.0
    unit = parse_unit(words, position, magnitude)
    return (unit._replace(end=end), magnitude) if unit is not None and unit.form != "bare" else None
