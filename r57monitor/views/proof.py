"""One figure opened: its sentence in the article, its history, copies, doubts and official values, ready to be cited."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from r57monitor.charts import series_history
from r57monitor.views.address import view_address
from r57monitor.views.cards import copies_html, describe_time, name_metric, name_province, proof_html
from r57monitor.views.chart import show_chart
from r57monitor.views.frame import Page, heading, show_table
from r57monitor.views.reviewers import show_figure_reviewers
from r57monitor.wording import Language, format_day, format_figure, format_period, format_quantity, load_texts, local_day, read_cells
from warehouse import queries

_AROUND = 260  # characters of the article shown before and after a mention: enough to judge it, no copy of the article


def show_proof(page: Page, row: dict[str, Any]) -> None:
    """Sentence, surroundings, article and history of one figure."""
    left, right = st.columns([6, 6], gap="large")
    with left:
        heading(page.texts("figure.proof"))
        st.html(proof_html(page, row))
        _show_surroundings(page, row)
        _show_citation(page, row)
        show_figure_reviewers(page, row)
    with right:
        _show_history(page, row)
        _show_doubts(page, row)
        _show_official(page, row)
        heading(page.texts("article.copies"))
        st.html(copies_html(page, row["cluster_id"]))


def around_html(text: str, start: int, end: int) -> str:
    """What stands around a mention, with the mention marked; "" where the place is not in the text."""
    if not 0 <= start < end <= len(text):
        return ""
    first, last = max(0, start - _AROUND), min(len(text), end + _AROUND)
    before, after = ("…" if first else "") + text[first:start], text[end:last] + ("…" if last < len(text) else "")
    marked = f"{escape(before)}<mark>{escape(text[start:end])}</mark>{escape(after)}"
    return f'<p class="r57-quote">{marked.replace(chr(10), "<br>")}</p>'


def _show_surroundings(page: Page, row: dict[str, Any]) -> None:
    text = queries.article_text(page.reader, row["article_id"], row["revision"])
    if shown := around_html(text, row["start_char"], row["end_char"]):
        with st.expander(page.texts("figure.around")):
            st.html(shown)


def cite_figure(page: Page, row: dict[str, Any], language: Language) -> str:
    """A figure as plain text to paste: province, metric, value, when, "sentence", outlet, date, address."""
    told = replace(page, texts=load_texts(language))
    texts = told.texts
    head = " – ".join(filter(None, (name_province(told, row), name_metric(told, row))))
    facts = ", ".join(filter(None, (texts.of("kind", row["kind"]), describe_time(told, row))))
    outlet = f"{row['source_name'] or row['source_id']}, {format_day(row['published_at'], texts('word.unknown_day'))}"
    return f"{head}: {format_figure(row, language)} ({facts}). “{read_cells(' '.join(row['sentence'].split()))}” – {outlet}. {row['url']}"


def _show_citation(page: Page, row: dict[str, Any]) -> None:
    with st.expander(page.texts("figure.cite")):
        for language in ("vi", "en"):
            st.code(cite_figure(page, row, "en" if language == "en" else "vi"), language=None, wrap_lines=True)
        st.caption(page.texts("figure.permalink"))
        st.code(view_address(figure=row["figure_id"]), language=None, wrap_lines=True)


def _show_history(page: Page, row: dict[str, Any]) -> None:
    texts = page.texts
    heading(texts("figure.history"))
    history = queries.figure_history(page.reader, row["series_id"]) if row["series_id"] else []
    history = [h for h in history if h["withdrawn_at"] is None]
    if len({(h["as_of"] or h["due"], h["value"]) for h in history}) < 2:
        st.html(f'<p class="r57-empty">{escape(texts("figure.no_history"))}</p>')
        return
    title = ", ".join(filter(None, (name_province(page, row), name_metric(page, row))))
    show_chart(page, series_history(history, language=page.language), title, name="dien-bien")
    with st.expander(texts("figure.as_table")):
        table = pd.DataFrame([{
            texts("figure.time"): format_period(h["as_of"] or h["due"], h["as_of_precision"] or h["due_precision"], page.language),
            texts("word.value"): format_figure(h, page.language), texts("word.state"): texts.of("state", h["state"] or "none"),
            texts("word.outlet"): h["source_name"] or h["source_id"], texts("word.published"): local_day(h["published_at"]),
        } for h in history])  # fmt: skip
        day = st.column_config.DateColumn(format="DD/MM/YYYY")
        show_table(table, column_config={texts("word.published"): day}, key="figure_history")


def _show_doubts(page: Page, row: dict[str, Any]) -> None:
    flags = queries.flags(page.reader, queries.Filters(figures=(row["figure_id"],)))
    if flags:
        heading(page.texts("figure.doubts"))
        lines = "".join(f"<li><b>{escape(page.texts.of('flag', f['flag']))}</b><br>{escape(f['detail'] or '')}</li>" for f in flags)
        st.html(f'<ul class="r57-list">{lines}</ul>')


def _show_official(page: Page, row: dict[str, Any]) -> None:
    found = queries.figure_official(page.reader, row)
    if found:
        heading(page.texts("figure.official"), page.texts("figure.official_note"))
        lines = "".join(
            f"<li><b>{escape(format_quantity(o['value'], o['unit'], page.language))}</b> · {escape(page.texts.of('kind', o['kind']))}"
            f" · {escape(format_period(o['as_of'], o['as_of_precision'], page.language))}<br>{escape(o['source'] or '')}</li>"
            for o in found
        )
        st.html(f'<ul class="r57-list">{lines}</ul>')
