"""Metrics of sentences in many wordings, each read as a paragraph of an article of a province."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import pytest

from r57monitor.catalogue import load_catalogue
from r57monitor.figures.context import FigureContext
from r57monitor.figures.find import find_figures
from r57monitor.gazetteer import load_gazetteer
from r57monitor.models import ProvinceMention
from r57monitor.text.provinces import find_provinces

_LINES = (Path(__file__).parent / "metric_phrases.txt").read_text("utf-8").splitlines()
CASES = [tuple(line.split("|", 1)) for line in _LINES if line and not line.startswith("#")]
_TOGETHER = 25  # sentences tried by one test: each alone would cost more in being begun than in being read
GROUPS = [CASES[start : start + _TOGETHER] for start in range(0, len(CASES), _TOGETHER)]
LEAD = "Thực hiện Nghị quyết số 57-NQ/TW, tỉnh Lâm Đồng đạt nhiều kết quả.\n"
ENGLISH_LEAD = (
    "Lam Dong province is carrying out Resolution 57-NQ/TW of the Politburo on science, technology, innovation and digital transformation. "
    "Local authorities have assigned clear responsibilities to departments and communes, and leaders say that people and businesses are at "
    "the centre of the whole effort in the coming years.\n"
)
DAY = date(2026, 3, 10)


@cache
def _provinces(lead: str) -> tuple[ProvinceMention, ...]:
    return find_provinces(lead, None, DAY, load_gazetteer(), None)


def _metrics_of(sentence: str) -> str:
    lead = ENGLISH_LEAD if sentence.startswith("EN ") else LEAD
    text = lead + sentence.removeprefix("EN ").replace("¶", "\n")
    found = find_figures(text, FigureContext(published=DAY, provinces=_provinces(lead)), load_catalogue())
    return ",".join(figure.metric_id or "-" for figure in found)


@pytest.mark.parametrize("cases", GROUPS, ids=[f"{number}" for number in range(len(GROUPS))])
def test_metrics_of_wordings(cases: list[tuple[str, str]]) -> None:
    told = [(_metrics_of(sentence), sentence) for _, sentence in cases]
    assert told == cases


def test_nearly_every_metric_is_said_in_some_way() -> None:
    said = {metric for metrics, _ in CASES for metric in metrics.split(",")}
    assert not {metric.id for metric in load_catalogue().metrics} - said
