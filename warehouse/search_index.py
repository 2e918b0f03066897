"""The search index `search.sqlite`: folded words of every article, kept up with each publish (SQLite FTS5, contentless).

It bears the snapshot it was made for. Readers use it for that snapshot only and look through the texts themselves otherwise, so
that a missing, old or broken index costs time and never an answer. A row's number tells its day, so that the newest come first
without sorting: the day times 2^24, plus its place within the day.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from r57monitor.errors import HomeError
from warehouse.db import Connection, connect_beside
from warehouse.home import Home

FORMAT = 1
DAY_SHIFT = 24
DAY_S = 86_400
_BATCH = 5_000
_REBUILD_SHARE = 0.3  # where so many of all articles are others than in the index, a new one is made
_WAIT_S = 30.0
_TABLES = """
CREATE TABLE articles (
    row INTEGER PRIMARY KEY, article_id TEXT NOT NULL, text_hash TEXT NOT NULL, instant INTEGER NOT NULL, checksum INTEGER NOT NULL
);
CREATE UNIQUE INDEX by_article ON articles (article_id);
CREATE TABLE snapshot (format INTEGER, number INTEGER, published_at TEXT);
CREATE VIRTUAL TABLE words USING fts5(text, content='', columnsize=0, tokenize="unicode61 remove_diacritics 0");
"""
# What is indexed of an article. The checksum tells whether a text is still the one whose words were put in.
_WANTED = """SELECT a.article_id, a.text_hash, epoch(coalesce(a.published_at, a.first_seen_at))::BIGINT AS instant,
                    (md5_number_lower(t.folded) % 4611686018427387904)::BIGINT AS checksum
             FROM derived.articles a JOIN core.texts t ON t.article_id = a.article_id AND t.text_hash = a.text_hash"""
Wanted = tuple[str, str, int, int]  # article_id, text_hash, instant, checksum


class IndexGoneError(Exception):
    """The index and the texts do not belong together: make a new one."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """Which snapshot an index is of."""

    number: int
    published_at: str


def index_path(home: Path) -> Path:
    """Where the index of a home is."""
    return home / "search.sqlite"


def read_stamp(index: sqlite3.Connection) -> Stamp | None:
    """The snapshot an index is of; None for an index of another format."""
    row = index.execute("SELECT format, number, published_at FROM snapshot").fetchone()
    return Stamp(row[1], row[2]) if row and row[0] == FORMAT else None


def stamp_of(number: int, published_at: datetime) -> Stamp:
    """The stamp of a snapshot."""
    return Stamp(number, published_at.isoformat())


def catch_up(home: Home, con: Connection, held: int | None) -> None:
    """Bring the index to the snapshot that was just derived. The caller holds the home's lock.

    con: a connection with the derived tables. held: the snapshot that came before it; then the temporary table `changed` names the
    articles that are others since, and no more is looked at. Raises HomeError where the index can be neither kept up nor made.
    """
    row = con.execute("SELECT number, published_at FROM derived.snapshot").fetchone()
    if row is None:
        return
    now = stamp_of(*row)
    try:
        try:
            _update(home, con, held, now)
        except (sqlite3.Error, IndexGoneError):
            _build(home, con, now)
    except (sqlite3.Error, duckdb.Error, OSError) as error:
        forget_index(home)
        raise HomeError(f"the search index of {home.path} could not be made: {error}. Search looks through the texts until "
                        "`r57 search --rebuild` succeeds.") from error  # fmt: skip


def rebuild_index(home: Home, con: Connection) -> int:
    """Make the index anew for the snapshot that `con` reads; how many articles it holds. The caller holds the home's lock."""
    row = con.execute("SELECT number, published_at FROM main.snapshot").fetchone()
    try:
        return _build(home, con, stamp_of(*row)) if row else 0
    except (sqlite3.Error, duckdb.Error, OSError) as error:
        raise HomeError(f"the search index of {home.path} could not be made: {error}. Look to the space on the disk.") from error


