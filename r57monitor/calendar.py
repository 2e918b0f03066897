"""Days and ISO weeks of Vietnam time. Instants are UTC, naive as the warehouse stores them or aware."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta


def name_week(day: date) -> str:
    """ISO week of a day: "2025-W40"."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def monday_of(day: date) -> date:
    """First day of the ISO week."""
    return day - timedelta(days=day.weekday())


def parse_week(week: str) -> date:
    """Monday of "2025-W40". Raises ValueError for anything else."""
    year, _, number = week.upper().partition("-W")
    return date.fromisocalendar(int(year), int(number), 1)


def iterate_days(first: date, last: date) -> Iterator[date]:
    """Every day from first to last, both included."""
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)


def iterate_mondays(first: date, last: date) -> Iterator[date]:
    """Mondays of every week that touches the days from first to last."""
    monday = monday_of(first)
    while monday <= last:
        yield monday
        monday += timedelta(days=7)
