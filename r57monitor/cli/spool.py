"""Crawling and ingesting on another machine: the usual command, run there in a small home that is made for it.

The spool home is given what the command must know of the real one: sources, the sources' part of the journal and of the archive's
indexes, settings, and where archive and results lie. Its new segments go to the archive, its rows and journal lines among the results.
"""

from __future__ import annotations

import json
import os
import pickle
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import tomlkit

from pipelines.units import RulesPackage
from pipelines.worker import die_with
from r57monitor.cli.progress import Shown
from r57monitor.cli.session import Session
from r57monitor.errors import R57Error
from r57monitor.models import Source
from warehouse.home import Home
from warehouse.index import IndexEntry, index_path, write_index
from warehouse.journal import Entry, Journal
from warehouse.storage import Storage, folder_storage
from warehouse.writers import Warehouse

_RESULTS = ".units"
_GIVEN = "0-given.jsonl"  # the real home's part of the journal
_TAIL = 2_000  # characters of a command's last words


@dataclass(frozen=True, slots=True, kw_only=True)
class SpoolUnit:
    """A command for another machine. known: index entries of the sources, by segment. crawl: the settings of that name.

    command: what is run, and request what it is asked for: "crawl" with a CrawlRequest, or "ingest" with the names and options of
    run_ingest.
    """

    name: str
    command: Literal["crawl", "ingest"]
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
        order.write_bytes(pickle.dumps((unit.command, unit.request, unit.sources)))
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


def results_of(session: Session) -> Storage:
    """Where the units of a session leave their results."""
    shared = session.archive.storage
    return shared / "units" if shared is not None else folder_storage(session.home.path / _RESULTS)


def clear_results(results: Storage) -> None:
    """Remove what units left that nobody waits for any more; in a storage of others only what was taken is removed."""
    if results.folder is not None:
        shutil.rmtree(results.folder, ignore_errors=True)


def take_unit(session: Session, unit: SpoolUnit, done: SpoolDone) -> None:
    """Store a unit's rows and journal lines; its segments are in the archive already."""
    for name in done.segments:
        index = index_path(session.archive.folder / name)
        if not index.exists():
            unit.archive.get(index.name, index)
    lines = session.journal.folder / f"cluster-{done.journal}"
    session.journal.folder.mkdir(parents=True, exist_ok=True)
    unit.results.take(done.journal, lines)
    for entry in Journal.read(lines):
        session.loader.add_entry(entry)
    rows = session.home.path / f"cluster-{done.rows}"
    unit.results.take(done.rows, rows)
    session.loader.merge(rows, done.segments)
    session.loader.check()


def main(folder: Path) -> None:
    """The process of one unit: run the command in the spool home and leave what it returned."""
    die_with(os.getppid())
    command, request, sources = pickle.loads((folder / "order.pickle").read_bytes())  # noqa: S301 (by the process that started this one)
    answer = folder / "answer.tmp"
    answer.write_bytes(pickle.dumps(_run(Home(folder / "home"), command, request, sources)))
    answer.replace(folder / "answer.pickle")


def _run(home: Home, command: str, request: Any, sources: Sequence[Source]) -> tuple[Any, tuple[str, ...]]:
    """What the command returns, and its problems in words."""
    registry = {source.id: source for source in sources}
    with Shown(quiet=True) as shown:
        if command == "crawl":
            from r57monitor.cli.crawl import crawl_chosen

            crawled = crawl_chosen(home, request, list(sources), registry, shown)
            return crawled, crawled.problems
        from r57monitor.cli.ingest import run_ingest

        names, options = request
        read = run_ingest(home, names, shown, publish=False, registry=registry, **options)
        return read, tuple(why for _, why in read.failed)


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]))
    except R57Error as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(error.exit_code)
