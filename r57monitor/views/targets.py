"""Mục tiêu: what was promised, what is due, and which result the press has of it; never more than the press says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from r57monitor.views.address import choose_many, choose_one, copy_link
from r57monitor.views.cards import Count, counts_html, moved_html, name_metric, name_province, proof_line
from r57monitor.views.download import MOST_ROWS, Column, offer_files
from r57monitor.views.filters import choose_focus, choose_provinces
from r57monitor.views.frame import Page, heading, selected_row, show_table
from r57monitor.views.review import tell_waiting, waiting_reviews
from r57monitor.wording import format_figure, format_number, format_period, local_day, vietnamese_key
from warehouse import queries
from warehouse.queries import Filters, Reader
from warehouse.queries.pages import figure_proofs

STATUSES = ("due_soon", "reached", "no_result_seen", "not_reached", "moved", "open", "superseded")
_COUNTED = ("due_soon", "reached", "no_result_seen", "not_reached", "moved")
_WINDOWS = (30, 60, 180, 365)
_SHOWN = 1000


def show(page: Page) -> None:
    """Counts by status, filters, docket, proof."""
    texts = page.texts
    tell_waiting(page, waiting_reviews(page))
    filters = _choose(page)
    every = queries.targets(page.reader, replace(filters, states=()))
    rows = [r for r in every if not filters.states or _falls_under(r, filters.states)]
    _show_counts(page, every)
    st.caption(texts("target.note"))
    if not rows:
        st.html(f'<p class="r57-empty">{escape(texts("target.none"))}</p>')
        return
    with st.container(horizontal=True):
        offer_files(page, "muc-tieu", file_columns(page), lambda reader: _ask(reader, filters)[:MOST_ROWS])
    show_docket(page, sorted(rows[:_SHOWN], key=lambda r: STATUSES.index(r["status"])), "targets_table")


def _ask(reader: Reader, filters: Filters) -> list[dict[str, Any]]:
    """The docket as the page shows it, in its order."""
    rows = [r for r in queries.targets(reader, replace(filters, states=())) if not filters.states or _falls_under(r, filters.states)]
    return sorted(rows, key=lambda r: STATUSES.index(r["status"]))


def file_columns(page: Page) -> list[Column]:
    """What a file of targets holds: numbers as numbers, both sentences."""
    texts = page.texts
    labels = {row["metric_id"]: _label(page, row) for row in queries.metrics(page.reader)}
    return [
        Column(texts("target.filter"), lambda r: texts.of("target_status", r["status"])),
        Column(texts("word.province"), lambda r: name_province(page, r)),
        Column(texts("word.metric"), lambda r: labels.get(r["metric_id"]) or r["label"]),
        Column(texts("word.target"), lambda r: r["value"]),
        Column(texts("figure.unit"), lambda r: r["unit"]),
        Column(texts("word.due"), lambda r: r["due"]),
        Column(texts("target.old"), lambda r: r["moved_from_value"]),
        Column(texts("target.old_due"), lambda r: r["moved_from_due"]),
        Column(texts("target.result"), lambda r: r["result_value"]),
        Column(texts("word.as_of"), lambda r: r["result_as_of"]),
        Column(texts("word.sentence"), lambda r: r["sentence"]),
        Column(texts("word.outlet"), lambda r: r["source_name"] or r["source_id"]),
        Column(texts("word.published"), lambda r: r["published_at"]),
        Column("URL", lambda r: r["url"]),
        Column("figure_id", lambda r: r["figure_id"]),
    ]


def _falls_under(row: dict[str, Any], states: tuple[str, ...]) -> bool:
    """A moved target counts among the moved and by what its new date makes of it."""
    return row["status"] in states or (row["due_status"] in states and row["status"] != "superseded")


def _choose(page: Page) -> Filters:
    texts = page.texts
    last = local_day(page.snapshot["observed_until"])
    metrics = {row["metric_id"]: _label(page, row) for row in queries.metrics(page.reader) if row["figures"]}
    ids = sorted(metrics, key=lambda i: (vietnamese_key(metrics[i]), i))
    places = st.columns(4)
    provinces = choose_provinces(page, places[0], "targets_province")
    chosen = choose_many(
        page, places[1], texts("word.metric"), ids, name="chi_so", key="targets_metric", format_func=lambda i: metrics[i]
    )  # fmt: skip
    states = choose_many(
        page, places[2], texts("target.filter"), STATUSES, name="tinh_trang", key="targets_status",
        format_func=lambda s: texts.of("target_status", s),
    )  # fmt: skip
    windows: list[int] = [-1, *_WINDOWS, 0]
    words = {-1: texts("word.all"), 0: texts("target.past")} | {d: texts("target.next_days", days=d) for d in _WINDOWS}
    window = choose_one(
        page, places[3], texts("target.window"), windows, name="han", key="targets_window", format_func=lambda d: words[d]
    )  # fmt: skip
    focus = choose_focus(page, st, "targets")
    copy_link(page)
    first, until = _window(window, last)
    return replace(focus, provinces=provinces, metrics=chosen, states=states, date_from=first, date_to=until)


def _window(window: int, last: date | None) -> tuple[date | None, date | None]:
    if window < 0 or last is None:
        return None, None
    return (last, last + timedelta(days=window)) if window else (None, last - timedelta(days=1))


def _label(page: Page, row: dict[str, Any]) -> str:
    return (row["label_en"] if page.language == "en" else "") or row["label_vi"] or row["metric_id"]


def _show_counts(page: Page, rows: list[dict[str, Any]]) -> None:
    texts = page.texts
    shown = {status: format_number(sum(_falls_under(r, (status,)) for r in rows), page.language) for status in _COUNTED}
    st.html(counts_html(Count(texts.of("target_status", status), count, texts("target.count")) for status, count in shown.items()))


def show_docket(page: Page, rows: list[dict[str, Any]], key: str) -> None:
    """Targets as a table; the chosen one (else the first) with its sentence, its old form and the result that answers it."""
    texts = page.texts
    labels = {row["metric_id"]: _label(page, row) for row in queries.metrics(page.reader)}
    named = [r | {"label_vi": labels.get(r["metric_id"]), "label_en": labels.get(r["metric_id"])} for r in rows]
    table = pd.DataFrame([_line(page, r) for r in named])
    text = st.column_config.TextColumn
    st.caption(texts("target.pick"))
    event = show_table(
        table, on_select="rerun", selection_mode="single-row", key=key, height=min(400, 38 + 35 * len(rows)),
        column_config={
            "status": text(texts("target.filter"), width=230), "province": text(texts("word.province"), width=170),
            "metric": text(texts("word.metric"), width=260), "value": text(texts("word.target"), width=130),
            "due": text(texts("word.due"), width=110), "old": text(texts("target.old"), width=130),
            "result": text(texts("target.result"), width=190),
        },
    )  # fmt: skip
    chosen = selected_row(event)
    _show_proof(page, named[chosen if chosen is not None and chosen < len(named) else 0])


def _line(page: Page, r: dict[str, Any]) -> dict[str, str]:
    texts, language = page.texts, page.language
    result = format_figure({"value": r["result_value"], "unit": r["unit"]}, language) if r["result_value"] is not None else ""
    when = format_period(r["result_as_of"], "day", language)
    old = format_figure({"value": r["moved_from_value"], "unit": r["unit"]}, language) if r["moved_from_value"] is not None else ""
    old_due = format_period(r["moved_from_due"], r["due_precision"], language)
    place = name_province(page, r) or texts("word.unknown")
    return {
        "status": texts.of("target_status", r["status"]),
        "province": texts("target.inherited", name=place) if r["inherited"] else place,
        "metric": name_metric(page, r),
        "value": format_figure(r, language),
        "due": format_period(r["due"], r["due_precision"], language),
        "old": f"{old} ({old_due})" if old and old_due else old,
        "result": f"{result} ({when})" if result and when else result,
    }


def _show_proof(page: Page, row: dict[str, Any]) -> None:
    texts = page.texts
    proofs = figure_proofs(page.reader, (row["figure_id"], row["moved_from_figure_id"], row["result_figure_id"]))
    said, old, result = (proofs.get(row[k]) for k in ("figure_id", "moved_from_figure_id", "result_figure_id"))
    left, right = st.columns([6, 6], gap="large")
    with left:
        heading(texts("target.stated"))
        if said:
            shown = said | {key: row[key] for key in ("label_vi", "label_en", "province_now", "state")} | {"value_before": None}
            st.html(moved_html(page, shown, old, texts("target.old")))
    with right:
        heading(texts("target.result"))
        if result:
            when = format_period(result["as_of"], result["as_of_precision"], page.language)
            title = " · ".join(filter(None, (format_figure(result, page.language), when)))
            st.html(f'<p class="r57-title">{escape(title)}</p>{proof_line(page, result)}')
        else:
            st.html(f'<p class="r57-empty">{escape(texts("target.no_result"))}</p>')
