"""Plays the practice days: each an ordinary `r57 crawl` of the practice web, at an instant of 2025."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Self

from r57monitor.clock import PRACTICE_NOW
from r57monitor.ending import end_process
from r57monitor.errors import HomeError
from r57monitor.practice.schedule import Diary
from warehouse.depot import open_archive
from warehouse.home import Home
from warehouse.journal import Journal

COMMAND = (sys.executable, "-m", "r57monitor")
_STOP_PATIENCE_S = 15.0


@dataclass(frozen=True, slots=True)
class Played:
    """What one visit brought, from the archive and the journal of the crawl that made it."""

    exit_code: int
    seconds: float
    pages: int = 0
    new_articles: int = 0  # article addresses that answered for the first time
    failures: int = 0
    message: str = ""  # what a command that failed said


def diary_of(home: Home) -> Diary:
    """Where a practice home notes the visits that ended well."""
    return Diary(practice_folder(home) / "played.jsonl")


def practice_folder(home: Home) -> Path:
    return home.path / "practice"


def mark_home(home: Home) -> None:
    """Make the home a practice home. Raises HomeError where it holds real data: invented numbers never join those."""
    if not home.is_practice and (home.warehouse.exists() or any(home.archive.glob("*.warc*"))):
        raise HomeError(f"{home.path} holds real data; the demo's numbers are invented. Give it a home of its own: r57 demo --home DIR.")
    home.prepare()
    if not home.is_practice:
        home.practice_mark.write_text("This home holds the practice web's invented numbers (r57 demo).\n", "utf-8")


class Commands:
    """Runs `r57` commands in processes of their own, at a played instant; none outlives the `with` block."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self._running: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._running is not None:
            end_process(self._running, _STOP_PATIENCE_S)

    def run(self, arguments: Sequence[str], instant: datetime) -> Played:
        """Run one command to its end; its output goes to logs/demo.log of the home."""
        log = self.home.logs / "demo.log"
        began = time.monotonic()
        with log.open("ab") as file:
            file.write(f"\n--- {instant.isoformat()} r57 {' '.join(arguments)}\n".encode())
            file.flush()
            start = file.tell()
            self._running = subprocess.Popen(
                [*COMMAND, *arguments, "--home", str(self.home.path)],
                env=played_environment(instant),
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
            )
            code = self._running.wait()
        self._running = None
        message = "" if code == 0 else _complaint(log, start)
        return Played(code, time.monotonic() - began, message=message)

    def crawl(self, registry: Path, instant: datetime) -> Played:
        """Visit every source of the registry as of an instant and say what came of it."""
        ran = self.run(["crawl", "--sources", str(registry), "--no-publish"], instant)
        pages, failures = _count_events(self.home, instant)
        return Played(ran.exit_code, ran.seconds, pages, _count_new_articles(self.home, instant), failures, ran.message)


def played_environment(instant: datetime) -> dict[str, str]:
    """The environment of a process for which it is that instant."""
    return {**os.environ, PRACTICE_NOW: instant.isoformat(), "PYTHONUNBUFFERED": "1"}


def _count_events(home: Home, instant: datetime) -> tuple[int, int]:
    """(pages, failures) that the journal notes for the visit that began at an instant."""
    pages = failures = 0
    until = instant + timedelta(hours=12)
    for entry in Journal(home.journal).iterate():
        if entry["event"] == "cycle_ended" and instant <= datetime.fromisoformat(entry["at"]) < until:
            pages += entry.get("pages") or 0
            failures += entry.get("failures") or 0
    return pages, failures


def _count_new_articles(home: Home, instant: datetime) -> int:
    """How many article addresses answered for the first time at or after an instant."""
    archive = open_archive(home)
    entries = [e for segment in archive.segments() for e in archive.entries(segment) if e.role == "article" and e.status == HTTPStatus.OK]
    before = {e.url for e in entries if e.fetched < instant}
    return len({e.url for e in entries} - before)


def _complaint(log: Path, start: int) -> str:
    """What a command that failed said: the line in which `r57` names the fault, else its last line."""
    with log.open("rb") as file:
        file.seek(start)
        lines = [line.strip() for line in file.read().decode("utf-8", "replace").splitlines() if line.strip()]
    named = [line.removeprefix("r57: ") for line in lines if line.startswith("r57: ")]
    return (named or lines or ["no output"])[-1]
