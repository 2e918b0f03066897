"""Crawls of loopback sites, end to end."""

from __future__ import annotations

import gzip
import re
import signal
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from r57monitor.cli.progress import Shown
from r57monitor.cli.replay import run_replay
from tests.crawls import archived, crawl, facts, finish, journaled, outcomes, rows, start
from tests.processes import wait_until
from tests.web import Dead, Page, Site, article_html, feed_xml, write_registry
from warehouse.home import Home
from warehouse.queries import open_published

pytestmark = pytest.mark.slow


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as made:
        yield made


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def test_feed_crawled_revisited_and_replayed(site: Site, home: Path, tmp_path: Path) -> None:
    paths = site.add_articles(range(6))
    registry = write_registry(tmp_path / "r.toml", site)
    first = crawl(home, registry, publish=True)
    assert (first.code, first.state(), first.said["snapshot"]) == (0, "ok", 2)  # the first was the empty one
    assert sorted(site.paths()) == sorted(["/rss.xml", *paths])
    assert all("r57monitor" in headers["user-agent"] for _, headers in site.asked)
    assert outcomes(home) == {"robots": 1, "feed": 1, "article": 6}

    site.asked.clear()
    site.pages[paths[2]] = Page(article_html(2, extra="Năm nay xã có thêm 3 điểm truy cập Internet công cộng.").encode())
    second = crawl(home, registry)
    assert second.state() == "ok"
    revisits = {path: headers for path, headers in site.asked if path in paths}
    assert len(revisits) == 6
    assert all("if-none-match" in headers for headers in revisits.values())
    assert "if-none-match" in dict(site.asked)["/rss.xml"]
    assert outcomes(home) == {"robots": 2, "feed": 1, "article": 7, "not_modified": 6}
    assert rows(home, "SELECT count(DISTINCT article_id), count(*) FROM core.texts") == [(6, 7)]

    before = facts(home)
    result = run_replay(Home(home), Shown(quiet=True))
    assert (result.pages, result.articles) == (16, 7)
    assert facts(home) == before
    (home / "warehouse.duckdb").unlink()
    run_replay(Home(home), Shown(quiet=True), publish=False)
    assert facts(home) == before
    run_replay(Home(home), Shown(quiet=True), publish=False, since=rows(home, "SELECT max(fetched_at)::DATE FROM core.fetches")[0][0])
    assert facts(home) == before


def test_readers_of_a_new_home_have_a_file_from_the_start(site: Site, home: Path, tmp_path: Path) -> None:
    for path in site.add_articles(range(6)):
        site.pages[path].wait_s = 0.2
    process = start(home, write_registry(tmp_path / "r.toml", site), publish=True)
    wait_until(lambda: site.asked)
    with open_published(Home(home)) as reader:
        assert reader.rows("SELECT count(*) AS n FROM articles") == [{"n": 0}]
    assert finish(process).code == 0
    with open_published(Home(home)) as reader:
        assert reader.rows("SELECT count(*) AS n FROM articles") == [{"n": 6}]


def test_sections_are_walked_to_their_end_and_then_only_to_what_is_known(site: Site, home: Path, tmp_path: Path) -> None:
    site.add_articles(range(34), feed=False, sections=True)
    registry = write_registry(tmp_path / "r.toml", site, entry='sections = ["{url}/chuyen-doi-so"]', extra="interval_h = 100")
    assert crawl(home, registry).state() == "ok"
    assert outcomes(home) == {"robots": 1, "listing": 4, "article": 34}
    site.asked.clear()
    site.add_articles(range(36), feed=False, sections=True)
    assert crawl(home, registry).state() == "ok"
    assert outcomes(home)["article"] == 36
    assert [path for path in site.paths() if path.startswith("/chuyen")] == ["/chuyen-doi-so", "/chuyen-doi-so?page=2"]


