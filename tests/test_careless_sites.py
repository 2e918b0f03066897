"""Sites that are careless or mean harm, without a server: pages that send their reader on, broken feeds, tags that never close."""

from __future__ import annotations

import gzip
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from scrapy import exceptions
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError

from r57monitor.errors import ArchiveError, ReadError
from r57monitor.models import RawPage
from r57monitor.text.article_urls import find_article_address
from r57monitor.text.challenge import find_stand_in
from r57monitor.text.feeds import is_cut_off, parse_feed, parse_sitemap
from r57monitor.text.forwards import find_forward
from r57monitor.text.html_tree import parse_page, strip_tags
from spiders.causes import find_cause
from spiders.guard import Refused
from spiders.leads import Lead
from spiders.memory import FailedPage
from spiders.polite import Patience
from spiders.replacing import Replacement, stale_days
from spiders.retry import retry_after_s
from spiders.twins import Twins
from spiders.verdict import Tally, judge_cycle
from warehouse.encodings import decode_body

NOW = datetime(2026, 3, 1, tzinfo=UTC)
PAGE = RawPage(url="https://a.example/tin/cu.html", body=b"", fetched_at=NOW, content_type="text/html")


@pytest.mark.parametrize(
    ("page", "place"),
    [
        ('<meta http-equiv="Refresh" content="0; URL=/trang-chu">', "https://a.example/trang-chu"),
        ("<meta content='3;url=moi.html?a=1&amp;b=2' http-equiv=refresh>", "https://a.example/tin/moi.html?a=1&b=2"),
        ("<script>window.location.href = 'https://b.example/';</script>", "https://b.example/"),
        ('<script>location.replace("/vi")</script>', "https://a.example/vi"),
        ('<meta http-equiv="refresh" content="300;url=/lai">', None),  # a page that renews itself
        ('<meta http-equiv="refresh" content="5">', None),
        ('<meta http-equiv="refresh" content="0;url=file:///etc/passwd">', None),
        ('<meta http-equiv="refresh" content="0;url=javascript:alert(1)">', None),
        ('<meta http-equiv="refresh" content="0;url=http://[::1/">', None),
        ("<script>location = dich + '/a'</script>", None),  # nothing is run
        ('<meta http-equiv="refresh" content="0;url=/x"><p>' + "Một bài viết có chữ. " * 20, None),
        ("", None),
    ],
)
def test_pages_that_send_their_reader_on(page: str, place: str | None) -> None:
    assert find_forward(replace(PAGE, body=page.encode())) == place


RSS = '<?xml version="1.0"?><rss version="2.0"><channel>{}</channel></rss>'
ITEM = "<item><title>Tin {0}</title><link>https://a.example/tin-{0}.html?a=1&b=2</link></item>"


def test_careless_feeds_are_read_and_cut_ones_named() -> None:
    whole = RSS.format(ITEM.format(1) + ITEM.format(2)).encode()
    assert [entry.url for entry in parse_feed(gzip.compress(whole))] == [f"https://a.example/tin-{n}.html?a=1&b=2" for n in (1, 2)]
    assert not is_cut_off(whole)
    cut = whole[: whole.index(b"tin-2") + 4]
    assert is_cut_off(cut)
    assert [entry.url for entry in parse_feed(cut)] == ["https://a.example/tin-1.html?a=1&b=2"]
    assert not is_cut_off(b"<html><body>khong phai")
    with pytest.raises(ReadError, match="larger than 20 kB"):
        parse_feed(RSS.format("<item " + 'a="b" ' * 5000 + "/>").encode())


def test_careless_sitemaps_are_read() -> None:
    urls = ["https://a.example/xem?x=1&b=2", "https://a.example/tin-2.html"]
    body = "<urlset>" + "".join(f"<url><loc>{url}</loc></url>&nbsp;\udcff" for url in urls)
    quoted = "<url><loc><![CDATA[https://a.example/y?c=1&d=2]]></loc></url>"
    found = parse_sitemap((body + quoted + "</urlset>").encode("utf-8", "surrogateescape"))
    assert [entry.url for entry in found.entries] == [*urls, "https://a.example/y?c=1&d=2"]
    cut = parse_sitemap(gzip.compress((body + "<url><loc>https://a.example/tin-bi-c").encode("utf-8", "surrogateescape")))
    assert [entry.url for entry in cut.entries] == urls


