"""One process that works tasks, and the two pipes to it.

The next tasks lie in its pipe while it works one: it never waits for the thread that feeds it, which in a crawl must first get its turn
beside the reactor. They never fill the pipe, so neither side can wait for the other without end. A number in memory that both sides see
says which of its tasks it is at, so that a process that dies or hangs is laid to the right page.
"""

from __future__ import annotations

import ctypes
import fcntl
import multiprocessing
import select
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from typing import Any

from pipelines.board import Task
from pipelines.worker import serve
from r57monitor.errors import R57Error

START_TIMEOUT_S = 180.0  # loading the rules takes 2 s, on a busy machine much longer
_PIPE_BYTES = 2**20  # the largest pipe that Linux gives everybody; others keep their own size
PRELOADED = ["pipelines.warm"]  # modules that a process has loaded when it begins as a copy
_SMALL_PIPE_BYTES = 16 * 2**10  # what every system's pipes hold


class Process:
    """One process and the two pipes to it. Raises R57Error where it cannot start, EOFError or OSError once it is gone."""

    def __init__(self, begin: Task, arguments: tuple[Any, ...]) -> None:
        context = _context()
        tasks, self._tasks = context.Pipe(duplex=False)
        self._answers, answers = context.Pipe(duplex=False)
        self._waiting = select.poll()  # Connection.poll makes a selector anew each time
        self._waiting.register(self._answers.fileno(), select.POLLIN)
        self.room = _pipe_room(self._tasks)
        self._begun = context.RawValue(ctypes.c_ulong, 0)
        self._answered = 0
        self._process = context.Process(target=serve, args=(tasks, answers, self._begun, begin, arguments), daemon=True)
        try:
            with _may_have_children():
                self._process.start()
        except (EOFError, OSError) as error:
            raise _no_start(str(error)) from error
        finally:
            tasks.close()
            answers.close()

    def wait_until_ready(self) -> None:
        try:
            ready = self._answers.poll(START_TIMEOUT_S) and self._answers.recv()
        except (EOFError, OSError):
            ready = False
        if ready is not True:
            raise _no_start(ready if isinstance(ready, str) else "")

    def send(self, messages: list[Any]) -> None:
        """Put packed tasks into the pipe, in one go."""
        self._tasks.send([bytes(message) for message in messages])

    def receive(self, timeout_s: float) -> tuple[list[Any], bool]:
        """The next answers, in the order of their tasks, and whether the process has grown too large. Raises TimeoutError."""
        if not self._waiting.poll(max(0.0, 1000 * timeout_s)):
            raise TimeoutError
        answers, is_grown = self._answers.recv()
        self._answered += len(answers)
        return answers, is_grown

    def place_at_work(self) -> int:
        """Which of the tasks that it has not answered the process is at, or was when it died; 0 is the oldest."""
        return max(0, int(self._begun.value) - self._answered - 1)

    def kill(self) -> None:
        self._process.kill()

    def end(self) -> None:
        self._process.kill()
        self._process.join()
        self._tasks.close()
        self._answers.close()


def _no_start(why: str) -> R57Error:
    return R57Error(f"the processes that read pages cannot start{f': {why}' if why else ''}.")


def _context() -> Any:
    """How processes begin: as copies of one that has loaded what reads, where the system lets such copies be made safely."""
    if sys.platform != "linux":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    return context


@contextmanager
def _may_have_children() -> Iterator[None]:
    """Let a daemonic process (a cluster's worker is one) start one of ours.

    Python forbids it because such a process ends without ending its children; ours watch their parent and end themselves.
    """
    about: dict[str, Any] = vars(multiprocessing.current_process())["_config"]
    was = about.get("daemon", False)
    about["daemon"] = False
    try:
        yield
    finally:
        about["daemon"] = was


def _pipe_room(pipe: Connection) -> int:
    """Bytes that a pipe surely takes while nobody reads from it."""
    try:
        with suppress(OSError):
            fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
        return int(fcntl.fcntl(pipe.fileno(), fcntl.F_GETPIPE_SZ)) // 2
    except (OSError, AttributeError):
        return _SMALL_PIPE_BYTES
