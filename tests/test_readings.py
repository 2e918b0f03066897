"""Whole readings of own texts, every attribute of a figure at once: what a change of one rule would move elsewhere."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from r57monitor.catalogue import load_catalogue
from r57monitor.figures.context import FigureContext
from r57monitor.figures.find import find_figures
from r57monitor.gazetteer import load_gazetteer
from r57monitor.models import Figure
from r57monitor.text.provinces import find_provinces

_FILE = Path(__file__).parent / "readings.toml"
READINGS = tomllib.loads(_FILE.read_text("utf-8"))["reading"] if _FILE.exists() else []


def read(text: str, published: date, title: str | None = None) -> list[Figure]:
    """The figures of a text published on a day."""
    provinces = find_provinces(text, None, published, load_gazetteer(), None)
    return find_figures(text, FigureContext(title=title, published=published, provinces=provinces), load_catalogue())


def shown(figure: Figure) -> str:
    """All that is read of a figure, on one line; its label and confidence, which are tuned, left out."""
    value = f"{figure.value:.12g}"
    value += f"..{figure.value_max:.12g}" if figure.value_max is not None else ""
    value += f" of {figure.denominator:.12g}" if figure.denominator is not None else ""
    kind = f"{figure.kind}, change" if figure.is_change else figure.kind
    definition = "/".join(part or "-" for part in (figure.level, figure.scope, figure.whole, figure.period))
    as_of = f"{figure.as_of} {figure.as_of_precision} {figure.as_of_from}" if figure.as_of else "-"
    due = f"{figure.due} {figure.due_precision}" if figure.due else "-"
    place = figure.province or "-"
    return " | ".join([figure.mention, value, figure.unit, figure.comparator, kind, figure.metric_id or "-", definition, place, as_of, due])


@pytest.mark.parametrize("reading", READINGS, ids=lambda reading: reading["name"])
def test_what_is_right_stays_right(reading: dict[str, Any]) -> None:
    found = read(reading["text"], reading["published"], reading.get("title"))
    assert [line for line in map(shown, found) if line in reading["figures"]] == reading["figures"]
    for figure in found:
        assert reading["text"][figure.start : figure.end] == figure.mention
        assert figure.mention in figure.sentence


def test_there_are_readings() -> None:
    assert sum(len(reading["figures"]) for reading in READINGS) > 60
