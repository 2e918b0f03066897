"""Connecting to DuckDB, migrating, and writing many rows at once. The one module that opens a file for writing."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from r57monitor.errors import HomeError, R57Error

if TYPE_CHECKING:
    import pyarrow as pa

Connection = duckdb.DuckDBPyConnection
Row = dict[str, Any]

CHECKPOINT_AFTER = "128MB"  # of log; a checkpoint writes the last row group anew, texts and all, so not at every 16 MB
MEMORY_LIMIT = "2000MB"  # of the database; what needs more goes to files beside it for the time
_LEAST_MEMORY = "40MB"  # while it is given back: what is not in use goes below this
_CATALOG = "warehouse"  # name of the writer's file within its connections
_ROW_GROUP = 20_480  # rows: a checkpoint packs the last group anew, which takes memory for a quarter of its texts

# One process writes; within it a store and the copying of a publish must not overlap (a checkpoint rewrites the file).
_WRITING: dict[Path, threading.RLock] = {}
_WRITING_GUARD = threading.Lock()


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Hold the warehouse file for one transaction or one copy, against other threads of this process."""
    with _WRITING_GUARD:
        lock = _WRITING.setdefault(path.resolve(), threading.RLock())
    with lock:
        yield


def connect_for_writing(path: Path) -> Connection:
    """The writer's connection, migrated to today's schema. The caller holds the home's lock.

    Raises HomeError where the file is held by another process, is no database, or is of a newer program.
    """
    try:
        con = _attach(path)
    except duckdb.Error as error:
        hint = "" if "lock" in str(error).lower() else " `r57 replay` makes it anew from archive and journal."
        raise HomeError(f"cannot open {path}: {_one_line(error)}{hint}") from error
    con.execute("SET TimeZone = 'UTC'")
    con.execute(f"SET checkpoint_threshold = '{CHECKPOINT_AFTER}'")
    con.execute("SET preserve_insertion_order = false")  # large inserts then hold a part of their rows only
    con.execute(f"SET memory_limit = '{MEMORY_LIMIT}'")
    migrate(con)
    return con


def _attach(path: Path) -> Connection:
    """A connection with the file in use; those of one process share what holds it open, which is let go with the last of them."""
    con = duckdb.connect(f":memory:{path.resolve()}")
    try:
        quoted = str(path).replace("'", "''")
        con.execute(f"ATTACH IF NOT EXISTS '{quoted}' AS {_CATALOG} (ROW_GROUP_SIZE {_ROW_GROUP})")
        con.execute(f"USE {_CATALOG}")
    except duckdb.Error:
        con.close()
        raise
    return con


def connect_beside(con: Connection) -> Connection:
    """A second connection to the database that one has in use, for a result that is read while the first goes on."""
    [(name,)] = con.execute("SELECT current_database()").fetchall()
    beside = con.cursor()
    beside.execute(f'USE "{name}"')
    return beside


def store_on_one_core(con: Connection) -> None:
    """Small batches, stored one after another: a second thread makes them a quarter dearer and holds rows of its own.

    DuckDB knows threads of the whole process only: whoever works something out meanwhile asks for `on_all_cores`.
    """
    con.execute("SET threads = 1")


@contextmanager
def on_all_cores(con: Connection) -> Iterator[None]:
    """Work that wants every core, in a process that may store on one."""
    before = con.execute("SELECT current_setting('threads')").fetchall()[0][0]
    con.execute("RESET threads")
    try:
        yield
    finally:
        with suppress(duckdb.Error):  # a full disk has closed the database: that is what is told
            con.execute(f"SET threads = {before}")


def drop_cache(con: Connection) -> None:
    """Write everything to the file and give back the memory that held it, keys too."""
    with suppress(duckdb.Error):  # more is in use than that: the rest has gone
        con.execute(f"SET memory_limit = '{_LEAST_MEMORY}'")
    with suppress(duckdb.Error):
        con.execute("CHECKPOINT")  # within little memory where that will do
        con.execute(f"SET memory_limit = '{_LEAST_MEMORY}'")
    con.execute(f"SET memory_limit = '{MEMORY_LIMIT}'")


