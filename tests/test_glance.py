"""The first look at a page: what cannot be relevant keeps its head alone, what can be is read on in any form, and revisions stay true."""

from __future__ import annotations

import codecs
import html
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import pytest

from pipelines.chain import load_rules, read_page, read_whole
from r57monitor.gazetteer import load_gazetteer
from r57monitor.models import Article, RawPage
from r57monitor.practice.garble import garble
from r57monitor.text.glance import glance_at
from r57monitor.text.screen import CHECKED, UNREAD, is_checked
from tests.rows import make_article, make_page, make_source
from tests.test_screen import relevant_texts
from warehouse.home import Home
from warehouse.publish import publish
from warehouse.queries import is_set_aside, open_published, screen_counts
from warehouse.writers import Warehouse

WHEN = datetime(2025, 9, 3, 2, 0, tzinfo=UTC)
TITLE = "Làng chài bên cửa sông vào mùa vá lưới"
PARAGRAPHS = (
    "Trời chưa sáng, đàn ông làng ra bến gỡ những tấm lưới rách sau chuyến biển dài, còn đàn bà nhóm bếp nấu nồi cháo cá đầu ngày.",
    "Cụ Bảy, người vá lưới lâu năm nhất, bảo rằng mắt lưới bây giờ nhỏ hơn trước, sợi cước cũng dai hơn nhưng tay nghề thì mai một dần.",
    "Mỗi tấm lưới dài chừng 200 mét, hai người vá cả buổi mới xong một góc; công mỗi ngày vừa đủ mua gạo, mắm và ít dầu cho thuyền máy.",
    "Đám trẻ tan học ra ngồi xem, đứa nào khéo tay được cụ cho cầm ghim thử vài đường, rồi cười vang khi nút thắt tuột ra giữa chừng.",
    "Chiều xuống, gió nồm thổi mạnh, những tấm lưới phơi trên sào bay phần phật như buồm, báo hiệu một tuần biển động đang tới gần.",
    "Dù vậy, không ai trong làng nói chuyện bỏ nghề, bởi như lời cụ Bảy, cửa sông còn nước lợ thì còn cá đối, còn người giữ lưới.",
)
META = '<meta property="article:published_time" content="2025-09-01T08:30:00+07:00">'
OTHER = "Nhiều tỉnh họp bàn việc triển khai Nghị quyết 57-NQ/TW trong quý tới"


def markup(
    paragraphs: tuple[str, ...] = PARAGRAPHS, *, head: str = META, before: str = "", after: str = "", title: str = TITLE, url: str = ""
) -> RawPage:
    body = "".join(f"<p>{text}</p>\n" for text in paragraphs)
    page = (
        f"<html><head><title>{title}</title>{head}</head><body><header><a href='/'>Trang chủ</a></header>"
        f"<article><h1>{title}</h1>{before}<div class='noi-dung'>{body}</div></article>{after}</body></html>"
    )
    return RawPage(url=url or address(), body=page.encode(), fetched_at=WHEN, content_type="text/html; charset=utf-8")


def address(*, checked: bool = False) -> str:
    addresses = (f"https://bao.example/doi-song/lang-chai-ben-cua-song-vao-mua-va-luoi-{n:06d}.html" for n in range(50 * CHECKED))
    return next(url for url in addresses if is_checked(url) is checked)


def head_of(article: Article) -> tuple[object, ...]:
    extracted = article.extracted
    assert extracted is not None
    return (article.url, extracted.page_type, extracted.title, extracted.published, extracted.published_from, extracted.language)


HEADS = {
    "metadata": {"head": META},
    "a dateline alone": {"head": "", "before": "<p class='ngay'>Thứ Hai, 01/09/2025 08:30</p>"},
    "a false zone": {
        "head": META.replace("08:30:00+07:00", "08:30:00Z"), "before": "<p class='ngay'>Thứ Hai, 01/09/2025 08:30</p>",
    },
    "month or day first": {"head": META.replace("2025-09-01T08:30:00+07:00", "9/1/2025"), "before": "<p>01/09/2025 08:30</p>"},
    "a day to come": {"head": META.replace("2025-09-01", "2026-03-01"), "before": "<p>01/09/2025 08:30</p>"},
    "nothing": {"head": ""},
    "another title in the head": {"head": f'{META}<meta property="og:title" content="Bến quê: lưới cũ, nghề xưa và người ở lại">'},
}  # fmt: skip


