"""Sockets made as Streamlit makes its own, without a protocol's number: what they accept sends at once after `send_at_once`."""

from __future__ import annotations

import asyncio
import socket
import sys

import pytest

from r57monitor.views.server import app
from r57monitor.views.sockets import send_at_once

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="open files are looked up under /dev/fd")


def _sends_at_once(known: socket.socket) -> bool:
    return known.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0


def _listen() -> socket.socket:
    listening = socket.socket(socket.AF_INET)
    listening.bind(("127.0.0.1", 0))
    listening.listen()
    return listening


def _accept(listening: socket.socket) -> bool:
    """Whether a connection made now sends at once at the server's end."""
    with socket.create_connection(listening.getsockname()), listening.accept()[0] as accepted:
        return _sends_at_once(accepted)


def test_accepted_connections_send_at_once_only_after_it() -> None:
    with _listen() as listening:
        assert not _accept(listening)
        assert send_at_once() >= 1
        assert _accept(listening)


def test_open_files_that_are_no_listening_sockets_are_let_alone() -> None:
    with _listen() as listening, socket.create_connection(listening.getsockname()) as plain, open(__file__, encoding="utf-8") as file:
        before = _sends_at_once(plain)
        send_at_once()
        assert _sends_at_once(plain) == before
        assert file.readline().startswith('"""')


def test_the_dashboard_does_it_when_it_begins() -> None:
    async def begin() -> None:
        lifespan = app._user_lifespan
        assert lifespan is not None
        async with lifespan(app):
            pass

    with _listen() as listening:
        assert not _sends_at_once(listening)
        asyncio.run(begin())
        assert _sends_at_once(listening)
