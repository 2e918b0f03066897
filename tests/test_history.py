"""`r57 crawl --since`: months of dated sitemaps and paged listings, killed twice on the way."""

from __future__ import annotations

import os
import signal
from collections import Counter
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from r57monitor.models import Article, Extracted, RawPage, Source
from spiders.history import Ages, find_settled
from spiders.leads import Lead, Walk, entry_leads
from spiders.memory import SourceMemory
from spiders.periods import parse_period, period_ends
from spiders.sitemap import read_sitemap
from tests.crawls import Crawling, archived, crawl, finish, outcomes, start
from tests.processes import wait_until
from tests.web import Page, Site, write_registry
from warehouse.archive import Archive
from warehouse.home import Home
from warehouse.index import IndexEntry

SINCE = date(2024, 12, 22)
BEGIN = date(2024, 8, 1)
LATER = datetime(2025, 1, 10, tzinfo=UTC)
SOURCE = Source(id="bao", name="Báo", kind="newspaper", homepage="https://bao.example/")


@pytest.mark.parametrize(
    ("url", "end"),
    [
        ("https://a.example/sitemaps/news-2024-12.xml", "2025-01-01"),
        ("https://a.example/sitemaps/news-2024-3.xml", "2024-04-01"),
        ("https://a.example/sitemaps/sitemaps-2024-2-16-31.xml", "2024-03-01"),
        ("https://a.example/sitemaps/2024/7/article.xml", "2024-08-01"),
        ("https://a.example/sitemap-news.xml?y=2024&m=12&d=3", "2024-12-04"),
        ("https://a.example/wp-sitemap.xml?yyyy=2024&mm=11", "2024-12-01"),
        ("https://a.example/sitemap-20241103.xml", "2024-11-04"),
        ("https://a.example/sitemap202411.xml.gz", "2024-12-01"),
        ("https://a.example/post-2024.xml", "2025-01-01"),
        ("https://a.example/sitemap-12.xml", None),
        ("https://a.example/sitemap/1000000/sitemap-news.xml", None),
        ("https://a.example/sitemap-1202411.xml", None),
    ],
)
def test_periods_of_names(url: str, end: str | None) -> None:
    period = parse_period(url)
    found = period.end() if period else None
    assert (found.date().isoformat() if found else None) == end


def test_a_number_behind_a_year_may_be_a_part() -> None:
    parts = [f"https://a.example/tin-2024-{n}.xml" for n in range(1, 4)]
    assert {end.date() for end in period_ends(parts).values()} == {date(2025, 1, 1)}
    many = [f"https://a.example/tin-2024-{n}.xml" for n in range(1, 20)]
    assert {end.date() for end in period_ends(many).values()} == {date(2025, 1, 1)}
    months = [f"https://a.example/tin-2024-{n}.xml" for n in range(1, 13)] + ["https://a.example/tin-2025-1.xml"]
    assert period_ends(months)["https://a.example/tin-2024-3.xml"].date() == date(2024, 4, 1)


def index(*urls: str, lastmod: str | None = None) -> RawPage:
    said = f"<lastmod>{lastmod}</lastmod>" if lastmod else ""
    inside = "".join(f"<sitemap><loc>{url}</loc>{said}</sitemap>" for url in urls)
    body = f"<sitemapindex>{inside}</sitemapindex>".encode()
    return RawPage(url="https://bao.example/sitemap.xml", body=body, fetched_at=datetime(2025, 9, 30, tzinfo=UTC))


def test_an_index_leads_to_the_sitemaps_since_a_day_newest_first() -> None:
    walk = Walk(datetime(2024, 12, 21, 17, tzinfo=UTC))
    names = [f"https://bao.example/news-{m}.xml" for m in ("2024-10", "2024-11", "2024-12", "2025-01")]
    more = ["https://bao.example/categories.xml", "https://bao.example/latest-news.xml"]
    found = [lead.url.rpartition("/")[2] for lead in read_sitemap(index(*names, *more, lastmod="2025-09-29"), SOURCE, walk)]
    assert found == ["latest-news.xml", "news-2025-01.xml", "news-2024-12.xml"]
    only = read_sitemap(index("https://bao.example/topics.xml"), SOURCE, walk)
    assert len(only) == 1, "an index of nothing else is believed"


