"""The journal: what leaves no page (cycles, failures, reviews, editorial choices), as append-only JSON Lines."""

from __future__ import annotations

import fcntl
import heapq
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
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
    "withdrawal": ("id",),
}


class Journal:
    """Appends to this process's own file of the day; reads the files of all.

    An entry is a JSON object with "at" (ISO, UTC), "event" and what the event needs. It is on disk when `append` returns.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def append(self, event: str, **details: Any) -> Entry:
        """Write one entry and fsync it. Raises ArchiveError when that is impossible. Returns the entry."""
        return self.append_all(event, [details])[0]

    def append_all(self, event: str, all_details: Iterable[Mapping[str, Any]]) -> list[Entry]:
        """Write several entries of one event with one fsync. Raises ArchiveError when that is impossible. Returns the entries."""
        now = utc_now()
        entries: list[Entry] = [
            {"at": now.isoformat(), "event": event, **{k: v for k, v in details.items() if v is not None}} for details in all_details
        ]
        lines = b"".join(json.dumps(entry, ensure_ascii=False).encode() + b"\n" for entry in entries)
        path = self.folder / f"{now:%Y-%m-%d}-{os.getpid()}.jsonl"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with self._held(fcntl.LOCK_SH):
                _append(path, lines)
        except OSError as error:
            raise ArchiveError(f"cannot write to the journal {path}: {error.strerror}.") from error
        return entries

    @contextmanager
    def _held(self, how: int) -> Iterator[None]:
        """Appends go on side by side; while lines are changed nobody appends."""
        folder = os.open(self.folder, os.O_RDONLY | os.O_CLOEXEC)
        try:
            fcntl.flock(folder, how)
            yield
        finally:
            os.close(folder)

    def rewrite(self, change: Callable[[Entry], Entry]) -> int:
        """Put other entries in place of those that `change` gives back changed; how many were. For what must not be kept any more.

        A file is replaced whole or not at all; lines that nobody can read stay. Raises ArchiveError where that is impossible.
        """
        changed = 0
        try:
            with self._held(fcntl.LOCK_EX):
                for path in sorted(self.folder.glob("*.jsonl")):
                    lines = path.read_bytes().splitlines(keepends=True)
                    new = [_changed(line, change) for line in lines]
                    count = sum(a is not b for a, b in zip(lines, new, strict=True))
                    if count:
                        _replace(path, new)
                        changed += count
        except OSError as error:
            raise ArchiveError(f"cannot write to the journal {self.folder}: {error.strerror}.") from error
        return changed

    @staticmethod
    def read(path: Path) -> Iterator[Entry]:
        """Every readable entry of one file, in its order."""
        return _read(path)

    def iterate(self, *events: str) -> Iterator[Entry]:
        """Every readable entry of all files, oldest first; of some events only, where any are named. Torn lines (a kill in
        mid-write) are passed over.
        """
        files = sorted(self.folder.glob("*.jsonl"))
        needles = [f'"event": {json.dumps(event)}'.encode() for event in events]
        found = heapq.merge(*(_read(path, needles) for path in files), key=lambda entry: str(entry["at"]))
        return (entry for entry in found if not events or entry["event"] in events)


def _append(path: Path, line: bytes) -> None:
    handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        if is_torn(handle):  # a killed process with our number left half a line
            line = b"\n" + line
        while line:  # a full disk takes a part first
            line = line[os.write(handle, line) :]
        os.fsync(handle)
    finally:
        os.close(handle)


def _changed(line: bytes, change: Callable[[Entry], Entry]) -> bytes:
    """The line itself where its entry stays as it is."""
    entry = _parse(line)
    new = change(entry) if entry is not None else None
    return line if new is None or new == entry else json.dumps(new, ensure_ascii=False).encode() + b"\n"


def _replace(path: Path, lines: list[bytes]) -> None:
    temporary = path.with_name(path.name + ".tmp")
    with open(temporary, "wb") as file:
        file.writelines(lines)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def is_torn(handle: int) -> bool:
    """Whether a file's last line was left half-written, by its descriptor."""
    size = os.fstat(handle).st_size
    return size > 0 and os.pread(handle, 1, size - 1) != b"\n"


def _read(path: Path, needles: Sequence[bytes] = ()) -> Iterator[Entry]:
    """Entries of one file. needles: only lines that hold one of them are worth parsing."""
    with open(path, "rb") as file:
        for line in file:
            if needles and not any(needle in line for needle in needles):
                continue
            entry = _parse(line)
            if entry is not None:
                yield entry


def _parse(line: bytes) -> Entry | None:
    """The entry of a line; None for one that is torn or lacks what its readers rely on."""
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return entry if isinstance(entry, dict) and _is_whole(entry) else None


def _is_whole(entry: Entry) -> bool:
    """Whether a line, however it came to be, has what every reader of its event relies on."""
    try:
        is_instant = datetime.fromisoformat(entry["at"]).tzinfo is not None
        wanted = _NEEDED.get(entry["event"], ())
    except (KeyError, TypeError, ValueError):
        return False
    return is_instant and isinstance(entry["event"], str) and all(isinstance(entry.get(key), str) for key in wanted)
