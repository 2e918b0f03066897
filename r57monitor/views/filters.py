"""The filters that tables share, as a row of widgets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from r57monitor.views.frame import Page
from r57monitor.wording import format_week, sort_vietnamese
from warehouse import queries
from warehouse.queries import Filters

_KINDS = ("result", "target", "previous")
_STATES = ("new", "higher", "lower", "restated", "target_moved", "conflict", "repeat", "baseline")


def choose_figures(page: Page) -> Filters:
    """Filters of figures: province, metric, kind, state, source, week, words of the sentence."""
    texts = page.texts
    metrics = {row["metric_id"]: _label(page, row) for row in queries.metrics(page.reader) if row["figures"]}
    by_label = {label: metric_id for metric_id, label in metrics.items()}
    first = st.columns(3)
    provinces = first[0].multiselect(texts("word.province"), province_names(page), placeholder=texts("word.all"), key="figures_province")
    labels = first[1].multiselect(
        texts("word.metric"), sort_vietnamese(by_label), placeholder=texts("word.all"), key="figures_metric"
    )  # fmt: skip
    states = first[2].multiselect(
        texts("word.state"), _STATES, format_func=lambda s: texts.of("state", s), placeholder=texts("word.all"), key="figures_state"
    )
    second = st.columns(4)
    kinds = second[0].multiselect(
        texts("word.kind"), _KINDS, format_func=lambda k: texts.of("kind", k), placeholder=texts("word.all"), key="figures_kind"
    )
    sources = choose_sources(page, second[1], "figures_source")
    week = choose_week(page, second[2], "figures_week")
    text = second[3].text_input(texts("figure.text"), key="figures_text")
    originals = st.toggle(texts("figure.originals_only"), value=True, key="figures_originals")
    return Filters(
        provinces=tuple(provinces),
        metrics=tuple(by_label[label] for label in labels),
        kinds=tuple(kinds),
        states=tuple(states),
        sources=sources,
        week=week,
        originals_only=originals,
        text=text.strip(),
    )


def _label(page: Page, row: dict[str, Any]) -> str:
    return (row["label_en"] if page.language == "en" else "") or row["label_vi"] or row["metric_id"]


def province_names(page: Page) -> list[str]:
    """Today's provinces in official order."""
    return [row["name"] for row in queries.provinces(page.reader)]


def choose_sources(page: Page, place: Any, key: str) -> tuple[str, ...]:
    """Sources by name; their ids."""
    names = {row["source_id"]: row["name"] for row in queries.sources(page.reader)}
    order = {name: i for i, name in enumerate(sort_vietnamese(set(names.values())))}
    ids: Sequence[str] = sorted(names, key=lambda i: (order[names[i]], i))
    label, every = page.texts("word.source"), page.texts("word.all")
    return tuple(place.multiselect(label, ids, format_func=lambda i: names[i], placeholder=every, key=key))


def choose_week(page: Page, place: Any, key: str) -> str | None:
    """A week, or None for all of them."""
    weeks = [None, *queries.weeks(page.reader)]
    show = {None: page.texts("word.all")}
    chosen: str | None = place.selectbox(
        page.texts("word.week"), weeks, format_func=lambda w: show.get(w) or format_week(w, page.language), key=key
    )
    return chosen
