"""Processes that work one task at a time, each over pipes of its own (process.py), and can be timed, killed and replaced one by one.

No lock or queue is shared between processes: one that dies at any moment, by whatever hand, holds up no other.
(A pool with a shared pipe and lock stands still for good when a waiting worker is killed from outside; measured.)
Tasks and answers travel several at a time: each way costs the reactor a change of threads, more than packing a page does.
A task that is tried again goes alone: the time and the memory that it is judged by are then its own.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from concurrent.futures import Future
from contextlib import suppress
from multiprocessing.reduction import ForkingPickler
from typing import Any

from pipelines.board import Board, Job, Task
from pipelines.process import Process
from r57monitor.errors import R57Error
from r57monitor.lump import LUMP

TRIES = 2
AHEAD = 2 * LUMP  # tasks in a process's hands, the one at work and those done and not yet sent back among them
_CLOSED = "the readers were closed before the page was read."


class TaskLost(Exception):  # noqa: N818 (named for what happened)
    """A task that killed its process or kept it too long, every time it was tried; the message says which."""


class ProcessLanes:
    """`size` lanes, each a thread that feeds one process. begin(*arguments): run once in every new process.

    timeout_s: for one task; a process that takes longer is killed and replaced. A task is tried twice.
    first: how many lanes begin at once; each `grow` begins one more.
    """

    def __init__(self, size: int, timeout_s: float, begin: Task, arguments: tuple[Any, ...], first: int | None = None) -> None:
        self._board = Board()
        self._spare = [_Lane(self._board, timeout_s, begin, arguments) for _ in range(size)]
        self._lanes: list[_Lane] = []
        for _ in range(size if first is None else first):
            self.grow()

    def grow(self) -> None:
        """Begin one more lane, if not all of them work."""
        if self._spare:
            self._lanes.append(self._spare.pop())
            self._lanes[-1].start()

    def submit(self, task: Task, *arguments: Any, is_urgent: bool = False, is_heavy: bool = False) -> Future[Any]:
        """Run a module-level function in one of the processes. The future raises TaskLost, or R57Error where none can start.

        is_urgent: before all that wait. is_heavy: it may need much memory; only one such task runs at a time.
        """
        future: Future[Any] = Future()
        self._board.put(Job(task, arguments, future, is_heavy), is_urgent=is_urgent)
        return future

    def close(self) -> None:
        """Kill the processes and cancel what waits."""
        for lane in self._lanes:
            lane.stop()
        for job in self._board.close():
            _cancel(job)
        for lane in self._lanes:
            lane.join()


def _cancel(job: Job) -> None:
    if not job.future.cancel():  # it was begun by a process that is gone
        job.future.set_exception(R57Error(_CLOSED))


def _pack(job: Job) -> Any:
    """The message that carries a job, its size noted."""
    message = ForkingPickler.dumps((job.task, job.arguments))
    job.size = len(message)
    return message


class _Lane(threading.Thread):
    def __init__(self, board: Board, timeout_s: float, begin: Task, arguments: tuple[Any, ...]) -> None:
        super().__init__(name="lane", daemon=True)
        self._board = board
        self._timeout = timeout_s
        self._begin = (begin, arguments)
        self._process: Process | None = None
        self._held: deque[Job] = deque()  # sent and not answered yet, the one at work first
        self._since = 0.0  # when that one was begun
        self.is_closing = False

    def run(self) -> None:
        with suppress(R57Error):  # the first task says so
            self._start()
        while (job := self._board.take()) is not None:
            if not job.begin():
                self._board.end(job)
                continue
            self._held.append(job)
            while self._held:
                self._work()
        self._end_process()

    def _work(self) -> None:
        """Begin the first task held, fill up what can be sent ahead, and settle the tasks that are answered."""
        try:
            process = self._process or self._start()
        except R57Error as error:
            self._fail(error)
            return
        try:
            first = [_pack(self._held[0])]
            self._since = time.monotonic()
            while self._held:
                if messages := first + self._take_ahead(process):
                    process.send(messages)
                first = []
                answers, is_grown = process.receive(self._since + self._timeout - time.monotonic())
                self._since = time.monotonic()
                for answer in answers:
                    self._settle(answer)
                if is_grown:  # a fresh process takes its place before the next task
                    self._lose_process()
        except TimeoutError:
            self._blame(process, f"the page kept its reader busy for more than {self._timeout:g} s")
        except (EOFError, OSError):
            self._blame(process, "the page killed its reader")

    def _take_ahead(self, process: Process) -> list[Any]:
        """Light tasks, packed, as many as the pipe surely holds beside what is in it."""
        messages: list[Any] = []
        if self._held[0].is_heavy or self._held[0].tries:
            return messages
        room = process.room - sum(job.size for job in self._held)
        while len(self._held) < AHEAD and (job := self._board.take_ahead(room, len(self._held))) is not None:
            message = _pack(job)
            if job.size > room:  # it waits until the others are done
                self._give_back([job])
                break
            if job.begin():
                room -= job.size
                self._held.append(job)
                messages.append(message)
        return messages

    def _settle(self, answer: Any) -> None:
        job = self._held.popleft()
        self._board.end(job)
        job.future.set_result(answer)

    def _blame(self, process: Process, why: str) -> None:
        """The task at work lost its process; it is tried once more, and those before and behind it go back to the board."""
        place = min(process.place_at_work(), len(self._held) - 1)
        job = self._held[place]
        del self._held[place]
        self._lose_process()
        job.tries += 1
        if job.tries >= TRIES:
            self._board.end(job)
            job.future.set_exception(TaskLost(f"{why}, {TRIES} times"))
        else:
            self._held.append(job)

    def _lose_process(self) -> None:
        """End the process; the tasks that were sent ahead wait again."""
        self._end_process()
        self._give_back(list(self._held))
        self._held.clear()

    def _give_back(self, jobs: list[Job]) -> None:
        if not self._board.put_back(jobs):
            for job in jobs:
                _cancel(job)

    def _fail(self, error: R57Error) -> None:
        while self._held:
            job = self._held.popleft()
            self._board.end(job)
            job.future.set_exception(error)

    def _start(self) -> Process:
        self._check_open()
        process = self._process = Process(*self._begin)
        self._check_open()
        try:
            process.wait_until_ready()
        except R57Error:
            self._end_process()
            raise
        return process

    def _check_open(self) -> None:
        if self.is_closing:
            self._end_process()
            raise R57Error(_CLOSED)

    def stop(self) -> None:
        """From another thread: take no new task, and give up the one at hand."""
        self.is_closing = True
        if (process := self._process) is not None:
            process.kill()

    def _end_process(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.end()
