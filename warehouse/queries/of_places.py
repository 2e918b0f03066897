"""Questions about provinces and weeks: who was heard of, when, and how much of it was observed."""

from __future__ import annotations

from typing import Any

from warehouse.db import Row, load_sql
from warehouse.queries.asking import ARTICLE, ARTICLE_DAY, RELEVANT, ask
from warehouse.queries.filters import Filters, build_where
from warehouse.queries.reader import Reader


def coverage_by_week(reader: Reader, filters: Filters = RELEVANT) -> list[Row]:
    """Every province of today's map in every week, in official order."""
    columns = {
        "province": "c.province_id, c.province_now",
        "state": "c.state",
        "day": "strptime(c.week || '-1', '%G-W%V-%u')::DATE",
    }
    return ask(reader, "coverage_by_week", filters, columns)


def coverage_over_time(reader: Reader, filters: Filters = RELEVANT) -> list[Row]:
    """Articles, originals and independent publishers of every week, with how many provinces were observed, of how many."""
    return ask(reader, "coverage_over_time", filters, ARTICLE)


def province_summary(reader: Reader, filters: Filters = RELEVANT) -> list[Row]:
    """What each of today's provinces gave in the time asked for, in official order, with its last week's coverage state."""
    days = Filters(week=filters.week, date_from=filters.date_from, date_to=filters.date_to)
    sql, parameters = load_sql("province_summary"), dict[str, Any]()
    for mark, kind, column in (
        ("article", "day", ARTICLE_DAY),
        ("figure", "instant", "f.reported_at"),
        ("week", "day", "strptime(c.week || '-1', '%G-W%V-%u')::DATE"),
    ):
        where = build_where(days, {kind: column})
        sql = sql.replace(f"/* {mark} filters */", where.sql)
        parameters |= where.parameters
    return reader.rows(sql, parameters)


def week_summary(reader: Reader, filters: Filters = RELEVANT) -> Row:
    """Totals of the time asked for: articles, originals, clusters, publishers, sources, provinces, figures, newly_reported."""
    return ask(reader, "week_summary", filters, ARTICLE)[0]


def provinces(reader: Reader) -> list[Row]:
    """Today's provinces in official order."""
    return reader.rows("SELECT * FROM main.provinces WHERE province_id = now_id AND valid_until IS NULL ORDER BY official_order")


def newest_reported_week(reader: Reader) -> str | None:
    """The newest week that has an article: what a Monday morning shows before the first article of the new week."""
    found = reader.rows("SELECT max(week) AS week FROM main.coverage WHERE state = 'reported'")
    return found[0]["week"] if found else None


def weeks(reader: Reader) -> list[str]:
    """ISO weeks that coverage knows, newest first."""
    return [row["week"] for row in reader.rows("SELECT DISTINCT week FROM main.coverage ORDER BY week DESC")]
