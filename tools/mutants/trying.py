"""Tries each drawn change with the tests that run its line, in a process of its own; the first test that fails ends the trial.

A change inside a function is put into the loaded program: a forked child exchanges the function's code, which costs a tenth of a second.
What importing a module runs is tried by importing it anew, changed, in a fresh process.
"""

from __future__ import annotations

import importlib
import json
import os
import pickle
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, process_time, sleep
from types import CodeType, FunctionType
from typing import Any

import coverage
import psutil
import pytest
from _pytest.runner import runtestprotocol

ROOT = Path(__file__).resolve().parents[2]
IMPORTING = "(import)"
BUDGET_S = 8.0  # of measured test time a change is tried with; what stands outside counts as not noticed
_PATIENCE = 4.0  # times the budget, in processor time: a change that makes the program run on is noticed
_STILL_S = 120.0  # without any processor time: it waits for what never comes
_MEMORY = 6 << 30
_KILLED, _LIVES, _FAULT = 0, 3, 4


@dataclass
class Measured:
    """Which tests run which line, and how long each takes."""

    tests: dict[str, dict[int, set[int]]] = field(default_factory=dict)  # path -> line -> numbers of tests
    importing: dict[str, set[int]] = field(default_factory=dict)  # path -> lines that an import runs
    seconds: list[float] = field(default_factory=list)
    failing: list[str] = field(default_factory=list)

    def chosen(self, path: str, line: int) -> list[int]:
        """Tests of the line, quickest first, then others of the file, as far as the budget goes."""
        lines = self.tests.get(path, {})
        near = next((lines[n] for n in range(line, line - 8, -1) if lines.get(n)), set())
        rest = set().union(*lines.values()) - near if len(near) < 5 and lines else set()
        order = sorted(near, key=lambda n: self.seconds[n]) + sorted(rest, key=lambda n: self.seconds[n])
        kept, spent = [], 0.0
        for number in order:
            spent += self.seconds[number]
            if kept and spent > BUDGET_S:
                break
            kept.append(number)
        return kept


def _forked(work: Callable[[], int], seconds: float | None = None) -> int:
    """What `work` answers in a child of this process: its code, or _KILLED where a signal ended it."""
    child = os.fork()
    if child:
        status = _awaited(child)
        return os.WEXITSTATUS(status) if os.WIFEXITED(status) else _KILLED
    code = _FAULT
    try:
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        if seconds is not None:
            resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 1, int(seconds) + 2))
        code = work()
    except BaseException:  # noqa: BLE001 (the child ends below, whatever it was)
        traceback.print_exc(file=sys.__stderr__)
    finally:
        os._exit(code)  # and nothing before it that could fail: the child would go on as a second parent


def _awaited(child: int) -> int:
    """The child's status. One that waits for ever, using no processor time, is ended."""
    process, used, since = psutil.Process(child), -1.0, monotonic()
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return status
        now = sum(process.cpu_times()[:2])
        if now > used:
            used, since = now, monotonic()
        elif monotonic() - since > _STILL_S:
            os.kill(child, signal.SIGKILL)
        sleep(0.02)


def _fails(items: list[pytest.Item], number: int, following: int | None) -> bool:
    reports = runtestprotocol(items[number], log=False, nextitem=None if following is None else items[following])
    return any(report.failed for report in reports)


def _forget() -> None:
    """Empties what functions of the project keep, so that a test file's own loading is seen."""
    for name, module in list(sys.modules.items()):
        if name.startswith("r57monitor."):
            for value in list(vars(module).values()):
                if hasattr(value, "cache_clear"):
                    value.cache_clear()


def _measure(items: list[pytest.Item], seen: coverage.Coverage, out: Path) -> int:
    measured, last = Measured(seconds=[0.0] * len(items)), None
    for path in seen.get_data().measured_files():
        measured.importing[_name(path)] = set(seen.get_data().lines(path) or ())
    fresh = coverage.Coverage(data_file=None, include=["r57monitor/text/*", "r57monitor/figures/*"])
    fresh.start()
    for number, item in enumerate(items):
        if item.path != last:
            last = item.path
            _forget()
        fresh.switch_context(str(number))
        began = process_time()
        if _fails(items, number, number + 1 if number + 1 < len(items) else None):
            measured.failing.append(item.nodeid)
        measured.seconds[number] = process_time() - began
    fresh.stop()
    data = fresh.get_data()
    for path in data.measured_files():
        lines: dict[int, set[int]] = defaultdict(set)
        for line, contexts in data.contexts_by_lineno(path).items():
            lines[line] = {int(c) for c in contexts if c}
        measured.tests[_name(path)] = dict(lines)
    out.write_bytes(pickle.dumps(measured))
    return _KILLED


def _name(path: str) -> str:
    return str(Path(path).resolve().relative_to(ROOT))


def _module(change: dict[str, Any]) -> str:
    return str(change["path"]).removesuffix(".py").replace("/", ".")


def _code_of(code: CodeType, qualified: str) -> CodeType | None:
    for part in qualified.split("."):
        code_or_none = next((c for c in code.co_consts if isinstance(c, CodeType) and c.co_name == part), None)
        if code_or_none is None:
            return None
        code = code_or_none
    return code


