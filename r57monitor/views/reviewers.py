"""Who reviewed what, and when: every review of the snapshot and those that still wait for the next publish, as a table and a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from r57monitor.ledger.reviews import Outcome, Review
from r57monitor.views.download import Column, offer_files
from r57monitor.views.frame import Page, heading, show_table
from r57monitor.views.review import waiting_reviews
from r57monitor.wording import format_instant
from warehouse import queries
from warehouse.journal import Journal
from warehouse.queries import Reader
from warehouse.reviewing import pending_reviews
from warehouse.reviews import review_rows

_SHOWN = 500


def list_reviews(page: Page, reader: Reader) -> list[dict[str, Any]]:
    """Reviews, newest first; `status`: waiting (for the next publish), holds, overridden (by a later one), lost (its place is gone)."""
    waiting = list_waiting(pending_reviews(reader, Journal(page.home.journal)))
    return _newest_first([*waiting, *({**row, "status": _judge(row)} for row in queries.reviews(reader))])


def list_waiting(waiting: Iterable[Review]) -> list[dict[str, Any]]:
    """Reviews that no snapshot knows yet, in the shape of view `reviews`."""
    told = (Outcome(review=review, article_id=None, figure_id=review.figure_id, is_found=True, is_current=True) for review in waiting)
    return [row | {"status": "waiting"} for outcome in told for row in review_rows(outcome, {})]


def _newest_first(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: (row["reviewed_at"], row["review_id"], row["field"] or ""), reverse=True)


def _judge(row: dict[str, Any]) -> str:
    if not row["is_current"]:
        return "overridden"
    return "holds" if row["is_found"] or row["verdict"] == "undo" else "lost"


def show_reviewers(page: Page) -> None:
    """The table of all reviews; one line where nobody has reviewed anything."""
    texts = page.texts
    heading(texts("reviewer.title"), texts("reviewer.note"))
    found = list_reviews(page, page.reader)
    if not found:
        st.html(f'<p class="r57-empty">{escape(texts("reviewer.none"))}</p>')
        return
    columns = review_columns(page)
    if len(found) > _SHOWN:
        st.caption(texts("page.capped", shown=_SHOWN))
    table = pd.DataFrame([{column.heading: _plain(column.read(row)) for column in columns} for row in found[:_SHOWN]])
    link = st.column_config.LinkColumn(display_text=texts("word.open_article"))
    show_table(table, key="reviewers", column_config={"URL": link}, height=min(430, 38 + 35 * len(table)))
    with st.container(horizontal=True):
        offer_files(page, "tham-dinh", columns, lambda reader: found)


def review_columns(page: Page) -> list[Column]:
    """What a file of reviews holds."""
    texts = page.texts
    say: Callable[[str, Any], str] = texts.of
    return [
        Column(texts("reviewer.at"), lambda r: format_instant(r["reviewed_at"])),
        Column(texts("reviewer.by"), lambda r: r["reviewer"]),
        Column(texts("reviewer.verdict"), lambda r: say("reviewer_verdict", r["verdict"])),
        Column(texts("reviewer.what"), lambda r: r["mention"] or texts("word.article")),
        Column(texts("reviewer.field"), lambda r: say("review_field", r["field"]) if r["field"] else None),
        Column(texts("reviewer.before"), lambda r: r["value_before"]),
        Column(texts("reviewer.now"), lambda r: r["value"]),
        Column(texts("review.note"), lambda r: r["note"]),
        Column(texts("reviewer.status"), lambda r: texts(f"reviewer.{r['status']}")),
        Column("URL", lambda r: r["url"]),
    ]


def _plain(value: Any) -> Any:
    return "" if value is None else value


def show_figure_reviewers(page: Page, row: dict[str, Any]) -> None:
    """Who said what of one figure, under its proof; nothing where nobody did."""
    texts = page.texts
    waiting = [r for r in list_waiting(waiting_reviews(page)) if r["figure_id"] == row["figure_id"]]
    published = page.reader.rows("SELECT * FROM main.reviews WHERE figure_id = ?", [row["figure_id"]])
    said = _newest_first([*waiting, *({**r, "status": _judge(r)} for r in published)])
    if not said:
        return
    heading(texts("reviewer.of_figure"))
    lines = "".join(f"<li>{escape(_tell(page, r))}</li>" for r in said)
    st.html(f'<ul class="r57-list">{lines}</ul>')


def _tell(page: Page, row: dict[str, Any]) -> str:
    """One review in a line: when, who, what was said, why, whether it holds."""
    texts = page.texts
    verdict = texts.of("reviewer_verdict", row["verdict"])
    if row["field"]:
        verdict += f" ({texts.of('review_field', row['field'])}: {row['value_before'] or '–'} → {row['value'] or '–'})"
    facts = (format_instant(row["reviewed_at"]), row["reviewer"], verdict, row["note"], texts(f"reviewer.{row['status']}"))
    return " · ".join(filter(None, facts))
