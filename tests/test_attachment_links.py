"""Files an article's page links to, and pages that send their reader on: addresses, one by one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from r57monitor.models import Article, Extracted, RawPage
from r57monitor.text.attachments import MAX_ATTACHMENTS, SHORT_BODY, find_attachments, may_have_attachments, needs_attachments
from r57monitor.text.forwards import find_forward

BASE = "https://so.example/tin/van-ban-12.html"


def page(body: str) -> RawPage:
    whole = f"<html><head><title>Văn bản</title></head><body>{body}</body></html>"
    return RawPage(url=BASE, body=whole.encode(), fetched_at=datetime(2025, 8, 1, tzinfo=UTC), content_type="text/html; charset=utf-8")


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ('<p>Xem <a href="/tep/ke-hoach.pdf">kế hoạch</a></p>', ["https://so.example/tep/ke-hoach.pdf"]),
        ('<p><a href="bao cao.DOCX#trang=2">báo cáo</a></p>', ["https://so.example/tin/bao%20cao.DOCX"]),
        ('<p><a href="/a.pdf">một</a> <a href="/a.pdf">lần nữa</a> <a href="/b.xls">hai</a></p>',
         ["https://so.example/a.pdf", "https://so.example/b.xls"]),
        ('<p><a href="/tai-ve?tep=bang.xlsx&amp;v=2">tải</a></p>', ["https://so.example/tai-ve?tep=bang.xlsx&v=2"]),
        ('<p><iframe src="/xem/quyet-dinh.pdf"></iframe></p>', ["https://so.example/xem/quyet-dinh.pdf"]),
        ('<p><object data="/phu-luc.doc"></object></p>', ["https://so.example/phu-luc.doc"]),
        ('<p><embed src="/ban-do.pdf"></p>', ["https://so.example/ban-do.pdf"]),
        ('<p><a href="/ke-hoach%2Epdf">mã hóa</a></p>', ["https://so.example/ke-hoach%2Epdf"]),
        ('<p><a href="/pdf-la-gi.html">bài</a> <a href="/x.pdfs">khác</a> <a href="/tep.docm">khác</a></p>', []),
        ('<p><a href="ftp://so.example/a.pdf">ftp</a> <a href="mailto:a@b.example?x=.pdf">thư</a> <a href="http:///a.pdf">x</a></p>', []),
        ('<footer><a href="/huong-dan.pdf">hướng dẫn</a></footer>', []),
        (f'<p><a href="/{"a" * 1600}.pdf">dài</a></p>', []),
        ("".join(f'<p><a href="/{n}.pdf">tệp {n}</a></p>' for n in range(9)),
         [f"https://so.example/{n}.pdf" for n in range(MAX_ATTACHMENTS)]),
        ('<p><a name="x">không có địa chỉ</a></p>', []),
    ],
)  # fmt: skip
def test_attachments(body: str, found: list[str]) -> None:
    assert find_attachments(page(body)) == found


def test_a_cheap_look_comes_first() -> None:
    assert may_have_attachments(page('<a href="/A.PDF">a</a>'))
    assert may_have_attachments(page('<a href="/a.docx?b">a</a>'))
    assert not may_have_attachments(page('<a href="/a.pdfx">a</a><p>pdf</p>'))


@pytest.mark.parametrize(
    ("outcome", "letters", "count", "needed"),
    [
        ("article", SHORT_BODY - 1, 1, True), ("article", SHORT_BODY, 1, False), ("article", None, 1, False), ("article", 10, 0, False),
        ("document", 10, 2, True), ("empty", None, 1, True), ("empty", None, 0, False),
        ("list", None, MAX_ATTACHMENTS - 1, True), ("list", None, MAX_ATTACHMENTS, False), ("not_found", None, 1, False),
    ],
)  # fmt: skip
def test_when_the_files_are_read(outcome: str, letters: int | None, count: int, needed: bool) -> None:
    raw = page("")
    said = {"title": "Văn bản", "page_type": "article", "author": None, "published": None, "published_from": "none", "language": "vi"}
    extracted = None if letters is None else Extracted(text="a" * letters, **said)  # type: ignore[arg-type]
    assert needs_attachments(outcome, Article(raw=raw, url=BASE, extracted=extracted), count) is needed


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ('<meta http-equiv="refresh" content="0; url=/moi.html">', "https://so.example/moi.html"),
        ("<META HTTP-EQUIV='Refresh' CONTENT='1;URL=moi/?a=1&amp;b=2'>", "https://so.example/tin/moi/?a=1&b=2"),
        ('<meta content="0; url=https://khac.example/x" http-equiv="refresh">', None),
        ('<meta http-equiv=refresh content="0, https://khac.example/x">', "https://khac.example/x"),
        ('<meta http-equiv="refresh" content="600; url=/moi.html">', None),
        ('<meta http-equiv="refresh" content="0; url=van-ban-12.html">', None),
        ('<meta http-equiv="refresh" content="0; url=javascript:x()">', None),
        ("<script>window.location.href = '/moi';</script>", "https://so.example/moi"),
        ('<script>location.replace("http://so.example/b.aspx")</script>', "http://so.example/b.aspx"),
        ('<script>location.assign( "/c" )</script>', "https://so.example/c"),
        ("<script>location = '/d'</script>", "https://so.example/d"),
        ("<script>location.href = base + '/d'</script>", None),
        ("<script>location = '/d'</script><p>" + "Bài có chữ của mình. " * 60 + "</p>", None),
        ("<p>không có gì</p>", None),
    ],
)
def test_forwards(body: str, place: str | None) -> None:
    found = find_forward(page(body))
    assert found == place or (body.startswith("<meta content") and found in {None, "https://khac.example/x"})
