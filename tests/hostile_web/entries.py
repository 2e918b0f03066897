"""Feeds, sitemaps, robots.txt and front pages that lie, break off, go in circles or are written carelessly."""

from __future__ import annotations

import gzip

from tests.hostile_web import tricks
from tests.hostile_web.farm import RSS, Expected, Farm
from tests.hostile_web.server import Answer, Asked, Site, Writer, send
from tests.web import article_html, feed_xml, listing_html

XML = "application/xml"


def add_entries(farm: Farm) -> None:
    _add_careless_feeds(farm)
    _add_feed_bombs(farm)
    _add_careless_sitemaps(farm)
    _add_sitemap_mazes(farm)
    _add_rule_books(farm)
    _add_front_pages(farm)
    _add_links(farm)


def _site(farm: Farm, name: str, count: int = 3, extra: str = "") -> tuple[Site, list[str]]:
    site = Site(name, extra=extra)
    return site, farm.articles(site, count, feed=False)


def _add_careless_feeds(farm: Farm) -> None:
    def add(name: str, body: bytes, paths: list[str], site: Site, kind: str = RSS) -> None:
        site.pages["/rss.xml"] = Answer(body, kind=kind)
        farm.add(site, Expected(good=set(paths)))

    site, paths = _site(farm, "rss-bom")
    add("rss-bom", b"\xef\xbb\xbf \n" + feed_xml("", paths), paths, site)
    site, paths = _site(farm, "rss-nen")  # packed, and nobody says so
    add("rss-nen", gzip.compress(feed_xml("", paths)), paths, site, "application/x-gzip")
    site, paths = _site(farm, "rss-utf16")
    add("rss-utf16", feed_xml("", paths).decode().replace("utf-8", "utf-16").encode("utf-16"), paths, site)
    site, paths = _site(farm, "rss-nham-chu")  # UTF-8 that calls itself something else, in its head and in itself
    declared = b'<?xml version="1.0" encoding="iso-8859-1"?>' + feed_xml("", paths).partition(b"?>")[2]
    add("rss-nham-chu", declared, paths, site, "text/xml; charset=us-ascii")
    site, paths = _site(farm, "rss-thuc-the-html")
    named = feed_xml("", paths).replace(b"<title>", b"<title>&nbsp;&aacute;&hellip; ")
    add("rss-thuc-the-html", named, paths, site)
    site, paths = _site(farm, "rss-ngay-la")
    days = (b"Thu, 31 Dec 9999 23:59:59 -1400", b"0001-01-01T00:00:00+14:00", b"Mon, 01 Sep 2025 08:00:00 +99999999999999999999")
    strange = feed_xml("", paths)
    for day in days:
        begin = strange.index(b"<pubDate>" + b"Mon") if b"<pubDate>Mon" in strange else strange.index(b"<pubDate>")
        end = strange.index(b"</pubDate>", begin)
        strange = strange[:begin] + b"<pubdate>" + day + b"</pubdate>" + strange[end + 10 :]
    add("rss-ngay-la", strange, paths, site)


def _add_feed_bombs(farm: Farm) -> None:
    deep = b'<?xml version="1.0"?><rss version="2.0"><channel>' + b"<item>" * 60_000
    wide = b'<rss version="2.0"><channel><item ' + b" ".join(b'a%d="x"' % n for n in range(100_000)) + b"/></channel></rss>"
    types = b'<?xml version="1.0"?>' + b"<!DOCTYPE" * 150_000
    for name, body in (("rss-sau", deep), ("rss-rong", wide), ("rss-kieu", types)):
        farm.add(Site(name, {"/rss.xml": Answer(body, kind=RSS)}), Expected("failing"))
    site, paths = _site(farm, "rss-chin-nghin")
    many = [*paths, *(f"/tin/bai-khong-con-o-day-nua-{n:06d}.html" for n in range(9_000))]
    farm.feed(site, many)
    farm.add(site, Expected("failing", "HTTP 404", good=set(paths)))


