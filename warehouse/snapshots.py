"""Which snapshot first held which row: what past weeks are shown from, whatever was stored later.

A row is stamped when it is first published. The stamps are in the journal too (event "snapshot"), so that a warehouse made anew
from archive and journal gets the same ones: fetches by their time, and by name what was stored after a later fetch was published.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

from r57monitor.clock import utc_now
from warehouse.db import Connection, Row, fetch_dicts, fill_table, insert_rows, to_utc, transaction
from warehouse.home import Home
from warehouse.journal import Journal

_SOURCE = (
    "source_id", "name", "kind", "publisher", "province_id", "province", "homepage", "language", "active_from", "active_until",
    "verified", "practice",
)  # fmt: skip
_CHANGED = f"""SELECT {", ".join(_SOURCE)} FROM core.sources EXCEPT
    SELECT {", ".join(_SOURCE)} FROM core.source_versions
    QUALIFY row_number() OVER (PARTITION BY source_id ORDER BY stored_in DESC) = 1 ORDER BY source_id"""  # noqa: S608 (constant text)
_LATE_SEGMENTS = """SELECT segment FROM core.fetches WHERE segment IS NOT NULL GROUP BY segment
    HAVING count(stored_in) = 0 AND bool_or(fetched_at <= $until) ORDER BY segment"""
_LATE = """SELECT fetch_id FROM core.fetches WHERE stored_in IS NULL AND fetched_at <= $until
    AND (segment IS NULL OR segment NOT IN (SELECT unnest($segments::VARCHAR[]))) ORDER BY fetch_id"""
_LAST = """SELECT published_at FROM (FROM core.snapshots ORDER BY number DESC LIMIT 1)
    WHERE rules_version IS NOT DISTINCT FROM (SELECT max(value) FROM core.meta WHERE key = 'rules_version')"""
_UNSTAMPED = """SELECT 1 FROM core.fetches WHERE stored_in IS NULL UNION ALL
    SELECT 1 FROM core.journal WHERE stored_in IS NULL AND event NOT IN ('snapshot', 'service_alive') LIMIT 1"""
_LATE_ENTRIES = "SELECT entry_id FROM core.journal WHERE stored_in IS NULL AND noted_at <= $until ORDER BY entry_id"


def stamp_snapshot(con: Connection, home: Home, at_least: int) -> Row:
    """Give everything stored since the last snapshot the next number, in the journal and then in the warehouse; its row of
    core.snapshots.

    at_least: a number that is free among the published files. The caller holds the home's lock and is outside a transaction.
    A number whose file is then not published after all is never used again.
    """
    restore_stamps(con)
    number = max(at_least, _scalar(con, "SELECT coalesce(max(number), 0) + 1 FROM core.snapshots"))
    row: Row = {
        "number": number,
        "published_at": to_utc(utc_now()),
        "rules_version": _scalar(con, "SELECT max(value) FROM core.meta WHERE key = 'rules_version'"),
        "is_practice": home.is_practice,
        "fetched_until": _scalar(con, "SELECT max(fetched_at) FROM core.fetches"),
        "noted_until": _scalar(con, "SELECT max(noted_at) FROM core.journal"),
    }
    changed = fetch_dicts(con, _CHANGED)
    Journal(home.journal).append("snapshot", **_entry(con, row, changed))
    with transaction(con):
        con.execute("UPDATE core.fetches SET stored_in = ? WHERE stored_in IS NULL", [number])
        con.execute("UPDATE core.journal SET stored_in = ? WHERE stored_in IS NULL", [number])
        fill_table(con, "core.source_versions", [source | {"stored_in": number} for source in changed])
        fill_table(con, "core.snapshots", [row])
        con.execute("INSERT OR REPLACE INTO core.meta VALUES ('snapshot', ?)", [str(number)])
    return row


def last_snapshot(con: Connection) -> datetime | None:
    """When the last snapshot was published by today's rules; None where there is none."""
    restore_stamps(con)
    at: datetime | None = _scalar(con, _LAST)
    return None if at is None else at.replace(tzinfo=UTC)


def has_unstamped(con: Connection) -> bool:
    """Whether anything was stored since the last snapshot that readers can see."""
    return bool(con.execute(_UNSTAMPED).fetchone() or con.execute(_CHANGED).fetchone())


