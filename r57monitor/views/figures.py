"""Số liệu: every figure in one table; the chosen one with its proof and its history."""

from __future__ import annotations

from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from r57monitor.charts import series_history
from r57monitor.views.cards import name_metric, name_province, proof_html, short_time
from r57monitor.views.filters import choose_figures
from r57monitor.views.frame import Page, heading, selected_row
from r57monitor.wording import format_figure, format_quantity, local_day
from warehouse import queries

_SHOWN = 1000


def show(page: Page) -> None:
    """Filters, table, proof."""
    texts = page.texts
    filters = choose_figures(page)
    rows = queries.figures(page.reader, filters, limit=_SHOWN)
    if not rows:
        st.html(f'<p class="r57-empty">{escape(texts("page.nothing"))}</p>')
        return
    count = texts("page.capped" if len(rows) == _SHOWN else "page.shown", shown=len(rows))
    st.caption(f"{count} · {texts('page.pick')}")
    event = st.dataframe(
        make_table(page, rows), hide_index=True, on_select="rerun", selection_mode="single-row", key="figures_table",
        height=min(430, 38 + 35 * len(rows)), column_config=_columns(page),
    )  # fmt: skip
    chosen = selected_row(event)
    show_proof(page, rows[chosen if chosen is not None and chosen < len(rows) else 0])


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
        "metric": text(texts("word.metric"), width=265),
        "value": text(texts("word.value"), width=115),
        "kind": text(texts("word.kind"), width=85),
        "time": text(texts("figure.time"), width=125),
        "state": text(texts("word.state"), width=120),
        "before": text(texts("word.before"), width=95),
        "source": text(texts("word.outlet"), width=150),
        "published": st.column_config.DateColumn(texts("word.published"), format="DD/MM/YYYY", width=95),
    }


def show_proof(page: Page, row: dict[str, Any]) -> None:
    """Sentence, article and history of one figure."""
    texts = page.texts
    left, right = st.columns([6, 6], gap="large")
    with left:
        heading(texts("figure.proof"))
        st.html(proof_html(page, row))
    with right:
        heading(texts("figure.history"))
        history = queries.figure_history(page.reader, row["series_id"]) if row["series_id"] else []
        history = [h for h in history if h["withdrawn_at"] is None]
        if len({(h["as_of"] or h["due"], h["value"]) for h in history}) < 2:
            st.html(f'<p class="r57-empty">{escape(texts("figure.no_history"))}</p>')
        else:
            st.altair_chart(series_history(history, language=page.language), theme=None)
