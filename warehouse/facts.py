"""Turns what was read from a page into rows of the core tables. Pure: the same page gives the same rows, whenever and in whatever batch."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from r57monitor.errors import R57Error
from r57monitor.ledger.ids import make_id
from r57monitor.models import Article, Extracted, Figure, RawPage
from r57monitor.text.credits import find_credited, has_credit_line
from r57monitor.text.fingerprint import make_fingerprint
from r57monitor.text.normalize import fold
from r57monitor.text.replacements import find_replacements
from r57monitor.text.urls import canonical_url
from warehouse.db import Row, to_utc

KEPT_PAGES = frozenset({"article", "document"})  # other pages leave a row of `fetches` and nothing else


def make_article_id(url: str) -> str:
    """Id of the article under a canonical URL."""
    return make_id("article", url)


def hash_text(text: str, copy_url: str | None = None) -> str:
    """Equal for texts whose folded form is equal but for blanks: then there is no new revision.

    copy_url: of the print or AMP page that the text stands on; it is kept apart from the article's own.
    """
    folded = " ".join(fold(text).split())
    return make_id("text", folded, copy_url) if copy_url else make_id("text", folded)


def make_fetch_id(raw: RawPage, outcome: str) -> str:
    """The WARC record id; a derived one for what left no record (refused, set aside)."""
    return raw.record_id or make_id("fetch", raw.source_id, raw.url, raw.fetched_at.isoformat(), outcome)


def fetch_row(raw: RawPage, outcome: str, segment: str, elapsed_ms: int | None, error: str | None, size: int | None) -> Row:
    """Row of core.fetches."""
    return {
        "fetch_id": make_fetch_id(raw, outcome),
        "fetched_at": to_utc(raw.fetched_at),
        "source_id": raw.source_id,
        "url": raw.url,
        "requested_url": raw.requested_url or raw.url,
        "status": raw.status or None,
        "outcome": outcome,
        "role": raw.role,
        "found_by": raw.found_by,
        "content_type": raw.content_type or None,
        "bytes": size,
        "elapsed_ms": elapsed_ms,
        "error": error,
        "segment": segment or None,
    }


def reading_row(fetch_id: str, article: Article, extracted: Extracted) -> Row:
    """Row of core.readings."""
    page = article.url if article.raw.url == article.url else canonical_url(article.raw.url)
    copy_url = page if page != article.url else None
    return {
        "fetch_id": fetch_id,
        "article_id": make_article_id(article.url),
        "url": article.url,
        "copy_url": copy_url,
        "text_hash": hash_text(extracted.text, copy_url),
        "title": extracted.title,
        "author": extracted.author,
        "published_at": to_utc(extracted.published),
        "published_from": extracted.published_from,
    }


def text_row(article_id: str, text_hash: str, article: Article, extracted: Extracted) -> Row:
    """Row of core.texts. A text without a verdict (reading stopped early) is not relevant."""
    relevance = article.relevance
    return {
        "article_id": article_id,
        "text_hash": text_hash,
        "page_type": extracted.page_type,
        "language": extracted.language,
        "relevance": relevance.score if relevance else None,
        "is_relevant": bool(relevance and relevance.is_relevant),
        "reasons": list(relevance.reasons) if relevance else [],
        "garbled": article.restored is not None,
        "has_credit": has_credit_line(extracted.text, article.raw.source_id),
        "credited": find_credited(extracted.text, article.raw.source_id),
        "word_count": len(extracted.text.split()),
        "text": extracted.text,
        "text_restored": article.restored.text if article.restored else None,
        "folded": fold(f"{extracted.title or ''}\n{article.reading_text}"),
        "fingerprint": article.fingerprint or make_fingerprint(extracted.text),
        "screened": article.screened,
    }


def province_rows(article_id: str, text_hash: str, article: Article) -> list[Row]:
    """Rows of core.text_provinces, one a province; "subject" wins where both roles are given."""
    best: dict[str, Row] = {}
    for mention in article.provinces:
        row = {
            "article_id": article_id,
            "text_hash": text_hash,
            "province_id": mention.province_id,
            "province": mention.name,
            "province_now": mention.name_now,
            "role": mention.role,
            "mentions": mention.mentions,
        }
        held = best.get(mention.province_id)
        if held is None or (held["role"] != "subject" and mention.role == "subject"):
            best[mention.province_id] = row
    return list(best.values())


def document_rows(article_id: str, text_hash: str, article: Article) -> list[Row]:
    """Rows of core.text_documents, one a number: the first citation, completed by later ones."""
    found: dict[str, Row] = {}
    replaced = find_replacements(article.reading_text, article.documents)
    for cited in article.documents:
        row = found.setdefault(cited.number, {"article_id": article_id, "text_hash": text_hash, "number": cited.number})
        row["replaces"] = list(replaced.get(cited.number, ()))
        for key, value in (("kind", cited.kind), ("issuer", cited.issuer), ("issued_on", cited.issued_on)):
            row[key] = row.get(key) or value
    return list(found.values())


def figure_rows(article_id: str, text_hash: str, article: Article) -> list[Row]:
    """Rows of core.text_figures. The id names what is said, not where: it survives an edit elsewhere in the text."""
    rows: list[Row] = []
    seen: dict[str, int] = {}
    for figure in sorted(article.figures, key=lambda f: (f.start, f.end)):
        said = _identity(article_id, figure)
        count = seen[said] = seen.get(said, 0) + 1
        rows.append(_figure_row(make_id("figure", said, count), article_id, text_hash, figure))
    return rows


def _identity(article_id: str, figure: Figure) -> str:
    stated = figure.as_of if figure.as_of_from == "stated" else None
    counted = figure.metric_id or figure.label or " ".join(fold(figure.mention).split())
    numbers = (figure.value, figure.value_max, figure.denominator, figure.unit)
    return make_id(article_id, counted, *numbers, figure.kind, figure.is_change, figure.province_id or figure.province, stated, figure.due)


def _figure_row(figure_id: str, article_id: str, text_hash: str, figure: Figure) -> Row:
    return {
        "figure_id": figure_id,
        "article_id": article_id,
        "text_hash": text_hash,
        "metric_id": figure.metric_id,
        "label": figure.label,
        "value": float(figure.value),
        "value_max": figure.value_max,
        "denominator": figure.denominator,
        "unit": figure.unit,
        "comparator": figure.comparator,
        "kind": figure.kind,
        "is_change": figure.is_change,
        "level": figure.level,
        "scope": figure.scope,
        "whole": figure.whole,
        "period": figure.period,
        "province_id": figure.province_id,
        "province": figure.province,
        "as_of": figure.as_of,
        "as_of_precision": figure.as_of_precision,
        "as_of_from": figure.as_of_from,
        "due": figure.due,
        "due_precision": figure.due_precision,
        "mention": figure.mention,
        "sentence": figure.sentence,
        "start_char": figure.start,
        "end_char": figure.end,
        "confidence": float(figure.confidence),
    }


def journal_id(entry: Mapping[str, Any]) -> str:
    """Id of a journal entry: a hash of it as it was first written (an entry that was blacked out since bears that id)."""
    kept = entry.get("entry_id")
    return kept if isinstance(kept, str) else make_id("journal", _journal_body(entry))


def _journal_body(entry: Mapping[str, Any]) -> str:
    return json.dumps(entry, ensure_ascii=False, sort_keys=True, default=str)


def journal_row(entry: Mapping[str, Any], shown: Mapping[str, Any] | None = None) -> Row:
    """Row of core.journal. Raises R57Error for an entry without `at` or `event`.

    shown: what may be read of the entry, where that is less than all.
    """
    body = _journal_body(shown if shown is not None else entry)
    try:
        noted_at, event = to_utc(datetime.fromisoformat(str(entry["at"]))), str(entry["event"])
    except (KeyError, ValueError) as error:
        raise R57Error(f"a journal entry without a usable `at` and `event`: {body[:200]}") from error
    return {
        "entry_id": journal_id(entry),
        "noted_at": noted_at,
        "event": event,
        "source_id": _text(entry.get("source")),
        "cycle": _text(entry.get("cycle")),
        "url": _text(entry.get("url")),
        "role": _text(entry.get("role")),
        "outcome": _text(entry.get("outcome")),
        "cause": _text(entry.get("cause")),
        "status": _count(entry.get("status")),
        "error": _text(entry.get("error")),
        "pages": _count(entry.get("pages")),
        "articles": _count(entry.get("articles")),
        "day": date.fromisoformat(str(entry["day"])[:10]) if entry.get("day") else None,
        "body": body,
    }


def _text(value: Any) -> str | None:
    return None if value is None or value == "" else str(value)


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
