"""Takes rows that were made elsewhere, in a warehouse file or as Arrow batches, into the writer's warehouse."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import duckdb
import pyarrow as pa

from r57monitor.errors import ArchiveError
from warehouse.db import Connection, transaction

# Tables whose rows come with those of another.
_BELONGING = {
    "core.fetches": ("core.readings",),
    "core.texts": ("core.text_provinces", "core.text_documents", "core.text_figures"),
}


def merge_file(con: Connection, file: Path) -> int:
    """Store what a closed warehouse file holds and this one does not, in one transaction; how many fetches were new.

    What was read from a text is taken from the file that brings it first, as a whole. Raises ArchiveError, naming the file, where it
    cannot be read; nothing is stored then.
    """
    try:
        con.execute(f"ATTACH '{str(file).replace(chr(39), chr(39) * 2)}' AS other (READ_ONLY)")
    except duckdb.Error as error:
        raise ArchiveError(f"{file} cannot be read as a warehouse: {' '.join(str(error).split())}") from error
    try:
        with transaction(con):
            return _merge(con, lambda table: f"other.{table}")
    finally:
        con.execute("DETACH other")


def merge_batch(con: Connection, tables: Mapping[str, pa.Table]) -> int:
    """The same of one batch of rows, given as Arrow tables by name; a batch has rows of fetches."""
    names = {table: f"incoming_{table.replace('.', '_')}" for table in tables}
    for table, name in names.items():
        con.register(name, tables[table])
    try:
        with transaction(con):
            return _merge(con, names.get)
    finally:
        for name in names.values():
            con.unregister(name)


def _merge(con: Connection, source_of: Callable[[str], str | None]) -> int:
    """source_of: where the rows for a table stand, if there are any."""
    before = _count(con)
    for new, table, key in (("new_fetches", "core.fetches", "fetch_id"), ("new_texts", "core.texts", "article_id, text_hash")):
        source = source_of(table)
        if source is not None:
            con.execute(f"CREATE OR REPLACE TEMP TABLE {new} AS SELECT {key} FROM {source} ANTI JOIN {table} USING ({key})")  # noqa: S608
            for filled in (table, *_BELONGING[table]):
                if (rows := source_of(filled)) is not None:
                    con.execute(f"INSERT INTO {filled} BY NAME SELECT o.* FROM {rows} o SEMI JOIN {new} USING ({key})")  # noqa: S608
            con.execute(f"DROP TABLE {new}")
    return _count(con) - before


def _count(con: Connection) -> int:
    row = con.execute("SELECT count(*) FROM core.fetches").fetchone()
    assert row is not None
    return int(row[0])
