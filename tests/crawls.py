"""Runs crawls as processes of their own, and looks at what they left."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

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


def start(home: Path, registry: Path, cores: int = 1, **options: Any) -> subprocess.Popen[str]:
    """A crawl process in a group of its own. cores: it starts so many readers; one is enough for a handful of pages."""
    asked = json.dumps({"home": str(home), "registries": [str(registry)], "publish": False, "cores": cores, **options})
    command = [sys.executable, "-m", "tests.crawl_once", asked]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)


def finish(process: subprocess.Popen[str], timeout: float = 300) -> Crawled:
    out, errors = process.communicate(timeout=timeout)
    return Crawled(process.returncode, json.loads(out) if out.strip() else {}, errors)


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
