"""Articles that a site splits over several pages: found, fetched within limits, archived one by one, read as one."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from r57monitor.cli.progress import Shown
from r57monitor.cli.replay import run_replay
from r57monitor.errors import ReadError
from r57monitor.models import RawPage
from r57monitor.text import article_pages
from r57monitor.text.article_pages import MAX_PAGES, look_on, may_go_on
from r57monitor.text.blackout import join_names
from r57monitor.text.extract import extract_page
from r57monitor.text.joined_pages import is_joined, pack_pages, unpack_pages
from r57monitor.text.next_pages import page_of
from r57monitor.text.urls import load_url_rules
from r57monitor.wording import explain_cause
from tests.crawls import Crawled, archived, crawl, facts, journaled, rows
from tests.test_withdraw import run
from tests.web import Page, Site, article_html, feed_xml, write_registry
from warehouse.archive import Archive
from warehouse.home import Home
from warehouse.withheld import Withheld

URL = "https://bao.example/tin/chuyen-doi-so-o-ba-xa-vung-cao-000123.html"
PATH = "/tin/chuyen-doi-so-o-ba-xa-vung-cao-000123.html"
LEAD = "Ba xã vùng cao của tỉnh Lâm Đồng đang đưa Nghị quyết số 57-NQ/TW của Bộ Chính trị vào từng thôn, từng hộ dân trong năm 2025."
SIDE = "Tin đọc nhiều trong tuần qua: người dân các xã làm quen với dịch vụ công trực tuyến toàn trình như thế nào."
TEXTS = [
    "Thực hiện Nghị quyết số 57-NQ/TW về chuyển đổi số, đến hết tháng 7/2025 tỷ lệ hồ sơ trực tuyến của tỉnh Lâm Đồng đạt 61,5%.",
    "Ở xã thứ hai, 1.482 tổ công nghệ số cộng đồng của tỉnh Lâm Đồng đã đến tận nhà hướng dẫn bà con nộp hồ sơ trực tuyến.",
    "Tại xã thứ ba, cán bộ cho biết đến hết tháng 7/2025 tỷ lệ hồ sơ trực tuyến của tỉnh Lâm Đồng đạt 61,5%, sớm hơn kế hoạch.",
]
LAST = "Bà con rất vui."


def page_html(number: int, pager: str, text: str | None = None) -> str:
    more = f"Đoạn kể thêm thứ {number} của phóng viên tại xã, dài vừa đủ để là một câu chuyện riêng."
    body = f"<p>{text or TEXTS[(number - 1) % 3]}</p><p>{more}</p>"
    ending = f"<p>{LAST}</p><p><strong>Lê Minh</strong></p>" if number == 3 else ""
    return f"""<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>Chuyển đổi số ở ba xã vùng cao | Báo</title>
