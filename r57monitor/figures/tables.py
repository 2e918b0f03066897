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
    of_plan: the share of its goal that an indicator has reached, the goal itself standing in another column.
    counting: the head of the table's first column of counts ("Số nhiệm vụ"), for columns that only say which of them ("Quá hạn").
    """

    span: Span
    label: Span | None
    head: Span | None
    unit: Span | None = None
    role: FigureKind | None = None
    caption: Span | None = None
    of_plan: bool = False
    counting: Span | None = None


_CAPTION = 160  # characters; a longer line above a table is a paragraph
_ANNOUNCING = 400  # of one that announces the table: "… như sau:"
_LETTER = re.compile(r"[^\W\d_]{2}")
_NUMBER = re.compile(r"\d")
_NO_VALUE = re.compile(r"(?:19|20)\d\d|\d+\s?/\s?\d+|\d+ tháng|tháng \d+|quý \d|[2-6]g(?!\w)|(?:nghị quyết|kế hoạch|đề án) (?:số )?\d+")
_RULE = re.compile(r"^[\s|:+-]*$")
_ALONE = re.compile(  # "≥ 85", "từ 400 trở lên"
    rf"(?:(?:[<>≥≤~]=?|tối thiểu|ít nhất|tối đa|không dưới|không quá|trên|dưới|hơn|gần|khoảng|đạt|từ)\s?){{0,2}}"
    rf"(?P<number>{TOKEN})(?:\s?/\s?{TOKEN})?\s*(?:\*|trở lên|trở xuống)?"
)
_BRACKET = re.compile(r"\((?P<unit>[^()]{1,30})\)|,\s*(?:đvt|đơn vị(?: tính)?)\s*:?\s*(?P<after>[^,()]{1,20})$")
_SHARED = re.compile(r"(?:tỷ lệ|tỷ trọng|mức độ hài lòng|phần trăm|%)")
_RANKED = re.compile(r"(?<!\w)(?:thứ hạng|xếp hạng|xếp thứ|vị trí xếp)(?!\w)")
_SCORED = re.compile(r"(?:tổng\s)?điểm(?:\s(?:số|tổng hợp|đánh giá|chỉ số|dti|pii|pci|papi|par index))?$")
_COUNTED = re.compile(r"(?:^|\s)(?:tổng số lượng|tổng số|số lượng|số)\s+(?=[^\W\d_])")
_WHICH = re.compile(r"(?:số\s)?(?:đã|đang|chưa|quá hạn|hoàn thành|còn|trong hạn|đúng hạn|trễ hạn|chậm|được|tổng)(?!\w)")
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
    if none of its further cells holds a value. A short line between two rows names a section of the table, not the end of it."""
    found: list[Cell] = []
    table = _Table()
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        cells = _split(text, start, end)
        if len(cells) >= 2:
            if table.section is not None and (_names_columns(text, cells) or not _goes_on(text, table.rows)):
                found += table.read(text)
                table = _Table(table.section)
            table.rows.append(cells)
            table.section = None
        elif line.strip() and not _RULE.match(line):
            is_short = len(line) <= (_ANNOUNCING if line.rstrip().endswith(":") else _CAPTION)
            heading = Span(start, end) if is_short and not line.rstrip().endswith(".") else None
            if table.rows and (heading is None or table.section is not None):
                found += table.read(text)
                table = _Table()
            if table.rows:
                table.section = heading
            else:
                table.caption = heading
        start = end + 1
    return found + table.read(text)


class _Table:
    """The rows of one table as they come, what stands above it, and the line after its last row that may name a section."""

    def __init__(self, caption: Span | None = None) -> None:
        self.caption = caption
        self.rows: list[list[Span]] = []
        self.section: Span | None = None

    def read(self, text: str) -> list[Cell]:
        return _read_rows(text, self.rows, self.caption) if len(self.rows) >= 2 else []


_ENDS_IN_NUMBER = re.compile(rf":\s?(?P<number>{TOKEN}(?:/{TOKEN})?)[.;]?$", re.MULTILINE)
_LABEL = re.compile(r"[\s•*+►▪✓–-]*(?P<label>[^\W\d_][^:|\n]{2,80})\Z")


def find_labelled(text: str) -> list[Cell]:
    """Lines of a list that are a label and its number ("• Trạm 5G: 683"), as cells of a table without a head."""
    found: list[Cell] = []
    for match in _ENDS_IN_NUMBER.finditer(text):
        start = text.rfind("\n", 0, match.start()) + 1
        label = _LABEL.match(text, start, match.start())
        if label is not None:
            found.append(Cell(Span(*match.span("number")), Span(*label.span("label")), None))
    return found


def cell_at(cells: Sequence[Cell], position: int) -> Cell | None:
    """The cell a place of the text is in. cells: in order."""
    if not cells:
        return None
    at = bisect_right(cells, position, key=lambda c: c.span.start) - 1
    return cells[at] if at >= 0 and position < cells[at].span.end else None


def _split(text: str, start: int, end: int) -> list[Span]:
    """The cells of a line, empty ones before and between others too; a line within two bars begins and ends at them."""
    while end > start and text[end - 1].isspace():
        end -= 1
    if "|" not in text[start:end] or _RULE.match(text[start:end]):
        return []
    while text[start].isspace():
        start += 1
    if text[start] == text[end - 1] == "|":
        start, end = start + 1, end - 1
    cells: list[Span] = []
    edge = start
    for part in text[start:end].split("|"):
        begin, finish = edge, edge + len(part)
        edge = finish + 1
        while begin < finish and text[begin].isspace():
            begin += 1
        while finish > begin and text[finish - 1].isspace():
            finish -= 1
        cells.append(Span(begin, finish))
    return cells


