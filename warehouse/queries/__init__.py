"""Typed questions to the published file. Every answer is a list of dicts by column name; instants are naive UTC.

with open_published(home) as reader:
    rows = newest_figures(reader, Filters(week="2025-W40"))
"""

from __future__ import annotations

from r57monitor.models import NEWLY_REPORTED
from warehouse.db import Row
from warehouse.queries.filters import Filters
from warehouse.queries.of_articles import (
    article,
    article_figures,
    article_text,
    articles,
    cluster_articles,
    clusters,
    document_chain,
    documents,
    is_set_aside,
    original_reason,
    search_articles,
)
from warehouse.queries.of_figures import (
    count_newest,
    figure,
    figure_history,
    figure_official,
    figures,
    flags,
    metrics,
    newest_figures,
    quality,
    reviews,
    state_counts,
    targets,
)
from warehouse.queries.of_home import (
    home_counts,
    screen_counts,
    snapshot,
    snapshots,
    source_health,
    source_summary,
    source_trouble,
    sources,
)
from warehouse.queries.of_places import (
    coverage_by_week,
    coverage_over_time,
    newest_reported_week,
    province_summary,
    provinces,
    week_summary,
    weeks,
)
from warehouse.queries.reader import Reader, SqlError, SqlResult, open_file, open_published, run_sql
from warehouse.queries.sandbox import run_sql_apart

__all__ = [
    "NEWLY_REPORTED",
    "Filters",
    "Reader",
    "Row",
    "SqlError",
    "SqlResult",
    "article",
    "article_figures",
    "article_text",
    "articles",
    "cluster_articles",
    "clusters",
    "count_newest",
    "coverage_by_week",
    "coverage_over_time",
    "document_chain",
    "documents",
    "figure",
    "figure_history",
    "figure_official",
    "figures",
    "flags",
    "home_counts",
    "is_set_aside",
    "metrics",
    "newest_figures",
    "newest_reported_week",
    "open_file",
    "open_published",
    "original_reason",
    "province_summary",
    "provinces",
    "quality",
    "reviews",
    "run_sql",
    "run_sql_apart",
    "screen_counts",
    "search_articles",
    "snapshot",
    "snapshots",
    "source_health",
    "source_summary",
    "source_trouble",
    "sources",
    "state_counts",
    "targets",
    "week_summary",
    "weeks",
]
