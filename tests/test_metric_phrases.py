"""Metrics of sentences in many wordings, each read as a paragraph of an article of a province."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from r57monitor.catalogue import load_catalogue
from r57monitor.figures.context import FigureContext
from r57monitor.figures.find import find_figures
from r57monitor.gazetteer import load_gazetteer
from r57monitor.text.provinces import find_provinces

_LINES = (Path(__file__).parent / "metric_phrases.txt").read_text("utf-8").splitlines()
CASES = [tuple(line.split("|", 1)) for line in _LINES if line and not line.startswith("#")]
LEAD = "Thực hiện Nghị quyết số 57-NQ/TW, tỉnh Lâm Đồng đạt nhiều kết quả.\n"
ENGLISH_LEAD = (
    "Lam Dong province is carrying out Resolution 57-NQ/TW of the Politburo on science, technology, innovation and digital transformation. "
    "Local authorities have assigned clear responsibilities to departments and communes, and leaders say that people and businesses are at "
    "the centre of the whole effort in the coming years.\n"
)
DAY = date(2026, 3, 10)


@pytest.mark.parametrize(("metrics", "sentence"), CASES, ids=[f"{number}" for number in range(len(CASES))])
def test_metric_of_a_wording(metrics: str, sentence: str) -> None:
    lead = ENGLISH_LEAD if sentence.startswith("EN ") else LEAD
    text = lead + sentence.removeprefix("EN ").replace("¶", "\n")
    provinces = find_provinces(text, None, DAY, load_gazetteer(), None)
    found = find_figures(text, FigureContext(published=DAY, provinces=provinces), load_catalogue())
    assert ",".join(figure.metric_id or "-" for figure in found) == metrics


def test_nearly_every_metric_is_said_in_some_way() -> None:
    said = {metric for metrics, _ in CASES for metric in metrics.split(",")}
    assert not {metric.id for metric in load_catalogue().metrics} - said
