"""Results that come into an event loop together, and garbage that is looked for by what came."""

from __future__ import annotations

import asyncio
import gc
from concurrent.futures import Future
from typing import Any

import pytest

from pipelines.homeward import Homeward
from spiders.garbage import WHOLE_BYTES, WHOLE_PAGES, Garbage, collected_by_pages


def test_results_faults_and_cancelled_work_come_home_in_one_go() -> None:
    async def wait_for(home: Homeward) -> list[Any]:
        loop = asyncio.get_running_loop()
        futures: list[Future[int]] = [Future() for _ in range(4)]
        waiting = [home.bring(future) for future in futures]
        waiting[3].cancel()
        await asyncio.sleep(0)
        assert futures[3].cancelled()
        futures[2].cancel()
        await loop.run_in_executor(None, futures[0].set_result, 7)
        await loop.run_in_executor(None, futures[1].set_exception, ValueError("no"))
        return await asyncio.gather(*waiting, return_exceptions=True)

    home = Homeward()
    for _ in range(2):  # one loop after another
        seven, fault, *gone = asyncio.run(wait_for(home))
        assert seven == 7
        assert isinstance(fault, ValueError)
        assert all(isinstance(one, asyncio.CancelledError) for one in gone)


def test_what_one_loop_left_behind_does_not_hold_up_the_next() -> None:
    home, left = Homeward(), Future[int]()

    async def leave() -> None:
        home.bring(left)

    async def wait() -> int:
        future: Future[int] = Future()
        waiting = home.bring(future)
        left.set_result(1)
        future.set_result(2)
        return int(await waiting)

    asyncio.run(leave())
    assert asyncio.run(wait()) == 2


@pytest.mark.parametrize(("size", "pages"), [(WHOLE_BYTES // 4, 4), (1, WHOLE_PAGES)])
def test_a_whole_collection_comes_by_bytes_or_pages(size: int, pages: int) -> None:
    made: list[int] = []

    def note(phase: str, info: dict[str, int]) -> None:
        made.extend([info["generation"]] if phase == "start" else [])

    usual = gc.get_threshold()
    with collected_by_pages():
        garbage = Garbage()
        gc.callbacks.append(note)
        try:
            for _ in range(pages - 1):
                garbage.note(size)
            assert 2 not in made
            garbage.note(size)
            assert made.count(2) == 1
        finally:
            gc.callbacks.remove(note)
    assert gc.get_threshold() == usual
