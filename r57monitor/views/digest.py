"""Điểm báo: the week's digest as it will be sent, and its files."""

from __future__ import annotations

from functools import partial
from html import escape

import streamlit as st

from r57monitor.catalogue import load_home_catalogue
from r57monitor.digest import FORMATS, render
from r57monitor.digest.model import Period
from r57monitor.digest.request import Request, last_week
from r57monitor.preferences import load_preferences
from r57monitor.views.filters import province_names
from r57monitor.views.frame import Page, heading
from r57monitor.wording import format_week, local_day, week_days
from warehouse import queries
from warehouse.queries.digest import read_digest

_HEIGHT = 1100


def show(page: Page) -> None:
    """Choose a week, look at its digest, take it away."""
    texts = page.texts
    weeks = queries.weeks(page.reader)
    last = local_day(page.snapshot["observed_until"])
    if not weeks or last is None:
        st.html(f'<p class="r57-empty">{escape(texts("page.nothing"))}</p>')
        return
    whole = last_week(last).week
    places = st.columns([3, 3, 6], vertical_alignment="bottom")
    week = places[0].selectbox(
        texts("digest.week"), weeks, index=weeks.index(whole) if whole in weeks else 0,
        format_func=lambda w: format_week(w, page.language), key="digest_week",
    )  # fmt: skip
    every = texts("digest.whole_country")
    chosen = places[1].selectbox(texts("word.province"), [every, *province_names(page)], key="digest_province")
    days = week_days(week)
    if days is None:
        return
    period, province = Period(*days), None if chosen == every else chosen
    catalogue = load_home_catalogue(page.home.metrics)
    office = load_preferences(page.home.path).values.office
    digest = read_digest(page.reader, Request(period=period, province=province, office=office), catalogue)
    stem = digest.name
    with places[2].container(horizontal=True, horizontal_alignment="right"):
        for name, form in FORMATS.items():
            st.download_button(
                f"{texts('word.download')} {form.label}", partial(render, digest, name, page.home.templates), file_name=f"{stem}.{name}",
                mime=form.media_type, key=f"digest_{name}", on_click="ignore",
            )  # fmt: skip
    heading(texts("digest.preview"), texts("digest.note"))
    st.iframe(render(digest, "html", page.home.templates).decode("utf-8"), height=_HEIGHT)
