"""Formats, dates, roles and hostile pages; the portal systems' own pages are in test_extract_pages.py."""

# ruff: noqa: E501  (pages, lines and addresses stand as they are)

from __future__ import annotations

import io
import json
import re
import time
import unicodedata
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from r57monitor.clock import VIETNAM
from r57monitor.errors import ReadError
from r57monitor.models import RawPage, Source
from r57monitor.text.boilerplate import clean_lines, is_chrome_line, is_tail_heading
from r57monitor.text.extract import extract_page
from r57monitor.text.html_tree import decode_page
from r57monitor.text.normalize import normalize_text
from tests.files import write_pdf

FETCHED = datetime(2025, 8, 1, 2, tzinfo=UTC)
PROSE = "<p>Xã vừa khai trương điểm hỗ trợ dịch vụ công, mở cửa cả buổi tối để người đi làm đồng ghé qua.</p>"
MORE = "<p>Sau hai tuần, điểm này đã giúp hơn 300 lượt người nộp hồ sơ, phần lớn là cấp lại giấy khai sinh và đăng ký kết hôn.</p>"


def page(body: str, head: str = "", url: str = "https://bao.example/tin/diem-ho-tro-buoi-toi-1.html", **more: Any) -> RawPage:
    html = f"<!DOCTYPE html><html><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>"
    return RawPage(url=url, body=html.encode(), fetched_at=FETCHED, content_type="text/html", **more)


def plain(text: str, **more: Any) -> RawPage:
    return RawPage(url="file:///van-ban.txt", body=text.encode(), fetched_at=FETCHED, content_type="text/plain", **more)


def day(found: Any) -> str | None:
    return found.published.astimezone(VIETNAM).date().isoformat() if found.published else None


TITLE = "<h1>Điểm hỗ trợ mở cửa buổi tối</h1>"


@pytest.mark.parametrize(
    ("dateline", "wanted"),
    [
        ("<span class='date'>Thứ tư, 5/3/2025, 17:42 (GMT+7)</span>", "2025-03-05"),
        ("<table><tr><td class='Time'>05/03/2025</td></tr></table>", "2025-03-05"),
        ("<div>08:12 05/03/2025</div>", "2025-03-05"),
        ("<div>5/3/25</div>", "2025-03-05"),
        ("<div>(05/03/2025)</div>", "2025-03-05"),
        ("<div>05-03-2025 | Lượt xem: 106</div>", "2025-03-05"),
        ("<div>05.03.2025</div>", "2025-03-05"),
        ("<div>Cập nhật lúc: 09h30 ngày 05/03/2025</div>", "2025-03-05"),
        ("<div>Ngày 5 tháng 3 năm 2025</div>", "2025-03-05"),
        ("<div>5 Th3, 2025</div>", "2025-03-05"),
        ("<div>Th3 5, 2025</div>", "2025-03-05"),
        ("<div>Ngày gửi: 05/03/2025 14:22</div>", None),
        (
            "<a href='/x'><time datetime='2025-03-05T01:10:00+00:00'>05/03/2025</time><time datetime='2025-03-09'>09/03/2025</time></a>",
            "2025-03-05",
        ),
        ("<time datetime='3/5/2025 8:12:00 AM'></time>", "2025-03-05"),
        ("<time datetime='2025-03-04T17:30:00Z'></time>", "2025-03-05"),
        ("<time datetime='2025-03-05T08:12:00+0700'></time>", "2025-03-05"),
        ("<div class='datetime-now'>Thứ sáu, 01/08/2025</div>", None),
        ("<div>Hôm nay: Thứ sáu, 01/08/2025</div>", None),
        ("<div>05/03/2027</div>", None),
        ("", None),
    ],
)
def test_visible_date(dateline: str, wanted: str | None) -> None:
    cited = "<p>Nghị quyết số 57-NQ/TW ngày 22/12/2024 của Bộ Chính trị được nhắc lại ngay đầu buổi họp của xã hôm ấy.</p>"
    others = (
        "<h4>Tin khác</h4><ul><li><a href='/tin/khac-mot-2.html'>Chợ quê dùng mã quét khi thanh toán</a>"
        "<span class='date'>(01/03/2025)</span></li></ul>"
    )
    found = extract_page(page(f"{TITLE}{dateline}<div class='noi-dung'>{PROSE}{cited}{MORE}</div>{others}"))
    assert day(found) == wanted
    assert (found.published_from == "none") == (wanted is None)


