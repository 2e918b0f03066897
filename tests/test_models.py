"""Copies of articles and pages with some fields told anew."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime

import pytest

from r57monitor.models import Article, RawPage, fuller, other_page

PAGE = RawPage(url="https://a.example.vn/x.html", body=b"<p>x</p>", fetched_at=datetime(2025, 10, 1, tzinfo=UTC), source_id="a")
ARTICLE = Article(raw=PAGE, url="https://a.example.vn/x.html", fingerprint=b"12", stages=("clean",))


def test_a_fuller_article_is_the_same_but_for_what_is_told() -> None:
    told = {"url": "https://a.example.vn/y.html", "documents": (), "stages": ("clean", "degarble")}
    copy = fuller(ARTICLE, **told)
    expected = replace(ARTICLE, **told)  # type: ignore[arg-type]
    assert [getattr(copy, f.name) for f in fields(Article)] == [getattr(expected, f.name) for f in fields(Article)]
    assert (ARTICLE.url, ARTICLE.stages) == ("https://a.example.vn/x.html", ("clean",))


def test_a_page_without_its_body_keeps_all_else() -> None:
    copy = other_page(PAGE, body=b"")
    assert (copy.body, replace(copy, body=PAGE.body)) == (b"", PAGE)


def test_a_field_that_there_is_not_cannot_be_told() -> None:
    with pytest.raises(KeyError, match="nothing"):
        fuller(ARTICLE, nothing=1)
