"""Every example sentence of the catalogue is a test: `matches` give the metric, `refuses` do not."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from random import Random

import pytest

from r57monitor.catalogue import Metric, load_catalogue
from r57monitor.errors import RegistryError
from r57monitor.figures.context import FigureContext
from r57monitor.figures.find import find_figures

CATALOGUE = load_catalogue()
DAY = date(2025, 6, 15)
ENTRY = """[[metric]]
id = "bridges"
label_vi = "Số cầu"
unit = "cây cầu"
cues_any = ["cây cầu"]
matches = ["Tỉnh có 12 cây cầu."]
refuses = ["Tỉnh có 12 con đường."]
"""


def _found(sentence: str) -> set[str | None]:
    return {f.metric_id for f in find_figures(sentence, FigureContext(published=DAY), CATALOGUE)}


@pytest.mark.parametrize("metric", CATALOGUE.metrics, ids=CATALOGUE.ids())
def test_examples(metric: Metric) -> None:
    for sentence in metric.matches:
        assert metric.id in _found(sentence), sentence
    for sentence in metric.refuses:
        assert metric.id not in _found(sentence), sentence


def _behind(first: str, joint: str, second: str) -> list[tuple[str, str | None]]:
    """What is found in the second of two sentences that are made one: (mention in small letters, metric)."""
    at = len(first) + len(joint)
    found = find_figures(f"{first}{joint}{second[0].lower()}{second[1:]}.", FigureContext(published=DAY), CATALOGUE)
    return [(figure.mention.lower(), figure.metric_id) for figure in found if figure.start >= at]


@pytest.mark.parametrize("joint", [", ", "; ", " và "])
def test_an_example_keeps_its_metric_behind_any_other(joint: str) -> None:
    examples = [(m.id, text.rstrip(".")) for m in CATALOGUE.metrics for text in m.matches if not text.isascii() and ". " not in text]
    alone = {text: _behind("", "", text) for _, text in examples}
    chance = Random(57)
    pairs = [(first, second) for own, second in examples for other, first in chance.sample(examples, 4) if other != own]
    wrong = [(first, second) for first, second in pairs if _behind(first, joint, second) != alone[second]]
    assert len(pairs) > 400
    assert len(wrong) <= len(pairs) / 150, wrong


@pytest.mark.parametrize("metric", CATALOGUE.metrics, ids=CATALOGUE.ids())
def test_entry_is_complete(metric: Metric) -> None:
    assert metric.label_vi
    assert metric.label_en
    assert metric.pillar in range(1, 8)
    assert metric.soft is not None
    assert metric.hard is not None
    assert metric.hard[0] <= metric.soft[0] <= metric.soft[1] <= metric.hard[1]
    assert metric.matches
    assert metric.refuses


def test_count_and_ids() -> None:
    assert len(CATALOGUE.metrics) >= 120
    assert len(set(CATALOGUE.ids())) == len(CATALOGUE.metrics)
    assert CATALOGUE.get("dti_rank") is not None
    assert CATALOGUE.get("nothing") is None


def test_own_entries_are_read(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(ENTRY, "utf-8")
    catalogue = load_catalogue([tmp_path])
    found = find_figures("Toàn tỉnh có 12 cây cầu.", FigureContext(published=DAY), catalogue)
    assert [f.metric_id for f in found] == ["bridges"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (ENTRY.replace('unit = "cây cầu"\n', ""), 'line 1 (metric "bridges"): the key "unit" is missing'),
        (ENTRY + "color = 3\n", 'unknown key "color"'),
        (ENTRY.replace('"bridges"', '"Bridges"'), "small letters"),
        (ENTRY + "pillar = 9\n", "from 1 to 7"),
        (ENTRY + "soft = [3]\n", "[least, most]"),
        (ENTRY.replace("bridges", "dti_rank"), "already used"),
        ("[[metric]\n", "not valid TOML"),
        ("x = 1\n", "at top level; entries start with [[metric]]"),
    ],
)
def test_broken_entries_are_named(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "own.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(RegistryError, match=r"own\.toml") as error:
        load_catalogue([file])
    assert said in str(error.value)


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match="no such catalogue"):
        load_catalogue([tmp_path / "none.toml"])
