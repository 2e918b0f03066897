"""Life of one process that works tasks: get ready, then one task after another until its pipe closes."""

from __future__ import annotations

import ctypes
import gc
import os
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from r57monitor.errors import R57Error

GROWN_BYTES = 80 * 2**20  # more than a process held when it was ready; ordinary pages add some 30 MB


def serve(tasks: Connection, answers: Connection, parent: int, begin: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    """Answer True once ready (a line of words where that fails), then (answer, has grown too large) for every task."""
    try:
        begin(parent, *arguments)
    except R57Error as error:
        answers.send(str(error))
        return
    answers.send(True)
    usual = _resident_bytes() + GROWN_BYTES
    while True:
        try:
            task, given = tasks.recv()
        except (EOFError, OSError):
            return
        answer = task(*given)
        del given
        answers.send((answer, _has_grown(usual)))


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
