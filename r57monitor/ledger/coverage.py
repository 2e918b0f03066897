"""Which province reported in which week, which was silent, and which was only not observed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from r57monitor.calendar import iterate_mondays, name_week

OWN_KINDS = ("portal", "newspaper")
OK_DAYS = 5  # of the seven of a week, for each of the province's own sources
RESOLUTION_DAY = date(2024, 12, 22)  # nothing can be reported about Resolution 57 before it existed
OBSERVED = "ok"  # an outlet that answers and brings nothing for long may as well have moved: silence told of it would be a guess


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """One article about a province, as far as coverage needs it. day: of its publication, Vietnam time."""

    article_id: str
    province_id: str  # today's
    day: date
    is_original: bool
    publisher: str
    is_aggregator: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageWeek:
    """One of today's provinces in one ISO week."""

    province_id: str
    week: str
    state: str
    observed_share: float
    articles: int
    originals: int
    publishers: int


def find_coverage(
    provinces: Iterable[str],
    articles: Iterable[Coverage],
    own_sources: Mapping[str, Iterable[str]],
    health: Iterable[tuple[str, date, str]],
    last_day: date | None,
) -> list[CoverageWeek]:
    """One row for each province and week, from the first relevant article or first crawl to the last observed day.

    provinces: ids of today's map. own_sources: portal and newspaper of each, or what the registry has of them.
    health: (source, day, state). "silent" needs every own source ok on at least five days of the week.
    """
    by_week: dict[tuple[str, date], list[Coverage]] = defaultdict(list)
    days_seen: dict[tuple[str, date], int] = defaultdict(int)
    first: date | None = None
    for article in articles:
        if article.day < RESOLUTION_DAY or (last_day and article.day > last_day + timedelta(days=1)):
            continue
        by_week[article.province_id, article.day - timedelta(days=article.day.weekday())].append(article)
        first = min(first or article.day, article.day)
    for source_id, day, state in health:
        first = min(first or day, day)
        if state == OBSERVED:
            days_seen[source_id, day - timedelta(days=day.weekday())] += 1
    if first is None or last_day is None:
        return []
    owned = {province: sorted(own_sources.get(province, ())) for province in provinces}
    return [
        _judge(province, monday, by_week.get((province, monday), []), [days_seen[s, monday] for s in sources])
        for monday in iterate_mondays(first, last_day)
        for province, sources in owned.items()
    ]


def _judge(province_id: str, monday: date, articles: list[Coverage], days_seen: list[int]) -> CoverageWeek:
    share = sum(days_seen) / (7 * len(days_seen)) if days_seen else 0.0
    if articles:
        state = "reported"
    elif days_seen and min(days_seen) >= OK_DAYS:
        state = "silent"
    else:
        state = "not_observed"
    return CoverageWeek(
        province_id=province_id,
        week=name_week(monday),
        state=state,
        observed_share=round(min(share, 1.0), 4),
        articles=len({a.article_id for a in articles}),
        originals=len({a.article_id for a in articles if a.is_original}),
        publishers=len({a.publisher for a in articles if not a.is_aggregator}),
    )
