"""Units of work that any machine can do: one archived segment is read where the unit runs, into a file of rows.

What a unit needs travels with it: the registry, the home's own metrics, what was withdrawn, and where archive and results lie.
"""

from __future__ import annotations

import atexit
import hashlib
import shutil
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Self

from pipelines.intake import take_in
from pipelines.load import BATCH, stored_page
from pipelines.rules import Recipe, rules_version
from pipelines.workers import Readers
from r57monitor.errors import ArchiveError, R57Error
from r57monitor.models import Article, Source
from warehouse.archive import Archive
from warehouse.facts import make_fetch_id
from warehouse.index import index_path
from warehouse.journal import Entry
from warehouse.records import ArchivedPage
from warehouse.rowfile import ROWS, RowFileWriter
from warehouse.storage import Storage
from warehouse.withheld import load_withheld
from warehouse.writers import BatchRows, StoredPage, without_withdrawn

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
        """Name of the file of rows that the unit leaves among the results."""
        return f"{self.segment}{ROWS}"


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
    """Read a segment and leave its rows, as Arrow batches in a file, among the results. Done twice, it leaves the same rows.

    Raises WrongRules, or ArchiveError where segment or results cannot be reached from this machine.
    """
    recipe = unit.rules.unpack()
    problems: list[str] = []
    with tempfile.TemporaryDirectory(prefix="r57-unit-") as name:
        folder = Path(name)
        segment = _bring(unit, folder)
        with _UnitRows(folder / "unit.rows", unit.withdrawals) as rows:
            taken = take_in(
                Archive(segment.parent),
                rows,
                lambda: _readers(recipe, unit.rules, workers),
                since=unit.since,
                report=problems.append,
                segments=[segment],
            )
        unit.results.put(folder / "unit.rows", unit.result)
    return UnitDone(
        segment=unit.segment,
        result=unit.result,
        pages=taken.pages,
        articles=taken.articles,
        set_aside=taken.set_aside,
        problems=tuple(problems),
    )


class _UnitRows:
    """Takes what is read from a segment, as the loader does, into a file of rows."""

    segments: frozenset[str] = frozenset()
    loaded: frozenset[str] = frozenset()

    def __init__(self, path: Path, withdrawals: Sequence[Entry]) -> None:
        self._file = RowFileWriter(path)
        self._withheld = load_withheld(withdrawals)
        self._pages: dict[str, StoredPage] = {}
        self._texts: set[tuple[str, str]] = set()  # written already: each text's rows come once

    def check(self) -> None:
        """Nothing can have gone wrong that was not raised."""

    def finish_segment(self, name: str) -> None:
        """The writer marks it."""

    def add(self, page: ArchivedPage, outcome: str, article: Article | None, error: str | None) -> None:
        self._pages.setdefault(make_fetch_id(page.raw, outcome), stored_page(page, outcome, article, error))
        if len(self._pages) >= BATCH:
            self._write()

    def _write(self) -> None:
        rows = BatchRows()
        for page in self._pages.values():
            rows.add(without_withdrawn(page, self._withheld))
        rows.add_texts(self._texts)
        self._texts.update(rows.articles)
        self._file.add(rows.tables())
        self._pages.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        if fault is None:
            self._write()
        self._file.close()


def _bring(unit: SegmentUnit, folder: Path) -> Path:
    """The segment as a file of this machine: where it lies, or copied from the storage, with its index."""
    if unit.archive.folder is not None:
        path = unit.archive.folder / unit.segment
        if not path.exists():
            raise ArchiveError(f"cannot see {path} from here: keep the home where every machine sees it, or set archive.storage.")
        return path
    path = folder / unit.segment
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
