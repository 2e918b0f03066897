"""Patterns that are found faster find the same."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r57monitor.figures.expansions import expand, respell
from r57monitor.text.guarded import Guarded, GuardedAny, find_signs
from r57monitor.text.pattern_ends import find_ends, find_reach
from r57monitor.text.patterns import either, whole
from r57monitor.text.starts import Starts, match_at

WORDS = ["tăng", "tăng thêm", "tăng trưởng", "trên", "trên 5", "tr", "giảm"]
PATTERNS = [
    r"(?:^|\s)từ\s+(?:mức\s+)?$",
    r"(?:cao|thấp)\s+hơn|(?:so với|bằng)(?:\s+mức)?",
    r"(?<!\w)(?:mục tiêu|chỉ tiêu){1,2}(?!\w)",
    r"(?:giảm)?\s*\d+%",
    r"(?i:GRDP)|gdp",
    r"[<>≥]|trên",
    r"\b(?:từ|x\.?)\s?$",
    r"(?:^|[\s(,])(?:tăng|giảm)(?:\s+(?:mức|trên))*\s*$|so với\s*\.?\s*$",
    r"(?:^|(?<=\s))(?:từ|x)(?:\s+(?:mức|tăng)){0,2}\s*$",
    r"(?<!mức )so với\s[^.\d]{0,6}?$",
]
PROSE = st.lists(
    st.sampled_from([*WORDS, "từ", "mức", "cao hơn", "so với", "mục tiêu", "12%", "GRDP", "gdp", "≥", " ", "  ", "\n", "x", "."]),
    max_size=8,
)


@pytest.mark.parametrize(
    ("pattern", "signs"),
    [
        (r"(?:^|\s)từ\s+(?:mức\s+)?$", ("từ",)),
        (r"(?:cao|thấp)\s+hơn", ("hơn",)),
        (r"cao hơn|so với(?:\s+mức)?", ("so với", "cao hơn")),
        (r"(?:tăng|giảm)(?:\s+thêm)?", ("giảm", "tăng")),
        (r"(?:tăng)?\s+\d", ()),
        (r"a|tăng", ()),  # a single letter stands everywhere
        (r"≥|tăng", ("≥", "tăng")),
        (r"(?i:grdp)", ()),
    ],
)
def test_the_words_that_a_pattern_needs_are_read_off_it(pattern: str, signs: tuple[str, ...]) -> None:
    assert find_signs(pattern) == signs


@pytest.mark.parametrize(
    ("pattern", "ends"),
    [
        (r"(?:^|\s)từ\s+(?:mức\s+)?$", ("mức", "từ")),
        (r"\b(?:huyen|tx\.?)\s?$", (".", "huyen", "tx")),
        (r"hơn\s+là\s+$|[:(|]\s*$", ("(", ":", "là", "|")),
        (r"(?:là|chỉ là)(?!\w)\s*$", ("là",)),
        (r"mức(?:\s+\S+)?\s*$", ()),  # any word may follow
        (r"(?:từ\s+)*$", ()),  # may match nothing at all
        (r"(?m)từ$", ()),  # the end of any line
        (r"(?i)từ$", ()),
        (r"từ|mức$", ()),  # one branch stops anywhere
    ],
)
def test_what_a_text_must_end_with_is_read_off_the_pattern(pattern: str, ends: tuple[str, ...]) -> None:
    assert find_ends(pattern) == ends


@pytest.mark.parametrize(
    ("pattern", "reach"),
    [
        (r"(?:^|\s)từ\s+(?:mức\s+)?$", 9),  # a blank, "từ", a blank, "mức", a blank, and a line's end
        (r"(?<!so với )(?:hơn|ít hơn)\s*$", 8),
        (r"(?:khoảng|gần)[^.\d]{0,4}$|từ$", 11),
        (r"(?:từ\s+)*$", None),
        (r"từ[^.]*$", None),
        (r"từ", None),  # stops anywhere
        (r"(?m)từ$", None),
    ],
)
def test_how_far_a_pattern_reaches_back_is_read_off_it(pattern: str, reach: int | None) -> None:
    assert find_reach(pattern) == reach


def test_a_pattern_for_any_case_has_no_signs() -> None:
    assert find_signs("tăng", re.IGNORECASE) == ()


@given(st.sampled_from(PATTERNS), PROSE, st.integers(0, 20), st.integers(0, 60))
def test_a_guarded_pattern_finds_what_the_pattern_finds(pattern: str, words: list[str], start: int, end: int) -> None:
    text = " ".join(words)
    guarded, plain = Guarded(pattern), re.compile(pattern)
    assert _span(guarded.search(text)) == _span(plain.search(text))
    assert _span(guarded.search_in(text, start, end)) == _span(plain.search(text, start, end))
    assert [m.span() for m in guarded.finditer(text)] == [m.span() for m in plain.finditer(text)]


@given(st.lists(st.sampled_from(PATTERNS), max_size=4), PROSE)
def test_guarded_patterns_find_together_what_the_first_of_them_finds(patterns: list[str], words: list[str]) -> None:
    text = " ".join(words)
    found = [match.span() for pattern in patterns if (match := re.compile(pattern).search(text))]
    assert _span(GuardedAny([Guarded(pattern) for pattern in patterns]).search(text)) == (found[0] if found else None)


SPELLED = [
    "đảm bảo",
    "đảm  bảo",
    "khoa học, công nghệ",
    "khoa học",
    "khoa",
    "đổi mới - sáng tạo",
    "đổi mới",
    "nq 57",
    "nq57",
    "nq",
    "online",
    "on-line",
]


@given(st.lists(st.sampled_from([*SPELLED, " ", ".", "x", "k"]), max_size=12))
def test_spellings_looked_up_by_their_first_words_are_all_there_are(words: list[str]) -> None:
    low = "".join(words)  # no capitals, so nothing is written out
    assert expand(low, low)[0] == respell(low)


@given(PROSE)
def test_a_list_written_as_a_tree_finds_what_the_list_finds(words: list[str]) -> None:
    text = "".join(words)
    longest_first = "|".join(sorted(map(re.escape, WORDS), key=lambda w: -len(w)))
    letters = [[re.escape(c) for c in word] for word in WORDS]
    assert re.findall(either(letters), text) == re.findall(f"(?:{longest_first})", text)
    assert [m.group() for m in re.finditer(whole(letters), text)] == re.findall(rf"(?<!\w)(?:{longest_first})(?!\w)", text)


@given(PROSE)
def test_matches_at_their_places_are_all_matches(words: list[str]) -> None:
    text = "".join(words)
    starts = Starts(text)
    assert starts.digits == [m.start() for m in re.finditer("[0-9]+", text)]
    pattern = re.compile(r"(?:tăng|trên)(?:\s*\d)?")
    assert [m.span() for m in match_at(pattern, text, starts.of_any("tăng", "trên"))] == [m.span() for m in pattern.finditer(text)]


def _span(match: re.Match[str] | None) -> tuple[int, int] | None:
    return match.span() if match else None