@pytest.mark.parametrize("kind", HEADS)
def test_what_is_kept_is_what_the_whole_reading_says(kind: str) -> None:
    raw, rules = markup(**HEADS[kind]), load_rules()
    article, whole = read_page(raw, rules), read_whole(raw, rules)
    assert head_of(article) == head_of(whole)
    assert article.extracted is not None
    if kind not in {"metadata", "another title in the head"}:  # the head does not tell enough, or what it tells is in doubt
        assert article.screened == "aside"
        assert article.extracted == whole.extracted
        return
    assert article.screened == "unread"
    assert whole.extracted is not None
    assert (article.extracted.text, article.fingerprint, article.figures) == ("", b"", ())
    assert PARAGRAPHS[0] in whole.extracted.text
    assert article.extracted.word_count == sum(len(text.split()) for text in PARAGRAPHS)  # a site that loses its texts shows by it
    assert article.relevance is not None
    assert not article.relevance.is_relevant
    assert article.relevance.reasons[-1] == UNREAD


EVIDENCE = (
    "theo Nghị quyết số 57-NQ/TW", "như NQ57 nêu", "NQ-57", "under Resolution No. 57", "phong trào bình dân học vụ số", "Ban Chỉ đạo 57",
    "đột phá phát triển khoa học", "Kế hoạch 02-KH/BCĐTW", "các nghị quyết 66, 68 và 57",
)  # fmt: skip
FORMS = {
    "as it is": str,
    "in capitals": str.upper,
    "garbled": lambda text: garble(text, "glance"),
    "as entities": lambda text: "".join(c if ord(c) < 128 else f"&#{ord(c)};" for c in text),
    "as named entities": lambda text: html.escape(text).replace("ê", "&ecirc;").replace(" ", "&nbsp;"),
    "with marks as letters of their own": lambda text: unicodedata.normalize("NFD", text),
    "with soft hyphens": lambda text: text.replace("h", "h&shy;").replace("N", "N\u200b"),
    "with tags between": lambda text: text.replace(" ", "<b> </b>"),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("words", EVIDENCE)
def test_evidence_in_any_form_is_read_on(words: str, form: str) -> None:
    written = FORMS[form](words)
    assert glance_at(markup((*PARAGRAPHS, f"Việc ấy {written}, còn dài.")), None) is None
    assert glance_at(markup(before=f"<div>{written}</div>"), None) is None


CHARSETS = ("utf-8", "utf-16", "cp1258")


@pytest.mark.parametrize("charset", CHARSETS)
def test_evidence_in_any_charset_is_read_on(charset: str) -> None:
    for paragraphs, is_kept in ((PARAGRAPHS, True), ((*PARAGRAPHS, "Việc ấy theo Nghị quyết số 57-NQ/TW."), False)):
        raw = markup(paragraphs)
        text = raw.body.decode()
        if charset == "cp1258":  # a letter with its first mark, then the tone
            text = "".join(_in_cp1258(char) for char in text)
        coded = replace(raw, body=(codecs.BOM_UTF16_LE + text.encode("utf-16-le")) if charset == "utf-16" else text.encode(charset))
        assert (glance_at(coded, None) is not None) is is_kept


def _in_cp1258(char: str) -> str:
    parts = unicodedata.normalize("NFD", char)
    tones = "".join(part for part in parts if part in "\u0300\u0301\u0303\u0309\u0323")
    return unicodedata.normalize("NFC", "".join(part for part in parts if part not in tones)) + tones


@pytest.mark.parametrize("place", ["title", "description", "list title"])
def test_evidence_in_the_head_alone_is_read_on(place: str) -> None:
    description = f'{META}<meta name="description" content="{OTHER}, theo tin từ các sở của nhiều địa phương ven biển.">'
    pages = {
        "title": markup(head=f'{META}<meta property="og:title" content="{OTHER}">'),
        "description": markup(head=description),
        "list title": replace(markup(), list_title=OTHER),
    }
    assert glance_at(pages[place], None) is None


def test_evidence_in_a_box_beside_is_read_on() -> None:
    assert glance_at(markup(after=f"<ul><li><a href='/tin/1-mot-bai-khac-cua-bao.html'>{OTHER}</a></li></ul>"), None) is None


HEADLINES = "".join(f"<li><a href='/tin/{n}-bai.html'>Bản tin số {n} của làng nghề ven biển trong tuần</a></li>" for n in range(25))


def test_what_is_not_plainly_an_article_is_read_on() -> None:
    assert glance_at(markup(PARAGRAPHS[:2]), None) is None  # little prose
    assert glance_at(markup(url="https://bao.example/doi-song/"), None) is None
    teasers = "".join(f"<div><a href='/{n}.html'>{TITLE}</a><p>{text}</p></div>" for n, text in enumerate(PARAGRAPHS))
    assert glance_at(markup((), after=f"{teasers}<ul>{HEADLINES}</ul>"), None) is None
    letterhead = "<p>CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM</p><p>Số: 12/QĐ-UBND</p>"
    assert glance_at(markup(before=letterhead), None) is None
    assert glance_at(replace(markup(), body=b"%PDF-1.4"), None) is None
    assert glance_at(markup(), make_source()) is not None
    assert glance_at(markup(), replace(make_source(), body_css=".noi-dung")) is None
    assert glance_at(markup(tuple(garble(text, "x") for text in PARAGRAPHS)), None) is None  # its title is restored with it
    assert glance_at(markup(before=f"<aside>{'<p>a</p>' * 9}</aside>"), None) is not None
    hidden = f"<div class='sidebar'>{''.join(f'<p>{text}</p>' for text in PARAGRAPHS)}</div>"
    assert glance_at(markup(PARAGRAPHS[:1], after=hidden), None) is None  # the prose is that of a box beside


def test_one_in_fifty_and_what_people_want_is_read_whole() -> None:
    rules = load_rules()
    raw = markup(url=address(checked=True))
    article = read_page(raw, rules)
    assert article.screened == "checked"
    assert replace(article, screened=None) == read_whole(raw, rules)
    raw = markup()
    wanted = replace(rules, wanted=frozenset({raw.url}))
    assert read_page(raw, wanted) == read_whole(raw, rules)


@pytest.mark.parametrize("form", ["as it is", "in capitals", "garbled", "as entities"])
def test_no_relevant_document_is_left_unread(form: str) -> None:
    lost = []
    for name, (title, text) in relevant_texts().items():
        lines = tuple(FORMS[form](html.escape(line)) for line in text.split("\n"))
        if glance_at(markup(lines, title=FORMS[form](html.escape(title))), None) is not None:
            lost.append(name)
    assert lost == []


Kind = Literal["unread", "irrelevant", "relevant"]


@pytest.mark.parametrize(
    ("kinds", "revisions"),
    [
        ("unread unread", 1),
        ("irrelevant unread irrelevant", 1),  # a box beside the text named the resolution on two of the three days
        ("unread irrelevant unread", 1),
        ("relevant unread", 2),
        ("unread relevant", 2),
        ("relevant unread unread relevant", 3),
        ("irrelevant unread relevant unread", 3),
    ],
)
def test_an_unread_page_is_a_revision_only_beside_a_relevant_one(kinds: str, revisions: int, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    url = "https://bao-thu.vn/lang-chai-ven-song.html"
    pages = [visit(url, kind, day) for day, kind in enumerate(kinds.split(), 1)]
    with home.lock("test"), Warehouse.open(home) as warehouse:
        warehouse.register_sources([make_source()], load_gazetteer())
        warehouse.store([make_page(page) for page in pages])
        publish(home)
    with open_published(home) as reader:
        rows: list[dict[str, Any]] = reader.rows("SELECT revision, is_relevant, word_count FROM main.articles")
        versions = reader.rows("SELECT * FROM main.article_versions")
        counts = screen_counts(reader)
        last = kinds.split()[-1]
        assert is_set_aside(reader, url) is (last == "unread" and "irrelevant" not in kinds.split()[-2:])
    assert [(row["revision"], row["is_relevant"]) for row in rows] == [(revisions, last == "relevant")]
    assert all(row["word_count"] > 0 for row in rows)
    assert len(versions) == revisions
    assert counts["set_aside"] == ("unread" in kinds)


def visit(url: str, kind: str, day: int) -> Article:
    article = make_article(url, f"Bài về làng chài. {PARAGRAPHS[0]}", is_relevant=kind == "relevant", fetched_at=WHEN.replace(day=day))
    assert article.extracted is not None
    if kind == "unread":
        return replace(
            article,
            extracted=replace(article.extracted, text="", word_count=140),
            screened="unread",
            figures=(),
            provinces=(),
            documents=(),
        )
    if kind == "irrelevant":
        return article
    return replace(article, extracted=replace(article.extracted, text=f"{article.extracted.text} Theo Nghị quyết 57."))
