"""Colours that can be read: WCAG 2.1 AA in both modes, and what charts tell apart by colour told apart in grey too."""

from __future__ import annotations

import re
import tomllib
from importlib import resources
from itertools import pairwise
from pathlib import Path

import pytest

from r57monitor.palette import Mode, load_palette, style_variables, turn_dark

_MODES: tuple[Mode, ...] = ("light", "dark")
_VIEWS = Path(__file__).parent.parent / "r57monitor" / "views"
_GROUNDS = {  # what stands on what in style.css, beside the page's own grounds
    "soft": ["mark"], "ink": ["mark"], "practice": ["practice_ground"], "tag_new": ["tag_new_ground"],
    "tag_change": ["tag_change_ground"], "tag_warn": ["tag_warn_ground"],
}  # fmt: skip
# Fills that stand side by side in one chart, from dark to light (light mode): each must differ from each.
_TOLD_APART = (("reported", "silent", "not_observed"), ("failing", "working", "silent", "not_observed"), ("reported", "copies", "paper"))


def _luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_measure_itself() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


def _groups() -> dict[str, list[str]]:
    raw = tomllib.loads((resources.files("r57monitor") / "data" / "palette.toml").read_text("utf-8"))
    return {group: list(colors) for group, colors in raw.items()}


@pytest.mark.parametrize("mode", _MODES)
def test_every_text_on_every_ground_it_stands_on(mode: Mode) -> None:
    colors = load_palette(mode)
    pairs = [(text, ground) for text in _groups()["text"] for ground in ("paper", "raised")]
    pairs += [(text, ground) for text, grounds in _GROUNDS.items() for ground in grounds]
    poor = {pair: round(found, 2) for pair in pairs if (found := contrast(colors[pair[0]], colors[pair[1]])) < 4.5}
    assert poor == {}


@pytest.mark.parametrize("mode", _MODES)
def test_marks_of_charts_and_the_focus_stand_out(mode: Mode) -> None:
    colors = load_palette(mode)
    marks = ("reported", "target", "series_3", "series_4", "series_5", "failing", "working", "shore", "island", "focus", "link")
    poor = {name: round(found, 2) for name in marks if (found := contrast(colors[name], colors["paper"])) < 3 - (name == "shore") * 0.1}
    assert poor == {}


@pytest.mark.parametrize("mode", _MODES)
@pytest.mark.parametrize("fills", _TOLD_APART)
def test_fills_side_by_side_differ_in_grey(fills: tuple[str, ...], mode: Mode) -> None:
    colors = load_palette(mode)
    light = sorted(_luminance(colors[name]) for name in fills)
    steps = [(b + 0.05) / (a + 0.05) for a, b in pairwise(light)]
    assert min(steps) > 1.35


@pytest.mark.parametrize("mode", _MODES)
def test_numbers_in_filled_cells_can_be_read(mode: Mode) -> None:
    colors = load_palette(mode)
    assert contrast(colors["paper"], colors["reported"]) >= 4.5


def test_pages_and_streamlit_have_the_same_grounds() -> None:
    theme = tomllib.loads((resources.files("r57monitor") / "data" / "dashboard.toml").read_text("utf-8"))["theme"]
    names = {
        "backgroundColor": "paper",
        "secondaryBackgroundColor": "raised",
        "textColor": "ink",
        "linkColor": "link",
        "borderColor": "line",
    }
    for mode in _MODES:
        assert {key: theme[mode][key] for key in names} == {key: load_palette(mode)[name] for key, name in names.items()}


def test_no_page_and_no_chart_has_a_colour_of_its_own() -> None:
    for path in [*_VIEWS.glob("*.py"), _VIEWS / "style.css", _VIEWS.parent / "charts.py", _VIEWS.parent / "chart_pictures.py"]:
        assert re.findall(r"#[0-9a-fA-F]{6}\b|#[0-9a-fA-F]{3}\b", path.read_text("utf-8")) == [], path
    used = set(re.findall(r"var\(--r57-([a-z0-9-]+)\)", (_VIEWS / "style.css").read_text("utf-8")))
    known = set(re.findall(r"--r57-([a-z0-9-]+):", style_variables("dark")))
    assert used <= known


def test_a_drawing_is_turned_dark_and_nothing_else_of_it() -> None:
    light, dark = load_palette("light"), load_palette("dark")
    assert len(set(light.values())) == len(light)  # each has one dark colour
    drawn = {"mark": {"color": light["reported"]}, "values": [{"title": "#1f2933 là màu", "n": 3}], "range": [light["paper"], "#123456"]}
    assert turn_dark(drawn) == {
        "mark": {"color": dark["reported"]}, "values": [{"title": "#1f2933 là màu", "n": 3}], "range": [dark["paper"], "#123456"],
    }  # fmt: skip
