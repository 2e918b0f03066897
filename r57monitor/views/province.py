"""Tỉnh, thành: one province from all sides, or two to four beside each other where they can be compared."""

from __future__ import annotations

from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from r57monitor.charts import articles_by_week, coverage_grid, metric_history
from r57monitor.gazetteer import MERGER
from r57monitor.views.address import choose_many, copy_link, slug
from r57monitor.views.cards import describe_definition, describe_time, name_metric, proof_html
from r57monitor.views.chart import show_chart
from r57monitor.views.compare import show_comparison
from r57monitor.views.coverage import coverage_columns, document_columns
from r57monitor.views.download import MOST_ROWS, offer_files
from r57monitor.views.filters import name_otherwise, province_names
from r57monitor.views.frame import Page, heading, link, selected_row, show_table
from r57monitor.views.review import tell_waiting, waiting_reviews
from r57monitor.views.series import series_columns
from r57monitor.views.targets import STATUSES, show_docket
from r57monitor.wording import format_day, format_figure, format_number, format_period, format_quantity, format_week, local_day, read_cells
from warehouse import queries
from warehouse.queries import Filters
from warehouse.queries.pages import official_values, outlet_shares, province_series, provinces_through_time

_MOST = 4
_GRID_WEEKS = 26


def show(page: Page) -> None:
    """Choose one province, or up to four; the choice is kept in the address."""
    texts = page.texts
    tell_waiting(page, waiting_reviews(page))
    names = province_names(page)
    asked = st.query_params.get_all("tinh")
    if len(asked) > _MOST:
        st.query_params["tinh"] = asked[:_MOST]
    if not asked and "province_names" not in st.session_state:
        st.session_state["province_names"] = _fullest(page)
    places = st.columns([10, 2], vertical_alignment="bottom")
    chosen = choose_many(
        page, places[0], texts("province.choose"), names, name="tinh", key="province_names", code=slug, also=name_otherwise,
        max_selections=_MOST,
    )  # fmt: skip
    with places[1]:
        copy_link(page, may_clear=False)  # without a province there is no page
    if not chosen:
        st.html(f'<p class="r57-empty">{escape(texts("province.none"))}</p>')
    elif len(chosen) > 1:
        show_comparison(page, [n for n in names if n in chosen])
    else:
        _show_one(page, chosen[0])


def _fullest(page: Page) -> list[str]:
    rows = queries.province_summary(page.reader)
    best = max(rows, key=lambda r: (r["figures"], r["articles"]), default=None)
    return [best["province_now"]] if best else []


def _show_one(page: Page, name: str) -> None:
    texts = page.texts
    entities = provinces_through_time(page.reader, name)
    old = [e["name"] for e in entities if e["valid_until"] is not None]
    about = texts("province.formed", names=", ".join(old)) if len(old) > 1 else texts("province.unmerged")
    now = next((e for e in entities if e["valid_until"] is None), {"full_name": name, "region": ""})
    title = now["full_name"] if page.language == "vi" else name
    about = " · ".join(filter(None, (about, texts.of("region", now["region"]))))
    st.html(f'<p class="r57-title">{escape(title)}</p><p class="r57-meta">{escape(about)}</p>')
    _show_timeline(page, name)
    merged = len(old) > 1
    old_ids = {e["province_id"] for e in entities if merged and e["valid_until"]}
    _show_figures(page, province_series(page.reader, name), old_ids)
    _show_targets(page, name)
    left, right = st.columns(2, gap="large")
    with left:
        _show_documents(page, name, old_ids)
    with right:
        _show_outlets(page, name)
    _show_official(page, name)


def _show_timeline(page: Page, name: str) -> None:
    texts = page.texts
    heading(texts("province.timeline"), texts("province.timeline_note"))
    rows = queries.coverage_by_week(page.reader, Filters(provinces=(name,)))
    weeks = [r | {"observed": int(r["state"] != "not_observed"), "provinces": 1} for r in rows]
    show_chart(
        page, articles_by_week(weeks, language=page.language, height=150), f"{name}: {texts('overview.by_week')}", name="bai-theo-tuan"
    )
    last = sorted(rows, key=lambda r: str(r["week"]))[-_GRID_WEEKS:]
    show_chart(
        page,
        coverage_grid(last, [name], language=page.language, row_height=26),
        f"{name}: {texts('province.timeline')}",
        name="dien-bien-tuan",
    )
    with st.expander(texts("province.table")):
        show_table(pd.DataFrame([{
            texts("word.week"): format_week(r["week"], page.language), texts("word.state"): texts(f"coverage.{r['state']}"),
            texts("word.articles"): r["articles"], texts("word.originals"): r["originals"], texts("word.outlet"): r["publishers"],
        } for r in sorted(rows, key=lambda r: str(r["week"]), reverse=True)]))  # fmt: skip
        with st.container(horizontal=True):
            offer_files(page, f"dua-tin-{slug(name)}", coverage_columns(page), lambda reader: rows)


