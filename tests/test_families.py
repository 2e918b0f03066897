"""What a page's source tells of its site: system, name, kind, province, sections."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from r57monitor.gazetteer import load_gazetteer
from r57monitor.models import RawPage
from r57monitor.text.families import common_shape, find_family, kind_of, load_site_rules, needs_script
from r57monitor.text.site_clues import find_sections, find_site_name, find_site_province

TODAY = date(2026, 3, 1)


def page(body: str, url: str = "https://trang.example/") -> RawPage:
    return RawPage(url=url, body=body.encode(), fetched_at=datetime(2026, 3, 1, tzinfo=UTC), content_type="text/html; charset=utf-8")


@pytest.mark.parametrize(
    ("source", "family"),
    [
        ('<meta name="GENERATOR" content="Microsoft SharePoint"><div id="MSOZoneCell_WebPartWPQ2">', "sharepoint"),
        ('<meta name="GENERATOR" content="Microsoft SharePoint"><link href="/_layouts/LacVietBio/a.css"><p class="lv_description_mode1">',
         "sharepoint-lacviet"),
        ('<body class="aui"><a href="/web/guest/tin/-/view_content/12-bai">', "liferay"),
        ('<form id="aspnetForm"><input name="__VIEWSTATE" value="x">', "webforms"),
        ('<meta name="generator" content="NukeViet v4.5"><script>var nv_lang_variable="vi"</script>', "nukeviet"),
        ('<h1 class="article__title cms-title"></h1><div class="article__body zce-content-body cms-body">', "onecms"),
        ('<div class="detail-content afcbc-body" data-role="content">', "vccorp"),
        ('<link rel="https://api.w.org/" href="https://a.example/wp-json/"><div class="entry-content">', "wordpress"),
        ('<div class="content-fck slider-jsgallery">', "paper-cms"),
        ('<div class="entry-content">một dấu hiệu thôi chưa đủ</div>', None),
        ("<p>không có gì</p>", None),
    ],
)  # fmt: skip
def test_family(source: str, family: str | None) -> None:
    found = find_family([page(f"<html>{source}</html>")])
    assert (found.id if found else None) == family


def test_every_family_says_what_to_look_out_for_in_both_languages() -> None:
    for family in load_site_rules().families:
        assert family.traps
        assert all(" / " in trap for trap in family.traps)
        assert all(path.startswith("/") for path in (*family.feeds, *family.sitemaps))


def test_a_shape_of_addresses_is_taken_only_when_all_have_it() -> None:
    onecms = next(f for f in load_site_rules().families if f.id == "onecms")
    urls = [f"https://a.example/mot-bai-viet-post{n}.html" for n in range(3)]
    assert common_shape(onecms, urls) == r"-post\d+\.[a-z]{2,5}$"
    assert common_shape(onecms, [*urls, "https://a.example/chuyen-muc/"]) is None
    assert common_shape(onecms, urls[:2]) is None
    assert common_shape(None, urls) is None


@pytest.mark.parametrize(
    ("name", "host", "kind"),
    [
        ("Cổng thông tin điện tử tỉnh Lào Cai", "laocai.gov.vn", "portal"),
        ("Báo Nghệ An điện tử", "baonghean.vn", "newspaper"),
        ("Báo và phát thanh, truyền hình Cà Mau", "baocamau.vn", "newspaper"),
        ("Đài Phát thanh và Truyền hình Huế", "trt.com.vn", "broadcaster"),
        ("Sở Khoa học và Công nghệ tỉnh Sơn La", "sokhcn.sonla.gov.vn", "department"),
        ("Trang chủ", "skhcn.laocai.gov.vn", "department"),
        ("Trang chủ", "angiang.gov.vn", "portal"),
        ("Tỉnh ủy Quảng Trị", "tinhuyquangtri.vn", "party"),
        ("Cổng thông tin điện tử Bộ Xây dựng", "moc.gov.vn", "ministry"),
        ("Trang thông tin điện tử tổng hợp Tin Nhanh", "tinnhanh.example", "aggregator"),
        ("Thông tấn xã Việt Nam", "vnanet.vn", "agency"),
        ("Chuyện quê", "chuyenque.example", None),
    ],
)
def test_kind(name: str, host: str, kind: str | None) -> None:
    assert kind_of(name, host) == kind


@pytest.mark.parametrize(
    ("name", "host", "province"),
    [
        ("Báo Bắc Ninh", "x.example", "Bắc Ninh"),
        ("Cổng thông tin điện tử Thành phố Hồ Chí Minh", "x.example", "Hồ Chí Minh"),
        ("Sở Khoa học và Công nghệ", "sokhcn.quangtri.gov.vn", "Quảng Trị"),
        ("Trang tin", "baonghean.vn", "Nghệ An"),
        ("Trang tin", "daknong.gov.vn", "Đắk Nông"),
        ("Báo Bà Rịa - Vũng Tàu", "x.example", "Bà Rịa - Vũng Tàu"),
        ("Thời báo Kinh tế", "thoibao.example", None),
        (None, "tin247.example", None),
    ],
)
def test_province(name: str | None, host: str, province: str | None) -> None:
    entity = find_site_province(name, host, load_gazetteer(), TODAY)
    assert (entity.name if entity else None) == province


def test_the_name_is_the_outlets_not_the_pages() -> None:
    front = page("<html><head><title>Trang chủ | Báo Miền Biển điện tử</title></head><body></body></html>")
    assert find_site_name([front]) == "Báo Miền Biển điện tử"
    bare = page('<html><head><title>Trang chủ</title></head><body><a href="/"><img alt="Báo Miền Biển"></a></body></html>')
    assert find_site_name([bare]) == "Báo Miền Biển"
    described = page("<html><head><title>Nhịp sống Miền Biển - báo điện tử của tỉnh</title></head><body></body></html>")
    assert find_site_name([described]) == "Nhịp sống Miền Biển"
    assert find_site_name([page("<html><body>x</body></html>")]) is None


def test_sections_of_the_subject_come_first_and_headlines_are_none() -> None:
    body = """<html><body><ul><li><a href="/thoi-su/">Thời sự</a></li><li><a href="/chuyen-doi-so/">Chuyển đổi số</a></li>
    <li><a href="/video/">Video tin tức</a></li>
    <li><a href="https://khac.example/khoa-hoc/">Khoa học</a></li><li><a href="javascript:x()">Tin mới</a></li>
    <li><a href="/the-thao/">Thể thao</a></li></ul>
    <a href="/chuyen-doi-so-o-xa-vung-cao-co-ket-qua-12345.html">Chuyển đổi số ở xã vùng cao bước đầu có kết quả</a></body></html>"""
    found = find_sections(page(body), frozenset({"trang.example"}))
    assert [(link.url, link.is_topic) for link in found] == [
        ("https://trang.example/chuyen-doi-so/", True),
        ("https://trang.example/thoi-su/", False),
    ]


def test_sections_are_named_by_whole_words() -> None:
    body = """<ul><li><a href="/song/">Dòng chuyển đổi sông ngòi</a></li><li><a href="/cds/">Tin: chuyển đổi số</a></li>
    <li><a href="/moi/">Tin mới nhất</a></li><li><a href="/moc/">Tin mớin</a></li></ul>"""
    found = find_sections(page(body), frozenset({"trang.example"}))
    assert [(link.url, link.is_topic) for link in found] == [("https://trang.example/cds/", True), ("https://trang.example/moi/", False)]


def test_a_page_that_waits_for_its_program() -> None:
    assert needs_script(page('<html><body><div id="root"></div><script>var long = "' + "x" * 5000 + '"</script></body></html>'))
    assert not needs_script(page('<html><body><div id="root"></div><p>' + "Đã có chữ rồi. " * 60 + "</p></body></html>"))
    assert not needs_script(page("<html><body><p>Ngắn</p></body></html>"))
