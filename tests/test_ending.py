"""A process that was started is ended: asked first, killed where it does not listen."""

from __future__ import annotations

import signal
import subprocess
import sys

from r57monitor.ending import end_process

_DEAF = (
    "import signal, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); sys.stdout.write('x'); sys.stdout.flush(); time.sleep(600)"
)
_WILLING = "import sys, time; sys.stdout.write('x'); sys.stdout.flush(); time.sleep(600)"


def start(program: str) -> subprocess.Popen[bytes]:
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.read(1) == b"x"  # it runs, and has said what it does with signals
    return process


def test_one_that_listens_is_asked() -> None:
    with start(_WILLING) as process:
        end_process(process, 120)
    assert process.returncode == -signal.SIGTERM


def test_one_that_does_not_listen_is_killed() -> None:
    with start(_DEAF) as process:
        end_process(process, 0.05)
    assert process.returncode == -signal.SIGKILL


def test_one_that_has_ended_keeps_its_answer() -> None:
    process = subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"])
    process.wait()
    end_process(process, 1)
    assert process.returncode == 3
