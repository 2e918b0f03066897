"""Reading never breaks on a text: no fault, the proof of each figure holds, and reading twice gives the same."""

from __future__ import annotations

from datetime import date

from hypothesis import example, given
from hypothesis import strategies as st

from r57monitor.figures.context import FigureContext
from r57monitor.figures.find import find_figures
from r57monitor.practice.garble import garble
from r57monitor.text.degarble import restore
from r57monitor.text.normalize import normalize_text
from r57monitor.text.segment import find_sentences
from tests.fuzzing import PIECES, encode, quick, read, rules, texts


@given(texts())
@quick(150)
def test_plain_texts(text: str) -> None:
    read(encode(text), "text/plain; charset=utf-8", "https://a.example/x.txt")


@given(texts(), st.integers(0, 9))
@quick(100)
def test_garbled_texts(text: str, key: int) -> None:
    """Spans are those of the garbled text, sentences those of the restored one."""
    filler = "UBND tỉnh giao các sở, ngành và địa phương rà soát toàn bộ nhiệm vụ của chương trình chuyển đổi số trong năm nay. "
    body = garble(normalize_text(filler + text.encode("utf-8", "ignore").decode()), str(key))
    read(encode(f"<html><body><article><h1>Tin</h1><p>{body}</p></article></body></html>"))


@given(texts())
@quick(60)
def test_reading_twice_gives_the_same(text: str) -> None:
    body = encode(f"<html><body><article><h1>Tin trong tỉnh</h1><p>{text}</p></article></body></html>")
    assert read(body) == read(body)


@given(texts(), st.one_of(st.none(), st.dates(date(1900, 1, 1), date(2199, 12, 31))))
@example("9" * 400 + "%", date(2025, 1, 1))
@quick(150)
def test_figures_of_any_string(text: str, published: date | None) -> None:
    """Also strings that no page could hold: not normalized, with lone surrogates."""
    for figure in find_figures(text, FigureContext(title=text[:40], published=published), rules().catalogue):
        assert text[figure.start : figure.end] == figure.mention
        assert figure.mention in figure.sentence
        assert figure.sentence in text


@given(st.text(st.characters(), max_size=300))
@quick(100)
def test_stages_take_any_string(text: str) -> None:
    restored = restore(text, of_garbled_page=True)
    assert len(restored.offsets) == len(restored.text) + 1
    assert all(0 <= s.start < s.end <= len(text) for s in find_sentences(text))
    assert normalize_text(normalize_text(text)) == normalize_text(text)


@given(st.sampled_from(PIECES), st.sampled_from(PIECES), st.integers(2, 400))
@quick(40)
def test_pieces_without_end(one: str, other: str, times: int) -> None:
    read(encode((one + other) * times), "text/plain; charset=utf-8", "https://a.example/x.txt")