def test_a_source_that_names_nothing_is_discovered(site: Site, home: Path, tmp_path: Path) -> None:
    feed_only, listed = site.add_articles(range(2)), site.add_articles(range(10, 12), feed=False)
    mapped = site.add_articles(range(20, 23), feed=False)
    links = "".join(f'<li><h3><a href="{p}">Xã đưa thủ tục lên mạng số {p[-8:-5]}</a></h3></li>' for p in listed)
    head = '<link rel="alternate" type="application/rss+xml" href="/rss.xml">'
    site.pages["/"] = Page(f"<html><head>{head}</head><body><ul>{links}</ul></body></html>".encode())
    locs = "".join(f"<url><loc>{site.url}{p}</loc></url>" for p in mapped)
    sitemap = f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{locs}</urlset>'.encode()
    site.pages["/sm.xml.gz"] = Page(gzip.compress(sitemap), content_type="application/gzip")
    site.pages["/robots.txt"] = Page(
        f"User-agent: *\nDisallow: /rieng/\nSitemap: {site.url}/sm.xml.gz\n".encode(), content_type="text/plain"
    )
    registry = write_registry(tmp_path / "r.toml", site, entry="")
    assert crawl(home, registry).state() == "ok"
    assert {path for path in site.paths() if path.startswith("/tin/")} == {*feed_only, *listed, *mapped}
    assert not any("sitemap" in path for path in site.paths())


def test_common_places_are_tried_when_nothing_is_named(site: Site, home: Path, tmp_path: Path) -> None:
    site.add_articles(range(3))
    site.pages["/"] = Page(b"<html><body>Trang ch\xe1\xbb\xa7</body></html>")
    registry = write_registry(tmp_path / "r.toml", site, entry="")
    crawled = crawl(home, registry)
    assert crawled.state() == "ok"
    assert outcomes(home)["article"] == 3
    assert journaled(home, "failure") == []


def test_robots_is_obeyed(site: Site, home: Path, tmp_path: Path) -> None:
    paths = site.add_articles(range(4))
    site.pages["/robots.txt"] = Page(f"User-agent: *\nDisallow: {paths[1]}\n".encode(), content_type="text/plain")
    registry = write_registry(tmp_path / "r.toml", site)
    assert crawl(home, registry).state() == "ok"
    assert paths[1] not in site.paths()
    assert [entry["cause"] for entry in journaled(home, "failure")] == ["robots.txt forbids it"]


def test_robots_that_fails_forbids_and_is_named(site: Site, home: Path, tmp_path: Path) -> None:
    site.add_articles(range(2))
    site.pages["/robots.txt"] = Page(b"down", content_type="text/plain", status=503)
    crawled = crawl(home, write_registry(tmp_path / "r.toml", site))
    assert crawled.state() == "failing"
    assert crawled.cause() == "robots.txt cannot be had: HTTP 503 (service unavailable)"
    assert list(site.paths()) == []


def test_robots_holds_for_all_that_wait_for_it(site: Site, home: Path, tmp_path: Path) -> None:
    site.add_articles(range(2))
    site.pages["/robots.txt"] = Page(b"User-agent: *\nDisallow: /cam/\n", content_type="text/plain", wait_s=0.3)
    entry = 'feeds = ["{url}/rss.xml", "{url}/cam/a.xml", "{url}/cam/b.xml", "{url}/cam/c.xml"]'
    crawled = crawl(home, write_registry(tmp_path / "r.toml", site, entry=entry))
    assert not [path for path in site.paths() if path.startswith("/cam/")]
    assert [entry["cause"] for entry in journaled(home, "failure")] == ["robots.txt forbids it"] * 3
    assert crawled.state() == "ok"


def test_robots_that_fails_forbids_everything(site: Site, home: Path, tmp_path: Path) -> None:
    site.add_articles(range(4))
    site.pages["/robots.txt"] = Page(b"oops", status=500)
    crawled = crawl(home, write_registry(tmp_path / "r.toml", site))
    assert (crawled.code, crawled.state()) == (1, "failing")
    assert site.paths() == []


