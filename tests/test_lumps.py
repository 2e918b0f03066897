"""Pages that one process reads side by side."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from concurrent.futures import Future
from multiprocessing.reduction import ForkingPickler
from typing import Any

import pytest

from pipelines.pool import ProcessLanes, TaskLost
from pipelines.worker import finish, work
from r57monitor.lump import LUMP

TRACE: list[str] = []


def steps(name: str, count: int) -> Generator[None, None, str]:
    for number in range(count):
        TRACE.append(f"{name}{number}")
        yield
    return name.upper()


def at_once(name: str) -> str:
    TRACE.append(name)
    return name


def test_tasks_go_on_step_by_step_and_are_answered_in_order() -> None:
    TRACE.clear()
    places: list[int] = []
    tasks = [(steps, ("a", 3)), (at_once, ("b",)), (steps, ("c", 1)), (steps, ("d", 2))]
    assert work([bytes(ForkingPickler.dumps(task)) for task in tasks], places.append) == ["A", "b", "C", "D"]
    assert TRACE == ["b", "a0", "c0", "d0", "a1", "d1", "a2"]
    assert places == [0, 1, 2, 3, 0, 2, 3, 0, 2, 3, 0, 3, 0], "who went on is known at every moment"
    assert finish(steps("e", 2)) == "E"


def begin() -> None:
    pass


def nap(seconds: float, count: int) -> Generator[None, None, float]:
    for _ in range(count):
        time.sleep(seconds / count)
        yield
    return seconds


@pytest.fixture(scope="module")
def lanes() -> Iterator[ProcessLanes]:
    lanes = ProcessLanes(1, 4.0, begin, ())
    yield lanes
    lanes.close()


def settled(future: Future[Any]) -> object:
    try:
        return future.result()
    except TaskLost as lost:
        return str(lost)


@pytest.mark.slow
def test_slow_tasks_that_keep_the_time_alone_are_not_blamed_for_each_other(lanes: ProcessLanes) -> None:
    first = lanes.submit(nap, 0.5, 1)  # the others come together meanwhile
    slow = [lanes.submit(nap, 1.5, 3) for _ in range(5)]
    endless = lanes.submit(nap, 60.0, 2)
    assert [settled(task) for task in (first, *slow)] == [0.5, *[1.5] * 5]
    assert settled(endless) == "the page kept its reader busy for more than 4 s, 2 times"
    assert LUMP > 7