_ROW_NUMBER = re.compile(r"(?:[IVX]{1,5}|\d{1,3}(?:\.\d{1,2})*|[A-Da-zđ])[.)]?")


def _names_columns(text: str, cells: Sequence[Span]) -> bool:
    """Whether a row within or below a table can be the head of another one: words in every cell, and no value."""
    told = [text[s.start : s.end] for s in cells]
    return all(told) and not _ROW_NUMBER.fullmatch(told[0]) and not _holds_values(told[1:])


def _goes_on(text: str, rows: Sequence[Sequence[Span]]) -> bool:
    """Whether a section can follow what was told of a table so far: rows, or at least their head."""
    return len(rows) >= 2 or _names_columns(text, rows[0])


def _holds_values(told: Sequence[str]) -> bool:
    return any(_NUMBER.search(_NO_VALUE.sub("", words.lower())) for words in told)


def _is_name(words: str) -> bool:
    """Whether every word begins with a capital letter: a place, an office, no indicator."""
    return all(word[0].isupper() for word in words.replace("-", " ").split()) and not _NUMBER.search(words)


def _read_rows(text: str, rows: Sequence[Sequence[Span]], caption: Span | None) -> list[Cell]:
    heads = None if _holds_values([text[s.start : s.end] for s in rows[0][1:]]) else rows[0]
    of_plan = _shares_of_plan(text, heads or ())
    counting = next((h for h in (heads or ())[1:] if _COUNTED.match(lower_text(text[h.start : h.end]))), None)
    found = []
    for row in rows[1:] if heads else rows:
        aligned = _align(heads, len(row))
        label_at = next((i for i, s in enumerate(row) if _LETTER.search(text, s.start, s.end)), None)
        beyond = 0 if label_at is None else label_at + 1  # a first column "Đơn vị" names agencies
        unit = next((s for s, h in zip(row[beyond:], aligned[beyond:], strict=True) if h and _is_unit_head(text, h)), None)
        for i, span in enumerate(row):
            if span.end > span.start:
                head = aligned[i]
                label = row[label_at] if label_at is not None and label_at < i else None
                role = read_role(text[head.start : head.end]) if head and label and i else None
                above = caption if label and _is_name(text[label.start : label.end]) else None
                found.append(Cell(span, label, head, unit, role, above, of_plan=head in of_plan, counting=counting if head else None))
    return found


def _align(heads: Sequence[Span] | None, width: int) -> list[Span | None]:
    """The head of each cell of a row; a shorter row lacks its last cells, one a cell longer has a first column without a head."""
    if heads is not None and len(heads) >= width:
        return list(heads[:width])
    if heads is not None and len(heads) == width - 1:
        return [None, *heads]
    return [None] * width


def _is_unit_head(text: str, head: Span) -> bool:
    return bool(_columns()[2].fullmatch(lower_text(text[head.start : head.end])))


def _shares_of_plan(text: str, heads: Sequence[Span]) -> list[Span]:
    """The heads of columns that say how much of the goals in another column was reached."""
    words = {head: lower_text(text[head.start : head.end]) for head in heads}
    shares = [head for head, told in words.items() if _columns()[0].search(told) or told in load_words("kinds")["columns"]["share_beside"]]
    roles = {read_role(told) for head, told in words.items() if head not in shares} if shares else set()
    return [head for head in shares if "target" in roles and ("result" in roles or _columns()[0].search(words[head]))]


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
            found[match.start("number")] = unit
    return found


def _unit_of(low: str, cell: Cell, end: int) -> tuple[Unit, float] | None:
    head = low[cell.head.start : cell.head.end] if cell.head else ""
    label = low[cell.label.start : cell.label.end] if cell.label else ""
    caption = low[cell.caption.start : cell.caption.end] if cell.caption else ""
    unit = low[cell.unit.start : cell.unit.end] if cell.unit else ""
    own, *others = [m["unit"] or m["after"] if (m := _BRACKET.search(words)) else "" for words in (head, label, caption)]
    written = [own, unit] if unit else [own, *others]  # "Tỷ lệ đạt (%)" says its own beside the column of units
    for place, words in enumerate(written):
        read = _read_unit(words, end)
        if read is not None and (place < 1 or unit or read[0].form != "count" or is_known_noun(read[0].noun)):  # "… chỉ số (DTI) như sau:"
            return read
    if _SCORED.match(head) and (score := parse_unit(" điểm", 0)) is not None:
        return score._replace(end=end), 1.0
    for words in (head, label, caption):
        if _RANKED.search(words):
            return Unit("rank", "hạng", end), 1.0
        if _SHARED.match(words):
            return Unit("share", "%", end), 1.0
    for words in (head, label, caption):
        if (counted := _COUNTED.search(words)) and (noun := parse_unit(words, counted.end() - 1)) and noun.form == "count":
            return noun._replace(end=end), 1.0
    if cell.counting and cell.counting != cell.head and _WHICH.match(head):
        words = low[cell.counting.start : cell.counting.end]
        if (counted := _COUNTED.match(words)) and (noun := parse_unit(words, counted.end() - 1)) and noun.form == "count":
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
