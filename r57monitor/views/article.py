"""One article: where it appeared and why one is the original, its figures, what was edited, its tone, and its text for whom may read it."""

from __future__ import annotations

from html import escape
from typing import Any

import streamlit as st

from r57monitor.ledger.reviews import Review
from r57monitor.text.differences import Piece, find_changes
from r57monitor.views.cards import copies_html, name_metric, name_province
from r57monitor.views.frame import Page, heading, link, quote, tag
from r57monitor.views.review import ask_name, is_editing, show_article_review
from r57monitor.views.tone import show_tone
from r57monitor.wording import format_day, format_figure, format_instant
from warehouse import queries
from warehouse.queries.pages import article_revisions, vanished_figures

_MARKS = {"added": "ins", "removed": "del"}
_AROUND_WORDS = 12  # of an unchanged stretch shown beside a change


def show_article(page: Page, row: dict[str, Any], waiting: list[Review]) -> None:
    """Everything about one article of the list. row: as queries.articles gives it."""
    texts = page.texts
    by = ask_name(page) if is_editing() else ""
    show_article_review(page, row, waiting, by)
    left, right = st.columns([6, 6], gap="large")
    with left:
        heading(texts("word.article"))
        st.html(_facts_html(page, row))
        show_tone(page, row, by)
        heading(texts("article.copies"))
        st.html(copies_html(page, row["cluster_id"]))
    with right:
        heading(texts("article.in_text"))
        figures = queries.article_figures(page.reader, row["article_id"])
        lines = "".join(_figure_html(page, f) for f in figures)
        st.html(lines or f'<p class="r57-empty">{escape(texts("article.no_figures"))}</p>')
    if row["revision"] > 1:
        _show_versions(page, row)
    _show_text(page, row)


def _facts_html(page: Page, row: dict[str, Any]) -> str:
    texts = page.texts
    day = format_day(row["published_at"], texts("word.unknown_day"))
    facts = [row["source_name"] or row["source_id"], day, ", ".join(row["provinces"] or ())]
    if not row["is_relevant"]:
        facts.append(texts("article.not_relevant"))
    reasons = "; ".join(row["reasons"] or ())
    why = f'<p class="r57-meta">{escape(texts("article.relevance"))}: {escape(reasons)}</p>' if reasons else ""
    return (
        f'<p class="r57-title">{link(row["title"] or row["url"], row["url"])}</p>'
        f'<p class="r57-meta">{escape(" · ".join(filter(None, facts)))}</p>{why}'
    )


def _figure_html(page: Page, figure: dict[str, Any], note: str = "") -> str:
    texts = page.texts
    value = escape(format_figure(figure, page.language))
    value = f"<del>{value}</del>" if note else value
    about = escape(note) if note else f"{escape(texts.of('kind', figure['kind']))} {tag(texts, figure['state'])}"
    whose = " · ".join(filter(None, (name_province(page, figure), name_metric(page, figure)))) if not note else ""
    return (
        f'<div class="r57-figure"><div class="top"><span class="num">{value}</span><span>{about}</span></div>'
        f'<p class="meta">{escape(whose)}</p>'
        f"{quote(figure['sentence'], figure['mention'])}</div>"
    )


def _show_versions(page: Page, row: dict[str, Any]) -> None:
    """What was edited between two revisions, word by word, and the figures that are no longer in the text."""
    texts = page.texts
    heading(texts("article.versions"), texts("article.versions_note"))
    revisions = article_revisions(page.reader, row["article_id"])
    numbers = [r["revision"] for r in revisions[1:]][::-1]
    seen = {r["revision"]: format_instant(r["seen_at"]) for r in revisions}
    chosen = st.selectbox(
        texts("article.version"), numbers, key=f"revision {row['article_id']}", width=420,
        format_func=lambda n: texts("article.version_seen", number=n, at=seen.get(n, "")),
    )  # fmt: skip
    after = next((r for r in revisions if r["revision"] == chosen), revisions[-1])
    before = next(r for r in revisions if r["revision"] == after["revision"] - 1)
    left, right = st.columns([7, 5], gap="large")
    with left:
        changes = find_changes(f"{before['title'] or ''}\n{before['text']}", f"{after['title'] or ''}\n{after['text']}")
        st.html("".join(change_html(line) for line in changes) or f'<p class="r57-empty">{escape(texts("article.only_blanks"))}</p>')
    with right:
        heading(texts("article.vanished"))
        gone = vanished_figures(page.reader, row["article_id"])
        since = {n: texts("article.gone_since", at=at) for n, at in seen.items()}
        lines = "".join(_figure_html(page, f, f"{name_metric(page, f)} · {since.get(f['revision'] + 1, '')}") for f in gone)
        st.html(lines or f'<p class="r57-empty">{escape(texts("article.none_vanished"))}</p>')


def change_html(pieces: list[Piece]) -> str:
    """One edited line: words taken out struck through, words put in underlined; long unchanged stretches cut short."""
    shown = []
    for at, piece in enumerate(pieces):
        mark = _MARKS.get(piece.kind)
        text = escape(piece.text if mark else _shorten(piece.text, is_first=at == 0, is_last=at == len(pieces) - 1))
        shown.append(f"<{mark}>{text}</{mark}>" if mark else text)
    return f'<p class="r57-quote r57-change">{"".join(shown)}</p>'


def _shorten(text: str, *, is_first: bool, is_last: bool) -> str:
    words = text.split(" ")
    kept = _AROUND_WORDS
    if len(words) <= 2 * kept + 1:
        return text
    head = [] if is_first else words[:kept]
    tail = [] if is_last else words[-kept:]
    return " ".join([*head, "…", *tail])


def _show_text(page: Page, row: dict[str, Any]) -> None:
    texts = page.texts
    if not page.visitor.may_read_texts:
        st.caption(texts("article.text_withheld"))
        return
    with st.expander(texts("article.text")):
        st.caption(texts("article.text_note"))
        whole = queries.article(page.reader, row["article_id"])
        text = (whole["text_restored"] or whole["text"]) if whole else ""
        st.html(f'<div class="r57-text">{escape(text).replace(chr(10), "<br>")}</div>')
