"""Answers that bend HTTP: lengths, encodings, statuses and redirects that lie, and connections that hang."""

from __future__ import annotations

import asyncio
import gzip
import json
import ssl
import warnings
import zlib
from pathlib import Path

from tests.hostile_web import tricks
from tests.hostile_web.certificates import make_server
from tests.hostile_web.farm import Expected, Farm, bad_path, with_bad
from tests.hostile_web.server import Answer, Asked, Site, Trick, Writer, send
from tests.web import article_html, feed_xml

HTML = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"


def add_answers(farm: Farm, folder: Path) -> None:
    _add_bombs(farm)
    _add_lengths(farm)
    _add_miscounted(farm)
    _add_statuses(farm)
    _add_redirects(farm)
    _add_busy(farm)
    _add_strange_but_good(farm)
    _add_tls(farm, folder)


def _add_bombs(farm: Farm) -> None:
    pages: dict[str, Answer | Trick] = {
        bad_path("deflate"): tricks.packed(tricks.deflate_bomb(400), "deflate"),
        bad_path("zstd"): tricks.packed(tricks.zstd_bomb(400), "zstd"),
        bad_path("hai-lop"): tricks.packed(gzip.compress(tricks.gzip_bomb(400)), "gzip", "gzip"),
    }
    with_bad(farm, "bom-khac", pages, Expected(cause="unpacks to more than"))


def _add_lengths(farm: Farm) -> None:
    async def too_long(asked: Asked, writer: Writer) -> None:
        writer.write(HTML + b"Content-Length: 90000\r\n\r\n<html><body><p>ngan")
        await writer.drain()
        writer.close()

    async def two_lengths(asked: Asked, writer: Writer) -> None:
        writer.write(HTML + b"Content-Length: 5\r\nContent-Length: 7\r\n\r\nxin chao")
        await writer.drain()
        writer.close()

    async def chunk_trickle(asked: Asked, writer: Writer) -> None:
        writer.write(HTML + b"Transfer-Encoding: chunked\r\n\r\n")
        while True:
            writer.write(b"1\r\nx\r\n")
            await writer.drain()
            await asyncio.sleep(0.3)

    async def endless_chunk_head(asked: Asked, writer: Writer) -> None:
        writer.write(HTML + b"Transfer-Encoding: chunked\r\n\r\n1;")
        while True:
            writer.write(b"x" * 65_536)
            await writer.drain()

    async def many_cookies(asked: Asked, writer: Writer) -> None:
        writer.write(HTML + b"".join(b"Set-Cookie: c%d=1\r\n" % n for n in range(10_000)) + b"Content-Length: 2\r\n\r\nok")
        await writer.drain()

    pages: dict[str, Answer | Trick] = {
        bad_path("dai-hon"): too_long,
        bad_path("hai-do-dai"): two_lengths,
        bad_path("khuc-dai"): endless_chunk_head,
        bad_path("banh-quy"): many_cookies,
    }
    with_bad(farm, "do-dai", pages, Expected(cause="articles: "))
    with_bad(farm, "khuc-nho-giot", {bad_path("khuc"): chunk_trickle}, Expected(cause="timed out"))


