"""The archive's storage: closed segments are stored there, brought back where they must be changed, and stored again.

A crash at any moment leaves each segment whole in at least one place; what was not stored yet is stored by the next command.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from r57monitor.errors import ArchiveError
from warehouse.archive import Archive
from warehouse.home import Home
from warehouse.index import index_path
from warehouse.storage import Storage

if TYPE_CHECKING:
    from r57monitor.preferences import ArchiveKeeping

_SETTINGS = "settings.toml"
_CHANGED = ".changed"  # beside a segment that may differ from what the storage has of it


def open_archive(home: Home) -> Archive:
    """The archive of a home, with the storage that its settings name."""
    return Archive(home.archive, archive_storage(home))


def archive_storage(home: Home) -> Storage | None:
    """Where the settings of a home say that closed segments are kept; None where they stay in the home."""
    if not (home.path / _SETTINGS).exists() and not any(name.startswith("R57_") and name != "R57_HOME" for name in os.environ):
        return None  # nothing is set: what reads settings takes as long to load as the rest of this
    wanted = _wanted(home)
    return Storage(wanted.storage, dict(wanted.storage_options)) if wanted.storage else None


def _wanted(home: Home) -> ArchiveKeeping:
    from r57monitor.preferences import load_preferences

    return load_preferences(home.path).values.archive


def fetch_indexes(archive: Archive) -> int:
    """Get the indexes that the storage has and this machine has not; how many. The caller holds the home's lock."""
    if archive.storage is None:
        return 0
    archive.folder.mkdir(parents=True, exist_ok=True)
    stored = archive.storage.names()
    missing = [name for name in stored if name.endswith(".warc.gz") and not index_path(archive.folder / name).exists()]
    for name in sorted(missing):
        path = index_path(archive.folder / name)
        if path.name in stored:
            archive.storage.get(path.name, path)
        else:  # stored without its index: it is made from the segment
            archive.storage.get(name, archive.folder / name)
            archive.entries(archive.folder / name)
    return len(missing)


def bring(archive: Archive, segment: Path) -> None:
    """Have a segment here to be changed; `store_segments` stores it again. The caller holds the home's lock."""
    if archive.storage is not None:
        _mark(segment).touch()
        if not segment.exists():
            archive.storage.get(segment.name, segment)


def store_segments(home: Home, archive: Archive, report: Callable[[str], None]) -> int:
    """Store the closed segments that the storage has not, or not as they are now; how many were stored. The caller holds the home's lock.

    A storage that cannot be reached is reported, never raised: the segments stay here, and are stored next time.
    """
    if archive.storage is None:
        return 0
    keep_local = _wanted(home).keep_local
    count = 0
    try:
        stored = archive.storage.names()
        for segment in sorted(archive.folder.glob("*.warc.gz")):
            archive.entries(segment)  # makes the index where it is missing
            if stored.get(segment.name) != segment.stat().st_size or _mark(segment).exists():
                archive.storage.put(index_path(segment), index_path(segment).name)
                archive.storage.put(segment, segment.name)
                count += 1
            _mark(segment).unlink(missing_ok=True)
            if not keep_local:
                segment.unlink()
    except (ArchiveError, OSError) as error:
        report(f"segments of the archive stay on this machine for now: {error}")
    return count


def _mark(segment: Path) -> Path:
    return segment.with_name(segment.name + _CHANGED)
