"""Articles fetched long ago, in 56 bytes each: what tells whether one is to be asked for again, however long the archive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from uuid import UUID

import numpy as np

_ROW = np.dtype([("key", "u8"), ("first", "f8"), ("last", "f8"), ("segment", "u4"), ("record", "V16")])
_FRESH = 8192  # rows kept apart before they are sorted in: each time costs a pass over the table


@dataclass(frozen=True, slots=True)
class OldPage:
    """An article that is asked for again only if its list says that it was edited. record_id: of its newest answer with a body."""

    first: datetime
    last: datetime
    segment: Path
    record_id: str


class OldPages:
    """A table by a digest of the canonical address: two addresses share one by a chance of one in 10^13 among a million."""

    def __init__(self) -> None:
        self._rows = np.zeros(0, _ROW)
        self._keys = np.zeros(0, "u8")  # of the rows, side by side: a search in a column of the table copies it each time
        self._fresh: dict[int, np.ndarray] = {}
        self._segments: list[Path] = []
        self._numbers: dict[Path, int] = {}
        self._odd: dict[int, str] = {}  # record ids that are no UUIDs: of archives that others wrote

    def __len__(self) -> int:
        return len(self._rows) + len(self._fresh)

    def __contains__(self, key: str) -> bool:
        return bool(len(self)) and self._find(_digest(key)) is not None

    def get(self, key: str) -> OldPage | None:
        digest = _digest(key)
        row = self._find(digest)
        if row is None:
            return None
        record_id = self._odd.get(digest) or f"urn:uuid:{UUID(bytes=row['record'].tobytes())}"
        first, last = (datetime.fromtimestamp(float(row[name]), UTC) for name in ("first", "last"))
        return OldPage(first, last, self._segments[int(row["segment"])], record_id)

    def note(self, key: str, at: datetime, segment: Path, record_id: str | None, *, adds: bool) -> bool:
        """Take in one fetch; record_id: None where it had no body. False where the page is unknown and not to be added."""
        digest = _digest(key)
        row = self._find(digest)
        if row is None:
            if not adds:
                return False
            row = self._fresh[digest] = np.zeros((), _ROW)
            row["key"], row["first"] = digest, at.timestamp()
        row["last"] = at.timestamp()
        if record_id is not None:
            row["segment"] = self._number(segment)
            self._note_record(digest, row, record_id)
        if len(self._fresh) >= max(_FRESH, len(self._rows) // 8):
            self.pack()
        return True

    def pack(self) -> None:
        """Sort in what came last."""
        if self._fresh:
            rows = np.concatenate([self._rows, np.array(list(self._fresh.values()), _ROW)])
            rows = rows[np.argsort(rows["key"], kind="stable")]
            self._rows, self._keys, self._fresh = rows, np.ascontiguousarray(rows["key"]), {}

    def _find(self, digest: int) -> np.ndarray | None:
        if (fresh := self._fresh.get(digest)) is not None:
            return fresh
        place = int(self._keys.searchsorted(np.uint64(digest)))
        if place < len(self._keys) and int(self._keys[place]) == digest:
            return self._rows[place : place + 1].reshape(())
        return None

    def _note_record(self, digest: int, row: np.ndarray, record_id: str) -> None:
        prefix, _, name = record_id.rpartition(":")
        self._odd.pop(digest, None)
        try:
            packed = UUID(name).bytes if prefix == "urn:uuid" else None
        except ValueError:
            packed = None
        if packed is None:
            self._odd[digest] = record_id
        else:
            row["record"] = np.void(packed)

    def _number(self, segment: Path) -> int:
        number = self._numbers.setdefault(segment, len(self._segments))
        if number == len(self._segments):
            self._segments.append(segment)
        return number


def _digest(key: str) -> int:
    return int.from_bytes(blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")
