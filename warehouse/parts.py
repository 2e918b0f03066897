"""Articles in parts of a fixed size: what is worked out for a part at a time needs the same memory however many there are."""

from __future__ import annotations

from collections.abc import Iterator

from warehouse.db import Connection

ARTICLES = 50_000  # rows of articles that a query of many joins works on at a time


def iterate_parts(con: Connection, table: str, size: int = ARTICLES, *, by_time: bool = False) -> Iterator[int]:
    """Number of each part of the articles in a temporary table; the temporary table `part` holds them each time.

    by_time: in the order in which they were reported, the newest first, without those that are no longer there: what is written part
    by part can be read by weeks then, since a table keeps for every stretch of rows which values are in it.
    """
    articles = f"(SELECT DISTINCT article_id FROM {table})"  # noqa: S608 (names of our own)
    order, source = (
        ("reported_at DESC, article_id", f"derived.articles SEMI JOIN {articles} USING (article_id)")
        if by_time
        else ("article_id", articles)
    )
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE parts AS
            SELECT article_id, row_number() OVER (ORDER BY {order}) // {size} AS number FROM {source}"""  # noqa: S608 (names of our own)
    )
    for (number,) in con.execute("SELECT DISTINCT number FROM parts ORDER BY number").fetchall():
        con.execute("CREATE OR REPLACE TEMP TABLE part AS SELECT article_id FROM parts WHERE number = $number", {"number": number})
        yield number
