"""Looking at processes from outside: what they started, whether they run, and what they have done by now. Linux only."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

PATIENCE_S = 240  # a hang is what it ends; a busy machine is waited for


def wait_until(is_so: Callable[[], object], what: object = "it did not happen in time") -> None:
    """Until a condition holds. Raises AssertionError with `what` where it never does."""
    deadline = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < deadline, what
        time.sleep(0.01)


def children_of(pid: int) -> list[int]:
    """The processes that a process started and that are not gone."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        fields = _fields(int(entry.parent.name))
        if fields and int(fields[1]) == pid:
            found.append(int(entry.parent.name))
    return found


def is_running(pid: int) -> bool:
    """Whether there is such a process, and it is more than a remainder its parent has not taken notice of."""
    fields = _fields(pid)
    return bool(fields) and fields[0] != "Z"


def processor_seconds(pid: int) -> float:
    """Processor time a process has had; 0 once it is gone."""
    fields = _fields(pid)
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") if fields else 0.0


def _fields(pid: int) -> list[str]:
    """What /proc says of a process, from its state on; nothing once it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
