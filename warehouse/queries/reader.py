"""The readers' connection to the published file: read-only, locked, without files or network; and users' own SQL."""

from __future__ import annotations

import shlex
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb

from r57monitor.errors import HomeError, R57Error, UsageError
from warehouse.db import Connection, Row, fetch_dicts, name_layout
from warehouse.home import Home

MEMORY_LIMIT = "800MB"
THREADS = 2
SQL_TIMEOUT_S = 30.0
TOO_MUCH_MEMORY = "the query needs more memory than it may use."
SQL_MAX_ROWS = 10_000
_WRONG = (duckdb.ParserException, duckdb.BinderException, duckdb.CatalogException, duckdb.PermissionException)

# Every reader of a process uses the same: DuckDB opens one path under one configuration only.
_LOCKED: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "memory_limit": MEMORY_LIMIT,
    "threads": THREADS,
    "temp_directory": "",
    "dynamic_or_filter_threshold": 1000,  # rows that a table of a page shows are fetched by their places, all others not unpacked
    "lock_configuration": "true",
}


class SqlError(R57Error):
    """A user's query that cannot be run, in one line."""


class SqlRefusedError(SqlError, UsageError):
    """A query that is wrong in itself, whatever time and memory it had: a wrong argument."""


@dataclass(frozen=True, slots=True)
class SqlResult:
    """What a user's query gave. truncated: there were more rows than the limit."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    truncated: bool


class Reader:
    """One published file, open for one page or one command. Usable from several threads."""

    def __init__(self, path: Path, con: Connection) -> None:
        self.path = path
        self._con = con

    def rows(self, sql: str, parameters: Sequence[Any] | dict[str, Any] | None = None) -> list[Row]:
        """Rows of a query as dicts by column name."""
        return fetch_dicts(self._con.cursor(), sql, parameters)

    def cursor(self) -> Connection:
        """A connection of its own to the same file, for one thread."""
        return self._con.cursor()

    def close(self) -> None:
        """Let go of the file."""
        self._con.close()

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def open_published(home: Home) -> Reader:
    """Open the file that is published now. Raises HomeError, with the way out, where there is none or it cannot be read."""
    path = home.resolve_published()
    if path is None:
        shown = shlex.quote(str(home.path))
        if not home.path.exists():
            raise HomeError(
                f"there is no folder {home.path}: name another home with --home DIR, or make it with `r57 crawl --home {shown}`."
            )
        raise HomeError(f"nothing is published in {home.path} yet. Run `r57 crawl --home {shown}` or `r57 publish --home {shown}` first.")
    return open_file(path)


def open_file(path: Path, memory: str = MEMORY_LIMIT) -> Reader:
    """Open one published file by its own name. memory: as DuckDB writes it; the same for all readers of a process."""
    try:
        con = duckdb.connect(str(path), read_only=True, config=_LOCKED | {"memory_limit": memory})
    except duckdb.Error as error:
        raise HomeError(f"cannot read {path}: {_one_line(error)} Run `r57 publish` to make a new one.") from error
    if not _is_of_this_program(con):
        con.close()
        raise HomeError(f"{path} was published by another version of the program. Run `r57 publish` to make a new one.")
    return Reader(path, con)


def _is_of_this_program(con: Connection) -> bool:
    try:
        row = con.execute("SELECT name FROM derived.layout").fetchone()
    except duckdb.Error:
        return False
    return row is not None and row[0] == name_layout()


def run_sql(reader: Reader, sql: str, timeout_s: float = SQL_TIMEOUT_S, max_rows: int = SQL_MAX_ROWS) -> SqlResult:
    """Run one SELECT over the published views, interrupted after `timeout_s`. Raises SqlError in one line for anything else."""
    cursor = reader.cursor()
    try:
        return _run_select(cursor, sql, timeout_s, max_rows)
    finally:
        cursor.close()


def _run_select(cursor: Connection, sql: str, timeout_s: float, max_rows: int) -> SqlResult:
    _check_select(cursor, sql)
    over = threading.Event()

    def interrupt() -> None:
        over.set()
        cursor.interrupt()

    timer = threading.Timer(timeout_s, interrupt)
    timer.daemon = True
    timer.start()
    try:
        cursor.execute(sql)
        columns = tuple(column[0] for column in cursor.description or [])
        rows = cursor.fetchmany(max_rows + 1)
    except duckdb.Error as error:
        kind = SqlRefusedError if isinstance(error, _WRONG) and not over.is_set() else SqlError
        raise kind(_explain(error, over.is_set(), timeout_s)) from error
    finally:
        timer.cancel()
        timer.join()  # a thread that still holds the cursor when Python ends makes DuckDB abort the process
    return SqlResult(columns, rows[:max_rows], len(rows) > max_rows)


def _check_select(cursor: Connection, sql: str) -> None:
    try:
        statements = cursor.extract_statements(sql)
    except duckdb.Error as error:
        raise SqlRefusedError(f"this is no valid SQL: {_one_line(error)}") from error
    if len(statements) != 1 or statements[0].type not in {duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN}:
        raise SqlRefusedError("only one SELECT at a time can be run here: the published views are read-only.")


def _explain(error: duckdb.Error, timed_out: bool, timeout_s: float) -> str:
    if timed_out or isinstance(error, duckdb.InterruptException):
        return f"the query was stopped after {timeout_s:g} s. Ask for less, or add a WHERE or LIMIT."
    if isinstance(error, duckdb.OutOfMemoryException):
        return f"{TOO_MUCH_MEMORY} Ask for fewer columns or rows."
    if isinstance(error, duckdb.PermissionException):
        return "SQL over the published views has no access to files, network or settings."
    return _one_line(error)


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split("LINE ")[0].split())
