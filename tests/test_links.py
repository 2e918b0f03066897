"""Listings, following pages, feeds and sitemaps."""

# ruff: noqa: E501  (pages, lines and addresses stand as they are)

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from r57monitor.clock import VIETNAM
from r57monitor.errors import ReadError
from r57monitor.models import RawPage, Source
from r57monitor.text import html_tree
from r57monitor.text.article_urls import find_article_address, find_canonical_link, is_article_url
from r57monitor.text.feeds import MAX_SITEMAP_BYTES, parse_feed, parse_sitemap
from r57monitor.text.links import find_feed_links, find_listing_links
from r57monitor.text.next_pages import find_next_pages
from spiders.entry import read_entry
from spiders.leads import Walk

SOURCE = Source(id="bao", name="Báo", kind="newspaper", homepage="https://bao.example/")
FETCHED = datetime(2025, 8, 1, 2, tzinfo=UTC)


def listing(html: str, url: str = "https://bao.example/chuyen-doi-so") -> RawPage:
    return RawPage(url=url, body=html.encode(), fetched_at=FETCHED, content_type="text/html", role="listing")


ITEMS = """
<nav><a href="/chuyen-doi-so">Chuyển đổi số</a><a href="/lien-he-voi-toa-soan-bao-que">Liên hệ</a></nav>
<ul><li><a href="/lang-chai-co-mang-moi-12345.html"><img alt="Làng chài có mạng mới"></a><h3><a href="/lang-chai-co-mang-moi-12345.html?utm_source=home">Làng chài có mạng mới</a></h3>
<span class="date">(12/07/2025, 08:30)</span><a href="/lang-chai-co-mang-moi-12345.html#binh-luan">Xem thêm</a></li>
<li><a href="https://bao.example/cho-que-ban-hang-qua-mang-12346.html" title="Chợ quê bán hàng qua mạng suốt tuần">Chợ quê bán hàng qua mạng suốt...</a> <time datetime="2025-07-11T23:00:00Z">12/7</time></li>
<li><a href="https://khac.example/tin-cua-bao-khac-hoan-toan-12347.html">Tin của báo khác hoàn toàn</a> 10/07/2025</li>
<li><a href="javascript:__doPostBack('x')">Trang sau của danh sách này</a></li><li><a href="/tag/chuyen-doi-so-va-doi-song-nong-thon">Thẻ chuyển đổi số và đời sống</a></li>
<li><a href="/tep/bao-cao-tong-ket-nam-cua-tinh.pdf">Báo cáo tổng kết năm của tỉnh</a></li></ul>
<div><a href="?page=2">2</a> <a href="?page=3">3</a> <a href="?page=2">Tiếp</a> <a href="?PublishedDate=2025-07-01">Xem theo ngày</a> <a href="?page=1">1</a></div>
"""


def test_listing_links_by_shape() -> None:
    found = find_listing_links(listing(ITEMS), SOURCE)
    assert [link.url for link in found] == [
        "https://bao.example/lang-chai-co-mang-moi-12345.html", "https://bao.example/cho-que-ban-hang-qua-mang-12346.html",
    ]  # fmt: skip
    assert [link.title for link in found] == ["Làng chài có mạng mới", "Chợ quê bán hàng qua mạng suốt tuần"]
    assert found[0].listed_at == datetime(2025, 7, 12, 8, 30, tzinfo=VIETNAM)
    assert found[1].listed_at == datetime(2025, 7, 11, 23, tzinfo=UTC)


def test_listing_links_by_rule() -> None:
    source = Source(id="bao", name="Báo", kind="newspaper", homepage="https://bao.example/", article_url=r"-12346\.html$")
    assert [link.url for link in find_listing_links(listing(ITEMS), source)] == ["https://bao.example/cho-que-ban-hang-qua-mang-12346.html"]


BARE = """<nav><a href="/muc/khoa-hoc">Khoa học và công nghệ trong tỉnh</a></nav>
<dl><dt><a href="/doc/mang-moi">Làng chài có mạng mới</a></dt><dd>Chủ nhật, ngày 6-7-2025</dd></dl>
<dl><dt><a href="/bai/12">Chợ quê bán hàng qua mạng</a></dt><dd>1 giờ trước</dd></dl><h3><a href="/p/lop-so.html">Lớp học số ở xóm núi đã mở</a></h3>
<h3><a href="/muc/so">Chuyển đổi số</a></h3><dl><dt><a href="/tag/mang">Làng chài có mạng mới</a></dt><dd>06/07/2025</dd></dl>
<p><a href="/en/story-3">Province speeds up digital transformation in all its communes</a> <a href="/muc/tin">Tin tức trong tỉnh và trong nước</a></p>"""