def installed_extensions() -> set[str]:
    """Names of the extensions that DuckDB has without asking the network."""
    with duckdb.connect() as con:
        return {str(name) for (name,) in con.execute("SELECT extension_name FROM duckdb_extensions() WHERE installed").fetchall()}


@cache
def load_sql(name: str) -> str:
    """Text of warehouse/queries/<name>.sql."""
    return (resources.files("warehouse") / "queries" / f"{name}.sql").read_text("utf-8")


@lru_cache(maxsize=1)
def name_layout() -> str:
    """A name for the tables and views of a published file, which the questions to it rely on; the writer's own tables are among them."""
    whole = "".join([*(load_sql(name) for name in ("derive_tables", "derive_about", "views")), *(sql for _, _, sql in migrations())])
    return hashlib.sha256(whole.encode()).hexdigest()[:12]


def run_steps(con: Connection, name: str, parameters: Row | None = None) -> None:
    """Run every statement of warehouse/queries/<name>.sql, each with those of the parameters that it names."""
    for statement in con.extract_statements(load_sql(name)):
        con.execute(statement, {key: value for key, value in (parameters or {}).items() if key in statement.named_parameters})


def migrations() -> list[tuple[int, str, str]]:
    """(number, file name, SQL) of every migration, in order."""
    folder = resources.files("warehouse") / "migrations"
    found = [(int(f.name[:4]), f.name, f.read_text("utf-8")) for f in folder.iterdir() if f.name.endswith(".sql")]
    return sorted(found)


def migrate(con: Connection) -> list[int]:
    """Apply what is missing, each migration in one transaction with its record; returns the numbers applied."""
    con.execute("CREATE SCHEMA IF NOT EXISTS core")
    con.execute("CREATE TABLE IF NOT EXISTS core.migrations (number INTEGER PRIMARY KEY, name VARCHAR NOT NULL)")
    done = {n for (n,) in con.execute("SELECT number FROM core.migrations").fetchall()}
    known = migrations()
    newer = done - {n for n, _, _ in known}
    if newer:
        raise HomeError(f"this warehouse was written by a newer r57monitor (migration {max(newer)}); update the program.")
    applied = []
    for number, name, sql in known:
        if number in done:
            continue
        try:
            with transaction(con):
                con.execute(sql)
                con.execute("INSERT INTO core.migrations VALUES (?, ?)", [number, name])
        except duckdb.Error as error:
            said = f"the warehouse could not be brought up to date ({name}: {_one_line(error)}); it is as it was."
            raise HomeError(f"{said} `r57 replay` makes it anew from archive and journal.") from error
        applied.append(number)
    return applied


@contextmanager
def transaction(con: Connection) -> Iterator[None]:
    """All or nothing."""
    con.execute("BEGIN")
    try:
        yield
    except BaseException:
        con.execute("ROLLBACK")
        raise
    con.execute("COMMIT")


def settle(con: Connection) -> None:
    """Keep what an open transaction did so far, and go on in a new one: what is not committed yet stays in memory or in files beside.

    For what may be left half-done, since whoever comes next sees that it is and begins anew.
    """
    con.execute("COMMIT")
    con.execute("BEGIN")


def insert_rows(con: Connection, table: str, rows: Sequence[Row]) -> None:
    """Write rows in one Arrow batch, leaving out those whose key is already there. All rows have the keys of the first."""
    _write_batch(con, table, rows, "ON CONFLICT DO NOTHING")


def upsert_rows(con: Connection, table: str, key: str, rows: Sequence[Row]) -> None:
    """Write rows in one Arrow batch over those with the same key."""
    changed = ", ".join(f"{column} = excluded.{column}" for column in (rows[0] if rows else ()) if column != key)
    _write_batch(con, table, rows, f"ON CONFLICT ({key}) DO UPDATE SET {changed}")


