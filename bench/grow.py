"""A made-up press many times as large as one that was stored: its facts are written again under other ids, and nothing is judged yet.

Every copy tells what the first one tells of another province and another metric of the same unit, at another minute, under another
address and in other words (its fingerprints meet those of no other copy). So lines, days and weeks are as long as those of a press of
that size, and what the program then says of each figure is worked out by the program.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from datetime import timedelta
from pathlib import Path

from r57monitor.catalogue import load_catalogue
from r57monitor.gazetteer import load_gazetteer
from warehouse.db import Connection, Row, connect_for_writing, fill_table, transaction
from warehouse.derive import forget_derived

_HASHED = ("article_id", "figure_id", "text_hash")
_NAMED = ("fetch_id", "url", "requested_url", "copy_url")
_TIMED = ("fetched_at", "published_at")
_TABLES = ("fetches", "readings", "texts", "text_provinces", "text_documents", "text_figures")
_STRETCH = 10_000  # rows written at a time, each beside its copies: a press that grows day by day lies in order of time
_SLOT = 4  # bytes of a fingerprint that are moved from its end to its front for each copy: no band is where it was
_SHIFT = f"{_SLOT} * copy"
_ELSEWHERE = {
    "province_id": "place.other_id",
    "province": "place.name",
    "province_now": "place.name_now",
    "metric_id": "measure.other_id",
    "fingerprint": f"array_slice(b.fingerprint, {_SHIFT} + 1, octet_length(b.fingerprint)) || array_slice(b.fingerprint, 1, {_SHIFT})",
}
_JOINED = {"province_id": "place", "metric_id": "measure"}
_LATER = timedelta(minutes=47)  # of each copy: an article's copies fall into one day still


def grow(source: Path, target: Path, times: int) -> None:
    """Write the facts of the warehouse in `source` `times` times into `target`, a copy of that file; nothing of it is published then."""
    con = connect_for_writing(target)
    forget_derived(con)
    con.execute(f"ATTACH '{source}' AS base (READ_ONLY)")
    _keep_others(con, times)
    for name in _TABLES:
        _write_again(con, name, times)
        con.execute("CHECKPOINT")
    con.execute("DETACH base")
    con.close()


def _keep_others(con: Connection, times: int) -> None:
    """Tables `place` and `measure`: what province and what metric each copy tells of instead."""
    gazetteer = load_gazetteer()
    con.execute("CREATE TEMP TABLE place (province_id VARCHAR, copy BIGINT, other_id VARCHAR, name VARCHAR, name_now VARCHAR)")
    con.execute("CREATE TEMP TABLE measure (metric_id VARCHAR, copy BIGINT, other_id VARCHAR)")
    entities = {e.id: e for e in gazetteer.entities}
    fill_table(
        con,
        "place",
        [
            row | {"name": entities[row["other_id"]].name, "name_now": gazetteer.now(row["other_id"]).name}
            for row in _turned("province_id", ((e.id, (e.valid_from, e.valid_until)) for e in gazetteer.entities), times)
        ],
    )
    fill_table(con, "measure", _turned("metric_id", ((m.id, m.unit) for m in load_catalogue().metrics), times))


def _turned(key: str, things: Iterable[tuple[str, Hashable]], times: int) -> list[Row]:
    """Of each thing and copy another of its kind, so that all have the same share."""
    kinds: dict[Hashable, list[str]] = defaultdict(list)
    for name, kind in things:
        kinds[kind].append(name)
    return [
        {key: name, "copy": copy, "other_id": alike[(at + copy) % len(alike)]}
        for alike in kinds.values()
        for at, name in enumerate(alike)
        for copy in range(times)
    ]


def _write_again(con: Connection, name: str, times: int) -> None:
    columns = [column for (column,) in con.execute(f"SELECT column_name FROM (DESCRIBE base.core.{name})").fetchall()]  # noqa: S608
    others = {c: f"left(md5(b.{c} || copy), length(b.{c}))" for c in columns if c in _HASHED}
    others |= {c: f"b.{c} || '~' || copy" for c in columns if c in _NAMED}
    others |= {c: f"b.{c} + copy * INTERVAL {_LATER.seconds} SECOND" for c in columns if c in _TIMED}
    others |= {c: other for c, other in _ELSEWHERE.items() if c in columns}
    joins = " ".join(f"LEFT JOIN {table} USING ({key}, copy)" for key, table in _JOINED.items() if key in columns)
    said = ", ".join(f"CASE WHEN copy = 0 THEN b.{c} ELSE {others[c]} END" if c in others else f"b.{c}" for c in columns)
    con.execute(f"CREATE OR REPLACE TABLE core.{name} AS FROM base.core.{name} LIMIT 0")
    last = con.execute(f"SELECT coalesce(max(rowid), -1) FROM base.core.{name}").fetchall()[0][0]  # noqa: S608
    for first in range(0, last + 1, _STRETCH):
        stretch = (
            f"SELECT *, rowid AS at FROM base.core.{name}, range({times}) c(copy) WHERE rowid BETWEEN {first} AND {first + _STRETCH - 1}"  # noqa: S608
        )
        with transaction(con):
            con.execute(f"INSERT INTO core.{name} WITH b AS ({stretch}) SELECT {said} FROM b {joins} ORDER BY b.at, copy")  # noqa: S608
    keys = con.execute(
        """SELECT constraint_column_names FROM duckdb_constraints() WHERE constraint_type = 'PRIMARY KEY'
           AND (database_name, schema_name, table_name) = ('base', 'core', ?)""",
        [name],
    ).fetchall()
    con.execute(f"ALTER TABLE core.{name} ADD PRIMARY KEY ({', '.join(keys[0][0])})")
