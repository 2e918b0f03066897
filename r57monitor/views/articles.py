"""Bài viết: search, list, tones by month; one article is drawn by article.py."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from r57monitor.ledger.reviews import Review
from r57monitor.views.address import choose_flag, choose_text, copy_link
from r57monitor.views.article import show_article
from r57monitor.views.download import MOST_ROWS, Column, offer_files
from r57monitor.views.filters import choose_pillars, choose_provinces, choose_source_kinds, choose_sources, choose_topics, choose_week
from r57monitor.views.frame import Page, selected_row, show_table
from r57monitor.views.review import find_articles, waiting_reviews
from r57monitor.views.tone import choose_tones, name_tone, show_tones_by_month
from r57monitor.wording import local_day
from warehouse.queries import Filters

_SHOWN = 500


def show(page: Page) -> None:
    """Search, list, details, tones."""
    texts = page.texts
    filters = _choose(page)
    waiting = waiting_reviews(page)
    rows = find_articles(page, filters, waiting, _SHOWN)
    if rows:
        _show_list(page, filters, rows, waiting)
    else:
        st.html(f'<p class="r57-empty">{escape(texts("page.nothing"))}</p>')
    show_tones_by_month(page, waiting)


def _show_list(page: Page, filters: Filters, rows: list[dict[str, Any]], waiting: list[Review]) -> None:
    texts = page.texts
    count = texts("page.capped" if len(rows) == _SHOWN else "page.shown", shown=len(rows))
    st.caption(f"{count} · {texts('article.pick')}")
    table = pd.DataFrame([{
        "published": local_day(r["published_at"]), "title": r["title"] or r["url"], "source": r["source_name"] or r["source_id"],
        "province": ", ".join(r["provinces_now"] or ()), "figures": r["figures"],
        "place": texts("article.original") if r["is_original"] else texts("article.copy"), "revisions": r["revision"],
        "tone": name_tone(page, r["tone"]), "url": r["url"],
    } for r in rows])  # fmt: skip
    column = st.column_config
    event = show_table(
        table, on_select="rerun", selection_mode="single-row", key=f"articles_table {hash(filters)}",
        height=min(430, 38 + 35 * len(rows)),
        column_config={
            "published": column.DateColumn(texts("word.published"), format="DD/MM/YYYY", width="small"),
            "title": column.TextColumn(texts("word.title"), width="large"),
            "source": column.TextColumn(texts("word.outlet"), width="medium"),
            "province": column.TextColumn(texts("word.province"), width="medium"),
            "figures": column.NumberColumn(texts("article.figures"), width="small"),
            "place": column.TextColumn(texts("article.place"), width=110),
            "revisions": column.NumberColumn(texts("article.revisions"), width="small"),
            "tone": column.TextColumn(texts("tone.label"), width=100),
            "url": column.LinkColumn(texts("word.open_article"), display_text=texts("word.open_article"), width="small"),
        },
    )  # fmt: skip
    with st.container(horizontal=True):
        offer_files(
            page, "bai-viet", file_columns(page), lambda r: find_articles(replace(page, reader=r), filters, waiting, MOST_ROWS)
        )  # fmt: skip
    chosen = selected_row(event)
    show_article(page, rows[chosen if chosen is not None and chosen < len(rows) else 0], waiting)


def file_columns(page: Page) -> list[Column]:
    """What a file of articles holds: no texts, these belong to their outlets."""
    texts = page.texts
    return [
        Column(texts("word.published"), lambda r: r["published_at"]),
        Column(texts("word.title"), lambda r: r["title"]),
        Column(texts("word.outlet"), lambda r: r["source_name"] or r["source_id"]),
        Column(texts("word.province"), lambda r: r["provinces_now"]),
        Column(texts("article.figures"), lambda r: r["figures"]),
        Column(texts("word.relevant"), lambda r: r["is_relevant"]),
        Column(texts("word.originals"), lambda r: r["is_original"]),
        Column(texts("article.revisions"), lambda r: r["revision"]),
        Column(texts("tone.label"), lambda r: name_tone(page, r["tone"])),
        Column(texts("tone.by"), lambda r: r["tone_by"]),
        Column(texts("tone.at"), lambda r: r["tone_at"]),
        Column("URL", lambda r: r["url"]),
        Column("article_id", lambda r: r["article_id"]),
        Column("cluster_id", lambda r: r["cluster_id"]),
    ]


def _choose(page: Page) -> Filters:
    texts = page.texts
    text = choose_text(page, st, texts("article.query"), name="tu", key="articles_text")
    first = st.columns(4)
    provinces = choose_provinces(page, first[0], "articles_province")
    sources = choose_sources(page, first[1], "articles_source")
    source_kinds = choose_source_kinds(page, first[2], "articles_source_kind")
    week = choose_week(page, first[3], "articles_week")
    with st.expander(texts("figure.more_filters"), expanded=bool({"tru_cot", "chu_de", "sac_thai"} & set(st.query_params))):
        second = st.columns(3)
        pillars = choose_pillars(page, second[0], "articles_pillar")
        topics = choose_topics(page, second[1], "articles_topic")
        tones = choose_tones(page, second[2], "articles_tone")
    row = st.container(horizontal=True, vertical_alignment="center")
    relevant = choose_flag(page, row, texts("article.relevant_only"), name="lien_quan", key="articles_relevant", default=True)
    originals = choose_flag(page, row, texts("article.originals_only"), name="ban_goc", key="articles_originals")
    with row:
        copy_link(page)
    return Filters(
        provinces=provinces, sources=sources, source_kinds=source_kinds, week=week, relevant_only=relevant, originals_only=originals,
        text=text, pillars=pillars, topic_metrics=topics, tones=tones,
    )  # fmt: skip
