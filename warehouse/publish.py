"""The read-only copy that readers open: brought up to date in the warehouse, tested, copied, and swapped in by rename."""

from __future__ import annotations

import logging
import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from pathlib import Path

import duckdb

from r57monitor.catalogue import load_home_catalogue
from r57monitor.clock import utc_now, vietnam_day, vietnam_today
from r57monitor.errors import HomeError, R57Error
from r57monitor.gazetteer import load_gazetteer
from warehouse.db import Connection, connect_for_writing, fetch_dicts, on_all_cores, to_utc, transaction, writing
from warehouse.derive import Knowledge, derive
from warehouse.durable import sync
from warehouse.home import Home, is_living
from warehouse.parts import iterate_parts
from warehouse.search_index import catch_up
from warehouse.snapshots import has_unstamped, last_snapshot, stamp_snapshot

TESTED = 20_000  # articles whose texts are held for a test
KEPT_FILES = 3  # readers that still hold an older file keep it until they let go of it


class PublishError(R57Error):
    """What was to be published breaks an expectation; readers keep the file they have."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A published file and what is in it."""

    number: int
    path: Path
    articles: int
    relevant: int
    figures: int
    sources: int


def publish(home: Home) -> Snapshot:
    """Publish what the warehouse holds now; the caller holds the home's lock, and may have the warehouse open.

    Raises PublishError where an expectation is broken (the old file stays), HomeError where the home cannot be written.
    """
    home.prepare()
    with _faults_in_words(home), _temporary(home) as file:
        con = connect_for_writing(home.warehouse)
        try:
            with writing(home.warehouse), on_all_cores(con):
                stamped = stamp_snapshot(con, home, _free_number(home))
                held = _held_snapshot(con)
                counts = _derive(con, home, stamped["number"], stamped["published_at"])
                # By another process: closing a file here would drop the lock DuckDB holds on it for this process.
                subprocess.run(["cp", str(home.warehouse), str(file)], check=True)
                _keep_search(home, con, held)
            return _finish(home, file, stamped["number"], counts)
        finally:
            con.close()


def has_news(home: Home) -> bool:
    """Whether a publish would show readers anything new; the caller holds the home's lock.

    What was stored since, other rules or catalogue entries of the home's own, or a new day, on which health and coverage go on.
    """
    published = home.resolve_published()
    if published is None or any(path.stat().st_mtime > published.stat().st_mtime for path in home.metrics.glob("*.toml")):
        return True
    con = connect_for_writing(home.warehouse)
    try:
        with writing(home.warehouse):
            last = last_snapshot(con)
            return last is None or vietnam_day(last) != vietnam_today() or has_unstamped(con)
    finally:
        con.close()


def ensure_published(home: Home) -> Path:
    """The file readers open; an empty one is made in a home that has none."""
    found = home.resolve_published()
    if found is not None:
        return found
    home.prepare()
    with _faults_in_words(home), _temporary(home) as file:
        number = _free_number(home)
        con = connect_for_writing(file)
        try:
            counts = _derive(con, home, number, to_utc(utc_now()) or utc_now())
        finally:
            con.close()
        return _finish(home, file, number, counts).path


def clear_leftovers(home: Home) -> None:
    """Remove the files that a process killed in mid-publish left. The caller holds the home's lock.

    A reader may be making the empty file of a new home at this moment: what belongs to a living process stays.
    """
    for leftover in (p for name in ("publishing-*.duckdb*", "copying-*.duckdb*", "published-link-*") for p in home.path.glob(name)):
        made_by = re.search(r"-(\d+)(?:\.|$)", leftover.name)
        if made_by is None or int(made_by[1]) == os.getpid() or not is_living(int(made_by[1])):
            with suppress(OSError):
                leftover.unlink()


@contextmanager
def _faults_in_words(home: Home) -> Iterator[None]:
    """A full disk or a home that is gone is said in one line."""
    try:
        yield
    except (duckdb.Error, OSError, subprocess.CalledProcessError) as error:
        why = " ".join(str(error).split())
        raise HomeError(
            f"nothing was published in {home.path}: {why}. Readers keep the last file, and what is archived is kept; "
            "look to the disk, then run `r57 publish`."
        ) from error


