"""Crawling and ingesting on another machine: the usual command, run there in a small home that is made for it.

The spool home is given what the command must know of the real one: sources, the sources' part of the journal and of the archive's
indexes, settings, and where archive and results lie. Its new segments go to the archive, its rows and journal lines among the results.
"""

from __future__ import annotations

import json
import pickle
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tomlkit

from pipelines.units import RulesPackage
from pipelines.workers import die_with
from r57monitor.errors import R57Error
from r57monitor.models import Source
from warehouse.home import Home
from warehouse.index import IndexEntry, index_path, write_index
from warehouse.journal import Entry, Journal
from warehouse.storage import Storage
from warehouse.writers import Warehouse

_GIVEN = "0-given.jsonl"  # the real home's part of the journal
_TAIL = 2_000  # characters of a command's last words


@dataclass(frozen=True, slots=True, kw_only=True)
class SpoolUnit:
    """A command for another machine. known: index entries of the sources, by segment. crawl: the settings of that name.

    request: what the command is asked for (a CrawlRequest, or the arguments of run_ingest).
    """

    name: str
    request: Any
    rules: RulesPackage
    sources: tuple[Source, ...]
    archive: Storage
    results: Storage
    known: Mapping[str, Sequence[IndexEntry]] = field(default_factory=dict)
    journal: tuple[Entry, ...] = ()
    crawl: Mapping[str, Any] = field(default_factory=dict)
    is_practice: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SpoolDone:
    """What a unit left: its segments in the archive, its rows and journal lines among the results, and what the command returned."""

    name: str
    segments: tuple[str, ...]
    rows: str
    journal: str
    result: Any
    problems: tuple[str, ...]


def run_spooled(unit: SpoolUnit) -> SpoolDone:
    """Run a unit's command in a process of its own (Scrapy's reactor starts once in a process), and deliver what it made.

    Raises WrongRules where this machine reads by other rules, R57Error with the command's words where it fails.
    """
    unit.rules.unpack()
    with tempfile.TemporaryDirectory(prefix="r57-spool-") as name:
        home = _make_home(Path(name) / "home", unit)
        before = {path.name for path in home.archive.glob("*.warc.gz.jsonl")}
        order = Path(name) / "order.pickle"
        order.write_bytes(pickle.dumps((unit.request, unit.sources)))
        ended = subprocess.run([sys.executable, "-m", "r57monitor.cli.spool", name], capture_output=True, text=True, check=False)
        answer = Path(name) / "answer.pickle"
        if ended.returncode or not answer.exists():
            raise R57Error(f"{unit.name}: {ended.stderr.strip()[-_TAIL:] or f'ended with code {ended.returncode}'}")
        result, problems = pickle.loads(answer.read_bytes())  # noqa: S301 (written by the process above)
        made = {path.name for path in home.archive.glob("*.warc.gz.jsonl")} - before
        return _deliver(unit, home, sorted(made), result, problems)


def _make_home(path: Path, unit: SpoolUnit) -> Home:
    home = Home(path)
    home.prepare()
    home.spool_mark.touch()
    if unit.is_practice:
        home.practice_mark.touch()
    settings = {
        "crawl": {key: value for key, value in unit.crawl.items() if value is not None},
        "archive": {"storage": unit.archive.address, "storage_options": dict(unit.archive.options)},
    }
    (home.path / "settings.toml").write_text(tomlkit.dumps(settings), "utf-8")
    (home.journal / _GIVEN).write_text("".join(json.dumps(e, ensure_ascii=False) + "\n" for e in unit.journal), "utf-8")
    for place, (name, content) in enumerate(unit.rules.metrics):
        (home.metrics / f"{place:03d}-{Path(name).name}").write_bytes(content)
    with Warehouse.open(home) as warehouse:
        for segment, entries in unit.known.items():
            write_index(home.archive / segment, list(entries), 0)
            warehouse.mark_segment_loaded(segment)
    return home


def _deliver(unit: SpoolUnit, home: Home, indexes: Sequence[str], result: Any, problems: Sequence[str]) -> SpoolDone:
    """Rows and journal lines go among the results; a segment that could not be stored with the archive fails the unit."""
    left = sorted(home.archive.glob("*.warc.gz"))
    if left:
        raise R57Error(f"{unit.name}: {len(left)} segments could not be stored in {unit.archive.address}: {'; '.join(problems)}")
    lines = home.path / "journal.jsonl"
    with lines.open("wb") as file:
        for path in sorted(home.journal.glob("*.jsonl")):
            if path.name != _GIVEN:
                with path.open("rb") as part:
                    shutil.copyfileobj(part, file)
    done = SpoolDone(
        name=unit.name,
        segments=tuple(name.removesuffix(".jsonl") for name in indexes),
        rows=f"{unit.name}.duckdb",
        journal=f"{unit.name}.jsonl",
        result=result,
        problems=tuple(problems),
    )
    unit.results.put(lines, done.journal)
    unit.results.put(home.warehouse, done.rows)
    return done


def take_entries(journal: Journal, file: Path) -> list[Entry]:
    """Make a unit's journal lines part of a journal; its entries. Done twice, they are there once."""
    journal.folder.mkdir(parents=True, exist_ok=True)
    file.replace(journal.folder / file.name)
    return list(Journal.read(journal.folder / file.name))


def index_name(segment: str) -> str:
    """Name of a segment's index beside it."""
    return index_path(Path(segment)).name


def main(folder: Path) -> None:
    """The process of one unit: run the command in the spool home and leave what it returned."""
    from os import getppid

    from r57monitor.cli.crawl import crawl_chosen
    from r57monitor.cli.progress import Shown

    die_with(getppid())
    request, sources = pickle.loads((folder / "order.pickle").read_bytes())  # noqa: S301 (written by the process that started this one)
    with Shown(quiet=True) as shown:
        result = crawl_chosen(Home(folder / "home"), request, list(sources), {s.id: s for s in sources}, shown)
    answer = folder / "answer.tmp"
    answer.write_bytes(pickle.dumps((result, result.problems)))
    answer.replace(folder / "answer.pickle")


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]))
    except R57Error as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(error.exit_code)