@pytest.mark.parametrize(
    ("head", "wanted"),
    [
        ("<meta property='article:published_time' content='2025-03-05T00:10:00+07:00'>", "2025-03-05"),
        ("<meta name='pubdate' content='3/5/2025 8:00:00 AM'>", "2025-03-05"),
        ("<meta name='pubdate' content='2025-03-05T23:30:00+08:00'>", "2025-03-05"),
        ('<script type=\'application/ld+json\'>{"@type":"NewsArticle","datePublished":"2025-03-05"}</script>', "2025-03-05"),
        ("<meta property='article:published_time' content='2027-03-05T00:10:00+07:00'>", None),
        ("<meta property='article:modified_time' content='2025-03-05T00:10:00+07:00'>", None),
    ],
)
def test_head_date(head: str, wanted: str | None) -> None:
    found = extract_page(page(f"{TITLE}<div class='noi-dung'>{PROSE}{MORE}</div>", head))
    assert day(found) == wanted


def test_false_utc_mark_is_put_right_by_the_dateline() -> None:
    head = "<meta property='article:published_time' content='2025-03-05T20:10:00Z'>"
    found = extract_page(page(f"{TITLE}<div>05/03/2025 20:10</div><div class='noi-dung'>{PROSE}{MORE}</div>", head))
    assert found.published == datetime(2025, 3, 5, 13, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("more", "wanted", "origin"),
    [
        ({"feed_date": datetime(2025, 7, 2, 1, tzinfo=UTC), "list_date": datetime(2025, 7, 1, tzinfo=UTC)}, "2025-07-02", "feed"),
        ({"list_date": datetime(2025, 7, 1, tzinfo=UTC)}, "2025-07-01", "list"),
        ({"given_published": date(2025, 6, 1), "feed_date": datetime(2025, 7, 2, tzinfo=UTC)}, "2025-06-01", "given"),
        ({"url": "https://bao.example/2025/06/30/diem-ho-tro.html"}, "2025-06-30", "url"),
        ({"url": "https://bao.example/diem-ho-tro-20250630101112123.htm"}, "2025-06-30", "url"),
        ({"list_date": FETCHED + timedelta(days=3)}, None, "none"),
        ({}, None, "none"),
    ],
)
def test_other_evidence(more: dict[str, Any], wanted: str | None, origin: str) -> None:
    found = extract_page(page(f"{TITLE}<div class='noi-dung'>{PROSE}{MORE}</div>", **more))
    assert (day(found), found.published_from) == (wanted, origin)


def test_relative_date_only_where_the_fetch_was_the_visit() -> None:
    body = f"{TITLE}<div>3 giờ trước</div><div class='noi-dung'>{PROSE}{MORE}</div>"
    assert extract_page(page(body, found_by="listing")).published == FETCHED - timedelta(hours=3)
    assert extract_page(page(body)).published is None


@pytest.mark.parametrize(
    ("head", "body", "more", "wanted"),
    [
        ("<title>Chợ quê bán hàng qua mạng | Báo Quê</title>", "<h2>Chợ quê bán hàng qua mạng</h2>", {}, "Chợ quê bán hàng qua mạng"),
        ("<title>Chợ quê - mạng xã hội: Hai chuyện - Thời sự - Báo Quê</title>", "", {}, "Chợ quê - mạng xã hội: Hai chuyện"),
        ("<title>Trang chủ</title>", "<h1>Home</h1>", {"list_title": "Chợ quê bán hàng qua mạng"}, "Chợ quê bán hàng qua mạng"),
        ("<title>Cổng thông tin điện tử xã Đồng</title>", "<td>Chợ quê bán hàng qua mạng cả tháng</td>", {"list_title": "Chợ quê bán hàng qua mạng …"},
         "Chợ quê bán hàng qua mạng cả tháng"),
        ("<title>Chợ quê bán hàng qua mạng - Trang tin của sở</title>",
         "<table><tr><td>Trang tin</td><td><b>Chợ quê bán hàng qua mạng</b><br><i>Ngày đăng: 11/01/2025 09:05</i></td></tr></table>",
         {"list_title": "Chợ quê bán hàng qua mạng"}, "Chợ quê bán hàng qua mạng"),
        ("<meta property='og:title' content='Chợ quê bán hàng qua mạng'>", "<h1>Tin tức sự kiện nổi bật</h1>", {}, "Chợ quê bán hàng qua mạng"),
    ],
)  # fmt: skip
def test_title(head: str, body: str, more: dict[str, Any], wanted: str) -> None:
    assert extract_page(page(f"{body}<div class='noi-dung'>{PROSE}{MORE}</div>", head, **more)).title == wanted


