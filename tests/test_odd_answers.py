"""Answers that are not what they say, without a server: packing, bare UTF-16, notices, copies, sitemaps that name themselves."""

from __future__ import annotations

import gzip
import zlib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import brotli
import pytest
from warcio.archiveiterator import ArchiveIterator

from r57monitor.models import RawPage, Source
from r57monitor.text.article_urls import find_article_address
from r57monitor.text.challenge import find_stand_in
from r57monitor.text.extract import extract_page
from r57monitor.text.feeds import parse_sitemap
from r57monitor.text.html_tree import decode_page, find_bare_utf16
from spiders.leads import Walk
from spiders.middlewares import ArchiveMiddleware
from spiders.sitemap import read_sitemap
from tests.web import article_html
from warehouse.archive import Archive
from warehouse.encodings import AS_CAME, as_others_read
from warehouse.records import ArchivedPage, HttpHeads, plain_outcome
from warehouse.segment import SegmentWriter

NOW = datetime(2026, 3, 1, tzinfo=UTC)
PAGE = RawPage(url="https://bao.example/tin/xa-moi-12.html", body=b"", fetched_at=NOW, content_type="text/html", status=200, role="article")
HTML = article_html(12).encode()
PACKED = gzip.compress(HTML)


def archived(tmp_path: Path, body: bytes, *headers: tuple[str, str], role: str = "article") -> ArchivedPage:
    """The page as the crawl sees it, which must be what the archive gives back."""
    with SegmentWriter(tmp_path) as writer:
        page = writer.write(replace(PAGE, body=body, role=role), HttpHeads(response_headers=list(headers)))  # type: ignore[arg-type]
    archive = Archive(tmp_path)
    (segment,) = archive.segments()
    assert [replace(one, segment=page.segment) for one in archive.iterate(segment)] == [page]
    return page


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_packed_article_that_breaks_off_is_no_article(tmp_path: Path, encoding: str) -> None:
    packed = PACKED if encoding == "gzip" else zlib.compress(HTML)
    page = archived(tmp_path, packed[: len(packed) // 2], ("Content-Encoding", encoding))
    assert (page.error, plain_outcome(page)) == ("the packed body breaks off", "error")


def test_other_packing_is_kept_as_every_reader_can_unpack_it(tmp_path: Path) -> None:
    packed = brotli.compress(HTML)
    body, headers = as_others_read(packed, [("content-encoding", "br"), ("Vary", "x")])
    assert (body, headers) == (HTML, [(AS_CAME, "br"), ("Vary", "x")])
    archived(tmp_path, body, *headers)
    (segment,) = Archive(tmp_path).segments()
    with segment.open("rb") as file:
        found = [one.content_stream().read() for one in ArchiveIterator(file) if one.rec_type == "response"]
    assert found == [HTML]
    for kept in (packed[:-9], PACKED):  # broken, and what others unpack too
        assert as_others_read(kept, [("Content-Encoding", "gzip" if kept is PACKED else "br")])[0] is kept


def test_packing_without_its_last_bytes_is_a_whole_article(tmp_path: Path) -> None:
    page = archived(tmp_path, PACKED[:-8], ("Content-Encoding", "gzip"))
    assert (page.error, page.raw.body) == (None, HTML)


def test_of_a_feed_that_breaks_off_what_came_is_kept(tmp_path: Path) -> None:
    feed = gzip.compress(b"<rss><channel>" + b"".join(b"<item><link>https://bao.example/%d</link></item>" % n for n in range(2000)))
    page = archived(tmp_path, feed[: len(feed) // 2], ("Content-Encoding", "gzip"), role="feed")
    assert page.error is None
    assert page.raw.body.startswith(b"<rss>")


def test_packing_that_nobody_speaks_of_is_undone(tmp_path: Path) -> None:
    assert archived(tmp_path, PACKED).raw.body == HTML
    assert archived(tmp_path / "b", b"\x1f\x8b\x08 no gzip").raw.body == b"\x1f\x8b\x08 no gzip"


def test_an_empty_answer_is_a_fault(tmp_path: Path) -> None:
    assert archived(tmp_path, b"").error == "the answer is empty"
    assert archived(tmp_path / "robots", b"", role="robots").error is None


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("kind", ["text/html", "text/html; charset=utf-16", "text/html; charset=utf-8"])
def test_utf16_without_a_mark_is_read(codec: str, kind: str) -> None:
    raw = replace(PAGE, body=HTML.decode().encode(codec), content_type=kind)
    assert decode_page(raw.body, kind) == HTML.decode()
    assert extract_page(raw).title == "Xã số 12 đưa 112 thủ tục lên mạng"


@pytest.mark.parametrize("body", [b"", b"\x00", HTML, b"\x00" * 400, b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", b"a\x00" + b"xyz" * 100])
def test_nothing_else_is_taken_for_utf16(body: bytes) -> None:
    assert find_bare_utf16(body) is None


@pytest.mark.parametrize(
    ("title", "text", "found"),
    [
        ("Account Suspended", "This account is closed. Ask your provider.", "no_site"),
        ("baohuyen.example", "Tên miền này đang được rao bán. Gọi để biết giá.", "no_site"),
        ("baohuyen.example", "This domain may be for sale. Related searches: loans, hotels", "no_site"),
        ("Welcome to nginx!", "Further configuration is required.", "no_site"),
        ("Thông báo", "Nội dung này không khả dụng tại khu vực của bạn.", "region"),
        ("Sorry", "This page is not available in your country.", "region"),
        ("Thông báo", "Trình duyệt đang tắt cookie. Vui lòng bật cookie rồi tải lại trang.", "challenge"),
        ("500 - Internal server error.", "There is a problem with the resource you are looking for.", "broken"),
        ("Báo Mới", "Warning: mysqli_connect(): Connection refused in /www/db.php", "broken"),
        ("Báo Mới", "Không thể kết nối cơ sở dữ liệu.", "broken"),
        ("Xác minh bạn không phải robot", '<i class="g-recaptcha"></i>' + "Vui lòng hoàn thành bước xác minh. " * 80, "challenge"),
        ("Xác minh bạn đọc trúng thưởng", "Ban tổ chức xác minh từng phiếu trong tuần này. " * 60, None),
        ("Sập cơ sở dữ liệu dân cư", "Sáng nay ba xã không nhận được hồ sơ vì máy chủ mất điện.", None),
        ("Tên miền .vn tăng mạnh", "Tỉnh có 4.500 tên miền .vn, tăng 12% so với năm trước; 30% doanh nghiệp có trang riêng.", None),
        ("Ba xã tạm ngưng phiên chợ", "Vì bão, ba xã tạm ngưng phiên chợ số trong tuần này.", None),
    ],
)
def test_a_notice_in_place_of_a_site_is_named(title: str, text: str, found: str | None) -> None:
    body = f"<html><head><title>{title}</title></head><body><h1>{title}</h1><p>{text}</p></body></html>"
    assert find_stand_in(replace(PAGE, body=body.encode())) == found


def test_an_article_that_speaks_of_such_a_notice_is_none() -> None:
    body = (
        "<html><head><title>Mua bán tên miền</title></head><body>"
        + "<p>Tên miền này đang được rao bán, anh Ba kể.</p>" * 40
        + "</body></html>"
    )
    assert find_stand_in(replace(PAGE, body=body.encode())) is None


@pytest.mark.parametrize(
    ("path", "page", "own"),
    [
        ("/amp/xa-moi-12.html", "", "/xa-moi-12.html"),
        ("/print/12.html", "", "/12.html"),
        ("/m/tin/xa-moi-12.html", "", "/tin/xa-moi-12.html"),
        ("/xa-moi-12-print.html", "", "/xa-moi-12.html"),
        ("/xa-moi-12-in-bai.htm", "", "/xa-moi-12.htm"),
        ("/xa-moi-12.amp", '<a href="/xa-moi-12.html">Bản đầy đủ</a>', "/xa-moi-12.html"),
        ("/xa-moi-12.amp", "", "/xa-moi-12.amp"),  # nothing says what the whole page's address ends in
        ("/tin/ung-dung-cho-ba-con-tren-mobile.html", "", "/tin/ung-dung-cho-ba-con-tren-mobile.html"),
        ("/mobile/", "", "/mobile"),
        ("/blueprint-12.html", "", "/blueprint-12.html"),
    ],
)
def test_a_copy_is_told_by_the_form_of_its_address(path: str, page: str, own: str) -> None:
    raw = replace(PAGE, url=f"https://bao.example{path}", body=page.encode())
    assert find_article_address(raw) == f"https://bao.example{own}"


@pytest.mark.parametrize(
    ("own", "said"), [("/tin-74.html", "/tin-73.html"), ("/xa-moi-len-mang-nhanh-100002.html", "/xa-moi-len-mang-nhanh-100001.html")]
)
def test_a_template_that_names_one_article_on_all_pages_is_not_believed(own: str, said: str) -> None:
    page = f'<head><link rel="canonical" href="https://bao.example{said}"></head>'
    assert find_article_address(replace(PAGE, url=f"https://bao.example{own}", body=page.encode())) == f"https://bao.example{own}"


SOURCE = Source(id="a", name="A", kind="portal", homepage="https://bao.example/")
INDEX = "<sitemapindex>{}<sitemap><loc>https://bao.example/tin.xml</loc></sitemap></sitemapindex>"


@pytest.mark.parametrize("depth", [0, 1])
def test_an_index_that_names_itself_without_end(depth: int) -> None:
    itself = "".join(f"<sitemap><loc>https://bao.example/sitemap.xml?n={n}</loc></sitemap>" for n in range(90, 150))
    raw = replace(PAGE, url="https://bao.example/sitemap.xml", role="sitemap", body=INDEX.format(itself).encode())
    urls = [lead.url for lead in read_sitemap(raw, SOURCE, Walk(), depth)]
    assert urls[0] == "https://bao.example/tin.xml"
    assert (len(urls) == 1) == (depth == 1)


def test_a_sitemap_of_bare_lines() -> None:
    page = parse_sitemap(b"\xef\xbb\xbfhttps://bao.example/a-1.html\r\n\nhttps://bao.example/a-2.html\nnot an address\njavascript:x\n")
    assert [entry.url for entry in page.entries] == ["https://bao.example/a-1.html", "https://bao.example/a-2.html"]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (b"User-agent: r57monitor/1.0\nDisallow: /a\n", b"User-agent: r57monitor\nDisallow: /a\n"),
        (b"USER-AGENT : R57Monitor/2 # us\nDISALLOW: /a/b\n", b"USER-AGENT : R57Monitor # us\nDISALLOW: /a/b\n"),
        (b"User-agent: *\nDisallow: /x/1.0\n", b"User-agent: *\nDisallow: /x/1.0\n"),
    ],
)
def test_rules_for_a_version_hold_for_every_version(written: bytes, read: bytes) -> None:
    from scrapy import Request
    from scrapy.http import TextResponse

    answer = TextResponse("https://bao.example/robots.txt", body=written)
    raw = replace(PAGE, url=answer.url, body=written, role="robots")
    assert ArchiveMiddleware._decoded(None, Request(answer.url), answer, raw).body == read  # type: ignore[arg-type]
