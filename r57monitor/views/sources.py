"""Nguồn tin: which sources answer, day by day, and since when one does not."""

from __future__ import annotations

from datetime import timedelta
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from r57monitor.charts import health_grid
from r57monitor.views.frame import Page, heading
from r57monitor.wording import explain_cause, format_number, local_day, vietnamese_key
from warehouse import queries
from warehouse.queries import Filters

_DAYS = 28
_RANK = {"failing": 0, "not_run": 1, "silent": 2, "ok": 3}
_GRID_SOURCES = 60


def show(page: Page) -> None:
    """Counts, the last four weeks, the whole registry."""
    texts = page.texts
    rows = sorted(queries.source_summary(page.reader), key=lambda r: (_RANK.get(r["state"], 4), vietnamese_key(r["name"])))
    _show_counts(page, rows)
    last = local_day(page.snapshot["observed_until"])
    if last is not None:
        heading(texts("source.recent"), texts("source.recent_note"))
        days = queries.source_health(page.reader, Filters(date_from=last - timedelta(days=_DAYS - 1), date_to=last))
        shown = [r["name"] for r in rows if r["state"]][:_GRID_SOURCES]
        st.altair_chart(health_grid([d for d in days if d["name"] in shown], shown, language=page.language), theme=None)
    heading(texts("source.all"))
    _show_table(page, rows)


def _show_counts(page: Page, rows: list[dict[str, Any]]) -> None:
    texts = page.texts
    cells = []
    for state in ("ok", "silent", "failing", "not_run", None):
        count = sum(r["state"] == state for r in rows)
        label = texts.of("health", state) if state else texts("source.never")
        alarm = "alarm" if state == "failing" and count else ""
        cells.append(
            f'<div class="{alarm}"><div class="label">{escape(label)}</div><div class="value">{format_number(count, page.language)}</div>'
            f'<div class="before">{escape(texts("source.sources_with"))}</div></div>'
        )
    st.html(f'<div class="r57-counts">{"".join(cells)}</div>')


def _show_table(page: Page, rows: list[dict[str, Any]]) -> None:
    texts = page.texts
    table = pd.DataFrame([{
        "name": r["name"], "kind": texts.of("source_kind", r["kind"]), "province": r["province"] or texts("word.national"),
        "state": texts.of("health", r["state"]) if r["state"] else texts("source.never"),
        "cause": explain_cause(r["cause"], texts.language),
        "articles": r["articles"], "relevant": r["relevant"], "last": local_day(r["last_article_at"]), "verified": bool(r["verified"]),
        "homepage": r["homepage"],
    } for r in rows])  # fmt: skip
    column = st.column_config
    st.dataframe(
        table, hide_index=True, height=min(560, 38 + 35 * max(1, len(rows))),
        column_config={
            "name": column.TextColumn(texts("word.source"), width=225),
            "kind": column.TextColumn(texts("word.kind"), width=175),
            "province": column.TextColumn(texts("word.province"), width=105),
            "state": column.TextColumn(texts("word.state"), width=100),
            "cause": column.TextColumn(texts("word.cause"), width=230),
            "articles": column.NumberColumn(texts("word.articles"), width="small"),
            "relevant": column.NumberColumn(texts("word.relevant"), width="small"),
            "last": column.DateColumn(texts("word.last_article"), format="DD/MM/YYYY", width="small"),
            "verified": column.CheckboxColumn(texts("source.verified"), width="small"),
            "homepage": column.LinkColumn(texts("source.homepage"), width="medium"),
        },
    )  # fmt: skip
