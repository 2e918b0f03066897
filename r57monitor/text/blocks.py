"""An element to its paragraphs in reading order: tables as rows, hard line breaks joined, links counted."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, NamedTuple

from r57monitor.text.boilerplate import load_boilerplate
from r57monitor.text.grids import GridCell, read_grid
from r57monitor.text.normalize import normalize_text

_TAGS = load_boilerplate()
SKIPPED_TAGS = _TAGS.skipped_tags
_INLINE = _TAGS.inline_tags
_KINDS = dict.fromkeys(["h1", "h2", "h3", "h4", "h5", "h6"], "h") | {"li": "li", "figcaption": "caption"}
_NOT_PLAIN = SKIPPED_TAGS | {"br", "table"}
_CELL_LENGTH = 400  # a longer cell is layout, not data
_CELL_MEDIAN = 90
# A number broken by a hard line break: "1." and "840 tỷ", "58," and "7%"; a list's "1." has no word before it.
_NUMBER_BEGUN = re.compile(r"[^\W\d_] \(?\d{1,3}(?:\.\d{3})*[.,]$")
_THOUSANDS = re.compile(r"\d{3}(?:\.\d{3})*(?:,\d+)?\s[^\W\d_]")
_DECIMALS = re.compile(r"\d{1,2}\s?(?:%|(?:điểm|tỷ|tỉ|triệu|nghìn|lần)\b)")
_LINK_SHARE = 0.6  # of a block's letters: more within links and it is one
_BREAK = "\x1e"  # <br> within a paragraph
_LIST_MARK = re.compile(r"(?:[-–—+•*·▪►✓]\s|\(?\d{1,2}[.)]\s|\(?[a-zđ]\)\s|[IVX]{1,5}[.)]\s|\d{1,2}\.\d{1,2}\.?\s)")
_HAS_WORD = re.compile(r"[^\W_]")
_FULL_LINE = 50  # a line at least this long that ends without a mark was broken by its typist
# words that no paragraph ends with, whatever the next line begins with
_LEFT_OPEN = re.compile(r"\s(?:trong|của|và|với|cho|các|những|tại|từ|về|là|do|bởi|để|theo|of|the|and|in|for|to|with|by)$")
_SENTENCE_END = (".", "!", "?", ":", ";", "…", "./.", '."', ".”", "!”", "?”")


class Block(NamedTuple):
    """One paragraph, heading, list item, caption or table row. `element`: the innermost block element that holds it."""

    text: str
    element: Any
    kind: str  # "p", "h", "li", "row", "caption"
    link_chars: int
    is_link: bool  # most of it is link text


def _make_block(text: str, element: Any, kind: str, link_chars: int) -> Block:
    link_chars = min(link_chars, len(text))
    return Block(text, element, kind, link_chars, link_chars > _LINK_SHARE * len(text))


def list_blocks(root: Any, dropped: frozenset[Any] | set[Any] = frozenset()) -> list[Block]:
    """Blocks of `root` in document order. dropped: elements left out with all they hold. Linear in the size of the tree."""
    writer = _Writer(dropped)
    writer.walk(root)
    writer.flush()
    return writer.blocks


def _are_parted(last: str, first: str, element: Any) -> bool:
    """Whether running text cannot go on like this: a capital after a small letter, a day's digits after others."""
    return (first.isupper() and last.islower()) or (first.isdigit() and last.isdigit() and element.tag == "time")


class _Writer:
    """Collects running text until a block element begins or ends."""

    def __init__(self, dropped: frozenset[Any] | set[Any]) -> None:
        self.blocks: list[Block] = []
        self._dropped = dropped
        self._parts: list[str] = []
        self._link_chars = 0
        self._element: Any = None
        self._kind = "p"

    def walk(self, root: Any) -> None:
        """Depth first without recursion, so that no tree is too deep."""
        stack: list[tuple[Any, bool, bool, str]] = [(root, False, False, "p")]
        parts = self._parts
        while stack:
            element, done, in_link, kind = stack.pop()
            tag = element.tag
            is_inline = tag in _INLINE
            if parts and not is_inline and tag != "br":
                self.flush()
            if not done and self._is_walked_through(tag, element):
                inner = kind if is_inline else _kind_of(tag, kind)
                inner_link = in_link or tag == "a"
                if (text := element.text) and (parts or not text.isspace()):
                    self._add(text, inner_link, element, inner)
                if len(element):
                    if element is not root:
                        stack.append((element, True, in_link, kind))
                    stack.extend([(child, False, inner_link, inner) for child in element][::-1])
                    continue
                if parts and not is_inline:
                    self.flush()
            if element is not root and (tail := element.tail) and (parts or not tail.isspace()):
                self._add(tail, in_link, element.getparent(), kind)

    def _is_walked_through(self, tag: Any, element: Any) -> bool:
        """Whether what is within an element is looked at: it is not left out, no line break, and no table that is written whole."""
        if tag in _NOT_PLAIN:
            if tag == "br":
                self._parts.append(_BREAK)
            return tag == "table" and element not in self._dropped and not self._write_table(element)
        return element not in self._dropped and isinstance(tag, str)

    def _add(self, text: str, in_link: bool, element: Any, kind: str) -> None:
        if text.isspace():
            if self._parts:
                self._parts.append(" ")
            return
        if self._element is None:
            self._element, self._kind = element, kind
        if self._parts and (last := self._parts[-1][-1:]) and _are_parted(last, text[0], element):
            self._parts.append(" ")  # two elements that only the style sheet keeps apart (a place name before its sentence)
        self._parts.append(text)
        if in_link:
            self._link_chars += len(text.strip())

    def flush(self) -> None:
        """Ends the paragraph."""
        if self._element is not None:
            raw = "".join(self._parts)
            if _BREAK in raw:
                self.blocks += [_make_block(text, self._element, self._kind, self._link_chars) for text in _join_breaks(raw.split(_BREAK))]
            elif text := _one_line(raw):
                self.blocks.append(_make_block(text, self._element, self._kind, self._link_chars))
        self._parts.clear()
        self._link_chars = 0
        self._element = None

    def _write_table(self, table: Any) -> bool:
        """Rows of a data table as "a | b | c"; False for a table that only lays out."""
        rows = _read_rows(table, self._dropped)
        if rows is None:
            return False
        self.flush()
        for element, cells in rows:
            text = " | ".join(cells)
            links = sum(len(link.text_content().strip()) for link in element.iter("a"))
            self.blocks.append(_make_block(text, element, "row", links))
        return True


