"""Life of one process that works tasks: get ready, then one lump of tasks after another until its pipe closes.

A task that comes in steps is worked side by side with the others of its lump, a step of each in turn: a stage of reading finds its tables
and its code still in the processor's cache when it goes through sixteen pages one after the other, which saves a sixth of the time.
"""

from __future__ import annotations

import ctypes
import gc
import multiprocessing
import os
import select
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from functools import cache
from multiprocessing import forkserver
from multiprocessing.connection import Connection, wait
from multiprocessing.reduction import ForkingPickler
from typing import Any, TypeVar

from r57monitor.errors import R57Error
from r57monitor.lump import LUMP

_T = TypeVar("_T")
GROWN_BYTES = 80 * 2**20  # more than a process held when it was ready; ordinary pages add some 30 MB


def serve(tasks: Connection, answers: Connection, begun: Any, begin: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    """Answer True once ready (a line of words where that fails), then ([answer of one task, …], has grown too large).

    begun: a number that the parent sees: which task is at work, counted from the first one that this process got.
    """
    try:
        _die_with_creator()
        begin(*arguments)
    except R57Error as error:
        answers.send(str(error))
        return
    answers.send(True)
    usual = _resident_bytes() + GROWN_BYTES
    coming = select.poll()
    coming.register(tasks.fileno(), select.POLLIN)
    packed: deque[bytes] = deque()
    answered = 0
    while True:
        try:
            while not packed or (len(packed) < LUMP and coming.poll(0)):
                packed.extend(tasks.recv())
        except (EOFError, OSError):
            return

        def say_place(place: int, before: int = answered) -> None:
            begun.value = before + place + 1

        done = work([packed.popleft() for _ in range(min(LUMP, len(packed)))], say_place)
        answers.send((done, _has_grown(usual)))
        answered += len(done)


def work(packed: Sequence[bytes], say_place: Callable[[int], None]) -> list[Any]:
    """Answers of packed tasks, in order; a step of each task in turn. say_place: called with the place of the task that goes on next."""
    answers: list[Any] = [None] * len(packed)
    going: list[tuple[int, Generator[None, None, Any]]] = []
    for place, message in enumerate(packed):
        say_place(place)
        task, given = ForkingPickler.loads(message)
        answer = task(*given)
        del given
        if isinstance(answer, Generator):
            going.append((place, answer))
        else:
            answers[place] = answer
    while going:
        still = []
        for place, steps in going:
            say_place(place)
            try:
                next(steps)
            except StopIteration as end:
                answers[place] = end.value
            else:
                still.append((place, steps))
        going = still
    return answers


def finish(steps: Generator[None, None, _T]) -> _T:
    """What comes of all the steps, done at a stretch."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]


def die_with(parent: int) -> None:
    """End this process when its parent is gone, however it went."""
    _be_killed_with_parent()
    threading.Thread(target=_watch_parent, args=(parent,), daemon=True).start()


def _watch_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def _be_killed_with_parent() -> None:
    """Also where this process hangs, which nothing of its own can end."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG


def _die_with_creator() -> None:
    """End this process when the one that asked for it is gone, however it went; its parent may be the fork server between the two.

    The fork server ends once nobody holds its pipe open but it gives that pipe to its copies too: one that hangs would hold itself alive.
    """
    _be_killed_with_parent()
    with suppress(AttributeError, TypeError, OSError):
        os.close(forkserver._forkserver._forkserver_alive_fd)  # type: ignore[attr-defined]
    creator = multiprocessing.parent_process()
    if creator is not None:
        threading.Thread(target=_watch_creator, args=(creator.sentinel,), daemon=True).start()


def _watch_creator(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)


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
        return int(os.pread(_memory_file(), 200, 0).split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0


@cache
def _memory_file() -> int:
    """Where the system tells it; kept open, for it is asked after every page."""
    return os.open("/proc/self/statm", os.O_RDONLY | os.O_CLOEXEC)