def forget_index(home: Home) -> None:
    """Remove the index with all its words: the next publish makes a new one."""
    path = index_path(home.path)
    for file in (path, *(path.with_name(path.name + ending) for ending in ("-wal", "-shm", "-journal"))):
        with suppress(FileNotFoundError):
            file.unlink()


def _update(home: Home, con: Connection, held: int | None, now: Stamp) -> None:
    """Put in and take out what is other than in the index, in one transaction. Raises IndexGoneError where a new one is due."""
    path = index_path(home.path)
    if not path.exists():
        raise IndexGoneError
    with _opened(path) as index:
        stamp = read_stamp(index)
        if stamp is None:
            raise IndexGoneError
        is_known = held is not None and stamp.number == held
        total = _one(con, "SELECT count(*) FROM derived.articles")
        removed, added = _differences(con, index, only_changed=is_known)
        if is_known and _one(index, "SELECT count(*) FROM articles") - len(removed) + len(added) != total:
            removed, added = _differences(con, index, only_changed=False)
        if len(removed) + len(added) > _REBUILD_SHARE * total + _BATCH:
            raise IndexGoneError
        with index:
            for part in _parts(removed, _BATCH):
                _take_out(con, index, part)
            for part in _parts(added, _BATCH):
                _put_in(index, _with_texts(con, part))
            _stamp(index, now)


def _build(home: Home, con: Connection, now: Stamp) -> int:
    """A new index beside the old one, put in its place when it is whole."""
    path = index_path(home.path)
    temporary = path.with_name("search-new.sqlite.tmp")
    temporary.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(temporary)) as index:
            index.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _TABLES)
            ordered = connect_beside(con).execute(f"{_WANTED} ORDER BY instant, a.article_id DESC")
            count = 0
            with index:
                while rows := ordered.fetchmany(_BATCH):
                    _put_in(index, _with_texts(con, rows))
                    count += len(rows)
                _stamp(index, now)
            index.execute("INSERT INTO words (words) VALUES ('optimize')")
            index.commit()
            index.executescript("PRAGMA synchronous = FULL; PRAGMA journal_mode = WAL;")
        forget_index(home)
        temporary.replace(path)
    finally:
        for ending in ("", "-wal", "-shm"):
            temporary.with_name(temporary.name + ending).unlink(missing_ok=True)
    return count


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, timeout=_WAIT_S)) as index:
        yield index


def _differences(con: Connection, index: sqlite3.Connection, *, only_changed: bool) -> tuple[list[tuple[Any, ...]], list[Wanted]]:
    """(rows of the index that are to go, articles that are to come)."""
    removed: list[tuple[Any, ...]] = []
    added: list[Wanted] = []
    for wanted, held in _changed_pairs(con, index) if only_changed else _all_pairs(con, index):
        if wanted is not None and held is not None and tuple(held[1:]) == tuple(wanted):
            continue
        if held is not None:
            removed.append(held)
        if wanted is not None:
            added.append(wanted)
    return removed, sorted(added, key=lambda w: (w[2], w[0]))


_HELD = "SELECT row, article_id, text_hash, instant, checksum FROM articles"
Pair = tuple[Wanted | None, tuple[Any, ...] | None]


def _changed_pairs(con: Connection, index: sqlite3.Connection) -> Iterator[Pair]:
    ids = [article_id for (article_id,) in con.execute("SELECT DISTINCT article_id FROM changed").fetchall()]
    sql = _WANTED + " WHERE a.article_id IN (SELECT article_id FROM changed)"  # noqa: S608 (constant text)
    wanted = {row[0]: row for row in con.execute(sql).fetchall()}
    for part in _parts(ids):
        marks = ",".join("?" * len(part))
        held = {row[1]: row for row in index.execute(f"{_HELD} WHERE article_id IN ({marks})", part)}
        for article_id in part:
            yield wanted.get(article_id), held.get(article_id)


