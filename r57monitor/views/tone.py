"""The tone of an article as a person told it (thuận, trung tính, cần lưu ý): told, filtered by, counted by month for the report."""

from __future__ import annotations

from collections import Counter
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from r57monitor.ledger.reviews import TONES, Review
from r57monitor.views.address import choose_many
from r57monitor.views.download import Column, offer_files
from r57monitor.views.frame import Page, show_table
from r57monitor.views.review import is_editing, lay_over_articles, write_review
from r57monitor.wording import format_instant
from warehouse.queries import Reader
from warehouse.queries.pages import tagged_articles
from warehouse.reviewing import review_article


def name_tone(page: Page, tone: str | None) -> str:
    """Word for a tone; "" for none."""
    return page.texts.of("tone", tone) if tone else ""


def choose_tones(page: Page, place: Any, key: str) -> tuple[str, ...]:
    """Tones people told: ?sac_thai=notable."""
    label = page.texts("tone.label")
    return choose_many(page, place, label, TONES, name="sac_thai", key=key, format_func=lambda tone: name_tone(page, tone))


def show_tone(page: Page, row: dict[str, Any], by: str) -> None:
    """The tone of one article with who told it and when; in edit mode a switch. by: who tells it, "" not known."""
    texts = page.texts
    if row["tone"]:
        told = texts("tone.told", tone=name_tone(page, row["tone"]), by=row["tone_by"] or "?", at=format_instant(row["tone_at"]))
        st.html(f'<p class="r57-meta">{escape(told)}</p>')
    if not is_editing():
        return
    key = f"tone {row['article_id']} {row['tone']}"  # another tone written elsewhere: another switch
    chosen = st.segmented_control(
        texts("tone.label"), TONES, format_func=lambda tone: name_tone(page, tone), default=row["tone"], key=key, disabled=not by,
        help=texts("tone.note"),
    )  # fmt: skip
    if chosen != row["tone"] and by:
        write_review(page, lambda journal: review_article(page.reader, journal, row["article_id"], by=by, changes={"tone": chosen or ""}))


def count_tones(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Relevant articles of each month by tone, the newest month first. rows: as tagged_articles gives them."""
    counts: dict[str, Counter[str]] = {}
    for row in rows:
        if row["tone"] and row["is_relevant"]:
            counts.setdefault(row["month"], Counter())[row["tone"]] += 1
    return [{"month": month} | {tone: counts[month][tone] for tone in TONES} for month in sorted(counts, reverse=True)]


def show_tones_by_month(page: Page, waiting: list[Review]) -> None:
    """The table of the monthly report, what was told a moment ago included; nothing while nobody has told a tone."""
    texts = page.texts

    def ask(reader: Reader) -> list[dict[str, Any]]:
        return count_tones(lay_over_articles(tagged_articles(reader, [r.url for r in waiting if "tone" in r.changes]), waiting))

    rows = ask(page.reader)
    if not rows:
        return
    columns = [
        Column(texts("tone.month"), lambda r: _name_month(page, r["month"])),
        *(Column(name_tone(page, tone), lambda r, tone=tone: r[tone]) for tone in TONES),  # type: ignore[misc]
    ]
    with st.expander(texts("tone.by_month"), expanded=True):
        st.caption(texts("tone.by_month_note"))
        show_table(pd.DataFrame([{c.heading: c.read(r) for c in columns} for r in rows]), key="tones_by_month")
        with st.container(horizontal=True):
            offer_files(page, "sac-thai", columns, ask)


def _name_month(page: Page, month: str) -> str:
    return f"{month[5:]}/{month[:4]}" if month else page.texts("word.unknown_day")
