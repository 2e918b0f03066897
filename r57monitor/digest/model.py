"""The digest as plain values: what every format renders, and what is kept to render it again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from r57monitor.calendar import name_week
from r57monitor.clock import VIETNAM

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Period:
    """Days of a digest, first and last included, in Vietnam."""

    start: date
    end: date

    @property
    def week(self) -> str | None:
        """The ISO week, when the period is exactly one."""
        is_week = self.start.weekday() == 0 and self.end - self.start == timedelta(days=6)
        return name_week(self.start) if is_week else None

    @property
    def name(self) -> str:
        """As in file names: "2025-W30", else "2025-07-01_2025-07-20"."""
        return self.week or f"{self.start.isoformat()}_{self.end.isoformat()}"

    @property
    def before(self) -> Period:
        """The period of the same length just before."""
        days = (self.end - self.start).days + 1
        return Period(self.start - timedelta(days=days), self.start - timedelta(days=1))

    @property
    def begins_at(self) -> datetime:
        """First instant, aware."""
        return datetime.combine(self.start, time(), VIETNAM)

    @property
    def ends_at(self) -> datetime:
        """First instant after the period, aware."""
        return datetime.combine(self.end + timedelta(days=1), time(), VIETNAM)


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestRows:
    """What a digest is made from, as warehouse/queries/digest.py reads it from one snapshot."""

    snapshot: Mapping[str, Any]
    articles: Rows  # relevant ones reported in the period, with outlet, kind and a list `provinces`
    late: Rows  # same columns: published before the period, first seen in it
    before: Rows  # same columns, of the period before
    figures: Rows  # of `articles` and `late`, with state, and the earlier figure it is judged against as against_*
    figures_before: int  # newly reported in the period before
    is_before_observed: bool  # whether any province was observed in the period before
    targets: Rows
    coverage: Rows
    health: Rows
    documents: Rows
    sources: Rows
    quality: Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """One number of the overview beside that of the period before."""

    key: str
    now: int
    before: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassLine:
    """Articles of one class of outlets."""

    kind: str
    sources: int
    active_sources: int  # with at least one relevant article in the period
    articles: int
    originals: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """Where else the same text appeared."""

    outlet: str
    url: str
    day: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One text: its earliest or original article, and its copies."""

    article_id: str
    title: str
    outlet: str
    url: str
    day: date | None  # of publication, in Vietnam; None unknown
    seen: date | None
    provinces: tuple[str, ...]  # subject provinces, with today's name in brackets
    provinces_now: tuple[str, ...]
    copies: tuple[Copy, ...] = ()
    publishers: int = 1
    new_figures: int = 0
    sentence: str = ""
    garbled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """A quantity as a spreadsheet takes it: the number beside the words that people read."""

    value: float
    value_max: float | None = None  # upper end of a range
    total: float | None = None  # "36 of 74"
    unit: str = ""
    comparator: str = "eq"


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureLine:
    """One figure with its proof, and what it is compared with."""

    figure_id: str
    article_id: str
    start: int  # where the article says it
    province: str
    province_now: str
    metric: str
    metric_id: str | None
    kind: str
    is_change: bool
    value: str
    when: str  # as of, or due for a target
    when_from: str  # "stated", "published" or ""
    state: str
    against: str  # the figure it is judged against, with its time; "" where there is none
    target: str
    sentence: str
    mention: str
    outlet: str
    url: str
    title: str
    day: date | None
    amount: Amount | None = None  # of `value`
    on: date | None = None  # last day of `when`
    against_amount: Amount | None = None
    target_amount: Amount | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side of a conflict or of a moved target."""

    value: str
    when: str
    sentence: str
    mention: str
    outlet: str
    url: str
    day: date | None
    amount: Amount | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two statements about the same thing: what stood before, and what is said now."""

    province: str
    metric: str
    earlier: Side
    later: Side


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentLine:
    """An official document first cited in the period."""

    number: str
    kind: str
    issuer: str
    issued_on: date | None
    province: str
    outlet: str
    url: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A source that failed, was not run, or fell silent in the period."""

    name: str
    state: str
    days: int
    cause: str
    kind: str
    province: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Items of one province, or of the whole country."""

    name: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """How the digest came about, for its last page."""

    snapshot: int
    observed_until: datetime | None
    rules_version: str
    sources: int
    unverified_sources: int
    precision: float | None
    recall: float | None
    measured_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """A press digest of one period; equal rows make an equal digest."""

    office: str
    period: Period
    province: str | None  # where the digest is about one province only
    is_practice: bool
    counts: tuple[Count, ...]
    classes: tuple[ClassLine, ...]
    reported: tuple[str, ...]
    silent: tuple[str, ...]
    not_observed: tuple[str, ...]
    notable: tuple[Item, ...]
    sections: tuple[Section, ...]
    results: tuple[FigureLine, ...]
    targets: tuple[FigureLine, ...]
    moved: tuple[Pair, ...]
    conflicts: tuple[Pair, ...]
    documents: tuple[DocumentLine, ...]
    troubles: tuple[Trouble, ...]
    late: tuple[Item, ...]
    items: tuple[Item, ...]
    method: Method
    map_svg: str = field(default="", repr=False)
