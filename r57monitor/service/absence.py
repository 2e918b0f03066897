"""Days on which a source was not visited, and why: what nobody asked for is never silence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from r57monitor.clock import vietnam_day
from r57monitor.models import Source
from r57monitor.registry import is_crawled

LOOKED_BACK = timedelta(days=31)  # longer absences are said for their last days
NOT_RUNNING = "the service was not running"
HELD = "another command held the home"
NOT_DUE = "not due on this day"
NOT_REACHED = "its turn did not come on this day"


@dataclass(frozen=True, slots=True)
class Absence:
    """A source that no cycle began for on a day of Vietnam time."""

    source_id: str
    day: date
    cause: str


def find_absences(entries: Iterable[Mapping[str, Any]], sources: Mapping[str, Source], today: date, default_h: float) -> list[Absence]:
    """Absences of the whole days before `today` that the journal does not name yet, from each source's first cycle on.

    entries: the journal's, oldest first; those of the service ("service_alive", with "held" where another command was at
    work) tell whether anything ran on that day. default_h: hours between visits of a source that names none.
    """
    begun: dict[str, set[date]] = defaultdict(set)
    said: set[tuple[str, date]] = set()
    alive: dict[date, bool] = {}  # day -> whether the home was free at least once
    for entry in entries:
        event, day = entry["event"], _day(entry["at"])
        if event == "cycle_begun":
            begun[entry["source"]].add(day)
        elif event == "not_run":
            said.add((entry["source"], date.fromisoformat(str(entry["day"]))))
        elif event == "service_alive":
            alive[day] = alive.get(day, False) or not entry.get("held", False)
    found = []
    for source_id, days in sorted(begun.items()):
        source = sources.get(source_id)
        day = max(min(days), today - LOOKED_BACK)
        while day < today:
            if day not in days and (source_id, day) not in said and source is not None and is_crawled(source, day):
                found.append(Absence(source_id, day, _cause(source, day, days, alive, default_h)))
            day += timedelta(days=1)
    return found


def _day(at: str) -> date:
    return vietnam_day(datetime.fromisoformat(at))


def _cause(source: Source, day: date, days: set[date], alive: Mapping[date, bool], default_h: float) -> str:
    if day not in alive:
        return NOT_RUNNING
    if not alive[day]:
        return HELD
    interval = timedelta(hours=default_h if source.interval_h is None else source.interval_h)
    last = max((d for d in days if d < day), default=day)
    return NOT_DUE if day - last < interval else NOT_REACHED