def test_headlines_are_articles_whatever_their_address() -> None:
    found = find_listing_links(listing(BARE), SOURCE)
    assert [link.url.removeprefix("https://bao.example") for link in found] == ["/doc/mang-moi", "/bai/12", "/p/lop-so.html", "/en/story-3"]
    assert found[0].listed_at == datetime(2025, 7, 6, tzinfo=VIETNAM)
    assert found[1].listed_at == datetime(2025, 8, 1, 1, tzinfo=UTC)


def test_closing_slash_of_the_site_is_kept() -> None:
    found = find_listing_links(listing('<a href="/tin/lop-hoc-so-o-xom-nui-881/">Lớp học số ở xóm núi</a>'), SOURCE)
    assert [link.url for link in found] == ["https://bao.example/tin/lop-hoc-so-o-xom-nui-881/"]


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("https://x.example/lang-chai-co-mang-12345.html", True), ("https://x.example/web/-/view_content/771203-hop", True),
        ("https://x.example/ChiTiet.aspx?tabid=16&ItemID=90211", True), ("https://x.example/lop-hoc-so-o-xom-nui-cao", True),
        ("https://x.example/a-b-c-20250630101112123.htm", True), ("https://x.example/chuyen-doi-so", False), ("https://x.example/", False),
        ("https://x.example/tag/lop-hoc-so-o-xom-nui-cao", False), ("https://x.example/tep/lop-hoc-so-o-xom-nui-cao.pdf", False),
        ("https://x.example/thoi-su-trong-tinh-va-ca-nuoc/trang-2", False), ("https://x.example/DanhMuc.aspx?CategoryId=16", False),
    ],
)  # fmt: skip
def test_is_article_url(url: str, wanted: bool) -> None:
    assert is_article_url(url) is wanted


@pytest.mark.parametrize(
    ("url", "links", "wanted"),
    [
        ("https://bao.example/so", ["?page=2", "?page=3", "?page=1"], ["https://bao.example/so?page=2", "https://bao.example/so?page=3"]),
        ("https://bao.example/so?page=2", ["?page=1", "?page=3"], ["https://bao.example/so?page=3"]),
        ("https://bao.example/so", ["/so/trang-2", "/khac/trang-2"], ["https://bao.example/so/trang-2"]),
        ("https://bao.example/so/page/2/", ["/so/page/3/", "/so/page/1/"], ["https://bao.example/so/page/3/"]),
        ("https://bao.example/so", ["/so-p2"], ["https://bao.example/so-p2"]),
        ("https://bao.example/so", ["/so?p_p_id=101_INSTANCE_x&p_p_state=normal&_101_INSTANCE_x_cur=2"], []),
        ("https://bao.example/so?p_p_id=101_INSTANCE_x", ["/so?p_p_id=101_INSTANCE_x&_101_INSTANCE_x_cur=2"], ["https://bao.example/so?p_p_id=101_INSTANCE_x&_101_INSTANCE_x_cur=2"]),
        ("https://bao.example/so", ["?PublishedDate=2025-07-01&page=2", "?month=7", "?page=99999", "?page=x", "https://khac.example/so?page=2"], []),
        ("https://bao.example/en/vi/en/vi/so", ["/en/vi/en/vi/en/so?page=2"], []),
    ],
)  # fmt: skip
def test_next_pages(url: str, links: list[str], wanted: list[str]) -> None:
    html = "".join(f'<a href="{link}">trang</a>' for link in links)
    found = find_next_pages(listing(html, url), SOURCE)
    if "_cur=2" in links[0] and not wanted:  # a Liferay portlet's own parameters do not make another listing
        assert found == ["https://bao.example" + links[0]]
    else:
        assert found == wanted


def test_canonical_and_feed_links() -> None:
    html = """<link href='/tin-chinh-1.html?a=1&amp;b=2' rel="canonical"><link rel="alternate" type="application/rss+xml" href="/rss/home.rss">
    <a href="/rss/thoi-su.rss">RSS</a><a href="https://khac.example/rss/x.rss">RSS</a>"""
    assert find_canonical_link(listing(html)) == "https://bao.example/tin-chinh-1.html?a=1&b=2"
    assert find_canonical_link(listing("<p>")) is None
    assert find_feed_links(listing(html), SOURCE) == ["https://bao.example/rss/home.rss", "https://bao.example/rss/thoi-su.rss"]


