"""Dates and periods as Vietnamese newspapers write them."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r57monitor.text.dates import find_dates, parse_date

DAY = date(2025, 6, 20)


@pytest.mark.parametrize(
    ("text", "last", "precision"),
    [
        ("ngày 22/12/2024", date(2024, 12, 22), "day"),
        ("22-12-2024", date(2024, 12, 22), "day"),
        ("ngày 01.4.2025", date(2025, 4, 1), "day"),
        ("ngày 25 tháng 6 năm 2025", date(2025, 6, 25), "day"),
        ("2025-06-25", date(2025, 6, 25), "day"),
        ("đến ngày 30/6", date(2025, 6, 30), "day"),
        ("sáng 6/8", date(2025, 8, 6), "day"),
        ("tháng 6/2025", date(2025, 6, 30), "month"),
        ("tháng hai năm 2024", date(2024, 2, 29), "month"),
        ("hết tháng 4", date(2025, 4, 30), "month"),
        ("quý II/2025", date(2025, 6, 30), "quarter"),
        ("quý 3 năm 2025", date(2025, 9, 30), "quarter"),
        ("6 tháng đầu năm 2025", date(2025, 6, 30), "half"),
        ("6 tháng cuối năm", date(2025, 12, 31), "half"),
        ("9 tháng năm 2025", date(2025, 9, 30), "quarter"),
        ("năm 2030", date(2030, 12, 31), "year"),
        ("giai đoạn 2021 - 2025", date(2025, 12, 31), "year"),
        ("trong năm nay", date(2025, 12, 31), "year"),
    ],
)
def test_find_dates(text: str, last: date, precision: str) -> None:
    found = find_dates(text, DAY)
    assert [(d.last, d.precision) for d in found] == [(last, precision)]


@pytest.mark.parametrize("text", ["08/08 huyện", "36/74 hoạt động", "31/02/2025", "57-NQ/TW", "thứ 5/34", "24/7", "4.0", "12.500", "99,9%"])
def test_no_dates(text: str) -> None:
    assert find_dates(text, DAY) == []


def test_year_without_publication_day() -> None:
    found = find_dates("Trong năm 2025, tỉnh phải xong trước ngày 30/5.")
    assert found[-1].last == date(2025, 5, 30)
    assert not found[-1].stated_year
    assert find_dates("đến ngày 30/5") == []


def test_parse_date() -> None:
    assert parse_date("22/12/2024") == (date(2024, 12, 22), "day")
    assert parse_date("quý II/2025") == (date(2025, 6, 30), "quarter")
    assert parse_date("nothing") is None


@given(st.dates(date(1990, 1, 1), date(2099, 12, 31)))
def test_there_and_back(day: date) -> None:
    assert parse_date(f"{day.day}/{day.month}/{day.year}") == (day, "day")
    assert parse_date(f"{day.day:02d}-{day.month:02d}-{day.year}") == (day, "day")


@given(st.text(alphabet="0123456789/-. ngàythángnămquýđầucuốiIV()", max_size=60))
def test_total(text: str) -> None:
    found = find_dates(text, DAY)
    for a, b in pairwise(found):
        assert a.end <= b.start
    parse_date(text)


@pytest.mark.parametrize(
    ("text", "year", "wanted"),
    [
        ("tháng 9", 2025, (date(2025, 9, 30), "month")),
        ("quý III", 2024, (date(2024, 9, 30), "quarter")),
        ("cuối năm", 2025, (date(2025, 12, 31), "year")),
        ("tháng 9/2025", None, (date(2025, 9, 30), "month")),
        ("tháng 9", None, None),
        ("30/9", None, None),
    ],
)
def test_one_date_with_the_year_that_goes_without_saying(text: str, year: int | None, wanted: object) -> None:
    assert parse_date(text, year) == wanted
