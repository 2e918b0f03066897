"""The look at bytes: no Vietnamese page is lost, however it is written; the world's other pages are passed over."""

from __future__ import annotations

import html
import unicodedata

import pytest

from bench.pages import large_pages, small_pages
from r57monitor.text.sieve import may_matter

TEXT = "Sở Khoa học và Công nghệ cho biết tỷ lệ hồ sơ trực tuyến của tỉnh đã đạt mức đề ra; người dân được cấp chữ ký số miễn phí."
ENGLISH = "<p>The council met on Monday to discuss the budget, and 57 members were present.</p>" * 40


def page(text: str, head: str = "") -> bytes:
    return f"<!doctype html><html><head>{head}</head><body>{ENGLISH}<p>{text}</p></body></html>".encode()


@pytest.mark.parametrize(
    "body",
    [
        page(TEXT),
        page(unicodedata.normalize("NFD", TEXT)),
        page("".join(c if ord(c) < 128 else f"&#{ord(c)};" for c in TEXT)),
        page("".join(c if ord(c) < 128 else f"&#x{ord(c):X};" for c in TEXT)),
        page("<script>" + TEXT.encode("ascii", "backslashreplace").decode() + "</script>"),
        page(TEXT.encode().decode("latin-1")),
        f"<html><body>{TEXT}</body></html>".encode("utf-16"),
        page("So Khoa hoc", '<meta property="og:locale" content="vi_VN">'),
        b'<html LANG="VI"><body>So lieu</body></html>',
        page("Tinh uy trien khai Nghi quyet so 57 cua Bo Chinh tri"),
        page("Vietnam's Resolution No. 57 on science"),
        page("the politburo's 57-NQ/TW"),
        b"%PDF-1.7 \x00\x01",
    ],
)
def test_let_through(body: bytes) -> None:
    assert may_matter(body)


@pytest.mark.parametrize(
    "body",
    [
        page("Nothing else."),
        page("Thủ tướng visited Hà Nội"),
        page("U.N. Resolution 570 was passed; resolution of 57 pixels; NQ futures rose 57 points."),
        page("中国 政府 表示 经济 增长 新闻 记者 报道 " * 50),
        page("правительство сообщило, что новые меры помогут людям " * 50),
        page(html.escape("el gobierno dijo que las nuevas medidas ayudarán a los niños; São Paulo também já não é " * 30)),
        b"",
    ],
)
def test_passed_over(body: bytes) -> None:
    assert not may_matter(body)


def test_no_page_of_the_practice_web_is_lost() -> None:
    pages = small_pages() + large_pages()
    assert len(pages) > 40
    assert all(may_matter(found.body) for found in pages)
