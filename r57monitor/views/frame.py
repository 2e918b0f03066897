"""What every page shares: the home and its reader, language, look, head and foot.

Page text is data: it goes through `escape` before it becomes HTML, and only http(s) addresses become links.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from importlib import resources
from pathlib import Path
from typing import Any

import streamlit as st

from r57monitor.errors import HomeError, R57Error
from r57monitor.measured import describe_measured
from r57monitor.messages import translate
from r57monitor.palette import style_variables
from r57monitor.preferences import SettingsError
from r57monitor.views.login import LOCAL, Visitor, show_login, who_is_there
from r57monitor.wording import Language, Texts, format_instant, format_number, is_web_address, load_texts, mark_mention
from warehouse import queries
from warehouse.home import Home
from warehouse.queries import Reader
from warehouse.queries.kept import open_kept

_LOOK_EVERY_S = 20.0
_LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}


@dataclass(frozen=True, slots=True)
class Page:
    """What a page draws from: one home, one snapshot, one language; and for whom."""

    home: Home
    reader: Reader
    texts: Texts
    snapshot: dict[str, Any]
    visitor: Visitor = LOCAL

    @property
    def language(self) -> Language:
        return self.texts.language


def choose_home() -> Home:
    """The home named by R57_HOME, else ./data."""
    return Home(Path(os.environ.get("R57_HOME", "").strip() or "data").expanduser().absolute())


def choose_language() -> Language:
    """Language of this visit: kept in the session and in the address (?lang=en)."""
    if "language" not in st.session_state:
        asked = st.query_params.get("lang", "vi")
        st.session_state["language"] = asked if asked in _LANGUAGES else "vi"
    return "en" if st.session_state["language"] == "en" else "vi"


def is_dark() -> bool:
    """Whether the reader's browser shows the pages in dark mode (chosen there, or the system's)."""
    return st.context.theme.type == "dark"


@lru_cache(maxsize=1)
def _read_style() -> str:
    return (resources.files("r57monitor") / "views" / "style.css").read_text("utf-8")


def show_page(show: Callable[[Page], None], tools: Callable[[Page], None] = lambda page: None) -> None:
    """Open what is published now, draw the page, let go of the file; first steps where nothing is published.

    tools: draws what belongs to the reader into the head.
    """
    texts = load_texts(choose_language())
    home = choose_home()
    words = f':root {{ --no-choice: "{texts("word.no_choice")}"; }}'
    st.html(f"<style>{style_variables('dark' if is_dark() else 'light')}\n{words}\n{_read_style()}</style>")
    try:
        visitor = who_is_there(home)
    except SettingsError as error:
        _show_error(error, texts.language)
        return
    if not visitor.may_read:
        _show_head(texts, home, {})
        show_login(texts, visitor)
        return
    _follow_snapshots(home, home.resolve_published())
    if home.resolve_published() is None:
        _show_head(texts, home, {})
        show_welcome(texts, home)
        return
    try:
        reader = open_kept(home)
    except HomeError as error:
        _show_error(error, texts.language, f"{texts('page.unreadable')}: ")
        return
    with reader:
        try:
            _show_data(reader, home, texts, visitor, show, tools)
        except HomeError as error:  # published by another version, or gone between two looks
            _show_error(error, texts.language, f"{texts('page.unreadable')}: ")


def _show_error(error: R57Error, language: Language, opening: str = "") -> None:
    """An error in the page's language; what stands in it is a mere text."""
    st.error(f"{opening}{as_markdown(translate(str(error), language))}")


def _show_data(
    reader: Reader, home: Home, texts: Texts, visitor: Visitor, show: Callable[[Page], None], tools: Callable[[Page], None]
) -> None:  # fmt: skip
    snapshot = queries.snapshot(reader)
    place = _show_head(texts, home, snapshot)
    if snapshot.get("observed_until") is None:
        show_welcome(texts, home)
        return
    page = Page(home, reader, texts, snapshot, visitor)
    with place:
        tools(page)
    show(page)
    _show_foot(texts, reader)


@st.fragment(run_every=_LOOK_EVERY_S)
def _follow_snapshots(home: Home, shown: Path | None) -> None:
    """Draw the page again, with its filters as they are, once another snapshot than the one shown is published."""
    if home.resolve_published() != shown:
        st.rerun()


