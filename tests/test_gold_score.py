"""The scorer, and the reading of the practice web's own annotated articles."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.chain import load_rules
from tests.gold.score import OWN, PRACTICE, Score, is_right, main, match, render, score_folder, unit_class

SHARED = Path(__file__).resolve().parents[2] / "shared" / "gold"
# Floors, not aims: what the reading reached when they were set, less a little for other stages' changes.
FLOORS = {
    "practice": {"figures": 0.985, "full": 0.93},
    "own": {"figures": 0.96, "full": 0.84},
    "seeds": {"figures": 0.99, "full": 0.97},
    "dev/gold": {"figures": 0.98, "full": 0.93},
}


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


@pytest.mark.parametrize(("name", "folder"), [("practice", PRACTICE), ("own", OWN)])
def test_written_documents_keep_their_floor(name: str, folder: Path) -> None:
    score = score_folder(folder, load_rules())
    assert score.total["documents"] >= 30
    for what, floor in FLOORS[name].items():
        assert score.prf(what)[2] >= floor, render(folder, score)


@pytest.mark.skipif(not (SHARED / "seeds").is_dir(), reason="the shared annotations are not on this machine")
@pytest.mark.parametrize("folder", ["seeds", "dev/gold"])
def test_shared_annotations_keep_their_floor(folder: str) -> None:
    score = score_folder(SHARED / folder, load_rules())
    for what, floor in FLOORS[folder].items():
        assert score.prf(what)[2] >= floor, render(SHARED / folder, score)


def test_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 0
    assert "0 documents" in capsys.readouterr().out
    assert main([str(tmp_path / "none")]) == 2
    assert Score().prf("figures") == (1.0, 1.0, 1.0)
