"""Questions of the pages about provinces, targets, sources and quality."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from warehouse.db import Row, load_sql
from warehouse.queries.reader import Reader


def province_series(reader: Reader, province: str) -> list[Row]:
    """The latest original result of every comparable series of one of today's provinces, predecessors' series included."""
    return reader.rows(load_sql("province_series"), {"province": province})


def outlet_shares(reader: Reader, province: str | None = None) -> list[Row]:
    """Outlets of a province's relevant articles (of every province: None), with the share of its originals each publisher brought."""
    return reader.rows(load_sql("outlet_shares"), {"province": province})


def figure_proofs(reader: Reader, figure_ids: Iterable[str | None]) -> dict[str, Row]:
    """Sentence and article of figures by id; an id that is no longer there is left out."""
    ids = sorted({i for i in figure_ids if i})
    rows = reader.rows(load_sql("figure_proofs"), {"ids": ids}) if ids else []
    return {row["figure_id"]: row for row in rows}


def source_usual(reader: Reader) -> dict[str, Row]:
    """By source: articles of the last seven days and of a usual week (None where no earlier week was observed)."""
    return {row["source_id"]: row for row in reader.rows(load_sql("source_usual"))}


def last_articles(reader: Reader, source_id: str, limit: int = 10) -> list[Row]:
    """The newest articles of one source, relevant or not."""
    sql = """SELECT article_id, title, url, published_at, first_seen_at, is_relevant FROM derived.articles WHERE source_id = $source
             ORDER BY coalesce(published_at, first_seen_at) DESC, article_id LIMIT $limit"""
    return reader.rows(sql, {"source": source_id, "limit": limit})


def official_values(reader: Reader, province: str) -> list[Row]:
    """Imported official values of one of today's provinces, each beside what the press says of the same."""
    sql = """SELECT o.*, a.title, a.url, s.name AS source_name, a.published_at, c.label_vi, c.label_en FROM main.official_differences o
             LEFT JOIN derived.articles a ON a.article_id = o.article_id LEFT JOIN main.sources s ON s.source_id = a.source_id
             LEFT JOIN main.metrics c ON c.metric_id = o.metric_id
             WHERE o.province_now = $province ORDER BY o.metric_id, o.as_of DESC, o.official_id"""
    return reader.rows(sql, {"province": province})


def coverage_before_merger(reader: Reader, week: str) -> list[Row]:
    """The 63 provinces of before 1 July 2025 in one week, in official order."""
    return reader.rows(load_sql("coverage_before_merger"), {"week": week})


def article_revisions(reader: Reader, article_id: str) -> list[Row]:
    """Every revision of an article with its text, oldest first."""
    return reader.rows("SELECT * FROM main.article_versions WHERE article_id = ? ORDER BY revision", [article_id])


def vanished_figures(reader: Reader, article_id: str) -> list[Row]:
    """Figures that an earlier revision of an article had and the latest has not, with the last revision they stood in."""
    sql = """SELECT f.*, c.label_vi, c.label_en FROM main.figures_all f LEFT JOIN main.metrics c ON c.metric_id = f.metric_id
             JOIN derived.articles a ON a.article_id = f.article_id
             WHERE f.article_id = ? QUALIFY row_number() OVER (PARTITION BY f.figure_id ORDER BY f.revision DESC) = 1
               AND f.revision < a.revision
               AND NOT EXISTS (SELECT 1 FROM main.figures n
                               WHERE n.article_id = f.article_id AND n.mention = f.mention AND n.value = f.value AND n.kind = f.kind
                                 AND n.metric_id IS NOT DISTINCT FROM f.metric_id)
             ORDER BY f.revision DESC, f.start_char, f.figure_id"""
    return reader.rows(sql, [article_id])


def tagged_articles(reader: Reader, urls: Sequence[str] = ()) -> list[Row]:
    """Articles whose tone a person told, and those of `urls`: month of publication (Vietnam time; "" unknown), tone, whether relevant."""
    sql = """SELECT a.article_id, a.url, a.title, a.is_relevant, a.published_at, w.tone, w.tone_by, w.tone_at,
                    coalesce(strftime(a.published_at + INTERVAL 7 HOUR, '%Y-%m'), '') AS month
             FROM derived.articles a LEFT JOIN main.tones w ON w.article_id = a.article_id
             WHERE w.tone IS NOT NULL OR a.url IN (SELECT unnest($urls::VARCHAR[])) ORDER BY month DESC, a.article_id"""
    return reader.rows(sql, {"urls": list(urls)})


def review_counts(reader: Reader) -> list[Row]:
    """How many reviews of figures gave each verdict, of those that still hold."""
    return reader.rows(
        """SELECT verdict, count(*)::INTEGER AS reviews FROM main.reviews WHERE figure_id IS NOT NULL AND is_current
           GROUP BY verdict ORDER BY reviews DESC, verdict"""
    )


def provinces_through_time(reader: Reader, province: str) -> list[Row]:
    """One of today's provinces and the ones it was before, by official order, today's first."""
    return reader.rows(
        "SELECT * FROM main.provinces WHERE now_name = $name ORDER BY valid_until IS NOT NULL, official_order", {"name": province}
    )


def all_official_differences(reader: Reader, provinces: Iterable[str] = (), metrics: Iterable[str] = ()) -> list[Row]:
    """Every imported official value beside what the press says of the same; of these provinces (names of today) and metrics only."""
    sql = """SELECT * FROM main.official_differences
             WHERE (len($provinces) = 0 OR list_contains($provinces, province_now))
               AND (len($metrics) = 0 OR list_contains($metrics, metric_id))
             ORDER BY province_now, metric_id, as_of DESC, official_id"""
    return reader.rows(sql, {"provinces": list(provinces), "metrics": list(metrics)})


def has_health(reader: Reader, source_id: str) -> bool:
    """Whether the newest day of a source's health is one on which it answered."""
    sql = "SELECT state IN ('ok', 'silent') AS answered FROM main.source_health WHERE source_id = ? ORDER BY day DESC LIMIT 1"
    return any(row["answered"] for row in reader.rows(sql, [source_id]))