def test_selectors_of_the_source_win() -> None:
    source = Source(
        id="x", name="X", kind="portal", homepage="https://bao.example/", title_css=".a", date_css=".b", body_css=".c", drop_css=".d"
    )
    body = (
        f"<h1>Không phải tiêu đề của bài</h1><p class='a'>Tiêu đề do người dùng chỉ ra</p><p class='b'>đăng 02.07.2025</p>"
        f"<div class='article-content'>{PROSE}</div><div class='c'>{MORE}<p class='d'>Đoạn này phải bỏ đi theo bộ chọn của nguồn tin.</p></div>"
    )
    found = extract_page(page(body), source)
    assert found.title == "Tiêu đề do người dùng chỉ ra"
    assert day(found) == "2025-07-02"
    assert found.text == MORE[3:-4]


def test_headline_with_its_day_in_one_cell() -> None:
    """Pages of tables without a headline of their own: the cell's text before day and time is the title, and they are its day."""
    prose = "Tổ công nghệ số của bản đi từng nhà, giúp bà con nộp hồ sơ qua mạng và xem kết quả trên điện thoại. " * 3
    cell = "<b>Bản Nà Hin mở điểm hỗ trợ dịch vụ công buổi tối</b> <span>(12/05/2025 08:30)</span>"
    html = f"<table><tr><td>Trang chủ</td><td><table><tr><td>{cell}</td></tr><tr><td><p>{prose}</p></td></tr></table></td></tr></table>"
    found = extract_page(page(html, head="<title>Cổng thông tin xã</title>"))
    assert (found.title, day(found)) == ("Bản Nà Hin mở điểm hỗ trợ dịch vụ công buổi tối", "2025-05-12")
    assert "08:30" not in found.text
    twice = html.replace("</table></td>", f"<tr><td>{cell.replace('Nà Hin', 'Pá Liềng')}</td></tr></table></td>")
    assert extract_page(page(twice, head="<title>Cổng thông tin xã</title>")).title == "Cổng thông tin xã"


def test_unknown_layout_keeps_the_prose_and_drops_the_rest() -> None:
    menu = "".join(f"<li><a href='/m{n}'>Mục số {n}</a></li>" for n in range(30))
    found = extract_page(
        page(f"<ul>{menu}</ul><div><div>{TITLE}<section>{PROSE}{MORE}{PROSE.replace('Xã', 'Phường')}</section></div></div>")
    )
    assert found.text.split("\n") == [PROSE[3:-4], MORE[3:-4], PROSE[3:-4].replace("Xã", "Phường")]
    assert found.page_type == "article"


def test_comments_and_a_print_pages_day() -> None:
    """Comments in a box named for them go, the day above the headline of a print page is read, and so is who a page says wrote it."""
    comments = "<section class='box-cmt'><p>Bài viết rất hay, xã tôi cũng nên mở một điểm hỗ trợ như thế cho bà con.</p></section>"
    follow = "<p>Mời bạn đọc theo dõi trang của chúng tôi trên Google News để không bỏ lỡ tin nào.</p>"
    day_above = "<div class='print-date'>Thứ hai, ngày 12/05/2025 08:30 GMT+7</div>"
    found = extract_page(
        page(f"<div class='createdby'>Viết bởi Lò Thị Mai</div>{day_above}{TITLE}<div>{PROSE}{MORE}{follow}</div>{comments}")
    )
    assert found.text.split("\n") == [PROSE[3:-4], MORE[3:-4]]
    assert (day(found), found.author) == ("2025-05-12", "Lò Thị Mai")


def test_plain_text_page() -> None:
    text = (
        "Trang chủ\nA- A A+ | Tăng tương phản\n\nXã Đồng dùng chung một kho số liệu\nCập nhật: 05/06/2025 08:30\nLượt xem: 96\n\n"
        "Từ đầu tháng sáu, các thôn thôi gửi báo cáo giấy, mọi số liệu được nhập một lần và dùng chung cho cả xã.\n\n"
        "Cán bộ thống kê cho biết 14 thôn đã nhập xong.\n\nHoa Lúa\n\nTin liên quan:\n• Xã bên mở lớp học đêm\n\n0 bình luận\n{name} - {time}\nHôm nay: 3\n"
    )
    found = extract_page(plain(text))
    assert (found.page_type, found.title, found.author, day(found)) == (
        "article",
        "Xã Đồng dùng chung một kho số liệu",
        "Hoa Lúa",
        "2025-06-05",
    )
    assert found.text.count("\n") == 1
    assert found.text.endswith("14 thôn đã nhập xong.")


