"""The most memory that a command and the processes it starts hold together."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Sequence

import psutil

_EVERY_S = 0.1


def run_watched(command: Sequence[str]) -> tuple[float, float]:
    """Run a command to its end; seconds by the clock, and megabytes at most. Raises RuntimeError where it fails."""
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    peak = 0.0
    while child.poll() is None:
        peak = max(peak, sum(_resident(process) for process in _family(child.pid)))
        time.sleep(_EVERY_S)
    if child.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {child.returncode}")
    return time.perf_counter() - start, peak


def _family(pid: int) -> list[psutil.Process]:
    try:
        parent = psutil.Process(pid)
        return [parent, *parent.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _resident(process: psutil.Process) -> float:
    try:
        return float(process.memory_info().rss) / 1e6
    except psutil.NoSuchProcess:
        return 0.0
