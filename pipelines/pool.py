"""Processes that work one task at a time, each over a pipe of its own, and can be timed, killed and replaced one by one.

No lock or queue is shared between processes: one that dies at any moment, by whatever hand, holds up no other.
(A pool with a shared pipe and lock stands still for good when a waiting worker is killed from outside; measured.)
"""

from __future__ import annotations

import multiprocessing
import os
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

from r57monitor.errors import R57Error

START_TIMEOUT_S = 180.0  # loading the rules takes 2 s, on a busy machine much longer
TRIES = 2

Task = Callable[..., Any]
_Job = tuple[Task, tuple[Any, ...], "Future[Any]"]


class TaskLost(Exception):  # noqa: N818 (named for what happened)
    """A task that killed its process or kept it too long, every time it was tried; the message says which."""


class ProcessLanes:
    """`size` lanes, each a thread that feeds one process. begin(*arguments): run once in every new process.

    timeout_s: for one task; a process that takes longer is killed and replaced. A task is tried twice.
    """

    def __init__(self, size: int, timeout_s: float, begin: Task, arguments: tuple[Any, ...]) -> None:
        self._jobs: queue.Queue[_Job | None] = queue.Queue()
        self._lanes = [_Lane(self._jobs, timeout_s, begin, arguments) for _ in range(size)]
        for lane in self._lanes:
            lane.start()

    def submit(self, task: Task, *arguments: Any) -> Future[Any]:
        """Run a module-level function in one of the processes. The future raises TaskLost, or R57Error where none can start."""
        future: Future[Any] = Future()
        self._jobs.put((task, arguments, future))
        return future

    def close(self) -> None:
        """Kill the processes and cancel what waits."""
        for lane in self._lanes:
            lane.stop()
        with suppress(queue.Empty):
            while True:
                job = self._jobs.get_nowait()
                if job is not None:
                    job[2].cancel()
        for _ in self._lanes:
            self._jobs.put(None)
        for lane in self._lanes:
            lane.join()


class _Lane(threading.Thread):
    def __init__(self, jobs: queue.Queue[_Job | None], timeout_s: float, begin: Task, arguments: tuple[Any, ...]) -> None:
        super().__init__(name="lane", daemon=True)
        self._jobs = jobs
        self._timeout = timeout_s
        self._begin = (begin, arguments)
        self._context = multiprocessing.get_context("spawn")
        self._process: Any = None
        self._pipe: Connection | None = None
        self.is_closing = False

    def run(self) -> None:
        with suppress(R57Error):  # the first task says so
            self._start()
        while (job := self._jobs.get()) is not None:
            task, arguments, future = job
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(self._work(task, arguments))
            except (TaskLost, R57Error) as error:
                future.set_exception(error)
        self.kill()

    def _work(self, task: Task, arguments: tuple[Any, ...]) -> Any:
        why = ""
        for _ in range(TRIES):
            pipe = self._pipe or self._start()
            try:
                pipe.send((task, arguments))
                if pipe.poll(self._timeout):
                    return pipe.recv()
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
    while True:
        try:
            task, given = pipe.recv()
        except (EOFError, OSError):
            return
        pipe.send(task(*given))
