"""Typed questions to the published file. Every answer is a list of dicts by column name; instants are naive UTC.

with open_published(home) as reader:
    rows = newest_figures(reader, Filters(week="2025-W40"))
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from r57monitor.text.search_words import parse_search
from warehouse.db import Row, load_sql
from warehouse.queries.filters import NEWLY_REPORTED, Columns, Filters, build_where
from warehouse.queries.reader import Reader, SqlError, SqlResult, open_file, open_published, run_sql
from warehouse.queries.sandbox import run_sql_apart
from warehouse.queries.searching import Condition, ask_found

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

NO_LIMIT = 1_000_000_000
_ALL = Filters(relevant_only=False)
_RELEVANT = Filters()

_ARTICLE_DAY = """(CASE WHEN a.published_at IS NOT NULL THEN a.published_at
                        WHEN NOT (a.is_baseline OR a.is_undated) THEN a.first_seen_at END
                   + INTERVAL 7 HOUR)::DATE"""
_ARTICLE_PROVINCE = "EXISTS (SELECT 1 FROM main.article_provinces p WHERE p.article_id = a.article_id AND p.role = 'subject' AND ({}))"
_ARTICLE_METRIC = """EXISTS (SELECT 1 FROM derived.figures g LEFT JOIN main.metrics c ON c.metric_id = g.metric_id
                             WHERE g.article_id = a.article_id AND {})"""
_ARTICLE: Columns = {
    "article": "a.article_id",
    "metric": "g.metric_id",
    "metric_wrap": _ARTICLE_METRIC,
    "pillar": "c.pillar",
    "pillar_wrap": _ARTICLE_METRIC,
    "province": "p.province_id, p.province, p.province_now",
    "province_wrap": _ARTICLE_PROVINCE,
    "source": "a.source_id",
    "day": _ARTICLE_DAY,
    "relevant": "a.is_relevant",
    "original": "a.is_original",
    "tone": "(SELECT w.tone FROM derived.reviewed_articles w WHERE w.article_id = a.article_id)",
}
_FOLDED = "(SELECT t.folded FROM core.texts t WHERE t.article_id = a.article_id AND t.text_hash = a.text_hash)"
_FIGURE: Columns = {
    "province": "f.province_id, f.province, f.province_now",
    "metric": "f.metric_id",
    "pillar": "c.pillar",
    "kind": "f.kind",
    "state": "f.state",
    "source": "f.source_id",
    "instant": "f.reported_at",
    "original": "f.is_original",
    "confidence": "f.confidence",
    "figure": "f.figure_id",
    "folded": "strip_accents(replace(lower(f.sentence), 'đ', 'd'))",
}


def _ask(reader: Reader, name: str, filters: Filters, columns: Columns, **more: Any) -> list[Row]:
    where = build_where(filters, columns)
    return reader.rows(load_sql(name).replace("/* filters */", where.sql), {**where.parameters, **more})


def figures(reader: Reader, filters: Filters = _RELEVANT, limit: int = NO_LIMIT, offset: int = 0) -> list[Row]:
    """Figures with the article that proves each and the value each was compared with (…_before), newest first."""
    return _ask(reader, "figures", filters, _FIGURE, limit=limit, offset=offset)


def figure(reader: Reader, figure_id: str) -> Row | None:
    """One figure by its id, also one that was taken back (withdrawn_at) or is no longer in the text; None for an unknown one."""
    shown = figures(reader, Filters(figures=(figure_id,)), limit=1)
    found = [row | {"withdrawn_at": None} for row in shown] or reader.rows(load_sql("figure"), {"figure_id": figure_id})
    return found[0] if found else None


def figure_official(reader: Reader, row: Row) -> list[Row]:
    """Official values of a figure's metric and province, newest first; a row of `figures`."""
    keys = ("metric_id", "province_id", "province")
    return reader.rows(load_sql("figure_official"), {key: row[key] for key in keys}) if row["metric_id"] else []