@pytest.mark.parametrize(
    ("lead", "too_old"),
    [
        (Lead(url="https://a.example/x-1.html", role="article", found_by="sitemap"), False),
        (Lead(url="https://a.example/x-20241110080000123.htm", role="article", found_by="sitemap"), True),
        (Lead(url="https://a.example/x-20241221080000123.htm", role="article", found_by="sitemap"), False),
        (Lead(url="https://a.example/x-20241110080000123.htm", role="article", found_by="sitemap", modified=LATER), True),
        (Lead(url="https://a.example/x-20241110080000123.htm", role="article", found_by="feed", feed_date=LATER), False),
        (Lead(url="https://a.example/x-1.html", role="article", found_by="sitemap", modified=LATER - timedelta(days=99)), True),
        (Lead(url="https://a.example/x-1.html", role="article", found_by="listing", list_date=datetime(2024, 12, 20, tzinfo=UTC)), True),
    ],
)  # fmt: skip
def test_too_old_where_dates_tell(lead: Lead, too_old: bool) -> None:
    assert Walk(datetime(2024, 12, 21, 17, tzinfo=UTC)).is_too_old(lead) is too_old
    assert not Walk().is_too_old(lead)


def test_a_walk_back_also_takes_the_front_page_of_a_source_with_feeds_only() -> None:
    feeds = Source(id="bao", name="Báo", kind="newspaper", homepage="https://bao.example/", feeds=("https://bao.example/rss",))
    assert [lead.role for lead in entry_leads(feeds)] == ["feed"]
    assert [lead.role for lead in entry_leads(feeds, goes_back=True)] == ["feed", "listing"]


def test_what_a_broken_walk_need_not_ask_again() -> None:
    now = datetime(2025, 9, 30, tzinfo=UTC)

    def fetched(url: str, role: str, ago: timedelta) -> tuple[Path, IndexEntry]:
        at = (now - ago).isoformat()
        return Path("x"), IndexEntry(
            record_id=url, url=url, requested_url=url, status=200, role=role, source_id="bao", fetched_at=at, found_by="sitemap"
        )

    memory = SourceMemory()
    memory.entry_pages = [
        fetched("https://bao.example/news-2025-02.xml", "sitemap", timedelta(days=3)),
        fetched("https://bao.example/news-2025-09.xml", "sitemap", timedelta(days=3)),
        fetched("https://bao.example/tin?page=7", "listing", timedelta(hours=1)),
        fetched("https://bao.example/tin?page=8", "listing", timedelta(days=1)),
        fetched("https://bao.example/tin", "listing", timedelta(hours=1)),
    ]
    found = find_settled(memory, {"https://bao.example/tin"}, now)
    assert found == {"https://bao.example/news-2025-02.xml", "https://bao.example/tin?page=7"}


def test_an_undated_listing_ends_when_all_its_articles_are_older() -> None:
    since, ages = datetime(2024, 12, 22, tzinfo=UTC), Ages()
    raw = RawPage(url="https://bao.example/a", body=b"", fetched_at=since, found_by="listing")
    for n in range(40):
        assert not ages.is_past(since if n < 20 else None)
        day = since - timedelta(days=n + 1)
        extracted = Extracted(page_type="article", title=None, author=None, published=day, published_from="meta", language="vi", text="")
        ages.note(raw, Article(raw=raw, url=raw.url, extracted=extracted))
    assert ages.is_past(since)
    assert not ages.is_past(since - timedelta(days=30))


def day_html(n: int, day: date) -> bytes:
    return f"""<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>Xã thứ {n} báo cáo</title>
    <meta property="article:published_time" content="{day.isoformat()}T08:00:00+07:00"></head>
    <body><article><h1>Xã thứ {n} báo cáo kết quả</h1>
    <p>Thực hiện Nghị quyết số 57-NQ/TW, xã thứ {n} của tỉnh Lâm Đồng đã đưa {100 + n} thủ tục hành chính lên mạng.</p>
    <p>Theo UBND xã, bà con đã quen dần với việc nộp hồ sơ tại nhà, cán bộ trực hướng dẫn mỗi ngày.</p>
    </article></body></html>""".encode()


