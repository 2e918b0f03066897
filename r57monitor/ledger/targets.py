"""The docket of targets: each goal once, what was last said of it, and whether a result was seen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType

from r57monitor.ledger.series import Statement, make_line_id, make_series_id
from r57monitor.ledger.states import State

DUE_SOON = timedelta(days=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One goal of one province.

    status: moved, reached, due_soon, no_result_seen (fell due, nothing seen), not_reached (fell due, the result seen is short of it), open.
    due_status: the same, whether the goal moved or not.
    """

    series_id: str
    said: Statement  # the latest original statement
    status: str
    due_status: str
    moved_from: Statement | None
    result: Statement | None
    inherited: bool  # of a province merged into another, which has it now
    first_published_at: datetime | None
    last_published_at: datetime | None
    statements: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What all statements of one goal together say: when it was first and last published, and in how many articles."""

    first_published_at: datetime | None
    last_published_at: datetime | None
    statements: int


def find_targets(
    statements: Iterable[Statement],
    states: Mapping[str, State],
    today: date | None,
    merged: frozenset[str],
    lower_is_better: frozenset[str] = frozenset(),
    tallies: Mapping[str, Tally] = MappingProxyType({}),
) -> list[Target]:
    """Every target series with its latest statement, in order of due date.

    tallies: by series, where not all of its statements are given: the latest that stands, the latest that moved the goal, the one it
    moved from and the newest result are enough then.
    merged: ids of provinces that are no longer. lower_is_better: metrics where less is more.
    today: last observed day; None in an empty home.
    """
    by_id: dict[str, Statement] = {}
    goals: dict[str, list[Statement]] = defaultdict(list)
    results: dict[str, list[Statement]] = defaultdict(list)
    for said in statements:
        by_id[said.figure_id] = said
        if said.is_change or said.is_aggregator:
            continue
        line = make_line_id(said)
        if line and said.kind == "target":
            goals[make_series_id(said, line) or line].append(said)
        elif line and said.kind == "result":
            results[line].append(said)
    found = []
    for series_id, group in goals.items():
        group.sort(key=lambda s: (s.reported_at, s.article_id, s.start))
        standing = [s for s in group if s.withdrawn_at is None and not s.is_copy] or group
        said = standing[-1]
        moved = _moved_from(standing, states, by_id)
        result = _latest_result(said, results)
        due_status = _due_status(said, result, today, said.metric_id in lower_is_better)
        tally = tallies.get(series_id) or _tally(group)
        found.append(
            Target(
                series_id=series_id,
                said=said,
                status="moved" if moved else due_status,
                due_status=due_status,
                moved_from=moved,
                result=result,
                inherited=said.province_id in merged,
                first_published_at=tally.first_published_at,
                last_published_at=tally.last_published_at,
                statements=tally.statements,
            )
        )
    return sorted(found, key=lambda t: (t.said.due or date.max, t.said.province_id or "", t.series_id))


def _tally(group: list[Statement]) -> Tally:
    times = [s.published_at for s in group if s.published_at]
    return Tally(
        first_published_at=min(times, default=None),
        last_published_at=max(times, default=None),
        statements=len({s.article_id for s in group}),
    )


def _moved_from(standing: list[Statement], states: Mapping[str, State], by_id: Mapping[str, Statement]) -> Statement | None:
    for said in reversed(standing):
        state = states.get(said.figure_id)
        if state and state.state == "target_moved" and state.against_figure_id:
            return by_id.get(state.against_figure_id)
    return None


def make_result_line_id(goal: Statement) -> str | None:
    """The line of results that a goal is held against."""
    return make_line_id(replace(goal, kind="result"))


def _latest_result(goal: Statement, results: Mapping[str, list[Statement]]) -> Statement | None:
    """The newest result of the same definition; a goal says seldom whether it counts cumulatively, so the period may differ there."""
    line = make_result_line_id(goal)
    standing = [s for s in results.get(line or "", []) if s.withdrawn_at is None]
    return max(standing, key=lambda s: (s.position, s.reported_at, s.figure_id), default=None)


def _due_status(said: Statement, result: Statement | None, today: date | None, lower_is_better: bool) -> str:
    if result and is_reached(said, result.value, lower_is_better):
        return "reached"
    if said.due and today:
        if said.due < today:
            return "not_reached" if result else "no_result_seen"
        if said.due <= today + DUE_SOON:
            return "due_soon"
    return "open"


def is_reached(goal: Statement, value: float, lower_is_better: bool = False) -> bool:
    """Whether a value fulfils a goal, by the goal's own comparator."""
    if goal.comparator in {"le", "lt"} or (lower_is_better and goal.comparator not in {"ge", "gt"}):
        return value < goal.value if goal.comparator == "lt" else value <= goal.value
    return value > goal.value if goal.comparator == "gt" else value >= goal.value
