"""The filters that tables share, as rows of widgets whose choices stand in the address."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import streamlit as st

from r57monitor.catalogue import load_topics
from r57monitor.gazetteer import load_gazetteer
from r57monitor.models import FIGURE_KINDS, FIGURE_STATES
from r57monitor.text.normalize import fold
from r57monitor.views.address import choose_flag, choose_many, choose_one, choose_text, copy_link, slug
from r57monitor.views.frame import Page
from r57monitor.wording import format_week, sort_vietnamese, vietnamese_key
from warehouse import queries
from warehouse.queries import Filters

_PILLARS = (1, 2, 3, 4, 5, 6, 7)
_CONFIDENCES = (None, 0.5, 0.7, 0.9)


def choose_figures(page: Page) -> Filters:
    """Filters of figures; the rarer ones are folded away, with how many of them are set."""
    texts = page.texts
    first = st.columns(3)
    provinces = choose_provinces(page, first[0], "figures_province")
    metrics = _choose_metrics(page, first[1])
    states = choose_many(
        page,
        first[2],
        texts("word.state"),
        FIGURE_STATES,
        name="trang_thai",
        key="figures_state",
        format_func=lambda s: texts.of("state", s),
    )
    second = st.columns(4)
    kinds = choose_many(
        page, second[0], texts("word.kind"), FIGURE_KINDS, name="loai", key="figures_kind", format_func=lambda k: texts.of("kind", k)
    )
    sources = choose_sources(page, second[1], "figures_source")
    week = choose_week(page, second[2], "figures_week")
    text = choose_text(page, second[3], texts("figure.text"), name="tu", key="figures_text")
    with st.expander(texts("figure.more_filters"), expanded=bool({"tru_cot", "chu_de", "nhom", "tin_cay"} & set(st.query_params))):
        third = st.columns(4)
        pillars = choose_pillars(page, third[0], "figures_pillar")
        topics = choose_topics(page, third[1], "figures_topic")
        source_kinds = choose_source_kinds(page, third[2], "figures_source_kind")
        confidence = choose_one(
            page, third[3], texts("figure.least_confidence"), _CONFIDENCES, name="tin_cay", key="figures_confidence",
            format_func=lambda c: texts("word.all") if c is None else f"≥ {c:.0%}",
        )  # fmt: skip
    row = st.container(horizontal=True, vertical_alignment="center")
    originals = choose_flag(page, row, texts("figure.originals_only"), name="ban_goc", key="figures_originals", default=True)
    with row:
        copy_link(page)
    return Filters(
        provinces=provinces, metrics=metrics, kinds=kinds, states=states, sources=sources, week=week, pillars=pillars, topic_metrics=topics,
        source_kinds=source_kinds, least_confidence=confidence, originals_only=originals, text=text,
    )  # fmt: skip


def _choose_metrics(page: Page, place: Any) -> tuple[str, ...]:
    labels = {row["metric_id"]: _label(page, row) for row in queries.metrics(page.reader) if row["figures"]}
    ids = sorted(labels, key=lambda i: (vietnamese_key(labels[i]), i))
    return choose_many(
        page, place, page.texts("word.metric"), ids, name="chi_so", key="figures_metric", format_func=lambda i: labels[i]
    )  # fmt: skip


def _label(page: Page, row: dict[str, Any]) -> str:
    return (row["label_en"] if page.language == "en" else "") or row["label_vi"] or row["metric_id"]


def province_names(page: Page) -> list[str]:
    """Today's provinces in official order."""
    return [row["name"] for row in queries.provinces(page.reader)]


def choose_provinces(page: Page, place: Any, key: str) -> tuple[str, ...]:
    """Today's provinces, several at once: ?tinh=lao-cai."""
    names = province_names(page)
    return choose_many(page, place, page.texts("word.province"), names, name="tinh", key=key, code=slug, also=name_otherwise)


@lru_cache(maxsize=64)
def name_otherwise(name: str) -> tuple[str, ...]:
    """Other names under which one of today's provinces is looked for: short ones, and those of the provinces it was formed from."""
    gazetteer = load_gazetteer()
    through_time = [entity for entity in gazetteer.entities if gazetteer.now(entity.id).name == name]
    formed = [entity.name for entity in through_time]
    short = [fold(alias) for entity in through_time for alias in entity.aliases]
    return tuple(dict.fromkeys(other for other in (*formed, *short) if other != name))


def choose_sources(page: Page, place: Any, key: str) -> tuple[str, ...]:
    """Sources by name; their ids: ?nguon=bao-lao-cai."""
    names = {row["source_id"]: row["name"] for row in queries.sources(page.reader)}
    order = {name: i for i, name in enumerate(sort_vietnamese(set(names.values())))}
    ids: Sequence[str] = sorted(names, key=lambda i: (order[names[i]], i))
    return choose_many(page, place, page.texts("word.source"), ids, name="nguon", key=key, format_func=lambda i: names[i])


def choose_source_kinds(page: Page, place: Any, key: str) -> tuple[str, ...]:
    """Classes of outlets the registry has: ?nhom=newspaper."""
    kinds = sorted({row["kind"] for row in queries.sources(page.reader) if row["kind"]})
    label = page.texts("word.source_kind")
    return choose_many(page, place, label, kinds, name="nhom", key=key, format_func=lambda k: page.texts.of("source_kind", k))


def choose_pillars(page: Page, place: Any, key: str) -> tuple[int, ...]:
    """Pillars of the Resolution that metrics belong to: ?tru_cot=3."""
    found = [p for p in _PILLARS if p in {row["pillar"] for row in queries.metrics(page.reader)}]
    return choose_many(page, place, page.texts("word.pillar"), found, name="tru_cot", key=key)


def choose_topics(page: Page, place: Any, key: str) -> tuple[str, ...]:
    """Topics of the catalogue: ?chu_de=infrastructure. Returns the ids of their metrics."""
    topics = load_topics(page.home.metrics)
    label = page.texts("word.topic")
    chosen = choose_many(page, place, label, sorted(topics), name="chu_de", key=key, format_func=lambda t: page.texts.of("topic", t))
    return tuple(metric for topic in chosen for metric in topics[topic])


def choose_focus(page: Page, place: Any, prefix: str) -> Filters:
    """Pillars, topics and classes of outlets, folded away: what a page is narrowed to."""
    names = {"tru_cot", "chu_de", "nhom"}
    with place.expander(page.texts("figure.more_filters"), expanded=bool(names & set(st.query_params))):
        places = st.columns(3)
        return Filters(
            pillars=choose_pillars(page, places[0], f"{prefix}_pillar"),
            topic_metrics=choose_topics(page, places[1], f"{prefix}_topic"),
            source_kinds=choose_source_kinds(page, places[2], f"{prefix}_source_kind"),
        )


def choose_week(page: Page, place: Any, key: str) -> str | None:
    """A week, or None for all of them: ?tuan=2025-W30."""
    weeks = [None, *queries.weeks(page.reader)]
    every = page.texts("word.all")
    return choose_one(
        page,
        place,
        page.texts("word.week"),
        weeks,
        name="tuan",
        key=key,
        format_func=lambda w: format_week(w, page.language) if w else every,
    )
