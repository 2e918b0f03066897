"""Runs crawls as processes of their own, and looks at what they left."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipelines.process import PRELOADED
from tests.crawl_once import run_copied
from warehouse.archive import Archive
from warehouse.home import Home
from warehouse.journal import Entry, Journal


@dataclass
class Crawled:
    """What one crawl process printed and how it ended."""

    code: int
    said: dict[str, Any]
    errors: str

    def state(self, source: str = "site-1") -> str:
        return str(self.said["counts"][source][0])

    def cause(self, source: str = "site-1") -> str | None:
        cause: str | None = self.said["counts"][source][1]
        return cause


class Crawling:
    """A crawl under way, in a group of its own: a copy of a process that has loaded what a crawl needs. As subprocess.Popen."""

    def __init__(self, asked: dict[str, Any], environment: Mapping[str, str] | None = None) -> None:
        folder = Path(tempfile.mkdtemp(prefix="crawl-"))
        self._out, self._errors = folder / "out", folder / "errors"
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(PRELOADED)
        self._process = context.Process(target=run_copied, args=(asked, {**os.environ, **(environment or {})}, self._out, self._errors))
        self._process.start()
        self.pid = self._process.pid or 0

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def poll(self) -> int | None:
        """The exit code; None while it runs."""
        return self._process.exitcode

    def kill(self) -> None:
        """As the system kills."""
        self._process.kill()

    def send_signal(self, number: int) -> None:
        """Nothing where it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def communicate(self, timeout: float) -> tuple[str, str]:
        """What it wrote, once it has ended. Raises TimeoutExpired."""
        self._process.join(timeout)
        if self.poll() is None:
            raise subprocess.TimeoutExpired("crawl", timeout)
        written = [path.read_text("utf-8") if path.exists() else "" for path in (self._out, self._errors)]
        shutil.rmtree(self._out.parent)
        return written[0], written[1]


def start_apart(home: Path, registry: Path, cores: int = 1, **options: Any) -> subprocess.Popen[str]:
    """A crawl as a user's command starts it: a process in a group of its own that is the parent of those that read for it."""
    command = [sys.executable, "-m", "tests.crawl_once", json.dumps(_asked(home, registry, cores, options))]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)


def start(home: Path, registry: Path, cores: int = 1, **options: Any) -> Crawling:
    """A crawl process. cores: it starts so many readers; one is enough for a handful of pages."""
    return Crawling(_asked(home, registry, cores, options))


def command(*words: str, folder: Path | None = None, timeout: float = 300, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command as a process of its own that has loaded already what a crawl needs."""
    process = Crawling({"command": words, "folder": str(folder or Path.cwd())}, environment)
    out, errors = process.communicate(timeout)
    assert process.returncode is not None
    return subprocess.CompletedProcess(words, process.returncode, out, errors)


def _asked(home: Path, registry: Path, cores: int, options: dict[str, Any]) -> dict[str, Any]:
    return {"home": str(home), "registries": [str(registry)], "publish": False, "cores": cores, **options}


def finish(process: Crawling | subprocess.Popen[str], timeout: float = 300) -> Crawled:
    out, errors = process.communicate(timeout=timeout)
    code = process.returncode
    assert code is not None
    return Crawled(code, json.loads(out) if out.strip() else {}, errors)


def crawl(home: Path, registry: Path, **options: Any) -> Crawled:
    return finish(start(home, registry, **options))


def rows(home: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as con:
        return con.execute(sql).fetchall()


def outcomes(home: Path) -> dict[str, int]:
    return dict(rows(home, "SELECT outcome, count(*) FROM core.fetches GROUP BY 1"))


def facts(home: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row that archive and journal make, in a fixed order; without what a publish adds, its entry and its stamps (test_asof.py)."""
    tables = ("fetches", "readings", "texts", "text_provinces", "text_documents", "text_figures", "sources", "journal")
    part = {
        "fetches": "SELECT * EXCLUDE (stored_in) FROM core.fetches",
        "journal": "SELECT * EXCLUDE (stored_in) FROM core.journal WHERE event <> 'snapshot'",
    }
    return {table: sorted(rows(home, part.get(table, f"SELECT * FROM core.{table}")), key=repr) for table in tables}


def archived(home: Path) -> Counter[tuple[str, int]]:
    """(URL, status) -> how many fetches of articles the archive has."""
    archive = Archive(Home(home).archive)
    entries = (entry for segment in archive.segments() for entry in archive.entries(segment))
    return Counter((entry.url, entry.status) for entry in entries if entry.role == "article")


def journaled(home: Path, event: str) -> list[Entry]:
    return [entry for entry in Journal(Home(home).journal).iterate() if entry["event"] == event]
