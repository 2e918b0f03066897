"""Bài viết: search, list, and for one article its copies and figures. Full texts are not shown here: they belong to their outlets."""

from __future__ import annotations

from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from r57monitor.views.address import choose_flag, choose_text, copy_link
from r57monitor.views.cards import copies_html
from r57monitor.views.download import MOST_ROWS, Column, offer_files
from r57monitor.views.filters import choose_provinces, choose_source_kinds, choose_sources, choose_week
from r57monitor.views.frame import Page, heading, link, quote, selected_row, tag
from r57monitor.views.review import lay_over_articles, show_article_review, waiting_reviews
from r57monitor.wording import format_day, format_figure, local_day
from warehouse import queries
from warehouse.queries import Filters

_SHOWN = 500


def show(page: Page) -> None:
    """Search, list, details."""
    texts = page.texts
    filters = _choose(page)
    rows = lay_over_articles(queries.articles(page.reader, filters, limit=_SHOWN), waiting_reviews(page))
    if not rows:
        st.html(f'<p class="r57-empty">{escape(texts("page.nothing"))}</p>')
        return
    count = texts("page.capped" if len(rows) == _SHOWN else "page.shown", shown=len(rows))
    st.caption(f"{count} · {texts('article.pick')}")
    table = pd.DataFrame([{
        "published": local_day(r["published_at"]), "title": r["title"] or r["url"], "source": r["source_name"] or r["source_id"],
        "province": ", ".join(r["provinces_now"] or ()), "figures": r["figures"], "url": r["url"],
    } for r in rows])  # fmt: skip
    column = st.column_config
    event = st.dataframe(
        table, hide_index=True, on_select="rerun", selection_mode="single-row", key="articles_table", height=min(430, 38 + 35 * len(rows)),
        column_config={
            "published": column.DateColumn(texts("word.published"), format="DD/MM/YYYY", width="small"),
            "title": column.TextColumn(texts("word.title"), width="large"),
            "source": column.TextColumn(texts("word.outlet"), width="medium"),
            "province": column.TextColumn(texts("word.province"), width="medium"),
            "figures": column.NumberColumn(texts("article.figures"), width="small"),
            "url": column.LinkColumn(texts("word.open_article"), display_text=texts("word.open_article"), width="small"),
        },
    )  # fmt: skip
    with st.container(horizontal=True):
        offer_files(page, "bai-viet", file_columns(page), lambda reader: queries.articles(reader, filters, limit=MOST_ROWS))
    chosen = selected_row(event)
    _show_article(page, rows[chosen if chosen is not None and chosen < len(rows) else 0])


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
        Column("URL", lambda r: r["url"]),
        Column("article_id", lambda r: r["article_id"]),
        Column("cluster_id", lambda r: r["cluster_id"]),
    ]


def _choose(page: Page) -> Filters:
    texts = page.texts
    text = choose_text(page, st, texts("article.query"), name="tu", key="articles_text")
    first = st.columns([3, 3, 3, 3, 2], vertical_alignment="bottom")
    provinces = choose_provinces(page, first[0], "articles_province")
    sources = choose_sources(page, first[1], "articles_source")
    source_kinds = choose_source_kinds(page, first[2], "articles_source_kind")
    week = choose_week(page, first[3], "articles_week")
    relevant = choose_flag(page, first[4], texts("article.relevant_only"), name="lien_quan", key="articles_relevant", default=True)
    originals = choose_flag(page, first[4], texts("article.originals_only"), name="ban_goc", key="articles_originals")
    copy_link(page)
    return Filters(
        provinces=provinces, sources=sources, source_kinds=source_kinds, week=week, relevant_only=relevant, originals_only=originals,
        text=text,
    )  # fmt: skip


def _show_article(page: Page, row: dict[str, Any]) -> None:
    texts = page.texts
    show_article_review(page, row)
    left, right = st.columns([6, 6], gap="large")
    with left:
        heading(texts("word.article"))
        day = format_day(row["published_at"], texts("word.unknown_day"))
        reasons = "; ".join(row["reasons"] or ())
        st.html(
            f'<p class="r57-title">{link(row["title"] or row["url"], row["url"])}</p>'
            f'<p class="r57-meta">{escape(row["source_name"] or row["source_id"])}, {day}'
            f"{' · ' + escape(', '.join(row['provinces'])) if row['provinces'] else ''}</p>"
            + (f'<p class="r57-meta">{escape(texts("article.relevance"))}: {escape(reasons)}</p>' if reasons else "")
        )
        heading(texts("article.copies"))
        st.html(copies_html(page, row["cluster_id"]))
    with right:
        heading(texts("article.in_text"))
        figures = queries.article_figures(page.reader, row["article_id"])
        lines = "".join(
            f'<div class="r57-figure"><div class="top"><span class="num">{escape(format_figure(f, page.language))}</span>'
            f"<span>{escape(texts.of('kind', f['kind']))} {tag(texts, f['state'])}</span></div>{quote(f['sentence'], f['mention'])}</div>"
            for f in figures
        )
        st.html(lines or f'<p class="r57-empty">{escape(texts("article.no_figures"))}</p>')
