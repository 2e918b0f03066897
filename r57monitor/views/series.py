"""What a file of series holds: the latest figure of each, with the sentence that proves it."""

from __future__ import annotations

from r57monitor.views.cards import describe_definition, name_metric
from r57monitor.views.download import Column
from r57monitor.views.frame import Page
from r57monitor.wording import format_figure


def series_columns(page: Page) -> list[Column]:
    """Columns for rows of queries.pages.province_series."""
    texts = page.texts
    return [
        Column(texts("word.province"), lambda r: r["province"]),
        Column(texts("word.metric"), lambda r: name_metric(page, r)),
        Column(texts("word.value"), lambda r: r["value"]),
        Column(texts("figure.unit"), lambda r: r["unit"]),
        Column(texts("figure.shown"), lambda r: format_figure(r, page.language)),
        Column(texts("word.as_of"), lambda r: r["as_of"]),
        Column(texts("word.state"), lambda r: texts.of("state", r["state"] or "none")),
        Column(texts("word.before"), lambda r: r["value_before"]),
        Column(texts("province.definition"), lambda r: describe_definition(page, r)),
        Column(texts("province.statements"), lambda r: r["statements"]),
        Column(texts("word.outlet"), lambda r: r["source_name"] or r["source_id"]),
        Column(texts("word.published"), lambda r: r["published_at"]),
        Column(texts("word.sentence"), lambda r: r["sentence"]),
        Column("URL", lambda r: r["url"]),
        Column("figure_id", lambda r: r["figure_id"]),
        Column("series_id", lambda r: r["series_id"]),
    ]