@pytest.mark.parametrize(
    ("url", "link", "wanted"),
    [
        ("https://bao.example/in/880", "/lang-chai-co-mang-moi-12345.html?utm_source=in", "https://bao.example/lang-chai-co-mang-moi-12345.html"),
        ("https://bao.example/in/880", "https://khac.example/lang-chai-co-mang-moi-12345.html", "https://bao.example/in/880"),
        ("https://bao.example/in/880", "https://bao.example/", "https://bao.example/in/880"),
        ("https://bao.example/lang-chai-co-mang-moi-12345.html", "/chuyen-doi-so", "https://bao.example/lang-chai-co-mang-moi-12345.html"),
        ("https://bao.example/doc/1", "/doc/2", "https://bao.example/doc/1"),
        ("https://bao.example/in/xom-nui-in_612", "/doc/xom-nui_611", "https://bao.example/doc/xom-nui_611"),
    ],
)  # fmt: skip
def test_the_address_of_an_article(url: str, link: str, wanted: str) -> None:
    assert find_article_address(listing(f'<head><link rel="canonical" href="{link}"></head>', url)) == wanted
    assert find_article_address(listing("<p>", url)) == url


RSS = """<rss version="2.0"><channel><title>Báo</title><item><title>
Làng chài &amp; mạng mới
</title><link>
https://bao.example/a-1.html
</link><description><![CDATA[<a href="x"><img></a></br>Sớm nay]]></description><pubDate>Mon, 14 Jul 2025 17:42:01 +0700</pubDate></item>
<item><title>Lần nữa</title><link>https://bao.example/a-1.html</link></item><item><title>Không ngày</title><link>https://bao.example/a-2.html</link></item></channel></rss>"""
ATOM = """<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Cổng</title><entry><title>Xóm núi</title>
<link href="https://bao.example/a-3.html"/><published>2025-07-14T00:10:00+07:00</published><updated>2025-07-15T00:10:00+07:00</updated></entry></feed>"""


def test_feed() -> None:
    found = parse_feed(RSS.encode())
    assert [(entry.url, entry.title) for entry in found] == [
        ("https://bao.example/a-1.html", "Làng chài & mạng mới"), ("https://bao.example/a-2.html", "Không ngày"),
    ]  # fmt: skip
    assert found[0].published == datetime(2025, 7, 14, 10, 42, 1, tzinfo=UTC)
    assert found[1].published is None
    assert parse_feed(ATOM.encode())[0].published == datetime(2025, 7, 13, 17, 10, tzinfo=UTC)


RELATIVE = """<rss version="2.0"><channel><title>Báo</title><item><title>Xóm núi</title><link>../bai/xom nui_5?utm_source=rss</link></item>
<item><title>Chợ quê</title><link>/bai/cho-que_6</link></item><item><title>Ở đâu</title><guid>777</guid></item></channel></rss>"""


def test_relative_addresses_in_feeds_and_sitemaps() -> None:
    found = [entry.url for entry in parse_feed(RELATIVE.encode(), "https://bao.example/kenh/tin.rss")]
    assert found == ["https://bao.example/bai/xom%20nui_5?utm_source=rss", "https://bao.example/bai/cho-que_6"]
    assert parse_feed(RELATIVE.encode()) == []
    page = parse_sitemap(b"<urlset><url><loc>/bai/cho-que_6</loc></url></urlset>", "https://bao.example/so-do.xml")
    assert [entry.url for entry in page.entries] == ["https://bao.example/bai/cho-que_6"]


NEWS = """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"><url><loc> https://bao.example/a-1.html </loc>
<lastmod>2025-07-14</lastmod><n:news><n:publication><n:name>Báo</n:name></n:publication><n:publication_date>2025-07-14T06:00:00+07:00</n:publication_date><n:title>Làng chài</n:title></n:news></url></urlset>"""
INDEX = "<sitemapindex><sitemap><loc>https://bao.example/s-1.xml</loc></sitemap></sitemapindex>"


def test_sitemap() -> None:
    page = parse_sitemap(gzip.compress(NEWS.encode()))
    assert (page.kind, page.entries[0].url, page.entries[0].title) == ("urls", "https://bao.example/a-1.html", "Làng chài")
    assert page.entries[0].published == datetime(2025, 7, 13, 23, tzinfo=UTC)
    assert page.entries[0].lastmod == datetime(2025, 7, 13, 17, tzinfo=UTC)
    index = parse_sitemap(INDEX.encode())
    assert (index.kind, [entry.url for entry in index.entries]) == ("index", ["https://bao.example/s-1.xml"])
    assert parse_sitemap(b"<urlset/>").entries == ()
    assert parse_sitemap(RSS.encode()).entries[0].title == "Làng chài & mạng mới"
    assert len(parse_sitemap(NEWS.replace("</urlset>", "<url><loc>htt").encode()).entries) == 1


