"""Whether a text is about the nation rather than about a province, and the words that tell how a name stands."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib import resources

from r57monitor.models import ProvinceMention
from r57monitor.text.normalize import fold

_COMMUNE = re.compile(r"\b(?:xã|phường|huyện|thị xã|Xã|Phường|Huyện) (?=[A-ZĐÀ-Ỹ][a-zà-ỹđ])")


_ROOM = re.compile(
    r"\b(?:diem cau|dau cau|province bridge|bridge point|provincial bridge)\b"
)  # who sat where in a conference held elsewhere


@cache
def load_standing(name: str) -> str:
    """One word list of data/standing.toml as alternatives for a pattern on folded text, the longest first."""
    words = tomllib.loads((resources.files("r57monitor") / "data" / "standing.toml").read_text("utf-8"))[name]
    return "|".join(sorted((re.escape(fold(word)) for word in words), key=lambda word: -len(word)))


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{load_standing(name)})\b")


def count_nation(folded: str) -> int:
    """How often a folded text speaks of the nation, its bodies or all provinces together."""
    return len(_pattern("nation").findall(folded)) - len(_pattern("nation_not").findall(folded))


def count_local(text: str, folded: str) -> int:
    """How often a text speaks of one province, or of a commune by its name, without naming the province."""
    return len(_pattern("local").findall(folded)) + len(_COMMUNE.findall(text))


def is_national(text: str, title: str | None, provinces: Sequence[ProvinceMention]) -> bool:
    """Whether what a text says holds for the nation: no province is its subject, and it speaks more of the nation than of any place.

    text, title: NFC; provinces: those that find_provinces() found in them.
    """
    if any(p.role == "subject" for p in provinces):
        return False
    lines = f"{title or ''}\n{text}".split("\n")
    others = [line for line in lines if not _ROOM.search(fold(line))]
    whole = "\n".join(others)
    folded = fold(whole)
    local = count_local(whole, folded)
    return count_nation(folded) > 2 * local or (local == 0 and len(others) < len(lines))
