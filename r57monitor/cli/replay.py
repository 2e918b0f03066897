"""`r57 replay`: archive and journal read again by today's rules into a new warehouse, which then takes the old one's place."""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

from pipelines.intake import Taken, take_in
from pipelines.load import Loader
from pipelines.rules import recipe_for, rules_version
from pipelines.workers import Readers
from r57monitor.cli.progress import Shown
from r57monitor.cli.session import carry_out_withdrawals, choose_registry, journaled_sources
from r57monitor.clock import VIETNAM
from r57monitor.errors import R57Error
from r57monitor.models import Source
from spiders.leads import allowed_hosts
from warehouse.archive import Archive
from warehouse.forget import forget_since
from warehouse.home import Home
from warehouse.journal import Journal
from warehouse.publish import publish as publish_home

_FOLDER = ".replay"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayResult:
    """What a replay read. `snapshot` is None where nothing was published."""

    pages: int
    articles: int
    set_aside: int
    snapshot: int | None
    problems: tuple[str, ...]


def run_replay(home: Home, shown: Shown, *, since: date | None = None, publish: bool = True) -> ReplayResult:
    """Read every archived fetch again, without the network. A replay that is broken off leaves the old warehouse as it was.

    since: fetches before this day (Vietnam) keep their rows and only later ones are read again.
    """
    with home.lock("replay"):
        archive, journal = Archive(home.archive), Journal(home.journal)
        for saved in archive.recover():
            shown.say(f"recovered {saved.segment}: {saved.fetches} fetches kept, {saved.dropped_bytes} torn bytes dropped")
        if not archive.segments() and not any(home.journal.glob("*.jsonl")):
            raise R57Error(f"{home.path} has no archive to replay. Crawl or ingest something first.")
        carry_out_withdrawals(home, journaled_sources(journal), shown)
        problems: list[str] = []
        taken = _rebuild(home, archive, journal, since, shown, problems)
        snapshot = publish_home(home).number if publish else None
    return ReplayResult(pages=taken.pages, articles=taken.articles, set_aside=taken.set_aside, snapshot=snapshot, problems=tuple(problems))


def _rebuild(home: Home, archive: Archive, journal: Journal, since: date | None, shown: Shown, problems: list[str]) -> Taken:
    workshop = Home(home.path / _FOLDER)
    shutil.rmtree(workshop.path, ignore_errors=True)  # of a replay that was killed
    workshop.path.mkdir(parents=True)
    try:
        start = _carry_over(home, workshop, since)
        taken = _read_again(home, workshop, archive, journal, start, shown, problems)
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
    home: Home, workshop: Home, archive: Archive, journal: Journal, start: datetime | None, shown: Shown, problems: list[str]
) -> Taken:
    def report(line: str) -> None:
        if line not in problems:
            problems.append(line)
            shown.say(line)

    sources = known_sources(home, journal)
    total = sum(len(archive.entries(segment, report)) for segment in archive.segments())
    recipe = recipe_for(home, sources)
    loader = Loader(workshop, rules=rules_version(recipe))
    loader.open(sources)
    readers: list[Readers] = []

    def start_readers() -> Readers:
        readers.append(Readers(recipe))
        return readers[0]

    try:
        for entry in journal.iterate():
            loader.add_entry(entry)
        taken = take_in(archive, loader, start_readers, since=start, report=report, step=lambda done: shown.step("read", done, total))
    except BaseException:
        with suppress(R57Error):
            loader.close()
        raise
    finally:
        for pool in readers:
            pool.close()
    loader.close()
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
