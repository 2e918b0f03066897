"""The screen before the reading: what can be relevant passes in any form, the rest is set aside, and one in fifty of it is checked."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.chain import begin, load_rules, read_on, read_page, read_whole
from r57monitor.gazetteer import load_gazetteer
from r57monitor.models import Article, RawPage
from r57monitor.practice.garble import garble
from r57monitor.text.document_numbers import load_document_tables
from r57monitor.text.documents import find_documents
from r57monitor.text.relevance import load_relevance_terms, score_fields, score_relevance
from r57monitor.text.screen import CHECKED, REASON, build_screen, is_checked, may_be_relevant
from tests.command import ingest_pages, run
from tests.gold.load import OWN, PLACES, PRACTICE, load_documents
from tests.rows import make_article, make_page, make_source
from warehouse.home import Home
from warehouse.publish import publish
from warehouse.queries import open_published, screen_counts
from warehouse.writers import Warehouse

WHEN = datetime(2025, 9, 3, 2, 0, tzinfo=UTC)
TERMS = load_relevance_terms()
STORY = (
    "Sáng nay, bà con hai bên sông chen nhau xem đội đua của làng trên về đích trước đội làng dưới nửa mái chèo. Ban tổ chức trao "
    "lá cờ thêu cho người cầm lái, còn trống hội đánh tới trưa mới dứt.\nNăm tới, đường đua dài thêm 300 mét và có 12 đội dự tranh."
)
FIELD = (
    "Các xã đã phủ sóng 5G, số hóa hồ sơ và đưa dịch vụ công trực tuyến về thôn; hạ tầng số và dữ liệu chung được đầu tư cùng nghiên cứu "
    "khoa học, đổi mới sáng tạo, chuyển đổi số của doanh nghiệp công nghệ, trí tuệ nhân tạo, bán dẫn, chữ ký số và an ninh mạng."
)


def page(
    text: str, url: str = "https://bao.example/doi-song/hoi-dua-thuyen-tren-song-000123.html", title: str = "Hội đua trên sông"
) -> RawPage:
    paragraphs = "".join(f"<p>{line}</p>" for line in text.split("\n"))
    body = f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>{paragraphs}</article></body></html>"
    return RawPage(url=url, body=body.encode(), fetched_at=WHEN, content_type="text/html; charset=utf-8")


@cache
def relevant_texts() -> dict[str, tuple[str, str]]:
    """Title and text of every annotated document of the project that the whole reading calls relevant."""
    rules = load_rules()
    read = {name: read_whole(raw, rules) for folder in (OWN, PLACES, PRACTICE) for name, _, raw in load_documents(folder)}
    return {
        name: (article.extracted.title or "", article.extracted.text)
        for name, article in read.items()
        if article.relevance is not None and article.relevance.is_relevant and article.extracted is not None
    }


FORMS = {
    "as it is": lambda text: text,
    "garbled": lambda text: garble(text, "screen"),
    "in capitals": str.upper,
    "with marks as letters of their own": lambda text: unicodedata.normalize("NFD", text),
    "without accents": lambda text: (
        unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D")).encode("ascii", "ignore").decode()
    ),
    "broken at every word": lambda text: text.replace(" ", "\n"),
}


@pytest.mark.parametrize("form", FORMS)
def test_no_relevant_document_is_lost_in_any_form(form: str) -> None:
    texts = relevant_texts()
    assert len(texts) > 100
    assert [name for name, parts in texts.items() if not may_be_relevant([FORMS[form](part) for part in parts])] == []


EVIDENCE = (
    "Nghị quyết số 57-NQ/TW", "Nghị quyết 57", "NQ57", "NQ-57", "Nghị  quyết\nsố 57", "Resolution No. 57", "57 - NQ/TW",
    "Nghị quyết Trung ương số 57", "các nghị quyết 66, 68, 59 và 57", "bình dân học vụ số", "đột phá phát triển khoa học",
    "đột phá về khoa\u00a0học", "Ban Chỉ đạo 57", "Kế hoạch 02-KH/BCĐTW", "Kế hoạch số 02 - KH / BCĐTW", "Nghị quyết số 03/NQ-CP",
    "Nghị quyết số 193/2025/QH15", "Kế hoạch số 01, 02-KH/BCĐTW",
)  # fmt: skip
PIECES = (*EVIDENCE, STORY, FIELD, "57", "nq", "Nghị quyết", "số", "QĐ/TW", "và", "2025", ".", ";")


@pytest.mark.parametrize("words", EVIDENCE)
@pytest.mark.parametrize("place", ["title", "text"])
def test_every_kind_of_evidence_passes(words: str, place: str) -> None:
    parts = (words, STORY) if place == "title" else ("Hội đua trên sông", f"{STORY}\nTheo {words}, việc này còn dài.")
    assert may_be_relevant(parts)
    assert may_be_relevant([part.upper() for part in parts])


@pytest.mark.parametrize(
    "words",
    ["", "Nghị quyết 157 của xã", "giảm 57,5% hộ nghèo", "Kế hoạch số 12/KH-UBND", "Nghị quyết số 68-NQ/TW", "kỷ niệm 57 năm ngày cưới"],
)
def test_what_is_no_evidence_is_set_aside(words: str) -> None:
    has_number = "157" in words  # the bare digits may be read as another number's: passing costs only time
    assert may_be_relevant(("Hội đua trên sông", f"{STORY}\n{words}.")) is has_number


@given(st.lists(st.sampled_from(PIECES), max_size=9), st.data())
def test_what_is_called_relevant_passes(pieces: list[str], data: st.DataObject) -> None:
    text = "".join(piece + data.draw(st.sampled_from([" ", "\n", " - ", ", "])) for piece in pieces)
    verdict = score_relevance("Chuyển đổi số", text, find_documents(text), TERMS)
    if may_be_relevant(("Chuyển đổi số", text)):
        return
    assert not verdict.is_relevant
    assert verdict.score == score_fields("Chuyển đổi số", text, TERMS).score


def test_what_is_needed_follows_from_the_weights() -> None:
    families = load_document_tables().family_of
    hinted = ("Hội đua trên sông", f"{STORY}\nPhong trào bình dân học vụ số đã về làng.")
    assert may_be_relevant(hinted, build_screen(TERMS, families))
    light = build_screen(replace(TERMS, weights={**TERMS.weights, "hint": 0.1}), families)
    assert not may_be_relevant(hinted, light)
    assert may_be_relevant((hinted[0], f"{hinted[1]} Nghị quyết 57 cũng vậy."), light)
    heavy = build_screen(replace(TERMS, weights={**TERMS.weights, "fields": 9.0}), families)
    assert may_be_relevant(("", ""), heavy)  # where field words alone reach the border nothing can be set aside


def test_one_address_in_fifty_is_checked_wherever_it_is_read() -> None:
    addresses = [f"https://bao.example/tin/{n}.html" for n in range(20_000)]
    share = sum(map(is_checked, addresses)) / len(addresses)
    assert share == pytest.approx(1 / CHECKED, rel=0.2)
    assert is_checked("\ud800") in (True, False)


def address(checked: bool) -> str:
    addresses = (f"https://bao.example/doi-song/hoi-dua-thuyen-tren-song-{n:06d}.html" for n in range(10_000))
    return next(url for url in addresses if is_checked(url) is checked)


def test_an_article_set_aside_keeps_what_it_is_known_by() -> None:
    rules = load_rules()
    raw = page(f"{STORY}\n{FIELD}", address(checked=False))
    article, whole = read_page(raw, rules), read_whole(raw, rules)
    assert article.screened == "aside"
    assert whole.screened is None
    assert (article.url, article.extracted, article.fingerprint) == (whole.url, whole.extracted, whole.fingerprint)
    assert article.relevance is not None
    assert whole.relevance is not None
    assert article.relevance.score == whole.relevance.score
    assert article.relevance.reasons == (*whole.relevance.reasons, REASON)
    assert not article.relevance.is_relevant
    assert (article.figures, article.provinces, article.documents) == ((), (), ())
    assert whole.figures


def test_a_garbled_article_set_aside_is_restored_for_people() -> None:
    article = read_page(page(garble(f"{STORY}\n{STORY.replace('đua', 'bơi')}", "x"), address(checked=False)), load_rules())
    assert article.screened == "aside"
    assert article.restored is not None
    assert "trống hội đánh" in article.restored.text


def test_an_article_that_is_checked_is_read_whole() -> None:
    rules = load_rules()
    raw = page(f"{STORY}\n{FIELD}", address(checked=True))
    article, whole = read_page(raw, rules), read_whole(raw, rules)
    assert article.screened == "checked"
    assert replace(article, screened=None) == whole
    assert article.figures


def test_the_stages_one_by_one_give_the_same() -> None:
    rules = load_rules()
    raw = page(STORY, address(checked=False))
    assert read_on(begin(raw), rules) == read_page(raw, rules)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Two articles set aside, one checked, one checked and found relevant after all, one never screened."""
    home = Home(tmp_path / "home")
    made = [("a", "aside", False), ("b", "aside", False), ("c", "checked", False), ("d", "checked", True), ("e", None, True)]
    articles: list[Article] = [
        replace(make_article(f"https://bao-thu.vn/{name}.html", f"Bài {name}. {STORY}", is_relevant=relevant), screened=screened)  # type: ignore[arg-type]
        for name, screened, relevant in made
    ]
    with home.lock("test"), Warehouse.open(home) as warehouse:
        warehouse.register_sources([make_source()], load_gazetteer())
        warehouse.store([make_page(article) for article in articles])
        publish(home)
    return home


def test_what_people_call_relevant_is_read_by_the_next_replay(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url = address(checked=False)
    home = ingest_pages(tmp_path, {url: page(f"{STORY}\n{FIELD}").body.decode()})
    assert figures_of(home) == []
    assert run("review", "article", url, "--relevant", "--by", "An", "--home", str(home)) == 0
    assert "set aside unread" in capsys.readouterr().out
    assert run("replay", "--home", str(home)) == 0
    assert {row["value"] for row in figures_of(home)} >= {300.0, 12.0}


def figures_of(home: Path) -> list[dict[str, Any]]:
    with open_published(Home(home)) as reader:
        return reader.rows("SELECT value FROM figures")


def test_what_the_screen_did_is_counted_and_a_loss_is_named(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    with open_published(home) as reader:
        counts = screen_counts(reader)
    assert counts == {"set_aside": 2, "checked": 2, "lost": 1, "lost_urls": ["https://bao-thu.vn/d.html"]}
    assert run("status", "--home", str(home.path)) == 0
    told = capsys.readouterr().out
    assert "Set aside unread        2" in told
    assert "the screen lost a relevant page: https://bao-thu.vn/d.html" in told
