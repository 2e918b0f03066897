"""The headline of a text without markup."""

from __future__ import annotations

import re
from collections.abc import Sequence

from r57monitor.text.boilerplate import is_chrome_line, is_tail_heading, line_key, load_boilerplate
from r57monitor.text.normalize import fold
from r57monitor.text.stamps import Stamp, find_datelines

_HEAD_LINES = 40
_TITLE_LENGTH = (20, 400)
_PROSE_LENGTH = 150
_SENTENCE_LENGTH = 60  # a line this long with a full stop is a sentence of the text, or one of a header's
_SENTENCES = 2  # so many of them, and the text has begun
_HEADER_LENGTH = 120
_DATELINE_LENGTH, _DATELINE_REST = 80, 30
_HEADLINE_WORDS = 8
_BODY_LINES = 6  # the issuing body stands this near above the number, its motto between
_ASKED = re.compile(r"[^:?.]{2,40}:\s.*\?\s*$")
_SECTION = re.compile(
    r"(?:(?:Phần|Chương|Mục|PHẦN|CHƯƠNG|MỤC)\s+[IVX\d]+\b|[IVX]{1,5}[.)]\s|[A-ZĐ]\.\s|\d{1,2}(?:\.\d{1,2})?\.\s|(?:[IVX]{1,5}|\d{1,2})-\s)"
)
_NUMBER_LINE = re.compile(r"(?:^|\|)\s*so(?: hieu| ky hieu)?\s*[:.]?\s*\|?\s*\d{1,5}\s?(?:/\s?\d{4}\s?)?[/-]\s?[a-z]{2}")
_ISSUE_LINE = re.compile(r"(?:^|\|)\s*[^.;:|\d]{2,40},\s*ngay\s+\d{1,2}\s+thang\s+\d{1,2}\s+nam\s+\d{4}\W*$")
_BODY = re.compile(
    r"(?:ubnd|uy ban nhan dan|hdnd|hoi dong nhan dan|tinh uy|thanh uy|so [a-z]|tinh |thanh pho |bo |van phong |dang uy |ban )"
)
_STATE = re.compile(r"cong hoa xa hoi chu nghia viet nam|dang cong san viet nam$")
_CITED_BEFORE = re.compile(r"\bngay\s*$")
_BRACKETED_DAY = re.compile(r"\s*\((?:(?:cap nhat|dang|ngay dang|dang ngay|cap nhat luc)?\s*(?:ngay|luc)?\s*:?\s*)?$")
_ZONE = re.compile(r"(?:\(?gmt\s?\+\s?7\)?)?")
_END_LABEL = re.compile(
    r"[\s|–(,-]*\b(?:ngay dang(?: tin)?|dang (?:luc|ngay)|ngay xuat ban|xuat ban(?: luc| ngay)?|ngay cap nhat|cap nhat(?: luc| ngay)?"
    r"|thoi gian dang|posted(?: on)?|published(?: on)?)\s?[:|]\s*$"
)
_STAMP_LABEL = re.compile(r"(?:(?:date|ngay(?: dang)?|ngay xuat ban|dang (?:luc|ngay)|published(?: on)?|posted(?: on)?)\s?[:|]?\s)?")
_YEAR_FIRST = re.compile(r"20\d{2}-")


def find_text_title(lines: Sequence[str], list_title: str | None = None) -> tuple[str | None, int]:
    """The headline and the index of the line after it; (None, 0) where the text begins with its prose.

    lines: normalized, without empty ones. The headline is the line that the list named, else the longest line without a full stop
    before the first paragraph of prose (or the second short one) or the first table row, chrome aside; lines before it are a page's
    header.
    """
    wanted = line_key(list_title) if list_title else ""
    best: int | None = None
    sentences = 0
    for place, line in enumerate(lines[:_HEAD_LINES]):
        if wanted and line_key(line) == wanted:
            return line, place + 1
        if is_chrome_line(line) or is_tail_heading(line) or _is_site_line(line):
            continue
        prose = len(line) >= _PROSE_LENGTH and line.rstrip()[-1:] in ".;:…”"
        sentences += len(line) >= _SENTENCE_LENGTH and line.rstrip()[-1:] == "."
        if prose or sentences >= _SENTENCES or " | " in line or line.startswith("|"):
            break
        if best is not None and _is_dateline(line) and _is_telling(lines[best]):  # a headline stands above its day of publication
            break
        if not _TITLE_LENGTH[0] <= len(line) <= _TITLE_LENGTH[1] or line.rstrip()[-1:] in ".;,:":
            continue
        if best is not None and (_ASKED.match(line) or (sentences and line.rstrip().endswith("?"))):
            continue  # a question of an interview, below its headline
        if (best is not None or sentences) and _SECTION.match(line):  # "1. Kết quả", "Phần I": below a headline, the body has begun
            break
        if best is None or len(line) > len(lines[best]):
            best = place
    return (None, 0) if best is None else (lines[best], best + 1)