def test_redirects_stay_with_the_source_and_end(site: Site, home: Path, tmp_path: Path) -> None:
    paths = site.add_articles(range(5))
    with Site() as other:
        other.pages["/away.html"] = Page(article_html(99).encode())
        site.pages["/moi/" + paths[0][5:]] = site.pages[paths[0]]
        site.pages[paths[0]] = Page(status=301, headers={"Location": "/moi/" + paths[0][5:]})
        site.pages[paths[1]] = Page(status=302, headers={"Location": other.url + "/away.html"})
        site.pages[paths[2]] = Page(status=302, headers={"Location": paths[2]})
        site.pages[paths[3]] = Page(status=302, headers={"Location": "http://169.254.169.254/latest/meta-data/"})
        crawled = crawl(home, write_registry(tmp_path / "r.toml", site))
        assert other.asked == []
    assert crawled.state() == "ok"
    assert outcomes(home)["article"] == 2
    causes = sorted(entry["cause"] for entry in journaled(home, "failure"))
    assert causes[0].startswith("redirect refused: 127.0.0.1")
    assert causes[1].startswith("redirect refused: 169.254.169.254")
    assert causes[2] == "too many redirects"


def test_bombs_hurt_nobody(site: Site, home: Path, tmp_path: Path) -> None:
    paths = site.add_articles(range(5))
    html = {"Content-Encoding": "gzip"}
    site.pages[paths[0]] = Page(gzip.compress(b"<p>" + b"a" * 60_000_000), headers=html)
    site.pages[paths[1]] = Page(b"<p>" + b"b" * 11_000_000)
    site.pages[paths[2]] = Page(b"<div>" * 200_000 + b"sau" + b"</div>" * 200_000)
    site.pages[paths[3]] = Page(article_html(3).encode()[:300] + b"\x00\xff\xfe" * 5000, content_type="text/html")
    bomb = (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><rss><channel><title>&b;</title></channel></rss>'
    )
    site.pages["/bomb.xml"] = Page(bomb, content_type="application/rss+xml")
    registry = write_registry(tmp_path / "r.toml", site, entry='feeds = ["{url}/rss.xml", "{url}/bomb.xml"]')
    crawled = crawl(home, registry)
    assert (crawled.code, crawled.state()) == (0, "ok")
    errors = dict(rows(home, "SELECT url, coalesce(error, outcome) FROM core.fetches WHERE role = 'article'"))
    assert "unpacks to more" in errors[site.url + paths[0]]
    assert site.url + paths[1] not in errors
    assert errors[site.url + paths[4]] == "article"
    causes = {entry["url"]: entry["cause"] for entry in journaled(home, "failure")}
    assert causes[site.url + paths[1]] == "too large"
    assert "unreadable feed" in causes[site.url + "/bomb.xml"]


def _pdf_bomb() -> bytes:
    """A PDF of one page whose content unpacks to 600 MB."""
    packer = zlib.compressobj()
    piece = b"BT (57) Tj ET " * 70_000
    content = b"".join(packer.compress(piece) for _ in range(600)) + packer.flush()
    stream = b"<</Length %d/Filter/FlateDecode>>stream\n%b\nendstream" % (len(content), content)
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<<>>>>"
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page, stream]
    body = b"".join(b"%d 0 obj\n%b\nendobj\n" % (number, one) for number, one in enumerate(objects, start=1))
    return b"%PDF-1.4\n" + body + b"trailer<</Root 1 0 R>>\n%%EOF"


def test_a_page_that_breaks_its_reader_is_named(site: Site, home: Path, tmp_path: Path) -> None:
    paths = site.add_articles(range(2))
    site.pages[paths[0]] = Page(_pdf_bomb(), content_type="application/pdf")
    crawled = crawl(home, write_registry(tmp_path / "r.toml", site))
    assert (crawled.code, crawled.state()) == (0, "ok")
    outcomes = dict(rows(home, "SELECT url, outcome FROM core.fetches WHERE role = 'article'"))
    assert outcomes == {site.url + paths[0]: "set_aside", site.url + paths[1]: "article"}
    assert [entry["cause"] for entry in journaled(home, "cycle_ended")] == ["articles: the page could not be read"]


