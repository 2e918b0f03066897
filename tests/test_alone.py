"""The tests' own guard: nothing reaches another machine, and what the run is told of its files is true."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.conftest import LONGEST


def test_other_machines_cannot_be_reached() -> None:
    with pytest.raises(RuntimeError, match="loopback only"), socket.socket() as other:
        other.connect(("192.0.2.1", 80))


def test_files_named_to_begin_first_are_there() -> None:
    here = Path(__file__).parent
    assert [name for name in LONGEST if not (here / f"{name}.py").exists()] == []
