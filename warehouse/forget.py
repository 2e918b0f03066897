"""A copy of the warehouse without what was fetched since a day, so that a replay can read just that again."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

from warehouse.db import Connection, connect_for_writing, to_utc, transaction
from warehouse.derive import forget_derived

_FACTS = ("core.texts", "core.text_provinces", "core.text_documents", "core.text_figures")


def forget_since(old: Path, new: Path, start: datetime) -> None:
    """Copy a warehouse that nobody has open, then drop fetches since `start` and the texts only they brought."""
    shutil.copyfile(old, new)
    log = old.with_name(old.name + ".wal")
    if log.exists():
        shutil.copyfile(log, new.with_name(new.name + ".wal"))
    con = connect_for_writing(new)
    try:
        with transaction(con):
            recent = "fetch_id IN (SELECT fetch_id FROM core.fetches WHERE fetched_at >= $start)"
            con.execute(f"DELETE FROM core.readings WHERE {recent}", {"start": to_utc(start)})  # noqa: S608 (constant text)
            con.execute("DELETE FROM core.fetches WHERE fetched_at >= $start", {"start": to_utc(start)})
            for table in _FACTS:
                con.execute(
                    f"DELETE FROM {table} WHERE (article_id, text_hash) NOT IN (SELECT (article_id, text_hash) FROM core.readings)"  # noqa: S608
                )
            con.execute("DELETE FROM core.segments")
            forget_derived(con)
            _forget_stamps(con)
    finally:
        con.close()


def _forget_stamps(con: Connection) -> None:
    """The journal tells anew which snapshot held what."""
    con.execute("UPDATE core.fetches SET stored_in = NULL")
    con.execute("UPDATE core.journal SET stored_in = NULL")
    con.execute("DELETE FROM core.snapshots")
    con.execute("DELETE FROM core.source_versions")
