"""What may be compared with what: the series of a figure, and how two of its values relate."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from r57monitor.clock import vietnam_day
from r57monitor.ledger.ids import make_id
from r57monitor.text.normalize import fold

NATIONAL = "national"
MIN_LABEL_WORDS = 3  # "van ban", "mo hinh" are counted of many things; three words and more name one thing

Relation = Literal["same", "compatible", "higher", "lower"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One figure as one article states it. Instants are naive UTC.

    reported_at: when the article brought it (publication; for what an edit brought, when the edit was seen).
    published_at: the same where it is known, never the day of a visit for an article without a date.
    """

    figure_id: str
    article_id: str
    cluster_id: str
    publisher: str
    reported_at: datetime
    published_at: datetime | None
    withdrawn_at: datetime | None = None
    is_copy: bool = False
    is_aggregator: bool = False
    is_baseline: bool = False
    is_undated: bool = False  # nobody can say when it was reported: neither a date nor a visit shortly before that did not find it
    metric_id: str | None = None
    label: str | None = None
    value: float = 0.0
    value_max: float | None = None
    denominator: float | None = None
    unit: str = ""
    comparator: str = "eq"
    kind: str = "result"
    is_change: bool = False
    level: str | None = None
    scope: str | None = None
    whole: str | None = None
    period: str | None = None
    province_id: str | None = None
    province: str | None = None
    place_id: str | None = None  # what series are kept by: the unit through time where no merger changed its area
    is_unplaced: bool = False  # by a name that two units bore, and nobody can say when
    as_of: date | None = None
    as_of_precision: str | None = None
    as_of_from: str | None = None
    due: date | None = None
    due_precision: str | None = None
    mention: str = ""
    sentence: str = ""
    start: int = 0
    end: int = 0

    @property
    def position(self) -> date:
        """The day the value stands for: its as_of, else the day it was reported; never after that day."""
        reported = vietnam_day(self.reported_at)
        return min(self.as_of, reported) if self.as_of else reported


def make_line_id(said: Statement) -> str | None:
    """Id of everything comparable but for the due date; None where province or definition is unknown.

    Changes, earlier values and national figures are lines of their own. Ranks are comparable only among as many provinces, what
    was done in a period only with what was done in as long a one. What one commune or agency reports is no series: which one it
    was is not known; no more is what may be of either of two provinces of one name.
    """
    place = NATIONAL if NATIONAL in (said.province, said.level) else said.place_id or said.province_id
    what = _definition(said)
    if not place or (said.is_unplaced and place != NATIONAL) or not what or said.level in {"commune", "agency"}:
        return None
    base = said.denominator if said.unit == "hạng" else None
    period = find_period(said)
    if period is None:
        return None
    parts = (place, what, said.level, said.scope, said.whole, period, said.kind, said.is_change, _unit_class(said), base)
    return make_id("line", *parts)


_YEAR = r"(?:[/.,]?\ ?(?:nam\ )?\d{4})?"
_LENGTHS = re.compile(
    rf"""\b(?:
    (?P<until>(?:den|het|toi)\ (?:(?:het|cuoi|ngay|nay)\ )*(?:thang|quy|nam|\d)\S*(?:\ \d+)?{_YEAR} | ngay\ \d+\ thang\ \d+{_YEAR})
    | (?P<so_far>tu\ dau\ nam{_YEAR} | (?:\d+|ba|sau|chin)\ thang\ dau\ nam{_YEAR} | nua\ dau\ nam{_YEAR}
        | [69]\ thang(?!\ cuoi){_YEAR})
    | (?P<half>(?:6|sau)\ thang\ cuoi\ nam{_YEAR} | nua\ cuoi\ nam{_YEAR})
    | (?P<quarter>quy\ (?:[1-4]|iv|i{{1,3}})\b{_YEAR} | (?:trong|moi)\ quy)
    | (?P<month>thang\ (?:\d{{1,2}}\b{_YEAR}|nay|truoc|qua) | (?:trong|moi)\ thang)
    | (?P<week>(?:trong|moi)\ tuan | tuan\ (?:qua|nay|truoc))
    | (?P<day>(?:trong|moi)\ ngay | ngay\ dau)
    | (?P<year>nam\ (?:\d{{4}}|qua|nay|truoc) | (?:trong|moi|hang)\ nam)
    | (?P<some>trong\ ky))\b""",
    re.VERBOSE,
)


_SHORT = frozenset({"day", "week", "month", "quarter"})


