"""What a user asks of a digest: which days, which province, under which file name."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta

from r57monitor.digest.model import Masthead, Period
from r57monitor.errors import UsageError
from r57monitor.gazetteer import MERGER, load_gazetteer
from r57monitor.preferences import Office
from r57monitor.wording import week_days

DEFAULT_OFFICE = {"vi": "Đơn vị theo dõi", "en": "Monitoring unit"}


_NAME = re.compile(
    r"(?:diem-bao-)?(?:(?P<week>\d{4}-W\d{2})|(?P<first>\d{4}-\d\d-\d\d)_(?P<last>\d{4}-\d\d-\d\d))"
    r"(?:-(?P<province>vn\d+-\w+))?(?:-nhom-(?P<pillar>\d))?"
)
PILLARS = range(1, 8)  # the task groups of the resolution


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A digest that is asked for: its days, and what it is limited to."""

    period: Period
    province: str | None = None  # name of one of the 34
    pillar: int | None = None
    office: Office = field(default_factory=Office)

    @property
    def name(self) -> str:
        """As in file names: "diem-bao-2025-W30"."""
        return file_stem(self.period, self.province, self.pillar)

    def make_masthead(self, day: date | None) -> Masthead:
        """Head and foot as the settings have them. day: of the snapshot."""
        office = self.office
        return Masthead(
            unit=choose_office(office.unit, office.language),
            parent=office.parent,
            number=number_issue(self.period.week, office.first_week),
            place=office.place,
            day=day,
            recipients=office.recipients,
            signer_title=office.signer_title,
            signer=office.signer,
        )


def number_issue(week: str | None, first_week: str) -> int | None:
    """Number of a week's digest: counted from the week that has number 1, else the week's own; None before the first and for no week."""
    days = week_days(week) if week else None
    if days is None:
        return None
    first = week_days(first_week) if first_week else None
    number = (days[0] - first[0]).days // 7 + 1 if first else days[0].isocalendar().week
    return number if number > 0 else None


def choose_office(unit: str, language: str = "vi") -> str:
    """Name in the masthead: the unit that is set, else a neutral one."""
    return unit.strip() or DEFAULT_OFFICE[language]


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
        near = ", ".join(gazetteer.near_names(name))
        raise UsageError(f'there is no province "{name}"; write its name, such as {near or "Lào Cai"}.')
    return gazetteer.now(entity.id).name


def read_name(name: str, office: Office = Office()) -> Request:  # noqa: B008 (frozen)
    """The request that a digest's name stands for: "diem-bao-2025-W30-vn34-15", or a week alone. Raises UsageError for anything else."""
    found = _NAME.fullmatch(name.strip())
    days = week_days(found["week"]) if found and found["week"] else None
    try:
        if found and days is None and found["first"]:
            days = (date.fromisoformat(found["first"]), date.fromisoformat(found["last"]))
    except ValueError:
        days = None
    entities = {entity.id: entity for entity in load_gazetteer().at(MERGER)}
    entity = entities.get(found["province"] or "") if found else None
    if found is None or days is None or days[1] < days[0] or (found["province"] and entity is None):
        raise UsageError(f'"{name}" is no name of a digest; names look like diem-bao-2025-W30.')
    pillar = int(found["pillar"]) if found["pillar"] else None
    return Request(period=Period(*days), province=entity.name if entity else None, pillar=check_pillar(pillar), office=office)


def check_pillar(number: int | None) -> int | None:
    """The number of a task group. Raises UsageError for one there is none of."""
    if number is not None and number not in PILLARS:
        raise UsageError(f"there is no task group {number}; the resolution has 1 to 7.")
    return number


def file_stem(period: Period, province: str | None, pillar: int | None = None) -> str:
    """ "diem-bao-2025-W30", with the province's id and the task group where the digest is limited to one."""
    entity = load_gazetteer().by_name(province, MERGER) if province else None
    return f"diem-bao-{period.name}" + (f"-{entity.id}" if entity else "") + (f"-nhom-{pillar}" if pillar else "")
