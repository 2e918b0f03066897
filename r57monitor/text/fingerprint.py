"""Near-duplicate fingerprint of a text: one-permutation MinHash of its five-word sequences, on the accent-folded form."""

from __future__ import annotations

import re
import zlib

import numpy as np
import numpy.typing as npt

from r57monitor.text.normalize import fold, has_other_letters

SLOTS = 128  # four bytes each: 512 bytes a text; standard error of the similarity 0.04
SHINGLE_WORDS = 5
MIN_WORDS = 20  # shorter texts (a caption, an empty page) have no fingerprint: they would all look alike

_WORD = re.compile(r"\w+")
_PARTED = bytes(code if code < 128 and (chr(code).isalnum() or chr(code) == "_") else 32 for code in range(256))
_EMPTY = np.uint32(0xFFFFFFFF)
_ALL_EMPTY = np.full(SLOTS, _EMPTY, dtype=np.uint32)
_EVERY = np.arange(SLOTS, dtype=np.intp)
_STORED = np.dtype("<u4")
_SHIFT = np.uint64(57)  # the top 7 bits choose one of 128 slots
_BASE = 0x9E3779B97F4A7C15
_POWERS = np.array([[pow(_BASE, k, 2**64)] for k in range(SHINGLE_WORDS)], dtype=np.uint64)
_PLACES = np.arange(SHINGLE_WORDS, dtype=np.uint64)[:, np.newaxis]
_RIGHT_30, _RIGHT_27, _RIGHT_31 = np.uint64(30), np.uint64(27), np.uint64(31)
_FIRST_FACTOR, _SECOND_FACTOR = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_BORROWED = np.uint32(0x9E3779B1)  # marks a value taken over from a slot at a distance


def fold_words(text: str) -> list[bytes]:
    """Words of a text in folded form, without punctuation, in UTF-8."""
    folded = fold(text)
    if has_other_letters(folded):
        return [word.encode("utf-8", "surrogatepass") for word in _WORD.findall(folded)]
    return folded.encode("ascii", "replace").translate(_PARTED).split()


def hash_shingles(words: list[bytes]) -> npt.NDArray[np.uint64]:
    """One 64-bit number for each sequence of five words, the same on every machine; empty where there are fewer words."""
    if len(words) < SHINGLE_WORDS:
        return np.empty(0, dtype=np.uint64)
    codes = np.fromiter(map(zlib.crc32, words), dtype=np.uint64, count=len(words))
    count = len(words) - SHINGLE_WORDS + 1
    placed = _mix(codes + _PLACES)  # every word at each of the places of a sequence
    placed *= _POWERS
    mixed = placed[0, :count]
    for k in range(1, SHINGLE_WORDS):
        mixed += placed[k, k : k + count]
    return _mix(mixed)


def _mix(values: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """The values mixed, in place."""
    values ^= values >> _RIGHT_30
    values *= _FIRST_FACTOR
    values ^= values >> _RIGHT_27
    values *= _SECOND_FACTOR
    values ^= values >> _RIGHT_31
    return values


def make_fingerprint(text: str) -> bytes:
    """512 bytes that are alike for near-copies; b"" for a text too short to tell. The same bytes on every machine."""
    words = fold_words(text)
    if len(words) < MIN_WORDS:
        return b""
    hashes = hash_shingles(words)
    slots = _ALL_EMPTY.copy()
    np.minimum.at(slots, (hashes >> _SHIFT).astype(np.intp), hashes.astype(np.uint32))
    return _fill_empty(slots).astype(_STORED, copy=False).tobytes()


def _fill_empty(slots: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    """Give every empty slot the value of the next one that is not, changed by the distance (densification by rotation)."""
    full = (slots != _EMPTY).nonzero()[0]
    if len(full) == SLOTS:
        return slots
    distance = full.take(full.searchsorted(_EVERY), mode="wrap")
    distance -= _EVERY
    distance %= SLOTS  # after the last full slot comes the first again
    filled: npt.NDArray[np.uint32] = slots.take(distance + _EVERY, mode="wrap") + distance.astype(np.uint32) * _BORROWED
    return filled


def read_slots(fingerprint: bytes) -> npt.NDArray[np.uint32]:
    """The slots of one fingerprint."""
    return np.frombuffer(fingerprint, dtype="<u4")


def similarity(a: bytes, b: bytes) -> float:
    """Estimated share of five-word sequences that two texts have in common, 0..1; 0 where either has no fingerprint. Symmetric."""
    if not a or not b or len(a) != len(b):
        return 0.0
    return float(np.mean(read_slots(a) == read_slots(b)))