def find_period(said: Statement) -> str | None:
    """What the value covers: "level" (all there is by then), or what came in a period as long as named; None where that is unknown."""
    if said.kind == "target":
        return said.period if said.period == "in_period" else "level"
    if said.period == "in_period":
        length = find_length(said)
        return f"in_period:{length}" if length else None
    if said.period is not None:
        return "level"
    length = find_length(said)
    if fold(said.unit) in _MEASURES:  # a share of one month is another than that of all months together
        return f"in_period:{length}" if length in _SHORT else "level"
    return "level" if length is None else None


def find_length(said: Statement) -> str | None:
    """How long the period is that a value was reached in, by the words nearest before the number, else after it; None unknown.

    What counts from the first of January is only comparable within its year: "so_far:2025".
    """
    folded, mention = " ".join(fold(said.sentence).split()), " ".join(fold(said.mention).split())
    head, _, tail = folded.partition(mention)
    named = [match.lastgroup for part in (head, tail) for match in _LENGTHS.finditer(part) if match.lastgroup != "until"]
    before = [match.lastgroup for match in _LENGTHS.finditer(head) if match.lastgroup != "until"]
    name = before[-1] if before else next(iter(named), None)
    return f"{name}:{said.position.year}" if name == "so_far" else name


_MEASURES = frozenset({"%", "dong", "usd", "hang", "diem"})


def _unit_class(said: Statement) -> str:
    """Units that are not alike: shares, money, ranks, points, and what is counted. A metric says what it counts, in whatever words."""
    unit = fold(said.unit)
    return unit if unit in _MEASURES or not said.metric_id else "count"


def _definition(said: Statement) -> str | None:
    if said.metric_id:
        return f"metric:{said.metric_id}"
    label = " ".join(fold(said.label).split()) if said.label else ""
    return f"label:{label}" if len(label.split()) >= MIN_LABEL_WORDS else None


def make_series_id(said: Statement, line: str | None) -> str | None:
    """Id of the series: its line with the due date; None where nothing comparable can be said."""
    return make_id("series", line, said.due) if line else None


_DECIMALS = re.compile(r"\d,(\d+)(?!\d)")
_MAGNITUDES = (
    ("nghin ty", 1e12),
    ("ngan ty", 1e12),
    ("trieu ty", 1e15),
    ("ty", 1e9),
    ("trieu", 1e6),
    ("tr", 1e6),
    ("nghin", 1e3),
    ("ngan", 1e3),
)
_MAGNITUDE = re.compile(r"\d\s*(" + "|".join(word for word, _ in _MAGNITUDES) + r")\b")


def find_step(mention: str) -> float:
    """The size of the last digit written: 0.1 for "99,6%", 100_000 for "4,3 triệu", 1 for "356 trạm"."""
    folded = fold(mention)
    decimals = _DECIMALS.search(folded)
    magnitude = _MAGNITUDE.search(folded)
    scale = dict(_MAGNITUDES)[magnitude.group(1)] if magnitude else 1.0
    return scale * 10.0 ** -(len(decimals.group(1)) if decimals else 0)


_SLACK = 0.1  # "hơn 300" is taken to speak of 300 to 330
_ABOUT = 0.05


def find_bounds(said: Statement) -> tuple[float, float]:
    """Lowest and highest value the words allow."""
    low, high = said.value, said.value_max if said.value_max is not None else said.value
    if said.comparator in {"ge", "gt"}:
        high = max(high, low + abs(low) * _SLACK)
    elif said.comparator in {"le", "lt"}:
        low -= abs(low) * _SLACK
    elif said.comparator == "approx":
        low, high = low - abs(low) * _ABOUT, high + abs(high) * _ABOUT
    return low, high


def relate(new: Statement, old: Statement) -> Relation:
    """How a value stands to an earlier one of its series.

    "compatible": both can be true of one state of things ("hơn 300" and "312", "99,6%" and "99,58%"): no news, no contradiction.
    """
    if new.value == old.value and new.value_max == old.value_max:
        return "same"
    steps = find_step(new.mention), find_step(old.mention)
    if steps[0] != steps[1] and abs(new.value - old.value) <= max(steps) / 2:
        return "compatible"
    if new.comparator != old.comparator or new.value_max != old.value_max:
        (low, high), (old_low, old_high) = find_bounds(new), find_bounds(old)
        if low <= old_high and old_low <= high:
            return "compatible"
    return "higher" if new.value > old.value or (new.value == old.value and (new.value_max or 0) > (old.value_max or 0)) else "lower"


def agree(new: Statement, old: Statement) -> bool:
    """Whether two values do not contradict each other."""
    return relate(new, old) in {"same", "compatible"}
