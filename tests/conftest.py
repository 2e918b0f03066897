"""What every test stands on: no network beyond this machine, no home of the user's, no played clock."""

from __future__ import annotations

import socket
from typing import Any

import pytest

_LOOPBACK = ("127.", "::1", "localhost", "0.0.0.0")

_connect = socket.socket.connect


def _connect_loopback_only(self: socket.socket, address: Any) -> None:
    if self.family in {socket.AF_INET, socket.AF_INET6} and not str(address[0]).startswith(_LOOPBACK):
        raise RuntimeError(f"a test tried to reach {address[0]}: tests use loopback only")
    _connect(self, address)


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket.socket, "connect", _connect_loopback_only)
    for name in ("R57_HOME", "R57_PRACTICE_NOW", "R57_EDIT", "R57_OFFICE", "R57_CONTACT", "R57_DELAY_S", "R57_USE_PROXY"):
        monkeypatch.delenv(name, raising=False)