def newest_figures(reader: Reader, filters: Filters = _RELEVANT, limit: int = NO_LIMIT) -> list[Row]:
    """What is newly reported: states new, higher, lower, restated and target_moved, newest first."""
    wanted = filters.states or NEWLY_REPORTED
    return figures(reader, replace(filters, states=wanted), limit)


def count_newest(reader: Reader, filters: Filters = _RELEVANT) -> int:
    """How many rows `newest_figures` has without a limit, at a small part of what reading them takes."""
    return sum(state_counts(reader, replace(filters, states=filters.states or NEWLY_REPORTED)).values())


def state_counts(reader: Reader, filters: Filters = _RELEVANT) -> dict[str | None, int]:
    """How many figures of each state; None where nothing comparable can be said."""
    return {row["state"]: row["figures"] for row in _ask(reader, "state_counts", filters, _FIGURE)}


def figure_history(reader: Reader, series_id: str) -> list[Row]:
    """Every statement of one series, oldest first, also what was taken back (withdrawn_at)."""
    return reader.rows(load_sql("figure_history"), {"series_id": series_id})


def articles(reader: Reader, filters: Filters = _RELEVANT, limit: int = NO_LIMIT, offset: int = 0) -> list[Row]:
    """Articles without full texts, newest first, with their subject provinces and number of figures."""
    if not filters.text.strip():
        return _ask(reader, "articles", filters, _ARTICLE, limit=limit, offset=offset)
    return _search(reader, filters, limit + offset)[offset:]


def article(reader: Reader, article_id: str) -> Row | None:
    """One article with its text."""
    found = reader.rows("SELECT * FROM main.articles WHERE article_id = ?", [article_id])
    return found[0] if found else None


def article_text(reader: Reader, article_id: str, revision: int) -> str:
    """Text of one revision, the one that places of figures are counted in; "" where there is none."""
    sql = "SELECT text FROM main.article_versions WHERE article_id = ? AND revision = ?"
    found = reader.rows(sql, [article_id, revision])
    return str(found[0]["text"] or "") if found else ""


def article_figures(reader: Reader, article_id: str) -> list[Row]:
    """Figures of one article in the order of its text."""
    sql = """SELECT f.*, c.label_vi, c.label_en FROM main.figures f LEFT JOIN main.metrics c ON c.metric_id = f.metric_id
             WHERE f.article_id = ? ORDER BY f.start_char, f.figure_id"""
    return reader.rows(sql, [article_id])


def search_articles(reader: Reader, query: str, filters: Filters = _ALL, limit: int = 50) -> list[Row]:
    """Articles with their texts that a query finds, newest first; the same that `articles` finds.

    query: words, "phrases", -words to leave out, beginnings*, all whatever their accents (r57monitor/text/search_words.py).
    """
    rows = _search(reader, replace(filters, text=query), limit)
    sql = """SELECT a.article_id, t.text FROM derived.articles a
             JOIN core.texts t ON t.article_id = a.article_id AND t.text_hash = a.text_hash
             WHERE a.article_id IN (SELECT unnest($ids::VARCHAR[])) AND t.article_id IN (SELECT unnest($ids::VARCHAR[]))"""
    texts = {row["article_id"]: row["text"] for row in reader.rows(sql, {"ids": [row["article_id"] for row in rows]})} if rows else {}
    return [row | {"text": texts[row["article_id"]]} for row in rows]


def _search(reader: Reader, filters: Filters, limit: int) -> list[Row]:
    def ask(condition: Condition, rows: int) -> list[Row]:
        where = build_where(filters, _ARTICLE)
        sql = load_sql("articles").replace("/* filters */", f"{where.sql} AND {condition.sql}").replace("/* among */", condition.among)
        return reader.rows(sql, {**where.parameters, **condition.parameters, "limit": rows, "offset": 0})

    return ask_found(reader, parse_search(filters.text), filters, limit, _FOLDED, ask)


