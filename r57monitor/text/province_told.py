"""What a text tells at a province's name: a value of its own, a table's row, a paragraph, how many quantities up to the next name."""

from __future__ import annotations

import re

from r57monitor.text.patterns import whole
from r57monitor.text.province_names import NameHit

# All on folded text.
_OPENS_WITHIN, _PARAGRAPH = 45, 100  # characters before the name that opens a paragraph; how long a paragraph is


def _any_of(words: str) -> re.Pattern[str]:
    """Any of the words, each a whole one."""
    return re.compile(whole(words.split("|")))


_NATION = _any_of("ca nuoc|toan quoc|cac dia phuong|cac tinh|thu tuong|quoc hoi|toan cau|bo truong")
_FIGURE = re.compile(r"\d[\d.,]*\s?%|\(\s?\d|\d[\d.]*(?:,\d+)?\s+(?!thang\b|nam\b|gio\b|xa, phuong)[a-z]{2,}|\bthu \d+\b")
_HAS_DIGIT = re.compile(r"\d")  # without one there is no figure
_NO_FIGURE = re.compile(
    r"\d+\s?/\s?\d+(?:\s?/\s?\d+)?|\bngay\s\d+(?:\s?-\s?\d+)?|\bthang \d+|\bnam \d{4}|\bquy [ivx]+|\bkhoa [ivx]+"
    r"|\d+-[a-z]+/|\b[45]g\b|\bso \d+"
)
_OPENING = re.compile(r"(?:similarly, |meanwhile, |theo [^,.;:()]{1,40}, |[^,.;:()]|tp\.)*")
_RANK_OPENS = re.compile(r"(?:(?:dung|xep|o)\s)?(?:o\s)?(?:vi tri|hang|thu)\s[^,.;:()]*")  # "Ở vị trí thứ ba là A, …": about A all the same
_LINE_TELLS = re.compile(r"\s?(?::|–|-)\s?\d")  # a line of a list: "Hải Phòng: 960 trạm"
_BOUND = r"(?:(?:hon|gan|tren|khoang|over|nearly|about)\s)?"
_VALUED = re.compile(
    rf"\s?\(\s?(?:(?:dat|voi|thu|hang)\s)?{_BOUND}\d[\d.,]*\s?[%a-z)]"
    rf"|\s(?:(?:dat|voi|la|co|at|with|has)\s)?{_BOUND}\d[\d.,]*\s?(?:%|percent|diem|tram|ho so|points)"
)
_ROW = re.compile(r"\s?\|\s?\d")
_MARKS = re.compile(r"[\s\d.)*•+-]*(?:(?:tinh|thanh pho|tp\.?)\s?)?")
_CLAUSE_END = re.compile(r"[.!?;]\s")


def has_value(folded: str, hit: NameHit) -> bool:
    """Whether a value stands right behind a name: "A (95,1%)", "A đạt 98%"."""
    return _VALUED.match(folded, hit.end) is not None


def labels_row(folded: str, hit: NameHit) -> bool:
    """Whether a name labels a row of a table."""
    return _ROW.match(folded, hit.end) is not None


def opens_paragraph(folded: str, hit: NameHit) -> bool:
    """Whether a name stands at the head of a paragraph, which is then about it: "Ở Sơn La, 2.240 tổ …"."""
    line_start = folded.rfind("\n", 0, hit.start) + 1
    if hit.start - line_start > _OPENS_WITHIN or hit.list_size > 2 or hit.is_venue or hit.is_route or hit.is_former:
        return False
    head = folded[line_start : hit.start]
    if _LINE_TELLS.match(folded, hit.end) and _MARKS.fullmatch(head):
        return True
    if not (_RANK_OPENS if hit.is_aside else _OPENING).fullmatch(head):
        return False
    line_end = folded.find("\n", hit.end)
    return (line_end if line_end >= 0 else len(folded)) - line_start >= _PARAGRAPH


def has_figure(folded: str, hit: NameHit, stop: int) -> bool:
    """Whether a quantity follows the name in its clause, or the name heads a section."""
    line_start = folded.rfind("\n", 0, hit.start) + 1
    line_end = folded.find("\n", hit.end)
    line_end = len(folded) if line_end < 0 else line_end
    if hit.start == line_start and line_end - line_start < 70 and line_end < len(folded) and folded[line_end - 1] not in ".!?":
        return True
    clause = folded[hit.end : min(stop, line_end, hit.end + 110)]
    clause = _CLAUSE_END.split(clause, maxsplit=1)[0]
    return _HAS_DIGIT.search(clause) is not None and bool(_FIGURE.search(_NO_FIGURE.sub(" ", clause)))


def count_figures(folded: str, hit: NameHit, stop: int) -> int:
    """How many quantities follow a name in its line before another province or the nation is named."""
    line_end = folded.find("\n", hit.end)
    stretch = folded[hit.end : min(stop, len(folded) if line_end < 0 else line_end)]
    if not _HAS_DIGIT.search(stretch):
        return 0
    nation = _NATION.search(stretch)
    return len(_FIGURE.findall(_NO_FIGURE.sub(" ", stretch[: nation.start()] if nation else stretch)))
