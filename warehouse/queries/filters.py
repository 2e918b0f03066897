"""The filters that the dashboard, the tables of the command line and the digest share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from r57monitor.calendar import parse_week
from r57monitor.clock import VIETNAM
from r57monitor.errors import UsageError
from r57monitor.text.normalize import fold
from warehouse.db import to_utc


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What to show. An empty field does not filter. Days are of Vietnam time, both ends included.

    provinces: ids or names, old or of today; an old name finds its successor's rows too only where they say so.
    """

    provinces: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    topic_metrics: tuple[str, ...] = ()  # the metrics of some topics: besides `metrics`, not instead
    pillars: tuple[int, ...] = ()
    kinds: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    source_kinds: tuple[str, ...] = ()
    tones: tuple[str, ...] = ()  # favourable, neutral, notable: what a person said
    least_confidence: float | None = None
    figures: tuple[str, ...] = ()  # ids
    articles: tuple[str, ...] = ()  # ids
    week: str | None = None  # "2025-W40"
    date_from: date | None = None
    date_to: date | None = None
    relevant_only: bool = True
    originals_only: bool = False
    text: str = ""

    def days(self) -> tuple[date | None, date | None]:
        """First and last day asked for. Raises UsageError for a week that is none."""
        if not self.week:
            return self.date_from, self.date_to
        try:
            monday = parse_week(self.week)
        except ValueError as error:
            raise UsageError(f'"{self.week}" is no ISO week; write it as 2025-W40.') from error
        return max(filter(None, (monday, self.date_from))), min(filter(None, (monday + timedelta(days=6), self.date_to)))


@dataclass(frozen=True, slots=True)
class Where:
    """A condition and its named parameters."""

    sql: str
    parameters: dict[str, Any]


# Which column of a query answers which filter; a query names those it has.
Columns = dict[str, str]


def build_where(filters: Filters, columns: Columns) -> Where:
    """The condition for a query.

    columns: filter name to SQL expression: province (several, comma-separated, any of which may match; with …_wrap beside it, {} in that
    stands for the test), metric, pillar, kind, state, tone, figure, article, source (and its class), day or instant, confidence,
    relevant, original, folded. A filter without a column is not applied.
    instant: a column of UTC as it is stored, in place of a day of Vietnam time: row groups of other weeks are not read then.
    """
    conditions = ["true"]
    parameters: dict[str, Any] = {}
    for name, values in (
        ("metric", filters.metrics),
        ("topic", filters.topic_metrics),
        ("pillar", filters.pillars),
        ("kind", filters.kinds),
        ("state", filters.states),
        ("source", filters.sources),
        ("tone", filters.tones),
        ("figure", filters.figures),
        ("article", filters.articles),
    ):
        column = "metric" if name == "topic" else name
        if values and column in columns:
            test = f"{columns[column]} IN ({_name_all(name, values, parameters)})"
            conditions.append(columns.get(f"{column}_wrap", "{}").format(test))
    if filters.provinces and "province" in columns:
        among = _name_all("province", [p.lower() for p in filters.provinces], parameters)
        tests = [f"lower({column.strip()}) IN ({among})" for column in columns["province"].split(",")]
        conditions.append(columns.get("province_wrap", "{}").format(" OR ".join(tests)).join("()"))
    if filters.source_kinds and "source" in columns:
        kinds = "SELECT source_id FROM main.sources WHERE kind IN (SELECT unnest($source_kind))"
        conditions.append(f"{columns['source']} IN ({kinds})")
        parameters["source_kind"] = list(filters.source_kinds)
    if filters.least_confidence is not None and "confidence" in columns:
        conditions.append(f"{columns['confidence']} >= $least_confidence")
        parameters["least_confidence"] = filters.least_confidence
    first, last = filters.days()
    for name, value, sign in (("first_day", first, ">="), ("last_day", last, "<=")):
        if value and "day" in columns:
            conditions.append(f"{columns['day']} {sign} ${name}")
            parameters[name] = value
    if "instant" in columns:
        conditions += _within(columns["instant"], first, last, parameters)
    if filters.relevant_only and "relevant" in columns:
        conditions.append(columns["relevant"])
    if filters.originals_only and "original" in columns:
        conditions.append(columns["original"])
    for index, word in enumerate(fold(filters.text).split() if "folded" in columns else []):
        conditions.append(f"contains({columns['folded']}, $word{index})")
        parameters[f"word{index}"] = word
    return Where(" AND ".join(conditions), parameters)


def _within(column: str, first: date | None, last: date | None, parameters: dict[str, Any]) -> list[str]:
    """Conditions for a UTC instant to lie in days of Vietnam time; adds their parameters."""
    found = []
    if first:
        found.append(f"{column} >= $first_instant")
        parameters["first_instant"] = to_utc(datetime.combine(first, time(), VIETNAM))
    if last:
        found.append(f"{column} < $end_instant")
        parameters["end_instant"] = to_utc(datetime.combine(last + timedelta(days=1), time(), VIETNAM))
    return found


def _name_all(name: str, values: Iterable[Any], parameters: dict[str, Any]) -> str:
    """A parameter for each of the values, so that a scan can leave out what is none of them; a list would be joined to every row."""
    named = {f"{name}_{number}": value for number, value in enumerate(values)}
    parameters |= named
    return ", ".join(f"${key}" for key in named)
