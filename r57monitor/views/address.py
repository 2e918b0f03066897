"""Filters in the address of a page: a link shows the same view to whoever opens it.

Each widget here is Streamlit's, with a `name` under which its choice stands in the address: `?tinh=lao-cai&trang_thai=new`.
A page uses them instead of `st.multiselect` and the like, and shows `copy_link(page)` once, after its last filter:

    provinces = choose_many(page, first[0], texts("word.province"), names, name="tinh", key="figures_province", code=slug)
    only = choose_flag(page, second[0], texts("figure.originals_only"), name="ban_goc", key="figures_originals", default=True)
    copy_link(page)

A choice that equals its default is left out of the address. What the address asks for and the page does not have is named
under the filters, never silently ignored. Options should be codes, not words of one language; `code` gives what stands in the
address for one of them. Other names in the address are left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

import streamlit as st

from r57monitor.text.normalize import fold
from r57monitor.views.frame import Page

T = TypeVar("T")

_YES, _NO = "1", "0"
_LANGUAGE = "lang"
_NO_FILTERS = {_LANGUAGE, "figure", "article"}  # the language, and the row that is opened


def slug(name: str) -> str:
    """A name as it stands in an address: "Thành phố Huế" is thanh-pho-hue."""
    return "-".join("".join(c if c.isascii() and c.isalnum() else " " for c in fold(name)).split())


def choose_many(
    page: Page, place: Any, label: str, options: Sequence[T], *, name: str, key: str, code: Callable[[T], str] = str,
    format_func: Callable[[T], str] = str, also: Callable[[T], Sequence[str]] = lambda option: (), **widget: Any,
) -> tuple[T, ...]:  # fmt: skip
    """A multiselect: the options chosen, in the order they were chosen. also: further names by which somebody may look for one."""
    known = {code(option): option for option in options}

    def read(given: list[str]) -> list[T]:
        return [known[text] for text in given if text in known]

    _adopt(page, key, name, [], read, lambda text: text in known)
    st.session_state[key] = [option for option in st.session_state[key] if option in options]
    chosen = place.multiselect(
        label, options, placeholder=page.texts("word.all"), key=key, select_all=False,
        format_func=lambda option: findable(format_func(option), also(option)), **widget,
    )  # fmt: skip
    _tell(key, name, [code(option) for option in chosen])
    return tuple(chosen)


def findable(label: str, also: Sequence[str] = ()) -> str:
    """A label of a choice with the words it is found by without accents, in a second line that style.css gives no room."""
    shown = label.replace(" ", "\u00a0")  # one unbroken word: what is chosen is as wide as its longest
    words = dict.fromkeys((label, fold(label), *(word for name in also for word in (name, fold(name)))))
    return "\n".join((shown, ", ".join(word for word in words if word not in {shown, shown.casefold()}))).rstrip()


def choose_one(
    page: Page, place: Any, label: str, options: Sequence[T], *, name: str, key: str, code: Callable[[T], str] = str,
    default: T | None = None, **widget: Any,
) -> T:  # fmt: skip
    """A selectbox. default: the option that is not written into the address; the first one where left out."""
    known = {code(option): option for option in options}
    usual = options[0] if default is None else default
    _adopt(page, key, name, usual, lambda given: known.get(given[-1], usual), lambda text: text in known)
    if st.session_state[key] not in options:
        st.session_state[key] = usual
    # An option None counts as no choice: what it means stands in the placeholder.
    chosen: T = place.selectbox(label, options, placeholder=page.texts("word.all"), key=key, **widget)
    _tell(key, name, [] if chosen == usual else [code(chosen)])
    return chosen


def choose_segment(
    page: Page, place: Any, label: str, options: Sequence[T], *, name: str, key: str, code: Callable[[T], str] = str,
    default: T | None = None, **widget: Any,
) -> T:  # fmt: skip
    """Buttons side by side, one of which holds; as choose_one."""
    known = {code(option): option for option in options}
    usual = options[0] if default is None else default
    _adopt(page, key, name, usual, lambda given: known.get(given[-1], usual), lambda text: text in known)
    chosen: T | None = place.segmented_control(label, options, key=key, **widget)
    held = usual if chosen is None else chosen
    _tell(key, name, [] if held == usual else [code(held)])
    return held


def choose_text(page: Page, place: Any, label: str, *, name: str, key: str, **widget: Any) -> str:
    """A line of text, without blanks at its ends."""
    _adopt(page, key, name, "", lambda given: given[-1], lambda text: True)
    chosen: str = place.text_input(label, key=key, **widget).strip()
    _tell(key, name, [chosen] if chosen else [])
    return chosen


def choose_flag(page: Page, place: Any, label: str, *, name: str, key: str, default: bool = False, **widget: Any) -> bool:
    """A switch; 1 or 0 in the address."""
    _adopt(page, key, name, default, lambda given: given[-1] == _YES, lambda text: text in {_YES, _NO})
    chosen: bool = place.toggle(label, key=key, **widget)
    _tell(key, name, [] if chosen == default else [_YES if chosen else _NO])
    return chosen


def copy_link(page: Page, *, may_clear: bool = True) -> None:
    """A small button that shows the address of this very view, ready to be copied; where something is chosen, one to let go of it."""
    with st.container(horizontal=True, vertical_alignment="center", width="content"):
        with st.popover(page.texts("link.copy"), help=page.texts("link.note")):
            st.code(view_address(), language=None, wrap_lines=True)
        if may_clear and set(st.query_params) - _NO_FILTERS:
            st.button(page.texts("link.clear"), on_click=_clear, key="clear_filters", type="tertiary", help=page.texts("link.clear_note"))


def _clear() -> None:
    """Widgets take up what the address says: nothing chosen."""
    for name in set(st.query_params) - {_LANGUAGE}:
        del st.query_params[name]


def view_address(**more: str) -> str:
    """Address of what is shown now. more: names to add or, where empty, to leave out."""
    given = {name: st.query_params.get_all(name) for name in st.query_params}
    given |= {name: [value] if value else [] for name, value in more.items()}
    asked = urlencode({name: values for name, values in given.items() if values}, doseq=True)
    return (str(st.context.url or "").split("?")[0] or ".") + (f"?{asked}" if asked else "")


def _adopt(
    page: Page, key: str, name: str, default: Any, read: Callable[[list[str]], Any], is_known: Callable[[str], bool]
) -> None:  # fmt: skip
    """Put into the widget's state what the address says, where it says something this page did not write itself.

    (On arrival, on the way back in the browser's history, and where Streamlit let go of the state.)
    """
    given = st.query_params.get_all(name)
    if key in st.session_state and st.session_state.get(_told(key), given) == given:
        return
    st.session_state[key] = read(given) if given else default
    if unknown := [text for text in given if not is_known(text)]:
        st.caption(page.texts("link.unknown", name=name, values=", ".join(_plain(text) for text in unknown)))


def _plain(text: str) -> str:
    """Address text without what Markdown would make something of."""
    return "".join(c if c.isalnum() or c in " .,-_" else "·" for c in text)[:60]


def _told(key: str) -> str:
    return f"address of {key}"


def _tell(key: str, name: str, values: list[str]) -> None:
    if st.query_params.get_all(name) != values:
        if values:
            st.query_params[name] = values
        else:
            del st.query_params[name]
    st.session_state[_told(key)] = values