def test_hard_wrapped_text_is_joined() -> None:
    words = [
        "Mỗi",
        "buổi",
        "chiều",
        "tổ",
        "công",
        "nghệ",
        "số",
        "lại",
        "ghé",
        "từng",
        "nhà",
        "để",
        "chỉ",
        "cho",
        "người",
        "già",
        "cách",
        "gọi",
        "bác",
        "sĩ",
        "qua",
        "màn",
        "hình",
        "và",
        "hẹn",
        "ngày",
        "khám",
    ]
    lines = [" ".join(words[n : n + 12]) for n in range(0, len(words), 12)]
    text = (
        "Chuyện một buổi chiều ở xóm núi xa\n\n"
        + ("\n".join(lines) + ".\n\n") * 1
        + "\n".join(f"{line} {n}" for n, line in enumerate(lines))
        + "."
    )
    found = extract_page(plain(text))
    assert " ".join(words) + "." in found.text


def test_official_document_of_plain_text() -> None:
    text = (
        "Kế hoạch 12/KH-UBND về lớp học số\n| Số hiệu | 12/KH-UBND |\n| Ngày ban hành | 09/05/2025 |\n| Loại văn bản | Kế hoạch |\n"
        "|\nỦY BAN NHÂN DÂN |\nThực hiện Nghị quyết số 57-NQ/TW ngày 22/12/2024, Ủy ban nhân dân xã ban hành kế hoạch mở 20 lớp học số.\n"
        "a) Mỗi thôn cử ít nhất 02 người đi học.\nĐăng xuất\n"
    )
    found = extract_page(plain(text))
    assert (found.page_type, day(found), found.published_from) == ("document", "2025-05-09", "text")
    assert "Ngày ban hành | 09/05/2025" in found.text.split("\n")
    assert not found.text.endswith("Đăng xuất")


def test_pdf_text_layer() -> None:
    lines = [
        "Báo cáo kết quả lớp học số của xã Đồng", "Trong tháng bảy, xã mở 12 lớp học số tại các nhà văn hóa thôn,",
        "thu hút 480 người dân tham gia, phần lớn là người cao tuổi.", "Xã đề nghị huyện cấp thêm máy tính cho hai thôn ở xa.",
    ]  # fmt: skip
    found = extract_page(
        RawPage(url="https://xa.example/bao-cao.pdf", body=write_pdf(lines), fetched_at=FETCHED, content_type="application/pdf")
    )
    assert found.title == lines[0]
    assert found.text.split("\n") == [f"{lines[1]} {lines[2]}", lines[3]]
    assert found.language == "vi"


def test_pdf_of_two_columns_is_read_column_by_column() -> None:
    typst = pytest.importorskip("typst")
    paragraphs = [
        f"Ở đợt {number} trong năm, xã Đồng mở {number + 10} lớp học số cho bà con các thôn xa, mỗi lớp kéo dài ba tuần."
        for number in range(9)
    ]
    source = '#set page(height: 14cm)\n#set text(lang: "vi")\n#columns(2)[\n' + "\n\n".join(paragraphs) + "\n]"
    raw = RawPage(
        url="https://xa.example/to-tin.pdf", body=typst.compile(source.encode()), fetched_at=FETCHED, content_type="application/pdf"
    )
    lines = extract_page(raw).text.split("\n")
    assert [line for line in lines if line in paragraphs] == paragraphs


def test_scanned_pdf_says_what_to_do() -> None:
    with pytest.raises(ReadError, match=r"scanned.*ocrmypdf"):
        extract_page(RawPage(url="https://xa.example/scan.pdf", body=write_pdf([]), fetched_at=FETCHED, content_type="application/pdf"))


def test_docx_paragraphs_and_tables_in_order() -> None:
    document = docx.Document()
    document.add_paragraph("Báo cáo nhanh về dịch vụ công của xã Đồng")
    document.add_paragraph("Sáu tháng đầu năm, xã tiếp nhận 900 hồ sơ, trong đó 810 hồ sơ nộp qua mạng.")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip((c for row in table.rows for c in row.cells), ("Thôn", "Hồ sơ", "Thôn Thượng", "120"), strict=True):
        cell.text = text
    document.add_paragraph("Xã sẽ mở thêm một điểm tiếp nhận vào tháng chín.")
    file = io.BytesIO()
    document.save(file)
    found = extract_page(RawPage(url="file:///bao-cao.docx", body=file.getvalue(), fetched_at=FETCHED))
    assert found.title == "Báo cáo nhanh về dịch vụ công của xã Đồng"
    assert found.text.split("\n")[1:3] == ["Thôn | Hồ sơ", "Thôn Thượng | 120"]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n0000", "image/png"), (b"PK\x03\x04 no archive", "application/zip"), (b'{"a": 1}', "application/json"),
        (b"%PDF-1.4 broken", "application/pdf"), (bytes(range(256)) * 8, "text/html"), (b"<?xml version='1.0'?><rss/>", "application/rss+xml"),
    ],
)  # fmt: skip
def test_unreadable_bytes(body: bytes, kind: str) -> None:
    with pytest.raises(ReadError, match=r"x\.example"):
        extract_page(RawPage(url="https://x.example/tep", body=body, fetched_at=FETCHED, content_type=kind))


