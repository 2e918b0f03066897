"""What the invented press consists of, with the truth about each part."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

FIRST_MONDAY = date(2025, 4, 7)
WEEKS = 26  # 2025-W15 to 2025-W40, with the merger of 1 July in the thirteenth


@dataclass(frozen=True)
class Outlet:
    """One source. since: week of its first crawl; dead: weeks in which its crawls fail."""

    id: str
    name: str
    kind: str
    province: str | None = None  # today's name
    since: int = 0
    dead: frozenset[int] = frozenset()


@dataclass
class Told:
    """One figure in one article, with what is true of it. state: None where two answers are right."""

    key: str  # of the definition
    series: str  # what may be compared shares it
    kind: str
    value: float
    mention: str
    sentence: str
    spec: dict[str, Any]
    as_of: date | None
    stated: bool
    due: date | None
    state: str | None = None


@dataclass
class Story:
    """One article of one outlet. cluster: shared by copies of one text; clock: "sound", "none" (no date on the page), "visit" (the clock
    in its header is taken for a date); edited: what it says later, and when that was seen."""

    number: int
    outlet: Outlet
    published: datetime
    found: datetime
    title: str
    paragraphs: list[str]
    told: list[Told]
    province_id: str
    cluster: int
    is_copy: bool = False
    clock: str = "sound"
    is_late: bool = False  # found long after it was published, by other ways than the front pages
    edited: tuple[datetime, list[str], list[Told]] | None = None

    @property
    def url(self) -> str:
        return f"https://{self.outlet.id}.vn/bai-{self.number}.html"

    @property
    def text(self) -> str:
        return "\n".join(self.paragraphs)


@dataclass
class World:
    """Everything that happened."""

    outlets: list[Outlet]
    stories: list[Story] = field(default_factory=list)
    silences: set[tuple[str, int]] = field(default_factory=set)  # (today's province id, week) in which nothing was said
    own: dict[str, list[Outlet]] = field(default_factory=dict)  # by today's province id
