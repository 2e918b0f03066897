"""Where a review belongs in a text that is read otherwise today: by the mention's words and what stood around them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from r57monitor.text.normalize import fold

CONTEXT = 40  # folded characters kept on each side of a mention
# Half of what was kept around the mention must still stand there: cleaning rules move the ends of paragraphs, not the words beside it.
_LEAST_SHARE = 0.5
_BLANKS = re.compile(r"\s+")


def describe_place(text: str, start: int, end: int) -> dict[str, Any]:
    """The keys of a journal entry that tie it to a span of a text."""
    return {
        "mention": text[start:end],
        "before": fold(text[max(0, start - CONTEXT) : start]),
        "after": fold(text[end : end + CONTEXT]),
        "start": start,
    }


@lru_cache(maxsize=64)
def _fold_once(text: str) -> str:
    return fold(text)


def find_place(text: str, mention: str, before: str = "", after: str = "", near: int | None = None) -> tuple[int, int] | None:
    """Where the mention stands in a text: the occurrence whose surroundings agree best; None where none agrees enough.

    before, after: folded. near: where it stood; decides between equals.
    """
    words = fold(mention).split()
    if not words:
        return None
    low = _fold_once(text)
    pattern = re.compile(r"(?<![^\W_])(?<!\d[.,])" + r"\s+".join(map(re.escape, words)) + r"(?![^\W_])(?![.,]\d)")
    kept_before, kept_after = _flat(before).lstrip(), _flat(after).rstrip()
    best: tuple[float, int, int, int] | None = None
    for match in pattern.finditer(low):
        left = _flat(low[max(0, match.start() - 2 * CONTEXT) : match.start()])
        right = _flat(low[match.end() : match.end() + 2 * CONTEXT])
        agreed = _common(reversed(kept_before), reversed(left)) + _common(iter(kept_after), iter(right))
        whole = len(kept_before) + len(kept_after)
        if agreed < _LEAST_SHARE * whole:
            continue
        rank = (float(agreed), -abs(match.start() - near) if near is not None else -match.start(), *match.span())
        best = max(best, rank) if best else rank
    return best[2:] if best else None


def _flat(text: str) -> str:
    return _BLANKS.sub(" ", text)


def _common(a: Iterable[str], b: Iterable[str]) -> int:
    count = 0
    for x, y in zip(a, b, strict=False):
        if x != y:
            break
        count += 1
    return count
