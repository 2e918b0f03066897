"""Edit mode (`r57 dashboard --edit`): people accept, reject, fix and add figures and correct articles.

What is written goes through the functions of `r57 review` into the home's journal, and is laid over the rows at once.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st

from r57monitor.catalogue import load_home_catalogue
from r57monitor.errors import R57Error
from r57monitor.gazetteer import load_gazetteer
from r57monitor.ledger.review_fields import NONE, read_figure_fields, read_mention, read_period
from r57monitor.ledger.reviews import Review
from r57monitor.views.address import findable
from r57monitor.views.filters import name_otherwise, province_names
from r57monitor.views.frame import Page, as_markdown
from r57monitor.wording import format_number, local_day
from warehouse import queries
from warehouse.facts import make_article_id
from warehouse.journal import Journal
from warehouse.queries import Filters
from warehouse.reviewing import add_figure, added_figures, overlay_articles, overlay_figures, pending_reviews, review_article, review_figure

_MOVING = {"is_relevant", "published", "provinces", "copy_of", "tone"}
_KINDS = ("result", "target", "previous")
_NATIONAL = "national"


def is_editing() -> bool:
    """Whether this dashboard was started to write reviews."""
    return os.environ.get("R57_EDIT", "").strip() == "1"


def waiting_reviews(page: Page) -> list[Review]:
    """Reviews that the published file does not know yet; none outside edit mode."""
    return pending_reviews(page.reader, Journal(page.home.journal)) if is_editing() else []


def tell_waiting(page: Page, waiting: list[Review]) -> None:
    """One line where reviews wait for the next publish: what is counted on the page does not have them yet."""
    if waiting:
        st.info(page.texts("review.not_counted", count=format_number(len(waiting), page.language)))


def lay_over_figures(page: Page, rows: list[dict[str, Any]], waiting: list[Review]) -> list[dict[str, Any]]:
    """Rows of figures with the waiting reviews, the names of a new metric and province included."""
    if not waiting:
        return rows
    published = {row["figure_id"]: row for row in rows}
    labels = {row["metric_id"]: row for row in queries.metrics(page.reader)}
    laid = overlay_figures(rows, waiting)
    for row in laid:
        before = published[row["figure_id"]]
        if row["metric_id"] != before["metric_id"]:
            known = labels.get(row["metric_id"], {})
            row["label_vi"], row["label_en"] = known.get("label_vi"), known.get("label_en")
        if row["province"] != before["province"]:
            row["province_now"] = row["province"]
    return laid


def lay_over_articles(rows: list[dict[str, Any]], waiting: list[Review]) -> list[dict[str, Any]]:
    """Rows of articles with the waiting reviews."""
    return overlay_articles(rows, waiting) if waiting else rows


def find_articles(page: Page, filters: Filters, waiting: list[Review], limit: int) -> list[dict[str, Any]]:
    """Articles that the filters let through, newest first, as the waiting reviews have them: one whose date, relevance or provinces
    were corrected a moment ago stands where it now belongs, or no longer stands here.
    """
    rows = queries.articles(page.reader, filters, limit=limit)
    if not waiting:
        return rows
    told = sorted({make_article_id(r.url) for r in waiting if r.mention is None and (r.verdict == "undo" or _MOVING & set(r.changes))})
    if told:
        wider = replace(filters, articles=tuple(told), relevant_only=False, week=None, provinces=(), tones=(), originals_only=False)
        shown = {row["article_id"] for row in rows}
        rows += [row for row in queries.articles(page.reader, wider) if row["article_id"] not in shown]
    laid = [row for row in overlay_articles(rows, waiting) if row["article_id"] not in told or _passes(row, filters)]
    return sorted(laid, key=_newest_first)[:limit]


def _newest_first(row: dict[str, Any]) -> tuple[float, str]:
    return -(row["published_at"] or row["first_seen_at"]).timestamp(), row["article_id"]


def _passes(row: dict[str, Any], filters: Filters) -> bool:
    """Whether an article with its waiting review is among those asked for by what such a review can change."""
    first, last = filters.days()
    day = local_day(row["published_at"] or row["first_seen_at"])
    in_time = day is not None and (first is None or first <= day) and (last is None or day <= last)
    names = {*(row["provinces"] or ()), *(row["provinces_now"] or ())}
    return (
        (row["is_relevant"] or not filters.relevant_only)
        and (in_time or (first is None and last is None))
        and (not filters.provinces or bool(names & set(filters.provinces)))
        and (row["is_original"] or not filters.originals_only)
        and (not filters.tones or row["tone"] in filters.tones)
    )


def show_figure_review(page: Page, row: dict[str, Any], waiting: list[Review]) -> None:
    """What people may say of one figure; nothing outside edit mode."""
    if not is_editing():
        return
    texts = page.texts
    with st.expander(texts("review.figure"), expanded=True):
        by = ask_name(page)
        said = [r for r in waiting if r.figure_id == row["figure_id"]]
        if said:
            st.caption(texts("review.waiting", verdict=texts.of("judge", said[-1].verdict)))
        note = st.text_input(texts("review.note"), key=f"review_note {row['figure_id']}").strip() or None
        with st.container(horizontal=True):
            for verdict in ("accept", "reject", "undo"):
                if st.button(texts.of("judge", verdict), key=f"review_{verdict}", disabled=not by):
                    _judge(page, row["figure_id"], verdict, by, note)
        _show_fix(page, row, by, note)
    _show_add(page, row, by, waiting)


def _judge(page: Page, figure_id: str, verdict: str, by: str, note: str | None) -> None:
    write_review(page, lambda journal: review_figure(page.reader, journal, figure_id, verdict, by=by, note=note))


def ask_name(page: Page) -> str:
    """Who reviews: the name of the login, else one asked for once and kept in the session."""
    if getattr(st.user, "is_logged_in", False):
        return str(getattr(st.user, "name", None) or getattr(st.user, "email", None) or "?")
    if "review_by" not in st.session_state:
        st.session_state["review_by"] = st.session_state.get("review_by kept", "")
    typed = st.text_input(page.texts("review.by"), key="review_by", help=page.texts("review.by_note")).strip()
    st.session_state["review_by kept"] = typed
    return typed


def _show_fix(page: Page, row: dict[str, Any], by: str, note: str | None) -> None:
    texts = page.texts
    with st.form(f"fix {row['figure_id']}", border=False):
        was = _typed(row)
        now = _figure_fields(page, f"fix {row['figure_id']}", was)
        if st.form_submit_button(texts.of("judge", "fix"), disabled=not by):
            typed = {name: text.strip() or NONE for name, text in now.items() if text.strip() != was[name]}
            day = local_day(row["published_at"])
            write_review(page, lambda j: review_figure(
                page.reader, j, row["figure_id"], "fix", by=by, changes=_read(page, typed, day), note=note
            ))  # fmt: skip


def _typed(row: dict[str, Any]) -> dict[str, str]:
    """A figure's attributes as people would type them."""
    day = {name: row[name].isoformat() if row.get(name) else "" for name in ("as_of", "due")}
    value = format_number(row["value"], "vi")
    return {
        "value": value,
        "unit": row["unit"] or "",
        "kind": row["kind"],
        "metric": row["metric_id"] or "",
        "province": row["province"] or "",
    } | day


