"""What the dashboard keeps for each person: visits, saved views and a watch list. A journal of its own, `people/` in the home.

Nothing here reaches the warehouse: it says what somebody looks at, not what the press says.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from r57monitor.clock import utc_now
from warehouse.home import Home
from warehouse.journal import Entry, Journal

REST = timedelta(hours=4)  # after so long somebody comes back, rather than going on
_MOST_NAME = 80


@dataclass(frozen=True, slots=True)
class Visit:
    """When a person came and the newest snapshot there was then."""

    at: datetime
    snapshot: int


@dataclass(frozen=True, slots=True)
class Belongings:
    """One person's things. views: name -> address within the dashboard ("/figures?tinh=lao-cai"), as they were saved."""

    visits: tuple[Visit, ...] = ()
    views: dict[str, str] = field(default_factory=dict)
    provinces: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()

    @property
    def watches(self) -> bool:
        """Whether anything is on the watch list."""
        return bool(self.provinces or self.metrics)


def read_belongings(home: Home, person: str) -> Belongings:
    """What is kept for a person; nothing for somebody new."""
    folder = _folder(home)
    files = tuple((p.name, s.st_size, s.st_mtime_ns) for p in sorted(folder.glob("*.jsonl")) if (s := p.stat()))
    return _read(folder, files, person)


def note_visit(home: Home, person: str, snapshot: int) -> None:
    """Write down that somebody came, once a visit and snapshot. Raises ArchiveError where that is impossible."""
    visits = read_belongings(home, person).visits
    if not visits or visits[-1].snapshot != snapshot or utc_now() - visits[-1].at >= REST:
        Journal(_folder(home)).append("visit", person=person, snapshot=snapshot)


def save_view(home: Home, person: str, name: str, address: str) -> None:
    """Keep a view under a name, in place of one of that name. Raises ArchiveError; ValueError for what is no name or address of ours."""
    name = " ".join(name.split())[:_MOST_NAME]
    if not name or not is_own_address(address):
        raise ValueError(f"{address!r} under {name!r} is no view")
    Journal(_folder(home)).append("view_saved", person=person, name=name, address=address)


def drop_view(home: Home, person: str, name: str) -> None:
    """Forget a saved view. Raises ArchiveError."""
    Journal(_folder(home)).append("view_dropped", person=person, name=name)


def watch(home: Home, person: str, provinces: Iterable[str], metrics: Iterable[str]) -> None:
    """Put other provinces (today's names) and metrics (ids) on the watch list. Raises ArchiveError."""
    Journal(_folder(home)).append("watching", person=person, provinces=list(provinces), metrics=list(metrics))


def last_seen(visits: Iterable[Visit], now: datetime, snapshot: int) -> Visit | None:
    """The visit to compare with: the last one before a rest that saw an older snapshot, else the last that saw an older one."""
    earlier = [visit for visit in visits if visit.snapshot < snapshot]
    rested = [visit for visit in earlier if now - visit.at >= REST]
    found = rested or earlier
    return found[-1] if found else None


def is_own_address(address: str) -> bool:
    """Whether an address stays within the dashboard: page text and other people's files choose no other host."""
    return address.startswith("/") and not address.startswith("//") and not any(c in "\\<>\"'" or ord(c) < 33 for c in address)


def _folder(home: Home) -> Path:
    return home.path / "people"


@lru_cache(maxsize=64)
def _read(folder: Path, files: tuple[tuple[str, int, int], ...], person: str) -> Belongings:
    """files: what stood there, so that something new is read again."""
    visits: list[Visit] = []
    views: dict[str, str] = {}
    watched: dict[str, tuple[str, ...]] = {"provinces": (), "metrics": ()}
    for entry in Journal(folder).iterate() if files else ():
        if entry.get("person") != person:
            continue
        event = entry["event"]
        if event == "visit" and isinstance(entry.get("snapshot"), int):
            visits.append(Visit(datetime.fromisoformat(entry["at"]), entry["snapshot"]))
        elif event == "view_saved" and is_own_address(str(entry.get("address"))):
            views.pop(str(entry.get("name")), None)
            views[str(entry.get("name"))] = str(entry["address"])
        elif event == "view_dropped":
            views.pop(str(entry.get("name")), None)
        elif event == "watching":
            watched = {kind: _words(entry, kind) for kind in watched}
    return Belongings(tuple(visits), views, watched["provinces"], watched["metrics"])


def _words(entry: Entry, kind: str) -> tuple[str, ...]:
    given = entry.get(kind)
    return tuple(str(word) for word in given) if isinstance(given, list) else ()