def test_failures_have_causes_and_are_tried_again_next_time(site: Site, home: Path, tmp_path: Path) -> None:
    paths = site.add_articles(range(4))
    good = {path: site.pages[path] for path in paths}
    site.pages[paths[0]] = Page(b"weg", status=404)
    site.pages[paths[1]] = Page(b"<html><title>Just a moment...</title></html>")
    site.pages[paths[2]] = Page(b"", status=503, headers={"Retry-After": "100000"})
    registry = write_registry(tmp_path / "r.toml", site)
    assert crawl(home, registry).state() == "ok"
    causes = {entry["url"].removeprefix(site.url): entry["cause"] for entry in journaled(home, "failure")}
    assert causes[paths[0]] == "HTTP 404 (not found)"
    assert "challenge" in causes[paths[1]]
    assert causes[paths[2]].startswith("HTTP 503 (service unavailable), to be asked again in 100000 s")
    assert outcomes(home) == {"robots": 1, "feed": 1, "article": 1, "http_error": 2, "challenge": 1}
    site.pages.update(good)
    site.pages["/rss.xml"] = Page(feed_xml(site.url, paths[3:]), content_type="application/rss+xml")
    end_pauses(home)
    crawl(home, registry)
    assert outcomes(home)["article"] == 4


def test_retry_after_is_waited_for(site: Site, home: Path, tmp_path: Path) -> None:
    paths = site.add_articles(range(2))
    text, asked = site.pages[paths[0]].body, []

    def busy() -> bytes:
        asked.append(time.monotonic())
        site.pages[paths[0]] = Page(ready)
        return b""

    def ready() -> bytes:
        asked.append(time.monotonic())
        assert isinstance(text, bytes)
        return text

    site.pages[paths[0]] = Page(busy, status=429, headers={"Retry-After": "3"})
    assert crawl(home, write_registry(tmp_path / "r.toml", site)).state() == "ok"
    assert outcomes(home)["article"] == 2
    assert asked[1] - asked[0] >= 2  # the first was noted when it was asked, maybe late on a busy machine


def test_a_dead_source_fails_alone(site: Site, home: Path, tmp_path: Path) -> None:
    site.add_articles(range(3))
    with Dead() as dead:
        crawled = crawl(home, write_registry(tmp_path / "r.toml", site, dead))
    assert crawled.code == 0
    assert (crawled.state("site-1"), crawled.state("site-2")) == ("ok", "failing")
    assert crawled.cause("site-2") == "robots.txt cannot be had: connection refused"
    ended = {entry["source"]: entry for entry in journaled(home, "cycle_ended")}
    assert (ended["site-1"]["complete"], ended["site-2"]["complete"]) == (True, False)
    assert ended["site-2"]["outcome"] == "failing"


def test_an_entry_page_without_articles_is_a_failure(site: Site, home: Path, tmp_path: Path) -> None:
    site.pages["/chuyen-doi-so"] = Page(b"<html><body><h1>Chuy\xe1\xbb\x83n</h1></body></html>")
    crawled = crawl(home, write_registry(tmp_path / "r.toml", site, entry='sections = ["{url}/chuyen-doi-so"]'))
    assert (crawled.code, crawled.state()) == (1, "failing")
    assert crawled.cause() == "no links found where articles are expected"


def test_an_unchanged_feed_beside_an_empty_one_is_no_failure(site: Site, home: Path, tmp_path: Path) -> None:
    site.add_articles(range(3))
    site.pages["/moi.xml"] = Page(feed_xml(site.url, []), content_type="application/rss+xml", has_etag=False)
    registry = write_registry(tmp_path / "r.toml", site, entry='feeds = ["{url}/rss.xml", "{url}/moi.xml"]')
    assert crawl(home, registry).state() == "ok"
    again = crawl(home, registry)
    assert (again.state(), again.cause()) == ("ok", None)
    assert outcomes(home)["feed"] == 3


def test_max_pages_leaves_the_rest_for_the_next_crawl(site: Site, home: Path, tmp_path: Path) -> None:
    paths = site.add_articles(range(12))
    registry = write_registry(tmp_path / "r.toml", site)
    crawl(home, registry, max_pages=5)
    assert outcomes(home) == {"robots": 1, "feed": 1, "article": 4}
    site.pages["/rss.xml"] = Page(feed_xml(site.url, paths[-1:]), content_type="application/rss+xml")
    crawl(home, registry)
    assert outcomes(home)["article"] == 12
    assert max(archived(home).values()) == 1


