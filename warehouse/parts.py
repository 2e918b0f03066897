"""Articles in parts of a fixed size: what is worked out for a part at a time needs the same memory however many there are."""

from __future__ import annotations

from collections.abc import Iterator

from warehouse.db import Connection

ARTICLES = 50_000  # rows of articles that a query of many joins works on at a time


def iterate_parts(con: Connection, table: str, size: int = ARTICLES) -> Iterator[int]:
    """Number of each part of the articles in a temporary table; the temporary table `part` holds them each time."""
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE parts AS
            SELECT article_id, row_number() OVER (ORDER BY article_id) // {size} AS number
            FROM (SELECT DISTINCT article_id FROM {table})"""  # noqa: S608 (names of our own)
    )
    for (number,) in con.execute("SELECT DISTINCT number FROM parts ORDER BY number").fetchall():
        con.execute("CREATE OR REPLACE TEMP TABLE part AS SELECT article_id FROM parts WHERE number = $number", {"number": number})
        yield number