def _entry(con: Connection, row: Row, changed: list[Row]) -> dict[str, Any]:
    """What the journal needs to give the same stamps again: the row, and by name what is older than what was published before."""
    before = fetch_dicts(con, "SELECT max(fetched_until) AS fetched, max(noted_until) AS noted FROM core.snapshots")[0]
    segments = [name for (name,) in con.execute(_LATE_SEGMENTS, {"until": before["fetched"]}).fetchall()]
    late = con.execute(_LATE, {"until": before["fetched"], "segments": segments}).fetchall()
    entries = con.execute(_LATE_ENTRIES, {"until": before["noted"]}).fetchall()
    return {
        **{key: value.isoformat() if isinstance(value, datetime) else value for key, value in row.items()},
        "late_segments": segments or None,
        "late": [fetch_id for (fetch_id,) in late] or None,
        "late_entries": [entry_id for (entry_id,) in entries] or None,
        "sources": [_source_entry(source) for source in changed] or None,
    }


def _source_entry(source: Row) -> Row:
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in source.items() if value is not None}


def restore_stamps(con: Connection) -> None:
    """Stamp a warehouse made anew as the journal says; nothing where there are stamps already, or the journal knows of none."""
    if _scalar(con, "SELECT count(*) FROM core.snapshots"):
        return
    bodies = con.execute("SELECT body FROM core.journal WHERE event = 'snapshot' ORDER BY noted_at, entry_id").fetchall()
    # Of a number told twice (a publish was killed) the later entry holds all of the earlier; by what it holds, for clocks are set back.
    told = {entry["number"]: entry for entry in sorted((json.loads(body) for (body,) in bodies), key=_extent)}
    with transaction(con):
        for how in (_stamp_named, _stamp_segments, _stamp_by_time):  # what is named is no matter of time
            before: Row = {}
            for number, entry in sorted(told.items()):
                how(con, number, entry, before)
                before = {key: entry.get(key) or before.get(key) for key in ("fetched_until", "noted_until")}
        for number, entry in sorted(told.items()):
            insert_rows(con, "core.source_versions", [_version(source, number) for source in entry.get("sources", [])])
            insert_rows(con, "core.snapshots", [_snapshot(entry)])


def _extent(entry: Row) -> tuple[str, str, int, int]:
    """Grows with what was stored when a snapshot was told of."""
    late = len(entry.get("late_segments") or []) + len(entry.get("late") or [])
    return entry.get("fetched_until") or "", entry.get("noted_until") or "", late, len(entry.get("late_entries") or [])


def _stamp_named(con: Connection, number: int, entry: Row, before: Row) -> None:
    for table, key, ids in (("fetches", "fetch_id", entry.get("late")), ("journal", "entry_id", entry.get("late_entries"))):
        if ids:
            sql = f"UPDATE core.{table} SET stored_in = $number WHERE {key} IN (SELECT unnest($ids::VARCHAR[]))"  # noqa: S608
            con.execute(sql, {"number": number, "ids": ids})


def _stamp_segments(con: Connection, number: int, entry: Row, before: Row) -> None:
    con.execute(
        """UPDATE core.fetches SET stored_in = $number
           WHERE stored_in IS NULL AND fetched_at <= $before::TIMESTAMP AND segment IN (SELECT unnest($segments::VARCHAR[]))""",
        {"number": number, "segments": entry.get("late_segments", []), "before": before.get("fetched_until")},
    )


def _stamp_by_time(con: Connection, number: int, entry: Row, before: Row) -> None:
    for table, at, until in (("fetches", "fetched_at", "fetched_until"), ("journal", "noted_at", "noted_until")):
        con.execute(
            f"""UPDATE core.{table} SET stored_in = $number WHERE stored_in IS NULL AND {at} <= $until::TIMESTAMP""",  # noqa: S608
            {"number": number, "until": entry.get(until)},
        )


def _snapshot(entry: Row) -> Row:
    at = {key: datetime.fromisoformat(entry[key]) if entry.get(key) else None for key in ("published_at", "fetched_until", "noted_until")}
    return {key: entry.get(key) for key in ("number", "rules_version", "is_practice")} | at


def _version(source: Row, number: int) -> Row:
    days = {key: date.fromisoformat(source[key]) if source.get(key) else None for key in ("active_from", "active_until")}
    return {key: source.get(key) for key in _SOURCE} | days | {"stored_in": number}


def _scalar(con: Connection, sql: str) -> Any:
    row = con.execute(sql).fetchone()
    return row[0] if row else None
