"""Annotated documents and their pages: JSON beside a text or page, or articles in TOML with their text in them or a page of their own.

JSON (doc, title, published, relevant, provinces, documents, figures …) belongs to the page or text of the same stem in the folder itself,
in `articles/` or `pages/` beside it, or in a folder of the same name one level up.
An article in TOML may stand beside an .html of the same stem: then the page is read as a crawl would read it (`url` and `fetched_at` are
in the TOML, the day of publication must be found on the page), and `page_type`, `boilerplate` and `must_keep` say what must come of it.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from r57monitor.models import RawPage

OWN = Path(__file__).parent / "articles"
PLACES = Path(__file__).parent / "places"
PRACTICE = Path(__file__).parents[2] / "r57monitor" / "practice" / "articles"
TYPES = {".html": "text/html; charset=utf-8", ".txt": "text/plain; charset=utf-8", ".pdf": "application/pdf"}


def load_documents(folder: Path) -> Iterator[tuple[str, dict[str, Any], RawPage]]:
    """(name, annotation, page) of a folder; documents without a page are left out."""
    for file in sorted(folder.glob("*.toml")):
        yield _written_document(file)
    for file in sorted(folder.glob("*.json")):
        gold = json.loads(file.read_text("utf-8"))
        page = _find_page(folder, file.stem)
        if page is not None and "figures" in gold:
            yield file.stem, gold, _raw_page(page.read_bytes(), TYPES.get(page.suffix, "text/html"), gold.get("url"), file.stem)


def _find_page(folder: Path, stem: str) -> Path | None:
    for place in (
        folder,
        folder / "articles",
        folder / "pages",
        folder.parent / "articles",
        folder.parent / "pages",
        folder.parents[1] / folder.name,
    ):
        for suffix in TYPES:
            if (place / f"{stem}{suffix}").exists():
                return place / f"{stem}{suffix}"
    return None


def _raw_page(body: bytes, content_type: str, url: str | None, stem: str, given: date | None = None) -> RawPage:
    return RawPage(
        url=url or f"https://example.vn/{stem}.html",
        body=body,
        fetched_at=datetime(2026, 6, 1, tzinfo=UTC),
        content_type=content_type,
        given_published=given,
    )


def _written_document(file: Path) -> tuple[str, dict[str, Any], RawPage]:
    """An article in TOML: its text in the file, or a page of its own beside it (same stem, .html) that the file annotates."""
    data = tomllib.loads(file.read_text("utf-8"))
    published = data["published"].date() if "published" in data else None
    gold = {
        **data, "published": published and published.isoformat(),
        "provinces": [{"name": n, "role": "subject"} for n in data.get("provinces", [])],
        "documents": data.get("documents", []), "figures": [{**f, "strict": True} for f in data.get("figures", [])],
        "figures_scored": data["relevant"] and "figures" in data,
    }  # fmt: skip
    page = file.with_suffix(".html")
    if page.exists():
        raw = _raw_page(page.read_bytes(), TYPES[".html"], data["url"], file.stem)
        return file.stem, gold, replace(raw, fetched_at=data["fetched_at"])
    lines = [data.get("title", ""), "", data.get("lead", ""), ""]
    lines += [line.removeprefix("## ").removeprefix("[ảnh] ") for line in data["body"].splitlines()]
    return file.stem, gold, _raw_page("\n".join(lines).encode(), "text/plain; charset=utf-8", None, file.stem, published)
