"""What spiders ask for, refuse, remember, and how they word failures."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from scrapy import Request, Spider, exceptions
from scrapy.crawler import Crawler, CrawlerProcess
from twisted.internet.error import DNSLookupError

from r57monitor.cli.crawl import scrapy_settings
from r57monitor.clock import utc_now
from r57monitor.errors import ReadError
from r57monitor.models import RawPage, Source
from r57monitor.text.urls import host_key
from spiders.causes import find_cause, status_in_words
from spiders.feed import read_feed
from spiders.guard import GuardedResolver, Refused, TrapDetector, is_public_address, refuse_url
from spiders.known import whole_page
from spiders.leads import Walk, allowed_hosts, entry_leads, needs_discovery
from spiders.listing import common_places, find_declared_feeds, next_pages, read_listing
from spiders.memory import load_memory
from spiders.old_pages import OldPage, OldPages
from spiders.process import group_by_host, source_settings
from spiders.retry import retry_after_s
from spiders.sitemap import read_sitemap
from spiders.transport import TlsPolicy
from tests.web import feed_xml, listing_html
from warehouse.archive import Archive
from warehouse.heads import new_record_id
from warehouse.home import Home
from warehouse.journal import Journal
from warehouse.records import HttpHeads
from warehouse.segment import SegmentWriter

SOURCE = Source(id="bao", name="Báo", kind="newspaper", homepage="https://bao.example/")
WALK = Walk()


def raw(body: bytes | str, url: str = "https://bao.example/trang", **more: object) -> RawPage:
    content = body.encode() if isinstance(body, str) else body
    return RawPage(url=url, body=content, fetched_at=datetime(2025, 7, 1, tzinfo=UTC), content_type="text/html", **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2001:4860:4860::8888", True),
        *(
            (ip, False)
            for ip in ("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1")
        ),
        *((ip, False) for ip in ("::1", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "2002:7f00:1::", "no address")),
        *((ip, False) for ip in ("64:ff9b::7f00:1", "64:ff9b:1::a00:1", "::127.0.0.1", "::ffff:0:10.0.0.1", "fec0::1")),
        ("64:ff9b::808:808", True),
    ],
)
def test_public_addresses(address: str, public: bool) -> None:
    assert is_public_address(address) is public


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://bao.example/a", None),
        ("http://www.bao.example:80/a", None),
        ("https://BAO.example./a", None),
        ("https://khac.example/", "outside"),
        ("https://bao.example:8443/", "outside"),
        ("https://bao.example@khac.example/", "outside"),
        ("https://bao.example.khac.example/", "outside"),
        ("file:///etc/passwd", "file address"),
        ("ftp://bao.example/", "ftp address"),
        ("//bao.example/", "no address"),
        ("http://[::1/", "cannot be read"),
        ("http://bao.example:99999/", "outside"),
    ],
)
def test_refuse_url(url: str, why: str | None) -> None:
    try:
        reason = refuse_url(url, allowed_hosts(SOURCE), frozenset())
    except ValueError:
        reason = "outside"
    assert (why in (reason or "")) if why else reason is None


@pytest.mark.parametrize("homepage", ["http://báo.example/", "http://bao-so.example./", "http://TỈNH.example:80/"])
def test_a_homepage_in_other_letters_is_its_own_host(homepage: str) -> None:
    source = replace(SOURCE, homepage=homepage)
    asked = Request(homepage + "tin/a.html").url  # as it goes over the wire
    assert refuse_url(asked, allowed_hosts(source), frozenset()) is None
    assert "outside" in (refuse_url(asked, allowed_hosts(SOURCE), frozenset()) or "")


def test_private_addresses_need_a_source_that_says_so_and_its_exact_port() -> None:
    open_source = Source(id="a", name="A", kind="portal", homepage="http://127.0.0.1:8001/")
    hosts = allowed_hosts(open_source)
    assert "private" in (refuse_url("http://127.0.0.1:8001/", hosts, frozenset()) or "")
    assert refuse_url("http://127.0.0.1:8001/", hosts, hosts) is None
    assert "outside" in (refuse_url("http://127.0.0.1:8002/", hosts, hosts) or "")
    assert "outside" in (refuse_url("http://localhost:8001/", hosts, hosts) or "")
    assert "private" in (refuse_url("http://169.254.169.254/", frozenset({"169.254.169.254"}), frozenset()) or "")


@pytest.mark.parametrize(
    ("url", "trap"),
    [
        ("https://a.example/tin/bai-1.html", None),
        ("https://a.example/view_content/1-x.html/en/vi/en/vi/en", "repeats"),
        ("https://a.example/" + "/".join(str(n) for n in range(20)), "deep"),
        ("https://a.example/?" + "&".join(f"p{n}=1" for n in range(12)), "parameters"),
        ("https://a.example/" + "x" * 3000, "long"),
    ],
)
def test_traps(url: str, trap: str | None) -> None:
    found = TrapDetector().refuse(url)
    assert (trap in (found or "")) if trap else found is None


def test_a_name_that_leads_home_is_refused_without_a_word_of_the_resolver() -> None:
    resolver = GuardedResolver.__new__(GuardedResolver)
    resolver._private = frozenset({"so.example"})
    with pytest.raises(DNSLookupError, match="private address"):  # the one error that Twisted does not print
        resolver._check("127.0.0.1", "bao.example")
    assert resolver._check("127.0.0.1", "so.example") == "127.0.0.1"
    GuardedResolver.refused.discard("bao.example")


def test_a_calendar_ends() -> None:
    traps = TrapDetector()
    asked = [traps.refuse(f"https://a.example/AllPosts.aspx?CategoryId=16&PublishedDate={n}") for n in range(60)]
    assert asked[0] is None
    assert asked[-1] == "calendar without end"
    assert traps.refuse("https://a.example/AllPosts.aspx?CategoryId=17&PublishedDate=1") is None


def test_host_key() -> None:
    assert host_key("http://127.0.0.1:8001/a") == "127.0.0.1:8001"
    assert host_key("https://a.example:443/") == "a.example"
    assert host_key("http://[::1]:80/") == "[::1]"
    assert host_key("mailto:x@y.example") == ""


def test_feed_entries_are_articles_with_title_and_date() -> None:
    leads = read_feed(raw(feed_xml("https://bao.example", ["/a-1.html", "/a-2.html"])), SOURCE, WALK)
    assert [(lead.url, lead.title) for lead in leads] == [
        ("https://bao.example/a-1.html", "Xã số 0"),
        ("https://bao.example/a-2.html", "Xã số 1"),
    ]
    assert leads[0].feed_date == datetime(2025, 7, 1, 1, tzinfo=UTC)
    with pytest.raises(ReadError):
        read_feed(raw("<html><body>404</body></html>"), SOURCE, WALK)


def sitemap(*entries: str, kind: str = "urlset") -> bytes:
    tag = "sitemap" if kind == "sitemapindex" else "url"
    inside = "".join(f"<{tag}>{entry}</{tag}>" for entry in entries)
    return f'<?xml version="1.0"?><{kind} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{inside}</{kind}>'.encode()


def test_a_sitemap_index_leads_to_its_newest_sitemaps() -> None:
    names = [f"<loc>https://bao.example/sitemap-2025-{m:02d}.xml</loc>" for m in range(1, 13)]
    leads = read_sitemap(raw(sitemap(*names, kind="sitemapindex")), SOURCE, WALK)
    assert [lead.url[-6:-4] for lead in leads[:3]] == ["12", "11", "10"]
    assert {lead.role for lead in leads} == {"sitemap"}
    assert len(leads) == 12
    assert len(read_sitemap(raw(sitemap(*names, kind="sitemapindex")), SOURCE, Walk(None, True))) == 4
    dated = [f"{n}<lastmod>2025-{m:02d}-28</lastmod>" for m, n in enumerate(names, 1)]
    since = Walk(datetime(2025, 10, 1, tzinfo=UTC))
    assert len(read_sitemap(raw(sitemap(*dated, kind="sitemapindex")), SOURCE, since)) == 3


def test_a_sitemap_names_articles_by_the_sources_pattern() -> None:
    body = sitemap("<loc>https://bao.example/</loc>", "<loc>https://bao.example/muc</loc>", "<loc>https://bao.example/bai-12345.html</loc>")
    assert len(read_sitemap(raw(body), SOURCE, WALK)) == 2
    picky = Source(id="bao", name="Báo", kind="newspaper", homepage="https://bao.example/", article_url=r"-\d+\.html$")
    assert [lead.url for lead in read_sitemap(raw(body), picky, WALK)] == ["https://bao.example/bai-12345.html"]


def test_a_listing_gives_articles_and_its_next_page() -> None:
    paths = [f"/tin/xa-so-{n}-dua-thu-tuc-len-mang-{n:06d}.html" for n in range(6)]
    page = raw(listing_html(paths, "/chuyen-doi-so?page=2"), "https://bao.example/chuyen-doi-so", role="listing", found_by="listing")
    leads = read_listing(page, SOURCE, WALK)
    assert {lead.url for lead in leads} == {f"https://bao.example{path}" for path in paths}
    assert [lead.url for lead in next_pages(page, SOURCE, 1)] == ["https://bao.example/chuyen-doi-so?page=2"]


def test_a_homepage_names_feeds() -> None:
    html = (
        '<html><head><link rel="alternate" type="application/rss+xml" href="/rss/tin.rss"><link rel="alternate" hreflang="en" href="/en">'
        '<link rel="alternate" type="application/rss+xml" href="/comments/feed"></head></html>'
    )
    assert [lead.url for lead in find_declared_feeds(raw(html))] == ["https://bao.example/rss/tin.rss"]
    assert find_declared_feeds(raw("")) == []
    assert all(lead.is_probe for lead in common_places("https://bao.example/vi/"))
    assert needs_discovery(SOURCE)
    assert [(lead.url, lead.found_by) for lead in entry_leads(SOURCE)] == [("https://bao.example/", "homepage")]


def test_sources_that_share_a_host_are_crawled_one_after_another() -> None:
    def make(source_id: str, *hosts: str) -> Source:
        return Source(id=source_id, name=source_id, kind="portal", homepage=f"https://{hosts[0]}/", hosts=hosts[1:])

    sources = [make("a", "one.example"), make("b", "two.example"), make("c", "www.one.example"), make("d", "three.example", "two.example")]
    assert [[s.id for s in group] for group in group_by_host(sources)] == [["a", "c"], ["b", "d"]]


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (Refused("address too long"), "address too long"),
        (exceptions.DownloadTimeoutError("x"), "timed out"),
        (exceptions.DownloadConnectionRefusedError("x"), "connection refused"),
        (exceptions.CannotResolveHostError("x"), "name not found"),
        (exceptions.DownloadCancelledError("x"), "too large"),
        (exceptions.IgnoreRequest("Forbidden by robots.txt"), "robots.txt forbids it"),
        (exceptions.IgnoreRequest("max redirections reached"), "too many redirects"),
        (exceptions.DownloadFailedError("SSL routines: certificate verify failed"), "TLS failure"),
        (exceptions.DownloadFailedError("Connection lost"), "connection lost"),
    ],
)
def test_causes(error: Exception, cause: str) -> None:
    assert find_cause(error, "http://bao.example/")[:2] == (cause, None)


def test_a_connection_lost_before_any_certificate_was_seen_is_a_matter_of_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    lost = exceptions.DownloadFailedError("Connection lost")
    assert find_cause(lost, "https://cu.example/").words == "TLS failure: the handshake broke off"
    monkeypatch.setattr(TlsPolicy, "greeted", {"cu.example:443"})
    assert find_cause(lost, "https://cu.example/").words == "connection lost"


def test_a_million_old_articles_take_few_bytes() -> None:
    pages, at = OldPages(), utc_now()
    for n in range(20_000):
        assert pages.note(f"https://a.example/{n}.html", at, Path("s"), new_record_id() if n % 50 else f"urn:x:{n}", adds=True)
    pages.pack()
    assert len(pages) == 20_000
    assert pages._rows.nbytes + pages._keys.nbytes <= 56 * len(pages)
    assert pages.get("https://a.example/50.html") == OldPage(at, at, Path("s"), "urn:x:50")
    later, record = at + timedelta(days=1), new_record_id()
    assert pages.note("https://a.example/50.html", later, Path("t"), record, adds=False)
    assert pages.get("https://a.example/50.html") == OldPage(at, later, Path("t"), record)
    assert "https://a.example/x.html" not in pages
    assert not pages.note("https://a.example/x.html", at, Path("s"), None, adds=False)


def test_statuses() -> None:
    assert status_in_words(404) == "HTTP 404 (not found)"
    assert status_in_words(599) == "HTTP 599"


def test_retry_after() -> None:
    assert retry_after_s("7") == 7
    assert retry_after_s("soon") is None
    assert retry_after_s("Fri, 04 Jul 2025 00:00:00 GMT") == 0
    in_a_minute = (utc_now() + timedelta(seconds=60)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    assert 50 < (retry_after_s(in_a_minute) or 0) < 65


def archive_some(folder: Path, *pages: tuple[str, str, int, datetime], cycle: str = "c1") -> None:
    http = HttpHeads(response_headers=[("Content-Type", "text/html"), ("ETag", '"e"')])
    with SegmentWriter(folder) as writer:
        for url, role, status, at in pages:
            page = RawPage(url=url, body=b"x", fetched_at=at, source_id="bao", status=status, role=role)  # type: ignore[arg-type]
            writer.write(page, http, cycle=cycle)


def test_memory_knows_articles_failures_and_unfinished_cycles(tmp_path: Path) -> None:
    day = utc_now() - timedelta(days=5)
    journal = Journal(tmp_path / "journal")
    journal.append("cycle_begun", cycle="c0", source="bao")
    journal.append("cycle_ended", cycle="c0", source="bao", outcome="ok", complete=True)
    journal.append("cycle_begun", cycle="c1", source="bao")
    journal.append("failure", cycle="c1", source="bao", url="https://bao.example/b", role="article", cause="timed out")
    journal.append("failure", cycle="c1", source="khac", url="https://khac.example/b", role="article", cause="timed out")
    archive_some(
        tmp_path / "archive",
        ("https://bao.example/rss", "feed", 200, day),
        ("https://bao.example/a", "article", 200, day),
        ("https://bao.example/a", "article", 304, day + timedelta(days=2)),
        ("https://bao.example/c", "article", 404, day),
    )
    past = load_memory(Archive(tmp_path / "archive"), journal, {"bao": SOURCE}, print)["bao"]
    assert past.has_finished
    assert past.unfinished == {"c1"}
    assert [entry.url for _, entry in past.entry_pages] == ["https://bao.example/rss"]
    (known,) = past.known.values()
    assert (known.first, known.last, known.etag) == (day, day + timedelta(days=2), '"e"')
    (failed,) = past.failed.values()
    assert failed.entry["url"] == "https://bao.example/b"


def test_a_challenge_page_is_no_known_article(tmp_path: Path) -> None:
    page = RawPage(
        url="https://bao.example/a", body=b"<title>Just a moment...</title>", fetched_at=datetime(2025, 7, 1, tzinfo=UTC), source_id="bao"
    )
    with SegmentWriter(tmp_path / "archive") as writer:
        writer.write(page, HttpHeads(response_headers=[("Content-Type", "text/html")]))
    past = load_memory(Archive(tmp_path / "archive"), Journal(tmp_path / "journal"), {"bao": SOURCE}, print)["bao"]
    assert len(past.known) == 0


def test_a_failure_is_forgotten_when_the_page_came(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    journal.append("failure", cycle="c1", source="bao", url="https://bao.example/a", role="article", cause="timed out")
    archive_some(tmp_path / "archive", ("https://bao.example/a", "article", 200, utc_now() + timedelta(seconds=1)))
    past = load_memory(Archive(tmp_path / "archive"), journal, {"bao": SOURCE}, print)["bao"]
    assert past.failed == {}
    assert not past.has_finished


def test_a_sources_own_delay_goes_before_the_homes(tmp_path: Path) -> None:
    base = scrapy_settings(Home(tmp_path))
    base.set("LOG_INSTALL_ROOT_HANDLER", False, "cmdline")
    process = CrawlerProcess(base)
    for delay, used in ((None, 2.0), (7, 7.0), (0, 0.0)):
        crawler = Crawler(Spider, source_settings(base, replace(SOURCE, delay_s=delay)))
        assert process.create_crawler(crawler).settings.getfloat("DOWNLOAD_DELAY") == used


def test_old_articles_are_known_in_few_bytes_and_whole_again_when_edited(tmp_path: Path) -> None:
    now = utc_now()
    writer = SegmentWriter(tmp_path / "archive")
    heads = HttpHeads(response_headers=[("ETag", '"e1"')])
    for path, days in (("/cu-000001.html", 200), ("/moi-000002.html", 3)):
        url = f"https://a.example{path}"
        raw = RawPage(url=url, requested_url=url, body=b"<p>x</p>", fetched_at=now - timedelta(days=days), source_id="a", list_title="Tin")
        first = writer.write(raw, heads)
        if days == 200:  # it was edited, long ago too
            edited = writer.write(replace(raw, body=b"<p>y</p>", fetched_at=now - timedelta(days=150)), heads)
    writer.close()
    journal = Journal(tmp_path / "journal")
    source = Source(id="a", name="A", kind="portal", homepage="https://a.example/")
    past = load_memory(Archive(tmp_path / "archive"), journal, {"a": source}, pytest.fail)["a"]
    assert list(past.known) == ["https://a.example/moi-000002.html"]
    assert len(past.known) == 2
    old = past.known["https://a.example/cu-000001.html"]
    assert isinstance(old, OldPage)
    whole = whole_page(old)
    assert (whole.latest.record_id, whole.etag, whole.latest.list_title) == (edited.raw.record_id, '"e1"', "Tin")
    assert (now - whole.first).days == 200
    assert (now - whole.last).days == 150
    next((tmp_path / "archive").glob("*.jsonl")).unlink()
    assert whole_page(old).etag is None
    assert first.raw.record_id != edited.raw.record_id
