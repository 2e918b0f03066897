"""The state of every figure against all history: baseline, new, repeat, higher, lower, restated, target_moved, conflict."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from r57monitor.ledger.series import Statement, agree, make_line_id, make_series_id, relate


@dataclass(frozen=True, slots=True)
class State:
    """What is said of one figure. against_figure_id: the one it was compared with, where there is one."""

    figure_id: str
    series_id: str | None
    state: str | None
    first_published_at: datetime | None
    against_figure_id: str | None = None


@dataclass(slots=True)
class _History:
    """What one series holds so far, by the day a value stands for."""

    days: list[date] = field(default_factory=list)
    latest: dict[date, Statement] = field(default_factory=dict)
    by_publisher: dict[date, dict[str, Statement]] = field(default_factory=dict)
    values: dict[float, Statement] = field(default_factory=dict)
    taken_back: dict[str, Statement] = field(default_factory=dict)  # by article
    last: Statement | None = None

    def add(self, said: Statement) -> None:
        day = said.position
        if day not in self.latest:
            insort(self.days, day)
        self.latest[day] = said
        self.by_publisher.setdefault(day, {})[said.publisher] = said
        self.values.setdefault(said.value, said)
        self.last = said
        if said.withdrawn_at:
            self.taken_back[said.article_id] = said

    def before(self, said: Statement) -> Statement | None:
        """The latest value of an earlier day that still stands, or stood in the same article before its edit."""
        for index in range(bisect_left(self.days, said.position) - 1, -1, -1):
            found = self.latest[self.days[index]]
            if found.article_id == said.article_id or not _is_withdrawn(found, said):
                return found
        return None


Verdict = tuple[str | None, Statement | None]


def find_states(statements: Iterable[Statement], line_ids: Mapping[str, str | None] | None = None) -> list[State]:
    """The state of every statement, in the order in which they were reported. Deterministic whatever the order given.

    Copies and aggregators neither make history nor confirm: their figures are repeats. What was published before its
    source's first crawl is baseline and makes history. What nobody can date is no news: a repeat, a conflict, or nothing. An
    earlier value told for comparison is never news: a repeat of an earlier telling, or nothing.

    line_ids: make_line_id() of each, by figure, where it is known already.
    """
    ordered = sorted(statements, key=lambda s: (s.reported_at, s.is_aggregator, s.is_copy, s.article_id, s.start, s.figure_id))
    lines = [make_line_id(said) if line_ids is None else line_ids[said.figure_id] for said in ordered]
    series = [make_series_id(said, line) for said, line in zip(ordered, lines, strict=True)]
    firsts = _first_published(zip(ordered, series, strict=True))
    dues = {(s.article_id, line, s.due) for s, line in zip(ordered, lines, strict=True) if s.kind == "target"}
    histories: dict[str, _History] = {}
    goals: dict[str, dict[float, Statement]] = {}  # of each line, by value
    states = []
    for said, line_id, series_id in zip(ordered, lines, series, strict=True):
        state, against = None, None
        if series_id and line_id:
            history = histories.setdefault(series_id, _History())
            line = goals.setdefault(line_id, {})
            state, against = _judge(said, history, _moved_due(said, line, dues, line_id))
            if not said.is_copy and not said.is_aggregator:
                history.add(said)
                if said.kind == "target" and said.due:
                    line[said.value] = said
        if said.is_baseline:
            state, against = "baseline", None
        elif said.is_undated and state not in {"repeat", "conflict"}:
            state, against = None, None
        first = min((t for key in value_keys(said, series_id) if (t := firsts.get(key))), default=None)
        states.append(State(said.figure_id, series_id, state, first, against.figure_id if against else None))
    return states


def value_keys(said: Statement, series: str | None) -> list[tuple[object, ...]]:
    """Under what a figure is one and the same: its value in its series, and among the copies of its text."""
    value = (said.value, said.value_max, said.denominator)
    own = ("text", said.cluster_id, said.metric_id or said.label or said.mention, said.unit, said.kind, said.province_id, said.due, *value)
    return [own, ("series", series, *value)] if series else [own]


def _first_published(statements: Iterable[tuple[Statement, str | None]]) -> dict[tuple[object, ...], datetime]:
    firsts: dict[tuple[object, ...], datetime] = {}
    for said, series in statements:
        if said.published_at is None:
            continue
        for key in value_keys(said, series):
            firsts[key] = min(firsts.get(key, said.published_at), said.published_at)
    return firsts


def _is_withdrawn(old: Statement, said: Statement) -> bool:
    """Whether an edit had taken the earlier figure back when the new one was reported."""
    return old.withdrawn_at is not None and old.withdrawn_at <= said.reported_at


def _judge(said: Statement, history: _History, moved: Statement | None) -> Verdict:
    if said.is_copy or said.is_aggregator:
        known = history.values.get(said.value)
        return ("repeat", known or history.last) if said.is_copy or known else (None, None)
    if said.kind == "previous":
        known = history.values.get(said.value)
        return ("repeat", known) if known else (None, None)
    if history.last is None:
        return ("target_moved", moved) if moved else ("new", None)
    if said.kind == "target":
        return _judge_target(said, history.last)
    return _judge_result(said, history)


def _judge_target(said: Statement, last: Statement) -> Verdict:
    if agree(said, last):
        return "repeat", last
    if said.due is None or _is_sibling(said, last):
        return None, None  # without a due date two goals may well be two goals
    return "target_moved", last


def _moved_due(
    said: Statement, line: dict[float, Statement], dues: set[tuple[str, str | None, date | None]], line_id: str
) -> Statement | None:
    """The same goal with another due date, unless the article names the old one too (then it has two milestones)."""
    old = line.get(said.value)
    if said.kind != "target" or said.due is None or old is None or old.due == said.due or old.article_id == said.article_id:
        return None
    return None if (said.article_id, line_id, old.due) in dues else old


def _is_sibling(said: Statement, old: Statement) -> bool:
    """Two values side by side in one text; not a value and the one an edit put in its place."""
    return old.article_id == said.article_id and not _is_withdrawn(old, said)


def _judge_result(said: Statement, history: _History) -> Verdict:
    edited = history.taken_back.get(said.article_id)
    if edited and _is_withdrawn(edited, said) and not _stand_for_other_days(said, edited) and not agree(said, edited):
        return "restated", edited
    present = history.by_publisher.get(said.position, {})
    own = present.get(said.publisher)
    if own and not _is_sibling(said, own) and _is_same_time(said, own) and not agree(said, own):
        return "restated", own
    others = [old for name, old in present.items() if name != said.publisher and not _is_withdrawn(old, said)]
    contradicting = next((old for old in others if _contradict(said, old)), None)
    if contradicting:
        return "conflict", contradicting
    same_day = [old for old in (own, *others) if old and not (_is_withdrawn(old, said) and old.article_id == said.article_id)]
    agreeing = next((old for old in same_day if agree(said, old)), None)
    if agreeing:
        return "repeat", agreeing
    reference = same_day[0] if same_day else history.before(said)
    if reference is None:
        known = history.values.get(said.value)  # older than all that is known: at most a repeat
        return ("repeat", known) if known else (None, None)
    if _is_sibling(said, reference) and said.position == reference.position:
        return None, None
    relation = relate(said, reference)
    return (relation if relation in {"higher", "lower"} else "repeat"), reference


def _is_same_time(said: Statement, old: Statement) -> bool:
    return said.as_of is not None and said.as_of == old.as_of


def _stand_for_other_days(said: Statement, old: Statement) -> bool:
    """An edit that names another day than the text before it brings a newer value, and restates none."""
    return said.as_of_from == old.as_of_from == "stated" and said.as_of != old.as_of


def _contradict(said: Statement, old: Statement) -> bool:
    """Both state the same day, with other values that cannot both be true. A label of words alone proves nothing."""
    stated = said.as_of_from == old.as_of_from == "stated"
    same_time = said.as_of is not None and said.as_of == old.as_of and said.as_of_precision == old.as_of_precision
    return stated and same_time and said.metric_id is not None and not said.is_change and not agree(said, old)
