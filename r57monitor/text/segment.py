"""Sentences of a cleaned text, with offsets."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from r57monitor.text.starts import Starts


class Span(NamedTuple):
    """Half-open, in code points of the text it was found in."""

    start: int
    end: int


_MARKS = ".!?…"
# A full stop, and so on, with closing quotes, before a blank and something that can open a sentence.
_STOP = re.compile(r"[.!?…](?:(?<=\.)\.{0,2}|(?<=[!?…])[!?…]*)[\"”’'»)\]]*(?=\s+[\"“‘'«(\[•–-]*\s*[A-ZÀ-ỸĐ0-9])")
# Stops typed without the blank: "…năm 2025.Tỉnh đã"
_GLUED = re.compile(r"[.!?…](?<=[a-zà-ỹđ0-9%)].)(?=[A-ZÀ-ỸĐ][a-zà-ỹđ]+\s)")
# What stands before a stop that ends no sentence: titles, "TP.", initials, list numbers.
_ABBREVIATED = re.compile(
    r"(?:^|[\s(“\"/,.-])(?:TP|Tp|TX|TT|GS|PGS|TS|ThS|Th\.S|BS|KS|LS|CN|ĐT|Mr|Mrs|Ms|Dr|No|St|Nxb|tr|vd|[A-ZĐ]|\d{1,2})$"
)
# Small letters that no abbreviation ends with: one look spares most of the tries.
_NEVER_ABBREVIATED = frozenset("aàáảãạăằắẳẵặâầấẩẫậceèéẻẽẹêềếểễệfghiìíỉĩịjklmnqòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựvwxyỳýỷỹỵzđ")
_LIST_NUMBER = re.compile(r"\s*(?:\d{1,2}(?:\.\d{1,2})*|[IVX]{1,5}|[a-zđ])")


def find_sentences(text: str) -> list[Span]:
    """Sentences in order, trimmed, none empty. A newline ends a paragraph and with it a sentence.

    Never raises for a str; spans do not overlap.
    """
    spans: list[Span] = []
    marks = [place for place in Starts(text).of_any(*_MARKS) if not "0" <= text[place + 1 : place + 2] <= "9"]  # "1.000" ends nothing
    start = first = 0
    for line in text.split("\n"):
        end = start + len(line)
        last = bisect_left(marks, end, first)
        _split_line(text, start, end, marks[first:last], spans)
        start, first = end + 1, last
    return spans


def _split_line(text: str, start: int, end: int, marks: Sequence[int], spans: list[Span]) -> None:
    """marks: where those stand that can end a sentence of the line."""
    stops = {*_find_stops(_STOP, text, start, end, marks), *_find_stops(_GLUED, text, start, end, marks)} if marks else ()
    for stop in [*sorted(stops), end]:
        if stop > start:
            begin, finish = start, stop
            while begin < finish and text[begin].isspace():
                begin += 1
            while finish > begin and text[finish - 1].isspace():
                finish -= 1
            if finish > begin:
                spans.append(Span(begin, finish))
            start = stop


def _find_stops(pattern: re.Pattern[str], text: str, line_start: int, end: int, marks: Sequence[int]) -> Iterator[int]:
    """Where sentences end within a line, by one of the two patterns of a stop."""
    done = line_start
    for place in marks:
        if place >= done and (match := pattern.match(text, place, end)):
            done = match.end()
            if _ends_sentence(text, line_start, place):
                yield done


def _ends_sentence(text: str, line_start: int, stop: int) -> bool:
    if text[stop] != ".":
        return True
    if _LIST_NUMBER.fullmatch(text, line_start, stop):
        return False
    if stop > line_start and text[stop - 1] in _NEVER_ABBREVIATED:
        return True
    before = text[max(line_start, stop - 8) : stop]
    match = _ABBREVIATED.search(before if stop - 8 > line_start else " " + before)
    # "… năm 2025." and "… là 12." end sentences; "12" alone is a list number and was handled above
    return match is None or match.group().strip(' (“"/,.-').isdigit()
