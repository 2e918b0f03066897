"""A made-up press made many times as large without reading or judging it again: its tables are written anew under other ids.

Every copy tells of the same series on the same days, under other addresses and in other words (its fingerprints meet those of no other
copy), so that lines, weeks and tables are as long as those of a press of that size. What a copy's figures are called is what the
original's are: nothing measured here looks at whether that is true.
"""

from __future__ import annotations

from pathlib import Path

from r57monitor.catalogue import load_catalogue
from r57monitor.gazetteer import load_gazetteer
from warehouse.db import Connection, connect_for_writing, transaction
from warehouse.derive import Knowledge, name_rules

_HASHED = ("article_id", "other_id", "cluster_id", "figure_id", "against_figure_id", "article_id_before", "text_hash", "told_key")
_NAMED = ("fetch_id", "url", "requested_url", "copy_url")
_CORE = ("fetches", "readings", "texts", "text_provinces", "text_documents", "text_figures")
_DERIVED = ("versions", "articles", "links", "membership", "statements", "states", "flags", "figures")
_SLOT = 4  # bytes of a fingerprint that are moved from its end to its front for each copy: no band is where it was


def grow(source: Path, target: Path, times: int) -> None:
    """Write the published warehouse in `source` `times` times into `target`, a copy of that file."""
    con = connect_for_writing(target)
    con.execute("SET preserve_insertion_order = true")
    con.execute(f"ATTACH '{source}' AS base (READ_ONLY)")
    for schema, names in (("core", _CORE), ("derived", _DERIVED)):
        for name in names:
            with transaction(con):
                _write_again(con, f"{schema}.{name}", times)
            con.execute("CHECKPOINT")
    con.execute("DETACH base")
    con.execute("UPDATE derived.made SET rules = ?", [name_rules(Knowledge(load_gazetteer(), load_catalogue()))])
    con.execute("CHECKPOINT")
    con.close()


def _write_again(con: Connection, table: str, times: int) -> None:
    columns = [column for (column,) in con.execute(f"SELECT column_name FROM (DESCRIBE base.{table})").fetchall()]  # noqa: S608
    others = {c: f"left(md5({c} || copy), length({c}))" for c in columns if c in _HASHED}
    others |= {c: f"{c} || '~' || copy" for c in columns if c in _NAMED}
    if "fingerprint" in columns:
        size = f"{_SLOT} * copy"
        others["fingerprint"] = f"array_slice(fingerprint, {size} + 1, octet_length(fingerprint)) || array_slice(fingerprint, 1, {size})"
    changed = ", ".join(f"CASE WHEN copy = 0 THEN {c} ELSE {other} END AS {c}" for c, other in others.items())
    keys = con.execute(
        """SELECT constraint_column_names FROM duckdb_constraints() WHERE constraint_type = 'PRIMARY KEY' AND database_name = 'base'
           AND schema_name || '.' || table_name = ?""",
        [table],
    ).fetchone()
    copies = f"SELECT * EXCLUDE (copy) REPLACE ({changed}) FROM base.{table}, range({times}) c(copy)"  # noqa: S608 (names of our own)
    con.execute(f"CREATE OR REPLACE TABLE {table} AS {copies}")
    if keys:
        con.execute(f"ALTER TABLE {table} ADD PRIMARY KEY ({', '.join(keys[0])})")
