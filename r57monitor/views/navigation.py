"""The dashboard's pages and the way between them."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from r57monitor.views import articles, digest, figures, overview, province, quality, sources, targets
from r57monitor.views.frame import Page, choose_language, show_page
from r57monitor.views.visits import visit_before
from r57monitor.views.watch import show_own
from r57monitor.wording import load_texts

_PAGES = (
    ("overview", overview.show),
    ("province", province.show),
    ("figures", figures.show),
    ("targets", targets.show),
    ("articles", articles.show),
    ("sources", sources.show),
    ("digest", digest.show),
    ("quality", quality.show),
)


def run() -> None:
    """One run of the script: choose the language, draw the navigation, show the page asked for."""
    st.set_page_config(page_title="r57monitor", page_icon=None, layout="wide", initial_sidebar_state="collapsed")
    language = choose_language()
    texts = load_texts(language)
    pages = [
        st.Page(_bind(show, name), title=texts(f"nav.{name}"), url_path=name, default=name == "overview")
        for name, show in _PAGES
    ]  # fmt: skip
    st.navigation(pages, position="top").run()


def _bind(show: Callable[[Page], None], name: str) -> Callable[[], None]:
    """A page as a function without arguments, under a name of its own (Streamlit tells pages apart by it)."""

    def page() -> None:
        show_page(show, _show_tools)

    page.__name__ = name
    return page


def _show_tools(page: Page) -> None:
    """In the head of every page: one's own things; a visit is written down wherever it begins."""
    visit_before(page)
    show_own(page)
