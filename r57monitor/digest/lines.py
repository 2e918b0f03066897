"""Lines of the digest's sections: plain values, ready to be printed by any format, each with the id of the row it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

TargetGroup = Literal["reached", "fell_due", "due_soon"]
CorrectionKind = Literal["restated", "rejected", "fixed", "withdrawn", "gone", "reread"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """Where else the same text appeared."""

    article_id: str
    source_id: str
    outlet: str
    kind: str  # class of the outlet
    url: str
    day: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One text: its earliest or original article, and its copies."""

    article_id: str
    source_id: str
    number: int = 0  # its place in the appendix, from 1; 0 for what the appendix does not hold
    title: str
    outlet: str
    kind: str  # class of the outlet
    url: str
    day: date | None  # of publication, in Vietnam; None unknown
    seen: date | None
    provinces: tuple[str, ...]  # subject provinces, with today's name in brackets
    provinces_now: tuple[str, ...]
    pillars: tuple[int, ...] = ()  # task groups of its figures, 1 to 7
    copies: tuple[Copy, ...] = ()
    publishers: int = 1  # independent ones; aggregators are none
    national_outlets: int = 0  # independent publishers that belong to no province
    new_figures: int = 0
    figure_ids: tuple[str, ...] = ()  # the newly reported figures counted in new_figures
    sentence: str = ""
    mention: str = ""  # the figure in the sentence
    garbled: bool = False
    reasons: tuple[str, ...] = ()  # why it is among the notable ones, in words
    note: str = ""  # what the editor wrote under it


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
    pillar: int | None = None
    kind: str
    is_change: bool
    value: str
    amount: Amount  # of `value`
    when: str  # as of, or due for a target
    when_from: str  # "stated", "published" or ""
    on: date | None = None  # last day of `when`
    state: str
    against: str  # the figure it is judged against, with its time; "" where there is none
    against_figure_id: str | None = None
    against_amount: Amount | None = None
    target: str  # of a result: the target that falls due next, with its time
    target_figure_id: str | None = None
    target_amount: Amount | None = None
    sentence: str
    mention: str
    outlet: str
    url: str
    title: str
    day: date | None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side of a conflict or of a moved target, or the result that answers a target."""

    figure_id: str
    article_id: str
    value: str
    amount: Amount
    when: str
    on: date | None = None  # last day of `when`
    sentence: str
    mention: str
    outlet: str
    url: str
    title: str = ""
    day: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two statements about the same thing: what stood before, and what is said now."""

    province: str
    province_now: str = ""
    metric: str
    metric_id: str | None = None
    pillar: int | None = None
    earlier: Side
    later: Side
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetLine:
    """A target that was reached, fell due in the period or falls due soon, with the result that answers it."""

    group: TargetGroup
    series_id: str
    province: str
    province_now: str
    metric: str
    metric_id: str | None
    pillar: int | None = None
    status: str  # of view `targets`: reached, not_reached, no_result_seen, due_soon, open
    due: date | None
    said: Side
    result: Side | None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteLine:
    """A sentence that reports a difficulty, as the article has it."""

    article_id: str
    start: int  # where it stands in the article's text
    provinces: tuple[str, ...]
    provinces_now: tuple[str, ...]
    cue: str  # the words it was found by
    sentence: str
    outlet: str
    url: str
    title: str
    day: date | None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionLine:
    """A figure of an earlier digest that stands differently now."""

    kind: CorrectionKind
    digest: str  # name of the digest that had it
    figure_id: str
    article_id: str
    province: str
    province_now: str
    metric: str
    was: str  # value and time as that digest had them; "" where the article was withdrawn
    now: str  # "" where nothing stands in its place
    now_figure_id: str | None = None
    reason: str  # in words
    sentence: str  # that proves what stands now
    outlet: str
    url: str
    day: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentLine:
    """An official document first cited in the period."""

    number: str
    kind: str
    issuer: str
    issued_on: date | None
    province: str
    province_now: str = ""
    article_id: str
    outlet: str
    url: str
    title: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A source that failed, was not run, or fell silent in the period."""

    source_id: str
    name: str
    state: str
    days: int
    cause: str
    kind: str
    province: str
