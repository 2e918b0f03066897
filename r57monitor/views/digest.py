"""Điểm báo: the week's digest as it will be sent, its files, and the editor's desk.

What a choice changes is seen at once: counts of the week, from narrow queries. The digest itself, thousands of lines in a large press, is
put together after that, kept for whoever asks again, and shown by the first lines of each part; files are made when somebody clicks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from html import escape
from pathlib import Path

import streamlit as st

from r57monitor.catalogue import Catalogue, load_home_catalogue
from r57monitor.digest import FORMATS, render
from r57monitor.digest.html import render_first
from r57monitor.digest.model import Digest, Period
from r57monitor.digest.request import PILLARS, Request, last_week
from r57monitor.digest.short import render_short
from r57monitor.errors import R57Error
from r57monitor.preferences import load_preferences
from r57monitor.views.address import choose_one, choose_segment, copy_link
from r57monitor.views.cards import Count, counts_html
from r57monitor.views.desk import show_desk, show_state
from r57monitor.views.filters import choose_provinces
from r57monitor.views.frame import Page, as_markdown
from r57monitor.views.proposals import Proposals
from r57monitor.views.review import tell_waiting, waiting_reviews
from r57monitor.wording import format_number, format_week, local_day, week_days
from warehouse import queries
from warehouse.drafting import Draft, draft_digest
from warehouse.queries import Filters
from warehouse.queries.digest import read_digest
from warehouse.queries.reader import Reader, open_file

_HEIGHT = 1100
_PROVINCE = "digest_province"
_PREVIEWED = 40  # lines of a part
_VIEWS = {"xem": "preview", "ngan": "short", "ban": "desk"}


def show(page: Page) -> None:
    """Choose a week, look at its digest, take it away, work at its desk."""
    texts = page.texts
    tell_waiting(page, waiting_reviews(page))
    request = _choose(page)
    if request is None:
        st.html(f'<p class="r57-empty">{escape(texts("page.nothing"))}</p>')
        return
    _show_counts(page, request)
    view = choose_segment(
        page, st, texts("digest.view"), list(_VIEWS), name="xem", key="digest_view", label_visibility="collapsed",
        format_func=lambda v: texts(f"digest.{_VIEWS[v]}"),
    )  # fmt: skip
    place = st.empty()
    catalogue = load_home_catalogue(page.home.metrics)
    if _kept().find(_question(page.reader, request, catalogue)) is None:
        place.html(f'<p class="r57-writing" role="status">{escape(texts("digest.writing"))}</p>')
    try:
        draft = draft_digest(page.home, page.reader, request, catalogue, read=_read_once)
    except R57Error as error:  # a stored edition that is not what was approved
        place.error(as_markdown(str(error)))
        return
    with place.container():
        _show_draft(page, draft, view)


def _show_draft(page: Page, draft: Draft, view: str) -> None:
    show_state(page, draft)
    _offer_files(page, draft.digest)
    if view == "ban":
        show_desk(page, draft)
    elif view == "ngan":
        st.code(render_short(draft.digest), language=None, wrap_lines=True)
    else:
        st.caption(page.texts("digest.note"))
        try:
            st.iframe(_render_preview(_name_draft(page, draft), draft.digest, page.home.templates), height=_HEIGHT)
        except R57Error as error:  # a template of the office's own that is wrong
            st.error(as_markdown(str(error)))


def _name_draft(page: Page, draft: Draft) -> str:
    """Everything that the preview of a draft depends on, without reading its lines."""
    files = sorted((file.name, file.stat().st_mtime_ns) for file in page.home.templates.glob("*") if file.is_file())
    made_of = (
        draft.kept.sha256 if draft.kept else (page.reader.path, draft.proposal.masthead, draft.standing.sheet, draft.proposal.corrections)
    )
    return repr((made_of, draft.digest.name, draft.digest.language, files))


@st.cache_data(max_entries=12, show_spinner=False)
def _render_preview(name: str, _digest: Digest, _templates: Path) -> str:
    return render_first(_digest, _PREVIEWED, _templates)


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
    # A list of several, for it is searched without accents; the last one chosen is the one.
    if _PROVINCE in st.session_state:
        st.session_state[_PROVINCE] = st.session_state[_PROVINCE][-1:]
    provinces = choose_provinces(page, places[1], _PROVINCE)
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
    return Request(period=Period(*days), province=provinces[0] if provinces else None, pillar=pillar or None, office=office)


def _show_counts(page: Page, request: Request) -> None:
    """What the week holds for the choice, beside the digest and before it is there."""
    texts = page.texts
    provinces = (request.province,) if request.province else ()
    asked = Filters(week=request.period.week, provinces=provinces, pillars=(request.pillar,) if request.pillar else ())
    found = queries.week_summary(page.reader, asked)
    told = {r["province_now"]: r["state"] for r in queries.coverage_by_week(page.reader) if r["week"] == asked.week}
    cells = [Count(texts(f"overview.{key}"), format_number(found[key], page.language)) for key in ("articles", "originals")]
    cells.append(Count(texts("word.publishers"), format_number(found["publishers"], page.language)))
    if request.province:
        cells.append(Count(texts("word.state"), texts.of("coverage", told.get(request.province, "not_observed"))))
    elif not request.pillar:  # what was observed has no task group
        states = Counter(told.values())
        cells.append(Count(texts("overview.provinces"), str(states["reported"])))
        cells += [Count(texts.of("coverage", state), str(states[state])) for state in ("silent", "not_observed")]
    st.html(counts_html(cells))


@st.cache_resource(show_spinner=False)
def _kept() -> Proposals:
    """One for all visitors of this server."""
    return Proposals()


def _question(reader: Reader, request: Request, catalogue: Catalogue) -> tuple[str, ...]:
    return (str(reader.path), request.name, request.office.model_dump_json(), str(catalogue_key(catalogue)))


def _read_once(reader: Reader, request: Request, catalogue: Catalogue) -> Digest:
    """The machine's proposal, read once for a snapshot, a request and a catalogue; its rows are not kept beside it."""
    question = _question(reader, request, catalogue)
    digest = _kept().find(question)
    if digest is None:
        with open_file(reader.path) as own:
            digest = read_digest(own, request, catalogue)
        _kept().keep(question, digest)
    return digest


def catalogue_key(catalogue: Catalogue) -> int:
    """Changes with the catalogue's metrics."""
    return hash(repr(catalogue.metrics))


def _offer_files(page: Page, digest: Digest) -> None:
    """One button a format; a file is made when somebody clicks."""

    def make(name: str) -> Callable[[], bytes]:
        return partial(render, digest, name, page.home.templates)

    with st.container(horizontal=True):
        for name, form in FORMATS.items():
            st.download_button(
                f"{page.texts('word.download')} {form.label}", make(name), file_name=f"{digest.name}.{name}", mime=form.media_type,
                key=f"digest_{name}", on_click="ignore",
            )  # fmt: skip