def _show_head(texts: Texts, home: Home, snapshot: dict[str, Any]) -> Any:
    """Name, state of the data, language; returns the place beside the language for what belongs to the reader."""
    left, right = st.columns([4, 1.6], vertical_alignment="center")
    about = ""
    if snapshot.get("observed_until"):
        about = texts("page.as_of", until=format_instant(snapshot["observed_until"]), number=snapshot["number"])
    left.html(f'<div class="r57-head"><h1>{escape(texts("page.product"))}</h1><p>{escape(about)}</p></div>')
    row = right.container(horizontal=True, horizontal_alignment="right")
    with row:
        place = st.container(width="content")
        chosen = st.segmented_control(
            texts("page.language"), list(_LANGUAGES), format_func=lambda code: code.upper(), default=texts.language,
            label_visibility="collapsed", key="language_switch",
        )  # fmt: skip
    if chosen and chosen != texts.language:
        st.session_state["language"] = chosen
        st.query_params["lang"] = chosen
        st.rerun()
    if home.is_practice:
        st.html(f'<div class="r57-practice">{escape(texts("page.practice"))}</div>')
    return place


def _show_foot(texts: Texts, reader: Reader) -> None:
    """How far the machine's reading can be trusted, under every page."""
    rows = queries.quality(reader)
    found, correct, expected = (sum(int(row[key] or 0) for row in rows) for key in ("found", "correct", "expected"))
    if found and expected:
        measured = describe_measured(rows, texts.language)
        share = {"precision": correct / found, "recall": correct / expected}
        blanks = {key: format_number(round(value * 100, 1), texts.language) + "%" for key, value in share.items()}
        note = texts("page.quality", measured=measured, **blanks)
    else:
        note = texts("page.no_quality")
    st.html(f'<p class="r57-foot">{escape(note)}</p>')


def show_welcome(texts: Texts, home: Home) -> None:
    """First steps for a home without data."""
    st.html(f"<h2>{escape(texts('welcome.title'))}</h2><p>{escape(texts('welcome.lead', home=home.path))}</p>")
    shown = shlex.quote(str(home.path))
    for key, command in (
        ("demo", "r57 demo"),
        ("add", f"r57 sources add https://bao-tinh.example/ --home {shown}"),
        ("crawl", f"r57 crawl --home {shown}"),
        ("ingest", f"r57 ingest page.html --home {shown}"),
    ):
        st.html(f'<p class="r57-step">{escape(texts(f"welcome.{key}"))}</p>')
        st.code(command, language=None)
    st.caption(texts("welcome.after"))


_MARKS = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:@/&])")


def as_markdown(text: str) -> str:
    """Text for the few places of Streamlit that read Markdown (errors, captions, labels): every sign of it is a mere sign."""
    return _MARKS.sub(r"\\\1", " ".join(text.split()))


def link(text: str, url: str | None) -> str:
    """HTML link that opens beside the dashboard; plain text where the address is none of the web."""
    if not is_web_address(url):
        return escape(text)
    return f'<a href="{escape(str(url), quote=True)}" target="_blank" rel="noopener noreferrer">{escape(text)}</a>'


def quote(sentence: str, mention: str) -> str:
    """HTML of a sentence with its mention marked."""
    before, found, after = mark_mention(sentence or "", mention or "")
    marked = f"<mark>{escape(found)}</mark>" if found else ""
    return f'<p class="r57-quote">“{escape(before)}{marked}{escape(after)}”</p>'


def tag(texts: Texts, state: str | None) -> str:
    """HTML of a state's small label."""
    return f'<span class="r57-tag {escape(state or "none")}">{escape(texts.of("state", state or "none"))}</span>'


def heading(text: str, note: str = "") -> None:
    """Section heading with an optional line under it."""
    under = f"<p>{escape(note)}</p>" if note else ""
    st.html(f'<div class="r57-section"><h2>{escape(text)}</h2>{under}</div>')


def show_table(rows: Any, **options: Any) -> Any:
    """A table as every page shows it: without row numbers, and what is unknown as an empty cell. Returns what was chosen in it."""
    return st.dataframe(rows, hide_index=True, placeholder="", **options)


def selected_row(event: Any) -> int | None:
    """Index of the row chosen in a table; None without a choice."""
    rows = event.selection.rows if event is not None else []
    return rows[0] if rows else None
