"""The tests' own guard: nothing reaches another machine."""

from __future__ import annotations

import socket

import pytest


def test_other_machines_cannot_be_reached() -> None:
    with pytest.raises(RuntimeError, match="loopback only"), socket.socket() as other:
        other.connect(("192.0.2.1", 80))