def _all_pairs(con: Connection, index: sqlite3.Connection) -> Iterator[Pair]:
    """Both sides in order of their ids, side by side, so that neither is held whole."""
    wanted = _stream(connect_beside(con).execute(_WANTED + " ORDER BY a.article_id"))
    held = iter(index.execute(f"{_HELD} ORDER BY article_id"))
    left, right = next(wanted, None), next(held, None)
    while left is not None or right is not None:
        if right is None or (left is not None and left[0] < right[1]):
            yield left, None
            left = next(wanted, None)
        elif left is None or right[1] < left[0]:
            yield None, right
            right = next(held, None)
        else:
            yield left, right
            left, right = next(wanted, None), next(held, None)


def _stream(cursor: Connection) -> Iterator[Wanted]:
    while rows := cursor.fetchmany(10_000):
        yield from rows


def _take_out(con: Connection, index: sqlite3.Connection, rows: list[tuple[Any, ...]]) -> None:
    """FTS5 forgets words only when it is told them again: the very text that was put in must still be there."""
    texts = _texts(con, [(row[1], row[2]) for row in rows])
    for row in rows:
        folded, checksum = texts.get((row[1], row[2]), ("", None))
        if checksum != row[4]:
            raise IndexGoneError
        index.execute("INSERT INTO words (words, rowid, text) VALUES ('delete', ?, ?)", (row[0], folded))
    index.executemany("DELETE FROM articles WHERE row = ?", [row[:1] for row in rows])


def _with_texts(con: Connection, wanted: list[Wanted]) -> list[tuple[Any, ...]]:
    texts = _texts(con, [(w[0], w[1]) for w in wanted])
    return [(*w, texts[(w[0], w[1])][0]) for w in wanted]


def _texts(con: Connection, keys: list[tuple[str, str]]) -> dict[tuple[str, str], tuple[str, int]]:
    sql = """SELECT article_id, text_hash, folded, (md5_number_lower(folded) % 4611686018427387904)::BIGINT FROM core.texts
             WHERE article_id IN (SELECT unnest($ids::VARCHAR[])) AND text_hash IN (SELECT unnest($hashes::VARCHAR[]))"""
    found = con.execute(sql, {"ids": [k[0] for k in keys], "hashes": [k[1] for k in keys]}).fetchall()
    return {(row[0], row[1]): (row[2], row[3]) for row in found}


def _put_in(index: sqlite3.Connection, rows: Iterable[tuple[Any, ...]]) -> None:
    """rows: as _WANTED with texts, oldest first."""
    next_of_day: dict[int, int] = {}
    places, words = [], []
    for article_id, text_hash, instant, checksum, folded in rows:
        day = instant // DAY_S
        if day not in next_of_day:
            first, end = day << DAY_SHIFT, (day + 1) << DAY_SHIFT
            next_of_day[day] = (_one(index, "SELECT max(row) FROM articles WHERE row >= ? AND row < ?", (first, end)) or first - 1) + 1
        row = next_of_day[day]
        next_of_day[day] += 1
        places.append((row, article_id, text_hash, instant, checksum))
        words.append((row, folded))
    index.executemany("INSERT INTO articles VALUES (?, ?, ?, ?, ?)", places)
    index.executemany("INSERT INTO words (rowid, text) VALUES (?, ?)", words)


def _stamp(index: sqlite3.Connection, now: Stamp) -> None:
    index.execute("DELETE FROM snapshot")
    index.execute("INSERT INTO snapshot VALUES (?, ?, ?)", (FORMAT, now.number, now.published_at))


def _parts(things: list[Any], size: int = 900) -> Iterator[list[Any]]:
    """SQLite takes so many values in one statement, whatever its age."""
    for begin in range(0, len(things), size):
        yield things[begin : begin + size]


def _one(con: Any, sql: str, parameters: Any = ()) -> Any:
    row = con.execute(sql, parameters).fetchone() if parameters else con.execute(sql).fetchone()
    return row[0] if row else None