def _add_miscounted(farm: Farm) -> None:
    """Lengths that are wrong: what breaks off by them is no article, what is there to its last tag is one."""

    def said(length: str, body: bytes, *, ends: bool) -> Trick:
        async def answer(asked: Asked, writer: Writer) -> None:
            writer.write(HTML + length.encode() + b"\r\n\r\n" + body)
            await writer.drain()
            if ends:
                writer.close()

        return answer

    half = article_html(farm.number()).encode()
    site = with_bad(farm, "dem-thieu", {bad_path("nua"): said(f"Content-Length: {len(half) // 2}", half, ends=False)}, Expected())
    farm.expected[site.id].cause = "the page breaks off"
    site = Site("dem-thua")
    good = farm.articles(site, 2)
    pages = [page.body for page in (site.pages[path] for path in good) if isinstance(page, Answer)]
    site.pages[good[0]] = said(f"Content-Length: {len(pages[0]) + 9}", pages[0], ends=True)
    site.pages[good[1]] = said("Transfer-Encoding: chunked", b"%x\r\n%s\r\n" % (len(pages[1]), pages[1]), ends=True)
    farm.add(site, Expected(good=set(good)))
    site = Site("nen-nham-ten")
    good = farm.articles(site, 3)
    first, second, third = (page.body for page in (site.pages[path] for path in good) if isinstance(page, Answer))
    site.pages[good[0]] = Answer(gzip.compress(first), headers={"Content-Encoding": "br"})
    site.pages[good[1]] = Answer(second, headers={"Content-Encoding": "zstd"})
    site.pages[good[2]] = Answer(b"<html><body></body></html>" + third)
    farm.add(site, Expected(good=set(good)))
    site = Site("rss-json")
    good = farm.articles(site, 2, feed=False)
    site.pages["/rss.xml"] = Answer(json.dumps({"items": [{"url": path} for path in good]}).encode(), kind="application/feed+json")
    farm.add(site, Expected(good=set(good)))


def _add_statuses(farm: Farm) -> None:
    async def bare(asked: Asked, writer: Writer) -> None:
        writer.write(article_html(9998).encode())  # HTTP/0.9
        await writer.drain()
        writer.close()

    def raw(line: bytes) -> Trick:
        async def answer(asked: Asked, writer: Writer) -> None:
            writer.write(line + b"\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nok")
            await writer.drain()
            writer.close()

        return answer

    pages: dict[str, Answer | Trick] = {
        bad_path("999"): Answer(b"khong", 999),
        bad_path("204"): Answer(b"", 204),
        bad_path("206"): Answer(article_html(9997).encode()[:900], 206),
        bad_path("451"): Answer(b"", 451),
    }
    with_bad(farm, "ma-la", pages, Expected(cause="articles: HTTP "))
    strange: dict[str, Answer | Trick] = {
        bad_path("0-9"): bare,
        bad_path("101"): raw(b"HTTP/1.1 101 Switching Protocols"),
        bad_path("chu"): raw(b"HTTP/1.1 abc Khong"),
        bad_path("am"): raw(b"HTTP/1.1 -200 OK"),
    }
    with_bad(farm, "dong-dau-la", strange, Expected(cause="articles: "))
    unasked = Site("chua-hoi-da-304", anything=Answer(b"", 304))
    unasked.pages["/robots.txt"] = Answer(b"", 404)
    farm.add(unasked, Expected("failing", "not modified, says the server"))
    with_bad(farm, "bai-304", {bad_path("304"): Answer(b"", 304)}, Expected(cause="not modified, says the server"))


def _add_redirects(farm: Farm) -> None:
    away = farm.forbidden.url
    places = {
        "data": "data:text/html,<h1>x</h1>",
        "js": "javascript:alert(1)",
        "ftp": "ftp://127.0.0.1/x",
        "trong": "",
        "hong": "http://[::1/",
        "byte": b"/\xff\xfe\xfd".decode("latin-1"),
        "user": away.replace("//", "//a:b@") + "/x",
        "v6": f"http://[::ffff:127.0.0.1]:{farm.forbidden.port}/x",
        "nat": f"http://[64:ff9b::7f00:1]:{farm.forbidden.port}/x",
        "khong": f"http://0.0.0.0:{farm.forbidden.port}/x",
        "bat": f"http://0177.0.0.1:{farm.forbidden.port}/x",
        "hex": f"http://0x7f.1:{farm.forbidden.port}/x",
        "cham": f"http://127.0.0.1.:{farm.forbidden.port}/x",
        "cuoi": f"http://127.0.0.1:{farm.forbidden.port}\\@localhost/x",
    }
    for half, names in enumerate((list(places)[:7], list(places)[7:])):  # so many failures in a row would end one site's cycle
        pages: dict[str, Answer | Trick] = {bad_path(name): tricks.redirect(places[name]) for name in names}
        with_bad(farm, f"chuyen-la-{half}", pages, Expected(cause="articles: "), count=4)


