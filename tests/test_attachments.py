"""Articles that are only attachments: which files are fetched, and what is read from them."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

import docx
import openpyxl
import pytest

from r57monitor.cli.progress import Shown
from r57monitor.cli.replay import run_replay
from r57monitor.errors import ReadError
from r57monitor.models import RawPage
from r57monitor.text.attachments import find_attachments, may_have_attachments
from r57monitor.text.extract import extract_page
from r57monitor.text.formats import find_format, read_xlsx_lines
from tests.crawls import crawl, facts, rows
from tests.web import Page, Site, article_html, listing_html, write_registry
from warehouse.home import Home

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600


def raw(body: bytes, url: str = "https://cong.example/tin-1.html", kind: str = "text/html; charset=utf-8") -> RawPage:
    return RawPage(url=url, body=body, fetched_at=datetime(2025, 8, 1, tzinfo=UTC), content_type=kind)


def report() -> bytes:
    document = docx.Document()
    document.add_paragraph("Báo cáo kết quả thực hiện Nghị quyết số 57-NQ/TW sáu tháng đầu năm 2025")
    document.add_paragraph("Thực hiện Nghị quyết số 57-NQ/TW của Bộ Chính trị, tỉnh Lâm Đồng đã đưa 143 thủ tục hành chính lên mạng.")
    document.add_paragraph("Đến ngày 30/6/2025, tỷ lệ hồ sơ trực tuyến của tỉnh Lâm Đồng đạt 67,5%, cao hơn cùng kỳ năm trước.")
    document.add_paragraph("Chủ tịch UBND tỉnh yêu cầu các sở, ngành tiếp tục hướng dẫn người dân nộp hồ sơ tại nhà trong thời gian tới.")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Chỉ tiêu", "Đơn vị", "Kết quả", "Ngày"])
    sheet.append(["Tỷ lệ hồ sơ trực tuyến", "%", 67.5, datetime(2025, 6, 30)])
    sheet.append([None, None, None, None])
    sheet.append(["Tổ công nghệ số cộng đồng", "tổ", 1482, True])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_rows_of_a_workbook() -> None:
    page = raw(workbook(), "https://cong.example/so-lieu.xlsx", XLSX)
    assert find_format(page) == "xlsx"
    lines, _ = read_xlsx_lines(page)
    assert lines == [
        "Chỉ tiêu | Đơn vị | Kết quả | Ngày",
        "Tỷ lệ hồ sơ trực tuyến | % | 67,5 | 30/06/2025",
        "Tổ công nghệ số cộng đồng | tổ | 1482 | x",
    ]
    read = extract_page(page)
    assert "67,5" in read.text
    assert read.published is None, "a date in a cell is no day of publication"


def test_a_broken_workbook_and_an_old_one_are_named() -> None:
    whole = workbook()
    broken = whole[: len(whole) // 2] + b"\x00" * 50 + whole[len(whole) // 2 + 50 :]
    with pytest.raises(ReadError):
        extract_page(raw(broken, "https://cong.example/hong.xlsx", XLSX))
    with pytest.raises(ReadError, match=r"old format \(\.doc, \.xls\); save it as"):
        extract_page(raw(OLD, "https://cong.example/cu.doc", "application/msword"))


def test_files_of_the_article_and_not_of_the_frame() -> None:
    body = """<html><body><nav><a href="/huong-dan.pdf">Hướng dẫn</a></nav><div class="detail-content">
    <a href="/tep/bao cao.docx">Báo cáo</a> <a href="/tep/bao cao.docx#p2">lại</a> <a href="/documents/20/so-lieu.xlsx/1b2c?t=1">Số liệu</a>
    <a href="/tai?file=ke-hoach.pdf">Kế hoạch</a> <a href="javascript:x('a.pdf')">x</a> <a href="/bai-2.html">Bài khác</a>
    <iframe src="/tep/quet.pdf"></iframe></div><footer><a href="/lich.doc">Lịch</a></footer></body></html>"""
    page = raw(body.encode())
    assert may_have_attachments(page)
    assert find_attachments(page) == [
        "https://cong.example/tep/bao%20cao.docx",
        "https://cong.example/documents/20/so-lieu.xlsx/1b2c?t=1",
        "https://cong.example/tai?file=ke-hoach.pdf",
        "https://cong.example/tep/quet.pdf",
    ]
    assert not may_have_attachments(raw(b"<html><body><p>pdfx</p></body></html>"))


def bare_html(title: str, files: list[str]) -> bytes:
    links = "".join(f'<p><a href="{f}">{f.rpartition("/")[2]}</a></p>' for f in files)
    return f"""<html lang="vi"><head><meta charset="utf-8"><title>{title}</title></head><body>
    <nav><a href="/huong-dan.pdf">Hướng dẫn</a></nav><h1>{title}</h1><div class="date">Ngày đăng: 15/07/2025 08:30</div>
    <div class="detail-content"><p>Xem tệp đính kèm.</p>{links}</div></body></html>""".encode()


@pytest.mark.slow
def test_a_crawl_reads_what_an_article_only_attaches(tmp_path: Path) -> None:
    home = tmp_path / "home"
    bare = "/tin/thong-bao-ket-qua-thuc-hien-nghi-quyet-57-000101.html"
    full = "/tin/xa-so-2-dua-102-thu-tuc-len-mang-000102.html"
    with Site() as site, Site() as other:
        files = ["/tep/bao-cao.docx", "/tep/so-lieu.xlsx", "/tep/cu.doc", f"{other.url}/noi-khac.docx", f"{other.url}/hai.docx"]
        site.pages[bare] = Page(bare_html("Thông báo kết quả thực hiện Nghị quyết 57 sáu tháng", files))
        site.pages[full] = Page(article_html(2, extra='<a href="/tep/khong-can.docx">Toàn văn</a>').encode())
        site.pages["/tep/bao-cao.docx"] = Page(report(), content_type=DOCX)
        site.pages["/tep/so-lieu.xlsx"] = Page(workbook(), content_type=XLSX)
        site.pages["/tep/cu.doc"] = Page(OLD, content_type="application/msword")
        site.pages["/tep/khong-can.docx"] = Page(report(), content_type=DOCX)
        site.pages["/huong-dan.pdf"] = Page(b"%PDF-1.4")
        site.pages["/muc"] = Page(listing_html([bare, full], None))
        registry = write_registry(tmp_path / "r.toml", site, entry='sections = ["{url}/muc"]', extra="recheck_days = 0")
        done = crawl(home, registry)
        asked = site.paths()
        again = crawl(home, registry)
        asked_again = site.paths()[len(asked) :]
        assert other.asked == []
    assert done.state() == "ok", done.cause()  # as many files on another host as the list has articles: it has not moved
    assert again.state() == "ok"
    assert sorted(p for p in asked if p.startswith(("/tep", "/huong"))) == ["/tep/bao-cao.docx", "/tep/cu.doc", "/tep/so-lieu.xlsx"]
    assert not [p for p in asked_again if p.startswith("/tep")], "what was read is not asked for again"
    found = dict(rows(home, "SELECT url, outcome FROM core.fetches WHERE url LIKE '%/tep/%'"))
    assert found[f"{site.url}/tep/bao-cao.docx"] in {"article", "document"}
    assert found[f"{site.url}/tep/cu.doc"] == "discarded"
    why = rows(home, "SELECT error FROM core.fetches WHERE url LIKE '%/cu.doc'")
    assert "old format" in why[0][0]
    figures = rows(home, "SELECT mention FROM core.text_figures")
    assert ("67,5%",) in figures
    days = rows(home, "SELECT DISTINCT r.published_at, r.published_from FROM core.readings r WHERE r.url LIKE '%/tep/%'")
    assert [(str(day), told) for day, told in days] == [("2025-07-15 01:30:00", "list")], "the day of the page that they hang on"
    before = facts(home)
    run_replay(Home(home), Shown(quiet=True), publish=False)
    assert facts(home) == before
