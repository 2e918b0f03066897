"""`r57 replay`: archive and journal read again by today's rules into a new warehouse, which then takes the old one's place."""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path

from pipelines.cluster import connected
from pipelines.intake import Taken, take_in
from pipelines.load import Loader
from pipelines.rules import Recipe, recipe_for, rules_version
from pipelines.units import SegmentUnit, pack_rules, read_segment
from pipelines.workers import Readers
from r57monitor.cli.progress import Shown
from r57monitor.cli.session import carry_out_withdrawals, choose_registry, journaled_sources
from r57monitor.clock import VIETNAM
from r57monitor.errors import R57Error
from r57monitor.models import Source
from spiders.leads import allowed_hosts
from warehouse.archive import Archive
from warehouse.depot import fetch_indexes, open_archive
from warehouse.forget import forget_since
from warehouse.home import Home
from warehouse.journal import Journal
from warehouse.publish import publish as publish_home
from warehouse.storage import folder_storage
from warehouse.withheld import is_withdrawal

_FOLDER = ".replay"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayResult:
    """What a replay read. `snapshot` is None where nothing was published."""

    pages: int
    articles: int
    set_aside: int
    snapshot: int | None
    problems: tuple[str, ...]


def run_replay(
    home: Home,
    shown: Shown,
    *,
    since: date | None = None,
    publish: bool = True,
    engine: str | None = None,
    workers: int | None = None,
) -> ReplayResult:
    """Read every archived fetch again, without the network. A replay that is broken off leaves the old warehouse as it was.

    since: fetches before this day (Vietnam) keep their rows and only later ones are read again.
    engine: address of a cluster whose workers read the segments. workers: processes that read here; None: one for each core, at most four.
    """
    with home.lock("replay"):
        archive, journal = open_archive(home), Journal(home.journal)
        fetch_indexes(archive)
        for saved in archive.recover():
            shown.say(f"recovered {saved.segment}: {saved.fetches} fetches kept, {saved.dropped_bytes} torn bytes dropped")
        if not archive.segments() and not any(home.journal.glob("*.jsonl")):
            raise R57Error(f"{home.path} has no archive to replay. Crawl or ingest something first.")
        carry_out_withdrawals(home, journaled_sources(journal), shown)
        replay = _Replay(home, Home(home.path / _FOLDER), archive, journal, shown, engine, workers)
        taken = replay.rebuild(since)
        snapshot = publish_home(home).number if publish else None
    return ReplayResult(
        pages=taken.pages, articles=taken.articles, set_aside=taken.set_aside, snapshot=snapshot, problems=tuple(replay.problems)
    )


@dataclass(slots=True)
class _Replay:
    """One replay: into a warehouse in the workshop, which takes the home's place when it is whole."""

    home: Home
    workshop: Home
    archive: Archive
    journal: Journal
    shown: Shown
    engine: str | None
    workers: int | None
    problems: list[str] = field(default_factory=list)
    total: int = 0  # fetches to be read, at most

    def rebuild(self, since: date | None) -> Taken:
        shutil.rmtree(self.workshop.path, ignore_errors=True)  # of a replay that was killed
        self.workshop.path.mkdir(parents=True)
        try:
            taken = self._read_again(self._carry_over(since))
            _swap_in(self.workshop.warehouse, self.home.warehouse)
        finally:
            shutil.rmtree(self.workshop.path, ignore_errors=True)
        return taken

    def _carry_over(self, since: date | None) -> datetime | None:
        """With a start day: copy the old warehouse and forget what is to be read again."""
        if since is None or not self.home.warehouse.exists():
            return None
        start = datetime.combine(since, time(), VIETNAM).astimezone(UTC)
        forget_since(self.home.warehouse, self.workshop.warehouse, start)
        return start

    def _read_again(self, start: datetime | None) -> Taken:
        sources = known_sources(self.home, self.journal)
        recipe = recipe_for(self.home, sources)
        loader = Loader(self.workshop, rules=rules_version(recipe))
        loader.open(sources)
        try:
            for entry in self.journal.iterate():
                loader.add_entry(entry)
            self.total = sum(len(self.archive.entries(segment, self._report)) for segment in self.archive.segments())
            read = self._read_here if self.engine is None else self._read_elsewhere
            taken = read(loader, recipe, start)
        except BaseException:
            with suppress(R57Error):
                loader.close()
            raise
        loader.close()
        return taken

    def _report(self, line: str) -> None:
        if line not in self.problems:
            self.problems.append(line)
            self.shown.say(line)

    def _step(self, done: int) -> None:
        self.shown.step("read", done, self.total)

    def _read_here(self, loader: Loader, recipe: Recipe, start: datetime | None) -> Taken:
        readers: list[Readers] = []

        def start_readers() -> Readers:
            readers.append(Readers(recipe, workers=self.workers))
            return readers[0]

        try:
            return take_in(self.archive, loader, start_readers, since=start, report=self._report, step=self._step)
        finally:
            for pool in readers:
                pool.close()

    def _read_elsewhere(self, loader: Loader, recipe: Recipe, start: datetime | None) -> Taken:
        """The segments read by a cluster's workers, their rows stored in the archive's order."""
        assert self.engine is not None
        taken = Taken()
        units = self._units(recipe, start)
        if not units:
            return taken
        with connected(self.engine, self._report) as cluster:
            for unit, done in zip(units, cluster.run(read_segment, units, units[0].rules), strict=True):
                for line in done.problems:
                    self._report(line)
                file = self.workshop.path / done.result
                unit.results.take(done.result, file)
                loader.merge(file, [done.segment])
                loader.check()
                taken.pages += done.pages
                taken.articles += done.articles
                taken.set_aside += done.set_aside
                self._step(taken.pages)
        return taken

    def _units(self, recipe: Recipe, start: datetime | None) -> list[SegmentUnit]:
        shared = self.archive.storage
        here = folder_storage(self.archive.folder)
        results = shared / "units" if shared is not None else folder_storage(self.workshop.path / "units")
        rules = pack_rules(recipe)
        withdrawals = tuple(e for e in self.journal.iterate() if is_withdrawal(e))
        return [
            SegmentUnit(
                segment=segment.name,
                archive=here if shared is None or segment.exists() else shared,
                results=results,
                rules=rules,
                withdrawals=withdrawals,
                since=start,
            )
            for segment in self.archive.segments()
        ]


def known_sources(home: Home, journal: Journal) -> dict[str, Source]:
    """The sources a home was crawled with, by today's registry where it still has them.

    An entry of the same id for other hosts is another outlet's: the home was crawled with a registry of its own (--sources).
    """
    known = journaled_sources(journal)
    today = choose_registry(home, ())
    return {
        source_id: today[source_id] if source_id in today and allowed_hosts(today[source_id]) & allowed_hosts(source) else source
        for source_id, source in known.items()
    }


def _swap_in(new: Path, old: Path) -> None:
    log = old.with_name(old.name + ".wal")
    log.unlink(missing_ok=True)  # it belongs to the file that goes
    new.replace(old)