def _figure_fields(page: Page, key: str, was: dict[str, str]) -> dict[str, str]:
    texts = page.texts
    labels = {r["metric_id"]: r["label_vi"] for r in queries.metrics(page.reader)}
    places = ["", _NATIONAL, *province_names(page)]
    places += [was["province"]] if was["province"] not in places else []
    first, second = st.columns(4), st.columns(3)
    metrics = ["", *labels] + ([was["metric"]] if was["metric"] and was["metric"] not in labels else [])
    return {
        "value": first[0].text_input(texts("word.value"), was["value"], key=f"{key} value"),
        "unit": first[1].text_input(texts("figure.unit"), was["unit"], key=f"{key} unit"),
        "as_of": first[2].text_input(texts("word.as_of"), was["as_of"], key=f"{key} as_of", help=texts("review.day_note")),
        "due": first[3].text_input(texts("word.due"), was["due"], key=f"{key} due", help=texts("review.day_note")),
        "kind": second[0].selectbox(
            texts("word.kind"), _KINDS, index=_KINDS.index(was["kind"]), format_func=lambda k: texts.of("kind", k), key=f"{key} kind"
        ),
        "metric": second[1].selectbox(
            texts("word.metric"), metrics, index=metrics.index(was["metric"]), key=f"{key} metric",
            format_func=lambda m: labels.get(m) or m or texts("figure.no_metric"),
        ),
        "province": second[2].selectbox(
            texts("word.province"), places, index=places.index(was["province"]), key=f"{key} province",
            format_func=lambda p: texts("word.national") if p == _NATIONAL else p or texts("word.unknown"),
        ),
    }  # fmt: skip


