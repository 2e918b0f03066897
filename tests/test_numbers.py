"""Numbers as Vietnamese newspapers write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r57monitor.text.numbers import find_numbers, parse_digits, parse_number, render_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("30", 30.0),
        ("04", 4.0),
        ("4.078", 4078.0),
        ("1.243.294", 1243294.0),
        ("33,2", 33.2),
        ("0,3504", 0.3504),
        ("1.172,7", 1172.7),
        ("1.172,7 tỷ", 1172.7e9),
        ("95.000 tỷ", 95e12),
        ("1,2 nghìn tỷ", 1.2e12),
        ("4,3 triệu", 4300000.0),
        ("13 ngàn", 13000.0),
        ("0.8241", 0.8241),
        ("12.5", 12.5),
        ("1,234,567", 1234567.0),
        ("1,172.7", 1172.7),
        ("22.12.2024", None),
        ("1.23.456", None),
        ("3 tỷ lệ", None),
        ("mười", None),
        ("", None),
        ("12 13", None),
        ("5 trạm", None),
    ],
)
def test_parse_number(text: str, value: float | None) -> None:
    assert parse_number(text) == value


@pytest.mark.parametrize(("text", "value"), [("1,086", 1086.0), ("1,234.5", 1234.5), ("12.5", 12.5), ("1.086", 1.086), ("12,5", 12.5)])
def test_english_pages(text: str, value: float) -> None:
    assert parse_number(text, english=True) == value


def test_find_numbers_leaves_rates_alone() -> None:
    found = find_numbers("3 tỷ đồng, 2 triệu lượt, 5 tỷ lệ, 12 vạn dân")
    assert [(n.value, n.magnitude) for n in found] == [(3e9, 1e9), (2e6, 1e6), (5.0, 1.0), (12.0, 1.0)]


@given(st.integers(0, 10**12))
def test_integer_there_and_back(value: int) -> None:
    assert parse_number(render_number(value)) == value


@given(st.integers(0, 10**9), st.sampled_from([1, 2]))
def test_decimal_there_and_back(scaled: int, decimals: int) -> None:
    value = scaled / 10**decimals
    assert parse_number(render_number(value, decimals)) == pytest.approx(value)


@given(st.text())
def test_total(text: str) -> None:
    parse_number(text)
    parse_digits(text)
    for number in find_numbers(text):
        assert text[number.start : number.digits_end][0].isdigit()
