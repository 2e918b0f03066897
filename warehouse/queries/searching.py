"""Articles that a search line finds: through the search index where it is of the reader's snapshot, through the texts otherwise."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from r57monitor.text.search_words import Term, match_expression, term_pattern
from warehouse.db import Row
from warehouse.queries.filters import Filters
from warehouse.queries.reader import Reader
from warehouse.search_index import DAY_SHIFT, index_path, read_stamp, stamp_of

_WAIT_S = 2.0  # for a writer that is just ending; the texts are looked through after that
_AMONG = "WHERE article_id IN (SELECT unnest($found::VARCHAR[]))"
_GROWTH = 8
_MOST_FIRST = 20_000
_EPOCH = date(1970, 1, 1)
_FIRST_ROW, _LAST_ROW = -(1 << 62), 1 << 62  # before and after every day


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on a query's articles, with its named parameters. among: what narrows every table that is keyed by article_id."""

    sql: str
    parameters: dict[str, Any]
    among: str = ""


def text_condition(terms: Sequence[Term], column: str) -> Condition:
    """What holds of a text in which the terms are found: the same as the index answers, read from the text itself."""
    conditions, parameters = ["true"], dict[str, Any]()
    for number, term in enumerate(terms):
        # A plain search first: the pattern is tried only where every word stands somewhere.
        tests = [f"contains({column}, $term{number}_{k})" for k in range(len(term.words))] + [f"regexp_matches({column}, $pattern{number})"]
        parameters |= {f"term{number}_{k}": word for k, word in enumerate(term.words)} | {f"pattern{number}": term_pattern(term)}
        conditions.append(f"NOT ({' AND '.join(tests)})" if term.is_excluded else " AND ".join(tests))
    return Condition(" AND ".join(conditions), parameters)


def open_index(reader: Reader) -> sqlite3.Connection | None:
    """The index of the reader's snapshot; None where there is none, or none of this snapshot."""
    path = index_path(reader.path.parent)
    rows = reader.rows("SELECT number, published_at FROM main.snapshot")
    if not rows or not path.exists():
        return None
    index = None
    try:
        index = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=_WAIT_S, check_same_thread=False)
        if read_stamp(index) == stamp_of(rows[0]["number"], rows[0]["published_at"]):
            return index
    except sqlite3.Error:
        pass  # written by a newer SQLite, half a file, no file at all: the texts answer
    if index is not None:
        index.close()
    return None


def find_batches(
    index: sqlite3.Connection, terms: Sequence[Term], days: tuple[date | None, date | None], first: int
) -> Iterator[list[str]]:
    """Ids of the articles found, newest first, in batches of whole days that grow from about `first`.

    days: of Vietnam time; a day more at each end may be given. The index is read in one transaction: it cannot change in between.
    """
    sql, order, parameters = _question(terms)
    low, high = _rows(days)
    size = first
    index.execute("BEGIN")
    try:
        while True:
            rows = index.execute(f"{sql} ORDER BY {order} DESC LIMIT ?", (*parameters, low, high, size)).fetchall()
            if len(rows) == size:
                begin = rows[-1][0] >> DAY_SHIFT << DAY_SHIFT
                rows += index.execute(f"{sql} ORDER BY {order} DESC", (*parameters, max(low, begin), rows[-1][0])).fetchall()
            if rows:
                yield [row[1] for row in rows]
            if len(rows) < size:
                return
            high, size = rows[-1][0], size * _GROWTH
    finally:
        index.rollback()


def ask_found(
    reader: Reader, terms: Sequence[Term], filters: Filters, limit: int, column: str, ask: Callable[[Condition, int], list[Row]]
) -> list[Row]:
    """The newest `limit` rows that the terms find and `ask` lets through.

    column: the folded text within the query, for a reader without an index. ask: the query, with one more condition and a limit,
    its rows newest first.
    """
    if not terms:
        return ask(Condition("false", {}), 1)
    index = open_index(reader)
    if index is None:
        return ask(text_condition(terms, column), limit)
    found: list[Row] = []
    try:
        with closing(index):
            for ids in find_batches(index, terms, filters.days(), _first_batch(filters, limit)):
                found += ask(Condition("true", {"found": ids}, _AMONG), limit - len(found))
                if len(found) >= limit:
                    break
    except sqlite3.Error:
        return ask(text_condition(terms, column), limit)
    return found or ask(Condition("false", {}), 1)  # no row, and the names of the columns


def _first_batch(filters: Filters, limit: int) -> int:
    """How many matches to look at first: more where filters will leave some out."""
    asked = min(limit, _MOST_FIRST)
    is_plain = filters == Filters(relevant_only=False, text=filters.text)
    return asked if is_plain else min(_MOST_FIRST, _GROWTH * asked)


def _question(terms: Sequence[Term]) -> tuple[str, str, tuple[str, ...]]:
    """(query for row and article_id without its bounds' values, what orders it, its first parameters)."""
    wanted = " AND ".join(match_expression(t) for t in terms if not t.is_excluded)
    unwanted = " OR ".join(match_expression(t) for t in terms if t.is_excluded)
    if wanted:
        sql = """SELECT w.rowid, a.article_id FROM words w CROSS JOIN articles a ON a.row = w.rowid
                 WHERE w.words MATCH ? AND w.rowid >= ? AND w.rowid < ?"""
        return sql, "w.rowid", (f"({wanted}) NOT ({unwanted})" if unwanted else wanted,)
    # FTS5 cannot say "everything but".
    sql = """SELECT a.row, a.article_id FROM articles a
             WHERE a.row NOT IN (SELECT w.rowid FROM words w WHERE w.words MATCH ?) AND a.row >= ? AND a.row < ?"""
    return sql, "a.row", (unwanted,)


def _rows(days: tuple[date | None, date | None]) -> tuple[int, int]:
    """Numbers of the rows that days of Vietnam time may have, a day wider at each end (a row's day is one of UTC)."""
    first, last = days
    low = (first - _EPOCH - timedelta(days=1)).days << DAY_SHIFT if first else _FIRST_ROW
    return low, (last - _EPOCH + timedelta(days=2)).days << DAY_SHIFT if last else _LAST_ROW
