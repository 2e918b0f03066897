"""What makes a change outlast a crash of the machine: a renamed file is safe only when its folder is written out too."""

from __future__ import annotations

import os
from pathlib import Path


def sync(path: Path) -> None:
    """Have the system write a file, or a folder with its names, out to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