def _show_add(page: Page, row: dict[str, Any], by: str, waiting: list[Review]) -> None:
    texts = page.texts
    with st.expander(texts("review.add")):
        for figure in added_figures([r for r in waiting if r.url == row["url"]]):
            st.text(f"+ {figure['mention']} ({figure['value']:g} {figure['unit']})")
        key = f"add {row['article_id']}"
        with st.form(key, border=False, clear_on_submit=False):
            mention = st.text_input(texts("review.mention"), key=f"{key} mention", help=texts("review.mention_note")).strip()
            empty = {"value": "", "unit": "", "as_of": "", "due": "", "kind": "result", "metric": "", "province": row["province"] or ""}
            now = _figure_fields(page, key, empty)
            if st.form_submit_button(texts("review.add"), disabled=not by):
                typed = {name: text.strip() for name, text in now.items() if text.strip()}
                day = local_day(row["published_at"])
                write_review(page, lambda j: add_figure(
                    page.reader, j, row["url"], mention, by=by, changes=read_mention(mention) | _read(page, typed, day)
                ))  # fmt: skip


def show_article_review(page: Page, row: dict[str, Any], waiting: list[Review], by: str) -> None:
    """What people may say of one article; nothing outside edit mode. by: who reviews, as ask_name gave it."""
    if not is_editing():
        return
    texts = page.texts
    said = [r for r in waiting if r.url == row["url"] and r.mention is None]
    if said:
        st.caption(texts("review.waiting", verdict=texts.of("judge", "undo" if said[-1].verdict == "undo" else "fix")))
    with st.expander(texts("review.article")):
        with st.form(f"article {row['article_id']}", border=False):
            day = local_day(row["published_at"])
            was_day, was_places = day.isoformat() if day else "", list(row["provinces"] or ())
            key = f"article {row['article_id']}"
            relevant = st.toggle(texts("article.relevant_only"), bool(row["is_relevant"]), key=f"{key} relevant")
            typed_day = st.text_input(texts("word.published"), was_day, key=f"{key} day", help=texts("review.day_note")).strip()
            places = st.multiselect(
                texts("word.province"), list(dict.fromkeys([*province_names(page), *was_places])), was_places, key=f"{key} places",
                format_func=lambda name: findable(name, name_otherwise(name)), select_all=False,
            )  # fmt: skip
            copy_of = st.text_input(texts("review.copy_of"), key=f"{key} copy").strip()
            no_copy = st.checkbox(texts("review.no_copy"), key=f"{key} no copy")
            if st.form_submit_button(texts.of("judge", "fix"), disabled=not by):

                def changes() -> dict[str, Any]:
                    said: dict[str, Any] = {"is_relevant": relevant} if relevant != bool(row["is_relevant"]) else {}
                    said |= {"published": read_period(typed_day, "published")[0].isoformat()} if typed_day != was_day else {}
                    said |= {"provinces": places} if sorted(places) != sorted(was_places) else {}
                    return said | ({"copy_of": copy_of} if copy_of else {"copy_of": ""} if no_copy else {})

                write_review(page, lambda j: review_article(page.reader, j, row["article_id"], by=by, changes=changes()))
        if st.button(texts.of("judge", "undo"), key=f"{key} undo", disabled=not by):
            write_review(page, lambda j: review_article(page.reader, j, row["article_id"], by=by, changes=None))


def _read(page: Page, typed: dict[str, str], day: Any) -> dict[str, Any]:
    catalogue = load_home_catalogue(page.home.metrics)
    return read_figure_fields(typed, catalogue, load_gazetteer(), day)


def write_review(page: Page, write: Callable[[Journal], Any]) -> None:
    """Write one review and draw the page again with it; an error is said in one line and nothing is written."""
    try:
        write(Journal(page.home.journal))
    except (R57Error, OSError) as error:
        st.error(as_markdown(str(error)))
        return
    st.toast(page.texts("review.written"))
    st.rerun()
