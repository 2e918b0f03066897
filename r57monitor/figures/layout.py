"""The lines of a text: headings, headers that end with a colon, list items."""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from r57monitor.text.guarded import Guarded


class Line(NamedTuple):
    """A paragraph and its part in the layout. `is_header`: it announces a list ("… như sau:")."""

    start: int
    end: int
    is_item: bool
    is_heading: bool
    is_header: bool


_BULLET = re.compile(r"\s*(?:[-+•*–|]|\(?\d{1,2}[.)]|\(?[a-zđ]\))\s*\S")
_HEADER_END = Guarded(r"(?::|(?:như|sau|dưới) (?:sau|đây)\s*[.:]?|gồm)\s*$")
_HEADER_REACH = 60  # characters at the end of a line in which it announces a list
_HEADING_MAX = 110  # characters; longer lines without a full stop are cut-off sentences
_SECTION_MARK = re.compile(r"\s*(?:[IVX]{1,5}[.)]|\d{1,2}(?:\.\d{1,2})*[.)]|[A-ZĐ][.)]|Phần [IVX\d]+)\s+\S")
_LETTERED = re.compile(r"\s*\(?[a-zđ]\)\s+\S.{0,100}$")
_DASH = re.compile(r"\s*[-+•*–]\s")
_ENDS = frozenset('.;,:!?…"”')


def find_lines(text: str) -> list[Line]:
    """Every line that is not empty, in order."""
    lines: list[Line] = []
    start = 0
    raws = text.split("\n")
    for number, raw in enumerate(raws):
        end = start + len(raw)
        if raw.strip():
            line = _classify(raw, start, end, lines[-1] if lines else None, text)
            if _LETTERED.match(raw) and raw.rstrip()[-1] not in _ENDS and number + 1 < len(raws) and _DASH.match(raws[number + 1]):
                line = line._replace(is_heading=True)  # "a) Đến năm 2027" with items of their own below
            lines.append(line)
        start = end + 1
    return lines


def _classify(raw: str, start: int, end: int, previous: Line | None, text: str) -> Line:
    stripped = raw.strip()
    is_header = bool(_HEADER_END.search(stripped[-_HEADER_REACH:].lower()))
    is_heading = (
        not is_header
        and len(stripped) <= _HEADING_MAX
        and stripped[-1] not in _ENDS
        and stripped[0] not in "-+•*–|"
        and " | " not in stripped
    )
    is_heading = is_heading and (stripped.isupper() or bool(_SECTION_MARK.match(stripped)) or stripped[0].isupper())
    stands_out = is_heading and stripped.isupper()  # a section in capitals opens also where the line before announces something
    open_list = (
        previous is not None
        and not stands_out
        and (previous.is_header or (previous.is_item and text[previous.start : previous.end].rstrip().endswith(";")))
    )
    is_item = bool(_BULLET.match(raw)) or stripped.endswith(";") or " | " in stripped or (open_list and not is_header)
    return Line(start, end, is_item, is_heading and not (is_item and open_list), is_header)


_GOES_ON = re.compile(
    r"\W*(?:(?:cùng với đó|bên cạnh đó|đồng thời|song song (?:với )?đó|ngoài ra|in addition|besides|at the same time)(?!\w)"
    r"|(?:có|có thêm|sẽ có)\s(?:ít nhất\s|tối thiểu\s|khoảng\s|trên\s|hơn\s)?\d"  # "Có 20 doanh nghiệp, …": without a subject
    r"|(?:[^\s,;.:\d]+\s){1,4}?cũng\s(?!(?:là|đã|đang|vừa|được|có|mới|chỉ|ghi nhận|cho|còn|đạt|nằm|thuộc|xếp|đứng)(?!\w)))"
)


def goes_on(low: str, line: Line) -> bool:
    """Whether a paragraph opens with a word that goes on with the one before it."""
    return _GOES_ON.match(low, line.start, line.end) is not None


_DETAIL = re.compile(r"\W*(?:cụ thể|theo đó)(?:\slà)?(?!\w)")


def tells_more(low: str, line: Line) -> bool:
    """Whether a paragraph opens with a word that tells in detail what the one before it announced."""
    return _DETAIL.match(low, line.start, line.end) is not None


_LEVELS = (
    re.compile(r"\s*(?:phần|chương|mục)\s", re.IGNORECASE),
    re.compile(r"\s*(?:[IVX]{1,5}|[A-ZĐ])[.)]\s"),
    re.compile(r"\s*\d{1,2}[.)]\s"),
    re.compile(r"\s*\d{1,2}\.\d{1,2}[.)]?\s"),
    re.compile(r"\s*(?:\d{1,2}(?:\.\d{1,2}){2,}[.)]?|[a-zđ][.)]|[-+•*–])\s"),
)


def heading_level(text: str, line: Line) -> int:
    """How deep a heading stands: 0 "Phần", 1 "II.", 2 "1.", 3 "1.1.", 4 "a)"; headings without a mark are as high as "II."."""
    return next((level for level, pattern in enumerate(_LEVELS) if pattern.match(text, line.start, line.end)), 1)


_END = sys.maxsize


def line_at(lines: Sequence[Line], position: int) -> Line | None:
    """The line a place of the text is in."""
    at = bisect_right(lines, (position, _END)) - 1
    return lines[at] if at >= 0 and position < lines[at].end else None
