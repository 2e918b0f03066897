"""Digests that were put together for this process's visitors, kept so that a choice made again costs nothing."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable

from r57monitor.digest.model import Digest

MOST_LINES = 40_000  # of all kept digests together: about 100 MB


class Proposals:
    """Digests by what was asked, the longest unused ones dropped first; the last one stays whatever its size. Safe between threads."""

    def __init__(self, most: int = MOST_LINES) -> None:
        self._kept: OrderedDict[Hashable, Digest] = OrderedDict()
        self._most = most
        self._lock = threading.Lock()

    def find(self, asked: Hashable) -> Digest | None:
        """The digest kept under that question; None for a new one. A digest is frozen, so everybody may have the same."""
        with self._lock:
            if asked in self._kept:
                self._kept.move_to_end(asked)
            return self._kept.get(asked)

    def keep(self, asked: Hashable, digest: Digest) -> None:
        """Keep a digest under its question."""
        with self._lock:
            self._kept[asked] = digest
            self._kept.move_to_end(asked)
            while len(self._kept) > 1 and sum(map(count_lines, self._kept.values())) > self._most:
                self._kept.popitem(last=False)


def count_lines(digest: Digest) -> int:
    """Lines of a digest, as a measure of the room it takes."""
    parts = (digest.items, digest.late, digest.results, digest.targets, digest.moved, digest.docket, digest.conflicts, digest.documents)
    return sum(len(part) for part in parts)