def place_name(page: Page, row: dict[str, Any], old_ids: set[str]) -> str:
    """Whose figure it is: a province merged away, or an earlier one of the same name, says so."""
    return page.texts("province.before_merger", name=row["province"]) if row["province_id"] in old_ids else str(row["province"])


def _show_figures(page: Page, rows: list[dict[str, Any]], old_ids: set[str]) -> None:
    texts = page.texts
    heading(texts("province.figures"), texts("province.figures_note"))
    if not rows:
        st.html(f'<p class="r57-empty">{escape(texts("province.no_figures"))}</p>')
        return
    rows = sorted(rows, key=lambda r: (r["province_id"] in old_ids, r["pillar"] or 99, name_metric(page, r)))
    text = st.column_config.TextColumn
    event = show_table(
        pd.DataFrame([{
            "metric": name_metric(page, r), "value": format_figure(r, page.language), "time": describe_time(page, r),
            "place": place_name(page, r, old_ids), "state": texts.of("state", r["state"] or "none"),
            "before": "" if r["value_before"] is None else format_quantity(r["value_before"], r["unit"], page.language),
            "definition": describe_definition(page, r), "statements": r["statements"], "source": r["source_name"] or r["source_id"],
        } for r in rows]),
        on_select="rerun", selection_mode="single-row", key="province_figures", height=min(360, 38 + 35 * len(rows)),
        column_config={
            "metric": text(texts("word.metric"), width=270), "value": text(texts("word.value"), width=120),
            "time": text(texts("word.as_of"), width=190), "place": text(texts("province.place"), width=180),
            "state": text(texts("word.state"), width=120), "before": text(texts("word.before"), width=100),
            "definition": text(texts("province.definition"), width=140),
            "statements": st.column_config.NumberColumn(texts("province.statements"), width=80),
            "source": text(texts("word.outlet"), width=190),
        },
    )  # fmt: skip
    with st.container(horizontal=True):
        offer_files(page, "chi-tieu", series_columns(page), lambda reader: rows)
    chosen = selected_row(event)
    row = rows[chosen if chosen is not None and chosen < len(rows) else 0]
    left, right = st.columns(2, gap="large")
    with left:
        heading(texts("figure.proof"))
        st.html(proof_html(page, row))
    with right:
        _show_history(page, [r for r in rows if r["metric_id"] == row["metric_id"]], old_ids)


def _show_history(page: Page, series: list[dict[str, Any]], old_ids: set[str]) -> None:
    """Every series of the metric, each by itself: predecessors' beside today's, never joined."""
    texts = page.texts
    heading(texts("province.history"), texts("province.history_note"))
    points = []
    for one in series:
        line = ", ".join(filter(None, (place_name(page, one, old_ids), describe_definition(page, one))))
        points += [
            h | {"line": line} for h in queries.figure_history(page.reader, one["series_id"]) if h["withdrawn_at"] is None and h["as_of"]
        ]  # fmt: skip
    if not points:
        st.html(f'<p class="r57-empty">{escape(texts("province.no_history"))}</p>')
        return
    title = f"{name_metric(page, series[0])}: {texts('province.history')}"
    show_chart(page, metric_history(points, merger=MERGER, language=page.language), title, name="dien-bien-so-lieu")
    with st.expander(texts("province.table")):
        show_table(pd.DataFrame([{
            texts("province.place"): h["line"], texts("word.value"): format_figure(h, page.language),
            texts("word.as_of"): format_period(h["as_of"], h["as_of_precision"], page.language),
            texts("word.published"): format_day(h["published_at"]),
            texts("word.outlet"): h["source_name"] or h["source_id"], texts("word.sentence"): read_cells(h["sentence"]),
        } for h in sorted(points, key=lambda h: (h["line"], h["as_of"]))]))  # fmt: skip


