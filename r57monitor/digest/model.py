"""The digest as plain values: what every format renders, and what is kept to render it again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Literal

from pydantic import Base64Bytes

from r57monitor.calendar import name_week
from r57monitor.clock import VIETNAM
from r57monitor.digest.lines import (
    Amount,
    Copy,
    CorrectionLine,
    DocumentLine,
    FigureLine,
    Item,
    Pair,
    QuoteLine,
    Side,
    TargetLine,
    Trouble,
)

Rows = Sequence[Mapping[str, Any]]

__all__ = [
    "Amount", "Chart", "ClassLine", "Copy", "CorrectionLine", "Count", "Desk", "Digest", "DigestRows", "DocumentLine", "FigureLine",
    "Item", "Masthead", "Method", "Pair", "Period", "ProvinceLine", "QuoteLine", "Rate", "Rows", "Section", "Side", "TargetLine", "Trouble",
]  # fmt: skip


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
    docket: Rows = ()  # of view `targets`: due in the period or soon after, or answered in it, with result_state and is_result_new
    proofs: Rows = ()  # the figures that state those targets and their results
    texts: Rows = ()  # article_id and text of articles that may report a difficulty


@dataclass(frozen=True, slots=True, kw_only=True)
class Masthead:
    """Who sends the digest, to whom, and who signs: from the settings [office]."""

    unit: str
    parent: str = ""
    number: int | None = None  # of the issue; None where the period is no week
    place: str = ""
    day: date | None = None  # beside the place: of the snapshot the digest was made from
    recipients: tuple[str, ...] = ()
    signer_title: str = ""
    signer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where the digest stands between machine and signature."""

    state: Literal["draft", "approved", "sent"] = "draft"
    by: str = ""  # who approved or sent it
    at: datetime | None = None
    chosen: int = 0  # items put among the notable ones by a person
    dropped: int = 0  # lines taken out by a person
    note: str = ""  # the editor's own paragraph, printed in the overview


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
    articles_before: int | None = None  # in the period before; None where that was not observed


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvinceLine:
    """One of today's provinces in the overview."""

    province_id: str
    name: str
    state: str  # of view `coverage`: reported, silent, not_observed
    articles: int
    originals: int
    publishers: int
    new_figures: int
    articles_before: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Items of one province, or of the whole country."""

    name: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How well figures of one metric were read on the annotated articles."""

    metric_id: str
    metric: str
    expected: int
    found: int
    correct: int


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
    rates: tuple[Rate, ...] = ()  # of the metrics that this digest shows


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A picture of the dashboard, with the words that say the same."""

    key: str  # "map", "weeks"
    title: str
    text: str
    svg: str = field(repr=False)
    png: Base64Bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """A press digest of one period; equal rows make an equal digest. Fields stand in the order of its sections."""

    name: str  # as in file names: "diem-bao-2025-W30"
    office: str  # the same as masthead.unit
    language: Literal["vi", "en"] = "vi"  # of everything but what is quoted
    masthead: Masthead
    desk: Desk = Desk()
    period: Period
    province: str | None  # where the digest is about one province only
    pillar: int | None = None  # where it is about one task group only
    is_practice: bool
    baseline: int = 0  # figures of the period that were published before their source's first crawl
    counts: tuple[Count, ...]
    classes: tuple[ClassLine, ...]
    provinces: tuple[ProvinceLine, ...] = ()
    reported: tuple[str, ...]
    silent: tuple[str, ...]
    not_observed: tuple[str, ...]
    notable: tuple[Item, ...]
    sections: tuple[Section, ...]
    results: tuple[FigureLine, ...]
    targets: tuple[FigureLine, ...]
    moved: tuple[Pair, ...]
    docket: tuple[TargetLine, ...] = ()
    conflicts: tuple[Pair, ...]
    documents: tuple[DocumentLine, ...]
    difficulties: tuple[QuoteLine, ...] = ()
    corrections: tuple[CorrectionLine, ...] = ()
    corrected: str = ""  # name of the digest that the corrections are about; "" where none was sent before
    troubles: tuple[Trouble, ...]
    late: tuple[Item, ...]
    items: tuple[Item, ...]
    method: Method
    charts: tuple[Chart, ...] = field(default=(), repr=False)
