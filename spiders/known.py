"""Articles that were fetched, by canonical address. What is too old to be revisited is kept in few bytes, however long the archive."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, ValuesView
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from uuid import UUID

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


@dataclass(slots=True)
class OldPage:
    """The same of an article that is asked for again only if its list says that it was edited: the index tells the rest then."""

    first_s: float
    last_s: float
    segment: Path
    record: bytes | str  # id of the newest answer with a body, packed where it is one of ours

    @property
    def first(self) -> datetime:
        return datetime.fromtimestamp(self.first_s, UTC)

    @property
    def last(self) -> datetime:
        return datetime.fromtimestamp(self.last_s, UTC)

    def whole(self) -> KnownPage:
        """The page with all that its index line says; without what makes a request conditional where that is gone."""
        record_id = self.record if isinstance(self.record, str) else f"urn:uuid:{UUID(bytes=self.record)}"
        latest = find_entry(self.segment, record_id) or _gone(record_id, self.last)
        return KnownPage(self.first, self.last, latest, latest.etag, latest.last_modified)


class KnownPages:
    """Pages of one source, by canonical address. before: what was fetched earlier is kept in few bytes.

    Iterating, and what `items` and `values` give, are the pages fetched since.
    """

    def __init__(self, before: datetime | None = None) -> None:
        self._before = before
        self._young: dict[str, KnownPage] = {}
        self._old: dict[int, OldPage] = {}

    def __contains__(self, key: str) -> bool:
        return key in self._young or _digest(key) in self._old

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
        return self._young.get(key) or self._old.get(_digest(key))

    def items(self) -> ItemsView[str, KnownPage]:
        return self._young.items()

    def values(self) -> ValuesView[KnownPage]:
        return self._young.values()

    def note(self, key: str, entry: IndexEntry, segment: Path) -> None:
        """Take in one fetch of an article, in the archive's order."""
        at, has_body = entry.fetched, entry.status == 200 and not entry.refers_to
        young, old = self._young.get(key), self._old.get(_digest(key))
        if young is not None:
            young.last = at
            young.unchanged = young.unchanged + 1 if entry.status == 304 else 0
            if has_body:
                young.latest, young.etag, young.last_modified = entry, entry.etag, entry.last_modified
        elif old is not None:
            old.last_s = at.timestamp()
            if has_body:
                old.segment, old.record = segment, _pack(entry.record_id)
        elif has_body and self._before is not None and at < self._before:
            self._old[_digest(key)] = OldPage(at.timestamp(), at.timestamp(), segment, _pack(entry.record_id))
        elif has_body:
            self._young[key] = KnownPage(at, at, entry, entry.etag, entry.last_modified)


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


def _digest(key: str) -> int:
    return int.from_bytes(blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


def _pack(record_id: str) -> bytes | str:
    prefix, _, name = record_id.rpartition(":")
    try:
        return UUID(name).bytes if prefix == "urn:uuid" else record_id
    except ValueError:
        return record_id
