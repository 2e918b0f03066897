"""Rows of the outbox: letters, their deliveries, and the facts that alerts told, as SQLite keeps them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Channel = Literal["mail", "notice"]

SCHEMA = """
CREATE TABLE IF NOT EXISTS letters (
    letter_id TEXT PRIMARY KEY, channel TEXT NOT NULL, subject TEXT NOT NULL, body BLOB, queued_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS deliveries (
    letter_id TEXT NOT NULL REFERENCES letters, recipient TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'handing', 'sent', 'unconfirmed', 'refused', 'dropped')),
    attempts INTEGER NOT NULL DEFAULT 0, not_before TEXT NOT NULL, changed_at TEXT NOT NULL, note TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (letter_id, recipient));
CREATE TABLE IF NOT EXISTS facts (
    rule_id TEXT NOT NULL, key TEXT NOT NULL, channel TEXT NOT NULL, text TEXT NOT NULL, proof TEXT NOT NULL,
    noted_at TEXT NOT NULL, closed_at TEXT, letter_id TEXT, PRIMARY KEY (rule_id, key));
"""
DELIVERIES = (
    "SELECT d.letter_id, d.recipient, l.channel, l.subject, l.body, d.state, d.attempts, l.queued_at, d.not_before, d.changed_at, d.note"
    " FROM deliveries d JOIN letters l USING (letter_id)"
)
FACTS = "SELECT rule_id, key, channel, text, proof, noted_at, letter_id FROM facts"
FACT_ORDER = " ORDER BY noted_at, rowid"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One letter to one recipient. body is None once it is no longer needed."""

    letter_id: str
    recipient: str
    channel: Channel
    subject: str
    body: bytes | None
    state: str
    attempts: int
    queued_at: datetime
    not_before: datetime
    changed_at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class Fact:
    """Something a rule has to tell: noted once; told when it has a letter; closed when it is over."""

    rule_id: str
    key: str
    channel: str
    text: str
    proof: str
    noted_at: datetime
    letter_id: str | None = None


def name_letters(con: sqlite3.Connection, asked: str) -> str:
    """The letter of this id, else those that begin so; as a JSON list."""
    ids = [row[0] for row in con.execute("SELECT letter_id FROM letters WHERE substr(letter_id, 1, ?) = ?", (len(asked), asked))]
    return json.dumps([asked] if asked in ids else ids)


def put_letter(con: sqlite3.Connection, letter: tuple[str, Channel, str, bytes], recipients: Iterable[str], now: str) -> int:
    """Keep a letter (id, channel, subject, body) for its recipients, each once; how many are new.

    A body that was dropped is put back where it is needed again.
    """
    letter_id, _, _, body = letter
    con.execute("INSERT OR IGNORE INTO letters VALUES (?, ?, ?, ?, ?)", (*letter, now))
    before = con.total_changes
    con.executemany(
        "INSERT OR IGNORE INTO deliveries (letter_id, recipient, not_before, changed_at) VALUES (?, ?, ?, ?)",
        [(letter_id, recipient, now, now) for recipient in recipients],
    )
    added = con.total_changes - before
    if added:  # a body that was dropped is needed again
        con.execute("UPDATE letters SET body = ? WHERE letter_id = ?", (body, letter_id))
    return added


def drop_done_bodies(con: sqlite3.Connection) -> None:
    """Bodies of letters that everybody has, or that were given up."""
    con.execute(
        "UPDATE letters SET body = NULL WHERE body IS NOT NULL AND NOT EXISTS (SELECT 1 FROM deliveries d"
        " WHERE d.letter_id = letters.letter_id AND d.state NOT IN ('sent', 'dropped'))"
    )


def to_delivery(row: sqlite3.Row) -> Delivery:
    """A row of DELIVERIES."""
    values = dict(row)
    instants = {name: datetime.fromisoformat(values[name]) for name in ("queued_at", "not_before", "changed_at")}
    return Delivery(**{**values, **instants})


def to_fact(row: sqlite3.Row) -> Fact:
    """A row of FACTS."""
    values = dict(row)
    return Fact(**{**values, "noted_at": datetime.fromisoformat(values["noted_at"])})


def to_text(instant: datetime) -> str:
    """An instant as the file keeps it: one length, so that texts are in the order of time."""
    return instant.isoformat(timespec="microseconds")
