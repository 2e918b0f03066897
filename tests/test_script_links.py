"""Articles that a page names in data for its scripts."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from r57monitor.models import RawPage, Source
from r57monitor.text.next_pages import count_on, find_next_pages
from r57monitor.text.script_links import find_markup, find_named_articles
from r57monitor.text.site_clues import find_menu
from spiders.entry import read_entry
from spiders.leads import Walk
from spiders.listing import next_pages, read_listing
from tests.crawls import crawl
from tests.web import Page, Site, listing_html, write_registry

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
        ('<button class="load-more" data-url="/them" data-offset="20">+</button>', ["/them?offset=20"]),
        ('<button class="load-more" data-url="/them?muc=8" data-start="15" data-limit="15">+</button>', ["/them?muc=8&start=15&limit=15"]),
        ('<button class="load-more" data-url="/them?offset=10" data-offset="20">+</button>', ["/them?offset=10"]),
        ('<button class="load-more" data-url="/them" data-page="1">+</button>', ["/them?page=2"]),
        ('<button class="load-more" data-url="/them" data-page="2">+</button>', ["/them?page=2"]),
        ('<button class="load-more" data-url="/them" data-offset="moi">+</button>', ["/them"]),
        ('<a href="?offset=20">Trang sau</a><a href="?offset=40">3</a>', ["/muc?offset=20", "/muc?offset=40"]),
        ('<a href="?muc=9&amp;offset=20">Mục khác</a><a href="/khac?offset=20">2</a>', []),
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
    assert count_on(page("<li>mot</li>", "https://bao.example/them?offset=20&limit=20"), 2) == "https://bao.example/them?offset=40&limit=20"
    assert count_on(page("<li>mot</li>", "https://bao.example/them?muc=8&start=45"), 4) == "https://bao.example/them?muc=8&start=60"
    assert count_on(page("<li>mot</li>", "https://bao.example/them?start=50"), 4) is None
    (lead,) = next_pages(piece, SOURCE, 2)
    assert (lead.depth, lead.is_probe) == (2, True)  # a guess: that there is none means nothing


def test_a_button_that_counts_from_none_goes_on_after_what_is_listed() -> None:
    items = "".join(
        f'<li><h3><a href="/tin/tinh-dua-them-thu-tuc-len-mang-{n}.html">{HEADLINE}</a></h3></li>' for n in (10001, 10002, 10003)
    )
    listed = page(f'<html><ul>{items}</ul><a class="xem-them" data-url="/them" data-offset="0">Xem thêm</a></html>')
    assert find_next_pages(listed, SOURCE) == ["https://bao.example/them?offset=3"]


def test_a_section_without_articles_leads_to_what_lies_below_it() -> None:
    links = '<a href="/khcn/cds/">Chuyển đổi số</a><a href="/khcn/tep.pdf">Tệp</a><a href="/khac/x">Khác</a><a href="/khcn/xa">Cấp xã</a>'
    bare = page(links, "https://bao.example/khcn.html")
    found = [lead for level in (1, 2, 3) for lead in read_entry(bare, SOURCE, Walk(), 0, level).sections]
    assert [(lead.url, lead.level) for lead in found] == [
        ("https://bao.example/khcn/cds/", 2), ("https://bao.example/khcn/xa", 2),
        ("https://bao.example/khcn/cds/", 3), ("https://bao.example/khcn/xa", 3),
    ]  # fmt: skip
    full = page(links + f'<h3><a href="{PATH}">{HEADLINE}</a></h3>', "https://bao.example/khcn")
    assert read_entry(full, SOURCE, Walk(), 1).sections == ()


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


@pytest.mark.slow
def test_articles_three_levels_deep_and_behind_a_button_that_counts_them(tmp_path: Path) -> None:
    def listed(paths: list[str], rest: str = "") -> Page:
        return Page(listing_html(paths, None).replace(b"</ul>", f"</ul>{rest}".encode()))

    with Site() as site:
        paths = site.add_articles(range(30), feed=False)
        site.pages["/"] = Page(b'<html><nav class="menu"><a href="/khcn">Khoa h&#7885;c c&ocirc;ng ngh&#7879;</a></nav></html>')
        site.pages["/khcn"] = Page('<html><a href="/khcn/tinh/">Cấp tỉnh</a><a href="/khcn/xa/">Cấp xã</a></html>'.encode())
        site.pages["/khcn/tinh/"] = Page('<html><a href="/khcn/tinh/cds">Chuyển đổi số</a></html>'.encode())
        button = '<button class="load-more" data-url="/them" data-offset="10">Xem thêm</button>'
        site.pages["/khcn/tinh/cds"] = listed(paths[:10], button)
        for start in (10, 20):
            items = "".join(f'<li><h3><a href="{p}">Xã đưa thêm thủ tục lên mạng</a></h3></li>' for p in paths[start : start + 10])
            site.pages[f"/them?offset={start}"] = Page(items.encode())
        site.pages["/khcn/xa/"] = listed(paths[28:])
        done = crawl(tmp_path / "home", write_registry(tmp_path / "registry.toml", site, entry=""), publish=False)
    assert done.state() == "ok"
    assert {path for path in site.paths() if path.startswith("/tin/")} == set(paths)
    assert [path for path in site.paths() if path.startswith("/them")] == ["/them?offset=10", "/them?offset=20", "/them?offset=30"]
