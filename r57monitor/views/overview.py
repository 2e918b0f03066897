"""Tổng quan: what this week brought, where, and what could not be seen."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from r57monitor.charts import load_archipelagos, province_map
from r57monitor.gazetteer import MERGER
from r57monitor.models import NEWLY_REPORTED
from r57monitor.views.address import choose_one, choose_segment, copy_link
from r57monitor.views.cards import Count, counts_html, figure_html, inner_address, moved_html
from r57monitor.views.chart import show_chart
from r57monitor.views.coverage import document_columns, show_coverage_grid, show_coverage_over_time
from r57monitor.views.download import MOST_ROWS, offer_files
from r57monitor.views.filters import choose_focus
from r57monitor.views.frame import Page, heading, link, show_table
from r57monitor.views.review import lay_over_figures, tell_waiting, waiting_reviews
from r57monitor.views.visits import show_since
from r57monitor.views.watch import show_watched
from r57monitor.wording import explain_cause, format_number, format_week, week_days
from warehouse import queries
from warehouse.queries import Filters
from warehouse.queries.pages import coverage_before_merger, figure_proofs

_NEWEST = 8
_CHOSEN_FROM = 400  # of the newest, so that a few long texts do not fill the list
_DOCUMENTS = 12
_NO_LINE = "\u00a0"  # keeps the place of a line
_ISLANDS_OF = frozenset(group["province_id"] for group in load_archipelagos())


def show(page: Page) -> None:
    """The overview of one week."""
    texts = page.texts
    weeks = queries.weeks(page.reader)
    if not weeks:
        st.html(f'<p class="r57-empty">{escape(texts("page.nothing"))}</p>')
        return
    places = st.columns([3, 7, 2], vertical_alignment="bottom")
    week = choose_one(
        page, places[0], texts("word.week"), weeks, name="tuan", key="overview_week", default=queries.newest_reported_week(page.reader),
        format_func=lambda w: format_week(w, page.language),
    )  # fmt: skip
    focus = choose_focus(page, places[1], "overview")
    with places[2]:
        copy_link(page)
    if focus != Filters():
        st.caption(texts("overview.focus_note"))
    waiting = waiting_reviews(page)
    tell_waiting(page, waiting)
    coverage = queries.coverage_by_week(page.reader)
    newly = replace(focus, week=week, kinds=("result", "target"))
    fresh = lay_over_figures(page, queries.newest_figures(page.reader, newly, limit=_CHOSEN_FROM), waiting)
    count = queries.count_newest(page.reader, newly)
    troubles = _troubles(page, week)
    _show_counts(page, focus, week, weeks, coverage, count, len(troubles))
    show_since(page)
    show_watched(page)
    left, right = st.columns([5, 7], gap="large")
    with left:
        _show_map(page, week, [r for r in coverage if r["week"] == week])
        heading(texts("overview.troubles"), format_week(week, page.language))
        _show_troubles(page, troubles)
    with right:
        heading(texts("overview.newest"))
        if count > _NEWEST:
            way = inner_address(page, "figures", tuan=week, loai=["result", "target"], trang_thai=list(NEWLY_REPORTED))
            st.html(f'<p class="r57-meta"><a href="{way}" target="_self">{escape(texts("overview.more", count=count - _NEWEST))}</a></p>')
        st.html("".join(figure_html(page, row) for row in _varied(fresh)) or _none_new(page, newly))
    _show_disputed(page, focus, week)
    show_coverage_over_time(page, focus)
    show_coverage_grid(page, coverage, weeks)


def _none_new(page: Page, wanted: Filters) -> str:
    """That the week has no new figure; after a first visit, where those are that later ones will be compared with."""
    texts = page.texts
    said = f'<p class="r57-empty">{escape(texts("overview.none_new"))}</p>'
    baseline = queries.state_counts(page.reader, wanted).get("baseline", 0)
    if not baseline:
        return said
    way = inner_address(page, "figures", tuan=wanted.week or "", loai=["result", "target"], trang_thai=["baseline"])
    return f'{said}<p class="r57-meta"><a href="{way}" target="_self">{escape(texts("overview.baseline", count=baseline))}</a></p>'


def _show_map(page: Page, week: str, rows: list[dict[str, Any]]) -> None:
    """Today's 34 provinces, or the 63 of before July 2025, which a week that ended before the merger shows first."""
    texts = page.texts
    heading(texts("overview.map"), format_week(week, page.language))
    days = week_days(week)
    was_before = days is not None and days[1] < MERGER
    system = choose_segment(
        page, st, texts("overview.map"), ["vn34", "vn63"], name="ban_do", key=f"overview_map_{was_before}",
        default="vn63" if was_before else "vn34", format_func=lambda s: texts(f"overview.{s}"), label_visibility="collapsed",
    )  # fmt: skip
    if system == "vn63":
        # The archipelagos belong to provinces of the 34: their rows stay.
        rows = [*(r for r in rows if r["province_id"] in _ISLANDS_OF), *coverage_before_merger(page.reader, week)]
    title = f"{texts('overview.map')}: {format_week(week, page.language)}"
    show_chart(page, province_map(rows, language=page.language, system=system), title, name=f"ban-do-{week}")
    st.caption(texts("overview.map_compare"))
    with st.expander(texts("province.table")):
        show_table(pd.DataFrame([{
            texts("word.province"): r["province_now"], texts("word.state"): texts(f"coverage.{r['state']}"),
            texts("word.articles"): r["articles"],
        } for r in rows if system != "vn63" or r["province_id"].startswith("vn63")]))  # fmt: skip


