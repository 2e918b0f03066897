"""The practice web: its articles, what its sites show, and when."""

from __future__ import annotations

import itertools
import re
import unicodedata
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup

from r57monitor.clock import VIETNAM
from r57monitor.practice.corpus import PracticeArticle, load_articles, split_body, word_sequences
from r57monitor.practice.garble import garble
from r57monitor.practice.pages import Reply
from r57monitor.practice.schedule import FIRST_DAY, LAST_DAY, Diary, instants_to_play, visit_instants
from r57monitor.practice.server import Practice
from r57monitor.practice.sites import SiteArticle, load_web, place_articles, slugify
from r57monitor.practice.sources import describe_source, write_registry
from r57monitor.registry import load_sources

LAST = visit_instants()[-1]
SITES = [site.id for site in load_web().sites]
MERGER = date(2025, 7, 1)


@pytest.fixture(scope="module")
def articles() -> tuple[PracticeArticle, ...]:
    return load_articles()


@pytest.fixture(scope="module")
def practice() -> Practice:
    return Practice(LAST)


def ask(practice: Practice, site_id: str, target: str, instant: datetime = LAST) -> Reply:
    return practice.routers[site_id].answer(target, instant)


def page_text(body: bytes) -> str:
    return flat(BeautifulSoup(body, "lxml").get_text(" "))


