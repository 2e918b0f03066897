"""Looking at processes from outside: what they started, whether they run, and what they have done by now. Linux only."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

PATIENCE_S = 240  # a hang is what it ends; a busy machine is waited for


def wait_until(is_so: Callable[[], object], what: object = "it did not happen in time") -> None:
    """Until a condition holds. Raises AssertionError with `what` where it never does."""
    deadline = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < deadline, what
        time.sleep(0.01)


@dataclass(frozen=True)
class Child:
    """A process, told apart from a later one with the same number by when it began."""

    pid: int
    began: str

    @property
    def is_running(self) -> bool:
        """Whether it is there, as more than a remainder its parent has not taken notice of."""
        return has_work(self.pid) and _fields(self.pid)[19:20] == [self.began]


def has_work(pid: int) -> bool:
    """Whether a process is there, as more than a remainder its parent has not taken notice of."""
    fields = _fields(pid)
    return bool(fields) and fields[0] != "Z"


def descendants_of(pid: int) -> list[Child]:
    """The processes that a process started, and those that these started, that are not gone; the nearest first."""
    fields = {int(entry.parent.name): _fields(int(entry.parent.name)) for entry in Path("/proc").glob("[0-9]*/stat")}
    found, parents = [], {pid}
    while parents:
        parents = {child for child, about in fields.items() if about and int(about[1]) in parents}
        found += [Child(child, fields[child][19]) for child in parents]
    return found


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
