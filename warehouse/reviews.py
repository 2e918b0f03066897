"""Reviews laid over the facts when publishing: read from the journal's rows, settled on today's texts, written to `derived`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from r57monitor.clock import VIETNAM
from r57monitor.gazetteer import Gazetteer
from r57monitor.ledger.reviews import Outcome, Review, Settled, parse_review, settle
from warehouse.db import Connection, Row, fetch_dicts, fill_table, load_sql, to_utc
from warehouse.facts import make_article_id


def derive_reviews(con: Connection, gazetteer: Gazetteer) -> None:
    """Create what reviews say in the schema `derived`, with the views that the rest is computed from."""
    con.execute(load_sql("derive_reviews"))
    entries = con.execute("SELECT entry_id, body FROM core.journal WHERE event = 'review' ORDER BY noted_at, entry_id").fetchall()
    bodies = dict(entries)
    reviews = [review for entry_id, body in entries if (review := parse_review(json.loads(body), entry_id))]
    if not reviews:
        return
    settled = _settle(con, reviews)
    _fill_figures(con, settled.figures)
    fill_table(con, "derived.reviewed_articles", [_article_row(key, said) for key, said in settled.articles.items()])
    fill_table(con, "derived.reviewed_provinces", _province_rows(con, settled.articles, gazetteer))
    fill_table(con, "derived.reviews", [row for outcome in settled.outcomes for row in review_rows(outcome, bodies)])


def _settle(con: Connection, reviews: Sequence[Review]) -> Settled:
    urls = sorted({review.url for review in reviews})
    known = "SELECT DISTINCT url, article_id FROM core.readings WHERE url IN (SELECT unnest(?::VARCHAR[]))"
    article_ids = dict(con.execute(known, [urls]).fetchall())
    wanted = [sorted(set(article_ids.values()))]
    texts = "SELECT article_id, text_hash, text FROM core.texts WHERE article_id IN (SELECT unnest(?::VARCHAR[]))"
    figures: dict[tuple[str, str], list[Row]] = {}
    for row in fetch_dicts(con, "SELECT * FROM core.text_figures WHERE article_id IN (SELECT unnest(?::VARCHAR[]))", wanted):
        figures.setdefault((row["article_id"], row["text_hash"]), []).append(row)
    return settle(reviews, article_ids, {(a, t): text for a, t, text in con.execute(texts, wanted).fetchall()}, figures)


def _fill_figures(con: Connection, rows: Iterable[Row]) -> None:
    columns = [name for (name,) in con.execute("SELECT column_name FROM (DESCRIBE derived.reviewed_figures)").fetchall()]
    fill_table(con, "derived.reviewed_figures", [{name: row.get(name) for name in columns} for row in rows])


def _article_row(article_id: str, said: Mapping[str, Any]) -> Row:
    published = said.get("published")
    copy_of = said.get("copy_of")
    day = datetime.combine(date.fromisoformat(published), time(), VIETNAM) if published else None
    return {
        "article_id": article_id,
        "is_relevant": said.get("is_relevant"),
        "published_at": to_utc(day),
        "copy_of": make_article_id(copy_of) if copy_of else None,
        "is_no_copy": copy_of == "",
        "is_complete": bool(said.get("complete")),
        "tone": said.get("tone") or None,
        "tone_by": said.get("tone_by") if said.get("tone") else None,
        "tone_at": to_utc(said.get("tone_at")) if said.get("tone") else None,
    }


def _province_rows(con: Connection, articles: Mapping[str, Mapping[str, Any]], gazetteer: Gazetteer) -> list[Row]:
    """Subjects as people named them, under the name of the article's day."""
    sql = """SELECT r.article_id, min(coalesce(w.published_at, r.published_at, f.fetched_at))
             FROM core.readings r JOIN core.fetches f USING (fetch_id)
             LEFT JOIN derived.reviewed_articles w ON w.article_id = r.article_id
             WHERE r.article_id IN (SELECT unnest(?::VARCHAR[])) GROUP BY r.article_id"""
    days = dict(con.execute(sql, [list(articles)]).fetchall())
    rows = []
    for article_id, said in articles.items():
        for name in dict.fromkeys(said.get("provinces") or ()):
            entity = gazetteer.resolve(name, days[article_id].date()) if article_id in days else None
            if entity is not None:
                now = gazetteer.now(entity.id).name
                rows.append({"article_id": article_id, "province_id": entity.id, "province": entity.name, "province_now": now})
    return rows


def review_rows(outcome: Outcome, bodies: Mapping[str, str]) -> list[Row]:
    """Rows of the view `reviews`: one for each changed field, one without a field where nothing was changed."""
    review = outcome.review
    row = {
        "review_id": review.review_id,
        "reviewed_at": to_utc(review.at),
        "reviewer": review.by,
        "verdict": review.verdict,
        "article_id": outcome.article_id or make_article_id(review.url),
        "figure_id": outcome.figure_id,
        "url": review.url,
        "mention": review.mention,
        "field": None,
        "value": None,
        "value_before": None,
        "note": review.note,
        "is_found": outcome.is_found,
        "is_current": outcome.is_current,
        "body": bodies.get(review.review_id, ""),
    }
    if not review.changes:
        return [row]
    return [
        row | {"field": name, "value": _text(value), "value_before": _text(review.was.get(name))}
        for name, value in sorted(review.changes.items())
    ]


def _text(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return f"{value:.15g}" if isinstance(value, float) else str(value)