def flat(text: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip()


def bare(text: str) -> str:
    """Letters without any mark, lower case: what garbling never changes."""
    decomposed = unicodedata.normalize("NFD", flat(text).lower().replace("đ", "d"))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


# --- the articles


def test_corpus_size_and_span(articles: tuple[PracticeArticle, ...]) -> None:
    assert len(articles) >= 90
    weeks = {a.published.astimezone(VIETNAM).isocalendar().week for a in articles}
    assert len(weeks) >= 10
    assert all(FIRST_DAY <= a.published.astimezone(VIETNAM).date() <= LAST_DAY for a in articles)
    assert {a.site for a in articles} == set(SITES) - {"tin-tong-hop"}
    assert len({a.id for a in articles}) == len(articles)


def test_articles_differ(articles: tuple[PracticeArticle, ...]) -> None:
    sequences = {a.id: word_sequences(a) for a in articles}
    for (one, first), (other, second) in itertools.combinations(sequences.items(), 2):
        share = len(first & second) / min(len(first), len(second))
        assert share <= 0.20, f"{one} and {other} share {share:.0%} of their word sequences"


def test_annotations_can_be_found(articles: tuple[PracticeArticle, ...]) -> None:
    for article in articles:
        whole = f"{article.title}\n{article.lead}\n{article.body}"
        for figure in article.figures:
            assert figure["mention"] in whole, f"{article.id}: {figure['mention']}"
        for version in article.versions:
            assert version.old in article.body, f"{article.id}: {version.old}"
            assert version.changed_at > article.published
        for copy in article.copies:
            assert copy.published >= article.published, article.id
            assert copy.site != article.site


# province, metric, kind, values in the order they are published
STORYLINES = [
    ("Lào Cai", "bts_5g_stations", "result", (138, 291, 324)),
    ("Quảng Trị", "dossiers_online_pct", "target", (80, 70, 75)),
    ("Cà Mau", "bts_5g_stations", "target", (300, 260)),
    ("Cà Mau", "tasks_overdue", "result", (17, 9, 9)),
    ("Nghệ An", "bts_5g_stations", "result", (356, 421, 412, 468)),
    ("Bắc Ninh", "dossiers_online_pct", "result", (83.6, 78.4, 81.2, 81.2, 81.2)),
    ("Cần Thơ", "digital_signatures", "result", (61_500, 74_250)),
    ("Cần Thơ", "dossiers_on_time_pct", "result", (98.7, 97.9)),
    ("Cần Thơ", "community_digital_teams", "result", (1_284, 1_248)),
    ("Khánh Hòa", "st_budget_share_pct", "target", (1.2, 1.5)),
    ("Khánh Hòa", "tasks_completed", "result", (41, 57)),
    ("Hồ Chí Minh", "tasks_completed", "result", (118, 149)),
    ("Hải Phòng", "coverage_5g_pct", "result", (62, 71.5)),
]


@pytest.mark.parametrize(("province", "metric", "kind", "values"), STORYLINES)
def test_storylines(articles: tuple[PracticeArticle, ...], province: str, metric: str, kind: str, values: tuple[float, ...]) -> None:
    told = [
        figure["value"]
        for article in articles
        for figure in article.figures
        if figure.get("metric") == metric and figure.get("province") == province and figure["kind"] == kind
    ]
    rest = iter(told)
    assert all(value in rest for value in values), f"told: {told}"


def test_both_sides_of_the_merger(articles: tuple[PracticeArticle, ...]) -> None:
    before = {p for a in articles if a.published.astimezone(VIETNAM).date() < MERGER for p in a.provinces}
    after = {p for a in articles if a.published.astimezone(VIETNAM).date() >= MERGER for p in a.provinces}
    gone = {"Yên Bái", "Quảng Bình", "Bạc Liêu", "Bắc Giang", "Hậu Giang", "Ninh Thuận", "Đắk Nông", "Hà Giang", "Long An"}
    assert len(gone & before) >= 6
    assert not gone & after
    assert len(before | after) >= 25


# --- blocks, slugs, garbling


def test_split_body() -> None:
    body = "Đoạn một.\n\n## Tít xen\n\n- một\n\n- hai\n\n| a | b |\n| 1 | 2 |\n\n[ảnh] Chú thích.\nĐoạn hai."
    kinds = [(block.kind, block.plain) for block in split_body(body)]
    assert kinds == [
        ("paragraph", "Đoạn một."),
        ("heading", "Tít xen"),
        ("list", "một\nhai"),
        ("table", "a | b\n1 | 2"),
        ("photo", "Chú thích."),
        ("paragraph", "Đoạn hai."),
    ]


@pytest.mark.parametrize(("title", "slug"), [("Đất & Người: 7,2%", "dat-nguoi-7-2"), ("ab " * 60, ("ab-" * 27)[:-1])])
def test_slugify(title: str, slug: str) -> None:
    assert slugify(title) == slug


def test_garbling_follows_its_rule() -> None:
    text = "Tỉnh có 1.245 trạm (do VNPT và Viettel lắp) theo Kế hoạch 57/KH-UBND; dân cư đều mong đợi."
    garbled = garble(text, "một bài")
    assert garbled == garble(text, "một bài") != garble(text, "bài khác")
    assert "(do VNPT và Viettel lắp)" in garbled
    outside = re.sub(r"\(.*?\)", "", garbled)
    assert not re.search(r"[aeiouydAEIOUYD]", outside), "an unmarked vowel or d is left"
    assert bare(garbled) == bare(text)
    for kept in ("1.245", "57/", "ế", "ợ"):
        assert kept in garbled


def test_garbling_leaves_stray_marks_now_and_then() -> None:
    garbled = garble("họp bàn việc của tỉnh về khoa học công nghệ " * 40, "x")
    assert any(unicodedata.combining(c) for c in garbled)
    assert unicodedata.is_normalized("NFC", garbled)


# --- the sites


def all_placed(practice: Practice) -> list[SiteArticle]:
    return [placed for found in practice.articles.values() for placed in found]


def test_every_article_page_tells_the_truth(practice: Practice) -> None:
    for placed in all_placed(practice):
        reply = ask(practice, placed.site.id, placed.path)
        assert reply.status == 200, placed.url
        shown, compare = page_text(reply.body), bare if placed.site.garbled else flat
        text = compare(shown)
        assert compare(placed.title) in text, placed.url
        for paragraph in placed.text_at(LAST).splitlines():
            for cell in paragraph.split(" | "):
                assert compare(cell) in text, f"{placed.url}: {cell}"
        assert f"{placed.published.astimezone(VIETNAM):%d/%m/%Y}" in shown, placed.url
        if placed.copy:
            assert placed.copy.credit in shown, placed.url


def test_copies_and_versions(practice: Practice) -> None:
    copies = [a for a in all_placed(practice) if a.copy]
    assert len(copies) >= 25
    assert any(a.copy and a.copy.drop_last for a in copies)
    assert any(a.title != a.article.title for a in copies)
    edited = [a for a in all_placed(practice) if a.article.versions and not a.copy]
    assert len(edited) >= 2
    for placed in edited:
        version = placed.article.versions[0]
        before = page_text(ask(practice, placed.site.id, placed.path, version.changed_at - timedelta(minutes=1)).body)
        after = page_text(ask(practice, placed.site.id, placed.path, version.changed_at).body)
        assert flat(version.old) in before
        assert flat(version.new) in after
        assert flat(version.new) not in before


def test_nothing_before_its_time(practice: Practice) -> None:
    for placed in all_placed(practice):
        too_early = placed.published - timedelta(seconds=1)
        assert ask(practice, placed.site.id, placed.path, too_early).status == 404
        assert ask(practice, placed.site.id, placed.path, placed.published).status == 200
        assert ask(practice, placed.site.id, placed.print_path, too_early).status == 404


@pytest.mark.parametrize("site_id", SITES)
def test_nothing_later_is_named_anywhere(practice: Practice, site_id: str) -> None:
    instant = datetime(2025, 6, 30, 12, tzinfo=UTC)
    router = practice.routers[site_id]
    later = [a for a in router.articles if a.published > instant]
    assert later
    for target in walk(practice, site_id, instant):
        reply = router.answer(target, instant)
        text = reply.body.decode()
        assert not [a.path for a in later if a.path in text], target


def walk(practice: Practice, site_id: str, instant: datetime, most: int = 400) -> dict[str, Reply]:
    """Every address of a site that can be reached by links, feeds and sitemaps, a program's traps left aside."""
    router = practice.routers[site_id]
    waiting, seen = ["/", "/robots.txt"], {}
    while waiting and len(seen) < most:
        target = waiting.pop(0)
        if target in seen:
            continue
        reply = seen[target] = router.answer(target, instant)
        if reply.location:
            waiting.append(reply.location)
        text = reply.body.decode()
        for link in re.findall(r'href="([^"]+)"|<loc>([^<]+)</loc>|<link>\s*([^<\s]+)|Sitemap: (\S+)', text):
            found = next(part for part in link if part).replace("&amp;", "&").removeprefix(router.site.address)
            is_trap = "AllPosts.aspx" in found or re.search(r"/(en|vi)$|p_p_id=59", found)
            if found.startswith("/") and not is_trap:
                waiting.append(found)
    assert len(seen) < most
    return seen


@pytest.mark.parametrize("site_id", SITES)
def test_every_link_leads_somewhere_and_every_article_is_reached(practice: Practice, site_id: str) -> None:
    seen = walk(practice, site_id, LAST)
    broken = [target for target, reply in seen.items() if reply.status not in {200, 302} and target != "/binh-luan"]
    assert not broken
    assert {placed.path for placed in practice.articles[site_id]} <= set(seen)


@pytest.mark.parametrize("site_id", SITES)
def test_every_page_is_marked_as_practice(practice: Practice, site_id: str) -> None:
    for target, reply in walk(practice, site_id, LAST).items():
        if reply.status == 200 and "css" not in reply.content_type and "svg" not in reply.content_type and "timelinelist" not in target:
            assert practice.web.notice in reply.body.decode(), target
        if reply.status == 200 and reply.content_type.startswith("text/html") and "timelinelist" not in target:
            soup = BeautifulSoup(reply.body, "lxml")
            for part in soup.find_all(["header", "footer"]):
                part.decompose()
            assert practice.web.notice not in soup.get_text(), f"{target}: the notice stands in the page's own text"


@pytest.mark.parametrize("site_id", SITES)
def test_ways_in_are_sound(practice: Practice, site_id: str) -> None:
    site = practice.web.site(site_id)
    entry = describe_source(site, practice.web)
    for url in [*entry.get("feeds", []), *entry.get("sitemaps", [])]:
        reply = ask(practice, site_id, url.removeprefix(site.address))
        assert reply.status == 200
        assert len(list(ElementTree.fromstring(reply.body))) >= ("google-news" not in url)  # two quiet days leave that one empty
    for url in entry.get("sections", []):
        assert ask(practice, site_id, url.removeprefix(site.address)).status == 200
    if site.article_url:
        pattern = re.compile(site.article_url)
        assert all(pattern.search(a.url) for a in practice.articles[site_id])
        listings = [site.address + site.listing_path(s) for s in practice.web.sections]
        assert not [url for url in [f"{site.address}/", f"{site.address}{site.home}", *listings] if pattern.search(url)]


def test_all_three_ways_in_are_needed(practice: Practice) -> None:
    ways = [set(site.registered) for site in practice.web.sites]
    assert {"listing"} in ways
    assert {"sitemap"} in ways
    assert any("rss" in way and "listing" not in way for way in ways)
    assert set() in ways


def test_traps(practice: Practice) -> None:
    calendar = page_text(ask(practice, "cong-lao-cai", "/Pages/AllPosts.aspx?CategoryId=10&PublishedDate=2025-07-17").body)
    assert "Ngày trước" in calendar
    assert ask(practice, "cong-lao-cai", "/Pages/AllPosts.aspx?CategoryId=10&PublishedDate=2019-02-30").status == 404
    placed = practice.articles["cong-quang-tri"][0]
    assert flat(placed.article.lead) in page_text(ask(practice, "cong-quang-tri", placed.path + "/en").body)
    switched = ask(practice, "cong-quang-tri", placed.path + "/en/vi/en")
    assert switched.status == 200
    assert f'{urlsplit(placed.path).path}/en/vi/en/vi"' in switched.body.decode()
    placed = practice.articles["thoi-bao-so"][0]
    assert placed.amp_path is not None
    assert f'rel="canonical" href="{placed.url}"' in ask(practice, "thoi-bao-so", placed.amp_path).body.decode()
    for site_id in SITES:
        assert ask(practice, site_id, "/favicon.ico").status == 404
        assert (
            ask(
                practice,
                site_id,
                practice.articles[site_id][0].path + ("&" if "?" in practice.articles[site_id][0].path else "?") + "utm_source=x",
            ).status
            == 200
        )


def test_listing_pages_hold_ten(practice: Practice) -> None:
    site, section = practice.web.site("thoi-bao-so"), practice.web.section("tin-moi")
    total = len(practice.articles[site.id])
    pages = -(-total // 10)
    assert pages >= 4
    found = [page_links(practice, site.id, site.listing_path(section, n)) for n in range(1, pages + 1)]
    assert [len(links) for links in found[:-1]] == [10] * (pages - 1)
    assert len(set().union(*found)) == total
    assert ask(practice, site.id, site.listing_path(section, pages + 1)).status == 404


def page_links(practice: Practice, site_id: str, target: str) -> set[str]:
    text = ask(practice, site_id, target).body.decode()
    return {a.path for a in practice.articles[site_id] if f'"{a.path}"' in text}


# --- registry and calendar


def test_registry_reads_back(practice: Practice, tmp_path) -> None:
    sources = load_sources([write_registry(practice.web, tmp_path / "practice")])
    assert list(sources) == SITES
    assert all(s.practice and s.private_network and s.homepage.startswith("http://127.0.0.1:157") for s in sources.values())
    slow = sources["cong-dak-nong"]
    assert f"Crawl-delay: {slow.delay_s:g}" in ask(practice, slow.id, "/robots.txt").body.decode()


def test_calendar(tmp_path) -> None:
    instants = visit_instants()
    assert len(instants) == 20
    assert instants[0].isoformat() == "2025-06-15T20:00:00+07:00"
    assert instants[-1].isoformat() == "2025-08-03T20:00:00+07:00"
    assert visit_instants(3) == instants[-3:]
    diary = Diary(tmp_path / "practice" / "played.jsonl")
    assert instants_to_play(instants, diary.played()) == instants
    diary.add(instants[0])
    diary.add(instants[1])
    with diary.path.open("a") as file:
        file.write('{"played": "2025-0')
    assert instants_to_play(instants, diary.played()) == instants[2:]


def test_place_articles_keeps_numbers_apart(articles: tuple[PracticeArticle, ...]) -> None:
    for placed in place_articles(load_web(), articles).values():
        assert len({a.number for a in placed}) == len(placed)
        assert len({a.path for a in placed}) == len(placed)