def _kind_of(tag: str, outer: str) -> str:
    """The kind of text within a block element, by that of the element around it."""
    if (own := _KINDS.get(tag)) is not None:
        return own
    return outer if outer in {"caption", "li"} else "p"


def _read_rows(table: Any, dropped: frozenset[Any] | set[Any]) -> list[tuple[Any, list[str]]] | None:
    if next(table.iterdescendants("table"), None) is not None:
        return None
    elements: list[Any] = []
    rows: list[list[GridCell]] = []
    for row in table.iter("tr"):
        if row in dropped:
            continue
        cells = [_grid_cell(cell) for cell in row if cell.tag in {"td", "th"} and cell not in dropped]
        if any(len(cell.text) > _CELL_LENGTH for cell in cells):
            return None
        elements.append(row)
        rows.append(cells)
    read = read_grid(rows)
    columns = max((len(row.texts) for row in read), default=0)
    lengths = sorted(len(cell) for row in read for cell in row.texts)
    if len(read) < 2 or columns < 2 or lengths[len(lengths) // 2] > _CELL_MEDIAN:
        return None
    wide = sum(1 for row in read if len(row.texts) >= 2)
    return [(elements[row.source], row.texts) for row in read] if wide * 2 >= len(read) else None


def _grid_cell(cell: Any) -> GridCell:
    return GridCell(_cell_text(cell), _span(cell, "colspan"), _span(cell, "rowspan"))


def _span(cell: Any, name: str) -> int:
    told = cell.get(name)
    return int(told) if told and told.isascii() and told.isdigit() and len(told) < 5 else 1


def _cell_text(cell: Any) -> str:
    parts: list[str] = []
    for node in cell.iter():
        if isinstance(node.tag, str) and node.tag not in SKIPPED_TAGS:
            if node.tag not in _INLINE:
                parts.append(" ")
            parts.append(node.text or "")
        if node is not cell:
            if node.tag not in _INLINE:
                parts.append(" ")
            parts.append(node.tail or "")
    return " ".join(normalize_text("".join(parts)).split()).replace("|", "/")


def _one_line(raw: str) -> str:
    """Running text normalized to one line."""
    if raw.isprintable() and "  " not in raw:  # the only blank in it is the space
        return unicodedata.normalize("NFC", raw.strip(" "))
    line = " ".join(raw.split())
    return unicodedata.normalize("NFC", line) if line.isprintable() else " ".join(normalize_text(line).split())


def _join_breaks(lines: list[str]) -> list[str]:
    """Lines parted by <br> to paragraphs; an empty line always parts."""
    paragraphs: list[str] = []
    open_line = False
    for line in lines:
        text = _one_line(line)
        if not text:
            open_line = False
            continue
        if open_line and is_continuation(paragraphs[-1], text):
            paragraphs[-1] = join_lines(paragraphs[-1], text)
        else:
            paragraphs.append(text)
        open_line = True
    return paragraphs


def join_lines(before: str, line: str) -> str:
    """Two lines of one sentence as one; a number that was broken at its point or comma becomes whole again."""
    return f"{before}{line}" if _is_broken_number(before, line) else f"{before} {line}"


def _is_broken_number(before: str, line: str) -> bool:
    if not before.endswith((".", ",")) or not line[:1].isdigit() or not _NUMBER_BEGUN.search(before):
        return False
    return bool((_THOUSANDS if before.endswith(".") else _DECIMALS).match(line))


def is_continuation(before: str, line: str, full_line: int = _FULL_LINE) -> bool:
    """Whether `line` goes on with the sentence that `before` began (a line break set within a sentence)."""
    if _is_broken_number(before, line):
        return True
    if before.endswith(_SENTENCE_END) or _LIST_MARK.match(line) or not _HAS_WORD.search(before) or not _HAS_WORD.search(line):
        return False
    if line[0].islower() or line[0] in ",.;:)%”":
        return True
    if _LEFT_OPEN.search(before[-12:]) or (before[-1] == "%" and len(before.rsplit("\n", 1)[-1]) >= full_line):
        return True
    if before[-1] in ",(-–/“&" or (before[-1].islower() and line[0].isdigit() and len(before) >= 20):
        return True
    last = before.rsplit("\n", 1)[-1]
    return len(last) >= full_line and not last.isupper() and not line.isupper() and before[-1].isalnum()
