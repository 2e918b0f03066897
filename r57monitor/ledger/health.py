"""What each source did on each day: ok, silent, failing or not run. Pure: rows in, rows out."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from r57monitor.calendar import iterate_days
from r57monitor.clock import vietnam_day
from r57monitor.ledger.symptoms import MEMORY, Sample, find_symptom

SILENT_AFTER = 14  # days; an outlet that answers but has brought nothing for so long is silent, whatever it usually brings
SOONEST = 4  # days: a long weekend
_RATE_DAYS = 56  # over which the usual number of articles is taken
_UNLIKELY = 9.0  # so many articles would usually have come: none by chance about once in eight thousand times
ENTRY_ROLES = frozenset({"feed", "sitemap", "listing", "homepage", "robots"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleEnd:
    """A cycle that ended; cause in words where it failed."""

    source_id: str
    ended_at: datetime
    outcome: str
    cause: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One thing that went wrong while crawling."""

    source_id: str
    at: datetime
    role: str | None
    cause: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What a source gave on one day."""

    pages: int = 0
    articles: int = 0
    relevant: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Observations:
    """All that is known about the sources' crawls. begun: first crawl of each source; published: instants of its articles, sorted."""

    begun: Mapping[str, datetime]
    cycle_begins: Sequence[tuple[str, datetime]] = ()
    cycle_ends: Sequence[CycleEnd] = ()
    failures: Sequence[Failure] = ()
    not_run: Mapping[tuple[str, date], str] = field(default_factory=dict)
    counts: Mapping[tuple[str, date], Counts] = field(default_factory=dict)
    published: Mapping[str, Sequence[datetime]] = field(default_factory=dict)
    samples: Sequence[Sample] = ()  # by source, in the order of their cycles


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthDay:
    """One source on one day of Vietnam time."""

    source_id: str
    day: date
    state: str
    cause: str | None
    pages: int
    articles: int
    relevant: int
    last_article_at: datetime | None


def find_health(seen: Observations, last_day: date, active: Mapping[str, tuple[date | None, date | None]]) -> list[HealthDay]:
    """One row a source and day, from its first crawl to the last observed day; days outside its active period are left out.

    active: (from, until) of the sources of the registry.
    """
    ends: dict[tuple[str, date], list[CycleEnd]] = defaultdict(list)
    for end in seen.cycle_ends:
        ends[end.source_id, vietnam_day(end.ended_at)].append(end)
    begun = {(source, vietnam_day(at)) for source, at in seen.cycle_begins}
    failures: dict[tuple[str, date], list[Failure]] = defaultdict(list)
    for failure in seen.failures:
        failures[failure.source_id, vietnam_day(failure.at)].append(failure)
    samples: dict[str, list[Sample]] = defaultdict(list)
    for sample in seen.samples:
        samples[sample.source_id].append(sample)
    days = []
    for source_id, first in sorted(seen.begun.items()):
        since, until = active.get(source_id, (None, None))
        brought, visits = _Brought(seen.published.get(source_id, ())), _Visits(samples[source_id])
        for day in iterate_days(vietnam_day(first), last_day):
            key = (source_id, day)
            counts = seen.counts.get(key, Counts())
            if (since and day < since) or (until and day > until and not counts.pages):
                continue
            state, cause = _judge(ends.get(key, []), failures.get(key, []), key in begun, seen.not_run.get(key), is_latest=day == last_day)
            if state == "ok":
                state, cause = _look_closer(day, cause, brought, visits)
            days.append(
                HealthDay(
                    source_id=source_id,
                    day=day,
                    state=state,
                    cause=cause,
                    pages=counts.pages,
                    articles=counts.articles,
                    relevant=counts.relevant,
                    last_article_at=brought.last_before(day),
                )
            )
    return days


def _judge(ends: list[CycleEnd], failures: list[Failure], begun: bool, skipped: str | None, *, is_latest: bool) -> tuple[str, str | None]:
    """State and cause of one day. One good cycle makes a day observed, whatever failed before or after it; of the latest day, which
    is not over yet, the last cycle decides: a source that has just died is named at once. A cycle stopped before it saw anything says
    nothing of the source."""
    stopped = [end for end in ends if end.outcome == "stopped"]
    ends = [end for end in ends if end.outcome != "stopped"]
    good = [end for end in ends if end.outcome == "ok"]
    latest = max(ends, key=lambda end: end.ended_at, default=None)
    if latest is not None and good and (latest.outcome == "ok" or not is_latest):
        return "ok", latest.cause
    if latest is not None:
        return "failing", latest.cause or _name_failure(failures) or "the cycle ended with failures"
    if stopped and not any(f.role in ENTRY_ROLES for f in failures):
        return "not_run", skipped or stopped[-1].cause or "the crawl was interrupted"
    if begun or any(f.role in ENTRY_ROLES for f in failures):
        return "failing", _name_failure(failures) or "the crawl was interrupted"
    return "not_run", skipped or "not crawled on this day"


class _Brought:
    """The instants at which a source's articles came out, sorted, with their days: each is asked for once, not once a day looked at."""

    def __init__(self, published: Sequence[datetime]) -> None:
        self._published = published
        self._days = [vietnam_day(instant) for instant in published]

    def last_before(self, day: date) -> datetime | None:
        """The last instant that is not after the end of the day."""
        index = bisect_right(self._days, day)
        return self._published[index - 1] if index else None

    def patience_days(self, day: date) -> float:
        """Days without an article after which a source counts as silent: few for one that publishes daily."""
        until = bisect_right(self._days, day)
        since = bisect_right(self._days, day - timedelta(days=_RATE_DAYS))
        if until - since < _UNLIKELY:
            return SILENT_AFTER
        span = max(1, (self._days[until - 1] - self._days[since]).days)
        return min(SILENT_AFTER, max(SOONEST, _UNLIKELY * span / (until - since)))


class _Visits:
    """The samples of a source in their order, and by the day of which each is the last."""

    def __init__(self, samples: Sequence[Sample]) -> None:
        self._samples = samples
        self._begun = [sample.begun_at for sample in samples]
        self._last = {vietnam_day(instant): index for index, instant in enumerate(self._begun)}

    def symptom_of(self, day: date) -> str | None:
        """What ails the last visit of a day, beside those before it that anything is taken from."""
        index = self._last.get(day)
        if index is None:
            return None
        now = self._samples[index]
        return find_symptom(now, self._samples[bisect_left(self._begun, now.begun_at - MEMORY) : index])


def _look_closer(day: date, cause: str | None, brought: _Brought, visits: _Visits) -> tuple[str, str | None]:
    """The state of a source that answers: by what its pages are, and by what has come beside what usually comes."""
    if symptom := visits.symptom_of(day):  # what the crawl met may be the reason: a log-in, pages that are gone
        return "failing", f"{symptom}; {cause}" if cause else symptom
    last = brought.last_before(day)
    if last is None:
        return "silent", cause or "answers, but no article was seen yet"
    quiet = (day - vietnam_day(last)).days
    if quiet > brought.patience_days(day):
        silence = f"answers, but nothing new for {quiet} days"
        return "silent", f"{silence}; {cause}" if cause else silence
    return "ok", cause


def _name_failure(failures: list[Failure]) -> str | None:
    entry = [f for f in failures if f.role in ENTRY_ROLES] or failures
    return next((f.cause for f in sorted(entry, key=lambda f: f.at, reverse=True) if f.cause), None)


def active_periods(rows: Iterable[tuple[str, date | None, date | None]]) -> dict[str, tuple[date | None, date | None]]:
    """(from, until) by source id."""
    return {source_id: (since, until) for source_id, since, until in rows}
