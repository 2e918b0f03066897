"""Articles that were fetched, by canonical address. What is too old to be revisited is kept in few bytes, however long the archive."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, ValuesView
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from spiders.old_pages import OldPage, OldPages
from warehouse.index import IndexEntry, find_entry


@dataclass(slots=True)
class KnownPage:
    """An article that was fetched: when, and what a conditional request needs."""

    first: datetime
    last: datetime
    latest: IndexEntry  # of the newest answer with a body
    etag: str | None
    last_modified: str | None
    unchanged: int = 0  # answers in a row that said "not modified"


class KnownPages:
    """Pages of one source, by canonical address. before: what was fetched earlier is kept in few bytes.

    Iterating, and what `items` and `values` give, are the pages fetched since.
    """

    def __init__(self, before: datetime | None = None) -> None:
        self._before = before
        self._young: dict[str, KnownPage] = {}
        self._old = OldPages()

    def __contains__(self, key: str) -> bool:
        return key in self._young or key in self._old

    def __len__(self) -> int:
        return len(self._young) + len(self._old)

    def __iter__(self) -> Iterator[str]:
        return iter(self._young)

    def __getitem__(self, key: str) -> KnownPage | OldPage:
        found = self.get(key)
        if found is None:
            raise KeyError(key)
        return found

    def get(self, key: str) -> KnownPage | OldPage | None:
        return self._young.get(key) or self._old.get(key)

    def items(self) -> ItemsView[str, KnownPage]:
        return self._young.items()

    def values(self) -> ValuesView[KnownPage]:
        return self._young.values()

    def note(self, key: str, entry: IndexEntry, segment: Path) -> None:
        """Take in one fetch of an article, in the archive's order."""
        at, has_body = entry.fetched, entry.status == 200 and not entry.refers_to
        young = self._young.get(key)
        if young is not None:
            young.last = at
            young.unchanged = young.unchanged + 1 if entry.status == 304 else 0
            if has_body:
                young.latest, young.etag, young.last_modified = entry, entry.etag, entry.last_modified
            return
        is_old = has_body and self._before is not None and at < self._before
        if not self._old.note(key, at, segment, entry.record_id if has_body else None, adds=is_old) and has_body:
            self._young[key] = KnownPage(at, at, entry, entry.etag, entry.last_modified)

    def pack(self) -> None:
        """Say that all was noted."""
        self._old.pack()


def whole_page(old: OldPage) -> KnownPage:
    """An old page with all that its index line says; without what makes a request conditional where that is gone."""
    latest = find_entry(old.segment, old.record_id) or _gone(old.record_id, old.last)
    return KnownPage(old.first, old.last, latest, latest.etag, latest.last_modified)


def _gone(record_id: str, at: datetime) -> IndexEntry:
    """Stands for an index line that cannot be read any more: nothing is a repetition of it."""
    return IndexEntry(
        record_id=record_id,
        url="",
        requested_url="",
        status=0,
        role="article",
        source_id="",
        fetched_at=at.isoformat(),
        found_by="",
    )
