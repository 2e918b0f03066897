"""What the questions share: the columns that filters reach, and how a question is asked."""

from __future__ import annotations

from typing import Any

from warehouse.db import Row, load_sql
from warehouse.queries.filters import Columns, Filters, build_where
from warehouse.queries.reader import Reader

NO_LIMIT = 1_000_000_000
ALL = Filters(relevant_only=False)
RELEVANT = Filters()

ARTICLE_DAY = """(CASE WHEN a.published_at IS NOT NULL THEN a.published_at
                        WHEN NOT (a.is_baseline OR a.is_undated) THEN a.first_seen_at END
                   + INTERVAL 7 HOUR)::DATE"""
_ARTICLE_PROVINCE = "EXISTS (SELECT 1 FROM main.article_provinces p WHERE p.article_id = a.article_id AND p.role = 'subject' AND ({}))"
_ARTICLE_METRIC = """EXISTS (SELECT 1 FROM derived.figures g LEFT JOIN main.metrics c ON c.metric_id = g.metric_id
                             WHERE g.article_id = a.article_id AND {})"""
ARTICLE: Columns = {
    "article": "a.article_id",
    "metric": "g.metric_id",
    "metric_wrap": _ARTICLE_METRIC,
    "pillar": "c.pillar",
    "pillar_wrap": _ARTICLE_METRIC,
    "province": "p.province_id, p.province, p.province_now",
    "province_wrap": _ARTICLE_PROVINCE,
    "source": "a.source_id",
    "day": ARTICLE_DAY,
    "relevant": "a.is_relevant",
    "original": "a.is_original",
    "tone": "(SELECT w.tone FROM derived.reviewed_articles w WHERE w.article_id = a.article_id)",
}
FOLDED = "(SELECT t.folded FROM core.texts t WHERE t.article_id = a.article_id AND t.text_hash = a.text_hash)"
FIGURE: Columns = {
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


def ask(reader: Reader, name: str, filters: Filters, columns: Columns, **more: Any) -> list[Row]:
    """Rows of the question `<name>.sql`, for what the filters let through. more: the other blanks of its SQL."""
    where = build_where(filters, columns)
    return reader.rows(load_sql(name).replace("/* filters */", where.sql), {**where.parameters, **more})
