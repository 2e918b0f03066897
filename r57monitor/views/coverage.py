"""How much was reported week by week: the two charts of the overview, each with its table, its note and its file."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from r57monitor.charts import articles_by_week, coverage_grid
from r57monitor.views.chart import show_chart
from r57monitor.views.download import Column, offer_files
from r57monitor.views.frame import Page, heading, show_table
from r57monitor.wording import format_number, format_week
from warehouse import queries
from warehouse.queries import Filters

_GRID_WEEKS = 16


def show_coverage_over_time(page: Page, focus: Filters) -> None:
    """Articles, originals and publishers by week, gaps as gaps."""
    texts = page.texts
    heading(texts("overview.by_week"), texts("overview.by_week_note"))
    rows = queries.coverage_over_time(page.reader, focus)
    show_chart(page, articles_by_week(rows, language=page.language), texts("overview.by_week"), name="bai-theo-tuan")
    st.caption(texts("overview.by_week_compare"))
    columns = [
        Column(texts("word.week"), lambda r: r["week"]),
        Column(texts("word.articles"), lambda r: r["articles"] if r["observed"] or r["articles"] else None),
        Column(texts("word.originals"), lambda r: r["originals"] if r["observed"] or r["articles"] else None),
        Column(texts("word.publishers"), lambda r: r["publishers"] if r["observed"] or r["articles"] else None),
        Column(texts("coverage.observed_provinces"), lambda r: r["observed"]),
    ]
    _show_table(page, columns, rows, "bai-theo-tuan")


def show_coverage_grid(page: Page, coverage: list[dict[str, Any]], weeks: list[str]) -> None:
    """Provinces by weeks, three-valued. coverage: as coverage_by_week gives it."""
    texts = page.texts
    shown = sorted(weeks)[-_GRID_WEEKS:]
    rows = [r for r in coverage if r["week"] in shown]
    seen = {r["province_now"] for r in rows if r["state"] != "not_observed"}
    order = [p["name"] for p in queries.provinces(page.reader)]
    blind = len([name for name in order if name not in seen])
    heading(texts("overview.grid"), texts("overview.grid_note", count=blind))
    kept = [name for name in order if name in seen] or order
    grid = coverage_grid([r for r in rows if r["province_now"] in kept], kept, language=page.language, row_height=22)
    show_chart(page, grid, texts("overview.grid"), name="dia-phuong-theo-tuan")
    st.caption(texts("overview.grid_compare"))
    _show_table(page, coverage_columns(page), sorted(coverage, key=lambda r: str(r["week"]), reverse=True), "dia-phuong-theo-tuan")


def _show_table(page: Page, columns: list[Column], rows: list[dict[str, Any]], name: str) -> None:
    with st.expander(page.texts("province.table")):
        frame = pd.DataFrame([{c.heading: c.read(r) for c in columns} for r in rows], columns=[c.heading for c in columns])
        week = page.texts("word.week")
        if week in frame:
            frame[week] = [format_week(w, page.language) for w in frame[week]]
        show_table(frame, key=f"table {name}")
        with st.container(horizontal=True):
            offer_files(page, name, columns, lambda reader: rows)


def coverage_columns(page: Page) -> list[Column]:
    """What a file of coverage holds."""
    texts = page.texts
    return [
        Column(texts("word.week"), lambda r: r["week"]),
        Column(texts("word.province"), lambda r: r["province_now"]),
        Column(texts("word.state"), lambda r: texts(f"coverage.{r['state']}")),
        Column(texts("coverage.share"), lambda r: _percent(page, r["observed_share"])),
        Column(texts("word.articles"), lambda r: r["articles"]),
        Column(texts("word.originals"), lambda r: r["originals"]),
        Column(texts("word.publishers"), lambda r: r["publishers"]),
    ]


def _percent(page: Page, share: float | None) -> str:
    return "" if share is None else format_number(round(share * 100), page.language) + "%"


def document_columns(page: Page) -> list[Column]:
    """What a file of documents holds."""
    texts = page.texts
    return [
        Column(texts("word.number"), lambda r: r["number"]),
        Column(texts("word.kind"), lambda r: r["kind"]),
        Column(texts("document.issuer"), lambda r: r["issuer"]),
        Column(texts("document.issued_on"), lambda r: r["issued_on"]),
        Column(texts("word.province"), lambda r: r["province"]),
        Column(texts("document.first_seen"), lambda r: r["first_seen_at"]),
        Column(texts("word.title"), lambda r: r["title"]),
        Column("URL", lambda r: r["url"]),
        Column("article_id", lambda r: r.get("article_id") or r.get("first_article_id")),
    ]