def targets(reader: Reader, filters: Filters = _RELEVANT, limit: int = NO_LIMIT) -> list[Row]:
    """The docket of targets by due date; the filter's days are those of the due date."""
    columns = {
        "province": "t.province_id, t.province, t.province_now",
        "metric": "t.metric_id",
        "pillar": "c.pillar",
        "state": "t.status",
        "source": "a.source_id",
        "day": "t.due",
    }
    return _ask(reader, "targets", filters, columns, limit=limit, offset=0)


def documents(reader: Reader, filters: Filters = _RELEVANT, limit: int = NO_LIMIT) -> list[Row]:
    """Official documents that articles cite, newest first seen first; the filter's days are those of first sight."""
    columns = {
        "province": "d.province_id, p.name, p.now_name",
        "source": "a.source_id",
        "instant": "d.first_seen_at",
        "relevant": "a.is_relevant",
    }
    return _ask(reader, "documents", filters, columns, limit=limit, offset=0)


def document_chain(reader: Reader, filters: Filters = _RELEVANT, limit: int = NO_LIMIT) -> list[Row]:
    """Which documents each province has been seen issuing or citing, first seen when, replacing what; the filter's state is the act."""
    columns = {
        "province": "c.province_id, c.province, c.province_now",
        "state": "c.act",
        "source": "a.source_id",
        "day": "(coalesce(c.first_published_at, c.first_seen_at) + INTERVAL 7 HOUR)::DATE",
        "original": "a.is_original",
    }
    return _ask(reader, "document_chain", filters, columns, limit=limit, offset=0)


def coverage_by_week(reader: Reader, filters: Filters = _RELEVANT) -> list[Row]:
    """Every province of today's map in every week, in official order."""
    columns = {
        "province": "c.province_id, c.province_now",
        "state": "c.state",
        "day": "strptime(c.week || '-1', '%G-W%V-%u')::DATE",
    }
    return _ask(reader, "coverage_by_week", filters, columns)


def coverage_over_time(reader: Reader, filters: Filters = _RELEVANT) -> list[Row]:
    """Articles, originals and independent publishers of every week, with how many provinces were observed, of how many."""
    return _ask(reader, "coverage_over_time", filters, _ARTICLE)


def province_summary(reader: Reader, filters: Filters = _RELEVANT) -> list[Row]:
    """What each of today's provinces gave in the time asked for, in official order, with its last week's coverage state."""
    days = Filters(week=filters.week, date_from=filters.date_from, date_to=filters.date_to)
    sql, parameters = load_sql("province_summary"), dict[str, Any]()
    for mark, kind, column in (
        ("article", "day", _ARTICLE_DAY),
        ("figure", "instant", "f.reported_at"),
        ("week", "day", "strptime(c.week || '-1', '%G-W%V-%u')::DATE"),
    ):
        where = build_where(days, {kind: column})
        sql = sql.replace(f"/* {mark} filters */", where.sql)
        parameters |= where.parameters
    return reader.rows(sql, parameters)


def week_summary(reader: Reader, filters: Filters = _RELEVANT) -> Row:
    """Totals of the time asked for: articles, originals, clusters, publishers, sources, provinces, figures, newly_reported."""
    return _ask(reader, "week_summary", filters, _ARTICLE)[0]


def clusters(reader: Reader, filters: Filters = _RELEVANT, least: int = 2, limit: int = NO_LIMIT) -> list[Row]:
    """Texts that appeared at least `least` times, the most widely copied first."""
    return _ask(reader, "clusters", filters, _ARTICLE, least=least, limit=limit, offset=0)


def cluster_articles(reader: Reader, cluster_id: str) -> list[Row]:
    """Articles of one cluster: the original first, then by date."""
    sql = """SELECT a.* EXCLUDE (text, text_restored), s.name AS source_name, s.kind AS source_kind FROM main.articles a
             LEFT JOIN main.sources s ON s.source_id = a.source_id
             WHERE a.cluster_id = ? ORDER BY a.is_original DESC, coalesce(a.published_at, a.first_seen_at), a.article_id"""
    return reader.rows(sql, [cluster_id])


