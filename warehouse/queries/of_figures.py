"""Questions about figures, targets and what is doubtful in them."""

from __future__ import annotations

from dataclasses import replace

from r57monitor.models import NEWLY_REPORTED
from warehouse.db import Row, load_sql
from warehouse.queries.asking import FIGURE, NO_LIMIT, RELEVANT, ask
from warehouse.queries.filters import Filters
from warehouse.queries.reader import Reader


def figures(reader: Reader, filters: Filters = RELEVANT, limit: int = NO_LIMIT, offset: int = 0) -> list[Row]:
    """Figures with the article that proves each and the value each was compared with (…_before), newest first."""
    return ask(reader, "figures", filters, FIGURE, limit=limit, offset=offset)


def figure(reader: Reader, figure_id: str) -> Row | None:
    """One figure by its id, also one that was taken back (withdrawn_at) or is no longer in the text; None for an unknown one."""
    shown = figures(reader, Filters(figures=(figure_id,)), limit=1)
    found = [row | {"withdrawn_at": None} for row in shown] or reader.rows(load_sql("figure"), {"figure_id": figure_id})
    return found[0] if found else None


def figure_official(reader: Reader, row: Row) -> list[Row]:
    """Official values of a figure's metric and province, newest first; a row of `figures`."""
    keys = ("metric_id", "province_id", "province")
    return reader.rows(load_sql("figure_official"), {key: row[key] for key in keys}) if row["metric_id"] else []


def newest_figures(reader: Reader, filters: Filters = RELEVANT, limit: int = NO_LIMIT) -> list[Row]:
    """What is newly reported: states new, higher, lower, restated and target_moved, newest first."""
    wanted = filters.states or NEWLY_REPORTED
    return figures(reader, replace(filters, states=wanted), limit)


def count_newest(reader: Reader, filters: Filters = RELEVANT) -> int:
    """How many rows `newest_figures` has without a limit, at a small part of what reading them takes."""
    return sum(state_counts(reader, replace(filters, states=filters.states or NEWLY_REPORTED)).values())


def state_counts(reader: Reader, filters: Filters = RELEVANT) -> dict[str | None, int]:
    """How many figures of each state; None where nothing comparable can be said."""
    return {row["state"]: row["figures"] for row in ask(reader, "state_counts", filters, FIGURE)}


def figure_history(reader: Reader, series_id: str) -> list[Row]:
    """Every statement of one series, oldest first, also what was taken back (withdrawn_at)."""
    return reader.rows(load_sql("figure_history"), {"series_id": series_id})


def flags(reader: Reader, filters: Filters = RELEVANT) -> list[Row]:
    """Arithmetic and recycling flags with the figure and its article."""
    columns = FIGURE
    return ask(reader, "flags", filters, columns)


def targets(reader: Reader, filters: Filters = RELEVANT, limit: int = NO_LIMIT) -> list[Row]:
    """The docket of targets by due date; the filter's days are those of the due date."""
    columns = {
        "province": "t.province_id, t.province, t.province_now",
        "metric": "t.metric_id",
        "pillar": "c.pillar",
        "state": "t.status",
        "source": "a.source_id",
        "day": "t.due",
    }
    return ask(reader, "targets", filters, columns, limit=limit, offset=0)


def metrics(reader: Reader) -> list[Row]:
    """The catalogue's metrics, with how many figures each has."""
    return reader.rows(
        """SELECT c.*, coalesce(f.figures, 0) AS figures FROM main.metrics c
           LEFT JOIN (SELECT metric_id, count(*) AS figures FROM derived.figures GROUP BY metric_id) f ON f.metric_id = c.metric_id
           ORDER BY c.pillar NULLS LAST, c.metric_id"""
    )


def reviews(reader: Reader) -> list[Row]:
    """Reviews, newest first."""
    return reader.rows("SELECT * FROM main.reviews ORDER BY reviewed_at DESC, review_id")


def quality(reader: Reader) -> list[Row]:
    """Measured precision and recall by metric."""
    return reader.rows("SELECT * FROM main.quality ORDER BY metric_id NULLS FIRST")
