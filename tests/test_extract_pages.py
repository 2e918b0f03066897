"""Original pages in the manner of each portal system: every field as expected, and no field without expectation."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from r57monitor.clock import VIETNAM
from r57monitor.models import Extracted, RawPage
from r57monitor.text.extract import extract_page

PAGES = sorted(folder.parent for folder in (Path(__file__).parent / "pages").glob("*/*/page.html"))
NAMES = [field.name for field in fields(Extracted)]


@cache
def read(folder: Path) -> dict[str, Any]:
    meta = json.loads((folder / "meta.json").read_text("utf-8"))
    raw = RawPage(
        url=meta["url"], body=(folder / "page.html").read_bytes(), fetched_at=datetime.fromisoformat(meta["fetched_at"]),
        content_type="text/html", list_title=meta.get("list_title"), found_by="listing",
    )  # fmt: skip
    found = extract_page(raw)
    values: dict[str, Any] = {name: getattr(found, name) for name in NAMES}
    values["published"] = found.published.astimezone(VIETNAM).isoformat() if found.published else None
    values["text"] = found.text.split("\n")
    return values


def expected(folder: Path) -> dict[str, Any]:
    file = folder / "expected.json"
    if not file.exists():
        file.write_text(json.dumps(read(folder), ensure_ascii=False, indent=1) + "\n", "utf-8")
        pytest.fail(f"{file} was missing and has been written: read it, correct it, run again")
    values: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return values


@pytest.mark.parametrize("folder", PAGES, ids=lambda folder: f"{folder.parent.name}-{folder.name}")
@pytest.mark.parametrize("name", NAMES)
def test_field(folder: Path, name: str) -> None:
    wanted = expected(folder)
    assert name in wanted, f"{folder.name}/expected.json says nothing of {name}"
    assert read(folder)[name] == wanted[name]


@pytest.mark.parametrize("folder", PAGES, ids=lambda folder: f"{folder.parent.name}-{folder.name}")
def test_no_other_field(folder: Path) -> None:
    assert set(expected(folder)) == set(NAMES)


def test_there_are_pages() -> None:
    assert len(PAGES) >= 12
