"""Takes the rows of another warehouse file, such as one made on another machine, into the writer's own."""

from __future__ import annotations

from pathlib import Path

import duckdb

from r57monitor.errors import ArchiveError
from warehouse.db import Connection, transaction

_BY_FETCH = ("core.fetches", "core.readings")
_BY_TEXT = ("core.texts", "core.text_provinces", "core.text_documents", "core.text_figures")


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
            return _merge(con)
    finally:
        con.execute("DETACH other")


def _merge(con: Connection) -> int:
    before = _count(con)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE new_fetches AS SELECT fetch_id FROM other.core.fetches ANTI JOIN core.fetches USING (fetch_id)"
    )
    con.execute(
        """CREATE OR REPLACE TEMP TABLE new_texts AS
           SELECT article_id, text_hash FROM other.core.texts ANTI JOIN core.texts USING (article_id, text_hash)"""
    )
    for table in _BY_FETCH:
        con.execute(f"INSERT INTO {table} BY NAME SELECT o.* FROM other.{table} o SEMI JOIN new_fetches USING (fetch_id)")  # noqa: S608
    for table in _BY_TEXT:
        con.execute(f"INSERT INTO {table} BY NAME SELECT o.* FROM other.{table} o SEMI JOIN new_texts USING (article_id, text_hash)")  # noqa: S608
    con.execute("DROP TABLE new_fetches; DROP TABLE new_texts")
    return _count(con) - before


def _count(con: Connection) -> int:
    row = con.execute("SELECT count(*) FROM core.fetches").fetchone()
    assert row is not None
    return int(row[0])
