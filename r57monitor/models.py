"""Frozen dataclasses shared by all layers.

Spans are half-open, in code points of the text they are said to belong to. Instants are aware and in UTC. Unknown is None.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any, Literal, TypeVar, get_args

PageType = Literal["article", "list", "document", "empty"]
# "part": a later page of an article; "joined": all pages of one, put together from what was fetched
PageRole = Literal["article", "part", "joined", "feed", "sitemap", "listing", "robots", "other"]
FoundBy = Literal["feed", "sitemap", "listing", "homepage", "given", "revisit"]
PublishedFrom = Literal["meta", "text", "feed", "list", "url", "given", "none"]
Comparator = Literal["eq", "ge", "gt", "le", "lt", "approx"]
FigureKind = Literal["result", "target", "previous"]
FigureState = Literal["new", "higher", "lower", "restated", "target_moved", "conflict", "repeat", "baseline"]
Level = Literal["province", "national", "commune", "agency"]
Precision = Literal["day", "month", "quarter", "half", "year"]
AsOfFrom = Literal["stated", "published"]
Screened = Literal["aside", "checked"]  # not read further; or read whole all the same, to check the screen
SourceKind = Literal[
    "portal", "newspaper", "department", "ministry", "party", "agency",
    "broadcaster", "law_library", "aggregator", "reference", "blocked",
]  # fmt: skip

FIGURE_KINDS: tuple[str, ...] = get_args(FigureKind)
FIGURE_STATES: tuple[str, ...] = get_args(FigureState)
NEWLY_REPORTED: tuple[FigureState, ...] = ("new", "higher", "lower", "restated", "target_moved")
LABEL_WORDS = 8  # of what a figure counts, at most: more is another clause


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One entry of the registry: an outlet and how to reach it (keys as users write them in TOML)."""

    id: str
    name: str
    kind: SourceKind
    homepage: str
    province: str | None = None  # name; None for national outlets
    publisher: str = ""  # independence is counted by publisher; the registry fills in the id
    hosts: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    article_url: str | None = None  # regular expression searched in the URL
    delay_s: float | None = None
    interval_h: float | None = None
    private_network: bool = False
    active_from: date | None = None
    active_until: date | None = None
    active_reason: str | None = None
    verified: bool = False
    evidence: str | None = None
    note: str | None = None
    language: str = "vi"
    browser: bool = False
    tls_pin: str | None = None
    recheck_days: int = 14
    title_css: str | None = None
    date_css: str | None = None
    body_css: str | None = None
    drop_css: str | None = None
    practice: bool = False  # of the practice web: its numbers are invented


@dataclass(frozen=True, slots=True, kw_only=True)
class RawPage:
    """One fetched page as it came, with how it was found. `url` is the final one, after redirects."""

    url: str
    body: bytes = field(repr=False)
    fetched_at: datetime
    source_id: str = ""
    requested_url: str = ""
    status: int = 200
    content_type: str = ""
    role: PageRole = "article"
    found_by: FoundBy = "given"
    list_title: str | None = None  # anchor text or feed title that led here
    list_date: datetime | None = None  # date shown in the listing
    feed_date: datetime | None = None  # date given by feed or news sitemap
    given_published: date | None = None  # said by the user on the command line
    referrer: str | None = None
    record_id: str = ""  # WARC-Record-ID of the response


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    """What cleaning takes from a raw page. `text` is NFC, paragraphs separated by one newline."""

    page_type: PageType
    title: str | None
    author: str | None
    published: datetime | None  # UTC; midnight Vietnam time where only a day is known
    published_from: PublishedFrom
    language: str | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """Garbled text restored for people. `offsets[i]` is the index in the original of restored code point i;
    offsets has one entry more than `text`, so spans map by (offsets[start], offsets[end])."""

    text: str
    offsets: tuple[int, ...] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Relevance:
    """How surely a text is about carrying out Resolution 57: score in 0..1, the verdict, and why in words."""

    score: float
    is_relevant: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvinceMention:
    """A province the text is about (subject) or names (mentioned)."""

    province_id: str  # entity valid on the article's date: "vn63-67", "vn34-68"
    name: str  # name on the article's date
    name_now: str  # name of the unit that holds its area today
    role: Literal["subject", "mentioned"]
    mentions: int  # 0 where inferred from places only
    spans: tuple[tuple[int, int], ...] = ()  # in the text that figures are read from


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentCitation:
    """An official document cited by number; `number` is in canonical spelling ("57-NQ/TW")."""

    number: str
    kind: str | None  # "nghị quyết", "kế hoạch" …
    issuer: str | None  # "Bộ Chính trị", "UBND" …
    issued_on: date | None
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One quantity read from a text, with the words that prove it.

    start, end: span of `mention` in the cleaned, unrestored text. as_of, due: last day of the period named.
    """

    mention: str
    value: float
    unit: str
    start: int
    end: int
    sentence: str
    comparator: Comparator = "eq"
    kind: FigureKind = "result"
    is_change: bool = False
    value_max: float | None = None
    denominator: float | None = None
    metric_id: str | None = None
    label: str | None = None  # words of what is counted, small letters, where no metric fits
    level: Level | None = None
    scope: str | None = None  # "population", "commune" … : of whom or where, as the catalogue words it
    whole: str | None = None  # what a share is a share of
    period: str | None = None  # "cumulative", "in_period"; None unknown
    province_id: str | None = None
    province: str | None = None  # name on the article's date; "national" for the nation
    as_of: date | None = None
    as_of_precision: Precision | None = None
    as_of_from: AsOfFrom | None = None
    due: date | None = None
    due_precision: Precision | None = None
    confidence: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A raw page and what the stages have read from it so far; each stage returns a fuller copy."""

    raw: RawPage
    url: str  # canonical
    extracted: Extracted | None = None
    restored: Restored | None = None  # None unless garbled
    screened: Screened | None = None  # None where the screen let it pass
    relevance: Relevance | None = None
    provinces: tuple[ProvinceMention, ...] = ()
    documents: tuple[DocumentCitation, ...] = ()
    figures: tuple[Figure, ...] = ()
    fingerprint: bytes = field(default=b"", repr=False)
    stages: tuple[str, ...] = field(default=(), compare=False, repr=False)  # names of those it has been through

    @property
    def reading_text(self) -> str:
        """The text that provinces, documents and figures are read from: restored where garbled."""
        if self.restored is not None:
            return self.restored.text
        return self.extracted.text if self.extracted else ""


_Slotted = TypeVar("_Slotted", RawPage, Article)


def _copier(of: type[_Slotted]) -> Callable[..., _Slotted]:
    """What copies an instance with some of its fields told anew, in a quarter of the time of `dataclasses.replace`: every stage does."""
    slots: dict[str, Any] = {f.name: of.__dict__[f.name] for f in fields(of)}
    kept = tuple((slot.__set__, slot.__get__) for slot in slots.values())

    def copy(one: _Slotted, **told: object) -> _Slotted:
        new = of.__new__(of)
        for write, read in kept:
            write(new, read(one))
        for name, value in told.items():
            slots[name].__set__(new, value)
        return new

    return copy


fuller: Callable[..., Article] = _copier(Article)
other_page: Callable[..., RawPage] = _copier(RawPage)
