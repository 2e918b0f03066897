"""Which articles are worth comparing: fingerprints in bands, so that likely copies among a million meet without each pair being tried."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from r57monitor.text.fingerprint import SLOTS, read_slots

BANDS = 42  # of three slots each: texts that share 40 % meet with probability 0.94, 60 % with 0.9999
ROWS = 3
REACH = 40  # in a band each article is compared with so many before it: crowds in one band are pages in one template
_SIEVE = np.uint32(1 << 20)  # a hundred times as many places as a day has articles

Keys = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An article as far as clustering needs it.

    placed_at: when it was published; for one without a date the end of the day on which it was first seen, so that the order
    within one crawl decides nothing. text_key: equal for equal texts.
    """

    article_id: str
    fingerprint: bytes
    placed_at: datetime
    text_key: str = ""
    publisher: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Prints:
    """Fingerprints of articles in order of time; those of texts too short to tell are left out.

    slots: as they were given, since a million in order would be half a gigabyte more; `rows` says which is whose.
    """

    article_ids: list[str]
    publishers: list[str]
    texts: npt.NDArray[np.int64]  # equal for equal texts
    rows: npt.NDArray[np.int64]
    slots: npt.NDArray[np.uint32]

    @classmethod
    def of(cls, candidates: Iterable[Candidate]) -> Prints:
        """Of candidates, whatever the order given."""
        marked = [c for c in candidates if c.fingerprint]
        return cls.from_columns(
            [c.article_id for c in marked],
            np.array([c.placed_at for c in marked], dtype="datetime64[us]"),
            [c.text_key or c.article_id for c in marked],
            [c.publisher for c in marked],
            read_slots(b"".join(c.fingerprint for c in marked)).reshape(-1, SLOTS),
        )

    @classmethod
    def from_columns(
        cls,
        article_ids: Sequence[str],
        placed_at: npt.NDArray[np.datetime64],
        text_keys: Sequence[str],
        publishers: Sequence[str],
        slots: npt.NDArray[np.uint32],
    ) -> Prints:
        """Of columns of equal length, in any order; `slots` has a row an article."""
        order = np.lexsort((np.array(article_ids, dtype=np.str_), placed_at))
        _, texts = np.unique(np.array(text_keys, dtype=np.str_), return_inverse=True)
        places = order.tolist()
        return cls([article_ids[i] for i in places], [publishers[i] for i in places], texts[order].astype(np.int64), order, slots)

    def bands(self) -> Iterator[tuple[Keys, int]]:
        """Key of every article in every band, with how far one is compared; the last band is that of equal texts."""
        for band in range(BANDS):
            yield make_band_keys(self.slots, band)[self.rows], REACH
        yield self.texts.astype(np.uint64), 1

    def estimate(self, pairs: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """The share of slots that agree, of each pair of positions."""
        parts = np.array_split(self.rows[pairs], len(pairs) // 50_000 + 1)
        return np.concatenate([(self.slots[p[:, 0]] == self.slots[p[:, 1]]).sum(axis=1) / SLOTS for p in parts])


class BandIndex:
    """The bands of a few articles: which of many others meet one of them."""

    def __init__(self, slots: npt.NDArray[np.uint32]) -> None:
        self._keys = [np.unique(make_band_keys(slots, band)) for band in range(BANDS)]
        # Most of a million others are told apart by the last bits of one slot, so that no search is needed for them.
        self._seen = np.zeros((BANDS, _SIEVE), dtype=np.bool_)
        for band in range(BANDS):
            self._seen[band, slots[:, band * ROWS] % _SIEVE] = True

    def meets(self, slots: npt.NDArray[np.uint32]) -> npt.NDArray[np.bool_]:
        """For each of the others, whether it shares a band."""
        met = np.zeros(len(slots), dtype=np.bool_)
        for band, keys in enumerate(self._keys):
            likely = np.flatnonzero(self._seen[band, slots[:, band * ROWS] % _SIEVE] & ~met)
            if len(likely):
                theirs = make_band_keys(slots[likely], band)
                met[likely] = keys[np.minimum(np.searchsorted(keys, theirs), len(keys) - 1)] == theirs
        return met


def make_band_keys(slots: npt.NDArray[np.uint32], band: int) -> Keys:
    """One number for each article, equal where the slots of the band are equal."""
    columns = slots[:, band * ROWS : (band + 1) * ROWS]
    keys = columns[:, 0].astype(np.uint64)
    for k in range(1, ROWS):
        keys = keys * np.uint64(0x9E3779B97F4A7C15) + columns[:, k]
    return keys
