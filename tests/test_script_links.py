"""Articles that a page names in data for its scripts."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from r57monitor.models import RawPage, Source
from r57monitor.text.next_pages import count_on, find_next_pages
from r57monitor.text.script_links import find_markup, find_named_articles
from r57monitor.text.site_clues import find_menu
from spiders.entry import read_entry
from spiders.leads import Walk
from spiders.listing import next_pages, read_listing

SOURCE = Source(id="bao", name="Báo", kind="newspaper", homepage="https://bao.example/")
HEADLINE = "Chợ quê bán hàng qua mạng suốt tuần"
PATH = "/tin/cho-que-ban-hang-qua-mang-12346.html"


def page(body: str, url: str = "https://bao.example/muc", found_by: str = "listing") -> RawPage:
    raw = RawPage(url=url, body=body.encode(), fetched_at=datetime(2025, 8, 1, 2, tzinfo=UTC), content_type="text/html", role="listing")
    return replace(raw, found_by=found_by)  # type: ignore[arg-type]


def data(value: object, kind: str = "application/ld+json") -> str:
    return f'<html><script type="{kind}">{json.dumps(value)}</script></html>'


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (data({"@type": "ItemList", "itemListElement": [{"url": PATH, "name": HEADLINE}]}), [PATH]),
        (data({"itemListElement": [{"item": {"@id": PATH, "name": HEADLINE}}]}), [PATH]),
        (data({"list": [{"title": HEADLINE, "link": "/bai/12", "publishedAt": "2025-07-12T08:30:00"}]}, "application/json"), ["/bai/12"]),
        (data({"title": HEADLINE, "link": "/bai/12"}), []),  # neither an article's address nor a date
        (data({"itemListElement": [{"item": {"@id": "/chuyen-doi-so", "name": "Chuyển đổi số"}}]}), []),
        (data({"logo": {"url": "/anh/cho-que-ban-hang-qua-mang-12346.jpg", "name": HEADLINE}}), []),
        (data({"url": "javascript:alert('/a')", "name": HEADLINE, "date": "2025-07-12"}), []),
        ("<script>window.__NUXT__=(function(a){return {u:\"\\u002Ftin\\u002Fcho-que-ban-hang-qua-mang-12346.html\"}}(1))</script>", [PATH]),
        ('<script>self.__next_f.push([1,"{\\"href\\":\\"/tin/cho-que-ban-hang-qua-mang-12346.html\\"}"])</script>', [PATH]),
        ('<script>var a = "/tin/cho-que-ban-hang-qua-mang-12346.html"</script>', []),  # any script's words are not a page's state
        ('<script type="application/ld+json">{"url": hong}</script>', []),
        ("<p>Không có gì</p>", []),
    ],
)  # fmt: skip
def test_articles_named_in_data(body: str, found: list[str]) -> None:
    assert [one.url.removeprefix("https://bao.example") for one in find_named_articles(page(body))] == found


def test_data_adds_to_the_links_of_a_listing_and_stays_at_home() -> None:
    rows = [{"title": HEADLINE, "url": url} for url in (PATH, "https://khac.example/tin/mot-hai-ba-bon-nam-12349.html", "/muc")]
    link = f'<h3><a href="{PATH}?utm_source=x">{HEADLINE}</a></h3>'
    leads = read_listing(page(link + data(rows)), SOURCE, Walk())
    assert [lead.url for lead in leads] == [f"https://bao.example{PATH}"]
    dated = read_listing(page(data({"headline": HEADLINE, "url": PATH, "datePublished": "2025-07-12"})), SOURCE, Walk())
    assert [(lead.title, lead.list_date) for lead in dated] == [(HEADLINE, datetime(2025, 7, 11, 17, tzinfo=UTC))]


def test_answers_in_json_are_listings() -> None:
    answer = json.dumps(
        {"ok": True, "html": f'<li><h3><a href="{PATH}">{HEADLINE}</a></h3></li>', "more": [{"link": "/tin/a-b-c-d-e-5.html"}]}
    )
    assert [lead.url[19:] for lead in read_listing(page(answer), SOURCE, Walk())] == [PATH, "/tin/a-b-c-d-e-5.html"]
    assert find_markup(page("<li>khong</li>")) is None


@pytest.mark.parametrize(
    ("button", "found"),
    [
        ('<a href="javascript:;" data-url="/them/18/2.htm">Xem thêm</a>', ["/them/18/2.htm"]),
        ('<button class="btn load-more" data-url="/them?page=2">+</button>', ["/them?page=2"]),
        ('<div id="next" hx-get="https://khac.example/them?page=2"></div>', []),
        ('<button class="share" data-url="/chia-se/2">Chia sẻ</button>', []),
        ('<button class="load-more" data-action="loadMore">+</button>', []),
        ('<button class="load-more" data-url="/them?PublishedDate=2">+</button>', []),
    ],
)
def test_buttons_that_bring_more(button: str, found: list[str]) -> None:
    assert [url.removeprefix("https://bao.example") for url in find_next_pages(page(button), SOURCE)] == found


def test_pieces_are_counted_on() -> None:
    piece = page("<li>mot</li>", "https://bao.example/them/18/2.htm")
    assert count_on(piece, 2) == "https://bao.example/them/18/3.htm"
    assert count_on(piece, 3) is None
    assert count_on(page("<html><li>mot</li>", piece.url), 2) is None
    assert count_on(page("{}", "https://bao.example/them/18?p=9"), 9) == "https://bao.example/them/18?p=10"
    (lead,) = next_pages(piece, SOURCE, 2)
    assert (lead.depth, lead.is_probe) == (2, True)  # a guess: that there is none means nothing


def test_a_bare_front_page_leads_to_its_menu() -> None:
    menu = '<nav><a href="/trong-vung">Trong vùng</a><a href="/dang-nhap">Đăng nhập</a><a href="https://khac.example/">Khác</a></nav>'
    front = page(menu + '<a href="/ngoai">Ngoài</a><iframe src="/khung.html"></iframe>', "https://bao.example/", "homepage")
    assert [link.url for link in find_menu(front, frozenset({"bao.example"}))] == [
        "https://bao.example/trong-vung",
        "https://bao.example/khung.html",
    ]
    reading = read_entry(front, SOURCE, Walk(), 0)
    assert [lead.url for lead in reading.sections] == ["https://bao.example/trong-vung", "https://bao.example/khung.html"]
    named = page(
        '<a href="/cds">Chuyển đổi số</a>' + menu + f'<h3><a href="{PATH}">{HEADLINE}</a></h3>', "https://bao.example/", "homepage"
    )
    assert [lead.url for lead in read_entry(named, SOURCE, Walk(), 0).sections] == ["https://bao.example/cds"]
    registered = Source(id="bao", name="Báo", kind="newspaper", homepage="https://bao.example/", feeds=("https://bao.example/rss",))
    assert read_entry(front, registered, Walk(), 0).sections == ()


@pytest.mark.parametrize(
    "body", ["<script>" * 200_000 + "application/json", "[" * 300_000, '<script>window.__NUXT__="' + '"/a' * 500_000 + "</script>"]
)
def test_data_without_end_costs_little(body: str) -> None:
    started = time.process_time()
    assert find_named_articles(page(body)) == []
    assert time.process_time() - started < 2
