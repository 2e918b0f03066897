"""Units of work that any machine can do: one archived segment is read where the unit runs, into a small warehouse file of its own.

What a unit needs travels with it: the registry, the home's own metrics, what was withdrawn, and where archive and results lie.
"""

from __future__ import annotations

import atexit
import hashlib
import json
import shutil
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from pipelines.intake import take_in
from pipelines.load import Loader
from pipelines.rules import Recipe, rules_version
from pipelines.workers import Readers
from r57monitor.errors import ArchiveError, R57Error
from r57monitor.models import Source
from warehouse.archive import Archive
from warehouse.home import Home
from warehouse.index import index_path
from warehouse.journal import Entry
from warehouse.storage import Storage
from warehouse.writers import Warehouse

_warm: dict[str, Readers] = {}  # of this process, by recipe: loading the rules takes longer than reading a small segment
_warming = threading.Lock()


class WrongRules(R57Error):  # noqa: N818 (named for what is found)
    """The machine at work has other rules than the writer: its rows must not be mixed with others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesPackage:
    """A recipe that can travel: the home's own metrics as they are, not as paths. version: what the writer's rules are called."""

    metrics: tuple[tuple[str, bytes], ...]
    sources: Mapping[str, Source]
    version: str

    def unpack(self) -> Recipe:
        """The recipe on this machine. Raises WrongRules where this machine's program or data differ from the writer's."""
        recipe = Recipe(_unpacked(self.metrics), self.sources)
        here = rules_version(recipe)
        if here != self.version:
            raise WrongRules(f"it reads by the rules {here}, the writer by {self.version}: install the same r57monitor on both.")
        return recipe


@cache
def _unpacked(metrics: tuple[tuple[str, bytes], ...]) -> tuple[Path, ...]:
    """The files of a home's metrics, written once a process into a folder that ends with it."""
    if not metrics:
        return ()
    folder = Path(tempfile.mkdtemp(prefix="r57-metrics-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    paths = tuple(folder / f"{place:03d}-{Path(name).name}" for place, (name, _) in enumerate(metrics))
    for path, (_, content) in zip(paths, metrics, strict=True):
        path.write_bytes(content)
    return paths


def pack_rules(recipe: Recipe) -> RulesPackage:
    """What other machines need of a recipe."""
    metrics = tuple((path.name, path.read_bytes()) for path in recipe.metrics)
    return RulesPackage(metrics=metrics, sources=recipe.sources, version=rules_version(recipe))


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentUnit:
    """One segment of the archive to be read.

    since: fetches before it are left alone. withdrawals: journal entries that say what is withheld.
    """

    segment: str
    archive: Storage
    results: Storage
    rules: RulesPackage
    withdrawals: tuple[Entry, ...] = ()
    since: datetime | None = None

    @property
    def result(self) -> str:
        """Name of the warehouse file that the unit leaves among the results."""
        return f"{self.segment}.duckdb"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitDone:
    """What came of a unit: its file among the results, counts, and lines about what could not be read."""

    segment: str
    result: str
    pages: int
    articles: int
    set_aside: int
    problems: tuple[str, ...]


def read_segment(unit: SegmentUnit, workers: int = 1) -> UnitDone:
    """Read a segment and leave its rows, as a warehouse file, among the results. Done twice, it leaves the same rows.

    Raises WrongRules, or ArchiveError where segment or results cannot be reached from this machine.
    """
    recipe = unit.rules.unpack()
    problems: list[str] = []
    with tempfile.TemporaryDirectory(prefix="r57-unit-") as name:
        home = Home(Path(name))
        home.prepare()
        (home.journal / "withdrawals.jsonl").write_text("".join(json.dumps(entry) + "\n" for entry in unit.withdrawals), "utf-8")
        segment = _bring(unit, home)
        home.warehouse.write_bytes(_blank_warehouse())
        loader = Loader(home)
        loader.open({})
        try:
            archive = Archive(segment.parent)
            taken = take_in(
                archive, loader, lambda: _readers(recipe, unit.rules, workers), since=unit.since, report=problems.append, segments=[segment]
            )
        finally:
            loader.close()
        unit.results.put(home.warehouse, unit.result)
    return UnitDone(
        segment=unit.segment,
        result=unit.result,
        pages=taken.pages,
        articles=taken.articles,
        set_aside=taken.set_aside,
        problems=tuple(problems),
    )


@cache
def _blank_warehouse() -> bytes:
    """A warehouse file without rows: to make its tables anew takes a fifth of the time that a unit costs beside its reading."""
    with tempfile.TemporaryDirectory(prefix="r57-blank-") as name:
        home = Home(Path(name))
        Warehouse.open(home).close()
        return home.warehouse.read_bytes()


def _bring(unit: SegmentUnit, home: Home) -> Path:
    """The segment as a file of this machine: where it lies, or copied from the storage, with its index."""
    if unit.archive.folder is not None:
        path = unit.archive.folder / unit.segment
        if not path.exists():
            raise ArchiveError(f"cannot see {path} from here: keep the home where every machine sees it, or set archive.storage.")
        return path
    path = home.archive / unit.segment
    unit.archive.get(unit.segment, path)
    unit.archive.get(index_path(path).name, index_path(path))
    return path


def _readers(recipe: Recipe, rules: RulesPackage, workers: int) -> Readers:
    """The processes of this one that read pages, kept warm from unit to unit."""
    key = f"{rules.version}-{hashlib.sha256(repr(sorted(recipe.sources.items())).encode()).hexdigest()}"
    with _warming:
        if key not in _warm:
            for old in _warm.values():
                old.close()
            _warm.clear()
            _warm[key] = Readers(recipe, workers=workers)
            atexit.register(_warm[key].close)
        return _warm[key]