@pytest.mark.parametrize(
    ("body", "kind", "wanted"),
    [
        ("Hỏi đáp".encode(), "text/html", "Hỏi đáp"),
        ("Hỏi đáp".encode("utf-16"), "text/html", "Hỏi đáp"),
        (b"\xef\xbb\xbf" + "Hỏi".encode(), "text/html; charset=iso-8859-1", "Hỏi"),
        ("Hỏi đáp".encode(), "text/html; charset=windows-1258", "Hỏi đáp"),
        (b"<meta charset=windows-1252>caf\xe9", "text/html", "<meta charset=windows-1252>café"),
        ("Hỏi".encode()[:-2], "text/html", "H\ufffd"),
        (b"\xff", "text/html; charset=no-such-thing", "\ufffd"),
    ],
)
def test_letters(body: bytes, kind: str, wanted: str) -> None:
    assert decode_page(body, kind) == wanted


@pytest.mark.parametrize(
    "html",
    [
        "", "   ", "<", "<html>" + "<div>" * 50_000 + PROSE * 8, "<b><i><font>" * 20_000 + PROSE, "<table><tr><td>" * 3_000 + PROSE,
        "<div " + "a=b " * 20_000 + ">" + PROSE, "<p>" + "1234567890 " * 50_000, "<a href='/x'>x</a>" * 20_000, "<ul>" + "<li>1/1/2025" * 5_000,
        "<script>" * 5_000 + PROSE, "&nbsp;" * 50_000,
    ],
)  # fmt: skip
def test_hostile_page_ends_soon(html: str) -> None:
    started = time.process_time()
    found = extract_page(RawPage(url="https://x.example/tin", body=html.encode(), fetched_at=FETCHED, content_type="text/html"))
    assert found.page_type in {"article", "list", "document", "empty"}
    assert time.process_time() - started < 10


@given(st.text(max_size=400))
def test_any_text_is_read(text: str) -> None:
    found = extract_page(plain(text)) if "\x00" not in text and not _is_odd(text) else None
    if found is not None:
        assert found.text == normalize_text(found.text)


def _is_odd(text: str) -> bool:
    return any(ord(char) < 32 for char in text) or text.startswith(("%PDF", "PK", "\ufeff")) or any(0xD800 <= ord(c) < 0xE000 for c in text)


@given(
    st.lists(
        st.sampled_from(
            ["Tin liên quan", "Xem thêm", "Lượt xem: 3", "a | b", "Một câu văn đủ dài để được coi là câu văn thật sự của bài.", "Ngắn"]
        ),
        max_size=14,
    )
)
def test_cleaning_twice_changes_nothing_more(lines: list[str]) -> None:
    once = clean_lines(lines, "Tựa")
    assert clean_lines(once, "Tựa") == once


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("Lượt xem: 1.358", True), ("Đang online: 12", True), ("Á- Â + | Tăng tương phản Giảm tương phản", True), ("{{name}} - {{time}}", True),
        ("Chia sẻ: Facebook Zalo Sao chép liên kết", True), ("Chia sẻ 25 Thích 134", True), ("Lượt xẽm: 106", True), ("A− A A+", True), ("---------", True),
        ("Tỉnh có 106 lượt người xem triển lãm số trong ngày đầu.", False), ("1. Đến hết năm 2025 đạt 60%", False), ("Thu hút hơn 300 lượt khách", False),
        ("Huế | 36/74 | 48,6%", False), ("Hôm nay tỉnh khai trương trung tâm dữ liệu", False),
    ],
)  # fmt: skip
def test_chrome_line(line: str, wanted: bool) -> None:
    assert is_chrome_line(line) is wanted


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("Tin liên quan:", True), ("Các tín khác", True), ("CÁC TIN KHÁC:", True), ("Tin khác hẳn mọi năm", False),
        ("Video cùng chương trình", True), ("3 phản hồi cho bài viết", True), ("Bình luận (12)", True), ("Popular Posts", True),
        ("Sự kiện mới ở xã vùng biên", False), ("Bài học liên quan đến dữ liệu", False), ("Nội dung mới của kế hoạch", False),
        ("Ý kiến của bạn đọc về 57 nhiệm vụ:", True), ("Phản hồi cho 1.204 kiến nghị, đạt 98%.", False),
    ],
)  # fmt: skip
def test_tail_heading(line: str, wanted: bool) -> None:
    assert is_tail_heading(line) is wanted


REAL = Path(__file__).resolve().parents[2] / "shared" / "gold"


