"""What a user asks of a digest: which days, which province, under which file name."""

from __future__ import annotations

from datetime import date, timedelta

from r57monitor.digest.model import Period
from r57monitor.errors import UsageError
from r57monitor.gazetteer import MERGER, load_gazetteer
from r57monitor.wording import week_days

DEFAULT_OFFICE = "Đơn vị theo dõi"


def choose_office(unit: str) -> str:
    """Name in the masthead: the unit that is set, else a neutral one."""
    return unit.strip() or DEFAULT_OFFICE


def choose_period(week: str | None, date_from: date | None, date_to: date | None, last_observed: date | None) -> Period:
    """The period asked for; without one, the last whole week up to the last day that was observed. Raises UsageError."""
    if week and (date_from or date_to):
        raise UsageError("--week and --from/--to exclude each other.")
    if week:
        days = week_days(week)
        if days is None:
            raise UsageError(f'"{week}" is no ISO week; write it as 2025-W30.')
        return Period(*days)
    if date_from and date_to:
        if date_to < date_from:
            raise UsageError(f"--to {date_to:%d/%m/%Y} lies before --from {date_from:%d/%m/%Y}.")
        return Period(date_from, date_to)
    if date_from or date_to:
        raise UsageError("--from and --to belong together.")
    if last_observed is None:
        raise UsageError("nothing was crawled yet, so there is no week to report; run `r57 crawl` first.")
    return last_week(last_observed)


def last_week(last_observed: date) -> Period:
    """The last week whose Sunday is not after that day."""
    sunday = last_observed - timedelta(days=(last_observed.weekday() + 1) % 7)
    return Period(sunday - timedelta(days=6), sunday)


def find_province(name: str | None) -> str | None:
    """Today's name of a province, old or new, or of its id. Raises UsageError for a name that is none."""
    if not name:
        return None
    gazetteer = load_gazetteer()
    entity = gazetteer.by_name(name, MERGER) or gazetteer.by_name(name)
    if entity is None:
        raise UsageError(f'there is no province "{name}"; write its name, such as "Lào Cai".')
    return gazetteer.now(entity.id).name


def file_stem(period: Period, province: str | None) -> str:
    """ "diem-bao-2025-W30", with the province's id where the digest is about one only."""
    entity = load_gazetteer().by_name(province, MERGER) if province else None
    return f"diem-bao-{period.name}" + (f"-{entity.id}" if entity else "")