def _show_targets(page: Page, name: str) -> None:
    heading(page.texts("province.targets"), page.texts("target.note"))
    rows = queries.targets(page.reader, Filters(provinces=(name,)))
    if rows:
        show_docket(page, sorted(rows, key=lambda r: STATUSES.index(r["status"])), "province_targets")
    else:
        st.html(f'<p class="r57-empty">{escape(page.texts("province.no_targets"))}</p>')


def _show_documents(page: Page, name: str, old_ids: set[str]) -> None:
    """A document that several of the provinces merged into one issued or cited stands once for each, under its name."""
    texts = page.texts
    heading(texts("province.documents"), texts("province.documents_note"))
    lines = []
    for d in queries.document_chain(page.reader, Filters(provinces=(name,)), limit=60):
        seen = texts("province.seen_first", day=format_day(d["first_published_at"] or d["first_seen_at"]), articles=d["articles"])
        whose = place_name(page, d, old_ids) if old_ids else ""
        facts = [" · ".join(filter(None, (whose, d["kind"], d["issuer"], format_day(d["issued_on"])))), seen]
        if d["replaces"]:
            facts.append(texts("province.replaces", numbers=", ".join(d["replaces"])))
        if d["replaced_by"]:
            facts.append(texts("province.replaced_by", number=d["replaced_by"]))
        act = texts.of("province", d["act"])
        lines.append(
            f'<li><span class="state">{escape(act)}</span><b>{escape(d["number"])}</b>'
            f'<br><span class="r57-meta">{escape(" · ".join(filter(None, facts)))}<br>{link(d["title"] or d["url"], d["url"])}</span></li>'
        )
    st.html(
        f'<ul class="r57-list">{"".join(lines)}</ul>' if lines else f'<p class="r57-empty">{escape(texts("province.no_documents"))}</p>'
    )
    if lines:
        with st.container(horizontal=True):
            ask = Filters(provinces=(name,))
            offer_files(page, f"van-ban-{slug(name)}", document_columns(page), lambda r: queries.document_chain(r, ask, limit=MOST_ROWS))


def _show_outlets(page: Page, name: str) -> None:
    texts = page.texts
    heading(texts("province.outlets"))
    rows = outlet_shares(page.reader, name)
    top = next((r for r in rows if r["originals"]), None)
    if top is None:
        st.html(f'<p class="r57-empty">{escape(texts("province.no_outlets"))}</p>')
    else:
        share = format_number(round(top["publisher_share"] * 100), page.language) + "%"
        st.html(
            f'<p class="r57-meta">'
            f"{escape(texts('province.one_source', share=share, name=top['source_name'] or top['publisher'], count=top['originals']))}</p>"
        )
    if rows:
        show_table(pd.DataFrame([{
            texts("word.outlet"): r["source_name"] or r["source_id"], texts("word.kind"): texts.of("source_kind", r["source_kind"]),
            texts("word.articles"): r["articles"], texts("word.originals"): r["originals"], texts("source.verified"): bool(r["verified"]),
            texts("word.last_article"): local_day(r["last_published_at"]),
        } for r in rows]), column_config={
            texts("word.last_article"): st.column_config.DateColumn(format="DD/MM/YYYY"),
        })  # fmt: skip


def _show_official(page: Page, name: str) -> None:
    """Only where official values were imported; never mixed with the press."""
    rows = official_values(page.reader, name)
    if not rows:
        return
    texts = page.texts
    heading(texts("province.official"))
    show_table(pd.DataFrame([{
        texts("word.metric"): name_metric(page, r), texts("province.official_value"): format_quantity(r["value"], r["unit"], page.language),
        texts("word.as_of"): format_period(r["as_of"], r["as_of_precision"], page.language), texts("word.source"): r["source"] or "",
        texts("province.press_value"): "" if r["press_value"] is None else format_quantity(r["press_value"], r["unit"], page.language),
        texts("word.state"): texts.of("official_verdict", r["verdict"]), texts("word.sentence"): read_cells(r["sentence"] or ""),
        texts("word.outlet"): r["source_name"] or "", texts("word.open_article"): r["url"],
    } for r in rows]), column_config={
        texts("word.open_article"): st.column_config.LinkColumn(display_text=texts("word.open_article")),
    })  # fmt: skip