@pytest.mark.skipif(not REAL.is_dir(), reason="the annotated pages are not on this machine")
def test_annotated_pages() -> None:
    """Floors on annotated pages, where they are at hand: all titles, dates, anchors and boilerplate right."""
    wrong = []
    for file in sorted((REAL / "dev" / "gold").glob("*.json")):
        gold = json.loads(file.read_text("utf-8"))
        body = (REAL / "dev" / "articles" / f"{file.stem}.html").read_bytes()
        found = extract_page(RawPage(url=gold["url"], body=body, fetched_at=datetime(2026, 9, 1, tzinfo=UTC), content_type="text/html"))
        flat = " ".join(found.text.split())
        wrong += [(file.stem, "title")] if found.title != gold.get("title_raw", gold["title"]) else []
        wrong += [(file.stem, "date")] if day(found) != gold["published"] else []
        wrong += [(file.stem, anchor) for anchor in gold["body_anchors"] if anchor not in flat]
        wrong += [(file.stem, line) for line in gold["boilerplate"] if line in flat]
    assert not wrong


LETTERHEAD = "UBND TỈNH VEN ĐỒI\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n"


def test_the_letterhead_before_the_headline_keeps_number_and_place() -> None:
    text = (
        f"{LETTERHEAD}Số: 41/KH-UBND\nVen Đồi, ngày 14 tháng 3 năm 2025\nKẾ HOẠCH\nMở dữ liệu của tỉnh trong năm tới\n"
        + "Các sở làm ngay việc này. " * 9
    )
    found = extract_page(plain(text))
    assert found.title == "Mở dữ liệu của tỉnh trong năm tới"
    assert found.text.split("\n")[:3] == ["UBND TỈNH VEN ĐỒI", "Số: 41/KH-UBND", "Ven Đồi, ngày 14 tháng 3 năm 2025"]
    assert (found.page_type, day(found)) == ("document", "2025-03-14")


def test_number_and_date_on_one_line_are_no_headline() -> None:
    text = "Số: 41/KH-UBND | Ven Đồi, ngày 14 tháng 3 năm 2025\nMở dữ liệu của tỉnh\n" + "Các sở làm ngay việc này. " * 9
    found = extract_page(plain(text))
    assert found.title is None or "41/KH-UBND" not in found.title
    assert "41/KH-UBND" in found.text


@pytest.mark.parametrize(
    ("line", "title", "wanted"),
    [
        ("Xã vùng cao làm giàu từ dữ liệu 11/01/2025 16:01", "Xã vùng cao làm giàu từ dữ liệu", "2025-01-11"),
        ("Xã vùng cao làm giàu từ dữ liệu - 16:01 11/01/2025 (GMT+7)", "Xã vùng cao làm giàu từ dữ liệu", "2025-01-11"),
        ("Xã vùng cao làm giàu từ Nghị quyết ngày 22/12/2024", "Xã vùng cao làm giàu từ Nghị quyết ngày 22/12/2024", None),
        ("Xã vùng cao làm giàu trước mốc 31/12/2025", "Xã vùng cao làm giàu trước mốc 31/12/2025", None),
    ],
)
def test_the_time_of_publication_at_the_end_of_a_headline(line: str, title: str, wanted: str | None) -> None:
    found = extract_page(plain(line + "\n" + "Bà con đã quen nộp hồ sơ trên điện thoại. " * 9))
    assert (found.title, day(found)) == (title, wanted)


def test_a_text_of_short_paragraphs_keeps_all_of_them() -> None:
    """A long line without a full stop below the first paragraphs is a heading within the text, not its headline."""
    lines = [
        "Lớp học số ở bản Nà Pục mở buổi thứ năm", "Tối thứ sáu nào nhà văn hóa bản cũng sáng đèn vì có lớp học dùng điện thoại.",
        "Người dạy là hai đoàn viên vừa học xong lớp tập huấn của huyện.", "Những điều bà con học được qua năm buổi và điều còn phải học thêm",
        "Bà con đã biết tra cứu hồ sơ, trả tiền điện và gọi cho con ở xa.",
    ]  # fmt: skip
    found = extract_page(
        RawPage(url="https://xa.example/lop.txt", body="\n\n".join(lines).encode(), fetched_at=FETCHED, content_type="text/plain")
    )
    assert found.title == lines[0]
    assert found.text.split("\n") == lines[1:]


