"""What pages that lead to a withdrawn article say of it: gone, with all else where it was."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime

import pytest

from r57monitor.models import RawPage
from r57monitor.text.feeds import parse_feed, parse_sitemap
from warehouse.withheld import Withheld

GONE = "https://bao.example/tin/lap-tram-7.html"
STAYS = "https://bao.example/tin/mo-lop-8.html"
WITHHELD = Withheld(frozenset({GONE}))


def clean(body: str, kind: str = "application/rss+xml", role: str = "feed", packed: bool = False) -> str:
    raw = RawPage(
        url="https://bao.example/danh-sach",
        body=gzip.compress(body.encode()) if packed else body.encode(),
        fetched_at=datetime(2025, 8, 1, tzinfo=UTC),
        source_id="bao",
        content_type=kind,
        role=role,  # type: ignore[arg-type]
    )
    after, _, withdrawn = WITHHELD.clean_page(raw, None)
    assert not withdrawn
    return after.body.decode() if after.body[:2] != b"\x1f\x8b" else gzip.decompress(after.body).decode()


def rss(*items: str) -> str:
    return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Tin</title>{"".join(items)}</channel></rss>'


TOLD = "<pubDate>Fri, 01 Aug 2025 08:00:00 +0700</pubDate>"
OTHER = f"<item><title>Mở lớp học số</title><link>{STAYS}</link>{TOLD}<description>Bà con đến lớp</description></item>"


@pytest.mark.parametrize(
    "item",
    [
        f"<item><title>Lắp trạm ở bản</title><link>{GONE}</link>{TOLD}<description>Tháng tám lắp trạm</description></item>",
        f"<item><title><![CDATA[Lắp trạm]]></title>{TOLD}<content:encoded><![CDATA[<p>lắp trạm <link>x</p>]]></content:encoded>"
        f'<guid isPermaLink="true"><![CDATA[{GONE}]]></guid></item>',
        f"<item><link>\n {GONE}?utm_source=rss&amp;utm_medium=x \n</link>{TOLD}<title>Lắp trạm</title>",  # never closed
        f"<item><title>Lắp & trạm</title><link>/tin/lap-tram-7.html</link>{TOLD}</item>",
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_a_feed_says_nothing_of_it(item: str, packed: bool) -> None:
    for body in (rss(item, OTHER), rss(OTHER, item)):
        after = clean(body, packed=packed)
        assert "rạm" not in after
        assert OTHER in after
        entries = {e.url: (e.title, e.published) for e in parse_feed(after.encode(), "https://bao.example/")}
        assert [url.partition("?")[0] for url in sorted(entries)] == [GONE, STAYS]
        assert all(published for _, published in entries.values())


def test_an_atom_feed_and_a_news_sitemap() -> None:
    atom = f"""<feed xmlns="http://www.w3.org/2005/Atom"><title>Tin</title><entry><title>Lắp trạm</title>
      <link rel="alternate" href="{GONE}"/><updated>2025-08-01T08:00:00+07:00</updated><summary>Lắp trạm</summary></entry></feed>"""
    after = clean(atom, "application/atom+xml")
    assert "trạm" not in after
    assert [e.url for e in parse_feed(after.encode())] == [GONE]
    news = f"""<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
      <url><loc>{GONE}</loc><news:news>
      <news:publication_date>2025-08-01</news:publication_date><news:title>Lắp trạm</news:title></news:news>
      </url><url><loc>{STAYS}</loc></url></urlset>"""
    after = clean(news, "application/xml", "sitemap")
    assert "trạm" not in after
    assert [e.url for e in parse_sitemap(after.encode()).entries] == [GONE, STAYS]


def test_feeds_in_json() -> None:
    items = [
        {"id": 7, "link": GONE, "date_gmt": "2025-08-01T01:00:00", "title": {"rendered": "Lắp trạm"}, "content": {"rendered": "trạm"}},
        {"id": 8, "link": STAYS, "date_gmt": "2025-08-01T01:00:00", "title": {"rendered": "Mở lớp"}},
    ]
    after = json.loads(clean(json.dumps(items, ensure_ascii=False), "application/json"))
    assert after == [{"id": 7, "link": GONE, "date_gmt": "2025-08-01T01:00:00"}, items[1]]


def test_a_listing_loses_the_teaser_and_keeps_the_way() -> None:
    def card(address: str, title: str) -> str:
        return (
            f'<li><a href="{address}"><img src="a.jpg" alt="{title}"></a><h3><a title="{title}" href="{address}">{title}</a></h3>'
            f"<p>{title} như thế nào?</p></li>"
        )

    listing = f"<html><body><h2>Tin mới</h2><ul>{card('/tin/lap-tram-7.html', 'Lắp trạm')}{card(STAYS, 'Mở lớp')}</ul></body></html>"
    after = clean(listing, "text/html", "listing")
    assert "trạm" not in after
    assert "/tin/lap-tram-7.html" in after
    assert card(STAYS, "Mở lớp") in after
    assert "Tin mới" in after
    only = clean(f"<html><body><p>Tin:</p> <a href='{GONE}'>Lắp trạm</a> và nhiều nữa</body></html>", "text/html", "listing")
    assert "Lắp trạm" not in only


@pytest.mark.parametrize("role", ["feed", "listing", "article"])
def test_what_does_not_lead_to_it_stays_byte_for_byte(role: str) -> None:
    for body in (rss(OTHER), f"<p>Xem thêm: {GONE}</p>", '{"x": "lap-tram-7.html"', "lap-tram-7.html", ""):
        assert clean(body, role=role) == body


def test_another_article_keeps_its_page() -> None:
    page = f'<html><body><p>Bài khác.</p><a href="{GONE}">Lắp trạm</a></body></html>'
    assert clean(page, "text/html", "article") == page
