"""Retention: bodies of old fetches that nothing rests on leave the archive; what is known of each fetch stays.

An article's page is never touched. Feeds, sitemaps, listings, robots.txt and error pages have told what they had to tell: their
rows, and what a crawl remembers of them, come from the record that stays. So a replay gives the same rows before and after.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from r57monitor.errors import ArchiveError
from warehouse.archive import Archive
from warehouse.depot import bring, open_archive
from warehouse.home import Home
from warehouse.index import IndexEntry, make_entry
from warehouse.journal import Journal
from warehouse.packing import pack_pruned
from warehouse.records import plain_outcome, unpack_fetch, unpack_wire
from warehouse.segment import replace_segment

_ENTRY_ROLES = frozenset({"feed", "sitemap", "listing", "homepage"})
_LEFT_OVER = "*.pruning"


@dataclass(frozen=True, slots=True)
class Pruned:
    """What a pruning takes out, or would. `before` and `after`: bytes of all segments; `after` is an upper bound in a dry run."""

    fetches: int = 0
    segments: int = 0
    before: int = 0
    after: int = 0


@dataclass(frozen=True, slots=True)
class _Kept:
    """Fetches that are needed whole, whatever their age."""

    fetches: frozenset[str]  # newest of each entry page, which a crawl compares with; originals that revisit records refer to
    cycles: frozenset[str]  # broken off: the next crawl goes on from what they had found


def prune(
    home: Home, before: datetime, *, dry: bool, report: Callable[[str], None], step: Callable[[int, int], None] | None = None
) -> Pruned:
    """Take the bodies of fetches made before an instant out of the archive, where nothing rests on them.

    The caller holds the home's lock, unless `dry`. Segments are replaced one at a time: killed at any moment, the archive is whole.
    """
    archive = open_archive(home)
    kept = _Kept(_needed(archive, report), _unfinished(Journal(home.journal)))
    if dry:
        return _prune_all(archive, before, kept, dry, report, step)
    with home.rewriting(alone=True):
        for leftover in archive.folder.glob(_LEFT_OVER):
            leftover.unlink()
        return _prune_all(archive, before, kept, dry, report, step)


def _prune_all(
    archive: Archive, before: datetime, kept: _Kept, dry: bool, report: Callable[[str], None], step: Callable[[int, int], None] | None
) -> Pruned:
    paths = archive.segments()
    fetches = segments = size = left = 0
    for number, segment in enumerate(paths, 1):
        entries = archive.entries(segment, report)
        old = [entry for entry in entries if _may_go(entry, before, kept)]
        length = archive.size(segment)
        size += length
        if old and not dry:
            bring(archive, segment)
            old = _prune_segment(segment, entries, {entry.record_id for entry in old}, report)
        fetches += len(old)
        segments += bool(old)
        left += length - sum(entry.length for entry in old) if dry else archive.size(segment)
        if step is not None:
            step(number, len(paths))
    return Pruned(fetches, segments, size, left)


def _needed(archive: Archive, report: Callable[[str], None]) -> frozenset[str]:
    newest: dict[tuple[str, str], str] = {}
    originals: set[str] = set()
    for segment in archive.segments():
        for entry in archive.entries(segment, report):
            if entry.refers_to:
                originals.add(entry.refers_to)
            elif entry.role in _ENTRY_ROLES and entry.status == 200 and not entry.error:
                newest[entry.source_id, entry.requested_url] = entry.record_id
    return frozenset(newest.values()) | originals


def _unfinished(journal: Journal) -> frozenset[str]:
    """Cycles of each source since its last whole one."""
    cycles: dict[str, set[str]] = {}
    for entry in journal.iterate():
        if entry["event"] == "cycle_begun":
            cycles.setdefault(str(entry["source"]), set()).add(str(entry["cycle"]))
        elif entry["event"] == "cycle_ended" and entry.get("complete"):
            cycles.pop(str(entry.get("source")), None)
    return frozenset().union(*cycles.values())


def _may_go(entry: IndexEntry, before: datetime, kept: _Kept) -> bool:
    """Whether nothing rests on the body of a fetch. What answered in an article's place (an error, a challenge) is no article."""
    if entry.pruned or entry.refers_to or entry.fetched >= before or entry.error == "withdrawn":
        return False
    is_read = entry.role in {"article", "joined"} and entry.status == 200 and not entry.error
    return not is_read and entry.record_id not in kept.fetches and entry.cycle not in kept.cycles


def _prune_segment(segment: Path, entries: list[IndexEntry], old: set[str], report: Callable[[str], None]) -> list[IndexEntry]:
    """Write a segment anew with those fetches' bodies left out; the fetches that were pruned. Other records stay byte for byte."""
    temporary = segment.with_name(segment.name + _LEFT_OVER.removeprefix("*"))
    index: list[IndexEntry] = []
    done: list[IndexEntry] = []
    with open(segment, "rb") as source, open(temporary, "wb") as target:
        for entry in entries:
            source.seek(entry.offset)
            block = source.read(entry.length)
            short = _without_body(block, segment.name, report) if entry.record_id in old else None
            kept = entry
            if short is not None and len(short) < len(block):
                block, kept = short, make_entry(unpack_fetch(short, segment.name), 0, 0)
                done.append(entry)
            index.append(replace(kept, offset=target.tell(), length=len(block)))
            target.write(block)
        target.flush()
        os.fsync(target.fileno())
        size = target.tell()
    if done:
        replace_segment(segment, temporary, index, size)
    else:
        temporary.unlink()
    return done


def _without_body(block: bytes, name: str, report: Callable[[str], None]) -> bytes | None:
    """The records of a fetch with the body left out; None where somebody must read it, or it cannot be read itself."""
    try:
        raw, http, page = unpack_wire(block, name)
        return None if http is None or plain_outcome(page) is None else pack_pruned(raw, http, page)
    except (ArchiveError, ValueError, KeyError) as error:
        report(f"{name}: a fetch cannot be read ({error}); it stays as it is.")
        return None