def test_a_line_with_a_documents_number_and_day_is_no_dateline() -> None:
    lines = [
        "Chương trình hành động về dữ liệu mở của tỉnh Hòa Phong", "(Số: 61-CTr/TU, Hòa Phong, ngày 4 tháng 6 năm 2025)",
        "Chương trình nêu những việc phải làm trong nhiệm kỳ tới để dữ liệu của các sở đến được với người dân và doanh nghiệp trong tỉnh, không chờ ai hỏi.",
    ]  # fmt: skip
    body = "".join(f"<p>{line}</p>" for line in lines[1:])
    html = f"<html><body><article><h1>{lines[0]}</h1>{body}</article></body></html>"
    found = extract_page(RawPage(url="https://tinh.example/ct.html", body=html.encode(), fetched_at=FETCHED, content_type="text/html"))
    assert found.text.split("\n") == lines[1:]


@pytest.mark.parametrize("place", ["above", "below"])
def test_a_clock_above_the_headline_shows_the_visit(place: str) -> None:
    """The very minute of the visit above a headline is a clock; below it, an article that was read at once."""
    stamp = "<div class='x1'>Thứ Tư, ngày 1 tháng 10 năm 2025, 07:04</div>"
    text = "Người dân ba thôn ven suối đi họp bằng điện thoại vì cầu treo chưa sửa xong, cán bộ xã ghi biên bản ngay trên máy."
    above, below = (stamp, "") if place == "above" else ("", stamp)
    html = (
        f"<html><body><div>{above}<h1>Họp thôn qua điện thoại mùa nước lớn</h1>{below}<p>{text}</p><p>{text[:60]}.</p></div></body></html>"
    )
    visit = datetime(2025, 10, 1, 0, 4, tzinfo=UTC)
    found = extract_page(RawPage(url="https://xa.example/hop.html", body=html.encode(), fetched_at=visit, content_type="text/html"))
    assert found.published == (None if place == "above" else visit)


@pytest.mark.parametrize(
    ("above", "below", "wanted"),
    [
        ("<header><a href='/'>Báo xã</a><i class='x1'>Thứ Sáu, 01/08/2025, 08:10</i></header>", "", None),  # kept by a cache
        ("<header><a href='/'>Báo xã</a><i class='date'>Thứ Sáu, 01/08/2025, 08:10</i></header>", "", None),
        ("<header><a href='/'>Báo xã</a></header>", "<div class='ngay-gio'>Thứ Tư, ngày 30 tháng 7 năm 2025, 08:40</div>", "2025-07-30"),
        ("<div class='ngay-gio'>Thứ Tư, ngày 30 tháng 7 năm 2025, 08:40</div>", "", None),
        ("", "<div class='ngay-gio'>Thứ Sáu, 01/08/2025</div>", None),
        ("", "<div class='ngay-gio'>Thứ Sáu, 01/08/2025, 09:00</div>", None),
        ("", "<div class='ngay-gio'>Thứ Sáu, 01/08/2025, 05:30</div>", "2025-08-01"),
        ("", "<div class='current-date'>Thứ Tư, 30/07/2025, 08:40</div>", None),
        ("<main><header><a href='/'>Tin xã</a><i>Thứ Tư, 30/07/2025, 08:40</i></header>", "</main>", "2025-07-30"),
    ],
)
def test_a_clock_is_known_by_its_name_and_place(above: str, below: str, wanted: str | None) -> None:
    assert day(extract_page(page(f"{above}<div>{TITLE}{below}{PROSE}{MORE}</div>"))) == wanted


@pytest.mark.parametrize("label", ["Ngày đăng: 30/07/2025 08:40", "Đăng lúc: 30/07/2025", "Cập nhật: 08:40 30/07/2025"])
def test_headline_and_labelled_day_in_one_cell(label: str) -> None:
    """Old portals print both in one cell: neither is the article's first sentence."""
    cell = f"<td><font size='5'><b>Xã dời điểm hỗ trợ ra cạnh chợ, mở tới 20 giờ</b></font><br><i>{label}</i>{PROSE}{MORE}</td>"
    found = extract_page(page(f"<table><tr>{cell}</tr></table>"))
    assert (found.title, day(found)) == ("Xã dời điểm hỗ trợ ra cạnh chợ, mở tới 20 giờ", "2025-07-30")
    assert found.text.startswith("Xã vừa khai trương")


