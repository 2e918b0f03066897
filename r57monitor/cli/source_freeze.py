"""`r57 sources freeze`: one page as it came, with a draft of what should be read from it."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from r57monitor.cli.source_visit import fetch_one
from r57monitor.clock import VIETNAM
from r57monitor.errors import UsageError
from r57monitor.models import Extracted, RawPage, Source
from r57monitor.text.extract import extract_page
from r57monitor.text.formats import find_format
from warehouse.home import Home

_SUFFIX = {"html": ".html", "text": ".txt", "pdf": ".pdf", "docx": ".docx"}
_LONGEST_NAME = 80


def freeze_page(home: Home, source: Source, url: str) -> Path:
    """Fetch a page of a source and keep it under `frozen/<source>/<page>/`; returns that folder.

    Raises UsageError where the page was frozen before, R57Error where it cannot be fetched, ReadError where nothing can be read from it.
    """
    folder = home.path / "frozen" / source.id / page_name(url)
    if folder.exists():
        raise UsageError(f"{folder} is already there: delete it to keep the page as it is today.")
    raw = fetch_one(home, source, url)
    draft = expected_draft(raw, source)
    folder.mkdir(parents=True)
    (folder / f"page{_SUFFIX.get(find_format(raw), '.bin')}").write_bytes(raw.body)
    meta = {"url": raw.url, "fetched_at": raw.fetched_at.isoformat(), "content_type": raw.content_type, "source": source.id}
    _write_json(folder / "meta.json", meta)
    _write_json(folder / "expected.json", draft)
    return folder


def page_name(url: str) -> str:
    """A folder's name for a page: the last part of its address with its number, letters, digits and hyphens only."""
    parts = urlsplit(url)
    text = f"{parts.path.rstrip('/').rpartition('/')[2]} {parts.query}".lower()
    name = re.sub(r"[^a-z0-9]+", "-", text).strip("-")
    return name[-_LONGEST_NAME:].strip("-") or "front-page"


def expected_draft(raw: RawPage, source: Source) -> dict[str, Any]:
    """Every field as read today, in the form that tests of pages read: the text as paragraphs, the instant in Vietnam time."""
    found = extract_page(raw, source)
    values: dict[str, Any] = {field.name: getattr(found, field.name) for field in fields(Extracted)}
    values["published"] = found.published.astimezone(VIETNAM).isoformat() if found.published else None
    values["text"] = found.text.split("\n")
    return values


def _write_json(path: Path, values: dict[str, Any]) -> None:
    path.write_text(json.dumps(values, ensure_ascii=False, indent=1) + "\n", "utf-8")
