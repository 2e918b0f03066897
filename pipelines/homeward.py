"""The way of results from other threads into an event loop: those that come close together wake it once."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from contextlib import suppress
from typing import Any

GATHER_S = 0.005  # a result waits so long for others; waking the loop costs about as much as a small stage of reading


class Homeward:
    """What `asyncio.wrap_future` does, for many futures at a time. Of one event loop at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._done: list[tuple[asyncio.Future[Any], Future[Any]]] = []
        self._is_woken = False

    def bring(self, future: Future[Any]) -> asyncio.Future[Any]:
        """A future of the running loop that will have this one's result; cancelling it cancels this one."""
        loop = asyncio.get_running_loop()
        waiting: asyncio.Future[Any] = loop.create_future()
        if self._loop is not loop:
            with self._lock:  # what was to come home to another loop is not waited for any more
                self._loop, self._done, self._is_woken = loop, [], False

        def cancel(_: asyncio.Future[Any]) -> None:
            if waiting.cancelled():
                future.cancel()

        def note(_: Future[Any]) -> None:
            self._note(waiting, future)

        waiting.add_done_callback(cancel)
        future.add_done_callback(note)
        return waiting

    def _note(self, waiting: asyncio.Future[Any], future: Future[Any]) -> None:
        with self._lock:
            loop = waiting.get_loop()
            if loop is not self._loop:
                return
            self._done.append((waiting, future))
            wakes, self._is_woken = not self._is_woken, True
        if wakes:
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(loop.call_later, GATHER_S, self._deliver)

    def _deliver(self) -> None:
        with self._lock:
            done, self._done = self._done, []
            self._is_woken = False
        for waiting, future in done:
            if waiting.done():
                continue
            if future.cancelled():
                waiting.cancel()
            elif (error := future.exception()) is not None:
                waiting.set_exception(error)
            else:
                waiting.set_result(future.result())
