"""Puts articles that are new or changed into clusters, among all that are there.

The fingerprints of all articles are read once, in a stream; kept are only those that meet a changed one. Links between copies are
stored, so clusters that no change touches are not looked at. Leaves `moved`: articles that are placed otherwise than before.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from r57monitor.ledger.bands import BandIndex, Prints
from r57monitor.ledger.clusters import Claim, find_links, find_unsettled, name_clusters
from r57monitor.ledger.copies import apply_copy_reviews
from r57monitor.text.fingerprint import SLOTS
from warehouse.db import Connection, as_row, fetch_dicts, fill_table, load_sql

BATCH = 20_000  # fingerprints held while they are looked at
ALL_AT_ONCE = 0.3  # where so many of all articles changed, all are compared anew
_WIDTH = 4 * SLOTS
_PRINTS = f"""SELECT a.article_id, a.placed_at, a.text_hash, a.publisher, t.fingerprint
    FROM {{}} a JOIN core.texts t ON t.article_id = a.article_id AND t.text_hash = a.text_hash
    WHERE octet_length(t.fingerprint) = {_WIDTH}"""  # noqa: S608 (constant text)
_NOW, _NOW_DISPLACED, _DISPLACED_BEFORE = (
    _PRINTS.format("derived.articles"),
    _PRINTS.format("(SELECT * FROM derived.articles SEMI JOIN displaced USING (article_id))"),
    _PRINTS.format("(SELECT * REPLACE (article_id || '~' AS article_id) FROM articles_before SEMI JOIN displaced USING (article_id))"),
)


def place_articles(con: Connection) -> None:
    """Links and membership as the articles in `changed` require."""
    con.execute(load_sql("place_changed"))
    found = con.execute("SELECT (SELECT count(*) FROM displaced), (SELECT count(*) FROM derived.articles)").fetchone()
    displaced, every = found or (0, 0)
    if displaced > ALL_AT_ONCE * every:
        con.execute("INSERT INTO unlinked SELECT DISTINCT unnest([article_id, other_id]) FROM derived.links; DELETE FROM derived.links")
        _link(con, _read(con, _NOW, every=every).prints(), None)
    elif displaced:
        _link_displaced(con, {article_id for (article_id,) in con.execute("SELECT article_id FROM displaced").fetchall()})
    _rename_clusters(con)


def _link_displaced(con: Connection, displaced: set[str]) -> None:
    """Anew the links of what changed, and of those whose neighbours in a crowded band are others now."""
    before, now = _read(con, _DISPLACED_BEFORE), _read(con, _NOW_DISPLACED)
    around = _read(con, _NOW, BandIndex(np.concatenate([before.slots, now.slots])))
    unsettled = find_unsettled(around.with_more(before).prints(), {*displaced, *before.article_ids})
    if unsettled:
        fill_table(con, "displaced", [{"article_id": article_id} for article_id in sorted(unsettled)])
        around = _read(con, _NOW, BandIndex(_read(con, _NOW_DISPLACED).slots))
    con.execute(load_sql("place_unlink"))
    _link(con, around.prints(), displaced | unsettled)


def _link(con: Connection, prints: Prints, among: Collection[str] | None) -> None:
    def load_texts(article_ids: Sequence[str]) -> Mapping[str, str]:
        wanted = """SELECT a.article_id, t.text FROM derived.articles a
                    JOIN core.texts t ON t.article_id = a.article_id AND t.text_hash = a.text_hash
                    WHERE a.article_id IN (SELECT unnest(?::VARCHAR[]))"""
        return dict(con.execute(wanted, [list(article_ids)]).fetchall())

    links = find_links(prints, load_texts, among)
    fill_table(con, "derived.links", [{"article_id": a, "other_id": b} for a, b in links])
    fill_table(con, "unlinked", [{"article_id": article_id} for article_id in sorted({i for link in links for i in link})])


def _rename_clusters(con: Connection) -> None:
    """Membership of every article that hangs together with one that was linked, unlinked or otherwise changed."""
    con.execute(load_sql("place_families"))
    while con.execute(load_sql("place_relatives")).fetchall()[0][0]:
        pass
    con.execute(load_sql("place_singles"))
    claims = [Claim(**row) for row in fetch_dicts(con, "SELECT * FROM claims")]
    links = "SELECT article_id, other_id FROM derived.links SEMI JOIN claims USING (article_id)"
    members = name_clusters(claims, con.execute(links).fetchall())
    said = con.execute(
        "SELECT article_id, copy_of, is_no_copy FROM derived.reviewed_articles SEMI JOIN claims USING (article_id)"
    ).fetchall()
    copy_of = {article_id: other for article_id, other, _ in said if other}
    no_copies = {article_id for article_id, _, is_no_copy in said if is_no_copy}
    if copy_of or no_copies:
        members = apply_copy_reviews(members, copy_of, no_copies, {c.article_id: c.placed_at for c in claims})
    fill_table(con, "derived.membership", [as_row(member) for member in members])
    con.execute(load_sql("place_moved"))


@dataclass(frozen=True, slots=True, eq=False)
class _Columns:
    """What links are found by, column by column."""

    article_ids: list[str]
    placed_at: npt.NDArray[np.datetime64]
    text_keys: list[str]
    publishers: list[str]
    slots: npt.NDArray[np.uint32]

    def with_more(self, other: _Columns) -> _Columns:
        return _Columns(
            self.article_ids + other.article_ids,
            np.concatenate([self.placed_at, other.placed_at]),
            self.text_keys + other.text_keys,
            self.publishers + other.publishers,
            np.concatenate([self.slots, other.slots]),
        )

    def prints(self) -> Prints:
        return Prints.from_columns(self.article_ids, self.placed_at, self.text_keys, self.publishers, self.slots)


def _read(con: Connection, sql: str, index: BandIndex | None = None, every: int = 0) -> _Columns:
    """Fingerprints in a stream. index: only those that meet one of it. every: how many there are at most, where that is known."""
    found = _Columns([], np.empty(0, dtype="datetime64[us]"), [], [], np.empty((0, SLOTS), dtype=np.uint32))
    whole = np.empty((every, SLOTS), dtype=np.uint32)  # half a kilobyte each: joined afterwards, a million would be held twice
    parts, times = [found.slots], [found.placed_at]
    for batch in con.execute(sql).to_arrow_reader(BATCH):
        slots = _slots_of(batch.column("fingerprint"))
        if index is not None:
            met = index.meets(slots)
            batch, slots = batch.filter(pa.array(met)), slots[met]
        if every:
            whole[len(found.article_ids) : len(found.article_ids) + len(slots)] = slots
        else:
            parts.append(slots)
        found.article_ids.extend(batch.column("article_id").to_pylist())
        found.text_keys.extend(batch.column("text_hash").to_pylist())
        found.publishers.extend(map(sys.intern, batch.column("publisher").to_pylist()))
        times.append(batch.column("placed_at").cast(pa.timestamp("us")).to_numpy(zero_copy_only=False))
    slots = whole[: len(found.article_ids)] if every else np.concatenate(parts)
    return _Columns(found.article_ids, np.concatenate(times), found.text_keys, found.publishers, slots)


def _slots_of(column: pa.Array) -> npt.NDArray[np.uint32]:
    """A row of slots for each of the fingerprints, which are all of one width."""
    joined = np.frombuffer(column.buffers()[2] or b"", dtype=np.uint8)
    start = column.offset * _WIDTH
    return joined[start : start + len(column) * _WIDTH].view("<u4").reshape(-1, SLOTS)
