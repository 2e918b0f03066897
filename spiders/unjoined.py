"""Articles of which something may be missing: later pages not had, or files and forwards not followed when a crawl was broken off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from r57monitor.text.urls import canonical_url
from warehouse.index import IndexEntry
from warehouse.journal import Entry


@dataclass(slots=True)
class _Lost:
    """A later page that was asked for and not got since."""

    article: str  # canonical address
    passes: bool
    attempts: int = 1


@dataclass(slots=True)
class Unjoined:
    """Of one source. Journal entries are noted first, then the archive's in its order."""

    _lost: dict[str, _Lost] = field(default_factory=dict)  # by address asked for
    _firsts: dict[str, tuple[Path, IndexEntry]] = field(default_factory=dict)  # newest first page of each article that may have more
    _whole: set[str] = field(default_factory=set)
    parts: dict[str, tuple[Path, IndexEntry]] = field(default_factory=dict)  # later pages of cycles broken off, by address asked for
    leading: list[tuple[Path, IndexEntry]] = field(default_factory=list)  # of cycles broken off, pages that name files or lead elsewhere

    @property
    def waits(self) -> bool:
        """Whether any article's pages may be missing."""
        return bool(self._firsts)

    def note_failure(self, entry: Entry) -> None:
        """Take in a later page that could not be had."""
        before = self._lost.get(entry["url"])
        article, passes = canonical_url(str(entry.get("referrer") or "")), bool(entry.get("passes"))
        self._lost[entry["url"]] = _Lost(article, passes, before.attempts + 1 if before else 1)

    def note(self, entry: IndexEntry, segment: Path, *, is_unfinished: bool) -> None:
        """Take in one fetch. is_unfinished: of a cycle that was broken off."""
        if entry.status != 200 or entry.error:
            return
        if entry.role == "part":
            self._lost.pop(entry.requested_url, None)
            if is_unfinished and not entry.pruned:
                self.parts[entry.requested_url] = (segment, entry)
        key = canonical_url(entry.url)
        if entry.role == "joined" and key in self._firsts and self._firsts[key][1].fetched_at == entry.fetched_at:
            self._whole.add(key)
        elif entry.role == "article" and not entry.refers_to:
            self._whole.discard(key)
            self._firsts.pop(key, None)
            if entry.leads_on and is_unfinished:
                self.leading.append((segment, entry))
            if entry.goes_on and (is_unfinished or any(lost.article == key for lost in self._lost.values())):
                self._firsts[key] = (segment, entry)

    def due(self, limit: Callable[[str], int]) -> list[tuple[Path, IndexEntry]]:
        """First pages whose later pages are to be asked for once more. limit: how often, by name."""
        lost = {one.article: limit("attempts_passing" if one.passes else "attempts") > one.attempts for one in self._lost.values()}
        return [first for key, first in self._firsts.items() if lost.get(key, key not in self._whole)]