@pytest.mark.parametrize(
    ("before", "after", "joined"),
    [
        ("xã thu phí được 2.", "350 triệu đồng trong năm", "xã thu phí được 2.350 triệu đồng trong năm"),
        ("tỷ lệ hộ có nước sạch là 91,", "4%, tăng chậm", "tỷ lệ hộ có nước sạch là 91,4%, tăng chậm"),
        ("các lớp của khối 3,", "4 học ở nhà văn hóa", "các lớp của khối 3, 4 học ở nhà văn hóa"),
        ("Cầu treo khánh thành năm 2024.", "350 người qua lại mỗi ngày", None),
        ("1.", "350 người qua lại mỗi ngày", None),
    ],
)
def test_numbers_broken_by_hard_line_breaks(before: str, after: str, joined: str | None) -> None:
    title = "Xã Hòa Phong kể chuyện nước sạch và lớp học"
    lead = "Tuần qua, người dân năm thôn ngồi lại với cán bộ xã để tính xem còn thiếu những gì và việc nào phải làm trước mùa mưa này."
    html, text = f"<h1>{title}</h1><p>{lead}</p><p>{before}<br>\n{after}</p>", f"{title}\n\n{lead}\n\n{before}\n{after}"
    for page, kind in ((html, "text/html"), (text, "text/plain")):
        body = f"<html><body><article>{page}</article></body></html>" if kind == "text/html" else page
        found = extract_page(RawPage(url="https://xa.example/a-1", body=body.encode(), fetched_at=FETCHED, content_type=kind))
        assert (joined or after) in found.text.split("\n")


@pytest.mark.parametrize(
    ("opening", "wanted"),
    [
        ("date 2025-03-05 Sau hai tuần, Sở A đã giúp 300 lượt người nộp hồ sơ tại nhà, phần lớn là cấp lại giấy khai sinh.", "2025-03-05"),
        ("2025-03-05 Điểm hỗ trợ mở cửa buổi tối", "2025-03-05"),
        ("Ngày đăng: 05/03/2025 17:42 - Sau hai tuần, Sở A đã giúp 300 lượt người nộp hồ sơ ngay tại nhà văn hóa thôn.", "2025-03-05"),
        ("5/3/2025 là ngày Sở A mở điểm hỗ trợ đầu tiên, và sau hai tuần đã giúp 300 lượt người nộp hồ sơ.", None),
        ("Ngày 5/3/2025, Sở A mở điểm hỗ trợ đầu tiên, và sau hai tuần đã giúp 300 lượt người nộp hồ sơ.", None),
        ("TIẾP NHẬN HỒ SƠ ĐẾN 28/2/2025 ĐẠT 24% KẾ HOẠCH", None),
    ],
)
def test_stamp_that_opens_a_plain_text(opening: str, wanted: str | None) -> None:
    found = extract_page(plain(f"{opening}\n\nĐiểm hỗ trợ sẽ mở thêm buổi tối, theo lời người phụ trách ở phường.\n"))
    assert day(found) == wanted
    assert wanted is None or not re.search(r"2025", f"{found.title} {found.text}")


def in_windows_1258(text: str) -> bytes:
    """The text as Vietnamese Windows wrote it: letters with hat, horn or breve whole, the tone behind."""
    pieces = []
    for letter in unicodedata.normalize("NFC", text):
        base, *marks = unicodedata.normalize("NFD", letter)
        tones = [m for m in marks if m in "\u0300\u0301\u0303\u0309\u0323"]
        pieces.append(unicodedata.normalize("NFC", base + "".join(m for m in marks if m not in tones)) + "".join(tones))
    return "".join(pieces).encode("cp1258")


def test_vietnamese_in_its_old_code_page() -> None:
    text = "Tỉnh Sơn La phấn đấu nộp trực tuyến hồ sơ đất đai; bản xa nhất vừa có sóng di động, thầy trò đỡ phải lội suối."
    assert unicodedata.normalize("NFC", decode_page(in_windows_1258(text))) == text
    western = "Le café de la forêt était fermé, où ça? Señor Muñoz pagó después."
    assert "\u0301" not in decode_page(western.encode("latin-1"))


def test_headline_of_an_interview_in_plain_text() -> None:
    text = (
        "Chuyện của người giữ sóng\n\nĐầu năm, chúng tôi lên bản gặp kỹ sư Lù A Vảng, người mười năm trèo cột phát sóng giữa núi cao.\n\n"
        "Phóng viên: Anh có thể kể về chuyến trèo cột khó nhất của mình không?\n\nKỹ sư Lù A Vảng: Đó là đêm mưa đá năm ngoái."
    )
    found = extract_page(plain(text))
    assert found.title == "Chuyện của người giữ sóng"
    assert "Lù A Vảng, người mười năm" in found.text


def test_a_plan_of_short_lines_keeps_what_stands_under_its_headline() -> None:
    body = (
        "Kế hoạch của xã Tân Hà\nPhần I\nĐÁNH GIÁ\n1. Kết quả\n- Có 12 thôn có sóng;\nB. Mục tiêu tới năm 2030, tầm nhìn tới năm 2045\nHết."
    )
    found = extract_page(RawPage(url="https://a.vn/ke-hoach.txt", body=body.encode(), fetched_at=FETCHED, content_type="text/plain"))
    assert found.title == "Kế hoạch của xã Tân Hà"
    assert "12 thôn" in found.text