def test_a_page_that_says_it_is_packed_and_is_not() -> None:
    assert decode_body(b"\xef\xbb\xbf <html>x", ["gzip"]) == b"\xef\xbb\xbf <html>x"
    with pytest.raises(ArchiveError):
        decode_body(b"khong phai gzip", ["gzip"])


@pytest.mark.parametrize(
    ("said", "is_own"),
    [
        ("/tin/hoi-nghi-tong-ket-cong-tac-nam.html", True),  # one address for all pages: a template's mistake
        ("/tin/xa-mot-dua-thu-tuc-len-mang-so.html", False),
        ("/bai-viet/hoi-nghi-tong-ket-cong-tac-000113.html", False),  # the same number
        ("/", True),
    ],
)
def test_canonical_addresses_of_other_articles_are_not_believed(said: str, is_own: bool) -> None:
    own = "https://a.example:40113/tin/xa-mot-dua-cac-thu-tuc-len-mang-000113.html"
    page = replace(PAGE, url=own, body=f'<html><head><link rel="canonical" href="{said}"></head>'.encode())
    assert (find_article_address(page) == own) is is_own


@pytest.mark.parametrize("value", ["Fri, 31 Dec 9999 23:59:59 -99999999999999", "-5", "1.5", "mai", "", "Mon, 01 Jan 0001 00:00:00 +1400"])
def test_retry_after_that_says_nothing(value: str) -> None:
    assert retry_after_s(value) in {None, 0.0}


@pytest.mark.parametrize("part", ["<script", "<title", "<h1", "<svg ", "<style x", "<"])
def test_tags_that_never_close_are_looked_at_once(part: str) -> None:
    """Ten times the page takes about ten times the time, not a hundred."""

    def seconds(times: int) -> float:
        page = replace(PAGE, body=b"<html>" + part.encode() * times)
        begun = time.process_time()
        find_stand_in(page)
        strip_tags(part * times)
        return time.process_time() - begun

    small = max(min(seconds(800) for _ in range(3)), 2e-3)
    assert min(seconds(8000) for _ in range(3)) < 60 * small


@pytest.mark.parametrize(
    ("title", "text", "found"),
    [
        ("Hệ thống đang bảo trì", "Xin mời bà con quay lại sau ít phút.", "maintenance"),
        ("Cổng tỉnh", "Trang đang được nâng cấp, mời trở lại sau.", "maintenance"),
        ("Site down for maintenance", "We will be back shortly.", "maintenance"),
        ("Hệ thống đang bảo trì", "Công ty điện lực báo lịch thay cột.", None),  # nothing of coming back: it may be news
        ("Trang đang nâng cấp, mời quay lại sau", "Sở đã nghe các đơn vị báo cáo từng việc của dự án. " * 20, None),
        ("Sở hẹn quay lại sau", "Đoàn kiểm tra hẹn quay lại sau ba ngày.", None),
    ],
)
def test_a_closed_site_is_no_article(title: str, text: str, found: str | None) -> None:
    body = f"<html><head><title>{title}</title></head><body><h1>{title}</h1><p>{text}</p></body></html>"
    assert find_stand_in(replace(PAGE, body=body.encode())) == found


@pytest.mark.parametrize(
    ("error", "limit"),
    [
        (HttpError(Response("http://bao.example/", status=404)), "attempts"),
        (HttpError(Response("http://bao.example/", status=503)), "attempts_passing"),
        (HttpError(Response("http://bao.example/", status=429)), "attempts_passing"),
        (exceptions.DownloadTimeoutError("x"), "attempts"),
        (exceptions.DownloadConnectionRefusedError("x"), "attempts_passing"),
        (exceptions.DownloadFailedError("Connection lost"), "attempts_passing"),
        (exceptions.DownloadFailedError("SSL routines: certificate verify failed"), "attempts_passing"),
        (Refused("the page is gone (it says so with status 200)", status=200), "attempts"),
        (Refused("the site is closed for maintenance", status=200, passes=True), "attempts_passing"),
    ],
)
def test_faults_of_the_moment_are_waited_out(error: Exception, limit: str) -> None:
    cause = find_cause(error, "http://bao.example/")
    assert FailedPage({"event": "failure", "cause": cause.words, "passes": cause.passes or None}).limit == limit


