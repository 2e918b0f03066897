"""Jobs that wait for a process to work them: the urgent before the others, and of the heavy only one at a time."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

_PASSED = 1_000  # jobs looked past for a light one

Task = Callable[..., Any]


@dataclass(slots=True)
class Job:
    """One task; `tries` counts the processes that it has cost."""

    task: Task
    arguments: tuple[Any, ...]
    future: Future[Any]
    is_heavy: bool
    tries: int = 0
    size: int = 0  # bytes of the message that carries it, once that was made
    is_begun: bool = False

    def begin(self) -> bool:
        """Whether it is still wanted; from then on it cannot be cancelled."""
        self.is_begun = self.is_begun or self.future.set_running_or_notify_cancel()
        return self.is_begun


class Board:
    """Jobs that wait. Of the heavy ones only one is given out at a time, so that memory stays bounded."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: tuple[deque[Job], deque[Job]] = (deque(), deque())
        self._idle = 0  # lanes that wait for a job
        self._has_heavy = False
        self._is_closed = False

    def put(self, job: Job, *, is_urgent: bool) -> None:
        with self._changed:
            self._waiting[0 if is_urgent else 1].append(job)
            self._changed.notify()

    def put_back(self, jobs: list[Job]) -> bool:
        """Take back, in their order, jobs that a lane had and could not work; they go first. False where the board is closed."""
        with self._changed:
            if not self._is_closed:
                self._waiting[0].extendleft(reversed(jobs))
                self._changed.notify_all()
            return not self._is_closed

    def take(self) -> Job | None:
        """The next job that may be begun; None when the board is closed."""
        with self._changed:
            self._idle += 1
            try:
                while not self._is_closed:
                    job = self._next()
                    if job is not None:
                        return job
                    self._changed.wait()
            finally:
                self._idle -= 1
        return None

    def take_ahead(self, room: int, held: int) -> Job | None:
        """A light job for a lane that is busy with another; None where there is none, or another lane should have it.

        room: bytes; a job that is known to need more is passed over. held: jobs in the lane's hands: towards the end, when fewer
        wait, it takes no more, so that no lane works on alone while the others have nothing left.
        """
        with self._changed:
            if self._is_closed or sum(map(len, self._waiting)) <= max(self._idle, held - 1):
                return None
            return self._next(room)

    def _next(self, room: int | None = None) -> Job | None:
        for waiting in self._waiting:
            for place, job in enumerate(waiting):
                if (job.is_heavy and (self._has_heavy or room is not None)) or (room is not None and job.size > room):
                    if place > _PASSED:
                        break
                    continue
                del waiting[place]
                self._has_heavy = self._has_heavy or job.is_heavy
                return job
        return None

    def end(self, job: Job) -> None:
        """Say that a job is over."""
        if job.is_heavy:
            with self._changed:
                self._has_heavy = False
                self._changed.notify_all()

    def close(self) -> list[Job]:
        """Give out nothing more; the jobs that waited."""
        with self._changed:
            self._is_closed = True
            left = [*self._waiting[0], *self._waiting[1]]
            for waiting in self._waiting:
                waiting.clear()
            self._changed.notify_all()
        return left
