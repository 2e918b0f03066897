"""Puts articles that are new or changed into clusters, among all that are there.

The fingerprints of all articles are read once, in a stream; kept are only those that meet a changed one. Links between copies are
stored, so clusters that no change touches are not looked at. Leaves `moved`: articles that are placed otherwise than before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from r57monitor.ledger.clusters import BandIndex, Claim, Link, Prints, find_links, find_unsettled, name_clusters
from r57monitor.ledger.copies import apply_copy_reviews
from r57monitor.text.fingerprint import SLOTS
from warehouse.db import Connection, fetch_dicts, fill_table, load_sql

BATCH = 20_000  # fingerprints held while they are looked at
_WIDTH = 4 * SLOTS
_ALL_AT_ONCE = 0.3  # where so many of all articles changed, all are compared anew

_PRINTS = """SELECT {id} AS article_id, a.placed_at, a.text_hash, a.publisher, t.fingerprint
             FROM {table} a JOIN core.texts t ON t.article_id = a.article_id AND t.text_hash = a.text_hash
             WHERE octet_length(t.fingerprint) = {width} {test}"""
_GHOST = "~"  # ends the id of an article as it was before it changed


def place_articles(con: Connection) -> None:
    """Links and membership as the articles in `changed` require."""
    con.execute(load_sql("place_changed"))
    displaced = {a for (a,) in con.execute("SELECT article_id FROM displaced").fetchall()}
    count = (con.execute("SELECT count(*) FROM derived.articles").fetchone() or (0,))[0]
    if len(displaced) > _ALL_AT_ONCE * count:
        con.execute("INSERT INTO unlinked SELECT DISTINCT unnest([article_id, other_id]) FROM derived.links")
        con.execute("DELETE FROM derived.links")
        _link(con, _read_prints(con, _sql("derived.articles")), None)
    elif displaced:
        _link_displaced(con, displaced)
    _rename_clusters(con)


def _link_displaced(con: Connection, displaced: Collection[str]) -> None:
    """Anew the links of what changed, and of those whose neighbours in a crowded band are others now."""
    ghosts = _read_prints(con, _sql("articles_before", "AND a.article_id IN (SELECT article_id FROM displaced)", ghosts=True))
    fresh = _read_prints(con, _sql("derived.articles", "AND a.article_id IN (SELECT article_id FROM displaced)"))
    index = BandIndex(np.concatenate([ghosts.slots, fresh.slots]))
    around = _read_prints(con, _sql("derived.articles"), index)
    marked = {*displaced, *ghosts.article_ids}
    unsettled = find_unsettled(_join(around, ghosts), marked)
    if unsettled:
        names = pa.table({"article_id": sorted(unsettled)})
        fill_table(con, "displaced", names.to_pylist())
        crowd = _read_prints(con, _sql("derived.articles", "AND a.article_id IN (SELECT article_id FROM displaced)"))
        around = _read_prints(con, _sql("derived.articles"), BandIndex(crowd.slots))
    con.execute(
        """INSERT INTO unlinked SELECT DISTINCT unnest([article_id, other_id]) FROM derived.links
           WHERE article_id IN (SELECT article_id FROM displaced) OR other_id IN (SELECT article_id FROM displaced)"""
    )
    con.execute(
        """DELETE FROM derived.links
           WHERE article_id IN (SELECT article_id FROM displaced) OR other_id IN (SELECT article_id FROM displaced)"""
    )
    _link(con, around.prints(), {*displaced, *unsettled})