def _exchange(change: dict[str, Any]) -> bool:
    """Gives the loaded function the changed code. False where that is not the whole of the change (default values, class statements)."""
    if not change["function"]:
        return False
    new = _code_of(compile(change["source"], str(ROOT / change["path"]), "exec", dont_inherit=True), change["function"])
    if new is None:
        return False
    found: Any = importlib.import_module(_module(change))
    for part in change["function"].split("."):
        found = vars(found)[part]
    function = getattr(found, "__func__", found)
    if not isinstance(function, FunctionType) or function.__code__ == new:
        return False
    function.__code__ = new
    return True


class Trials:
    """pytest plugin: instead of running the tests, tries every change of `changes` and writes what came of it to `out`."""

    def __init__(self, changes: list[dict[str, Any]], out: Path, minutes: float, workers: int) -> None:
        self.changes, self.out, self.minutes, self.workers = changes, out, minutes, workers
        self.seen = coverage.Coverage(data_file=None, include=["r57monitor/text/*", "r57monitor/figures/*"])
        self.seen.start()

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.seen.stop()
        folder = Path(tempfile.mkdtemp(prefix="r57-mutants-"))  # not removed at exit: children of children would do that too
        try:
            self._try_all(session.items, folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return True

    def _try_all(self, items: list[pytest.Item], folder: Path) -> None:
        began = monotonic()
        _forked(lambda: _measure(items, self.seen, folder / "measured"))
        measured: Measured = pickle.loads((folder / "measured").read_bytes())  # noqa: S301 (written by the line above)
        if measured.failing:
            raise pytest.UsageError(f"these tests fail without any change: {', '.join(measured.failing[:5])}")
        parts = []
        for part in range(self.workers):
            child = os.fork()
            if not child:
                try:
                    self._try_some(items, measured, folder / str(part), began, part)
                finally:
                    os._exit(0)
            parts.append(child)
        for child in parts:
            os.waitpid(child, 0)
        found = [folder / str(part) / "tried" for part in range(self.workers)]
        self.out.write_text("".join(file.read_text("utf-8") for file in found), "utf-8")

    def _try_some(self, items: list[pytest.Item], measured: Measured, folder: Path, began: float, part: int) -> None:
        """Every change of one worker's share, while the minutes last."""
        folder.mkdir()
        with (folder / "tried").open("w", encoding="utf-8") as out:
            for number, change in enumerate(self.changes[part :: self.workers], 1):
                row = {key: value for key, value in change.items() if key != "source"} | self.trial(items, measured, change, folder)
                out.write(json.dumps(row, ensure_ascii=False) + "\n")
                out.flush()
                if number % 25 == 0:
                    os.write(2, f"{number} of {len(self.changes) // self.workers} changes tried\n".encode())
                if monotonic() - began > self.minutes * 60:
                    break

    def trial(self, items: list[pytest.Item], measured: Measured, change: dict[str, Any], folder: Path) -> dict[str, Any]:
        """{"outcome": "noticed" | "not noticed", "tests": how many were chosen}."""
        chosen = measured.chosen(change["path"], change["line"])
        at_import = change["line"] in measured.importing.get(change["path"], ())
        code = _LIVES if at_import and change["function"] == "" else _forked(lambda: _warm(items, chosen, change), BUDGET_S * _PATIENCE)
        if code == _FAULT or (code == _LIVES and at_import):
            code = _cold([items[n].nodeid for n in chosen], change, folder)
        return {"outcome": "noticed" if code == _KILLED else "not noticed", "tests": len(chosen)}


def _warm(items: list[pytest.Item], chosen: list[int], change: dict[str, Any]) -> int:
    nowhere = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 (held until this child ends: its loss would fail a test)
    sys.stdout = sys.stderr = nowhere
    if not _exchange(change):
        return _FAULT
    for at, number in enumerate(chosen):
        if _fails(items, number, chosen[at + 1] if at + 1 < len(chosen) else None):
            return _KILLED
    return _LIVES


def _cold(names: list[str], change: dict[str, Any], folder: Path) -> int:
    """The same tests in a fresh process that imports the changed module."""
    if not names:
        return _LIVES
    (folder / "source").write_text(change["source"], "utf-8")
    (folder / "names").write_text("\n".join(names), "utf-8")
    env = {**os.environ, "R57_MUTANT_MODULE": _module(change), "R57_MUTANT_SOURCE": str(folder / "source")}

    def limited() -> None:
        allowed = int(BUDGET_S * _PATIENCE) + 20
        resource.setrlimit(resource.RLIMIT_CPU, (allowed, allowed + 1))

    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-p", "tools.mutants.cold", f"@{folder / 'names'}"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, check=False, preexec_fn=limited)
    return _LIVES if done.returncode == 0 else _KILLED


def main(changes: Path, out: Path, minutes: float, workers: int, tests: list[str]) -> int:
    """Tries the changes of a JSON Lines file in an order of chance until they or the minutes are through; pytest's exit code."""
    os.chdir(ROOT)
    rows = [json.loads(line) for line in changes.read_text("utf-8").splitlines()]
    random.Random(0).shuffle(rows)  # noqa: S311 (what is tried when time ends is a fair part)
    return int(pytest.main(["-q", "-p", "no:cacheprovider", "-m", "not slow", *tests], plugins=[Trials(rows, out, minutes, workers)]))


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4]), sys.argv[5:]))
