"""Pages that break off are told from pages that only leave out their last tags; what a server miscounts is whole all the same."""

from __future__ import annotations

import pytest

from r57monitor.text.html_tree import parse_page
from r57monitor.text.whole import has_end, is_cut_short
from tests.web import article_html

WHOLE = article_html(3).encode()
HEAD = b"<!doctype html><html><head><title>T</title></head><body>"
PARAGRAPHS = b"<p>\xc4\x90\xc3\xa3 s\xe1\xbb\x91 h\xc3\xb3a.</p>" * 20


@pytest.mark.parametrize("at", range(WHOLE.index(b"<main>") + 6, WHOLE.index(b"</article>"), 97))
def test_an_article_cut_anywhere_in_its_text_is_cut(at: int) -> None:
    assert is_cut_short(WHOLE[:at])


@pytest.mark.parametrize(
    "body",
    [
        HEAD + b'<p>Xong.</p><p><a href="/tin/bai-',
        HEAD + b"<p>Xong.</p>\xe1\xbb",
        HEAD + b"<div><p>Xong.</p><p>Mot cau dang do",
        HEAD + b"<div><div><div>" + PARAGRAPHS,
        HEAD + PARAGRAPHS + b"<!-- het",
        HEAD + PARAGRAPHS + b"<script>var a = 1;",
    ],
)
def test_what_breaks_off(body: bytes) -> None:
    assert is_cut_short(body)


@pytest.mark.parametrize(
    "body",
    [
        WHOLE,
        WHOLE + b"<!-- 0.2 s -->" * 500,
        WHOLE.upper(),
        HEAD + PARAGRAPHS,
        HEAD + b"<p>Mot doan.<p>Hai doan.",
        HEAD + b"<div><div>" + PARAGRAPHS + b"</div>",
        b"<p>Mot manh",
        b"Chi co chu < va chu",
        b"%PDF-1.7 <html",
        b"",
    ],
)
def test_what_is_whole(body: bytes) -> None:
    assert not is_cut_short(body)


def test_an_end_is_an_end_in_every_kind_of_file() -> None:
    assert all(has_end(b"<x>" + end + b"\n") for end in (b"</html>", b"</BODY >", b"</rss>", b"</rdf:RDF>", b"</urlset>"))
    assert not any(has_end(body) for body in (b"<html><p>x</p>", b"</html>" + b"x" * 5_000, b""))


@pytest.mark.parametrize("early", [b"<html><body></body></html>\n", b"<HTML><BODY>x</BODY></HTML>"])
def test_what_comes_after_an_early_end_is_read(early: bytes) -> None:
    tree = parse_page(early.decode() + WHOLE.decode())
    assert tree is not None
    assert "tổ công nghệ số" in tree.text_content()
