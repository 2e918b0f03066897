"""Fetches of many sources share one fsync: who comes while one is under way waits for the next, and the reactor for none."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from r57monitor.errors import ArchiveError


class SharedSync:
    """sync: makes safe what was written before it; runs in a thread, one at a time, and raises ArchiveError.

    drop: takes back what is not safe, after a sync that failed; all who wait then get the error.
    """

    def __init__(self, sync: Callable[[], None], drop: Callable[[], None]) -> None:
        self._sync = sync
        self._drop = drop
        self._waiting: list[asyncio.Future[None]] = []
        self._task: asyncio.Task[None] | None = None

    async def wait(self) -> None:
        """Return when all that was written before this call is safe."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        if self._task is None:
            self._task = asyncio.ensure_future(self._run())
        await future

    async def _run(self) -> None:
        try:
            while self._waiting:
                group, self._waiting = self._waiting, []
                try:
                    await asyncio.to_thread(self._sync)
                except ArchiveError as error:
                    self._drop()
                    self.fail(error, group)
                else:
                    for future in group:
                        if not future.done():
                            future.set_result(None)
        finally:
            self._task = None

    def fail(self, error: ArchiveError, group: list[asyncio.Future[None]] | None = None) -> None:
        """Tell a group and all who wait that what they wrote is not safe."""
        group, self._waiting = [*(group or []), *self._waiting], []
        for future in group:
            if not future.done():
                future.set_exception(error)
