"""A copy of the published file without full texts: titles, figures with their sentence, dates and links, and nothing more of a page."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb

from r57monitor.errors import HomeError, UsageError
from warehouse.db import Connection

# Columns that hold whole texts, in whatever table they stand.
TEXTS = frozenset({"text", "text_restored", "folded"})
# What the journal and the reviews tell of the surroundings of a mention goes too; imports and tombstones are no texts.
_KEPT_ENTRIES = "event IN ('official', 'official_removed', 'withdrawal', 'withdrawal_done', 'withdrawal_lifted')"
_BODIES = {
    ("core", "journal"): f"CASE WHEN {_KEPT_ENTRIES} THEN body ELSE '{{}}' END",
    ("derived", "reviews"): "NULL",
}


def export_without_texts(published: Path, out: Path) -> None:
    """Write the copy, whole or not at all: only rows are copied, so that nothing is left in free pages.

    published: the resolved file. Raises UsageError where `out` exists, HomeError where it cannot be written.
    """
    if out.exists():
        raise UsageError(f"{out} exists already; name another file with --out FILE.")
    if not out.parent.is_dir():  # a disk that is not there must not become a folder on this one
        raise UsageError(f"{out}: the folder {out.parent} is not there. Make it, or name another file with --out FILE.")
    temporary = out.with_name(f".{out.name}.{os.getpid()}")
    log = temporary.with_name(temporary.name + ".wal")
    try:
        con = duckdb.connect()
        try:
            con.execute(f"ATTACH {_quoted(published)} AS source (READ_ONLY)")
            con.execute(f"ATTACH {_quoted(temporary)} AS target")
            con.execute("COPY FROM DATABASE source TO target (SCHEMA)")
            for schema, table in con.execute(
                "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = 'source' ORDER BY ALL"
            ).fetchall():
                _copy_rows(con, schema, table)
            con.execute("DETACH target")
        finally:
            con.close()
        temporary.replace(out)
    except (duckdb.Error, OSError) as error:
        raise HomeError(f"{out} cannot be written: {' '.join(str(error).split())}. Name another file with --out FILE.") from error
    finally:
        for leftover in (temporary, log):
            leftover.unlink(missing_ok=True)


def _copy_rows(con: Connection, schema: str, table: str) -> None:
    where = f'"{schema}"."{table}"'
    columns = con.execute(f'SELECT column_name, "null" FROM (DESCRIBE source.{where})').fetchall()  # noqa: S608 (names of a file of our own)
    shown = []
    for column, nullable in columns:
        if column in TEXTS:
            if nullable == "NO":
                con.execute(f'ALTER TABLE target.{where} ALTER "{column}" DROP NOT NULL')
            shown.append("NULL")
        elif column == "body" and (schema, table) in _BODIES:
            shown.append(_BODIES[schema, table])
        else:
            shown.append(f'"{column}"')
    con.execute(f"INSERT INTO target.{where} SELECT {', '.join(shown)} FROM source.{where}")  # noqa: S608


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
