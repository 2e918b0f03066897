"""Brings the rows about single articles up to date: which were touched since the last publish, their versions, and one row each.

Leaves in temporary tables what the later steps need: `touched` (new readings or reviews), `renewed` (looked at again), `changed`
(another row than before), `articles_before` (the former rows of the renewed).
"""

from __future__ import annotations

from r57monitor.gazetteer import Gazetteer
from warehouse.db import Connection, load_sql
from warehouse.parts import iterate_parts
from warehouse.reviews import derive_reviews

_TOUCHED = """CREATE OR REPLACE TEMP TABLE touched AS
    SELECT DISTINCT r.article_id FROM core.readings r JOIN core.fetches f USING (fetch_id)
    WHERE f.stored_in IS NULL OR f.stored_in > $number"""
_OVERLAYS = ("reviewed_figures", "reviewed_articles", "reviewed_provinces")


def renew_articles(con: Connection, gazetteer: Gazetteer, held: int) -> None:
    """Versions and articles as the facts and the reviews have them now. held: the last snapshot whose facts the tables hold."""
    before = _keep_overlays(con)
    derive_reviews(con, gazetteer)
    con.execute(_TOUCHED, {"number": held})
    for table in before:
        con.execute(
            f"""INSERT INTO touched SELECT article_id FROM (
                    (SELECT * FROM derived.{table} EXCEPT SELECT * FROM {table}_before)
                    UNION ALL (SELECT * FROM {table}_before EXCEPT SELECT * FROM derived.{table}))
                WHERE article_id NOT IN (SELECT article_id FROM touched) GROUP BY article_id"""  # noqa: S608 (names of our own)
        )
    con.execute("DELETE FROM derived.versions WHERE article_id IN (SELECT article_id FROM touched)")
    for _ in iterate_parts(con, "touched"):
        con.execute(load_sql("renew_versions"))
    con.execute(load_sql("renew_sources"))
    con.execute(load_sql("renew_cleared"))
    for _ in iterate_parts(con, "renewed"):
        con.execute(load_sql("renew_articles"))
        con.execute(load_sql("renew_changed"))
    if held < 0:
        con.execute("SET preserve_insertion_order = true")
        con.execute(load_sql("renew_order"))
        con.execute("SET preserve_insertion_order = false")


def _keep_overlays(con: Connection) -> tuple[str, ...]:
    """What reviews said at the last publish, kept beside; nothing where it was the first."""
    sql = "SELECT table_name FROM duckdb_tables() WHERE (database_name, schema_name) = (current_database(), 'derived')"
    known = {name for (name,) in con.execute(sql).fetchall()}
    kept = tuple(name for name in _OVERLAYS if name in known)
    for name in kept:
        con.execute(f"CREATE OR REPLACE TEMP TABLE {name}_before AS SELECT * FROM derived.{name}")  # noqa: S608
    return kept
