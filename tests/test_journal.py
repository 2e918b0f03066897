"""The journal: one line an entry, a torn line costs itself only."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from warehouse.journal import Journal


def test_entries_come_back_in_order(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    for n in range(5):
        journal.append("failure", source="a", number=n, cause="hết giờ", status=None)
    entries = list(journal.iterate())
    assert [entry["number"] for entry in entries] == list(range(5))
    assert entries[0]["cause"] == "hết giờ"
    assert "status" not in entries[0]
    assert entries[0]["at"].endswith("+00:00")


def test_files_of_several_processes_are_merged_by_time(tmp_path: Path) -> None:
    for name, hours in (("2025-07-01-900", (1, 5)), ("2025-07-01-77", (2, 3)), ("2025-06-30-5", (0,))):
        lines = [json.dumps({"at": f"2025-07-01T{h:02d}:00:00+00:00", "event": "x", "h": h}) for h in hours]
        (tmp_path / f"{name}.jsonl").write_text("\n".join(lines) + "\n")
    assert [entry["h"] for entry in Journal(tmp_path).iterate()] == [0, 1, 2, 3, 5]


def test_a_torn_line_is_passed_over_and_the_next_append_starts_anew(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.append("one")
    (path,) = tmp_path.glob("*.jsonl")
    with open(path, "ab") as file:
        file.write(b'{"at": "2025-07-01T00:0')
    assert [entry["event"] for entry in journal.iterate()] == ["one"]
    journal.append("two")
    assert [entry["event"] for entry in journal.iterate()] == ["one", "two"]


def test_lines_that_are_no_entries_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "2025-07-01-1.jsonl").write_text('[1]\n{"event": "x"}\n\n"a"\n{"at": "2025-07-01T00:00:00+00:00", "event": "good"}\n')
    assert [entry["event"] for entry in Journal(tmp_path).iterate()] == ["good"]


@pytest.mark.parametrize(
    "line",
    [
        '{"at": "gestern", "event": "x"}',
        '{"at": "2025-07-01T00:00:00", "event": "x"}',
        '{"at": "2025-07-01T00:00:00+00:00", "event": ["x"]}',
        '{"at": "2025-07-01T00:00:00+00:00", "event": "cycle_begun", "source": "a"}',
        '{"at": "2025-07-01T00:00:00+00:00", "event": "failure"}',
        "[" * 100_000,
    ],
)
def test_damaged_entries_are_passed_over(line: str, tmp_path: Path) -> None:
    (tmp_path / "2025-07-01-1.jsonl").write_text(f'{line}\n{{"at": "2025-07-01T00:00:00+00:00", "event": "good"}}\n')
    assert [entry["event"] for entry in Journal(tmp_path).iterate()] == ["good"]


def test_an_empty_folder_has_no_entries(tmp_path: Path) -> None:
    assert list(Journal(tmp_path / "none").iterate()) == []


def test_entries_that_come_together_share_one_sync(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    real = os.fsync
    monkeypatch.setattr("warehouse.journal.os.fsync", lambda handle: (synced.append(handle), real(handle)))
    journal = Journal(tmp_path)
    written = journal.append_all("source", [{"source": name, "definition": None} for name in ("a", "b", "c")])
    assert list(journal.iterate()) == written
    assert [entry["source"] for entry in written] == ["a", "b", "c"]
    assert len(synced) == 1