def _is_dateline(line: str) -> bool:
    """Whether a line is little else than a day with its time: "Chủ nhật - 12/09/2021 21:08"."""
    if len(line) > _DATELINE_LENGTH or ":" not in line:
        return False
    found = next(iter(find_datelines(line)), None)
    return found is not None and found.stamp.has_time and len(line) - (found.end - found.start) <= _DATELINE_REST


def _is_telling(line: str) -> bool:
    """Whether a line has as many words as a headline, and is no body's name in capitals."""
    return len(line.split()) >= _HEADLINE_WORDS and not line.isupper()


def find_letterhead(lines: Sequence[str]) -> list[str]:
    """The letterhead of an official document among the lines before its headline: body, number, place and date.

    The number is the document's own, and the place says whose it is: both are lost with the header otherwise. Without a number: the
    bodies named in capitals right above the headline.
    """
    number = next((place for place, line in enumerate(lines) if is_number_line(line)), None)
    if number is None:
        return [line for line in lines[-_BODY_LINES:] if line.isupper() and _BODY.match(fold(line))]
    start = max(0, number - _BODY_LINES)
    return [
        line
        for place, line in enumerate(lines[start:], start)
        if place == number or is_issue_line(line) or (place < number and _BODY.match(fold(line)))
    ]


def is_number_line(line: str) -> bool:
    """Whether a line is a document's own number: "Số: 15/KH-UBND", alone or with the date beside it."""
    return len(line) <= _HEADER_LENGTH and bool(_NUMBER_LINE.search(fold(line)))


def is_issue_line(line: str) -> bool:
    """Whether a line is a letterhead's place and date: "Huế, ngày 5 tháng 3 năm 2025"."""
    return len(line) <= _HEADER_LENGTH and bool(_ISSUE_LINE.search(fold(line)))


def split_head_stamp(lines: Sequence[str]) -> tuple[Stamp | None, list[str]]:
    """The stamp that opens a text before its running words, and the lines without it; (None, the lines) where none does.

    lines: normalized, without empty ones. Only what people do not write in a sentence is a stamp: the year first, or a day with its
    time ("2025-03-05 Sở …", "date 2025-03-05 …", "05/03/2025 17:42 - Sở …").
    """
    if not lines:
        return None, []
    folded = fold(lines[0])
    label = _STAMP_LABEL.match(folded)
    start = label.end() if label else 0
    found = next(iter(find_datelines(lines[0][: start + 60])), None)
    if found is None or found.start != start or not (found.stamp.has_time or _YEAR_FIRST.match(folded, start)):
        return None, list(lines)
    if lines[0][found.end : found.end + 1].isalnum():
        return None, list(lines)
    rest = lines[0][found.end :].lstrip(" |-–,;:\t")
    return found.stamp, [*([rest] if rest else []), *lines[1:]]


def cut_end_stamp(title: str) -> str:
    """A headline without the day and time of publication that stand glued to its end, or the day alone in brackets or behind a label."""
    dates = list(find_datelines(title))
    if not dates:
        return title
    if bracket := _BRACKETED_DAY.search(fold(title[: dates[-1].start])):
        return title[: bracket.start()] if title[dates[-1].end :].strip() == ")" and bracket.start() >= _TITLE_LENGTH[0] else title
    before = fold(title[: dates[-1].start])
    label = _END_LABEL.search(before)
    if label is None and (not dates[-1].stamp.has_time or _CITED_BEFORE.search(before)):
        return title
    rest = title[dates[-1].end :].strip(" |-–,()")
    head = title[: label.start() if label else dates[-1].start].rstrip(" |-–,(")
    return head if _ZONE.fullmatch(fold(rest)) and len(head) >= _TITLE_LENGTH[0] else title


def _is_site_line(line: str) -> bool:
    folded = " ".join(fold(line).split())
    if bool(load_boilerplate().edge.fullmatch(folded)) or folded.startswith(("cong hoa xa hoi", "doc lap - tu do")):
        return True
    return is_number_line(line) or is_issue_line(line) or (len(line) <= _HEADER_LENGTH and bool(_STATE.search(folded)))
