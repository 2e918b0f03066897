"""Addresses of articles, told from those of sections, files and lists; what a page says its own address is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from r57monitor.models import RawPage
from r57monitor.text.article_urls import (
    find_article_address,
    find_canonical_link,
    is_article_url,
    is_surely_article_url,
    may_be_article_url,
)

SITE = "https://bao.example"


@pytest.mark.parametrize(
    "path",
    [
        "/tinh-day-nhanh-phu-song-mang-5g-toi-vung-cao.html",
        "/tram-phat-song-moi-1234567.htm",
        "/2025/10/07/tram-phat-song.html",
        "/tin-tuc/bai-viet-so-12345.aspx",
        "/xem.aspx?ItemID=4521",
        "/?id=887",
        "/web/guest/tin/-/view_content/12-bai",
        "/web/guest/-/xa-so-moi",
    ],
)
def test_articles(path: str) -> None:
    assert is_article_url(SITE + path)
    assert may_be_article_url(SITE + path)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/chuyen-doi-so",
        "/van-ban/ke-hoach.pdf",
        "/tin-tuc/trang-2",
        "/lien-he.html",
        "/xem.aspx?ItemID=moi",
        "/?trang=2",
        "/web/guest/-/blogs/trang-moi",
        "/web/guest/-/thong-bao",
        "/tag/nghi-quyet-57-ve-khoa-hoc-cong-nghe",
    ],
)
def test_others(path: str) -> None:
    assert not is_article_url(SITE + path)


def test_no_doubt_is_left_by_a_stamp() -> None:
    assert is_surely_article_url(f"{SITE}/tin-moi-20250305174209123.htm")
    assert not is_surely_article_url(f"{SITE}/tin-moi-cua-tinh-trong-ngay-hom-nay.htm")


def page(head: str, url: str = f"{SITE}/tram-phat-song-moi-cua-tinh-1234567.html") -> RawPage:
    body = f"<html><head>{head}</head></html>".encode()
    return RawPage(url=url, body=body, fetched_at=datetime(2025, 8, 1, tzinfo=UTC), content_type="text/html")


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ('<link rel="canonical" href="/bai-1.html">', f"{SITE}/bai-1.html"),
        ("<LINK REL='canonical' HREF='https://bao.example/bai-1.html'/>", f"{SITE}/bai-1.html"),
        ("<link href=/bai-1.html rel=canonical>", f"{SITE}/bai-1.html"),
        ('<link rel="stylesheet" href="/canonical.css"><link rel="canonical" href="/b.html">', f"{SITE}/b.html"),
        ('<link rel="canonical">', None),
        ('<link rel="canonicals" href="/bai-1.html">', None),
        ("<p>canonical</p>", None),
        ('<link rel="canonical" href="http://[bao/">', None),
    ],
)
def test_what_a_page_calls_its_address(head: str, said: str | None) -> None:
    assert find_canonical_link(page(head)) == said


OWN = f"{SITE}/tram-phat-song-moi-cua-tinh-1234567.html"


@pytest.mark.parametrize(
    ("said", "address"),
    [
        (f"{SITE}/tram-phat-song-moi-cua-tinh-vung-cao-1234567.html", f"{SITE}/tram-phat-song-moi-cua-tinh-vung-cao-1234567.html"),
        (f"{SITE}/chuyen-doi-so", OWN),
        ("https://khac.example/tram-phat-song-moi-cua-tinh-1234567.html", OWN),
        (f"{SITE}/ngay-hoi-van-hoa-cac-dan-toc-vung-bien-gioi-7654321.html", OWN),
        (f"{SITE}/", OWN),
        (OWN, OWN),
    ],
)
def test_whose_word_counts(said: str, address: str) -> None:
    assert find_article_address(page(f'<link rel="canonical" href="{said}">')) == address
