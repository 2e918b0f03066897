"""The sockets this process listens on.

asyncio lets small packets go at once only over sockets that were made with the number of their protocol. Streamlit makes its own without,
so that each short answer, and each part of a page, waited some 40 ms for the one before it to be acknowledged.
"""

from __future__ import annotations

import os
import socket
from pathlib import Path

_OPEN_FILES = Path("/dev/fd")
_FAMILIES = (socket.AF_INET, socket.AF_INET6)


def send_at_once() -> int:
    """Have every connection accepted from now on send without waiting; returns how many listening sockets were told."""
    return sum(_tell(int(file.name)) for file in _OPEN_FILES.iterdir()) if _OPEN_FILES.is_dir() else 0


def _tell(number: int) -> bool:
    """Whether this open file is a socket that listens for TCP; what it accepts inherits the option."""
    try:
        with socket.socket(fileno=os.dup(number)) as known:  # the copy is closed, the option belongs to the socket
            if known.family not in _FAMILIES or not known.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                return False
            known.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return True
    except OSError:  # a file, a pipe, or closed between two looks
        return False