def _sitemap(site: Site, urls: list[str], after: str = "</urlset>", joined: str = "") -> bytes:
    entries = joined.join(f"<url><loc>{site.url}{url}</loc><lastmod>2025-09-01</lastmod></url>" for url in urls)
    return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}{after}'.encode()


def _add_careless_sitemaps(farm: Farm) -> None:
    place = 'sitemaps = ["{url}/sitemap.xml"]\nfeeds = []'
    site, paths = _site(farm, "so-do-va", extra=place)
    site.pages["/xem.aspx?muc=2&tin=700123"] = Answer(article_html(farm.number()).encode())
    farm.add(site, Expected(good={*paths, "/xem.aspx?muc=2&tin=700123"}))
    site.pages["/sitemap.xml"] = Answer(_sitemap(site, ["/xem.aspx?muc=2&tin=700123", *paths], joined="&nbsp;\xff"), kind=XML)
    site, paths = _site(farm, "so-do-cut", extra='sitemaps = ["{url}/sitemap.xml.gz"]\nfeeds = []')
    farm.add(site, Expected(cause="cut off", good=set(paths), never=("/tin/bai-cut",)))
    whole = gzip.compress(_sitemap(site, paths, f"<url><loc>{site.url}/tin/bai-cut-ngang-giua-chung-12"))
    site.pages["/sitemap.xml.gz"] = Answer(whole[:-8], kind="application/gzip")
    site, paths = _site(farm, "so-do-nhieu", extra=place)
    farm.add(site, Expected("failing", "HTTP 404", good=set(paths)))
    gone = [f"/tin/bai-cu-da-go-khoi-trang-so-{n}-tu-lau-roi.html" for n in range(12_001)]
    newest = _sitemap(site, paths).replace(b"2025-09-01", b"2025-11-01")
    site.pages["/sitemap.xml"] = Answer(newest.replace(b"</urlset>", _sitemap(site, gone).partition(b'0.9">')[2]), kind=XML)


