"""Two to four provinces beside each other: figures of one definition only, and in plain words why the others are not there."""

from __future__ import annotations

from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from r57monitor.charts import metric_history
from r57monitor.gazetteer import MERGER
from r57monitor.ledger.definitions import make_definition_id
from r57monitor.views.address import choose_one
from r57monitor.views.cards import describe_definition, describe_time, figure_html, name_metric
from r57monitor.views.chart import show_chart
from r57monitor.views.download import offer_files
from r57monitor.views.frame import Page, heading, show_table
from r57monitor.views.series import series_columns
from r57monitor.wording import format_figure, format_period, read_cells, vietnamese_key
from warehouse import queries
from warehouse.queries.pages import province_series, provinces_through_time

Rows = list[dict[str, Any]]


def show_comparison(page: Page, names: list[str]) -> None:
    """Choose a metric that several have; the comparable figures, the sentence about the rest, the history, the proofs."""
    texts = page.texts
    heading(texts("province.compare"), texts("province.compare_note"))
    series = {name: province_series(page.reader, name) for name in names}
    old = {e["province_id"] for name in names for e in _merged_away(page, name)}
    labels = {r["metric_id"]: name_metric(page, r) for rows in series.values() for r in rows}
    shared = [m for m in labels if sum(any(r["metric_id"] == m for r in rows) for rows in series.values()) > 1]
    if not shared:
        st.html(f'<p class="r57-empty">{escape(texts("province.nothing_common"))}</p>')
        return
    options = sorted(shared, key=lambda m: (-len(pick_comparable(_of_metric(series, m), old)), vietnamese_key(labels[m])))
    metric = choose_one(
        page, st, texts("word.metric"), options, name="chi_so", key="province_metric", format_func=lambda m: labels[m], width=520
    )  # fmt: skip
    candidates = _of_metric(series, metric)
    chosen = pick_comparable(candidates, old)
    for sentence in explain(page, candidates, chosen, old):
        st.html(f'<p class="r57-meta">{escape(sentence)}</p>')
    if len(chosen) < 2:
        _show_apart(page, candidates)
        return
    _show_table(page, chosen)
    _show_history(page, chosen)
    places = st.columns(len(chosen), gap="medium")
    for place, row in zip(places, chosen.values(), strict=True):
        place.html(figure_html(page, row))


def _merged_away(page: Page, name: str) -> Rows:
    entities = provinces_through_time(page.reader, name)
    old = [e for e in entities if e["valid_until"] is not None]
    return old if len(old) > 1 else []


def _of_metric(series: dict[str, Rows], metric: str) -> dict[str, Rows]:
    return {name: [r for r in rows if r["metric_id"] == metric] for name, rows in series.items()}


def pick_comparable(candidates: dict[str, Rows], old: set[str]) -> dict[str, dict[str, Any]]:
    """By province the figure of the definition that most of them share; figures of provinces merged away never stand for today's.

    candidates: by province the latest figure of each series of one metric. old: ids of provinces that a merger ended.
    """
    by_definition: dict[str, dict[str, dict[str, Any]]] = {}
    for name, rows in candidates.items():
        for row in sorted(rows, key=lambda r: str(r["as_of"] or "")):  # the newest stays
            definition = make_definition_id(row)
            if definition and row["province_id"] not in old:
                by_definition.setdefault(definition, {})[name] = row
    best = max(by_definition.values(), key=lambda found: (len(found), sorted(str(r["as_of"] or "") for r in found.values())), default={})
    return {name: best[name] for name in candidates if name in best}


def explain(page: Page, candidates: dict[str, Rows], chosen: dict[str, dict[str, Any]], old: set[str]) -> list[str]:
    """Which provinces can be compared, and for each of the others why not."""
    texts = page.texts
    comparable = chosen if len(chosen) > 1 else {}
    said = [texts("province.comparable", names=", ".join(comparable))] if comparable else []
    missing = [name for name, rows in candidates.items() if not rows]
    before = [name for name, rows in candidates.items() if rows and all(r["province_id"] in old for r in rows)]
    other = [name for name in candidates if name not in (*comparable, *missing, *before)]
    if other:
        definitions = {_describe(page, r) for name in other for r in candidates[name] if r["province_id"] not in old}
        said.append(texts("province.not_comparable", names=", ".join(other), definitions="; ".join(sorted(definitions))))
    if before:
        said.append(texts("province.only_before", names=", ".join(before)))
    if missing:
        said.append(texts("province.missing", names=", ".join(missing)))
    times = [format_period(r["as_of"], r["as_of_precision"], page.language) for r in comparable.values()]
    if len(set(times)) > 1:
        said.append(texts("province.other_times", days=", ".join(t or texts("word.unknown") for t in times)))
    return said


def _describe(page: Page, row: dict[str, Any]) -> str:
    what = describe_definition(page, row) or page.texts("province.plain")
    return f"{format_figure(row, page.language)}, {what}"


def _show_table(page: Page, chosen: dict[str, dict[str, Any]]) -> None:
    texts = page.texts
    show_table(pd.DataFrame([{
        texts("word.province"): name, texts("word.value"): format_figure(r, page.language), texts("word.as_of"): describe_time(page, r),
        texts("word.state"): texts.of("state", r["state"] or "none"), texts("word.outlet"): r["source_name"] or r["source_id"],
        texts("word.sentence"): read_cells(r["sentence"]),
    } for name, r in chosen.items()]))  # fmt: skip
    rows = list(chosen.values())
    with st.container(horizontal=True):
        offer_files(page, "so-sanh", series_columns(page), lambda reader: rows)


def _show_history(page: Page, chosen: dict[str, dict[str, Any]]) -> None:
    texts = page.texts
    points = [
        h | {"line": name}
        for name, row in chosen.items()
        for h in queries.figure_history(page.reader, row["series_id"])
        if h["withdrawn_at"] is None and h["as_of"]
    ]
    if points:
        heading(texts("province.history"), texts("province.history_note"))
        show_chart(
            page,
            metric_history(points, merger=MERGER, language=page.language),
            f"{name_metric(page, next(iter(chosen.values())))}: {texts('province.history')}",
            name="so-sanh",
        )
        with st.expander(texts("province.table")):
            show_table(pd.DataFrame([{
                texts("word.province"): h["line"], texts("word.value"): format_figure(h, page.language),
                texts("word.as_of"): format_period(h["as_of"], h["as_of_precision"], page.language),
                texts("word.outlet"): h["source_name"] or h["source_id"], texts("word.sentence"): read_cells(h["sentence"]),
            } for h in sorted(points, key=lambda h: (h["line"], h["as_of"]))]))  # fmt: skip


def _show_apart(page: Page, candidates: dict[str, Rows]) -> None:
    """What each said, each under its own name and without a common scale."""
    for name, rows in candidates.items():
        if rows:
            heading(name)
            st.html("".join(figure_html(page, row) for row in rows[:2]))
