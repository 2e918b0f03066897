"""The scorer, and the floors of every annotated set (tests/gold/floors.toml)."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from pipelines.chain import load_rules
from tests.gold.load import OWN, PLACES, PRACTICE
from tests.gold.score import Score, is_right, main, match, render, score_folder, unit_class
from tests.gold.shared import SETS, SHARED, is_shared_here, render_shared, score_shared

FLOORS: dict[str, dict[str, float]] = tomllib.loads((Path(__file__).parent / "gold" / "floors.toml").read_text("utf-8"))
FOLDERS = {"practice": PRACTICE, "own": OWN, "places": PLACES}
F1 = ("figures", "full", "provinces", "documents")
needs_shared = pytest.mark.skipif(not is_shared_here(), reason="the shared annotations are not on this machine")


def test_units_and_attributes() -> None:
    assert [unit_class(u) for u in ("%", "đồng", "USD", "hạng", "trạm", None)] == ["%", "vnd", "usd", "rank", "count", "count"]
    assert is_right("due", {"due": "2025"}, {"due": "2025-12-31"})
    assert is_right("due", {"due": None}, {"due": "2025-12-31"}) is False
    assert is_right("metric", {"metric": None}, {"metric": "hdi"}) is None
    assert is_right("metric", {"metric": None, "strict": True}, {"metric": "hdi"}) is False
    assert is_right("kind", {"kind": "result", "accept": {"kind": ["target"]}}, {"kind": "target"})


def test_pairs_are_one_to_one() -> None:
    gold = [{"value": 5, "unit": "trạm", "mention": "5 trạm"}]
    found = [{"value": 5.0, "unit": "điểm", "mention": "5 điểm"}, {"value": 5.0, "unit": "%", "mention": "5%"}]
    assert match(gold, found) == [(0, 0)]


def test_every_set_has_a_floor() -> None:
    assert set(FLOORS) == {*FOLDERS, *SETS}


@pytest.mark.parametrize("name", FOLDERS)
def test_own_documents_keep_their_floor(name: str) -> None:
    score = score_folder(FOLDERS[name], load_rules())
    reached = {what: score.prf(what)[2] if what in F1 else score.share(what) for what in FLOORS[name]}
    assert {what: value for what, value in reached.items() if value < FLOORS[name][what]} == {}, render(FOLDERS[name], score)


@pytest.fixture(scope="module")
def shared() -> dict[str, dict[str, Any]]:
    return score_shared()


@needs_shared
@pytest.mark.parametrize("name", SETS)
def test_shared_documents_keep_their_floor(shared: dict[str, dict[str, Any]], name: str) -> None:
    reached = {what: value["f1"] if isinstance(value, dict) and "f1" in value else value for what, value in shared[name].items()}
    below = {what: reached[what] for what, floor in FLOORS[name].items() if reached[what] < floor}
    assert below == {}, render_shared(shared)


@needs_shared
def test_shared_scores_are_those_of_the_command_and_its_scorer(shared: dict[str, dict[str, Any]], tmp_path: Path) -> None:
    gold, documents = (SHARED / folder for folder in SETS["seeds"])
    command = [str(Path(sys.executable).parent / "r57"), "extract", str(documents), "--out", str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True)
    judged = subprocess.run(
        [sys.executable, str(SHARED / "gold" / "score.py"), str(gold), str(tmp_path), "--json"], check=True, capture_output=True
    )
    assert json.loads(judged.stdout) == shared["seeds"]


def test_absent_shared_documents_are_said_to_be_absent() -> None:
    assert "not on this machine" in render_shared({})


def test_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 0
    assert "0 documents" in capsys.readouterr().out
    assert main([str(tmp_path / "none")]) == 2
    assert Score().prf("figures") == (1.0, 1.0, 1.0)