@contextmanager
def _temporary(home: Home) -> Iterator[Path]:
    """A name in the home for the file being made; nothing is left under it."""
    file = home.path / f"publishing-{os.getpid()}.duckdb"
    try:
        yield file
    finally:
        for leftover in (file, file.with_name(file.name + ".wal")):
            leftover.unlink(missing_ok=True)


def _held_snapshot(con: Connection) -> int | None:
    """The snapshot that the derived tables are of before they are brought up to date; None where there are none."""
    known = "SELECT 1 FROM duckdb_tables() WHERE (database_name, schema_name, table_name) = (current_database(), 'derived', 'made')"
    row = con.execute("SELECT number FROM derived.made").fetchone() if con.execute(known).fetchone() else None
    return row[0] if row else None


def _keep_search(home: Home, con: Connection, held: int | None) -> None:
    """Just before the swap, so that index and file are of the same snapshot at nearly all times; its faults stop no publish."""
    try:
        catch_up(home, con, held)
    except HomeError as error:
        logging.getLogger(__name__).warning("%s", error)


def _free_number(home: Home) -> int:
    return max((n for n, _ in home.published_files()), default=0) + 1


def _derive(con: Connection, home: Home, number: int, published_at: datetime) -> dict[str, int]:
    """Bring what readers see up to date and test it, all or nothing; everything is in the file then. Returns counts."""
    knowledge = Knowledge(load_gazetteer(), load_home_catalogue(home.metrics))
    with transaction(con):
        derive(con, knowledge, number=number, published_at=published_at, is_practice=home.is_practice)
        check_expectations(con, "restated")
    con.execute("CHECKPOINT")
    return _count(con)


def _finish(home: Home, file: Path, number: int, counts: dict[str, int]) -> Snapshot:
    target = home.path / f"published-{number}.duckdb"
    _swap_in(home, file, target)
    return Snapshot(number, target, **counts)


def _count(con: Connection) -> dict[str, int]:
    sql = """SELECT (SELECT count(*) FROM derived.articles) AS articles,
                    (SELECT count(*) FROM derived.articles WHERE is_relevant) AS relevant,
                    (SELECT count(*) FROM main.figures) AS figures, (SELECT count(*) FROM core.sources) AS sources"""
    return dict(fetch_dicts(con, sql)[0])


def expectations() -> list[tuple[str, str]]:
    """(what is expected, query for the rows that break it) of warehouse/expectations.sql."""
    text = (resources.files("warehouse") / "expectations.sql").read_text("utf-8")
    found = []
    for block in text.split("\n\n"):
        lines = block.strip().split("\n")
        names = [line[2:].strip() for line in lines if line.startswith("--")]
        query = "\n".join(line for line in lines if not line.startswith("--")).strip()
        if query:
            found.append((" ".join(names), query.rstrip(";")))
    return found


def check_expectations(con: Connection, among: str = "derived.articles") -> None:
    """Raise PublishError naming the first expectation that is broken, with an example.

    among: the table whose articles have their texts looked at too; a publish names those that came new.
    """
    for name, query in expectations():
        for _ in iterate_parts(con, among, TESTED) if " part " in query else (0,):
            broken = con.execute(query).fetchmany(3)
            if broken:
                shown = "; ".join(", ".join(str(value) for value in row) for row in broken)
                raise PublishError(f"nothing was published: it does not hold that {name} ({shown}). Readers keep the last file.")


def _swap_in(home: Home, file: Path, target: Path) -> None:
    sync(file)
    file.replace(target)
    link = home.path / f"published-link-{os.getpid()}"
    link.unlink(missing_ok=True)
    link.symlink_to(target.name)
    link.replace(home.published)
    sync(home.path)
    for _, old in home.published_files()[:-KEPT_FILES]:
        with suppress(FileNotFoundError):
            old.unlink()
