"""Front pages and listings that name their articles in every way but a plain link, or two pages away."""

from __future__ import annotations

import json

from tests.hostile_web import tricks
from tests.hostile_web.farm import RSS, Expected, Farm
from tests.hostile_web.server import Answer, Site
from tests.web import article_html, listing_html

NO_FEEDS = "feeds = []"


def add_fronts(farm: Farm) -> None:
    _add_sections(farm)
    _add_data(farm)
    _add_pieces(farm)
    _add_clicks(farm)
    _add_challenged(farm)
    _add_twins(farm)


def _page(inside: str) -> Answer:
    return Answer(f'<html><head><meta charset="utf-8"></head><body>{inside}</body></html>'.encode())


def _add_sections(farm: Farm) -> None:
    """Nothing but a menu on the front page: by what its sections are named, by where they stand, or in a frame."""
    away = f'<a href="{farm.forbidden.url}/chuyen-doi-so">Khoa học</a><a href="/dang-nhap">Đăng nhập</a><a href="/lien-he">Liên hệ</a>'
    for name, menu in (
        ("muc-co-ten", '<a href="/muc/mot">Thời sự</a><a href="/muc/hai">Chuyển đổi số</a>'),
        ("muc-trong-menu", '<ul class="main-menu"><li><a href="/muc/mot">Trong vùng</a></li><li><a href="/muc/hai">Bạn đọc</a></li></ul>'),
        ("muc-trong-khung", '<iframe src="/muc/mot"></iframe><iframe src="/muc/hai"></iframe>'),
    ):
        site = Site(name, extra=NO_FEEDS)
        paths = farm.articles(site, 4, feed=False)
        site.pages["/"] = _page(away + menu)
        site.pages["/muc/mot"] = Answer(listing_html(paths[:2], None))
        site.pages["/muc/hai"] = Answer(listing_html(paths[2:], None))
        farm.add(site, Expected(good=set(paths), never=("/dang-nhap", "/lien-he")))


def _add_data(farm: Farm) -> None:
    """Articles that only the data for a page's scripts names."""
    for name in ("du-lieu-next", "du-lieu-ld", "du-lieu-nuxt"):
        site = Site(name, extra=NO_FEEDS)
        paths = farm.articles(site, 3, feed=False)
        rows = [{"title": "Xã đưa thủ tục hành chính lên mạng", "url": path} for path in [*paths, f"{farm.forbidden.url}{paths[0]}"]]
        if name == "du-lieu-next":
            data = json.dumps({"props": {"list": rows, "menu": [{"title": "Liên hệ", "url": "/lien-he"}]}})
            site.pages["/"] = _page(f'<div id="__next"></div><script id="__NEXT_DATA__" type="application/json">{data}</script>')
        elif name == "du-lieu-ld":
            data = json.dumps({"@type": "ItemList", "itemListElement": [{"@type": "ListItem", **row} for row in rows]})
            site.pages["/"] = _page(f'<script type="application/ld+json">{data}</script>')
        else:
            words = ",".join(f'{{t:a,u:"{path}"}}'.replace("/", "\\u002F") for path in paths)
            site.pages["/"] = _page(f"<script>window.__NUXT__=(function(a){{return[{words}]}}('x'))</script>")
        farm.add(site, Expected(good=set(paths), never=("/lien-he",)))


def _add_pieces(farm: Farm) -> None:
    """Listings that go on by a button: pieces of markup counted on, and answers in JSON."""
    site = Site("xem-them", extra='sections = ["{url}/muc"]')
    paths = farm.articles(site, 6, feed=False)
    button = '<a class="btn-viewmore" href="javascript:;" data-url="/them/18/2.htm">Xem thêm</a>'
    site.pages["/muc"] = Answer(listing_html(paths[:2], None).replace(b"</ul>", f"</ul>{button}".encode()))
    for number in (2, 3):
        piece = listing_html(paths[2 * number - 2 : 2 * number], None)
        site.pages[f"/them/18/{number}.htm"] = Answer(piece[piece.index(b"<ul") : piece.index(b"</ul>") + 5])
    site.pages["/them/18/4.htm"] = Answer(b"")
    farm.add(site, Expected(good=set(paths)))
    site = Site("xem-them-json", extra='sections = ["{url}/muc"]')
    paths = farm.articles(site, 4, feed=False)
    button = f'<button data-url="{farm.forbidden.url}/them" class="load-more">Xem</button><button hx-get="/them?page=2">Xem thêm</button>'
    site.pages["/muc"] = Answer(listing_html(paths[:2], None).replace(b"</ul>", f"</ul>{button}".encode()))
    markup = listing_html(paths[2:3], None).decode().partition("<ul>")[2].partition("</ul>")[0]
    rows = [{"link": paths[3], "tieu_de": "Xã đưa thủ tục hành chính lên mạng"}]
    site.pages["/them?page=2"] = Answer(json.dumps({"html": markup, "data": rows}).encode(), kind="application/json")
    site.pages["/them?page=3"] = Answer(b'{"html": "", "data": []}', kind="application/json")
    farm.add(site, Expected(good=set(paths)))


def _add_clicks(farm: Farm) -> None:
    site = Site("bam-vao-bai", extra='sections = ["{url}/muc"]')
    paths = farm.articles(site, 3, feed=False)
    head = "<h3>Xã đưa thủ tục hành chính lên mạng</h3><p>Sáng nay xã mở bàn hướng dẫn bà con ở nhà văn hóa.</p>"
    clicks = (f"window.location.href='{paths[0]}'", f"window.open('{paths[1]}')", "xoa('/tin/khong-phai-bai-nao-ca-123456.html')")
    items = "".join(f'<div onclick="{click}">{head}</div>' for click in clicks)
    site.pages["/muc"] = _page(f'{items}<a href="javascript:void(0)" data-href="{paths[2]}">{head}</a>')
    farm.add(site, Expected(good=set(paths), never=("/tin/khong",)))


def _add_challenged(farm: Farm) -> None:
    """A guard's page is one whatever its status; packing that few can undo comes all the same."""
    guard = b"<html><head><title>Just a moment...</title></head><body><script>var _cf_chl_opt</script></body></html>"
    site = Site("thu-thach-503", {"/robots.txt": Answer(b"", 404)}, anything=Answer(guard, 503))
    farm.add(site, Expected("failing", "challenge"))
    site = Site("nen-brotli")
    paths = farm.articles(site, 1)
    site.pages[paths[0]] = tricks.packed(tricks.brotli_packed(article_html(int(paths[0][-11:-5])).encode()), "br")
    farm.add(site, Expected(good=set(paths)))


def _add_twins(farm: Farm) -> None:
    """Articles listed under two sections, each with its own address; of one the first is gone."""
    site = Site("hai-muc-mot-bai")
    paths = farm.articles(site, 3, feed=False)
    others = [path.replace("/tin/", "/khac/") for path in paths[:2]] + [paths[2].replace("/tin/", "/so/")]
    site.pages |= dict(zip(others, [site.pages[path] for path in paths], strict=True))
    del site.pages[paths[2]]
    items = "".join(
        f"<item><title>Xã đưa thủ tục lên mạng đợt {n}</title><link>{path}</link><pubDate>Mon, 01 Sep 2025 08:00:00 +0700</pubDate></item>"
        for n, pair in enumerate(zip(paths, others, strict=True))
        for path in pair
    )
    site.pages["/rss.xml"] = Answer(f'<rss version="2.0"><channel><title>x</title>{items}</channel></rss>'.encode(), kind=RSS)
    farm.add(site, Expected(good={*paths[:2], others[2]}, never=("/khac/",)))
