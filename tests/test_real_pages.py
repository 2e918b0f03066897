"""Titles, days and kinds of saved real pages, where they are on this machine: they belong to their publishers and are no part of us."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest

from r57monitor.clock import VIETNAM
from r57monitor.models import Extracted, RawPage
from r57monitor.text.extract import extract_page
from r57monitor.text.normalize import fold
from tests.gold.shared import SHARED

PAGES = SHARED / "pages"
LEAST = 0.9
pytestmark = pytest.mark.skipif(not (PAGES / "gold_meta.json").is_file(), reason="the saved pages are not on this machine")


@cache
def annotations() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((PAGES / "gold_meta.json").read_text("utf-8"))
    return found


@cache
def skipped_bytes() -> dict[str, int]:
    """Bytes that whoever saved a page put before it."""
    with (PAGES / "index.csv").open(encoding="utf-8", newline="") as file:
        return {row["file"]: int(row["skip_bytes"] or 0) for row in csv.DictReader(file)}


@cache
def read(name: str, url: str) -> Extracted:
    body = (PAGES / name).read_bytes()[skipped_bytes().get(name, 0) :]
    return extract_page(RawPage(url=url, body=body, fetched_at=datetime(2026, 3, 31, tzinfo=UTC), content_type="text/html"))


def articles() -> list[dict[str, Any]]:
    return [one for one in annotations() if one["is_article"]]


def is_title_right(one: dict[str, Any]) -> bool:
    return " ".join(fold(read(one["file"], one["url"]).title or "").split()) == " ".join(fold(one["title"] or "").split())


def is_day_right(one: dict[str, Any]) -> bool:
    published = read(one["file"], one["url"]).published
    day = published.astimezone(VIETNAM).date().isoformat() if published else None
    first, last = one.get("published_range") or (one["published"], one["published"])
    return day == one["published"] or (day is not None and first is not None and first <= day <= last)


@pytest.mark.parametrize("is_right", [is_title_right, is_day_right], ids=["titles", "days"])
def test_articles(is_right: Any) -> None:
    wrong = [one["file"] for one in articles() if not is_right(one)]
    assert len(articles()) >= 15
    assert len(wrong) <= (1 - LEAST) * len(articles()), wrong


def test_articles_are_articles() -> None:
    wrong = [one["file"] for one in articles() if read(one["file"], one["url"]).page_type not in {"article", "document"}]
    assert len(wrong) <= (1 - LEAST) * len(articles()), wrong


def test_lists_are_recognised() -> None:
    lists = json.loads((PAGES / "gold_lists.json").read_text("utf-8"))
    wrong = [one["file"] for one in lists if one["file"].endswith(".html") and read(one["file"], one["url"]).page_type != "list"]
    assert wrong == []
