"""A home brought back from a backup: read whole and compared with its list before anything is put in place."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from r57monitor.clock import utc_now
from r57monitor.errors import HomeError, UsageError
from warehouse.backup import CHUNK, FORMAT, MANIFEST, has_data
from warehouse.durable import sync
from warehouse.home import Home, is_living


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored. before: where the home that was there before is kept now."""

    files: int
    made_at: str
    has_archive: bool
    has_warehouse: bool
    before: Path | None


def check_backup(file: Path, step: Callable[[int, int], None] | None = None) -> dict[str, Any]:
    """Read a backup whole; what its manifest says. Raises HomeError naming what is damaged."""
    return _read(file, None, step)


def restore_backup(file: Path, home: Home, *, replace: bool = False, step: Callable[[int, int], None] | None = None) -> Restored:
    """Put a backup in the place of a home, only when every part of it was found whole.

    replace: also where the home holds data, which is kept beside it. Raises UsageError where it does and was not told so, HomeError for a
    damaged backup, or a home that another process writes to; the home is then as it was.
    """
    target = home.path
    if target.exists() and has_data(target) and not replace:
        raise UsageError(f"{target} holds data: name another --home, or --replace to put the backup in its place (the old one is kept).")
    inside = os.path.ismount(target)
    staging = (target / f".restoring-{os.getpid()}") if inside else target.with_name(f".{target.name}.restoring-{os.getpid()}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _clear_leftovers(staging)
        staging.mkdir(parents=True)
        about = _read(file, staging, step)
        _make_ready(staging, about)
        with _held(home):
            before = _swap(target, staging, inside)
    except OSError as error:
        raise HomeError(f"{target} could not be restored: {error.strerror or error}; it is as it was.") from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return Restored(len(about["files"]), about["made_at"], about["has_archive"], about["has_warehouse"], before)


def _clear_leftovers(staging: Path) -> None:
    """Remove what killed restores left."""
    for leftover in staging.parent.glob(f"{staging.name.rpartition('-')[0]}-*"):
        process = leftover.name.rpartition("-")[2]
        if process.isdigit() and not is_living(int(process)):
            shutil.rmtree(leftover, ignore_errors=True)


@contextmanager
def _held(home: Home) -> Iterator[None]:
    if not home.path.exists():
        yield
        return
    with home.lock("restore"):
        yield


def _read(file: Path, target: Path | None, step: Callable[[int, int], None] | None) -> dict[str, Any]:
    """Read all members, into a folder where one is given, and compare them with the manifest."""
    found: dict[str, str] = {}
    about: dict[str, Any] | None = None
    size = file.stat().st_size if file.exists() else 0
    try:
        with open(file, "rb") as stream, tarfile.open(fileobj=stream, mode="r:") as tar:
            for member in tar:
                source = tar.extractfile(member) if member.isreg() else None
                if source is None or not _is_inside(member.name):
                    raise HomeError(f'{file} is no backup of a home: it holds "{member.name}".')
                if member.name.startswith(f"{MANIFEST}-"):
                    about = _read_manifest(member.name, source.read(), file)
                else:
                    found[member.name] = _copy(source, target / member.name if target else None)
                if step is not None:
                    step(stream.tell(), size)
    except tarfile.TarError as error:
        if not found and about is None:  # not even its first part could be read
            raise HomeError(f"{file} is no file that `r57 backup` made, or its beginning is damaged; take another backup.") from error
        raise HomeError(f"{file} is damaged after {len(found)} files ({error}); take another backup.") from error
    except FileNotFoundError as error:
        raise UsageError(f"{file}: no such file.") from error
    if about is None:
        raise HomeError(f"{file} is broken off or no backup: its list of files is missing after {len(found)} files; take another backup.")
    damaged = [part["path"] for part in about["files"] if found.get(part["path"]) != part["sha256"]]
    if damaged:
        more = f" and {len(damaged) - 3} more" if len(damaged) > 3 else ""
        raise HomeError(f"{file} is damaged: {', '.join(damaged[:3])}{more}; take another backup.")
    return about


def _read_manifest(name: str, body: bytes, file: Path) -> dict[str, Any]:
    if name != f"{MANIFEST}-{hashlib.sha256(body).hexdigest()}.json":
        raise HomeError(f"{file} is damaged: its list of files does not fit its checksum; take another backup.")
    about: dict[str, Any] = json.loads(body)
    if about.get("format") != FORMAT:
        raise HomeError(f"{file} was made by another version of the program ({about.get('program')}); restore it with that one.")
    return about


def _is_inside(name: str) -> bool:
    path = Path(name)
    return not path.is_absolute() and ".." not in path.parts


def _copy(source: IO[bytes], target: Path | None) -> str:
    digest = hashlib.sha256()
    if target is None:
        while data := source.read(CHUNK):
            digest.update(data)
        return digest.hexdigest()
    target.parent.mkdir(parents=True, exist_ok=True)
    with open(target, "wb") as out:
        while data := source.read(CHUNK):
            digest.update(data)
            out.write(data)
        out.flush()
        os.fsync(out.fileno())
    return digest.hexdigest()


def _make_ready(staging: Path, about: dict[str, Any]) -> None:
    for folder in ("archive", "journal", "digests", "logs", "sources", "metrics"):
        (staging / folder).mkdir(exist_ok=True)
    if about.get("published"):
        (staging / "published.duckdb").symlink_to(about["published"])


def _swap(target: Path, staging: Path, inside: bool) -> Path | None:
    """Put the staged home in place; where the one before it is kept, if it held anything."""
    stamp = f"{utc_now():%Y%m%dT%H%M%SZ}"
    if inside:  # a mounted folder cannot be renamed: its entries are, those that readers look for last
        kept = target / f".replaced-{stamp}"
        return _swap_entries(target, staging, kept)
    before = target.with_name(f"{target.name}.replaced-{stamp}")
    if target.exists():
        target.rename(before)
    staging.rename(target)
    sync(target.parent)
    if before.exists() and not has_data(before):
        shutil.rmtree(before)
    return before if before.exists() else None


def _swap_entries(target: Path, staging: Path, kept: Path) -> Path | None:
    kept.mkdir()
    old = [entry for entry in target.iterdir() if entry not in (staging, kept) and not entry.name.endswith(".lock")]
    for entry in sorted(old, key=lambda e: e.name != "published.duckdb"):
        entry.rename(kept / entry.name)
    for entry in sorted(staging.iterdir(), key=lambda e: e.name == "published.duckdb"):
        entry.rename(target / entry.name)
    sync(target)
    if not has_data(kept):
        shutil.rmtree(kept)
    return kept if kept.exists() else None