def _show_disputed(page: Page, focus: Filters, week: str) -> None:
    """What changed under people's feet in the week: targets moved and values in conflict, both sentences each; documents first seen."""
    texts = page.texts
    left, right = st.columns([7, 5], gap="large")
    rows = queries.figures(page.reader, replace(focus, week=week, states=("target_moved", "conflict"), originals_only=True), limit=40)
    others = figure_proofs(page.reader, [r["against_figure_id"] for r in rows])
    with left:
        for state in ("target_moved", "conflict"):
            heading(texts(f"overview.{state}"))
            found = [r for r in rows if r["state"] == state]
            word = texts("target.old" if state == "target_moved" else "overview.other_side")
            cards = "".join(moved_html(page, r | {"value_before": None}, others.get(r["against_figure_id"]), word) for r in found)
            st.html(cards or f'<p class="r57-empty">{escape(texts(f"overview.no_{state}"))}</p>')
    with right:
        heading(texts("overview.documents"))
        documents = queries.documents(page.reader, Filters(week=week), limit=_DOCUMENTS)
        lines = "".join(
            f"<li><b>{escape(d['number'])}</b> {escape(d['province'] or '')}"
            f'<br><span class="r57-meta">{link(d["title"] or d["url"], d["url"])}</span></li>'
            for d in documents
        )
        st.html(f'<ul class="r57-list">{lines}</ul>' if lines else f'<p class="r57-empty">{escape(texts("overview.no_documents"))}</p>')
        if lines:
            with st.container(horizontal=True):
                offer_files(
                    page, f"van-ban-{week}", document_columns(page), lambda r: queries.documents(r, Filters(week=week), limit=MOST_ROWS)
                )  # fmt: skip


def _varied(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The newest figures of known metrics, at most two an article, so that one text does not fill the list."""
    taken: dict[str, int] = {}
    chosen = []
    for row in sorted(rows, key=lambda r: r["metric_id"] is None):  # stable: newest first within each
        if taken.get(row["cluster_id"], 0) < 2:
            taken[row["cluster_id"]] = taken.get(row["cluster_id"], 0) + 1
            chosen.append(row)
    return chosen[:_NEWEST]


def _show_counts(
    page: Page, focus: Filters, week: str, weeks: list[str], coverage: list[dict[str, Any]], fresh: int, troubles: int
) -> None:  # fmt: skip
    texts = page.texts
    before = weeks[weeks.index(week) + 1] if weeks.index(week) + 1 < len(weeks) else None
    was_observed = any(r["week"] == before and r["state"] != "not_observed" for r in coverage)
    now = queries.week_summary(page.reader, replace(focus, week=week))
    then: dict[str, Any] = queries.week_summary(page.reader, replace(focus, week=before)) if before and was_observed else {}

    def reported(w: str | None) -> int:
        return sum(r["week"] == w and r["state"] == "reported" for r in coverage)

    earlier_fresh = queries.count_newest(page.reader, replace(focus, week=before, kinds=("result", "target"))) if then else 0
    provinces = sum(r["week"] == week for r in coverage)
    cells = [
        _count(page, "articles", now["articles"], then.get("articles")),
        _count(page, "originals", now["originals"], then.get("originals")),
        _count(page, "provinces", reported(week), reported(before) if then else None, texts("overview.of", count=provinces)),
        _count(page, "new_figures", fresh, earlier_fresh if then else None),
        _count(page, "troubles", troubles, None, alarm=troubles > 0, compare=False),
    ]
    st.html(counts_html(cells))


def _count(page: Page, key: str, now: int, before: int | None, of: str = "", alarm: bool = False, compare: bool = True) -> Count:
    texts = page.texts
    under = (
        texts("overview.not_observed_before") if before is None else texts("overview.before", count=format_number(before, page.language))
    )
    return Count(texts(f"overview.{key}"), format_number(now, page.language), under if compare else _NO_LINE, of, alarm)


def _troubles(page: Page, week: str) -> list[dict[str, Any]]:
    """Sources that failed or were not run in the week, with the days and the last cause."""
    found: dict[str, dict[str, Any]] = {}
    for row in queries.source_health(page.reader, Filters(week=week, states=("failing", "not_run"))):  # newest day first
        entry = found.setdefault(row["source_id"], {**row, "days": 0})
        entry["days"] += 1
        entry["cause"] = entry["cause"] or row["cause"]
    return sorted(found.values(), key=lambda r: (r["state"] != "failing", -r["days"], r["source_id"]))


def _show_troubles(page: Page, troubles: list[dict[str, Any]]) -> None:
    texts = page.texts
    if not troubles:
        st.html(f'<p class="r57-empty">{escape(texts("overview.all_well"))}</p>')
        return
    lines = "".join(
        f'<li><span class="state {row["state"]}">{escape(texts.of("health", row["state"]))} · '
        f"{escape(texts('overview.days', count=row['days']))}</span><b>{escape(row['name'] or row['source_id'])}</b>"
        f'<br><span class="r57-meta">{escape(explain_cause(row["cause"], texts.language))}</span></li>'
        for row in troubles
    )
    st.html(f'<ul class="r57-list">{lines}</ul>')