def build(site: Site) -> dict[str, date]:
    """Fourteen months: odd articles stand in monthly sitemaps only, even ones in a paged listing only. Path -> day."""
    days: dict[str, date] = {}
    months: dict[str, list[str]] = {}
    listed: list[str] = []
    for n in range(14 * 8):
        day = BEGIN + timedelta(days=round(n * 3.8))
        path = f"/tin/xa-thu-{n}-bao-cao-ket-qua-{n:06d}.html"
        days[path] = day
        site.pages[path] = Page(day_html(n, day))
        if n % 2:
            entry = f"<url><loc>{site.url}{path}</loc><lastmod>{day.isoformat()}T08:00:00+07:00</lastmod></url>"
            months.setdefault(f"/sitemaps/news-{day.year}-{day.month}.xml", []).append(entry)
        else:
            listed.insert(0, f'<li><h3><a href="{path}">Xã thứ {n} báo cáo kết quả làm việc</a></h3><span>{day:%d/%m/%Y} 08:00</span></li>')
    for name, entries in months.items():
        site.pages[name] = Page(f"<urlset>{''.join(entries)}</urlset>".encode(), content_type="text/xml")
    inside = "".join(f"<sitemap><loc>{site.url}{name}</loc><lastmod>2025-09-30</lastmod></sitemap>" for name in months)
    site.pages["/sitemaps/index.xml"] = Page(f"<sitemapindex>{inside}</sitemapindex>".encode(), content_type="text/xml")
    site.pages["/robots.txt"] = Page(f"User-agent: *\nSitemap: {site.url}/sitemaps/index.xml\n".encode(), content_type="text/plain")
    chunks = [listed[i : i + 5] for i in range(0, len(listed), 5)]
    for number, chunk in enumerate(chunks, 1):
        following = f'<a rel="next" href="/thoi-su?page={number + 1}">Tiếp</a>' if number < len(chunks) else ""
        body = f'<html><head><meta charset="utf-8"><title>Thời sự</title></head><body><ul>{"".join(chunk)}</ul>{following}</body></html>'
        site.pages["/thoi-su" + (f"?page={number}" if number > 1 else "")] = Page(body.encode())
    return days


def kill_when(process: Crawling, site: Site, asked: int) -> None:
    """kill -9 to the crawl once the site was asked so often."""
    wait_until(lambda: len(site.asked) >= asked or process.poll() is not None)
    assert process.poll() is None, "the crawl ended before it could be killed"
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    finish(process)


def entry_pages(home: Path) -> Counter[str]:
    """How often the archive has each feed, sitemap and listing."""
    archive = Archive(Home(home).archive)
    entries = (entry for segment in archive.segments() for entry in archive.entries(segment))
    return Counter(entry.requested_url for entry in entries if entry.role in {"sitemap", "listing"} and entry.status == 200)


@pytest.mark.slow
def test_a_walk_back_killed_twice_gets_everything_once(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with Site() as site:
        days = build(site)
        for page in site.pages.values():
            page.wait_s = 0.04
        # The section is named; the sitemaps are found in robots.txt.
        registry = write_registry(tmp_path / "r.toml", site, entry='sections = ["{url}/thoi-su"]', extra="recheck_days = 0")
        for asked in (25, 70):
            kill_when(start(home, registry, since=SINCE.isoformat()), site, asked)
        last = crawl(home, registry, since=SINCE.isoformat())
        asked_paths = Counter(site.paths())
    wanted = {path for path, day in days.items() if day >= SINCE}
    fetched = {url.removeprefix(site.url): count for (url, status), count in archived(home).items() if status == 200}
    assert last.state() == "ok", last.cause()
    assert set(fetched) == wanted
    assert set(fetched.values()) == {1}
    assert outcomes(home)["article"] == len(wanted)
    assert {path for path in asked_paths if path in days} == wanted, "what came before the day was asked for"
    assert not {f"/sitemaps/news-2024-{m}.xml" for m in (8, 9, 10, 11)} & set(asked_paths)
    again = {url for url, count in entry_pages(home).items() if count > 1} - {f"{site.url}/thoi-su", f"{site.url}/sitemaps/index.xml"}
    assert not again, "an archived entry page of the broken-off walk was asked for again"
    assert sum(count - 1 for count in asked_paths.values()) <= 2 * 12, "more than what was under way at the two kills was asked for twice"
    deepest = max(int(path.partition("=")[2]) for path in asked_paths if path.startswith("/thoi-su?page="))
    assert deepest < 12, "the listing was walked on beyond the day"