def test_one_section_out_of_service_is_left_alone_by_itself() -> None:
    patience = Patience()
    assert not patience.is_closed_alone(503, has_others=False)
    patience.note_good()
    assert not patience.is_closed_alone(429, has_others=True)
    patience.note_good()
    assert patience.is_closed_alone(503, has_others=True)
    assert not patience.is_closed_alone(503, has_others=True)  # the second in a row: it is the host


def test_a_tag_of_many_attributes_loses_them() -> None:
    tree = parse_page("<p>Trước</p><p " + " ".join(f"a{n}=1" for n in range(20_000)) + ">Sau</p><a href='/x'>y</a>")
    assert tree is not None
    assert tree.text_content() == "TrướcSauy"
    assert max(len(element.attrib) for element in tree.iter()) == 1


def test_an_article_at_two_addresses_is_asked_for_once() -> None:
    day = NOW - timedelta(days=1)
    first = Lead(
        url="https://a.example/so/xa-mot-mo-lop-hoc-so-1234.html", role="article", found_by="feed", title="Xã mở lớp học số", feed_date=day
    )
    second = replace(first, url="https://a.example/tin/xa-mot-mo-lop-hoc-so-1234.html")
    twins = Twins()
    assert [twins.holds_back(lead) for lead in (first, second, first)] == [False, True, False]
    for other in (
        replace(second, url="https://a.example/tin/xa-mot-mo-lop-hoc-so-1235.html"),
        replace(second, title="Xã mở lớp học số thứ hai"),
        replace(second, feed_date=NOW - timedelta(days=3)),
        replace(second, feed_date=None),
    ):
        assert not twins.holds_back(other)
    assert twins.let_go(second) is None  # it was never asked for
    assert twins.let_go(first) == second
    assert not twins.holds_back(second)
    assert twins.let_go(second) is None


def test_the_front_page_takes_the_place_of_what_is_empty_or_stale() -> None:
    old = Lead(url="https://a.example/a", role="article", found_by="feed", feed_date=NOW - timedelta(days=40))
    assert stale_days([old, replace(old, feed_date=NOW - timedelta(days=20))], NOW) == 20
    assert stale_days([replace(old, feed_date=NOW - timedelta(days=3))], NOW) is None
    assert stale_days([replace(old, feed_date=None)], NOW) is None
    for leads, counts_age, has_new, is_due in (
        ([], False, False, True),
        ([old], True, False, True),
        ([old], True, True, False),
        ([old], False, False, False),
    ):
        tally = Tally()
        tally.entries.update(asked=1, answered=1)
        judge = Replacement(tally, [], counts_age=counts_age)
        judge.note(leads, is_unchanged=False, has_new=has_new)
        assert judge.is_due() is is_due
        assert not judge.is_due() or not is_due  # said once
        judge.note_front_page(2)
        assert (tally.replaced is not None) is is_due


@pytest.mark.parametrize(
    ("kept", "is_old", "state"),
    [(0, False, "failing"), (1, False, "ok"), (0, True, "ok")],  # nothing came; one was there unchanged; they were gone before
)
def test_a_quiet_visit_is_no_failure(kept: int, is_old: bool, state: str) -> None:
    tally = Tally()
    tally.entries.update(asked=1, answered=1, leads=20, articles_kept=kept)
    for _ in range(3):
        tally.note_failure("HTTP 404 (not found)", is_entry=False, is_old=is_old)
    assert judge_cycle(tally, 0, None, {})[0] == state
    assert "404" in str(judge_cycle(tally, 0, None, {})[1])
