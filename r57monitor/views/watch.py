"""One person's things: saved views and the watch list, in a dialog of every page; what is watched, on the overview."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from html import escape
from typing import Any
from urllib.parse import urlencode, urlsplit

import streamlit as st

from r57monitor.errors import R57Error
from r57monitor.views.address import findable
from r57monitor.views.cards import figure_html
from r57monitor.views.filters import name_otherwise, province_names
from r57monitor.views.frame import Page, as_markdown, heading
from r57monitor.views.login import show_logout
from r57monitor.wording import vietnamese_key
from warehouse import queries
from warehouse.personal import drop_view, read_belongings, save_view, watch
from warehouse.queries import Filters
from warehouse.queries.kept import open_kept

_SHOWN = 8
_LANGUAGE = "lang"


def show_own(page: Page) -> None:
    """The button that opens one's own things."""
    texts = page.texts
    if st.button(page.visitor.name or texts("own.open"), key="own_open", help=texts("own.note")):

        @st.dialog(texts("own.open"), width="medium")
        def own() -> None:
            with open_kept(page.home) as reader:  # the page's own is closed when the dialog is drawn again
                fresh = replace(page, reader=reader)
                _show_views(fresh)
                _show_watching(fresh)
            if page.visitor.is_logged_in:
                show_logout(texts)

        own()


def here() -> str:
    """The view shown now as an address within the dashboard, without its language."""
    asked = urlencode({name: st.query_params.get_all(name) for name in st.query_params if name != _LANGUAGE}, doseq=True)
    path = urlsplit(str(st.context.url or "/")).path or "/"
    return f"{path}?{asked}" if asked else path


def _show_views(page: Page) -> None:
    texts = page.texts
    views = read_belongings(page.home, page.visitor.key).views
    heading(texts("own.views"), texts("own.views_note"))
    if not views:
        st.html(f'<p class="r57-empty">{escape(texts("own.no_views"))}</p>')
    for at, (name, address) in enumerate(views.items()):
        left, right = st.columns([6, 1], vertical_alignment="center")
        left.html(f'<a href="{escape(_in_language(page, address), quote=True)}" target="_self">{escape(name)}</a>')
        if right.button(texts("own.drop"), key=f"own_drop {at}", help=texts("own.drop_note", name=name.replace("`", " "))):
            _write(lambda name=name: drop_view(page.home, page.visitor.key, name))  # type: ignore[misc]
    with st.form("own_view", border=False, clear_on_submit=True):
        name = st.text_input(texts("own.name"), key="own_name", max_chars=80)
        if st.form_submit_button(texts("own.save")) and name.strip():
            _write(lambda: save_view(page.home, page.visitor.key, name, here()))


def _in_language(page: Page, address: str) -> str:
    return address if page.language == "vi" else f"{address}{'&' if '?' in address else '?'}{_LANGUAGE}={page.language}"


def _show_watching(page: Page) -> None:
    texts = page.texts
    kept = read_belongings(page.home, page.visitor.key)
    heading(texts("own.watching"), texts("own.watching_note"))
    labels = metric_labels(page)
    names = province_names(page)
    with st.form("own_watch", border=False):
        provinces = st.multiselect(
            texts("word.province"), names, [p for p in kept.provinces if p in names], placeholder=texts("own.none"), key="own_provinces",
            format_func=lambda name: findable(name, name_otherwise(name)), select_all=False,
        )  # fmt: skip
        metrics = st.multiselect(
            texts("word.metric"), sorted(labels, key=lambda i: vietnamese_key(labels[i])), [m for m in kept.metrics if m in labels],
            format_func=lambda i: findable(labels[i]), placeholder=texts("own.none"), key="own_metrics", select_all=False,
        )  # fmt: skip
        if st.form_submit_button(texts("own.keep")):
            _write(lambda: watch(page.home, page.visitor.key, provinces, metrics))


def metric_labels(page: Page) -> dict[str, str]:
    """Names of the metrics in the language of the page, by id."""
    english = page.language == "en"
    rows = page.reader.rows("SELECT metric_id, label_vi, label_en FROM main.metrics")
    return {r["metric_id"]: str((r["label_en"] if english else "") or r["label_vi"] or r["metric_id"]) for r in rows}


def _write(write: Callable[[], Any]) -> None:
    """Write down what somebody wants to keep and draw the page with it; an error is one line."""
    try:
        write()
    except (R57Error, ValueError) as error:
        st.error(as_markdown(str(error)))
        return
    st.rerun()


def show_watched(page: Page) -> None:
    """The newest of what is watched, on the overview; nothing where nothing is."""
    kept = read_belongings(page.home, page.visitor.key)
    if not kept.watches:
        return
    heading(page.texts("own.watched"), _describe(page, kept.provinces, kept.metrics))
    rows = watched_figures(page, kept.provinces, kept.metrics)
    st.html("".join(figure_html(page, row) for row in rows) or f'<p class="r57-empty">{escape(page.texts("own.nothing_new"))}</p>')


def watched_figures(page: Page, provinces: tuple[str, ...], metrics: tuple[str, ...]) -> list[dict[str, Any]]:
    """The newest newly reported figures of these provinces and of these metrics, each once."""
    asked = [Filters(provinces=provinces, originals_only=True)] if provinces else []
    asked += [Filters(metrics=metrics, originals_only=True)] if metrics else []
    rows = {row["figure_id"]: row for filters in asked for row in queries.newest_figures(page.reader, filters, limit=_SHOWN)}
    return sorted(rows.values(), key=lambda row: row["reported_at"], reverse=True)[:_SHOWN]


def _describe(page: Page, provinces: tuple[str, ...], metrics: tuple[str, ...]) -> str:
    labels = metric_labels(page)
    return " · ".join(filter(None, (", ".join(provinces), ", ".join(labels.get(m, m) for m in metrics))))
