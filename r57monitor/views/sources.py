"""Nguồn tin: which sources answer, day by day, and since when one does not."""

from __future__ import annotations

from datetime import timedelta
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from r57monitor.charts import health_grid
from r57monitor.views.cards import Count, counts_html
from r57monitor.views.chart import show_chart
from r57monitor.views.download import Column, offer_files
from r57monitor.views.frame import Page, heading, link, selected_row, show_table
from r57monitor.wording import explain_cause, format_day, format_number, local_day, vietnamese_key
from warehouse import queries
from warehouse.queries import Filters
from warehouse.queries.pages import last_articles, outlet_shares, source_usual

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
        grid = health_grid([d for d in days if d["name"] in shown], shown, language=page.language)
        show_chart(page, grid, texts("source.recent"), name="nguon-tin")
        _show_days(page, days)
    heading(texts("source.all"), texts("source.pick"))
    _show_table(page, rows)
    _show_dependence(page)


def _show_counts(page: Page, rows: list[dict[str, Any]]) -> None:
    texts = page.texts
    cells = []
    for state in ("ok", "silent", "failing", "not_run", None):
        count = sum(r["state"] == state for r in rows)
        label = texts.of("health", state) if state else texts("source.never")
        is_alarm = state == "failing" and count > 0
        cells.append(Count(label, format_number(count, page.language), texts("source.sources_with"), is_alarm=is_alarm))
    st.html(counts_html(cells))


def _show_days(page: Page, days: list[dict[str, Any]]) -> None:
    """The chart's days as a table and a file, every source included."""
    texts = page.texts
    columns = [
        Column(texts("word.day"), lambda r: r["day"]),
        Column(texts("word.source"), lambda r: r["name"] or r["source_id"]),
        Column(texts("word.state"), lambda r: texts.of("health", r["state"])),
        Column(texts("word.cause"), lambda r: explain_cause(r["cause"], texts.language)),
        Column(texts("word.pages"), lambda r: r["pages"]),
        Column(texts("word.articles"), lambda r: r["articles"]),
        Column(texts("word.relevant"), lambda r: r["relevant"]),
    ]
    with st.expander(texts("province.table")):
        table = pd.DataFrame([{c.heading: c.read(r) for c in columns} for r in days])
        day = st.column_config.DateColumn(format="DD/MM/YYYY")
        show_table(table, column_config={texts("word.day"): day}, key="sources_days")
        with st.container(horizontal=True):
            offer_files(page, "nguon-tin", columns, lambda reader: days)


def _show_table(page: Page, rows: list[dict[str, Any]]) -> None:
    texts = page.texts
    usual = source_usual(page.reader)
    table = pd.DataFrame([{
        "name": r["name"], "kind": texts.of("source_kind", r["kind"]), "province": r["province"] or texts("word.national"),
        "state": texts.of("health", r["state"]) if r["state"] else texts("source.never"),
        "cause": explain_cause(r["cause"], texts.language),
        "came": usual.get(r["source_id"], {}).get("articles"), "usual": usual.get(r["source_id"], {}).get("usual"),
        "articles": r["articles"], "relevant": r["relevant"], "last": local_day(r["last_article_at"]), "verified": bool(r["verified"]),
        "homepage": r["homepage"],
    } for r in rows])  # fmt: skip
    column = st.column_config
    event = show_table(
        table, on_select="rerun", selection_mode="single-row", key="sources_table",
        height=min(560, 38 + 35 * max(1, len(rows))),
        column_config={
            "name": column.TextColumn(texts("word.source"), width=225),
            "kind": column.TextColumn(texts("word.kind"), width=175),
            "province": column.TextColumn(texts("word.province"), width=105),
            "state": column.TextColumn(texts("word.state"), width=100),
            "cause": column.TextColumn(texts("word.cause"), width=230),
            "came": column.NumberColumn(texts("source.came"), width="small"),
            "usual": column.NumberColumn(texts("source.usual"), width="small"),
            "articles": column.NumberColumn(texts("word.articles"), width="small"),
            "relevant": column.NumberColumn(texts("word.relevant"), width="small"),
            "last": column.DateColumn(texts("word.last_article"), format="DD/MM/YYYY", width="small"),
            "verified": column.CheckboxColumn(texts("source.verified"), width="small"),
            "homepage": column.LinkColumn(texts("source.homepage"), width="medium"),
        },
    )  # fmt: skip
    with st.container(horizontal=True):
        offer_files(page, "danh-sach-nguon", _registry_columns(page, usual), lambda reader: rows)
    chosen = selected_row(event)
    if rows:
        _show_latest(page, rows[chosen if chosen is not None and chosen < len(rows) else 0])


def _registry_columns(page: Page, usual: dict[str, dict[str, Any]]) -> list[Column]:
    texts = page.texts
    return [
        Column(texts("word.source"), lambda r: r["name"]),
        Column(texts("word.kind"), lambda r: texts.of("source_kind", r["kind"])),
        Column(texts("word.province"), lambda r: r["province"] or texts("word.national")),
        Column(texts("word.state"), lambda r: texts.of("health", r["state"]) if r["state"] else texts("source.never")),
        Column(texts("word.cause"), lambda r: explain_cause(r["cause"], texts.language)),
        Column(texts("source.came"), lambda r: usual.get(r["source_id"], {}).get("articles")),
        Column(texts("source.usual"), lambda r: usual.get(r["source_id"], {}).get("usual")),
        Column(texts("word.articles"), lambda r: r["articles"]),
        Column(texts("word.relevant"), lambda r: r["relevant"]),
        Column(texts("word.last_article"), lambda r: r["last_article_at"]),
        Column(texts("source.verified"), lambda r: bool(r["verified"])),
        Column(texts("source.homepage"), lambda r: r["homepage"]),
        Column("source_id", lambda r: r["source_id"]),
    ]


def _show_latest(page: Page, row: dict[str, Any]) -> None:
    texts = page.texts
    heading(texts("source.latest", name=row["name"] or row["source_id"]))
    lines = "".join(
        f'<li><span class="state">{format_day(a["published_at"], texts("word.unknown_day"))}</span>'
        f"{link(a['title'] or a['url'], a['url'])}</li>"
        for a in last_articles(page.reader, row["source_id"])
    )
    st.html(f'<ul class="r57-list">{lines}</ul>' if lines else f'<p class="r57-empty">{escape(texts("source.no_articles"))}</p>')


def _show_dependence(page: Page) -> None:
    """For each province the outlet that brings most of its originals."""
    texts = page.texts
    heading(texts("source.rests"), texts("source.rests_note"))
    top: dict[str, dict[str, Any]] = {}
    for row in outlet_shares(page.reader):  # official order, the largest share first
        if row["originals"]:
            top.setdefault(row["province_now"], row)
    if not top:
        st.html(f'<p class="r57-empty">{escape(texts("province.no_outlets"))}</p>')
        return
    share = texts("source.rests_share")
    columns = [
        Column(texts("word.province"), lambda r: r["province_now"]),
        Column(share, lambda r: round(r["publisher_share"] * 100)),
        Column(texts("source.most"), lambda r: r["source_name"] or r["publisher"]),
        Column(texts("word.originals"), lambda r: r["province_originals"]),
    ]
    rows = list(top.values())
    shown = [{c.heading: c.read(r) for c in columns} | {share: f"{round(r['publisher_share'] * 100)}%"} for r in rows]
    show_table(pd.DataFrame(shown), key="sources_dependence")
    with st.container(horizontal=True):
        offer_files(page, "phu-thuoc-nguon", columns, lambda reader: rows)
