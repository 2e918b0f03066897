"""When a crawl looks for garbage: by the bytes and pages that came, not by the objects made.

Every page leaves some thousand objects behind, nearly all freed at once. Python's own measure then walks through all that a crawl of
many sources holds every two hundred pages, a quarter of the crawl's time; and it would not see ten pages of ten megabytes each.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

WHOLE_BYTES = 48 * 2**20  # of pages, packed and unpacked, between two whole collections
WHOLE_PAGES = 2_000
_YOUNG, _MIDDLE = 5_000, 20  # objects, then collections of the young ones
_NEVER = 2**30


class Garbage:
    """Counts what came since the last whole collection, and has the next one made when it is time."""

    def __init__(self) -> None:
        self._bytes = 0
        self._pages = 0

    def note(self, size: int) -> None:
        """One more page, of so many bytes."""
        self._bytes += size
        self._pages += 1
        if self._bytes >= WHOLE_BYTES or self._pages >= WHOLE_PAGES:
            gc.collect()
            self._bytes = self._pages = 0


@contextmanager
def collected_by_pages() -> Iterator[None]:
    """While this lasts Python makes no whole collections of its own, and what there is already is left out of the others."""
    usual = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, _MIDDLE, _NEVER)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()
