"""Điểm báo: the week's digest as it will be sent, its files, and the editor's desk."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from pathlib import Path

import streamlit as st

from r57monitor.catalogue import Catalogue, load_home_catalogue
from r57monitor.digest import FORMATS, render
from r57monitor.digest.model import Digest, Period
from r57monitor.digest.request import PILLARS, Request, last_week, read_name
from r57monitor.digest.short import render_short
from r57monitor.errors import R57Error
from r57monitor.preferences import Office, load_preferences
from r57monitor.views.address import choose_one, copy_link, slug
from r57monitor.views.desk import show_desk, show_state
from r57monitor.views.filters import province_names
from r57monitor.views.frame import Page, as_markdown
from r57monitor.wording import format_week, local_day, week_days
from warehouse import queries
from warehouse.drafting import Draft, draft_digest
from warehouse.queries.digest import read_digest
from warehouse.queries.reader import Reader, open_file

_HEIGHT = 1100


def show(page: Page) -> None:
    """Choose a week, look at its digest, take it away, work at its desk."""
    texts = page.texts
    request = _choose(page)
    if request is None:
        st.html(f'<p class="r57-empty">{escape(texts("page.nothing"))}</p>')
        return
    try:
        draft = draft_digest(page.home, page.reader, request, load_home_catalogue(page.home.metrics), read=_read_once)
    except R57Error as error:  # a stored edition that is not what was approved
        st.error(as_markdown(str(error)))
        return
    show_state(page, draft)
    _offer_files(page, draft.digest)
    preview, short, desk = st.tabs([texts("digest.preview"), texts("digest.short"), texts("digest.desk")])
    with preview:
        st.caption(texts("digest.note"))
        st.iframe(_render_page(draft), height=_HEIGHT)
    with short:
        st.code(render_short(draft.digest), language=None, wrap_lines=True)
    with desk:
        show_desk(page, draft)


def _choose(page: Page) -> Request | None:
    """The digest that is asked for; None where nothing was observed yet."""
    texts = page.texts
    weeks = queries.weeks(page.reader)
    last = local_day(page.snapshot["observed_until"])
    if not weeks or last is None:
        return None
    whole = last_week(last).week
    places = st.columns([3, 3, 3, 2], vertical_alignment="bottom")
    week = choose_one(
        page, places[0], texts("digest.week"), weeks, name="tuan", key="digest_week", default=whole if whole in weeks else weeks[0],
        format_func=lambda w: format_week(w, page.language),
    )  # fmt: skip
    chosen = choose_one(
        page, places[1], texts("word.province"), ["", *province_names(page)], name="tinh", key="digest_province", code=slug,
        format_func=lambda name: name or texts("digest.whole_country"),
    )  # fmt: skip
    pillar = choose_one(
        page, places[2], texts("word.pillar"), [0, *PILLARS], name="tru_cot", key="digest_pillar",
        format_func=lambda n: str(n) if n else texts("word.all"),
    )  # fmt: skip
    with places[3]:
        copy_link(page)
    days = week_days(week)
    if days is None:
        return None
    office = load_preferences(page.home.path).values.office
    return Request(period=Period(*days), province=chosen or None, pillar=pillar or None, office=office)


def _read_once(reader: Reader, request: Request, catalogue: Catalogue) -> Digest:
    """The machine's proposal, read once for a snapshot, a request and a catalogue."""
    return _propose(str(reader.path), request.name, request.office.model_dump_json(), catalogue_key(catalogue), catalogue)


def catalogue_key(catalogue: Catalogue) -> int:
    """Changes with the catalogue's metrics."""
    return hash(repr(catalogue.metrics))


@st.cache_data(max_entries=8, show_spinner=False)
def _propose(path: str, name: str, office: str, key: int, _catalogue: Catalogue) -> Digest:
    with open_file(Path(path)) as reader:
        return read_digest(reader, read_name(name, Office.model_validate_json(office)), _catalogue)


def _render_page(draft: Draft) -> str:
    return render(draft.digest, "html").decode("utf-8")


def _offer_files(page: Page, digest: Digest) -> None:
    """One button a format; a file is made when somebody clicks."""

    def make(name: str) -> Callable[[], bytes]:
        return lambda: render(digest, name)

    with st.container(horizontal=True):
        for name, form in FORMATS.items():
            st.download_button(
                f"{page.texts('word.download')} {form.label}", make(name), file_name=f"{digest.name}.{name}", mime=form.media_type,
                key=f"digest_{name}", on_click="ignore",
            )  # fmt: skip