def fill_table(con: Connection, table: str, rows: Sequence[Row]) -> None:
    """Write rows that are not there yet in one Arrow batch: of a table without a key, or told apart from what is there before."""
    _write_batch(con, table, rows, "")


def _write_batch(con: Connection, table: str, rows: Sequence[Row], ending: str) -> None:
    if not rows:
        return
    # Named in the query itself: what is registered instead stays in memory until the transaction ends, a gigabyte in a large publish.
    incoming_rows = make_batch(con, table, rows)
    names = ", ".join(incoming_rows.column_names)
    con.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM incoming_rows {ending}")  # noqa: S608


def make_batch(con: Connection, table: str, rows: Sequence[Row]) -> pa.Table:
    """Rows as Arrow holds them for a table. All rows have the keys of the first."""
    return make_table(rows, _types(con, table))


def make_table(rows: Sequence[Row], types: Mapping[str, str]) -> pa.Table:
    """Rows as Arrow holds them for columns of these types. All rows have the keys of the first."""
    import pyarrow as pa  # here: who only reads is spared what loading it takes, as long as a small command does

    columns = list(rows[0])
    return pa.Table.from_arrays([pa.array([row[c] for row in rows], type=_arrow_type(types[c])) for c in columns], names=columns)


def _types(con: Connection, table: str) -> dict[str, str]:
    return dict(con.execute(f"SELECT column_name, column_type FROM (DESCRIBE {table})").fetchall())  # noqa: S608 (a name of our own)


@cache
def core_types() -> Mapping[str, Mapping[str, str]]:
    """Columns and their types of every core table, as today's schema has them; for rows that are made where no warehouse is."""
    with duckdb.connect(":memory:") as con:
        migrate(con)
        tables = con.execute("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'core'").fetchall()
        return {f"core.{name}": _types(con, f"core.{name}") for (name,) in tables}


@cache
def _arrow_types() -> dict[str, pa.DataType]:
    import pyarrow as pa

    return {
        "VARCHAR": pa.string(),
        "VARCHAR[]": pa.list_(pa.string()),
        "BOOLEAN": pa.bool_(),
        "INTEGER": pa.int32(),
        "BIGINT": pa.int64(),
        "UBIGINT": pa.uint64(),
        "DOUBLE": pa.float64(),
        "DATE": pa.date32(),
        "TIMESTAMP": pa.timestamp("us"),
        "BLOB": pa.binary(),
    }


def _arrow_type(kind: str) -> pa.DataType:
    try:
        return _arrow_types()[kind]
    except KeyError as error:
        raise R57Error(f"no Arrow type is known for the column type {kind}.") from error


def as_row(thing: Any) -> Row:
    """A row of what a dataclass with slots holds: `dataclasses.asdict` without its copying, which costs more than the ledger's rules."""
    return {name: getattr(thing, name) for name in thing.__slots__}


class Rows(list[Row]):
    """Rows of a query with the names of its columns, which are known also where no row is."""

    def __init__(self, rows: Iterable[Row], columns: Sequence[str]) -> None:
        super().__init__(rows)
        self.columns = tuple(columns)


def fetch_dicts(con: Connection, sql: str, parameters: Sequence[Any] | dict[str, Any] | None = None) -> Rows:
    """Rows of a query as dicts by column name, in the order given."""
    cursor = con.execute(sql, parameters) if parameters is not None else con.execute(sql)
    names = [column[0] for column in cursor.description or []]
    return Rows((dict(zip(names, row, strict=True)) for row in cursor.fetchall()), names)


def to_utc(instant: datetime | None) -> datetime | None:
    """An aware instant as the naive UTC that the warehouse stores; a naive one is taken to be UTC already."""
    if instant is None or instant.tzinfo is None:
        return instant
    return instant.astimezone(UTC).replace(tzinfo=None)


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
