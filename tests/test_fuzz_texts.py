"""Reading never breaks on a text: no fault, the proof of each figure holds, and reading twice gives the same."""

from __future__ import annotations

from datetime import date
from random import Random

from hypothesis import example, given
from hypothesis import strategies as st

from r57monitor.figures.context import FigureContext
from r57monitor.figures.find import find_figures
from r57monitor.practice.garble import garble
from r57monitor.text.degarble import restore
from r57monitor.text.documents import find_documents
from r57monitor.text.fingerprint import make_fingerprint
from r57monitor.text.normalize import normalize_text
from r57monitor.text.provinces import find_provinces
from r57monitor.text.relevance import score_relevance
from r57monitor.text.segment import find_sentences
from tests.fuzzing import FRAME, PIECES, encode, html_page, plain_page, quick, read, rules, texts


@given(texts())
@quick(150)
def test_plain_texts(text: str) -> None:
    read(plain_page(text), "text/plain; charset=utf-8", "https://a.example/x.txt")


def test_such_texts_are_articles_with_figures() -> None:
    """Else the tests here would prove nothing."""
    random = Random(57)
    made = [" ".join(random.choices(PIECES, k=12)) for _ in range(60)]
    found = [read(page(text), kind) for text in made for page, kind in ((plain_page, "text/plain"), (html_page, "text/html"))]
    assert sum(1 for article in found if article and article.figures) > 80
    assert sum(1 for article in found if article and article.documents and article.provinces) > 80


@given(texts(), st.integers(0, 9))
@quick(100)
def test_garbled_texts(text: str, key: int) -> None:
    """Spans are those of the garbled text, sentences those of the restored one."""
    sound = [*FRAME[:3], normalize_text(text.encode("utf-8", "ignore").decode()), FRAME[3]]
    body = "".join(f"<p>{garble(paragraph, str(key))}</p>" for paragraph in sound)
    article = read(encode(f"<html><body><article><h1>{garble(FRAME[0], 'h')}</h1>{body}</article></body></html>"))
    assert article is not None
    assert article.restored is not None


@given(texts())
@quick(60)
def test_reading_twice_gives_the_same(text: str) -> None:
    assert read(html_page(text)) == read(html_page(text))


@given(texts(), st.one_of(st.none(), st.dates(date(1900, 1, 1), date(2199, 12, 31))))
@example("9" * 400 + "%", date(2025, 1, 1))
@example("Nghị quyết số 57-NQ/TW \ud800 đạt 5% hồ sơ trực tuyến", None)
@quick(150)
def test_figures_of_any_string(text: str, published: date | None) -> None:
    """Also strings that no page could hold: not normalized, with lone surrogates."""
    for figure in find_figures(text, FigureContext(title=text[:40], published=published), rules().catalogue):
        assert text[figure.start : figure.end] == figure.mention
        assert figure.mention in figure.sentence
        assert figure.sentence in text


@given(st.one_of(st.text(st.characters(), max_size=300), texts()))
@example("\ud800 tỉnh Lạng Sơn \udfff Nghị quyết 57 về chuyển đổi số")
@quick(100)
def test_stages_take_any_string(text: str) -> None:
    restored = restore(text, of_garbled_page=True)
    assert len(restored.offsets) == len(restored.text) + 1
    assert all(0 <= s.start < s.end <= len(text) for s in find_sentences(text))
    assert normalize_text(normalize_text(text)) == normalize_text(text)
    documents = find_documents(text, None, text[:20])
    find_provinces(text, text[:40], None, rules().gazetteer, None)
    assert 0.0 <= score_relevance(text[:40], text, documents, rules().terms, None).score <= 1.0
    assert make_fingerprint(text) == make_fingerprint(text)


@given(st.sampled_from(PIECES), st.sampled_from(PIECES), st.integers(2, 400))
@quick(40)
def test_pieces_without_end(one: str, other: str, times: int) -> None:
    read(plain_page((one + other) * times), "text/plain; charset=utf-8", "https://a.example/x.txt")
