"""Questions about the home itself: its sources, their health, and what was published."""

from __future__ import annotations

from warehouse.db import Row, load_sql
from warehouse.queries.asking import NO_LIMIT, RELEVANT, ask
from warehouse.queries.filters import Filters
from warehouse.queries.reader import Reader


def source_health(reader: Reader, filters: Filters = RELEVANT, limit: int = NO_LIMIT) -> list[Row]:
    """State of every source on every day, newest first."""
    columns = {"source": "h.source_id", "province": "s.province_id, s.province", "state": "h.state", "day": "h.day"}
    return ask(reader, "source_health", filters, columns, limit=limit, offset=0)


def source_summary(reader: Reader, filters: Filters = RELEVANT) -> list[Row]:
    """Every source of the registry with the state of its last day."""
    return ask(reader, "source_summary", filters, {"source": "s.source_id", "province": "s.province_id, s.province"})


def source_trouble(reader: Reader) -> list[Row]:
    """Sources whose latest day has something to say: failing, silent, not run, or ok with a cause; the worst first."""
    return reader.rows(load_sql("source_trouble"))


def sources(reader: Reader) -> list[Row]:
    """The registry."""
    return reader.rows("SELECT * FROM main.sources ORDER BY source_id")


def home_counts(reader: Reader) -> Row:
    """How much of everything there is: articles, relevant, figures, provinces_with_figures, clusters_of_copies, fetches, newest_article."""
    return reader.rows(load_sql("home_counts"))[0]


def screen_counts(reader: Reader) -> Row:
    """What the screen did: set_aside, checked, lost (checked and relevant: it may not happen), lost_urls."""
    return reader.rows(load_sql("screen_counts"))[0]


def snapshot(reader: Reader) -> Row:
    """Number, time and rules version of the published file."""
    return reader.rows("SELECT * FROM main.snapshot")[0]


def snapshots(reader: Reader) -> list[Row]:
    """Every snapshot so far, oldest first; each can be shown again (warehouse.asof)."""
    return reader.rows("SELECT * FROM main.snapshots ORDER BY number")
