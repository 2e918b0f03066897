"""One file that holds a home: made while a crawl runs, every part with its checksum, the list of parts at the end.

Order makes it consistent: the warehouse first (under the writer's lock, left out while another holds it), then the journal, then the
archive. What a later part holds beyond an earlier one, the next writer takes in; nothing in an earlier part lacks its page.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from r57monitor import __version__
from r57monitor.clock import utc_now
from r57monitor.errors import HomeError, UsageError
from warehouse.home import Home

FORMAT = 1
MANIFEST = "MANIFEST"  # its name goes on with its own checksum
CHUNK = 2**20
_LEFT_OUT_FOLDERS = frozenset({"logs", ".replay", "archive", "journal"})  # archive and journal have their own turn
_LEFT_OUT_NAMES = ("*.lock", "publishing-*", "published*", "copying-*", "search*.sqlite*", "warehouse.duckdb*", "*.tmp", ".*")


@dataclass(frozen=True, slots=True)
class Backup:
    """What was written. holder: who was writing to the home, where the warehouse had to be left out."""

    file: Path
    files: int
    size: int
    has_warehouse: bool
    holder: str | None


def make_backup(home: Home, out: Path, *, archive: bool = True, step: Callable[[int, int], None] | None = None) -> Backup:
    """Write a backup of a home to `out`, whole or not at all.

    step: called with (bytes written, bytes in all). Raises UsageError where `out` exists or the home does not; HomeError where something
    is being withdrawn, where it cannot be written, or where the warehouse is needed (no archive) and another process holds it.
    """
    if not home.path.is_dir() or not has_data(home.path):
        raise UsageError(f"{home.path} holds nothing to back up. Name a home with --home DIR.")
    if out.exists():
        raise UsageError(f"{out} exists already; name another file with --out FILE.")
    if not out.parent.is_dir():  # a disk that is not there must not become a folder on this one
        raise UsageError(f"{out}: the folder {out.parent} is not there. Make it, or name another file with --out FILE.")
    temporary = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        with home.rewriting(alone=False), open(temporary, "wb") as stream:
            writer = _Writer(stream, step, _size_of(home, archive))
            holder = _add_warehouse(writer, home, archive)
            published = _add_published(writer, home)
            _add_rest(writer, home)
            for file in sorted(home.journal.glob("*.jsonl")):
                writer.add(file, f"journal/{file.name}", whole_lines=True)
            if archive:
                _add_archive(writer, home)
            writer.finish(home=str(home.path), published=published, has_archive=archive, has_warehouse=holder is None)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(out)
    except OSError as error:
        raise HomeError(f"{out} cannot be written: {error.strerror or error}. Name another file with --out FILE.") from error
    finally:
        temporary.unlink(missing_ok=True)
    return Backup(out, len(writer.files), out.stat().st_size, holder is None, holder)


def _size_of(home: Home, archive: bool) -> int:
    files = [*home.path.glob("*.duckdb"), *home.journal.glob("*")] + (list(home.archive.glob("*")) if archive else [])
    return sum(file.stat().st_size for file in files if file.exists() and not file.is_symlink())


class _Writer:
    """The tar being written, and what the manifest will say of it."""

    def __init__(self, stream: IO[bytes], step: Callable[[int, int], None] | None, total: int) -> None:
        self._tar = tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT)  # noqa: SIM115 (closed by finish)
        self._step = step
        self._total = total
        self._done = 0
        self.files: list[dict[str, Any]] = []

    def add(self, file: Path, name: str, *, whole_lines: bool = False) -> None:
        """Add a file as long as it is now, however it grows meanwhile."""
        with open(file, "rb") as source:
            size = os.fstat(source.fileno()).st_size
            if whole_lines:
                size = _end_of_lines(source, size)
            info = tarfile.TarInfo(name)
            info.size, info.mtime, info.mode = size, int(os.fstat(source.fileno()).st_mtime), 0o644
            hashed = _Hashed(source)
            self._tar.addfile(info, hashed)
        self.files.append({"path": name, "bytes": size, "sha256": hashed.digest.hexdigest()})
        self._done += size
        if self._step is not None:
            self._step(self._done, max(self._total, self._done))

    def finish(self, **about: Any) -> None:
        said = {"format": FORMAT, "program": __version__, "made_at": utc_now().isoformat(), **about, "files": self.files}
        body = json.dumps(said, ensure_ascii=False, indent=1).encode()
        info = tarfile.TarInfo(f"{MANIFEST}-{hashlib.sha256(body).hexdigest()}.json")
        info.size = len(body)
        self._tar.addfile(info, io.BytesIO(body))
        self._tar.close()


class _Hashed:
    """A file that is hashed as it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.digest.update(data)
        return data


def _end_of_lines(file: IO[bytes], size: int) -> int:
    """Where the last whole line ends: a line being appended now belongs to the next backup."""
    end = size
    while end > 0:
        begin = max(0, end - CHUNK)
        file.seek(begin)
        found = file.read(end - begin).rfind(b"\n")
        if found >= 0:
            end = begin + found + 1
            break
        end = begin
    file.seek(0)
    return end


def _add_warehouse(writer: _Writer, home: Home, archive: bool) -> str | None:
    """None where the warehouse was added (or there is none); else who holds it."""
    try:
        with home.lock("backup"):
            for file in (home.warehouse, home.warehouse.with_name(home.warehouse.name + ".wal")):
                if file.exists():
                    writer.add(file, file.name)
        return None
    except HomeError as error:
        if not archive:
            raise HomeError(f"{error} Without its archive a home can be backed up only while nobody writes to it.") from error
        return str(error).partition(" by ")[2].partition(". ")[0] or "another process"


def _add_published(writer: _Writer, home: Home) -> str | None:
    for _ in range(5):
        file = home.resolve_published()
        if file is None:
            return None
        with suppress(FileNotFoundError):  # a publish has just removed it: there is a newer one
            writer.add(file, file.name)
            return file.name
    return None


def _add_rest(writer: _Writer, home: Home) -> None:
    """Settings, own sources and metrics, digests and whatever else is kept in the home."""
    for file in sorted(home.path.rglob("*")):
        inside = file.relative_to(home.path)
        if file.is_symlink() or not file.is_file() or (len(inside.parts) > 1 and inside.parts[0] in _LEFT_OUT_FOLDERS):
            continue
        if any(Path(part).match(pattern) for pattern in _LEFT_OUT_NAMES for part in inside.parts):
            continue
        with suppress(FileNotFoundError):  # a digest written anew, a message sent: what is gone meanwhile is not of this moment
            writer.add(file, inside.as_posix())


def _add_archive(writer: _Writer, home: Home) -> None:
    for file in sorted(home.archive.iterdir()):
        if file.name.endswith((".tmp", ".rewriting")):
            continue
        try:
            writer.add(file, f"archive/{file.name}")
        except FileNotFoundError:  # it was closed meanwhile, and bears its final name
            final = file.with_name(file.name.removesuffix(".open"))
            if final != file:
                writer.add(final, f"archive/{final.name}")


def has_data(folder: Path) -> bool:
    """Whether a folder holds more than empty folders and locks."""
    return any(file.is_file() and not file.name.endswith(".lock") for file in folder.rglob("*"))