<meta property="article:published_time" content="2025-08-0{min(number, 9)}T08:00:00+07:00"><link rel="canonical" href="{URL}"></head>
<body><header><a href="/">Trang chủ</a></header><main><article><h1>Chuyển đổi số ở ba xã vùng cao</h1>
<p class="sapo">{LEAD}</p>{body}{ending}</article><div class="pager">{pager}</div><div><p>{SIDE}</p></div></main></body></html>"""


def raw(html: str, url: str = URL) -> RawPage:
    return RawPage(url=url, body=html.encode(), fetched_at=datetime(2025, 8, 9, tzinfo=UTC), content_type="text/html; charset=utf-8")


@pytest.mark.parametrize(
    ("pager", "following"),
    [
        ('<a href="?page=2">2</a>', f"{URL}?page=2"),
        ('<a href="?trang=2">Trang sau</a>', f"{URL}?trang=2"),
        (f'<a href="{PATH}?a=1&amp;b=2">2</a>', None),
        ('<a href="/tin/chuyen-doi-so-o-ba-xa-vung-cao-000123-p2.html">2</a>', "https://bao.example/tin/chuyen-doi-so-o-ba-xa-vung-cao-000123-p2.html"),
        ('<a href="/tin/chuyen-doi-so-o-ba-xa-vung-cao-000123/trang-2">2</a>', "https://bao.example/tin/chuyen-doi-so-o-ba-xa-vung-cao-000123/trang-2"),
        ('<a href="/tin/chuyen-doi-so-o-ba-xa-vung-cao-000123_2.html">2</a>', "https://bao.example/tin/chuyen-doi-so-o-ba-xa-vung-cao-000123_2.html"),
        ('<a href="/tin/chuyen-doi-so-o-ba-xa-vung-cao-000123/2/">Trang 2</a>', "https://bao.example/tin/chuyen-doi-so-o-ba-xa-vung-cao-000123/2/"),
        ('<link rel="next" href="/tin/chuyen-doi-so-o-ba-xa-vung-cao-000123/2/">', "https://bao.example/tin/chuyen-doi-so-o-ba-xa-vung-cao-000123/2/"),
        ('<a href="/tin/chuyen-doi-so-o-ba-xa-vung-cao-000123_2.html">Ảnh trong bài</a>', None),  # nothing says that it is a page
        ('<a href="?page=3">3</a>', None),
        ('<a href="/tin/bai-khac-cua-bao-000124.html?page=2">2</a>', None),
        ('<a href="/tin?page=2">2</a><a rel="next" href="/tin/bai-truoc-do-000122.html">Bài sau</a>', None),
        (f'<a href="https://khac.example{PATH}?page=2">2</a>', None),
        ('<a href="/tin/chuyen-doi-so-o-ba-xa-vung-cao-000123/comment-page-2/">2</a>', None),
        ('<a href="javascript:trang(2)">2</a>', None),
    ],
)  # fmt: skip
def test_where_the_second_page_is(pager: str, following: str | None) -> None:
    page = raw(page_html(1, pager))
    assert look_on(page, 1, URL).following == following
    assert may_go_on(page) or following is None, "the cheap look must not miss what the closer one finds"


def test_later_pages_know_the_ones_after_them() -> None:
    page = raw(page_html(2, '<a href="?page=1">1</a><a href="?page=3">3</a>'), f"{URL}?page=2")
    assert look_on(page, 2, URL).following == f"{URL}?page=3"


def test_several_pages_are_read_as_one_article() -> None:
    pages = [raw(page_html(n, '<a href="?page=2">2</a>'), URL if n == 1 else f"{URL}?page={n}") for n in (1, 2, 3)]
    body, kind = pack_pages(pages)
    joined = replace(pages[0], body=body, content_type=kind)
    assert is_joined(joined)
    assert [(p.url, p.body, p.content_type) for p in unpack_pages(joined)] == [(p.url, p.body, p.content_type) for p in pages]
    read = extract_page(joined)
    alone = extract_page(pages[0])
    assert (read.page_type, read.title, read.published, read.author) == ("article", alone.title, alone.published, "Lê Minh")
    assert read.text.startswith(alone.text)
    assert [read.text.count(text) for text in TEXTS] == [1, 1, 1]
    assert read.text.endswith(LAST)
    assert read.text.count(LEAD) == 1
    assert SIDE not in read.text.removeprefix(alone.text)


def test_a_joined_body_that_is_not_whole_is_named() -> None:
    body, kind = pack_pages([raw(page_html(1, "")), raw(page_html(2, ""))])
    with pytest.raises(ReadError, match="the pages of this article are not whole"):
        extract_page(replace(raw(""), body=body[:-400], content_type=kind))
    foreign = replace(raw("<p>Tệp lạ</p>"), content_type="multipart/mixed; boundary=x")
    assert not is_joined(foreign)


def serve(site: Site, count: int, *, missing: int | None = None, text: str | None = None) -> None:
    for number in range(1, count + 1):
        others = "".join(f'<a href="{PATH}?page={n}">{n}</a> ' for n in range(1, min(count, number + 2) + 1) if n != number)
        page = page_html(number, others, text).replace(URL, f"{site.url}{PATH}")
        site.pages[PATH + (f"?page={number}" if number > 1 else "")] = Page(page.encode(), 200 if number != missing else 404)
    site.pages["/rss.xml"] = Page(feed_xml(site.url, [PATH], 8), content_type="application/rss+xml")


def visit(site: Site, folder: Path, **options: object) -> Crawled:
    registry = write_registry(folder / "registry.toml", site)
    return crawl(folder / "home", registry, publish=True, **options)


def articles(home: Path) -> list[tuple[str, int, str]]:
    return [
        (url, revision, text)
        for url, revision, text in rows(
            home,
            "SELECT a.url, a.revision, t.text FROM derived.articles a JOIN core.texts t USING (article_id, text_hash) ORDER BY a.url",
        )
    ]


def test_a_split_article_is_one_with_the_figures_of_all_its_pages(tmp_path: Path) -> None:
    with Site() as site:
        serve(site, 3)
        first = visit(site, tmp_path)
        asked = Counter(site.paths())
        again = visit(site, tmp_path, source_ids=["site-1"])
    home = tmp_path / "home"
    assert (first.state(), first.cause()) == ("ok", None)
    assert [asked[f"{PATH}?page={n}"] for n in (2, 3)] == [1, 1]
    assert [(url, revision) for url, revision, _ in articles(home)] == [(f"{site.url}{PATH}", 1)]
    text = articles(home)[0][2]
    assert [text.count(one) for one in TEXTS] == [1, 1, 1]
    values = [value for (value,) in rows(home, "SELECT value FROM derived.statements ORDER BY value")]
    assert 1482 in values
    assert again.state() == "ok"
    assert Counter(site.paths())[f"{PATH}?page=2"] == 1, "a first page that is as it was needs no second look at the others"
    assert archived(home)[f"{site.url}{PATH}", 200] == 1
    roles = Counter(e.role for s in Archive(Home(home).archive).segments() for e in Archive(Home(home).archive).entries(s))
    assert (roles["part"], roles["joined"]) == (2, 1)
    before = facts(home)
    run_replay(Home(home), Shown(), publish=False)
    assert facts(home) == before


def test_a_later_page_that_cannot_be_had_is_named_and_asked_for_again(tmp_path: Path) -> None:
    with Site() as site:
        serve(site, 3, missing=3)
        first = visit(site, tmp_path)
        home = tmp_path / "home"
        assert first.state() == "ok"
        assert first.cause() == "articles of several pages read in part: 1 (HTTP 404 (not found))"
        assert [(e["role"], e["referrer"]) for e in journaled(home, "failure")] == [("part", f"{site.url}{PATH}")]
        assert TEXTS[1] in articles(home)[0][2]
        assert TEXTS[2] not in articles(home)[0][2]
        serve(site, 3)
        second = visit(site, tmp_path, source_ids=["site-1"])
        assert (second.state(), second.cause()) == ("ok", None)
        assert [(revision, TEXTS[2] in text) for _, revision, text in articles(home)] == [(1, True)]
        asked = len(site.asked)
        visit(site, tmp_path, source_ids=["site-1"])
        assert not [path for path, _ in site.asked[asked:] if "page=" in path]


def test_pages_without_end_cost_ten_and_are_named(tmp_path: Path) -> None:
    with Site() as site:
        serve(site, 40)
        for number in range(2, 41):
            text = f"Trang thứ {number} kể chuyện của thôn số {number} trong tỉnh Lâm Đồng làm theo Nghị quyết số 57-NQ/TW ra sao."
            site.pages[f"{PATH}?page={number}"] = Page(page_html(number, f'<a href="?page={number + 1}">{number + 1}</a>', text).encode())
        done = visit(site, tmp_path)
    assert done.cause() == f"articles of several pages read in part: 1 (more than {MAX_PAGES} pages)"
    assert sum("page=" in path for path in site.paths()) == MAX_PAGES - 1


def test_a_site_whose_second_pages_add_nothing_is_asked_for_few(tmp_path: Path) -> None:
    with Site() as site:
        paths = site.add_articles(range(12))
        for path in paths:
            body = site.pages[path].body
            assert isinstance(body, bytes)
            body = body.replace(b"</article>", f'</article><div>Bình luận <a href="{path}?page=2">2</a></div>'.encode())
            site.pages[path] = site.pages[f"{path}?page=2"] = Page(body)
        done = visit(site, tmp_path)
    assert (done.state(), done.cause()) == ("ok", None)
    assert 3 <= sum("page=" in path for path in site.paths()) <= 8
    assert "joined" not in {role for (role,) in rows(tmp_path / "home", "SELECT role FROM core.fetches")}


def test_a_crawl_that_was_stopped_between_the_pages_goes_on_there(tmp_path: Path) -> None:
    with Site() as site:
        serve(site, 3)
        visit(site, tmp_path, max_pages=3)  # feed, first and second page
        home = tmp_path / "home"
        asked = len(site.asked)
        done = visit(site, tmp_path)
    later = [path for path, _ in site.asked[asked:]]
    assert [path for path in later if path.startswith(PATH)] == [f"{PATH}?page=3"], "the others are archived"
    assert (done.state(), done.cause()) == ("ok", None)
    assert [(revision, TEXTS[2] in text) for _, revision, text in articles(home)] == [(1, True)]


def test_the_cheap_look_begins_with_ends_that_every_address_of_a_second_page_has() -> None:
    rules = load_url_rules().paging
    addresses = [f"?{name}=2" for name in rules["parameters"]] + [f"?x{suffix}=2" for suffix in rules["parameter_suffixes"]]
    words = [f"/tin{mark}{word}{between}2" for word in rules["path_words"] for mark in "/-" for between in ("", "-", "/")]
    addresses += [f"{word}{end}" for word in words for end in ("", ".html", "/")]
    for address in (*addresses, "/tin/2", "/tin/2/", "/tin_2.html", "/tin-2.aspx"):
        first = "https://bao.example/tin" if address.startswith("/") else URL
        assert may_go_on(raw(f'<a href="{address}">2</a>', first)), address
        assert may_go_on(raw(f"<a href='{address}'>2</a>", first)), address
    assert not may_go_on(raw(article_html(2) * 20))


@pytest.mark.parametrize(
    ("first", "address"),
    [
        ("https://bao.example/điện-biên/số-12.html", "/%C4%91i%E1%BB%87n-bi%C3%AAn/s%E1%BB%91-12.html?page=2"),
        ("https://bao.example/dien-bien/Bai-Viet-12.html", "//www.bao.example/dien-bien/bai-viet-12/trang-2.html"),
        ("https://bao.example/bai/chi-tiet?id=77&muc=8", "/bai/chi-tiet?muc=8&id=77&trang=2"),
        ("https://bao.example/bai-viet-12/", "page/2/"),
        ("https://bao.example/Default.aspx?tabid=12&ItemID=9", "/Default.aspx?tabid=12&ItemID=9&Page=2"),
        ("https://bao.example/?p=551", "?p=551&page=2"),
    ],
)  # fmt: skip
def test_an_address_may_be_written_otherwise_than_the_articles(first: str, address: str) -> None:
    assert may_go_on(raw(f'<a href="{address}">2</a>', first))


def test_a_newspapers_page_is_told_from_its_addresses_without_taking_them_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    others = "".join(f'<li><a href="/tin/bai-so-{n}-2.html?page=2">Bài {n}</a></li>' for n in range(400))
    assert not may_go_on(raw(page_html(1, others)))
    taken: list[str] = []
    monkeypatch.setattr(article_pages, "page_of", lambda url: taken.append(url) or page_of(url))
    pager = '<a href="?page=2">2</a>'
    assert look_on(raw(page_html(1, others + pager)), 1, URL).following == f"{URL}?page=2"
    assert len(taken) < 5, "only what bears the article's name"


def test_what_robots_forbids_is_not_asked_for_and_named(tmp_path: Path) -> None:
    with Site() as site:
        serve(site, 3)
        site.pages["/robots.txt"] = Page(b"User-agent: *\nDisallow: /*?page=\n", content_type="text/plain")
        done = visit(site, tmp_path)
        home = tmp_path / "home"
        assert not [path for path in site.paths() if "page=" in path]
        assert done.state() == "ok"
        assert str(done.cause()).startswith("articles of several pages read in part: 1 (")
        assert explain_cause(done.cause()).startswith("1 bài nhiều trang mới đọc được các trang đầu: ")
        assert not journaled(home, "failure"), "a later visit could not mend it"
        assert TEXTS[0] in articles(home)[0][2]


def test_a_withdrawn_article_goes_with_all_its_pages(tmp_path: Path) -> None:
    with Site() as site:
        serve(site, 3)
        visit(site, tmp_path)
    home = Home(tmp_path / "home")
    assert run("withdraw", f"{site.url}{PATH}", "--reason", "người viết rút bài", "--home", str(home.path)) == 0
    archive = Archive(home.archive)
    left = [page for segment in archive.segments() for page in archive.iterate(segment) if page.raw.role in {"article", "part", "joined"}]
    assert len(left) == 5 - 1
    assert [page.raw.body for page in left] == [b""] * len(left)


def test_a_blacked_out_name_leaves_every_page(tmp_path: Path) -> None:
    pages = [raw(page_html(n, "")) for n in (1, 2, 3)]
    body, kind = pack_pages(pages)
    joined = replace(pages[0], body=body, content_type=kind, role="joined")
    clean, _, withdrawn = Withheld(blackout=join_names(["Lê Minh"])).clean_page(joined, None)
    assert not withdrawn
    assert is_joined(clean)
    assert [p.url for p in unpack_pages(clean)] == [p.url for p in unpack_pages(joined)]
    assert "Lê Minh".encode() not in clean.body
    assert TEXTS[2] in extract_page(clean).text
