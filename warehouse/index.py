"""The index beside a segment: one line a fetch, and a closing line that says how many there are and how long the segment is."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path

from warehouse.marks import find_marks
from warehouse.records import ArchivedPage


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexEntry:
    """One line of a segment's index: what a later crawl must remember of a fetch, and where it lies."""

    record_id: str
    url: str
    requested_url: str
    status: int
    role: str
    source_id: str
    fetched_at: str  # ISO, UTC
    found_by: str
    cycle: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    list_title: str | None = None
    list_date: str | None = None
    feed_date: str | None = None
    referrer: str | None = None
    error: str | None = None
    digest: str | None = None  # of the body as the wire carried it
    refers_to: str | None = None  # of a revisit: record id of the fetch whose body it repeats
    conditional: bool | None = None  # it was asked for only if changed
    goes_on: bool | None = None  # of an article's page: it may name a second page
    leads_on: bool | None = None  # it names files, or sends its reader on
    pruned: bool | None = None  # its body was left out when it had grown old
    offset: int = 0
    length: int = 0

    @property
    def fetched(self) -> datetime:
        return datetime.fromisoformat(self.fetched_at)


_NAMES = tuple(field.name for field in fields(IndexEntry))


def make_entry(page: ArchivedPage, offset: int, length: int) -> IndexEntry:
    raw = page.raw
    marks = page.marks or find_marks(raw)
    return IndexEntry(
        record_id=raw.record_id,
        url=raw.url,
        requested_url=raw.requested_url or raw.url,
        status=raw.status,
        role=raw.role,
        source_id=raw.source_id,
        fetched_at=raw.fetched_at.isoformat(),
        found_by=raw.found_by,
        cycle=page.cycle,
        etag=page.etag,
        last_modified=page.last_modified,
        list_title=raw.list_title,
        list_date=raw.list_date.isoformat() if raw.list_date else None,
        feed_date=raw.feed_date.isoformat() if raw.feed_date else None,
        referrer=raw.referrer,
        error="withdrawn" if page.withdrawn else page.error or page.stand_in,
        digest=page.digest,
        refers_to=page.refers_to,
        conditional=page.is_conditional or None,
        goes_on=marks.goes_on or None,
        leads_on=marks.leads_on or None,
        pruned=page.is_pruned or None,
        offset=offset,
        length=length,
    )


def index_path(segment: Path) -> Path:
    return segment.with_name(segment.name + ".jsonl")


def write_index(segment: Path, index: list[IndexEntry], size: int, lost: int = 0) -> None:
    target = index_path(segment)
    temporary = target.with_name(target.name + ".tmp")
    with open(temporary, "w", encoding="utf-8") as file:
        for entry in index:
            known = {name: value for name in _NAMES if (value := getattr(entry, name)) is not None}
            file.write(json.dumps(known, ensure_ascii=False) + "\n")
        closing = {"closed": True, "fetches": len(index), "bytes": size} | ({"lost": lost} if lost else {})
        file.write(json.dumps(closing) + "\n")
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(target)


def load_index(segment: Path) -> tuple[list[IndexEntry], int, int] | None:
    """Entries, size of the segment, and how many of its bytes were damaged when the index was made."""
    try:
        lines = [json.loads(line) for line in index_path(segment).read_text("utf-8").splitlines()]
        closing = lines.pop()
        if closing["fetches"] != len(lines):
            return None
        return [IndexEntry(**line) for line in lines], int(closing["bytes"]), int(closing.get("lost", 0))
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return None


def find_entry(segment: Path, record_id: str) -> IndexEntry | None:
    """One line of a segment's index; None where it is not there."""
    wanted = json.dumps(record_id).encode()
    try:
        with open(index_path(segment), "rb") as file:
            found = next((line for line in file if wanted in line), None)
        entry = IndexEntry(**json.loads(found)) if found else None
    except (OSError, ValueError, TypeError):
        return None
    return entry if entry is not None and entry.record_id == record_id else None
