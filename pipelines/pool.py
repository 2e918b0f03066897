"""Processes that work one task at a time, each over a pipe of its own, and can be timed, killed and replaced one by one.

No lock or queue is shared between processes: one that dies at any moment, by whatever hand, holds up no other.
(A pool with a shared pipe and lock stands still for good when a waiting worker is killed from outside; measured.)
"""

from __future__ import annotations

import ctypes
import gc
import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from r57monitor.errors import R57Error

START_TIMEOUT_S = 180.0  # loading the rules takes 2 s, on a busy machine much longer
TRIES = 2
GROWN_BYTES = 80 * 2**20  # more than a process held when it was ready; ordinary pages add some 30 MB
_HEAVY_PASSED = 1_000  # heavy jobs looked past for a light one

Task = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class _Job:
    task: Task
    arguments: tuple[Any, ...]
    future: Future[Any]
    is_heavy: bool


class _Board:
    """Jobs that wait, the urgent first; of the heavy ones only one is given out at a time, so that memory stays bounded."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: tuple[deque[_Job], deque[_Job]] = (deque(), deque())
        self._has_heavy = False
        self._is_closed = False

    def put(self, job: _Job, *, is_urgent: bool) -> None:
        with self._changed:
            self._waiting[0 if is_urgent else 1].append(job)
            self._changed.notify_all()

    def take(self) -> _Job | None:
        """The next job that may be begun; None when the board is closed."""
        with self._changed:
            while not self._is_closed:
                job = self._next()
                if job is not None:
                    return job
                self._changed.wait()
        return None

    def _next(self) -> _Job | None:
        for waiting in self._waiting:
            for place, job in enumerate(waiting):
                if job.is_heavy and self._has_heavy:
                    if place > _HEAVY_PASSED:
                        break
                    continue
                del waiting[place]
                self._has_heavy = self._has_heavy or job.is_heavy
                return job
        return None

    def end(self, job: _Job) -> None:
        """Say that a job is over."""
        if job.is_heavy:
            with self._changed:
                self._has_heavy = False
                self._changed.notify_all()

    def close(self) -> list[_Job]:
        """Give out nothing more; the jobs that waited."""
        with self._changed:
            self._is_closed = True
            left = [*self._waiting[0], *self._waiting[1]]
            for waiting in self._waiting:
                waiting.clear()
            self._changed.notify_all()
        return left


class TaskLost(Exception):  # noqa: N818 (named for what happened)
    """A task that killed its process or kept it too long, every time it was tried; the message says which."""


class ProcessLanes:
    """`size` lanes, each a thread that feeds one process. begin(*arguments): run once in every new process.

    timeout_s: for one task; a process that takes longer is killed and replaced. A task is tried twice.
    """

    def __init__(self, size: int, timeout_s: float, begin: Task, arguments: tuple[Any, ...]) -> None:
        self._board = _Board()
        self._lanes = [_Lane(self._board, timeout_s, begin, arguments) for _ in range(size)]
        for lane in self._lanes:
            lane.start()

    def submit(self, task: Task, *arguments: Any, is_urgent: bool = False, is_heavy: bool = False) -> Future[Any]:
        """Run a module-level function in one of the processes. The future raises TaskLost, or R57Error where none can start.

        is_urgent: before all that wait. is_heavy: it may need much memory; only one such task runs at a time.
        """
        future: Future[Any] = Future()
        self._board.put(_Job(task, arguments, future, is_heavy), is_urgent=is_urgent)
        return future

    def close(self) -> None:
        """Kill the processes and cancel what waits."""
        for lane in self._lanes:
            lane.stop()
        for job in self._board.close():
            job.future.cancel()
        for lane in self._lanes:
            lane.join()


class _Lane(threading.Thread):
    def __init__(self, board: _Board, timeout_s: float, begin: Task, arguments: tuple[Any, ...]) -> None:
        super().__init__(name="lane", daemon=True)
        self._board = board
        self._timeout = timeout_s
        self._begin = (begin, arguments)
        self._context = multiprocessing.get_context("spawn")
        self._process: Any = None
        self._pipe: Connection | None = None
        self.is_closing = False

    def run(self) -> None:
        with suppress(R57Error):  # the first task says so
            self._start()
        while (job := self._board.take()) is not None:
            if job.future.set_running_or_notify_cancel():
                try:
                    result = self._work(job.task, job.arguments)
                except (TaskLost, R57Error) as error:
                    self._board.end(job)
                    job.future.set_exception(error)
                else:
                    self._board.end(job)
                    job.future.set_result(result)
            else:
                self._board.end(job)
        self.kill()

    def _work(self, task: Task, arguments: tuple[Any, ...]) -> Any:
        why = ""
        for _ in range(TRIES):
            pipe = self._pipe or self._start()
            try:
                pipe.send((task, arguments))
                if pipe.poll(self._timeout):
                    answer, is_grown = pipe.recv()
                    if is_grown:
                        self.kill()  # a fresh process takes its place before the next task
                    return answer
                why = f"the page kept its reader busy for more than {self._timeout:g} s"
            except (EOFError, OSError):
                why = "the page killed its reader"
            self.kill()
        raise TaskLost(f"{why}, {TRIES} times")

    def _start(self) -> Connection:
        self._check_open()
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_serve, args=(theirs, os.getpid(), *self._begin), daemon=True)
        process.start()
        theirs.close()
        self._process, self._pipe = process, ours
        self._check_open()
        try:
            ready = ours.poll(START_TIMEOUT_S) and ours.recv()
        except (EOFError, OSError):
            ready = False
        if ready is not True:
            self.kill()
            raise R57Error(f"the processes that read pages cannot start{f': {ready}' if ready else ''}.")
        return ours

    def _check_open(self) -> None:
        if self.is_closing:
            self.kill()
            raise R57Error("the readers were closed before the page was read.")

    def stop(self) -> None:
        """From another thread: take no new task, and give up the one at hand."""
        self.is_closing = True
        if (process := self._process) is not None:
            process.kill()

    def kill(self) -> None:
        """End this lane's process, if it has one."""
        process, pipe = self._process, self._pipe
        self._process = self._pipe = None
        if process is not None:
            process.kill()
            process.join()
        if pipe is not None:
            pipe.close()


def _serve(pipe: Connection, parent: int, begin: Task, arguments: tuple[Any, ...]) -> None:
    """Life of one process: get ready, then one task after another until the pipe closes."""
    try:
        begin(parent, *arguments)
    except R57Error as error:
        pipe.send(str(error))
        return
    pipe.send(True)
    usual = _resident_bytes() + GROWN_BYTES
    while True:
        try:
            task, given = pipe.recv()
        except (EOFError, OSError):
            return
        answer = task(*given)
        pipe.send((answer, _has_grown(usual)))


def _has_grown(usual: int) -> bool:
    """Whether this process holds much more memory than when it was ready; what can be given back is given back first."""
    if _resident_bytes() < usual:
        return False
    gc.collect()
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
    return _resident_bytes() >= usual


def _resident_bytes() -> int:
    """Memory this process holds; 0 where the system does not say (then only the limit of its data bounds it)."""
    try:
        return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0
