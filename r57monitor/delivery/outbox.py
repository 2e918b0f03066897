"""The outbox: what is to be sent, to whom, and how far each has come. SQLite in the home.

A letter is one message; a delivery is one letter to one recipient. A delivery is `waiting`, then `handing` from just before the last
byte the server needs until its answer is written down, then `sent` or `refused`. A process killed while `handing` leaves the one
state nobody can know: the server has the letter, most likely. Such deliveries become `unconfirmed`; they are shown, and sent again
only when a person asks for it. A letter's body is not kept longer than until all its deliveries are sent or dropped.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from r57monitor.clock import utc_now
from r57monitor.delivery.letters import (
    DELIVERIES,
    FACT_ORDER,
    FACTS,
    SCHEMA,
    Channel,
    Delivery,
    Fact,
    drop_done_bodies,
    name_letters,
    put_letter,
    to_delivery,
    to_fact,
    to_text,
)
from r57monitor.errors import HomeError

FILE_NAME = "outbox.sqlite"
_WAITS_MIN = (1, 5, 15, 60, 240)  # growing; the last is repeated
GIVEN_UP_AFTER = timedelta(days=2)


class Outbox:
    """One home's outbox, safe to open from several processes; every change is on disk when its method returns."""

    def __init__(self, home: Path) -> None:
        self.path = home / FILE_NAME

    def exists(self) -> bool:
        """Whether anything was ever put in."""
        return self.path.exists()

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A transaction: all of it or nothing."""
        try:
            with closing(sqlite3.connect(self.path, timeout=30)) as con:
                con.row_factory = sqlite3.Row
                con.execute("PRAGMA synchronous = FULL")
                con.execute("PRAGMA secure_delete = ON")  # what was dropped is nowhere in the file
                con.executescript(SCHEMA)
                with con:
                    con.execute("BEGIN IMMEDIATE")
                    yield con
        except sqlite3.Error as error:
            raise HomeError(f"the outbox {self.path} cannot be used: {error}. Look to the disk's space and the file's rights.") from error

    @contextmanager
    def sending(self) -> Iterator[bool]:
        """The right to send, held by one process at a time: False where another has it. A killed process lets go of it."""
        handle = os.open(self.path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            yield True
        finally:
            os.close(handle)

    def put(self, letter_id: str, channel: Channel, subject: str, body: bytes, recipients: Iterable[str]) -> int:
        """Queue a letter; a recipient who has it queued or sent already gets no second. Returns how many deliveries are new."""
        with self._open() as con:
            return put_letter(con, (letter_id, channel, subject, body), recipients, to_text(utc_now()))

    def due(self, channel: Channel) -> list[Delivery]:
        """Deliveries to be tried now, oldest first. Those a killed process left in mid-hand become `unconfirmed`: hold sending()."""
        with self._open() as con:
            now = to_text(utc_now())
            con.execute(
                "UPDATE deliveries SET state = 'unconfirmed', changed_at = ?, note = 'the program ended before the answer was written down'"
                " WHERE state = 'handing'",
                (now,),
            )
            # later than any wait: the clock was set back since it was put off
            is_due = " WHERE d.state = 'waiting' AND (d.not_before <= ? OR d.not_before > ?) AND l.channel = ?"
            due = DELIVERIES + is_due + " ORDER BY l.queued_at, d.rowid"
            return [to_delivery(row) for row in con.execute(due, (*_now_and_latest(), channel))]

    def has_due(self) -> bool:
        """Whether anything is to be tried now."""
        if not self.exists():
            return False
        with self._open() as con:
            due = "SELECT 1 FROM deliveries WHERE state = 'waiting' AND (not_before <= ? OR not_before > ?) LIMIT 1"
            found = con.execute(due, _now_and_latest())
            return found.fetchone() is not None

    def mark(self, delivery: Delivery, state: str, note: str = "") -> None:
        """Write down how far a delivery has come."""
        with self._open() as con:
            con.execute(
                "UPDATE deliveries SET state = ?, changed_at = ?, note = ?, attempts = attempts + ? WHERE letter_id = ? AND recipient = ?",
                (state, to_text(utc_now()), note[:500], state == "handing", delivery.letter_id, delivery.recipient),
            )
            drop_done_bodies(con)

    def postpone(self, delivery: Delivery, note: str) -> datetime | None:
        """Try again later, after growing waits; None where it has been tried for too long and is given up."""
        now = utc_now()
        if now - delivery.queued_at > GIVEN_UP_AFTER:
            self.mark(delivery, "refused", f"given up: {note}")
            return None
        later = now + timedelta(minutes=_WAITS_MIN[min(delivery.attempts, len(_WAITS_MIN) - 1)])
        with self._open() as con:
            con.execute(
                "UPDATE deliveries SET state = 'waiting', attempts = ?, not_before = ?, changed_at = ?, note = ?"
                " WHERE letter_id = ? AND recipient = ?",
                (delivery.attempts + 1, to_text(later), to_text(now), note[:500], delivery.letter_id, delivery.recipient),
            )
        return later

    def release(self, letter_id: str) -> int:
        """Have what is not sent of a letter tried again at once, refused and unconfirmed deliveries too. Returns how many."""
        now = to_text(utc_now())
        with self._open() as con:
            return con.execute(
                "UPDATE deliveries SET state = 'waiting', not_before = ?, changed_at = ?"
                " WHERE letter_id IN (SELECT value FROM json_each(?)) AND state IN ('waiting', 'unconfirmed', 'refused')"
                " AND letter_id IN (SELECT letter_id FROM letters WHERE body IS NOT NULL)",  # of others nothing is left to send
                (now, now, name_letters(con, letter_id)),
            ).rowcount

    def drop(self, letter_id: str) -> int:
        """Give up what is not sent of a letter. Returns how many deliveries."""
        with self._open() as con:
            count = con.execute(
                "UPDATE deliveries SET state = 'dropped', changed_at = ?"
                " WHERE letter_id IN (SELECT value FROM json_each(?)) AND state IN ('waiting', 'unconfirmed', 'refused')",
                (to_text(utc_now()), name_letters(con, letter_id)),
            ).rowcount
            drop_done_bodies(con)
            return count

    def recall(self, holds: Callable[[str, str, bytes], bool], note: str) -> list[str]:
        """Take back every letter and every untold fact of which holds(channel, subject, body) is true; ids of the letters.

        What is not sent of them is dropped with that note, and their words are gone.
        """
        now = to_text(utc_now())
        with self._open() as con:
            rows = con.execute("SELECT letter_id, channel, subject, body FROM letters WHERE body IS NOT NULL ORDER BY queued_at").fetchall()
            found = [row["letter_id"] for row in rows if holds(row["channel"], row["subject"], row["body"])]
            for letter_id in found:
                con.execute(
                    "UPDATE deliveries SET state = 'dropped', changed_at = ?, note = ?"
                    " WHERE letter_id = ? AND state IN ('waiting', 'unconfirmed', 'refused')",
                    (now, note, letter_id),
                )
                con.execute("UPDATE letters SET body = NULL WHERE letter_id = ?", (letter_id,))
            told = [tuple(row) for row in con.execute("SELECT rule_id, key, text, proof FROM facts WHERE text <> ''")]
            con.executemany(
                "UPDATE facts SET text = '', proof = '', closed_at = ?, letter_id = coalesce(letter_id, '') WHERE rule_id = ? AND key = ?",
                [(now, rule, key) for rule, key, text, proof in told if holds("notice", text, proof.encode())],
            )
            return found

    def deliveries(self, limit: int = 1000) -> list[Delivery]:
        """Every delivery, newest first; none where there is no outbox."""
        if not self.exists():
            return []
        with self._open() as con:
            return [to_delivery(row) for row in con.execute(DELIVERIES + " ORDER BY d.changed_at DESC, d.rowid DESC LIMIT ?", (limit,))]

    def note(self, facts: Iterable[Fact]) -> int:
        """Take in what rules found; a fact that is there already stays as it is. Returns how many are new."""
        with self._open() as con:
            before = con.total_changes
            con.executemany(
                "INSERT OR IGNORE INTO facts (rule_id, key, channel, text, proof, noted_at) VALUES (?, ?, ?, ?, ?, ?)",
                [(f.rule_id, f.key, f.channel, f.text, f.proof, to_text(f.noted_at)) for f in facts],
            )
            return con.total_changes - before

    def facts(self) -> list[Fact]:
        """Every fact so far, oldest first."""
        if not self.exists():
            return []
        with self._open() as con:
            return [to_fact(row) for row in con.execute(FACTS + FACT_ORDER)]

    def known(self) -> set[tuple[str, str]]:
        """Rule and key of every fact so far."""
        return {(fact.rule_id, fact.key) for fact in self.facts()}

    def open_facts(self, prefix: str) -> list[Fact]:
        """Facts not over yet whose key begins so."""
        if not self.exists():
            return []
        with self._open() as con:
            still = FACTS + " WHERE closed_at IS NULL AND substr(key, 1, ?) = ?" + FACT_ORDER
            return [to_fact(row) for row in con.execute(still, (len(prefix), prefix))]

    def close(self, facts: Iterable[Fact]) -> None:
        """These are over."""
        with self._open() as con:
            con.executemany(
                "UPDATE facts SET closed_at = ? WHERE rule_id = ? AND key = ?", [(to_text(utc_now()), f.rule_id, f.key) for f in facts]
            )

    def untold(self) -> list[Fact]:
        """Facts that no letter tells yet, oldest first."""
        if not self.exists():
            return []
        with self._open() as con:
            return [to_fact(row) for row in con.execute(FACTS + " WHERE letter_id IS NULL" + FACT_ORDER)]

    def last_notice(self, channel: str) -> datetime | None:
        """When the last letter of a channel of notices was queued."""
        with self._open() as con:
            row = con.execute(
                "SELECT max(l.queued_at) FROM letters l JOIN facts f ON f.letter_id = l.letter_id WHERE f.channel = ?", (channel,)
            ).fetchone()
        return datetime.fromisoformat(row[0]) if row[0] else None

    def tell(self, facts: Sequence[Fact], letter_id: str, subject: str, body: bytes, recipients: Iterable[str]) -> None:
        """Queue the notice of these facts and mark them told, together."""
        with self._open() as con:
            put_letter(con, (letter_id, "notice", subject, body), recipients, to_text(utc_now()))
            con.executemany(
                "UPDATE facts SET letter_id = ?, text = '', proof = '' WHERE rule_id = ? AND key = ?",
                [(letter_id, f.rule_id, f.key) for f in facts],  # press text is not kept longer than it is needed
            )


def _now_and_latest() -> tuple[str, str]:
    """Now, and the latest time until which anything is put off."""
    now = utc_now()
    return to_text(now), to_text(now + timedelta(minutes=_WAITS_MIN[-1]))
