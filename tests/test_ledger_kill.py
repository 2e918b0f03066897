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
    load(whole, begin=lambda: begun.append(time.monotonic()))
    ended, chance = time.monotonic(), random.Random(57)
    # Each run is killed later than the one before: it repeats quickly what is stored, and dies over something new.
    moments = sorted(chance.uniform(begun[0], ended) for _ in range(KILLS))
    codes, seen = list[int](), list[int]()
    with _loader() as loader:
        for moment in moments:
            step = bisect(begun, moment)
            codes.append(_load_and_kill(loader, killed, step, moment - begun[step - 1]))
            seen.append(_look(killed))
        assert seen == sorted(seen)  # what was published stays published
        assert codes.count(-signal.SIGKILL) > KILLS // 2
        assert _load_and_kill(loader, killed, None, 0) == 0
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


def _load_and_kill(loader: subprocess.Popen[str], home: Home, step: int | None, after: float) -> int:
    """The exit code of a load that is killed so long after it began a step, or left alone; it may have ended before."""
    assert loader.stdin is not None
    assert loader.stdout is not None
    loader.stdin.write(f"{home.path}\n")
    loader.stdin.flush()
    child, begun = int(loader.stdout.readline()), 0
    while (line := loader.stdout.readline()) == "step\n":
        begun += 1
        if begun == step:
            time.sleep(after)
            os.kill(child, signal.SIGKILL)
    word, _, code = line.partition(" ")
    assert word == "ended", line
    loader.stdin.write("seen\n")
    return int(code)


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
