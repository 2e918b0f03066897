"""What a page says of itself: head data, JSON-LD, author, format, stand-ins and forwards; days of feeds, bare sitemaps, names of sites."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from datetime import UTC, date, datetime

import pytest
from lxml import html

from r57monitor.clock import VIETNAM
from r57monitor.errors import ReadError
from r57monitor.gazetteer import load_gazetteer
from r57monitor.models import RawPage
from r57monitor.text.challenge import find_stand_in, load_crawl_rules
from r57monitor.text.extract import extract_page
from r57monitor.text.feeds import parse_feed, parse_sitemap
from r57monitor.text.formats import find_format, read_docx_lines
from r57monitor.text.forwards import find_forward
from r57monitor.text.page_meta import PageMeta, read_meta
from r57monitor.text.plain_text import find_text_title
from r57monitor.text.site_clues import find_site_province
from r57monitor.text.text_lines import normalize_text_keeping_gaps

FETCHED = datetime(2025, 10, 6, 2, tzinfo=UTC)
BODY = "Huyện miền núi này vừa đưa vào dùng trạm phát sóng thứ mười lăm, người dân các bản xa gọi điện không còn phải leo lên đỉnh đèo."


def ld(*nodes: object) -> PageMeta:
    scripts = "".join(f'<script type="application/ld+json">{n if isinstance(n, str) else json.dumps(n)}</script>' for n in nodes)
    return read_meta(html.fromstring(f"<html><head><title>Tít</title>{scripts}</head><body></body></html>"), ("article:published_time",))


@pytest.mark.parametrize(
    ("author", "person"),
    [
        ({"@type": "Person", "name": "Hà My"}, "Hà My"),
        ({"name": "Hà My"}, "Hà My"),
        ({"@type": "person", "name": "Hà My"}, "Hà My"),
        ([{"@type": "Person", "name": "Hà My"}, {"@type": "Person", "name": "Văn Lợi"}], "Hà My"),
        ({"@type": "Organization", "name": "Báo Suối Trong"}, None),
        ("Hà My", None),
        ([], None),
    ],
)
def test_the_person_of_json_ld(author: object, person: str | None) -> None:
    assert ld({"@type": "NewsArticle", "author": author}).person == person


def test_headlines_of_articles_and_not_of_web_pages() -> None:
    assert ld({"@type": "NewsArticle", "headline": "Trạm  sóng ở bản xa"}).headline == "Trạm sóng ở bản xa"
    page = ld({"@type": "WebPage", "headline": "Trang nhất"})
    assert (page.headline, page.is_news_article) == (None, False)
    both = ld({"@type": ["WebPage", "NewsArticle"], "headline": "Trang nhất", "datePublished": "2025-10-01"})
    assert (both.headline, both.is_news_article, both.published) == (None, True, ["2025-10-01"])
    assert ld({"@graph": [{"@type": "Article", "headline": "Một"}, {"@type": "Article", "headline": "Hai"}]}).headline is None


def test_broken_json_still_says_the_day() -> None:
    assert ld('{"@type": "NewsArticle", "datePublished" : "2025-09-30T08:00:00+07:00", "headline": "a "b""}').published == [
        "2025-09-30T08:00:00+07:00"
    ]
    assert ld('{"@type": "NewsArticle", "name": "x" "y"}').published == []


def author_of(given: str, title: str = "Trạm sóng ở bản xa - Tin núi", tail: str = "") -> str | None:
    page = (
        f'<html lang="vi"><head><title>{title}</title><meta name="author" content="{given}"></head><body><article>'
        f"<h1>Trạm sóng ở bản xa</h1><p>{BODY}</p><p>{BODY[::-1].capitalize()}.</p><p>{BODY}</p>{tail}</article></body></html>"
    )
    found = extract_page(
        RawPage(url="https://tin-nui.example/tram-song-1.html", body=page.encode(), fetched_at=FETCHED, content_type="text/html")
    )
    return found.author


@pytest.mark.parametrize(
    ("given", "author"),
    [
        ("Hà My", "Hà My"),
        ("Tác giả: Hà My", "Hà My"),
        ("Bài, ảnh: Hà My |", "Hà My"),
        ("admin", None),
        ("Admin toà soạn", None),
        ("anonymous", None),
        ("Theo bạn đọc", None),
        ("Nguồn: bạn đọc", None),
        ("phóng viên 7", None),
        ("xuanlan xuanlan", None),
        ("Báo Suối Trong", None),
        ("Đài Suối Trong", None),
        ("Tạp chí Suối Trong", None),
        ("Cổng thông tin điện tử Suối Trong", None),
        ("Trang thông tin Suối Trong", None),
        ("Tin núi", None),  # the page's own name
    ],
)
def test_authors_are_people(given: str, author: str | None) -> None:
    assert author_of(given) == author


ENTRY = "<entry><title>Trạm sóng</title><link href='https://a.example/1.html'/>{}</entry>"


@pytest.mark.parametrize(
    ("dates", "day"),
    [
        ("<published>2025-10-01T07:00:00Z</published><updated>2025-10-05T07:00:00Z</updated>", 1),
        ("<issued>2025-10-02T07:00:00Z</issued><modified>2025-10-05T07:00:00Z</modified>", 2),
        ("<created>2025-10-03T07:00:00Z</created><modified>2025-10-05T07:00:00Z</modified>", 3),
        ("<updated>2025-10-04T07:00:00Z</updated>", 4),
        ("<published>hôm nào đó</published><updated>2025-10-04T07:00:00Z</updated>", 4),
        ("", None),
    ],
)
def test_the_day_of_a_feeds_entry(dates: str, day: int | None) -> None:
    (entry,) = parse_feed(f"<feed xmlns='http://www.w3.org/2005/Atom'><title>Tin</title>{ENTRY.format(dates)}</feed>".encode())
    assert entry.published == (None if day is None else datetime(2025, 10, day, 7, tzinfo=UTC).astimezone(VIETNAM))


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("<urlset></urlset>", "urls"),
        ("<sitemapindex></sitemapindex>", "index"),
        ("<?xml version='1.0'?>\n<x:sitemapindex xmlns:x='http://www.sitemaps.org/schemas/sitemap/0.9'/>", "index"),
    ],
)
def test_sitemaps_without_entries(body: str, kind: str) -> None:
    for sent in (body.encode(), gzip.compress(body.encode())):
        found = parse_sitemap(sent)
        assert (found.kind, found.entries) == (kind, ())


def test_what_is_no_sitemap_is_named() -> None:
    with pytest.raises(ReadError, match="no sitemap"):
        parse_sitemap(b"<html><body>404</body></html>")


@pytest.mark.parametrize(
    ("url", "body", "kind", "expected"),
    [
        ("a.aspx", b"B\xc3\xa0i vi\xe1\xba\xbft", "", "html"),
        ("a.php", b"B\xc3\xa0i vi\xe1\xba\xbft", "", "html"),
        ("a.jsp", b"B\xc3\xa0i vi\xe1\xba\xbft", "", "html"),
        ("a.htm", b"B\xc3\xa0i vi\xe1\xba\xbft", "", "html"),
        ("a", b"B\xc3\xa0i vi\xe1\xba\xbft", "", "text"),
        ("a.md", b"<p>B\xc3\xa0i</p>", "", "text"),
        ("a", b"<p>B\xc3\xa0i</p>", "", "html"),
        ("a", b"B\xc3\xa0i vi\xe1\xba\xbft", "image/svg", "unknown"),
    ],
)
def test_formats_by_their_names(url: str, body: bytes, kind: str, expected: str) -> None:
    assert find_format(RawPage(url=f"https://a.example/{url}", body=body, fetched_at=FETCHED, content_type=kind)) == expected


def test_ends_of_lines_of_every_machine() -> None:
    assert normalize_text_keeping_gaps("một\r\nhai\rba\n\nbốn") == "một\nhai\nba\n\nbốn"


LONG = (
    "Sáng nay, hàng trăm người dân ở các bản xa đã tới nhà văn hóa để học cách nộp hồ sơ trên điện thoại của mình, "
    "có tổ công nghệ số hướng dẫn từng bước, có cán bộ xã ngồi bên chờ giúp những ai chưa quen bấm phím, và có cả một góc nhỏ cho trẻ em"
)


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (["Bản xa học nộp hồ sơ qua mạng", LONG + ".", "Một dòng ngắn nữa ở giữa bài viết"], ("Bản xa học nộp hồ sơ qua mạng", 1)),
        (
            ["Bản xa học nộp hồ sơ qua mạng", LONG + ":", "Dòng này dài hơn dòng tít của bài viết ở trên"],
            ("Bản xa học nộp hồ sơ qua mạng", 1),
        ),
        ([LONG + ".", "Bản xa học nộp hồ sơ qua mạng"], (None, 0)),
        (["Chợ phiên họp.", "Bản xa học nộp hồ sơ qua mạng", LONG + "."], ("Bản xa học nộp hồ sơ qua mạng", 2)),
    ],
)
def test_the_headline_of_a_plain_text(lines: list[str], found: tuple[str | None, int]) -> None:
    assert find_text_title(lines) == found


@pytest.mark.parametrize(
    ("name", "host", "province"),
    [
        ("Báo Quảng Ngãi", "tin.example", "Quảng Ngãi"),
        ("Báo Thừa Thiên Huế", "tin.example", "Huế"),
        ("Báo Bà Rịa - Vũng Tàu", "tin.example", "Bà Rịa - Vũng Tàu"),
        (None, "www.laocai.gov.vn", "Lào Cai"),
        (None, "laocai.gov.vn:8080", "Lào Cai"),
        (None, "so.laocai.com.vn", "Lào Cai"),
        ("Tin trong ngày", "tin.example", None),
    ],
)
def test_the_province_of_a_site(name: str | None, host: str, province: str | None) -> None:
    found = find_site_province(name, host, load_gazetteer(), date(2025, 10, 6))
    assert (found.name if found else None) == province


def raw(body: str, kind: str = "", name: str = "a.html") -> RawPage:
    return RawPage(url=f"https://a.example/{name}", body=body.encode(), fetched_at=FETCHED, content_type=kind)


@pytest.mark.parametrize(
    ("title", "kind"), [("Just a moment...", "challenge"), ("Đăng nhập", "login"), ("Chợ phiên vùng cao", None), ("Tin trong ngày", None)]
)
@pytest.mark.parametrize("start", ["<html>", "<HTML>", "<!DOCTYPE html><html>", "\ufeff\n<html>"])
def test_pages_that_stand_for_another(title: str, kind: str | None, start: str) -> None:
    """Known as pages by their first letters too, where the server does not say what it sends."""
    assert find_stand_in(raw(f'{start}<head><title>{title}</title></head><body><form><input type="password"></form></body></html>')) == kind


def test_only_small_pages_send_their_reader_on() -> None:
    page = '<html><head><meta http-equiv="refresh" content="0; url=/b.html"></head><body></body></html>'
    assert find_forward(raw(page)) == "https://a.example/b.html"
    assert find_forward(raw(page + " " * load_crawl_rules()["forward"]["bytes_at_most"])) is None


def test_a_broken_word_file_is_named() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        packed.writestr("[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>')
        packed.writestr("word/document.xml", "<w:document")
    page = RawPage(url="https://a.example/bao-cao.docx", body=made.getvalue(), fetched_at=FETCHED)
    assert find_format(page) == "docx"
    with pytest.raises(ReadError, match="this DOCX is broken"):
        read_docx_lines(page)