def test_a_stopped_crawl_ends_in_order_and_goes_on_later(site: Site, home: Path, tmp_path: Path) -> None:
    site.add_articles(range(30))
    for page in site.pages.values():
        page.wait_s = 0.2
    registry = write_registry(tmp_path / "r.toml", site)
    process = start(home, registry)
    wait_until(lambda: len(site.paths()) > 5)
    process.send_signal(signal.SIGINT)
    stopped = finish(process)
    assert stopped.code == 0
    assert stopped.said["stopped"] == "stopped by the user"
    assert [entry["complete"] for entry in journaled(home, "cycle_ended")] == [False]
    assert 3 <= outcomes(home)["article"] < 30
    crawl(home, registry)
    assert outcomes(home)["article"] == 30
    assert set(archived(home).values()) == {1}


def test_time_is_kept(site: Site, home: Path, tmp_path: Path) -> None:
    site.add_articles(range(60))
    for page in site.pages.values():
        page.wait_s = 0.2
    crawled = crawl(home, write_registry(tmp_path / "r.toml", site), max_minutes=0.05)
    assert crawled.said["stopped"] == "0.05 minutes are over"
    assert outcomes(home).get("article", 0) < 60


def test_a_source_of_which_nothing_was_seen_was_not_visited(site: Site, home: Path, tmp_path: Path) -> None:
    site.add_articles(range(3))
    for page in site.pages.values():
        page.wait_s = 3
    crawl(home, write_registry(tmp_path / "r.toml", site), max_minutes=0.01)
    assert [(entry["outcome"], entry["cause"]) for entry in journaled(home, "cycle_ended")] == [("stopped", "0.01 minutes are over")]


def test_since_walks_dated_pages_only_so_far(site: Site, home: Path, tmp_path: Path) -> None:
    old, new = site.add_articles(range(5), month=3, feed=False), site.add_articles(range(10, 15), month=8, feed=False)
    dated = [*((p, "2025-03-02") for p in old), *((p, "2025-08-12") for p in new)]
    locs = "".join(f"<url><loc>{site.url}{p}</loc><lastmod>{day}</lastmod></url>" for p, day in dated)
    sitemap = f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{locs}</urlset>'.encode()
    site.pages["/sitemap.xml"] = Page(sitemap, content_type="application/xml")
    registry = write_registry(tmp_path / "r.toml", site, entry='sitemaps = ["{url}/sitemap.xml"]')
    crawl(home, registry, since="2025-06-01")
    assert {path for path in site.paths() if path.startswith("/tin/")} == set(new)
    crawl(home, registry)
    assert outcomes(home)["article"] == 10


def test_a_private_address_needs_a_source_that_says_so(site: Site, home: Path, tmp_path: Path) -> None:
    site.add_articles(range(2))
    registry = write_registry(tmp_path / "r.toml", site)
    named = registry.read_text().replace("private_network = true", "")
    registry.write_text(named)
    crawled = crawl(home, registry)
    assert (crawled.code, crawled.state()) == (1, "failing")
    assert "private address" in (crawled.cause() or "")
    registry.write_text(named.replace("127.0.0.1", "localhost"))
    crawled = crawl(home, registry)
    assert "private address" in (crawled.cause() or "")
    assert site.asked == []


def test_two_sources_of_one_host_are_asked_in_turn(site: Site, home: Path, tmp_path: Path) -> None:
    site.add_articles(range(8))
    for page in site.pages.values():
        page.wait_s = 0.05
    registry = write_registry(tmp_path / "r.toml", site, site)
    crawled = crawl(home, registry)
    assert (crawled.state("site-1"), crawled.state("site-2")) == ("ok", "ok")


def test_a_long_pause_outlasts_the_cycle_and_then_ends(site: Site, home: Path, tmp_path: Path) -> None:
    paths = site.add_articles(range(3))
    feed = site.pages["/rss.xml"]
    site.pages["/rss.xml"] = Page(b"busy", status=503, headers={"Retry-After": "3600"})
    registry = write_registry(tmp_path / "r.toml", site)
    assert "asked again in 3600 s" in (crawl(home, registry).cause() or "")
    site.pages["/rss.xml"] = feed
    site.asked.clear()
    second = crawl(home, registry)
    assert (second.state(), site.asked) == ("failing", [])
    assert "left alone until" in (second.cause() or "")
    end_pauses(home)
    assert crawl(home, registry).state() == "ok"
    assert outcomes(home)["article"] == len(paths)


