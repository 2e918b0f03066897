"""Provinces that a text is about and that its figures belong to: a place as the only clue, the nation beside, surveys, comparisons."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from r57monitor.catalogue import load_catalogue
from r57monitor.figures.context import FigureContext
from r57monitor.figures.find import find_figures
from r57monitor.gazetteer import load_gazetteer
from r57monitor.text.provinces import find_provinces

BEFORE, AFTER = date(2025, 5, 10), date(2025, 11, 10)  # of the merger of July 2025
OPENING = "Thực hiện Nghị quyết 57-NQ/TW của Bộ Chính trị, "
_LINES = (Path(__file__).parent / "province_cases.txt").read_text("utf-8").splitlines()
CASES = [line.split("|") for line in _LINES if line and not line.startswith("#")]


@pytest.mark.parametrize(("when", "title", "text", "subjects", "of_figures"), CASES, ids=[str(n) for n in range(len(CASES))])
def test_where(when: str, title: str, text: str, subjects: str, of_figures: str) -> None:
    text, day = text.replace("@", OPENING).replace("¶", "\n"), BEFORE if when == "before" else AFTER
    provinces = find_provinces(text, title, day, load_gazetteer(), None)
    if subjects != "?":
        assert {p.name for p in provinces if p.role == "subject"} == set(filter(None, subjects.split(",")))
    if of_figures == "?":
        return
    found = find_figures(text, FigureContext(published=day, provinces=provinces), load_catalogue())
    assert [f.province or f.level or "-" for f in found] == of_figures.split(",")


def test_a_ward_is_known_from_the_day_it_is_there() -> None:
    text = "Thực hiện Nghị quyết 57-NQ/TW, phường Hạc Thành nhận 5.100 hồ sơ trực tuyến."
    title = "Phường Hạc Thành bỏ giấy tờ"
    assert [p.name for p in find_provinces(text, title, AFTER, load_gazetteer(), None)] == ["Thanh Hóa"]
    assert not find_provinces(text, title, BEFORE, load_gazetteer(), None)


def test_a_name_of_many_communes_says_nothing_alone() -> None:
    text = "Thực hiện Nghị quyết 57-NQ/TW, xã Tân Tiến nhận 300 hồ sơ trực tuyến."
    assert not [p for p in find_provinces(text, "Xã Tân Tiến vào việc", AFTER, load_gazetteer(), None) if p.role == "subject"]


def test_every_commune_is_there() -> None:
    communes = load_gazetteer().communes
    assert len(communes) == 3_321
    assert {place.kind for place in communes} == {"xã", "phường", "đặc khu"}