def _add_sitemap_mazes(farm: Farm) -> None:
    """Indexes that name themselves, one another, and ever new ones."""
    site, paths = _site(farm, "so-do-vong", extra='sitemaps = ["{url}/sitemap.xml"]\nfeeds = []')
    farm.add(site, Expected(good=set(paths)))

    def index(*names: str) -> Answer:
        entries = "".join(f"<sitemap><loc>{site.url}/{name}</loc></sitemap>" for name in names)
        return Answer(f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</sitemapindex>'.encode(), kind=XML)

    site.pages["/sitemap.xml"] = index("sitemap.xml", "a.xml", "bai.xml", "sau-0.xml")
    site.pages["/a.xml"] = index("sitemap.xml", "a.xml")
    site.pages["/bai.xml"] = Answer(_sitemap(site, paths), kind=XML)

    async def deeper(asked: Asked, writer: Writer) -> None:
        number = len(site.asked)
        await send(writer, index(*(f"sau-{number}-{n}.xml" for n in range(2))))

    site.anything = deeper
    site.pages["/robots.txt"] = Answer(b"", 404)


def _add_rule_books(farm: Farm) -> None:
    away = farm.forbidden.url
    rules = "User-agent: *\nDisallow: /tin/kin-\n"
    for name, robots in (
        ("luat-vong", tricks.redirect("/robots.txt")),
        ("luat-noi-khac", tricks.redirect(f"{away}/robots.txt")),
        ("luat-utf16", Answer(rules.encode("utf-16"), kind="text/plain")),
        ("luat-bom", Answer(b"\xef\xbb\xbf" + rules.encode(), kind="text/plain")),
        (
            "luat-so-la",
            Answer(b"User-agent: *\nCrawl-delay: nan\nCrawl-delay: -5\nDisallow: /tin/kin-\nSitemap: javascript:x\n", kind="text/plain"),
        ),
        ("luat-401", Answer(b"", 401)),
    ):
        site, paths = _site(farm, name)
        obeyed = name in {"luat-utf16", "luat-bom", "luat-so-la"}
        site.pages["/robots.txt"] = robots
        farm.feed(site, [*paths, *(["/tin/kin-bai-khong-duoc-hoi-den-123456.html"] if obeyed else [])])
        farm.add(site, Expected(cause="robots.txt forbids it" if obeyed else "", good=set(paths), never=("/tin/kin-",)))
    stuck = Site("luat-treo", {"/robots.txt": tricks.silence})
    farm.articles(stuck, 1)
    farm.add(stuck, Expected("failing", "robots.txt cannot be had: timed out", never=("/tin/",)))


def _add_front_pages(farm: Farm) -> None:
    """Front pages that send their reader on, feeds that are empty while the front page has the news."""
    for name, sent in (
        ("chuyen-meta", '<meta http-equiv="Refresh" content="0; URL=/trang-chu">'),
        ("chuyen-js", "<script>window.location.href = '/trang-chu';</script>"),
    ):
        site, paths = _site(farm, name, extra="feeds = []")
        site.pages["/"] = Answer(f"<html><head>{sent}</head><body></body></html>".encode())
        site.pages["/trang-chu"] = Answer(listing_html(paths, None))
        farm.add(site, Expected(good=set(paths)))
    away = f'<html><head><meta http-equiv="refresh" content="0;url={farm.forbidden.url}/"></head></html>'.encode()
    farm.add(Site("chuyen-ra-ngoai", {"/": Answer(away)}, extra="feeds = []"), Expected("failing", "moved"))
    circle = Site("chuyen-vong", extra="feeds = []")

    async def on_and_on(asked: Asked, writer: Writer) -> None:
        here = f'<meta http-equiv="refresh" content="0;url=/?lan={len(circle.asked)}">'
        await send(writer, Answer(f"<html><head>{here}</head></html>".encode()))

    circle.anything = on_and_on
    circle.pages["/robots.txt"] = Answer(b"", 404)
    farm.add(circle, Expected("failing", "no links found"))
    site, paths = _site(farm, "rss-rong-trang-chu-day")
    farm.feed(site, [])
    site.pages["/"] = Answer(listing_html(paths, None))
    farm.add(site, Expected(cause="the front page takes their place", good=set(paths)))


def _add_links(farm: Farm) -> None:
    """A listing whose links are written in every way there is."""
    site, paths = _site(farm, "lien-ket-kieu-la", 5, extra='sections = ["{url}/muc/tin"]')
    farm.add(site, Expected(good=set(paths), never=("/tin/dai-", "/tin/x-")))
    host, away = site.url.partition("//")[2], farm.forbidden.url.partition("//")[2]
    first, second, third, fourth, fifth = paths
    hrefs = [
        f"HTTP://{host}{first}",
        f"//{host}{second}",
        f"\n  ../..{third}\t ",
        f"http://{host}/tin/./x/../{fourth.rpartition('/')[2]}",
        f"{fifth}#binh-luan",
        f"http://ai:gi@{host}/@/bai-viet-co-ten-nguoi-123456.html",
        f"http://{host}\\@{away}/tin/x-mot-bai-viet-nao-do-123456.html",
        f"http:\\\\{away}\\tin\\x-mot-bai-viet-nao-do-123457.html",
        f"http://{away}#@{host}/tin/x-mot-bai-viet-nao-do-123458.html",
        f"http://{host}@{away}/tin/x-mot-bai-viet-nao-do-123459.html",
        "http://127.0.0.1%2f@x/tin/x-mot-bai-viet-nao-do-123460.html",
        "http://[::ffff:127.0.0.1%25lo]/tin/x-mot-bai-viet-nao-do-123461.html",
        "http://１２７.0.0.1/tin/x-mot-bai-viet-nao-do-123462.html",
        "/tin/dai-" + "x" * 8000 + "-mot-bai-viet-123463.html",
        "&#0;/tin/\U0001f600-mot-bai-viet-khong-co-that-123464.html",
    ]
    items = "".join(f'<li><h3><a href="{href}">Xã đưa thủ tục hành chính lên mạng số {n}</a></h3></li>' for n, href in enumerate(hrefs))
    site.pages["/muc/tin"] = Answer(f"<html><body><ul>{items}</ul></body></html>".encode())
