"""Load and publish killed at twenty random moments: nothing half-written is seen, nothing is there twice, nothing is lost."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from bisect import bisect
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import accumulate
from pathlib import Path

import pytest

from tests.processes import has_work, processor_seconds
from tests.replay26.load import load, press
from tests.test_asof import canonical
from warehouse.home import Home
from warehouse.publish import check_expectations
from warehouse.queries import open_published

pytestmark = pytest.mark.slow

KILLS = 20


def test_killed_loads_and_publishes(tmp_path: Path) -> None:
    whole, killed = Home(tmp_path / "whole"), Home(tmp_path / "killed")
    begun = list[float]()
    load(whole, begin=lambda: begun.append(time.process_time()))  # of the processor, which a busy machine stretches least
    ended, chance = time.process_time(), random.Random(57)
    # Each run is killed later than the one before: it takes the last step of that one again, and dies over something new.
    moments = sorted(chance.uniform(begun[0], ended) for _ in range(KILLS))
    codes, seen, taken = list[int](), list[int](), 0
    with _loader() as loader:
        for moment in moments:
            step = bisect(begun, moment)
            left_out = max(0, min(taken, step) - 1)
            codes.append(_load_and_kill(loader, killed, left_out, step - left_out, moment - begun[step - 1]))
            taken = step - 1  # the step it was killed in may be half-done, those before it are not
            seen.append(_look(killed))
        assert seen == sorted(seen)  # what was published stays published
        assert codes.count(-signal.SIGKILL) > KILLS // 2
        assert _load_and_kill(loader, killed, 0, None, 0) == 0
    with open_published(whole) as one, open_published(killed) as other:
        expected, found = canonical(one), canonical(other)
        assert one.rows("SELECT count(*) AS n FROM core.texts") == other.rows("SELECT count(*) AS n FROM core.texts")
    assert {name for name in expected if expected[name] != found[name]} <= {"snapshot", "snapshots"}
    assert not list(killed.path.glob("publishing-*"))


@contextmanager
def _loader() -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.replay26.load"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


def _load_and_kill(loader: subprocess.Popen[str], home: Home, left_out: int, step: int | None, after: float) -> int:
    """The exit code of a load that is killed after so many seconds of work from a step on, or left alone; it may have ended before.

    left_out: steps it does not take. step: counted without these.
    """
    assert loader.stdin is not None
    assert loader.stdout is not None
    loader.stdin.write(f"{left_out} {home.path}\n")
    loader.stdin.flush()
    child, begun = int(loader.stdout.readline()), 0
    while (line := loader.stdout.readline()) == "step\n":
        begun += 1
        if begun == step:
            _kill_after(child, after)
    word, _, code = line.partition(" ")
    assert word == "ended", line
    loader.stdin.write("seen\n")
    return int(code)


def _kill_after(child: int, seconds: float) -> None:
    """Kill a process when it has had so many seconds more of the processor, or has ended."""
    until = processor_seconds(child) + seconds
    while processor_seconds(child) < until and has_work(child):
        time.sleep(0.005)
    os.kill(child, signal.SIGKILL)


def _look(home: Home) -> int:
    """Number of fetches in the published file, which is whole: every batch is in it or is not."""
    if home.resolve_published() is None:
        return 0
    with open_published(home) as reader:
        check_expectations(reader.cursor())
        count = int(reader.rows("SELECT count(*) AS n FROM core.fetches")[0]["n"])
        assert count == reader.rows("SELECT count(DISTINCT fetch_id) AS n FROM core.fetches")[0]["n"]
    assert count in {0, *accumulate(len(batch) for batches in press()[1] for batch in batches)}
    return count
