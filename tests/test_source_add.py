"""`r57 sources add`, `check --visit` and `freeze` against loopback sites of several kinds, each run as a process of its own."""

from __future__ import annotations

import json
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

from r57monitor.cli.source_add import Wanted, check_wanted
from r57monitor.cli.source_freeze import page_name
from r57monitor.errors import UsageError
from r57monitor.gazetteer import load_gazetteer
from r57monitor.registry import load_sources, shipped_registry
from tests.crawls import command
from tests.web import Page, Site, article_html, feed_xml

pytestmark = pytest.mark.slow


def r57(*args: str) -> subprocess.CompletedProcess[str]:
    return command(*args, R57_DELAY_S="0")


def add(home: Path, url: str, *more: str) -> subprocess.CompletedProcess[str]:
    return r57("sources", "add", url, "--private-network", "--yes", "--home", str(home), *more)


def entry(home: Path) -> dict[str, Any]:
    file = next((home / "sources").glob("*.toml"))
    source: dict[str, Any] = tomllib.loads(file.read_text("utf-8"))["source"][0]
    return source


def links(paths: list[str]) -> str:
    return "".join(f'<li><a href="{p}">Xã số {n} đưa thêm nhiều thủ tục lên mạng</a></li>' for n, p in enumerate(paths))


def page(body: str, head: str = "") -> Page:
    return Page(f'<!doctype html><html lang="vi"><head><meta charset="utf-8">{head}</head><body>{body}</body></html>'.encode())


def nukeviet(site: Site) -> list[str]:
    """A department's site: a page that lists its feeds, robots.txt with a sitemap index, a section kept from robots."""
    paths = [f"/vi/news/tin-hoat-dong/xa-so-{n}-dua-thu-tuc-len-mang-{n}.html" for n in range(1, 9)]
    for n, path in enumerate(paths, 1):
        site.pages[path] = Page(article_html(n).encode())
    menu = (
        '<ul><li><a href="/vi/news/rss/">RSS</a></li><li><a href="/vi/news/chuyen-doi-so/">Chuyển đổi số</a></li>'
        '<li><a href="/vi/cam/khoa-hoc/">Khoa học</a></li></ul>'
    )
    head = '<meta name="generator" content="NukeViet v4.5"><title>Trang nhất - Sở Khoa học và Công nghệ tỉnh Lào Cai</title>'
    site.pages["/"] = page(menu + links(paths[:3]), head)
    site.pages["/vi/news/chuyen-doi-so/"] = page(menu + links(paths[:5]))
    site.pages["/vi/cam/khoa-hoc/"] = page(links(paths))
    site.pages["/vi/news/rss/"] = page('<a href="/vi/news/rss/tin-hoat-dong.rss">Tin hoạt động</a>')
    site.pages["/vi/news/rss/tin-hoat-dong.rss"] = Page(feed_xml(site.url, paths), content_type="application/rss+xml")
    site.pages["/robots.txt"] = Page(
        f"User-agent: *\nDisallow: /vi/cam/\nSitemap: {site.url}/sitemap.xml\n".encode(), content_type="text/plain"
    )
    index = f"<sitemapindex><sitemap><loc>{site.url}/sitemap-news.xml</loc></sitemap></sitemapindex>"
    site.pages["/sitemap.xml"] = Page(index.encode(), content_type="text/xml")
    urls = "".join(f"<url><loc>{site.url}{p}</loc></url>" for p in paths)
    site.pages["/sitemap-news.xml"] = Page(f"<urlset>{urls}</urlset>".encode(), content_type="text/xml")
    return paths


