"""What the pages, the digest and `r57 status` ask of the published file, each timed warm."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from statistics import median
from time import perf_counter
from typing import Any

from r57monitor.calendar import parse_week
from r57monitor.digest.model import Period
from warehouse import queries
from warehouse.queries import Filters, Reader
from warehouse.queries.digest import articles_by_week, read_digest_rows

SHOWN = 200  # rows of a page's table
CHOSEN_FROM = 400  # newest figures of a week that the overview chooses from


def questions(reader: Reader) -> dict[str, Callable[[], Any]]:
    """By what they are asked for: one call of warehouse.queries as a page makes it."""
    week = queries.weeks(reader)[1]
    monday = parse_week(week)
    newest = queries.figures(reader, limit=1)[0]
    article = queries.articles(reader, limit=1)[0]
    province = queries.provinces(reader)[3]["name"]
    metric = next(row["metric_id"] for row in queries.metrics(reader) if row["figures"])
    newly = Filters(week=week, kinds=("result", "target"))
    days = Filters(date_from=monday - timedelta(days=13), date_to=monday)
    return {
        "status: counts": lambda: queries.snapshot(reader),
        "status, sources: every source": lambda: queries.source_summary(reader),
        "filters: metrics with their figures": lambda: queries.metrics(reader),
        "filters: weeks": lambda: queries.weeks(reader),
        "overview: coverage of all weeks": lambda: queries.coverage_by_week(reader),
        "overview: newly reported in a week, the newest 400": lambda: queries.newest_figures(reader, newly, limit=CHOSEN_FROM),
        "overview: newly reported in a week, how many": lambda: queries.count_newest(reader, newly),
        "overview: totals of a week": lambda: queries.week_summary(reader, Filters(week=week)),
        "overview: articles by week": lambda: articles_by_week(reader),
        "overview: sources in trouble": lambda: queries.source_health(reader, Filters(week=week, states=("failing", "not_run"))),
        "provinces: each province": lambda: queries.province_summary(reader, Filters(week=week)),
        "figures: newest": lambda: queries.figures(reader, limit=SHOWN),
        "figures: of a province and metric": lambda: queries.figures(reader, Filters(provinces=(province,), metrics=(metric,)), SHOWN),
        "figures: history of a series": lambda: queries.figure_history(reader, newest["series_id"]),
        "figures: how many of each state": lambda: queries.state_counts(reader, Filters(week=week)),
        "figures: flags": lambda: queries.flags(reader, Filters(week=week)),
        "targets: the docket of a province": lambda: queries.targets(reader, Filters(provinces=(province,)), SHOWN),
        "articles: newest": lambda: queries.articles(reader, limit=SHOWN),
        "articles: of a province": lambda: queries.articles(reader, Filters(provinces=(province,)), SHOWN),
        "articles: one with its text": lambda: queries.article(reader, article["article_id"]),
        "articles: figures of one": lambda: queries.article_figures(reader, article["article_id"]),
        "articles: copies of one": lambda: queries.cluster_articles(reader, article["cluster_id"]),
        "articles: most copied": lambda: queries.clusters(reader, Filters(week=week), limit=SHOWN),
        "documents: newest": lambda: queries.documents(reader, limit=SHOWN),
        "sources: two weeks of days": lambda: queries.source_health(reader, days),
        "digest: everything of a week (13 questions, 10,000 figures)": lambda: read_digest_rows(
            reader, Period(monday, monday + timedelta(days=6))
        ),
    }


def time_questions(reader: Reader, rounds: int) -> dict[str, float]:
    """Median milliseconds of each, after one that does not count."""
    spent: dict[str, float] = {}
    for name, ask in questions(reader).items():
        ask()
        times = []
        for _ in range(rounds):
            start = perf_counter()
            ask()
            times.append(perf_counter() - start)
        spent[name] = 1000 * median(times)
    return spent
