"""`make mutants`: what is counted, and that a change is tried as it would run."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tools.mutants.telling import interval, overall, render
from tools.mutants.trying import BUDGET_S, Measured

ROOT = Path(__file__).resolve().parent.parent
NUMBERS = "r57monitor/text/numbers.py"


def row(path: str, of: int, outcome: str) -> dict[str, Any]:
    return {"path": path, "of": of, "outcome": outcome, "function": "read", "line": 3, "number": 1, "shown": "-a < b\n+a <= b", "tests": 2}


def test_wilsons_interval() -> None:
    low, high = interval(0.8, 100)
    assert (round(low, 3), round(high, 3)) == (0.711, 0.867)
    assert interval(1.0, 4)[1] == pytest.approx(1.0)
    assert interval(1.0, 4)[0] < 0.6


def test_a_file_weighs_by_its_changes() -> None:
    rows = [row("small.py", 100, "noticed")] * 10 + [row("large.py", 900, "not noticed")] * 10
    share, low, high = overall(rows)
    assert share == pytest.approx(0.1)
    assert low < share < high


def test_the_report_names_what_was_missed() -> None:
    rows = [row("r57monitor/text/a.py", 40, "noticed"), row("r57monitor/text/b.py", 60, "not noticed")]
    told = render(rows, 5, "commit abc", "1 May 2025")
    assert "**40% noticed**" in told
    assert "| `text/a.py` | 40 | 1 | 100% |" in told
    assert "- `text/b.py`, `read`: ``a <= b``" in told
    assert "`text/a.py`, `read`" not in told


def test_tests_of_the_line_come_first_and_within_the_budget() -> None:
    measured = Measured({"a.py": {3: {0, 1}, 9: {2, 3}}}, {}, [2.0, 1.0, 0.5, BUDGET_S])
    assert measured.chosen("a.py", 3) == [1, 0, 2]
    assert measured.chosen("a.py", 5) == [1, 0, 2]  # within a statement that began on line 3
    assert measured.chosen("b.py", 3) == []


def change(before: str, after: str, function: str) -> dict[str, Any]:
    text = (ROOT / NUMBERS).read_text("utf-8")
    assert text.count(before) == 1, before
    line = text[: text.index(before)].count("\n") + 1
    return {"path": NUMBERS, "line": line, "number": 0, "of": 9, "shown": "", "function": function, "source": text.replace(before, after)}


@pytest.mark.slow
def test_changes_are_noticed_in_a_function_and_in_what_an_import_runs(tmp_path: Path) -> None:
    """The last two are of the module itself, which only a fresh import runs; the very last changes nothing."""
    rows = [
        change('return float("".join(groups) + "." + part)', 'return float("".join(groups) + "." + part) + 1', "_join"),
        change('return float("".join(groups) + "." + part)', 'return float("".join([*groups]) + "." + part)', "_join"),
        change("_LONGEST = ", "_LONGEST = 0 * ", ""),
        change("_LONGEST = ", "_LONGEST  = ", ""),
    ]
    changes, tried = tmp_path / "changes.jsonl", tmp_path / "tried.jsonl"
    changes.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    command = [sys.executable, "-m", "tools.mutants.trying", str(changes), str(tried), "60", "2", "tests/test_numbers.py"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    outcomes = [json.loads(line) for line in tried.read_text("utf-8").splitlines()]
    assert len(outcomes) == 4, done.stderr
    told = sorted((o["function"], o["outcome"]) for o in outcomes)
    assert told == [("", "not noticed"), ("", "noticed"), ("_join", "not noticed"), ("_join", "noticed")]
