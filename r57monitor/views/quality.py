"""Chất lượng: how well the machine reads, what that was measured on, what nobody has checked yet, and what people said of its figures."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from r57monitor.measured import describe_measured, describe_tuned, is_shipped, load_shipped
from r57monitor.views.cards import Count, counts_html
from r57monitor.views.download import Column, offer_files
from r57monitor.views.frame import Page, heading, show_table
from r57monitor.views.reviewers import show_reviewers
from r57monitor.wording import format_day, format_number, vietnamese_key
from warehouse import queries
from warehouse.queries.pages import review_counts

_FEW = 20  # annotated figures under which a share says little


def show(page: Page) -> None:
    """Totals, what they were measured on, metric by metric, what is unverified, reviews."""
    rows = queries.quality(page.reader)
    _show_measured(page, rows)
    left, right = st.columns(2, gap="large")
    with left:
        _show_unverified(page)
    with right:
        _show_reviews(page)
    show_reviewers(page)


def _share(page: Page, value: float | None) -> str:
    return "" if value is None else format_number(round(value * 100, 1), page.language) + "%"


def _show_measured(page: Page, rows: list[dict[str, Any]]) -> None:
    texts = page.texts
    heading(texts("quality.measured"), texts("quality.measured_note"))
    if not rows:
        st.html(f'<p class="r57-empty">{escape(texts("quality.none"))}</p>')
        return
    found, correct, expected = (sum(int(r[key] or 0) for r in rows) for key in ("found", "correct", "expected"))
    calibration = load_shipped().get("calibration_error") if is_shipped(rows) else None
    cells = [
        Count(texts("quality.precision"), _share(page, correct / found if found else None), f"{correct}/{found}"),
        Count(texts("quality.recall"), _share(page, correct / expected if expected else None), f"{correct}/{expected}"),
        Count(
            texts("quality.metrics"),
            format_number(sum(r["metric_id"] is not None for r in rows), page.language),
            texts("quality.few", count=_FEW),
        ),
    ]
    if calibration is not None:
        cells.append(Count(texts("quality.calibration"), format_number(calibration * 100, page.language), texts("quality.points")))
    st.html(counts_html(cells))
    facts = [(texts("quality.on"), describe_measured(rows, page.language))]
    facts.append((texts("quality.tuned_on"), describe_tuned(rows, page.language) or texts("word.unknown")))
    facts.append((texts("quality.at"), ", ".join(sorted({format_day(r["measured_at"]) for r in rows if r["measured_at"]}))))
    if calibration is not None:
        facts.append(
            (texts("quality.calibration"), texts("quality.calibration_note", points=format_number(calibration * 100, page.language)))
        )
    st.html("".join(f'<p class="r57-meta"><b>{escape(name)}:</b> {escape(value)}</p>' for name, value in facts))
    _show_table(page, rows)


def _show_table(page: Page, rows: list[dict[str, Any]]) -> None:
    texts = page.texts
    catalogue = {m["metric_id"]: m for m in queries.metrics(page.reader)}

    def name(r: dict[str, Any]) -> str:
        metric = catalogue.get(r["metric_id"]) or {}
        return str(
            (metric.get("label_en") if page.language == "en" else "")
            or metric.get("label_vi")
            or r["metric_id"]
            or texts.of("metric_group", r["metric_group"])
        )

    def interval(r: dict[str, Any], what: str) -> str:
        return f"{_share(page, r[what + '_low'])} – {_share(page, r[what + '_high'])}" if r[what + "_low"] is not None else ""

    ordered = sorted(rows, key=lambda r: ((catalogue.get(r["metric_id"]) or {}).get("pillar") or 99, vietnamese_key(name(r))))
    table = pd.DataFrame([{
        "metric": name(r), "precision": _share(page, r["precision"]), "precision_interval": interval(r, "precision"),
        "correct_found": f"{r['correct']}/{r['found']}", "recall": _share(page, r["recall"]), "recall_interval": interval(r, "recall"),
        "correct_expected": f"{r['correct']}/{r['expected']}", "documents": r["documents"],
        "note": texts("quality.little") if (r["expected"] or 0) < _FEW else "",
    } for r in ordered])  # fmt: skip
    text = st.column_config.TextColumn
    show_table(table, height=min(560, 38 + 35 * len(table)), key="quality_table", column_config={
        "metric": text(texts("word.metric"), width=290), "precision": text(texts("quality.precision"), width=90),
        "precision_interval": text(texts("quality.interval"), width=130), "correct_found": text(texts("quality.correct_found"), width=110),
        "recall": text(texts("quality.recall"), width=90), "recall_interval": text(texts("quality.interval"), width=130),
        "correct_expected": text(texts("quality.correct_expected"), width=110),
        "documents": st.column_config.NumberColumn(texts("quality.documents"), width=80), "note": text(texts("quality.note"), width=150),
    })  # fmt: skip
    with st.container(horizontal=True):
        offer_files(page, "chat-luong", _file_columns(page, name), lambda reader: ordered)


def _file_columns(page: Page, name: Callable[[dict[str, Any]], str]) -> list[Column]:
    """The table as a file: shares as plain numbers between 0 and 1."""
    texts = page.texts

    def plain(word: str, key: str) -> Column:
        return Column(word, lambda r: r[key])

    found, expected = texts("quality.correct_found").split("/")[-1], texts("quality.correct_expected").split("/")[-1]
    return [
        Column(texts("word.metric"), name), plain("metric_id", "metric_id"), plain(texts("quality.precision"), "precision"),
        plain("precision_low", "precision_low"), plain("precision_high", "precision_high"), plain(texts("quality.recall"), "recall"),
        plain("recall_low", "recall_low"), plain("recall_high", "recall_high"), plain("correct", "correct"),
        plain(found, "found"), plain(expected, "expected"), plain(texts("quality.documents"), "documents"),
        Column(texts("quality.note"), lambda r: texts("quality.little") if (r["expected"] or 0) < _FEW else ""),
    ]  # fmt: skip


def _show_unverified(page: Page) -> None:
    """Sources nobody saw answer, and metrics the catalogue has but nobody has measured."""
    texts = page.texts
    heading(texts("quality.unverified"), texts("quality.unverified_note"))
    sources = queries.sources(page.reader)
    unseen = [s for s in sources if s["active"] and not s["verified"]]
    active = sum(bool(s["active"]) for s in sources)
    measured = {r["metric_id"] for r in queries.quality(page.reader)}
    missing = [m for m in queries.metrics(page.reader) if m["metric_id"] not in measured]
    st.html(f'<p class="r57-meta">{escape(texts("quality.sources", count=len(unseen), all=active))}</p>')
    if unseen:
        with st.expander(texts("quality.list_sources", count=len(unseen))):
            ordered = sorted(unseen, key=lambda s: vietnamese_key(s["name"] or s["source_id"]))
            st.html("<br>".join(escape(s["name"] or s["source_id"]) for s in ordered))
    st.html(f'<p class="r57-meta">{escape(texts("quality.unmeasured", count=len(missing)))}</p>')
    if missing:
        with st.expander(texts("quality.list_metrics", count=len(missing))):
            st.html("<br>".join(
                f"{escape(str((m['label_en'] if page.language == 'en' else '') or m['label_vi'] or m['metric_id']))}: "
                f"{escape(texts('quality.figures', count=format_number(m['figures'], page.language)))}" for m in missing
            ))  # fmt: skip


def _show_reviews(page: Page) -> None:
    texts = page.texts
    heading(texts("quality.reviews"), texts("quality.reviews_note"))
    counts = review_counts(page.reader)
    total = sum(r["reviews"] for r in counts)
    if not total:
        st.html(f'<p class="r57-empty">{escape(texts("quality.no_reviews"))}</p>')
        st.html('<p class="r57-meta"><code>r57 review --help</code></p>')
        return
    st.html('<ul class="r57-list">' + "".join(
        f'<li><span class="state">{format_number(r["reviews"], page.language)} · {_share(page, r["reviews"] / total)}</span>'
        f"<b>{escape(texts.of('verdict', r['verdict']))}</b></li>" for r in counts
    ) + "</ul>")  # fmt: skip
