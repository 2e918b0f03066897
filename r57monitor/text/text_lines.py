"""The paragraphs of a plain text: hard-wrapped lines joined, rows of tables, cells that a page's conversion left line by line."""

from __future__ import annotations

import re
from collections.abc import Sequence

from r57monitor.models import RawPage
from r57monitor.text.blocks import is_continuation, join_lines
from r57monitor.text.html_tree import decode_page
from r57monitor.text.normalize import normalize_text

_FULL_WIDTH = 0.75  # of the longest usual line: a shorter line ends its paragraph
_LONG_CAPITALS = 45  # a line of capitals this long goes on in the next: a headline's
_HEAD_LINES = 40  # a letterhead's cells stand among the first lines
_CELL_LINES = 6
_CELL_LINE = 60
_RULE = re.compile(r"[\W_]*")


def read_text_lines(raw: RawPage) -> list[str]:
    """Paragraphs of a plain text: hard-wrapped lines joined, table rows without their outer bars."""
    text = normalize_text_keeping_gaps(decode_page(raw.body, raw.content_type))
    groups = [_join_cells([line for line in group.split("\n") if line]) for group in re.split(r"\n{2,}", text)]
    width = wrapped_width([line for group in groups for line in group])
    lines: list[str] = []
    for group in groups:
        lines.extend(join_wrapped([_plain_row(line) for line in group], width))
    return [line for line in lines if line]


def normalize_text_keeping_gaps(text: str) -> str:
    """Like normalize_text, but an empty line stays as a gap between paragraphs."""
    return "\n".join(normalize_text(line) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))


def _join_cells(lines: list[str]) -> list[str]:
    """The cells of a letterhead, each one line, where a conversion parted them by lines of one bar and kept the breaks within."""
    bars = [place for place, line in enumerate(lines[:_HEAD_LINES]) if line.strip() == "|"]
    if len(bars) < 2:
        return lines
    joined: list[str] = []
    start = 0
    for bar in bars:
        cell = [line.strip() for line in lines[start:bar] if not _RULE.fullmatch(line)]
        short = len(cell) <= _CELL_LINES and all(len(line) <= _CELL_LINE for line in cell)
        joined += _join_lines_of_cell(cell) if short else cell
        start = bar + 1
    return joined + lines[start:]


def _join_lines_of_cell(lines: list[str]) -> list[str]:
    """Names in capitals as one line, and what stands below them ("Độc lập - Tự do - Hạnh phúc") as another."""
    joined: list[str] = []
    for line in lines:
        if joined and (joined[-1].isupper() == line.isupper() or joined[-1].endswith(":")):
            joined[-1] = f"{joined[-1]} {line}"
        else:
            joined.append(line)
    return joined


def _plain_row(line: str) -> str:
    stripped = line.strip()
    if not stripped.startswith("|") and not stripped.endswith("|"):
        return stripped
    cells = [cell.strip() for cell in stripped.strip("|").split("|")]
    if all(re.fullmatch(r":?-{2,}:?", cell) or not cell for cell in cells):
        return ""
    return " | ".join(cell for cell in cells if cell)


def wrapped_width(lines: Sequence[str]) -> int:
    """The width at which a text was wrapped by its program; 0 where each line is a paragraph."""
    lengths = sorted(len(line) for line in lines if line)
    if len(lengths) < 8 or lengths[-1] > 160:
        return 0
    long = lengths[int(len(lengths) * 0.9)]
    near = sum(1 for length in lengths if length >= 0.8 * long)
    return long if long >= 50 and near >= 0.4 * len(lengths) else 0


def _are_capitals(last: str, line: str) -> bool:
    """Whether two lines are parts of one headline in capitals."""
    return last.isupper() and line.isupper() and len(last) >= _LONG_CAPITALS and last[-1] not in ".:;" and not _NUMBERED.match(line)


_NUMBERED = re.compile(r"(?:[IVX]{1,5}|[A-Z]|\d{1,2})[.)]\s|(?:CHƯƠNG|PHẦN|MỤC|ĐIỀU)\s+[IVX\d]")


def join_wrapped(lines: Sequence[str], width: int) -> list[str]:
    """Lines broken at a width to paragraphs. width: of `wrapped_width`."""
    joined: list[str] = []
    last = ""
    for line in lines:
        if not line:
            continue
        full = bool(width) and len(last) >= _FULL_WIDTH * width
        whole = " | " not in line and " | " not in last
        if joined and whole and (is_continuation(last, line, 50 if full else 10_000) or (width and _are_capitals(last, line))):
            joined[-1] = join_lines(joined[-1], line)
        else:
            joined.append(line)
        last = line
    return joined
