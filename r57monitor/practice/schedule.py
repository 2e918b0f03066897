"""The days `r57 demo` plays: which instants, and which of them a home has behind it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from r57monitor.clock import VIETNAM

FIRST_DAY = date(2025, 5, 26)
LAST_DAY = date(2025, 8, 3)
_VISIT_AT = time(20, 0, tzinfo=VIETNAM)
_BASELINE_WEEKS = 3  # what these weeks hold is there when the first visit comes
_DAILY_DAYS = 14  # the last days are visited every evening, the ones before on Sundays


def visit_instants(last: int | None = None) -> list[datetime]:
    """The evenings on which the practice web is crawled; `last`: only so many of the last ones. The first is the baseline."""
    first_daily = LAST_DAY - timedelta(days=_DAILY_DAYS - 1)
    day = FIRST_DAY + timedelta(days=7 * _BASELINE_WEEKS - 1)
    days = []
    while day < first_daily:
        days.append(day)
        day += timedelta(days=7)
    days += [first_daily + timedelta(days=n) for n in range(_DAILY_DAYS)]
    instants = [datetime.combine(d, _VISIT_AT) for d in days]
    return instants if last is None else instants[-last:]


@dataclass(frozen=True, slots=True)
class Diary:
    """What a practice home has played, one JSON line a visit; a line stands for a visit that ended well."""

    path: Path

    def played(self) -> list[datetime]:
        """The instants played, oldest first. A torn last line (the demo was killed) is passed over."""
        try:
            lines = self.path.read_text("utf-8").splitlines()
        except FileNotFoundError:
            return []
        found = []
        for line in lines:
            try:
                found.append(datetime.fromisoformat(json.loads(line)["played"]))
            except (ValueError, KeyError, TypeError):
                continue
        return sorted(found)

    def add(self, instant: datetime) -> None:
        """Note a visit that ended well."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"played": instant.isoformat()}) + "\n")


def instants_to_play(wanted: Sequence[datetime], played: Sequence[datetime]) -> list[datetime]:
    """The visits still to be made: time in a home only goes forward, so none at or before the last one played."""
    return [instant for instant in wanted if not played or instant > max(played)]
