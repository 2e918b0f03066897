"""How a process that was started here is ended: asked first, and killed where it does not listen."""

from __future__ import annotations

import subprocess


def end_process(process: subprocess.Popen[bytes] | subprocess.Popen[str], patience_s: float) -> None:
    """Ask the process to end and wait for it; one that has not ended after `patience_s` is killed. One that has ended is left alone."""
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(patience_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