def original_reason(reader: Reader, cluster_id: str) -> str | None:
    """Why the original of a cluster is one (earliest, credit, aggregator); None for an article without copies."""
    found = reader.rows("SELECT max(reason) AS reason FROM derived.membership WHERE cluster_id = ?", [cluster_id])
    return found[0]["reason"] if found else None


def source_health(reader: Reader, filters: Filters = _RELEVANT, limit: int = NO_LIMIT) -> list[Row]:
    """State of every source on every day, newest first."""
    columns = {"source": "h.source_id", "province": "s.province_id, s.province", "state": "h.state", "day": "h.day"}
    return _ask(reader, "source_health", filters, columns, limit=limit, offset=0)


def source_summary(reader: Reader, filters: Filters = _RELEVANT) -> list[Row]:
    """Every source of the registry with the state of its last day."""
    return _ask(reader, "source_summary", filters, {"source": "s.source_id", "province": "s.province_id, s.province"})


def source_trouble(reader: Reader) -> list[Row]:
    """Sources whose latest day has something to say: failing, silent, not run, or ok with a cause; the worst first."""
    return reader.rows(load_sql("source_trouble"))


def sources(reader: Reader) -> list[Row]:
    """The registry."""
    return reader.rows("SELECT * FROM main.sources ORDER BY source_id")


def provinces(reader: Reader) -> list[Row]:
    """Today's provinces in official order."""
    return reader.rows("SELECT * FROM main.provinces WHERE province_id = now_id AND valid_until IS NULL ORDER BY official_order")


def metrics(reader: Reader) -> list[Row]:
    """The catalogue's metrics, with how many figures each has."""
    return reader.rows(
        """SELECT c.*, coalesce(f.figures, 0) AS figures FROM main.metrics c
           LEFT JOIN (SELECT metric_id, count(*) AS figures FROM derived.figures GROUP BY metric_id) f ON f.metric_id = c.metric_id
           ORDER BY c.pillar NULLS LAST, c.metric_id"""
    )


def flags(reader: Reader, filters: Filters = _RELEVANT) -> list[Row]:
    """Arithmetic and recycling flags with the figure and its article."""
    columns = _FIGURE
    return _ask(reader, "flags", filters, columns)


def reviews(reader: Reader) -> list[Row]:
    """Reviews, newest first."""
    return reader.rows("SELECT * FROM main.reviews ORDER BY reviewed_at DESC, review_id")


def quality(reader: Reader) -> list[Row]:
    """Measured precision and recall by metric."""
    return reader.rows("SELECT * FROM main.quality ORDER BY metric_id NULLS FIRST")


def weeks(reader: Reader) -> list[str]:
    """ISO weeks that coverage knows, newest first."""
    return [row["week"] for row in reader.rows("SELECT DISTINCT week FROM main.coverage ORDER BY week DESC")]


def home_counts(reader: Reader) -> Row:
    """How much of everything there is: articles, relevant, figures, provinces_with_figures, clusters_of_copies, fetches, newest_article."""
    return reader.rows(load_sql("home_counts"))[0]


def screen_counts(reader: Reader) -> Row:
    """What the screen did: set_aside, checked, lost (checked and relevant: it may not happen), lost_urls."""
    return reader.rows(load_sql("screen_counts"))[0]


def is_set_aside(reader: Reader, url: str) -> bool:
    """Whether the screen kept the article's newest text from being read further."""
    sql = """SELECT t.screened FROM derived.articles a JOIN core.texts t ON t.article_id = a.article_id AND t.text_hash = a.text_hash
             WHERE a.url = $url"""
    return any(row["screened"] == "aside" for row in reader.rows(sql, {"url": url}))


def snapshot(reader: Reader) -> Row:
    """Number, time and rules version of the published file."""
    return reader.rows("SELECT * FROM main.snapshot")[0]


def snapshots(reader: Reader) -> list[Row]:
    """Every snapshot so far, oldest first; each can be shown again (warehouse.asof)."""
    return reader.rows("SELECT * FROM main.snapshots ORDER BY number")