BOMB = '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'


@pytest.mark.parametrize(
    "body",
    [
        (BOMB + RSS).encode(),
        (BOMB + NEWS).encode(),
        (BOMB + RSS).encode("utf-16"),
        b"<html><body>x</body></html>",
        b"",
        b"\x1f\x8b\x08broken",
    ],
)
def test_hostile_feed_or_sitemap(body: bytes) -> None:
    with pytest.raises(ReadError):
        parse_sitemap(body)
    with pytest.raises(ReadError):
        parse_feed(body)


def test_gzip_bomb_is_stopped() -> None:
    with pytest.raises(ReadError, match="MB"):
        parse_sitemap(gzip.compress(b" " * (MAX_SITEMAP_BYTES + 10)))


def test_json_feeds() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "items": [
            {"id": "1", "url": "/tin/mot.html", "title": "Tin <b>một</b>", "date_published": "2025-07-14T00:10:00+07:00"},
            {"id": "https://bao.example/tin/hai.html", "external_url": "https://khac.example/", "date_modified": "2025-07-15T08:00:00Z"},
            {"id": "khong-co-dia-chi"},
            {"url": "javascript:alert(1)"},
            {"url": "/tin/mot.html"},
            "la",
        ],
    }
    found = parse_feed(b"\xef\xbb\xbf\n" + json.dumps(feed).encode(), "https://bao.example/feed.json")
    assert [(e.url, e.title, e.published) for e in found] == [
        ("https://bao.example/tin/mot.html", "Tin một", datetime(2025, 7, 13, 17, 10, tzinfo=UTC)),
        ("https://bao.example/tin/hai.html", None, datetime(2025, 7, 15, 8, tzinfo=UTC)),
    ]


def test_wordpress_lists() -> None:
    posts = [
        {
            "link": "https://bao.example/tin-1/",
            "date": "2025-07-14T00:10:00",
            "date_gmt": "2025-07-13T17:10:00",
            "title": {"rendered": "Tin"},
        }
    ]
    (entry,) = parse_feed(json.dumps(posts).encode())
    assert (entry.url, entry.title, entry.published) == ("https://bao.example/tin-1/", "Tin", datetime(2025, 7, 13, 17, 10, tzinfo=UTC))


@pytest.mark.parametrize("body", [b"[" * 200_000, b'{"items": 5}', b'{"a": 1}', b'{"items": [', b"[1", b"{}"])
def test_json_that_is_no_feed(body: bytes) -> None:
    with pytest.raises(ReadError, match="no feed"):
        parse_feed(body)


def test_links_of_one_article_are_read_together() -> None:
    """Picture, headline and teaser, written in three ways; a date that counts only once is not asked for again; other hosts are left out."""
    html = """<div><a href="https://bao.example/xom-nui-co-lop-hoc-so-771.html"><img alt="Xóm núi có lớp học số"></a>
    <h3><a href="/xom-nui-co-lop-hoc-so-771.html">Xóm núi có lớp học số...</a></h3><p>01/01/2031</p>
    <a href="//bao.example/xom-nui-co-lop-hoc-so-771.html/" title="Xóm núi có lớp học số từ mùa thu">Xem thêm » » » » » »</a></div>
    <a href="https://www.khac.example/xom-nui-co-lop-hoc-so-771.html">Xóm núi có lớp học số</a>
    <div onclick="location.href='/ben-song-co-tram-do-nuoc-772.html'"><h2>Bến sông có trạm đo nước</h2><p>Ảnh ²: 12 · 7</p></div>"""
    found = find_listing_links(listing(html), SOURCE)
    assert [(link.url.removeprefix("https://bao.example"), link.title, link.listed_at) for link in found] == [
        ("/xom-nui-co-lop-hoc-so-771.html/", "Xóm núi có lớp học số từ mùa thu", None),
        ("/ben-song-co-tram-do-nuoc-772.html", "Bến sông có trạm đo nước", None),
    ]


def test_a_section_is_parsed_once_and_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed = []
    monkeypatch.setattr(html_tree, "_parse", lambda text, data, parse=html_tree._parse: parsed.append(text) or parse(text, data))
    html_tree.forget_page()
    reading = read_entry(replace(listing(f"<html>{ITEMS}</html>"), found_by="homepage"), SOURCE, Walk(), 0)
    assert len(reading.leads) == 2
    assert reading.following
    assert len(parsed) == 1
    assert html_tree.parse_body.cache_info().currsize == 0
