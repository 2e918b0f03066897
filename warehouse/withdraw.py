"""Takes withdrawn articles and names out of what a home holds: archive, journal, warehouse, published files, digests.

Each step can be done twice: a withdrawal counts as carried out when the journal says so, and until then the next writer begins again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from r57monitor.clock import utc_now
from r57monitor.errors import ArchiveError
from r57monitor.ledger.ids import make_id
from r57monitor.text.normalize import fold
from warehouse.archive import Archive
from warehouse.compact import copy_database
from warehouse.db import Connection, connect_for_writing, transaction
from warehouse.depot import bring, open_archive
from warehouse.derive import forget_derived
from warehouse.facts import journal_id
from warehouse.home import Home
from warehouse.index import IndexEntry, make_entry
from warehouse.journal import Entry, Journal
from warehouse.packing import pack_fetch
from warehouse.records import unpack_wire
from warehouse.search_index import forget_index
from warehouse.segment import replace_segment
from warehouse.withheld import TELL_THEIR_OWN, Withheld, read_withheld

_FACTS = ("core.texts", "core.text_provinces", "core.text_documents", "core.text_figures")
_STAMPS = "stamps_of_withdrawn"  # of fetches that are read again: which snapshot first held them


@dataclass(frozen=True, slots=True)
class Touched:
    """Fetches whose records were changed, and the segments they are in."""

    fetches: frozenset[str]
    segments: frozenset[str]


def note_withdrawal(
    journal: Journal, *, reason: str, by: str, url: str | None = None, article_id: str | None = None, name: str | None = None
) -> Entry:
    """Write down that an article (its address) or a name is withdrawn; from now on every writer keeps it out."""
    withdrawal = make_id("withdrawal", url, name, utc_now().isoformat(), os.getpid())
    kind = "name" if name else "article"
    return journal.append("withdrawal", id=withdrawal, kind=kind, url=url, article_id=article_id, name=name, reason=reason, by=by)


def pending_withdrawals(journal: Journal) -> list[Entry]:
    """Withdrawals that are not carried out, oldest first."""
    standing: dict[str, Entry] = {}
    for entry in journal.iterate():
        if entry["event"] == "withdrawal":
            standing[entry["id"]] = entry
        elif entry["event"] in {"withdrawal_done", "withdrawal_lifted"}:
            standing.pop(str(entry.get("withdrawal")), None)
    return list(standing.values())


def clean_home(home: Home, report: Callable[[str], None], step: Callable[[int, int], None] | None = None) -> Touched:
    """Archive, journal and warehouse without what is withdrawn; pages whose names were blacked out are to be read again.

    The caller holds the home's lock and has no warehouse open.
    """
    journal = Journal(home.journal)
    withheld = read_withheld(journal)
    known = _fetches_in_warehouse(home, withheld)
    with home.rewriting(alone=True):
        touched = _clean_archive(open_archive(home), withheld, known, report, step)
    _forget(home, withheld, Touched(touched.fetches | known, touched.segments))
    _clean_journal(home, journal, withheld)
    return touched


def _clean_archive(
    archive: Archive, withheld: Withheld, known: frozenset[str], report: Callable[[str], None], step: Callable[[int, int], None] | None
) -> Touched:
    for leftover in archive.folder.glob("*.rewriting"):
        leftover.unlink()
    fetches: set[str] = set()
    segments: set[str] = set()
    paths = archive.segments()
    for number, segment in enumerate(paths, 1):
        changed = clean_segment(archive, segment, withheld, known, report)
        if changed:
            fetches |= changed
            segments.add(segment.name)
        if step is not None:
            step(number, len(paths))
    return Touched(frozenset(fetches), frozenset(segments))


def clean_segment(archive: Archive, segment: Path, withheld: Withheld, known: frozenset[str], report: Callable[[str], None]) -> set[str]:
    """Replace a segment by one without what is withdrawn; ids of the fetches that changed. Other records stay byte for byte.

    known: fetches that are known to be of withdrawn articles, under whatever address.
    """
    entries = archive.entries(segment, report)
    wanted = [
        e
        for e in entries
        if withheld.blackout or e.role not in TELL_THEIR_OWN or e.record_id in known or withheld.holds(e.url, e.requested_url)
    ]
    changed: dict[str, bytes] = {}
    if not wanted:
        return set()
    bring(archive, segment)
    with open(segment, "rb") as file:
        for entry in wanted:
            file.seek(entry.offset)
            try:
                block = _clean_block(file.read(entry.length), segment.name, withheld, entry.record_id in known)
            except (ArchiveError, ValueError, KeyError) as error:
                report(f"{segment.name}: the fetch of {entry.url} at byte {entry.offset} cannot be read ({error}); it stays as it is.")
                continue
            if block is not None:
                changed[entry.record_id] = block
    if changed:
        _replace(segment, entries, changed)
    return set(changed)


def _clean_block(block: bytes, name: str, withheld: Withheld, is_known: bool) -> bytes | None:
    raw, http, page = unpack_wire(block, name)
    if page.withdrawn:
        return None
    given = Withheld(withheld.urls | ({raw.url} if is_known else set()), withheld.blackout)
    clean, heads, withdrawn = given.clean_page(raw, http)
    if not withdrawn and is_known:
        clean, heads, withdrawn = replace(raw, body=b"", list_title=None), http, True
    if clean is raw and not withdrawn:
        return None
    same_as = None if withdrawn else page.original
    return pack_fetch(clean, heads, page.cycle, page.elapsed_ms, same_as=same_as, withdrawn=withdrawn)


def _replace(segment: Path, entries: Iterable[IndexEntry], changed: Mapping[str, bytes]) -> None:
    temporary = segment.with_name(segment.name + ".rewriting")
    index: list[IndexEntry] = []
    with open(segment, "rb") as old, open(temporary, "wb") as new:
        for entry in entries:
            old.seek(entry.offset)
            block = changed.get(entry.record_id) or old.read(entry.length)
            offset = new.tell()
            new.write(block)
            made = make_entry(unpack_wire(block, segment.name)[2], offset, len(block)) if entry.record_id in changed else entry
            index.append(replace(made, offset=offset, length=len(block)))
        new.flush()
        os.fsync(new.fileno())
        size = new.tell()
    replace_segment(segment, temporary, index, size)


def _fetches_in_warehouse(home: Home, withheld: Withheld) -> frozenset[str]:
    """Fetches of withdrawn articles as the warehouse knows them: print pages and other addresses among them."""
    if not withheld.urls or not home.warehouse.exists():
        return frozenset()
    con = connect_for_writing(home.warehouse)
    try:
        sql = "SELECT fetch_id FROM core.readings WHERE url IN (SELECT unnest(?::VARCHAR[]))"
        return frozenset(fetch_id for (fetch_id,) in con.execute(sql, [sorted(withheld.urls)]).fetchall())
    finally:
        con.close()


def _forget(home: Home, withheld: Withheld, touched: Touched) -> None:
    """Drop the rows of the fetches touched, so that the next intake stores them again as they are now; and the words to search by."""
    forget_index(home)
    if not home.warehouse.exists():
        return
    con = connect_for_writing(home.warehouse)
    try:
        with transaction(con):
            forget_derived(con)
            fetches = sorted(touched.fetches | _readings_with_names(con, withheld))
            stamps = dict(
                con.execute(
                    "SELECT fetch_id, stored_in FROM core.fetches WHERE fetch_id IN (SELECT unnest(?::VARCHAR[]))", [fetches]
                ).fetchall()
            )
            _keep_stamps(con, {key: number for key, number in stamps.items() if number is not None})
            named = [fetches]
            segments = "SELECT DISTINCT segment FROM core.fetches WHERE fetch_id IN (SELECT unnest(?::VARCHAR[]))"
            con.execute(f"DELETE FROM core.segments WHERE segment IN ({segments})", named)  # noqa: S608 (constant text)
            for table in ("core.readings", "core.fetches"):
                con.execute(f"DELETE FROM {table} WHERE fetch_id IN (SELECT unnest(?::VARCHAR[]))", named)  # noqa: S608
            for table in _FACTS:
                con.execute(
                    f"DELETE FROM {table} WHERE (article_id, text_hash) NOT IN (SELECT (article_id, text_hash) FROM core.readings)"  # noqa: S608
                )
    finally:
        con.close()


def _readings_with_names(con: Connection, withheld: Withheld) -> frozenset[str]:
    found: set[str] = set()
    for name in withheld.blackout.names:
        sql = """SELECT r.fetch_id FROM core.readings r JOIN core.texts t USING (article_id, text_hash)
                 WHERE contains(t.folded, $name)
                    OR contains(strip_accents(lower(coalesce(r.title, '') || ' ' || coalesce(r.author, ''))), $name)"""
        found.update(fetch_id for (fetch_id,) in con.execute(sql, {"name": " ".join(fold(name).split())}).fetchall())
    return frozenset(found)


def _keep_stamps(con: Connection, stamps: Mapping[str, int]) -> None:
    row = con.execute("SELECT value FROM core.meta WHERE key = ?", [_STAMPS]).fetchone()
    kept = (json.loads(row[0]) if row else {}) | dict(stamps)
    con.execute("INSERT OR REPLACE INTO core.meta VALUES (?, ?)", [_STAMPS, json.dumps(kept)])


def restore_stamps_of_withdrawn(home: Home) -> None:
    """Give fetches that were read again the snapshot that first held them."""
    con = connect_for_writing(home.warehouse)
    try:
        row = con.execute("SELECT value FROM core.meta WHERE key = ?", [_STAMPS]).fetchone()
        if row is None:
            return
        with transaction(con):
            forget_derived(con)
            for fetch_id, number in json.loads(row[0]).items():
                con.execute("UPDATE core.fetches SET stored_in = ? WHERE fetch_id = ?", [number, fetch_id])
            con.execute("DELETE FROM core.meta WHERE key = ?", [_STAMPS])
    finally:
        con.close()


def _clean_journal(home: Home, journal: Journal, withheld: Withheld) -> None:
    """Words of withdrawn articles and names leave the journal and its copy in the warehouse; who reviewed what and when stays."""

    def change(entry: Entry) -> Entry:
        if entry["event"] == "withdrawal":
            return entry  # the name must be known, to be kept out
        clean = withheld.clean_entry(entry)
        return entry if clean == entry else clean | {"entry_id": journal_id(entry)}

    if not journal.rewrite(change) or not home.warehouse.exists():
        return
    con = connect_for_writing(home.warehouse)
    try:
        with transaction(con):
            forget_derived(con)
            for entry in journal.iterate():
                if "entry_id" in entry:
                    body = json.dumps(entry, ensure_ascii=False, sort_keys=True)
                    con.execute("UPDATE core.journal SET body = ? WHERE entry_id = ?", [body, entry["entry_id"]])
    finally:
        con.close()


def compact(home: Home) -> None:
    """Write the warehouse anew without the free pages that may still hold what was deleted."""
    copy_database(home.warehouse, home.warehouse)


def finish(home: Home, entries: Iterable[Entry], removed: Iterable[Path]) -> None:
    """Say in the journal that withdrawals are carried out."""
    names = sorted({file.name for file in removed})
    for entry in entries:
        Journal(home.journal).append("withdrawal_done", withdrawal=entry["id"], removed=names or None)
