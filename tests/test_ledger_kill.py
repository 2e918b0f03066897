"""Load and publish killed at twenty random moments: nothing half-written is seen, nothing is there twice, nothing is lost."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from itertools import accumulate
from pathlib import Path

import pytest

from tests.replay26.generate import generate
from tests.replay26.load import BATCH, PROVINCES, WEEKS, load
from tests.replay26.rows import pages_by_week
from tests.test_asof import canonical
from warehouse.home import Home
from warehouse.publish import check_expectations
from warehouse.queries import open_published

pytestmark = pytest.mark.slow

KILLS = 20


def test_killed_loads_and_publishes(tmp_path: Path) -> None:
    whole = Home(tmp_path / "whole")
    begun = time.monotonic()
    load(whole)
    lasts = time.monotonic() - begun
    chance = random.Random(57)
    killed, seen = Home(tmp_path / "killed"), list[int]()
    for _ in range(KILLS):
        _start_and_kill(killed, chance.uniform(0, lasts))
        seen.append(_look(killed))
    assert seen == sorted(seen)  # what was published stays published
    assert _start_and_kill(killed, None) == 0
    with open_published(whole) as one, open_published(killed) as other:
        expected, found = canonical(one), canonical(other)
        assert one.rows("SELECT count(*) AS n FROM core.texts") == other.rows("SELECT count(*) AS n FROM core.texts")
    assert {name for name in expected if expected[name] != found[name]} <= {"snapshot", "snapshots"}
    assert not list(killed.path.glob("publishing-*"))


def _start_and_kill(home: Home, after: float | None) -> int:
    process = subprocess.Popen([sys.executable, "-m", "tests.replay26.load", str(home.path)], stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        if after is not None:
            time.sleep(after)
            process.kill()
        return process.wait(120)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()  # type: ignore[union-attr]


def _look(home: Home) -> int:
    """Number of fetches in the published file, which is whole: every batch is in it or is not."""
    if home.resolve_published() is None:
        return 0
    pages = pages_by_week(generate(provinces=PROVINCES, weeks=WEEKS))
    sizes = [len(pages[week][start : start + BATCH]) for week in range(WEEKS) for start in range(0, len(pages[week]), BATCH)]
    with open_published(home) as reader:
        check_expectations(reader.cursor())
        count = int(reader.rows("SELECT count(*) AS n FROM core.fetches")[0]["n"])
        assert count == reader.rows("SELECT count(DISTINCT fetch_id) AS n FROM core.fetches")[0]["n"]
    assert count in {0, *accumulate(sizes)}
    return count