def test_a_section_out_of_service_does_not_close_the_others(site: Site, home: Path, tmp_path: Path) -> None:
    paths = site.add_articles(range(3))
    site.pages["/hong"] = Page(b"busy", status=503, headers={"Retry-After": "3600"})
    registry = write_registry(tmp_path / "r.toml", site, entry='feeds = ["{url}/hong", "{url}/rss.xml"]')
    crawl(home, registry)
    assert outcomes(home)["article"] == len(paths)
    site.asked.clear()
    crawl(home, registry)
    assert "/hong" not in site.paths()
    assert "/rss.xml" in site.paths()
    assert any("left alone until" in entry["cause"] for entry in journaled(home, "failure"))


def test_an_error_page_in_place_of_a_feed_stays_a_failure_when_it_is_unchanged(site: Site, home: Path, tmp_path: Path) -> None:
    site.pages["/rss.xml"] = Page("<!doctype html><html><title>Cổng</title><p>Hệ thống đang nâng cấp giao diện.</p></html>".encode())
    registry = write_registry(tmp_path / "r.toml", site)
    causes = [crawl(home, registry).cause() for _ in range(3)]
    assert causes == ["unreadable feed: a web page in place of the feed"] * 3
    assert all("if-none-match" not in headers for path, headers in site.asked if path == "/rss.xml")


def test_a_dead_feed_is_named_and_the_front_page_takes_its_place(site: Site, home: Path, tmp_path: Path) -> None:
    paths = site.add_articles(range(4))
    registry = write_registry(tmp_path / "r.toml", site)
    assert crawl(home, registry).state() == "ok"
    fresh = site.add_articles(range(4, 8))
    feed = site.pages.pop("/rss.xml")
    links = "".join(f'<li><a href="{path}">{article_title(path)}</a></li>' for path in fresh)
    head = '<link rel="alternate" type="application/rss+xml" href="/rss-moi.xml">'
    site.pages["/"] = Page(f"<html><head><title>Trang chủ</title>{head}</head><body><ul>{links}</ul></body></html>".encode())
    later = site.add_articles(range(8, 10))
    site.pages["/rss-moi.xml"] = Page(feed_xml(site.url, later), content_type=feed.content_type)
    site.pages.pop("/rss.xml", None)
    second = crawl(home, registry)
    assert (second.state(), second.cause()) == ("ok", "HTTP 404 (not found)")
    assert {url.removeprefix(site.url) for url, status in archived(home) if status == 200} >= {*paths, *fresh, *later}


def test_a_changed_layout_is_named_by_the_second_crawl(site: Site, home: Path, tmp_path: Path) -> None:
    site.add_articles(range(8))
    registry = write_registry(tmp_path / "r.toml", site)
    crawl(home, registry, publish=True)
    for path in site.add_articles(range(8, 16)):
        head = f"<html><head><title>{article_title(path)}</title></head>"
        site.pages[path] = Page(f'{head}<body><div id="app"></div><script src="/a.js"></script></body></html>'.encode())
    crawl(home, registry, publish=True)
    with open_published(Home(home)) as reader:
        health = reader.rows("SELECT state, cause FROM source_health ORDER BY day DESC LIMIT 1", [])
    assert health[0]["state"] == "failing"
    assert "layout changed: no article could be read from 8 pages" in health[0]["cause"]


def end_pauses(home: Path) -> None:
    """Let the time that hosts asked for be over."""
    for file in (home / "journal").glob("*.jsonl"):
        text = file.read_text("utf-8")
        past = re.sub(r'("until": ?")\d{4}', r"\g<1>2020", text)
        file.write_text(past, "utf-8")
    assert '"until"' in "".join(file.read_text("utf-8") for file in (home / "journal").glob("*.jsonl"))


def article_title(path: str) -> str:
    """A headline for an article's path."""
    return " ".join(path.rpartition("/")[2].removesuffix(".html").split("-")[:-1]).capitalize()
