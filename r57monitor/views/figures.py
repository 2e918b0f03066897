"""Số liệu: every figure in one table; the chosen one with its proof and its history."""

from __future__ import annotations

from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from r57monitor.views.cards import name_metric, name_province, short_time
from r57monitor.views.download import MOST_ROWS, Column, offer_files
from r57monitor.views.filters import choose_figures
from r57monitor.views.frame import Page, selected_row, show_table
from r57monitor.views.proof import show_proof
from r57monitor.views.review import lay_over_figures, show_figure_review, waiting_reviews
from r57monitor.wording import format_day, format_figure, format_quantity, local_day
from warehouse import queries
from warehouse.queries import Filters

_SHOWN = 1000
_FIGURE = "figure"


def show(page: Page) -> None:
    """Filters, table, proof; a figure named in the address (?figure=ID) is opened wherever it is."""
    texts = page.texts
    filters = choose_figures(page)
    _forget_with_filters(filters)
    waiting = waiting_reviews(page)
    rows = lay_over_figures(page, queries.figures(page.reader, filters, limit=_SHOWN), waiting)
    chosen = None
    if rows:
        count = texts("page.capped" if len(rows) == _SHOWN else "page.shown", shown=len(rows))
        st.caption(f"{count} · {texts('page.pick')}")
        event = show_table(
            make_table(page, rows), on_select="rerun", selection_mode="single-row",
            key=f"figures_table {hash(filters)}",  # other filters: other rows, and no row chosen among them
            height=min(430, 38 + 35 * len(rows)), column_config=_columns(page),
        )  # fmt: skip
        with st.container(horizontal=True):
            offer_files(page, "so-lieu", file_columns(page), lambda reader: queries.figures(reader, filters, limit=MOST_ROWS))
        chosen = selected_row(event)
    else:
        st.html(f'<p class="r57-empty">{escape(texts("page.nothing"))}</p>')
    if chosen is not None and chosen < len(rows):
        st.query_params[_FIGURE] = rows[chosen]["figure_id"]
    row = _open_linked(page, rows) or (rows[0] if rows and _FIGURE not in st.query_params else None)
    if row is not None:
        show_figure_review(page, row, waiting)
        show_proof(page, row)


def _forget_with_filters(filters: Filters) -> None:
    """A figure opened under other filters is not held on to; one that a link names is."""
    if st.session_state.get("figures_filters", filters) != filters:
        st.query_params.pop(_FIGURE, None)
    st.session_state["figures_filters"] = filters


def _open_linked(page: Page, rows: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The figure of the address: among the rows, or elsewhere, or taken back, and then the page says so."""
    figure_id = st.query_params.get(_FIGURE)
    if not figure_id:
        return None
    row = next((r for r in rows if r["figure_id"] == figure_id), None)
    if row is not None:
        return row
    row = queries.figure(page.reader, figure_id)
    if row is None:
        st.warning(page.texts("figure.gone"))
    elif row["withdrawn_at"] is not None:
        st.warning(page.texts("figure.withdrawn", day=format_day(row["withdrawn_at"])))
    elif row.get("latest_revision", row["revision"]) != row["revision"]:
        st.warning(page.texts("figure.old_text"))
    else:
        st.info(page.texts("figure.outside"))
    return row


def file_columns(page: Page) -> list[Column]:
    """What a file of figures holds: words for people, then plain values and what proves them."""
    texts = page.texts
    return [
        Column(texts("word.province"), lambda r: name_province(page, r)),
        Column(texts("word.metric"), lambda r: name_metric(page, r)),
        Column(texts("word.value"), lambda r: r["value"]),
        Column(texts("figure.unit"), lambda r: r["unit"]),
        Column(texts("figure.shown"), lambda r: format_figure(r, page.language)),
        Column(texts("word.kind"), lambda r: texts.of("kind", r["kind"])),
        Column(texts("figure.change"), lambda r: r["is_change"]),
        Column(texts("word.as_of"), lambda r: r["as_of"]),
        Column(texts("word.due"), lambda r: r["due"]),
        Column(texts("word.state"), lambda r: texts.of("state", r["state"] or "none")),
        Column(texts("word.before"), lambda r: r["value_before"]),
        Column(texts("word.confidence"), lambda r: r["confidence"]),
        Column(texts("word.outlet"), lambda r: r["source_name"] or r["source_id"]),
        Column(texts("word.published"), lambda r: r["published_at"]),
        Column(texts("word.title"), lambda r: r["title"]),
        Column(texts("word.sentence"), lambda r: r["sentence"]),
        Column("URL", lambda r: r["url"]),
        Column("figure_id", lambda r: r["figure_id"]),
        Column("metric_id", lambda r: r["metric_id"]),
    ]


def make_table(page: Page, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """The rows as people read them; days stay days so that sorting works."""
    texts = page.texts
    return pd.DataFrame([{
        "province": name_province(page, r),
        "metric": name_metric(page, r),
        "value": format_figure(r, page.language),
        "kind": texts.of("kind", r["kind"]) + (f" ({texts('figure.change')})" if r["is_change"] else ""),
        "time": short_time(page, r),
        "state": texts.of("state", r["state"] or "none"),
        "before": "" if r["value_before"] is None else format_quantity(r["value_before"], r["unit"], page.language),
        "source": r["source_name"] or r["source_id"],
        "published": local_day(r["published_at"]),
    } for r in rows])  # fmt: skip


def _columns(page: Page) -> dict[str, Any]:
    texts = page.texts
    text = st.column_config.TextColumn
    return {
        "province": text(texts("word.province"), width=120),
        "metric": text(texts("word.metric"), width=245),
        "value": text(texts("word.value"), width=115),
        "kind": text(texts("word.kind"), width=85),
        "time": text(texts("figure.time"), width=125),
        "state": text(texts("word.state"), width=150),
        "before": text(texts("word.before"), width=95),
        "source": text(texts("word.outlet"), width=140),
        "published": st.column_config.DateColumn(texts("word.published"), format="DD/MM/YYYY", width=95),
    }
