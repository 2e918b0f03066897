"""Names blacked out: in texts letter for letter, in markup whatever stands between the letters."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r57monitor.text.blackout import BLACK, Blackout, check_name, join_names
from r57monitor.text.normalize import fold

NAME = "Trần Thuỳ Mơ"
BLACKOUT = Blackout((NAME,))


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("Bà Trần Thuỳ Mơ cho biết", "Trần Thuỳ Mơ"),
        ("Bà Trần Thùy Mơ cho biết", "Trần Thùy Mơ"),  # tone placement of today
        ("BÀ TRẦN THUỲ MƠ", "TRẦN THUỲ MƠ"),
        ("tran thuy mo noi", "tran thuy mo"),  # written without accents
        ("Trần Thuỳ\nMơ nói", "Trần Thuỳ\nMơ"),
        ("Trân Thúy Mở nói", ""),  # somebody else
        ("Trần Thuỳ Mơn nói", ""),
        ("Trần Thuỳ nói", ""),
        ("", ""),
    ],
)
def test_texts(text: str, hidden: str) -> None:
    assert BLACKOUT.apply(text) == text.replace(hidden, BLACK * len(hidden)) if hidden else BLACKOUT.apply(text) == text


def test_garbled_texts_under_any_accents() -> None:
    assert BLACKOUT.apply("Bà Trận Thúy Mỡ", any_accents=True) == "Bà " + BLACK * 12


@pytest.mark.parametrize(
    "markup",
    [
        "<p>Bà Trần Thuỳ Mơ cho biết</p>",
        "<p>Bà Tr&#7847;n Thu&#x1EF3; M&#417; cho biết</p>",
        "<p>Bà <b>Trần</b> <i>Thuỳ&nbsp;Mơ</i> cho biết</p>",
        "<p>Bà <span>Trần<br/>Thuỳ</span>\n Mơ</p>",
        '<meta content="Bà Trần Thuỳ Mơ nói"><p>tin</p>',
        '<img alt="Tr&#7847;n Thuỳ Mơ" src="a.png">',
        '<script type="application/ld+json">{"author": "Tr\\u1ea7n Thu\\u1ef3 M\\u01a1"}</script>',
        "<title><![CDATA[Trần Thuỳ Mơ]]></title>",
        unicodedata.normalize("NFD", "<p>Bà Trần Thuỳ Mơ</p>"),
    ],
)
def test_markup(markup: str) -> None:
    import html
    import re

    shown = BLACKOUT.apply_to_markup(markup)
    plain = re.sub(r"\\u(....)", lambda m: chr(int(m[1], 16)), html.unescape(shown))
    words = re.sub(r"<(?!\w+ content|img)[^>]*>", " ", unicodedata.normalize("NFC", plain))
    assert BLACK in shown
    assert "thuy" not in fold(words)
    assert shown.count("<") == markup.count("<")  # tags stay


def test_markup_without_the_name_is_the_same() -> None:
    markup = "<p>Trần&nbsp;An và Thuỳ Dung</p>"
    assert BLACKOUT.apply_to_markup(markup) is markup


@pytest.mark.parametrize(
    ("name", "kept"), [("  Trần   Thuỳ Mơ ", NAME), ("An", None), ("", None), ("12 34", None), ("Nostradamus", "Nostradamus")]
)
def test_names_that_can_be_told_from_words(name: str, kept: str | None) -> None:
    assert check_name(name) == kept


@given(st.text(alphabet="TrầnThuỳMơ thyo.\n", max_size=80))
def test_length_and_twice(text: str) -> None:
    text = unicodedata.normalize("NFC", text)
    once = BLACKOUT.apply(text)
    assert len(once) == len(text)
    assert BLACKOUT.apply(once) == once
    assert BLACKOUT.find(once) == []


def test_longer_names_first() -> None:
    assert join_names(["An Bình", "Lê An Bình"]).apply("Lê An Bình") == BLACK * 10