def _add_busy(farm: Farm) -> None:
    """Retry-After that says nothing, or something long past: asked again all the same, and soon."""
    for name, said in (
        ("hen-da-qua", "Fri, 01 Jan 1999 00:00:00 GMT"),
        ("hen-am", "-5"),
        ("hen-nham", "mai nhé".encode().decode("latin-1")),
        ("hen-tran", "Fri, 31 Dec 9999 23:59:59 -99999999999999"),
    ):
        site = Site(name)
        paths = farm.articles(site, 2)
        calm = site.pages[paths[0]]

        async def once(asked: Asked, writer: Writer, site: Site = site, calm: Answer | Trick = calm, said: str = said) -> None:
            first = site.paths().count(asked.path) == 1
            answer = Answer(b"", 503, headers={"Retry-After": said}) if first else calm
            assert isinstance(answer, Answer)
            await send(writer, answer)

        site.pages[paths[0]] = once
        farm.add(site, Expected(good=set(paths)))
    far = Site(
        "hen-xa", {"/robots.txt": Answer(b"", 404)}, anything=Answer(b"", 503, headers={"Retry-After": "Fri, 31 Dec 9999 23:59:59 GMT"})
    )
    farm.add(far, Expected("failing", "HTTP 503"))


def _add_strange_but_good(farm: Farm) -> None:
    """Good pages in answers that a strict reader would throw away."""
    site = Site("la-ma-tot")
    paths = farm.articles(site, 8)
    bodies = [page.body for path in paths if isinstance(page := site.pages[path], Answer)]

    def raw(head: bytes, body: bytes) -> Trick:
        async def answer(asked: Asked, writer: Writer) -> None:
            writer.write(head + b"\r\n" + body)
            await writer.drain()
            writer.close()

        return answer

    text = bodies[6].decode()
    site.pages |= {
        paths[0]: raw(b"HTTP/1.0 200\r\nContent-Type: text/html\r\n", bodies[0]),  # no length, no reason
        paths[1]: raw(HTML + b"dong khong co hai cham\r\nX-Trong:\r\n", bodies[1]),
        paths[2]: Answer(bodies[2], headers={"Content-Encoding": "gzip"}),  # it is not packed
        paths[3]: Answer(zlib.compress(bodies[3]), headers={"Content-Encoding": "DEFLATE"}),
        paths[4]: Answer(bodies[4], kind="text/html; charset=klingon; charset="),
        paths[5]: Answer(bodies[5].replace(b"<p>", b"\x00<p>\x00"), headers={"Last-Modified": "hom qua", "ETag": '"' + "e" * 9000 + '"'}),
        paths[6]: Answer(text.replace('charset="utf-8"', 'charset="utf-16"').encode("utf-16")),
        paths[7]: Answer(bodies[7], headers={"Refresh": f"0; url={farm.forbidden.url}/", "Content-Disposition": "attachment"}),
    }
    farm.add(site, Expected(good=set(paths)))


def _add_tls(farm: Farm, folder: Path) -> None:
    old = make_server(folder).context
    old.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1
    site = Site("tls-cu", tls=old)
    farm.articles(site, 1)
    farm.add(site, Expected("failing", "TLS failure"))
    mute = Site("tls-cam-lang", says_https=True)
    mute.serve = tricks.mute  # type: ignore[method-assign]
    farm.add(mute, Expected("failing", "timed out"))
    site = Site("hai-lan-mot-luc")
    paths = farm.articles(site, 3)
    feed = feed_xml("", paths)

    async def with_a_guest(asked: Asked, writer: Writer) -> None:
        """A second, forged answer behind the first, for whoever asks next on this connection."""
        forged = article_html(9996).encode()
        head = b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
        writer.write(head % (b"application/rss+xml", len(feed)) + feed + head % (b"text/html", len(forged)) + forged)
        await writer.drain()

    site.pages["/rss.xml"] = with_a_guest
    farm.add(site, Expected(good=set(paths)))
