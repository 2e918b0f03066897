"""An earlier snapshot as it stood, computed again from the rows that were stored until then."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from r57monitor.catalogue import load_home_catalogue
from r57monitor.errors import HomeError, UsageError
from r57monitor.gazetteer import load_gazetteer
from warehouse.db import Connection, Row, fetch_dicts, migrate
from warehouse.derive import Knowledge, derive
from warehouse.home import Home
from warehouse.queries.reader import Reader, open_file, open_published

_STAMPED = "stored_in <= $number"
_READ = "fetch_id IN (SELECT fetch_id FROM core.fetches)"
_TOLD = "(article_id, text_hash) IN (SELECT (article_id, text_hash) FROM core.readings)"
_SOURCES = """INSERT INTO core.sources BY NAME SELECT * EXCLUDE (stored_in) FROM core.source_versions
              QUALIFY row_number() OVER (PARTITION BY source_id ORDER BY stored_in DESC) = 1"""
_META = """INSERT INTO core.meta SELECT 'rules_version', rules_version FROM core.snapshots
           WHERE number = $number AND rules_version IS NOT NULL"""


@contextmanager
def open_as_of(home: Home, number: int) -> Iterator[Reader]:
    """The public views as they stood in a snapshot, whatever was stored, edited or found late since then.

    Reads the published file only, so it needs no lock. The rules are today's: where the snapshot was made by others
    (main.snapshot.rules_version against that of the published file) its rows may differ from what was shown then.
    Raises UsageError for a snapshot there is none of, naming those there are.
    """
    with tempfile.TemporaryDirectory(prefix="r57-as-of-") as folder:
        file = Path(folder) / f"as-of-{number}.duckdb"
        rebuild_snapshot(home, number, file)
        with open_file(file) as reader:
            yield reader


def rebuild_snapshot(home: Home, number: int, file: Path) -> None:
    """Make the file that snapshot `number` published, once more, under another name. Raises as open_as_of()."""
    source = home.resolve_published()
    if source is None:
        open_published(home)  # raises, with the way out
        return
    con = duckdb.connect(str(file))
    try:
        con.execute("SET TimeZone = 'UTC'")
        migrate(con)
        quoted = str(source).replace("'", "''")
        con.execute(f"ATTACH '{quoted}' AS published (READ_ONLY)")
        row = _find(con, home, number)
        con.execute("BEGIN")
        for table in _tables(con):
            _copy(con, table, number)
        con.execute(_SOURCES)
        con.execute("DELETE FROM core.meta WHERE key = 'rules_version'")  # those of the newest, which this snapshot may never have seen
        con.execute(_META, {"number": number})
        knowledge = Knowledge(load_gazetteer(), load_home_catalogue(home.metrics))
        derive(con, knowledge, number=number, published_at=row["published_at"], is_practice=row["is_practice"])
        con.execute("COMMIT")
        con.execute("DETACH published")
    except duckdb.Error as error:
        raise HomeError(f"snapshot {number} cannot be made from {source}: {' '.join(str(error).split())}") from error
    finally:
        con.close()


def _find(con: Connection, home: Home, number: int) -> Row:
    rows = {row["number"]: row for row in fetch_dicts(con, "SELECT * FROM published.core.snapshots ORDER BY number")}
    if number not in rows:
        if not rows:
            raise UsageError(f"there is no snapshot {number} in {home.path}: none is known yet.")
        way_out = '`r57 sql "SELECT * FROM snapshots"`'
        raise UsageError(f"there is no snapshot {number} in {home.path}; known are {min(rows)} to {max(rows)}, listed by {way_out}.")
    return rows[number]


def _tables(con: Connection) -> list[str]:
    """Tables of facts, those first that others are chosen by."""
    sql = "SELECT table_name FROM duckdb_tables() WHERE database_name = 'published' AND schema_name = 'core' ORDER BY table_name"
    names = [name for (name,) in con.execute(sql).fetchall() if name not in {"migrations", "sources"}]
    return sorted(names, key=lambda name: (name != "fetches", name != "readings", name))


def _copy(con: Connection, table: str, number: int) -> None:
    """Copy what was there: by its stamp, by the fetch that brought it, or (what bears neither) whole."""
    columns = {name for (name,) in con.execute(f"SELECT column_name FROM (DESCRIBE published.core.{table})").fetchall()}  # noqa: S608
    if table == "snapshots":
        test = "number <= $number"
    elif "stored_in" in columns:
        test = _STAMPED
    elif "fetch_id" in columns:
        test = _READ
    else:
        test = _TOLD if {"article_id", "text_hash"} <= columns else "true"
    named = {"number": number} if "$number" in test else None
    con.execute(f"INSERT INTO core.{table} BY NAME SELECT * FROM published.core.{table} WHERE {test}", named)  # noqa: S608 (names of our own)
