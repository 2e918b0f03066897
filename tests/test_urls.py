"""Canonical addresses."""

# ruff: noqa: E501  (pages, lines and addresses stand as they are)

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r57monitor.text.urls import canonical_url

CASES = [
    ("HTTPS://WWW.Bao.example:443/A//b/../c.html?utm_source=zalo&b=2&a=1#binh-luan", "https://www.bao.example/A/c.html?a=1&b=2"),
    ("http://bao.example:80", "http://bao.example/"),
    ("http://127.0.0.1:15701/x/", "http://127.0.0.1:15701/x"),
    ("https://m.bao.example/tin-moi-trong-ngay-1.html", "https://bao.example/tin-moi-trong-ngay-1.html"),
    ("https://bao.example/amp/tin-moi-trong-ngay-1.html", "https://bao.example/tin-moi-trong-ngay-1.html"),
    ("https://bao.example/tin-moi-1.html/amp", "https://bao.example/tin-moi-1.html"),
    ("https://bao.example/tin-moi-1-amp.html", "https://bao.example/tin-moi-1.html"),
    ("https://bao.example/tin-moi-1.html.amp", "https://bao.example/tin-moi-1.html"),
    ("https://bao.example/tin.html?print=1&fbclid=abc", "https://bao.example/tin.html"),
    ("https://bao.example/tin.html?view=print", "https://bao.example/tin.html"),
    ("https://bao.example/tin.html?view=full", "https://bao.example/tin.html?view=full"),
    ("https://bao.example/print/123", "https://bao.example/print/123"),
    ("https://cong.example/x.aspx;jsessionid=0A1B2C?ItemID=7", "https://cong.example/x.aspx?ItemID=7"),
    ("https://cong.example/(S(abc123))/x.aspx?ItemID=7", "https://cong.example/x.aspx?ItemID=7"),
    ("https://cong.example/tin?sid=12", "https://cong.example/tin?sid=12"),
    ("https://cong.example/tin?sid=0123456789abcdef0123", "https://cong.example/tin"),
    ("https://cong.example/a/-/view_content/315-ten-bai.html/en/vi/en.html", "https://cong.example/a/-/view_content/315-ten-bai.html"),
    ("https://cong.example/a/ten-bai.html/vi/en", "https://cong.example/a/ten-bai.html"),
    ("https://cong.example/en", "https://cong.example/en"),
    ("https://cong.example/index.html", "https://cong.example/"),
    ("https://cong.example/index.php?id=4", "https://cong.example/index.php?id=4"),
    ("https://cong.example/Đường dẫn", "https://cong.example/%C4%90%C6%B0%E1%BB%9Dng%20d%E1%BA%ABn"),
    ("https://cong.example/%c4%90", "https://cong.example/%C4%90"),
    ("https://cong.example/a%2Fb", "https://cong.example/a%2Fb"),
    ("https://nguoi:mat-khau@cong.example/a", "https://cong.example/a"),
    (" tin-moi.html ", "tin-moi.html"),
    ("https://[hong", "https://[hong"),
]


@pytest.mark.parametrize(("url", "wanted"), CASES)
def test_canonical_url(url: str, wanted: str) -> None:
    assert canonical_url(url) == wanted
    assert canonical_url(wanted) == wanted


@pytest.mark.parametrize(
    ("link", "wanted"),
    [
        ("https://bao.example/tin-chinh-1.html", "https://bao.example/tin-chinh-1.html"),
        ("/tin-chinh-1.html", "https://bao.example/tin-chinh-1.html"),
        ("https://www.bao.example/tin-chinh-1.html", "https://www.bao.example/tin-chinh-1.html"),
        ("https://khac.example/tin-chinh-1.html", "https://bao.example/tin.html"),
        ("https://bao.example/", "https://bao.example/tin.html"),
        ("https://bao.example:8080/tin-chinh-1.html", "https://bao.example/tin.html"),
        ("", "https://bao.example/tin.html"),
        (None, "https://bao.example/tin.html"),
    ],
)
def test_canonical_link(link: str | None, wanted: str) -> None:
    assert canonical_url("https://bao.example/tin.html?utm_source=x", link) == wanted


PIECES = st.sampled_from(
    ["a", "tin-tuc-moi-nhat-1.html", "amp", "print", "index.html", "en", "vi", "..", "", "%2F", "%zz", "đ", ";jsessionid=1", "(S(x))", "-/view_content/3-a", "x-amp.html", " "]
)  # fmt: skip


@given(st.lists(PIECES, max_size=6), st.sampled_from(["", "?a=1", "?print=1&b", "?utm_x=1", "?page=2#x", "?m=1&view=amp", "?%zz=1"]))
def test_idempotent(pieces: list[str], query: str) -> None:
    once = canonical_url("https://m.bao.example/" + "/".join(pieces) + query)
    assert canonical_url(once) == once
