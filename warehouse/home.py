"""The home folder: where everything lives, and the one lock that a writer holds."""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from r57monitor.errors import HomeError

_PUBLISHED = re.compile(r"published-(\d+)\.duckdb")


@dataclass(frozen=True, slots=True)
class Home:
    """Paths of one home folder. Nothing is created before `prepare()`."""

    path: Path

    @property
    def warehouse(self) -> Path:
        return self.path / "warehouse.duckdb"

    @property
    def published(self) -> Path:
        """The symlink; readers open `resolve_published()`."""
        return self.path / "published.duckdb"

    @property
    def archive(self) -> Path:
        return self.path / "archive"

    @property
    def journal(self) -> Path:
        return self.path / "journal"

    @property
    def digests(self) -> Path:
        return self.path / "digests"

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def sources(self) -> Path:
        return self.path / "sources"

    @property
    def metrics(self) -> Path:
        return self.path / "metrics"

    @property
    def alerts(self) -> Path:
        """Alert rules, TOML files; made when the first is written."""
        return self.path / "alerts"

    @property
    def templates(self) -> Path:
        """The office's own templates of the digest; the folder need not exist."""
        return self.path / "templates"

    @property
    def practice_mark(self) -> Path:
        """Present in homes that hold the practice web's invented numbers; such a home refuses public sources."""
        return self.path / "PRACTICE"

    @property
    def spool_mark(self) -> Path:
        """Present in homes that a unit of work is given on another machine: they know a part of the archive only."""
        return self.path / "SPOOL"

    @property
    def is_practice(self) -> bool:
        return self.practice_mark.exists()

    def prepare(self) -> None:
        """Create the folders. Raises HomeError, naming the folder, where that is impossible."""
        try:
            for folder in (self.path, self.archive, self.journal, self.digests, self.logs, self.sources, self.metrics):
                folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise HomeError(f"cannot use the home {self.path}: {error.strerror}. Choose another with --home DIR or R57_HOME.") from error
        if not os.access(self.path, os.W_OK):
            raise HomeError(f"the home {self.path} is not writable. Choose another with --home DIR or R57_HOME.")

    def resolve_published(self) -> Path | None:
        """The published file readers open now; None before the first publish."""
        try:
            return self.published.resolve(strict=True)
        except FileNotFoundError:
            return None

    def published_files(self) -> list[tuple[int, Path]]:
        """(snapshot number, path) of every published file present, oldest first."""
        found = ((m, p) for p in self.path.glob("published-*.duckdb") if (m := _PUBLISHED.fullmatch(p.name)))
        return sorted((int(m.group(1)), p) for m, p in found)

    def holder(self) -> str | None:
        """The command that writes to the home now, as it named itself; None where nobody does. A look, no promise."""
        try:
            said = (self.path / "writer.lock").read_text("utf-8").strip()
        except OSError:
            return None
        process = re.search(r"process (\d+)", said)
        return said if process and is_living(int(process[1])) else None

    @contextmanager
    def rewriting(self, *, alone: bool) -> Iterator[None]:
        """Held with `alone` while archived records are replaced, without it while they are copied. Raises HomeError where both meet."""
        self.prepare()
        with open(self.path / "rewriting.lock", "a+", encoding="utf-8") as file:
            try:
                fcntl.flock(file, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
            except BlockingIOError as error:
                what = "a backup of it is being made" if alone else "something is being withdrawn from its archive"
                raise HomeError(f"{self.path}: {what}. Run the command again when that has ended.") from error
            yield

    @contextmanager
    def lock(self, command: str, *, service: bool = False) -> Iterator[None]:
        """Hold the home's only write lock, or that of its only service; HomeError names the process that has it.

        The kernel drops the lock with the process, so a killed writer never leaves it behind.
        """
        self.prepare()
        with open(self.path / ("service.lock" if service else "writer.lock"), "a+", encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                file.seek(0)
                holder = file.read().strip() or "another process"
                doing = "looked after" if service else "written"
                raise HomeError(f"{self.path} is being {doing} by {holder}. Wait until it ends, or use another --home.") from error
            file.truncate(0)
            file.write(f"`r57 {command}` (process {os.getpid()})")
            file.flush()
            try:
                yield
            finally:
                file.truncate(0)


def is_living(process: int) -> bool:
    """Whether a process of that number runs, whoever owns it."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        pass
    return True