def test_a_departments_site_is_found_whole(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with Site() as site, Site() as other:
        paths = nukeviet(site)
        site.pages["/"].body = site.pages["/"].body.replace(  # type: ignore[union-attr]
            b"</body>", f'<a href="{other.url}/khoa-hoc/">Khoa học nơi khác</a></body>'.encode()
        )
        done = add(home, f"{site.url}/")
        assert done.returncode == 0, done.stderr
        found = entry(home)
        asked = site.paths()
        again = r57("sources", "add", f"{site.url}/", "--private-network", "--home", str(home))
        visited = r57("sources", "check", found["id"], "--visit", "--home", str(home))
    assert found["name"] == "Sở Khoa học và Công nghệ tỉnh Lào Cai"
    assert (found["kind"], found["province"]) == ("department", "Lào Cai")
    assert found["feeds"] == [f"{site.url}/vi/news/rss/tin-hoat-dong.rss"]
    assert found["sitemaps"] == [f"{site.url}/sitemap.xml"]
    assert found["sections"] == [f"{site.url}/vi/news/chuyen-doi-so/"]
    assert found["article_url"] == r"-\d+\.html$"
    assert found["verified"] is True
    assert "3 articles read" in found["evidence"]
    assert "NukeViet" in found["note"]
    assert "practice" not in found
    assert len(set(asked) & set(paths)) == 3
    assert "/vi/cam/khoa-hoc/" not in asked
    assert len(asked) == len(set(asked))
    assert other.asked == []
    assert 'first figure "' in done.stdout
    assert "(from meta)" in done.stdout
    assert again.returncode == 2
    assert f"already in the registry: {found['id']}" in again.stderr
    assert visited.returncode == 0
    assert "feed     " in visited.stdout
    assert visited.stdout.count("  read ") == 1


def test_feeds_and_sitemaps_that_nothing_names_are_tried_where_the_system_has_them(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with Site() as site:
        paths = [f"/2025/07/{n:02d}/xa-so-{n}-dua-thu-tuc-len-mang/" for n in range(1, 7)]
        for n, path in enumerate(paths, 1):
            site.pages[path] = Page(article_html(n).encode())
        head = '<meta property="og:site_name" content="Báo Miền Biển"><link rel="https://api.w.org/" href="/wp-json/">'
        site.pages["/"] = page(links(paths), head)
        site.pages["/feed/"] = Page(feed_xml(site.url, paths), content_type="application/rss+xml")
        site.pages["/wp-sitemap.xml"] = Page(b"<html><body>404</body></html>")
        done = add(home, f"{site.url}/", "--id", "mien-bien", "--province", "Cà Mau")
    assert done.returncode == 0, done.stderr
    found = entry(home)
    assert (found["id"], found["name"], found["kind"], found["province"]) == ("mien-bien", "Báo Miền Biển", "newspaper", "Cà Mau")
    assert found["feeds"] == [f"{site.url}/feed/"]
    assert "sitemaps" not in found


def test_a_portal_with_nothing_but_sections(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with Site() as site:
        paths = [f"/tin/-/view_content/{9000 + n}-xa-so-{n}-dua-thu-tuc" for n in range(1, 7)]
        for n, path in enumerate(paths, 1):
            site.pages[path] = Page(article_html(n).encode())
        site.pages["/"] = page(
            f'<div class="aui"><a href="/tin">Tin tức - Sự kiện</a><a href="/tin/en">English</a>{links(paths[:2])}</div>',
            "<title>Trang chủ - Cổng thông tin điện tử tỉnh Sơn La</title>",
        )
        site.pages["/tin"] = page(f'<div class="aui">{links(paths)}</div>')
        done = add(home, f"{site.url}/")
    assert done.returncode == 0, done.stderr
    found = entry(home)
    assert (found["kind"], found["province"], found["sections"]) == ("portal", "Sơn La", [f"{site.url}/tin"])
    assert found["article_url"] == r"/-/view_content/\d+"


def test_a_headline_under_a_short_address_is_no_section(tmp_path: Path) -> None:
    """It names the project's subject, and the page beside its text names articles enough for a section."""
    home = tmp_path / "home"
    with Site() as site:
        paths = [f"/tin/{n}-xa-so-{n}-dua-thu-tuc-len-mang" for n in range(1, 6)]
        for n, path in enumerate(paths, 1):
            site.pages[path] = Page(article_html(n).encode())
        more = "Từ đầu năm, tổ công nghệ số đến từng nhà, chỉ cách nộp hồ sơ, trả phí và tra kết quả ngay trên điện thoại. " * 4
        beside = f"<body><aside>{links(paths)}</aside>"
        site.pages["/tin/xa-mo-cua-so"] = Page(article_html(6, extra=more).replace("<body>", beside).encode())
        headline = '<a href="/tin/xa-mo-cua-so">Chuyển đổi số ở một xã vùng cao sau nửa năm</a>'
        site.pages["/"] = page(f'<a href="/tin">Tin tức</a>{headline}{links(paths[:2])}', "<title>Cổng chuyển đổi số Sơn La</title>")
        site.pages["/tin"] = page(links(paths) + headline)
        done = add(home, f"{site.url}/")
    assert done.returncode == 0, done.stderr
    assert (entry(home)["kind"], entry(home)["sections"]) == ("portal", [f"{site.url}/tin"])


@pytest.mark.parametrize(
    ("make", "code", "words"),
    [
        ("down", 1, "cannot be reached: connection refused"),
        ("robots", 1, "robots.txt forbids it"),
        ("nothing", 1, "no article was found"),
        ("script", 1, "browser = true"),
        ("moved", 1, "leads to another site"),
        ("error", 1, "HTTP 500"),
    ],
)
def test_what_cannot_be_added_is_said_in_one_line(make: str, code: int, words: str, tmp_path: Path) -> None:
    home = tmp_path / "home"
    with Site() as site, Site() as other:
        site.pages["/"] = page("<p>Trang giới thiệu, không có tin bài nào.</p>")
        if make == "robots":
            site.pages["/robots.txt"] = Page(b"User-agent: *\nDisallow: /\n", content_type="text/plain")
        elif make == "script":
            site.pages["/"] = page('<div id="root"></div><script src="/app.js"></script>')
        elif make == "moved":
            site.pages["/"] = Page(b"", 302, headers={"Location": f"{other.url}/"})
        elif make == "error":
            site.pages["/"] = Page(b"", 500)
        url = "http://127.0.0.1:9/" if make == "down" else f"{site.url}/"
        done = add(home, url)
        assert other.asked == []
    assert done.returncode == code
    assert words in done.stderr
    assert [line for line in done.stderr.splitlines() if line.startswith("r57: ")] == done.stderr.splitlines()[1:]
    assert not list((home / "sources").glob("*")) if (home / "sources").exists() else True


def test_nothing_is_written_unasked(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with Site() as site:
        nukeviet(site)
        done = r57("sources", "add", f"{site.url}/", "--private-network", "--home", str(home))
    assert done.returncode == 2
    assert "add --yes" in done.stderr
    assert not (home / "sources").exists() or not list((home / "sources").iterdir())


def test_freeze_keeps_a_page_with_what_is_read_from_it(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with Site() as site:
        paths = nukeviet(site)
        assert add(home, f"{site.url}/", "--id", "mot").returncode == 0
        done = r57("sources", "freeze", "mot", site.url + paths[0], "--home", str(home))
        again = r57("sources", "freeze", "mot", site.url + paths[0], "--home", str(home))
        gone = r57("sources", "freeze", "mot", f"{site.url}/khong-co.html", "--home", str(home))
    assert done.returncode == 0, done.stderr
    folder = home / "frozen" / "mot" / page_name(paths[0])
    expected = json.loads((folder / "expected.json").read_text("utf-8"))
    assert expected["title"] == "Xã số 1 đưa 101 thủ tục lên mạng"
    assert expected["published"] == "2025-07-02T08:00:00+07:00"
    assert isinstance(expected["text"], list)
    assert json.loads((folder / "meta.json").read_text("utf-8"))["url"] == site.url + paths[0]
    assert (folder / "page.html").read_bytes() == site.pages[paths[0]].body
    assert (again.returncode, gone.returncode) == (2, 1)
    assert "HTTP 404" in gone.stderr


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (Wanted(url="ftp://bao.example/"), "no http"),
        (Wanted(url="https://"), "no http"),
        (Wanted(url="http://[::1"), "no address"),
        (Wanted(url="https://cng.net.vn/tin"), "blocked by the registry (block-cngnet)"),
        (Wanted(url="http://x.ladhair.com/"), "blocked"),
        (Wanted(url="www.baonghean.vn"), "already in the registry: baonghean"),
        (Wanted(url="http://192.168.1.4/"), "--private-network"),
        (Wanted(url="http://localhost:8000/"), "--private-network"),
        (Wanted(url="bao.example", kind="blog"), "--kind"),
        (Wanted(url="bao.example", province="Tây Bắc Hà"), "--province"),
        (Wanted(url="bao.example", id="Báo"), "--id"),
        (Wanted(url="bao.example", id="baonghean"), "already used"),
    ],
)
def test_what_can_be_told_before_asking(wanted: Wanted, words: str) -> None:
    with pytest.raises(UsageError) as fault:
        check_wanted(wanted, load_sources([shipped_registry()]), load_gazetteer())
    assert words in str(fault.value)
