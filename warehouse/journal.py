"""The journal: what leaves no page (cycles, failures, reviews, editorial choices), as append-only JSON Lines."""

from __future__ import annotations

import heapq
import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from r57monitor.clock import utc_now
from r57monitor.errors import ArchiveError

Entry = dict[str, Any]

_NEEDED = {
    "cycle_begun": ("cycle", "source"),
    "cycle_ended": ("cycle", "source"),
    "failure": ("source",),
    "source": ("source",),
}


class Journal:
    """Appends to this process's own file of the day; reads the files of all.

    An entry is a JSON object with "at" (ISO, UTC), "event" and what the event needs. It is on disk when `append` returns.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def append(self, event: str, **details: Any) -> Entry:
        """Write one entry and fsync it. Raises ArchiveError when that is impossible. Returns the entry."""
        now = utc_now()
        entry: Entry = {"at": now.isoformat(), "event": event, **{k: v for k, v in details.items() if v is not None}}
        line = json.dumps(entry, ensure_ascii=False).encode() + b"\n"
        path = self.folder / f"{now:%Y-%m-%d}-{os.getpid()}.jsonl"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
            try:
                if _is_torn(handle):  # a killed process with our number left half a line
                    line = b"\n" + line
                while line:  # a full disk takes a part first
                    line = line[os.write(handle, line) :]
                os.fsync(handle)
            finally:
                os.close(handle)
        except OSError as error:
            raise ArchiveError(f"cannot write to the journal {path}: {error.strerror}.") from error
        return entry

    def iterate(self) -> Iterator[Entry]:
        """Every readable entry of all files, oldest first. Torn lines (a kill in mid-write) are passed over."""
        files = sorted(self.folder.glob("*.jsonl"))
        return heapq.merge(*(_read(path) for path in files), key=lambda entry: str(entry["at"]))


def _is_torn(handle: int) -> bool:
    size = os.fstat(handle).st_size
    return size > 0 and os.pread(handle, 1, size - 1) != b"\n"


def _read(path: Path) -> Iterator[Entry]:
    with open(path, "rb") as file:
        for line in file:
            try:
                entry = json.loads(line)
            except (ValueError, RecursionError):
                continue
            if isinstance(entry, dict) and _is_whole(entry):
                yield entry


def _is_whole(entry: Entry) -> bool:
    """Whether a line, however it came to be, has what every reader of its event relies on."""
    try:
        is_instant = datetime.fromisoformat(entry["at"]).tzinfo is not None
        wanted = _NEEDED.get(entry["event"], ())
    except (KeyError, TypeError, ValueError):
        return False
    return is_instant and isinstance(entry["event"], str) and all(isinstance(entry.get(key), str) for key in wanted)
