"""Life of one process that works tasks: get ready, then one task after another until its pipe closes."""

from __future__ import annotations

import ctypes
import gc
import os
import select
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from typing import Any

from r57monitor.errors import R57Error

LUMP = 6  # answers that are sent back together
LUMP_S = 0.05  # none waits longer for the next, if no page takes longer
GROWN_BYTES = 80 * 2**20  # more than a process held when it was ready; ordinary pages add some 30 MB


def serve(tasks: Connection, answers: Connection, begun: Any, parent: int, begin: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    """Answer True once ready (a line of words where that fails), then ([answer of one task, …], has grown too large).

    begun: a number that the parent sees; counts the tasks that were begun.
    """
    try:
        begin(parent, *arguments)
    except R57Error as error:
        answers.send(str(error))
        return
    answers.send(True)
    usual = _resident_bytes() + GROWN_BYTES
    coming = select.poll()
    coming.register(tasks.fileno(), select.POLLIN)
    packed: deque[bytes] = deque()
    done: list[Any] = []
    sent = time.monotonic()
    while True:
        try:
            if not packed:
                packed.extend(tasks.recv())
        except (EOFError, OSError):
            return
        begun.value += 1
        task, given = ForkingPickler.loads(packed.popleft())
        done.append(task(*given))
        del given
        is_grown = _has_grown(usual)
        is_last = not packed and not coming.poll(0)
        if is_grown or is_last or len(done) >= LUMP or time.monotonic() - sent >= LUMP_S:
            answers.send((done, is_grown))
            done, sent = [], time.monotonic()


def die_with(parent: int) -> None:
    """End this process when its parent is gone, however it went."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG; also ends a worker that hangs
    threading.Thread(target=_watch_parent, args=(parent,), daemon=True).start()


def _watch_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
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
