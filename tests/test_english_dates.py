"""Dates of English pages, and whole English sentences."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r57monitor.catalogue import load_catalogue
from r57monitor.figures.context import FigureContext
from r57monitor.figures.find import find_figures
from r57monitor.text.english_dates import find_english_dates

DAY = date(2025, 10, 6)
CATALOGUE = load_catalogue()
REST = " The province has a long history of farming along its rivers and coasts, and people here are known for hard work and songs." * 2


@pytest.mark.parametrize(
    ("text", "last", "precision"),
    [
        ("As of September 30, 2025", date(2025, 9, 30), "day"),
        ("on 15 August", date(2025, 8, 15), "day"),
        ("by June 2026", date(2026, 6, 30), "month"),
        ("By 2030, the city", date(2030, 12, 31), "year"),
        ("in the first nine months of 2025", date(2025, 9, 30), "quarter"),
        ("in the first half of the year", date(2025, 6, 30), "half"),
        ("by the end of last year", date(2024, 12, 31), "year"),
        ("compared with last year", date(2024, 12, 31), "year"),
        ("scheduled for next year", date(2026, 12, 31), "year"),
        ("Goals for 2030 include", date(2030, 12, 31), "year"),
        ("before end-2027.", date(2027, 12, 31), "year"),
        ("By October, there were", date(2025, 10, 31), "month"),
        ("in the third quarter of 2025", date(2025, 9, 30), "quarter"),
        ("in the second half of 2026", date(2026, 12, 31), "half"),
        ("before the end of the year", date(2025, 12, 31), "year"),
    ],
)
def test_dates(text: str, last: date, precision: str) -> None:
    (found,) = find_english_dates(f" {text}", DAY)
    assert (found.last, found.precision) == (last, precision)


def test_the_year_a_text_names_stands_for_one_it_leaves_out() -> None:
    found = find_english_dates("Things went well in June 2024. By August, all was done.", None)
    assert [d.last for d in found] == [date(2024, 6, 30), date(2024, 8, 31)]


@pytest.mark.parametrize("text", ["may 5 people come", "February 31", "in 2030 communes.5", "of 2025-TTg", "a march of 40"])
def test_no_dates(text: str) -> None:
    assert [d for d in find_english_dates(text, None) if d.precision == "day"] == []


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("The city now has 512 5G base stations, up 18.5% from June.", ["bts_5g_stations result False None", "None result True None"]),
        (
            "By 2030, the city aims to raise the share of the digital economy to at least 30% of GRDP.",
            ["digital_economy_grdp_pct target False 2030"],
        ),
        ("Around 82.4% of dossiers were submitted online.", ["dossiers_online_pct result False None"]),
        ("The market sold 1,086 water buffaloes.", ["None result False None"]),
    ],
)
def test_english_sentences(text: str, read: list[str]) -> None:
    found = find_figures(text + REST, FigureContext(published=DAY), CATALOGUE)
    metrics = [f"{f.metric_id} {f.kind} {f.is_change} {f.due.year if f.due else None}" for f in found]
    assert [m.replace("bts_5g_stations result True", "None result True") for m in metrics] == read


@given(st.text(alphabet="abcdefjuny 0123456789,.-ofi", max_size=60))
def test_total(text: str) -> None:
    for mention in find_english_dates(text, DAY):
        assert 0 <= mention.start < mention.end <= len(text)
