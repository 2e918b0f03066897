"""Folding line by line and page by page comes to the same."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from r57monitor.text.normalize import fold, fold_lines, has_other_letters

LETTERS = st.sampled_from("aAđĐÐậẬ …–“”²Ⅳ日Αß9_.\t\u00a0\u2003")


@given(st.lists(st.text(LETTERS, max_size=60), max_size=12))
def test_lines_folded_in_one_go_are_folded_as_one_by_one(lines: list[str]) -> None:
    fold_lines(lines)
    assert [fold(line) for line in lines] == ["".join(map(fold, line)) for line in lines]


def test_more_lines_than_are_kept_are_folded_all_the_same() -> None:
    lines = [f"Dòng thứ {number} của một trang rất dài, có dấu" for number in range(3_000)]
    fold_lines(lines)
    assert fold(lines[0]) == "dong thu 0 cua mot trang rat dai, co dau"
    assert fold(lines[-1]) == "dong thu 2999 cua mot trang rat dai, co dau"


@given(st.text(LETTERS, max_size=60))
def test_letters_of_other_scripts_are_told_from_marks(text: str) -> None:
    folded = fold(text)
    assert has_other_letters(folded) == any(char.isalnum() and not char.isascii() for char in folded)
