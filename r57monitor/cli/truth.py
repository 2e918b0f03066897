"""Reviewed articles as annotated documents, in the form that scoring reads."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from r57monitor.clock import VIETNAM
from r57monitor.errors import UsageError
from warehouse.db import Row
from warehouse.home import Home
from warehouse.queries import Reader, open_published

_REVIEWED = """SELECT DISTINCT r.article_id, coalesce(w.is_complete, false) AS is_complete
    FROM main.reviews r JOIN main.articles a ON a.article_id = r.article_id
    LEFT JOIN derived.reviewed_articles w ON w.article_id = r.article_id
    WHERE r.is_current AND r.is_found AND r.verdict <> 'undo' ORDER BY r.article_id"""


def write_truth(home: Home, folder: Path, everything: bool) -> tuple[int, int]:
    """Write the reviewed articles of a home; (how many were written, how many are reviewed in part).

    Raises UsageError where the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"cannot write to {folder}: {error.strerror}. Name another with --out DIR.") from error
    with open_published(home) as reader:
        reviewed = reader.rows(_REVIEWED)
        written = 0
        for row in reviewed:
            if everything or row["is_complete"]:
                _write(reader, row["article_id"], row["is_complete"], folder)
                written += 1
    return written, sum(not row["is_complete"] for row in reviewed)


def _write(reader: Reader, article_id: str, is_complete: bool, folder: Path) -> None:
    [article] = reader.rows("SELECT * FROM main.articles WHERE article_id = ?", [article_id])
    published = article["published_at"]
    figures = reader.rows("SELECT * FROM main.figures WHERE article_id = ? ORDER BY start_char", [article_id])
    document = {
        "doc": article["url"],
        "title": article["title"],
        "published": _day_in_vietnam(published),
        "relevant": article["is_relevant"],
        "provinces": reader.rows(
            "SELECT province AS name, role FROM main.article_provinces WHERE article_id = ? ORDER BY role DESC, province_id", [article_id]
        ),
        "documents": [
            {"number": d["number"], "date": d["issued_on"].isoformat() if d["issued_on"] else None}
            for d in reader.rows("SELECT number, issued_on FROM main.documents WHERE article_id = ? ORDER BY number", [article_id])
        ],
        "figures": [annotate(f) for f in figures if is_complete or f["review"]],
        "figures_optional": [annotate(f) for f in figures if not (is_complete or f["review"])],
    }
    (folder / f"{article_id}.json").write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", "utf-8")
    (folder / f"{article_id}.txt").write_text(article["text"] + "\n", "utf-8")


def _day_in_vietnam(instant: datetime | None) -> str | None:
    return instant.replace(tzinfo=UTC).astimezone(VIETNAM).date().isoformat() if instant else None


def annotate(row: Mapping[str, Any]) -> Row:
    """A figure of the views as the annotation names its attributes; as_of only where the text states it."""
    figure = {
        "mention": row["mention"],
        "value": row["value"],
        "of": row["denominator"],
        "unit": row["unit"],
        "comparator": row["comparator"],
        "kind": row["kind"],
        "change": row["is_change"],
        "metric": row["metric_id"],
        "province": row["province"],
        "as_of": _partial(row["as_of"], row["as_of_precision"]) if row["as_of_from"] == "stated" else None,
        "due": _partial(row["due"], row["due_precision"]),
    }
    return figure | ({"value_max": row["value_max"]} if row["value_max"] is not None else {})


def _partial(day: date | None, precision: str | None) -> str | None:
    """A date as far as it is said: "2025", "2025-06" or the day."""
    if day is None:
        return None
    text = day.isoformat()
    return text[:4] if precision == "year" else text[:7] if precision == "month" else text
