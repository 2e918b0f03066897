"""`r57 replay`: archive and journal read again by today's rules into a new warehouse, which then takes the old one's place."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import partial
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
from warehouse.storage import Storage, folder_storage

_FOLDER = ".replay"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayResult:
    """What a replay read. `snapshot` is None where nothing was published."""

    pages: int
    articles: int
    set_aside: int
    snapshot: int | None
    problems: tuple[str, ...]


def run_replay(home: Home, shown: Shown, *, since: date | None = None, publish: bool = True, engine: str | None = None) -> ReplayResult:
    """Read every archived fetch again, without the network. A replay that is broken off leaves the old warehouse as it was.

    since: fetches before this day (Vietnam) keep their rows and only later ones are read again.
    engine: address of a cluster whose workers read the segments.
    """
    with home.lock("replay"):
        archive, journal = open_archive(home), Journal(home.journal)
        fetch_indexes(archive)
        for saved in archive.recover():
            shown.say(f"recovered {saved.segment}: {saved.fetches} fetches kept, {saved.dropped_bytes} torn bytes dropped")
        if not archive.segments() and not any(home.journal.glob("*.jsonl")):
            raise R57Error(f"{home.path} has no archive to replay. Crawl or ingest something first.")
        carry_out_withdrawals(home, journaled_sources(journal), shown)
        problems: list[str] = []
        taken = _rebuild(home, archive, journal, since, shown, problems, engine)
        snapshot = publish_home(home).number if publish else None
    return ReplayResult(pages=taken.pages, articles=taken.articles, set_aside=taken.set_aside, snapshot=snapshot, problems=tuple(problems))


def _rebuild(
    home: Home, archive: Archive, journal: Journal, since: date | None, shown: Shown, problems: list[str], engine: str | None
) -> Taken:
    workshop = Home(home.path / _FOLDER)
    shutil.rmtree(workshop.path, ignore_errors=True)  # of a replay that was killed
    workshop.path.mkdir(parents=True)
    try:
        start = _carry_over(home, workshop, since)
        taken = _read_again(home, workshop, archive, journal, start, shown, problems, engine)
        _swap_in(workshop.warehouse, home.warehouse)
    finally:
        shutil.rmtree(workshop.path, ignore_errors=True)
    return taken


def _carry_over(home: Home, workshop: Home, since: date | None) -> datetime | None:
    """With a start day: copy the old warehouse and forget what is to be read again."""
    if since is None or not home.warehouse.exists():
        return None
    start = datetime.combine(since, time(), VIETNAM).astimezone(UTC)
    forget_since(home.warehouse, workshop.warehouse, start)
    return start


def _read_again(
    home: Home,
    workshop: Home,
    archive: Archive,
    journal: Journal,
    start: datetime | None,
    shown: Shown,
    problems: list[str],
    engine: str | None,
) -> Taken:
    def report(line: str) -> None:
        if line not in problems:
            problems.append(line)
            shown.say(line)

    sources = known_sources(home, journal)
    recipe = recipe_for(home, sources)
    loader = Loader(workshop, rules=rules_version(recipe))
    loader.open(sources)
    try:
        for entry in journal.iterate():
            loader.add_entry(entry)
        total = sum(len(archive.entries(segment, report)) for segment in archive.segments())
        step = partial(_step, shown, total)
        if engine is None:
            taken = _read_here(archive, loader, recipe, start, report, step)
        else:
            order = _Order(archive, workshop, journal, recipe, start)
            taken = _read_elsewhere(engine, order, loader, report, step)
    except BaseException:
        with suppress(R57Error):
            loader.close()
        raise
    loader.close()
    return taken


def _step(shown: Shown, total: int, done: int) -> None:
    shown.step("read", done, total)


def _read_here(
    archive: Archive, loader: Loader, recipe: Recipe, start: datetime | None, report: Callable[[str], None], step: Callable[[int], None]
) -> Taken:
    readers: list[Readers] = []

    def start_readers() -> Readers:
        readers.append(Readers(recipe))
        return readers[0]

    try:
        return take_in(archive, loader, start_readers, since=start, report=report, step=step)
    finally:
        for pool in readers:
            pool.close()


@dataclass(frozen=True, slots=True)
class _Order:
    """What a cluster is to read."""

    archive: Archive
    workshop: Home
    journal: Journal
    recipe: Recipe
    start: datetime | None

    def _place(self, segment: Path) -> Storage:
        """Where workers find a segment: in the storage, unless it was not stored yet."""
        stored = self.archive.storage
        return folder_storage(self.archive.folder) if stored is None or segment.exists() else stored

    def units(self) -> list[SegmentUnit]:
        shared = self.archive.storage
        results = shared / "units" if shared is not None else folder_storage(self.workshop.path / "units")
        rules = pack_rules(self.recipe)
        withdrawals = tuple(e for e in self.journal.iterate() if str(e["event"]).startswith("withdrawal"))
        return [
            SegmentUnit(
                segment=segment.name, archive=self._place(segment), results=results, rules=rules, withdrawals=withdrawals, since=self.start
            )
            for segment in self.archive.segments()
        ]


def _read_elsewhere(engine: str, order: _Order, loader: Loader, report: Callable[[str], None], step: Callable[[int], None]) -> Taken:
    """The segments read by a cluster's workers, their rows stored in the archive's order."""
    taken = Taken()
    units = order.units()
    if not units:
        return taken
    with connected(engine, report) as cluster:
        for unit, done in zip(units, cluster.run(read_segment, units, units[0].rules), strict=True):
            for line in done.problems:
                report(line)
            file = order.workshop.path / done.result
            unit.results.get(done.result, file)
            unit.results.remove(done.result)
            loader.merge(file, [done.segment])
            loader.check()
            taken.pages += done.pages
            taken.articles += done.articles
            taken.set_aside += done.set_aside
            step(taken.pages)
    return taken


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
