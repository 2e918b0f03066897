"""Sources that show their text by script: Chromium behind the filtering proxy, and nothing beside it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from r57monitor.models import Source
from spiders import chromium
from spiders.filter_proxy import FilterProxy
from tests.crawls import crawl, outcomes, rows
from tests.hostile_web.certificates import make_server
from tests.web import Page, Site, article_html, feed_xml, write_registry

SOURCE = Source(id="a", name="A", kind="portal", homepage="https://a.example/", browser=True)


def test_what_is_missing_is_said_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    assert chromium.browser_problem(Source(id="a", name="A", kind="portal", homepage="https://a.example/")) is None
    monkeypatch.setattr(chromium.importlib.util, "find_spec", lambda name: None)
    assert "r57monitor[browser]" in (chromium.browser_problem(SOURCE) or "")
    monkeypatch.setattr(chromium.importlib.util, "find_spec", lambda name: object())
    monkeypatch.setattr(chromium.shutil, "which", lambda name: None)
    assert "apt-get install chromium" in (chromium.browser_problem(SOURCE) or "")


def scripted(other: Site, n: int) -> bytes:
    """A page whose text its script brings, and which also tries to reach what it must not."""
    return f"""<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>Đang tải</title></head><body><div id="root"></div><script>
    fetch("/cam/kin.json").catch(() => 0);
    new Image().src = "{other.url}/theo-doi.gif";
    fetch("http://169.254.169.254/latest/meta-data/").catch(() => 0);
    fetch("http://127.0.0.1:22/").catch(() => 0);
    try {{ new WebSocket("ws://{other.host}/ws"); }} catch (e) {{}}
    navigator.sendBeacon("{other.url}/beacon", "x");
    fetch("/api/{n}.json").then(r => r.json()).then(data => {{
      document.title = data.title;
      document.getElementById("root").innerHTML =
        "<article><h1>" + data.title + "</h1>" + data.text.map(t => "<p>" + t + "</p>").join("") + "</article>";
    }});
    </script></body></html>""".encode()


@pytest.mark.slow
@pytest.mark.skipif(chromium.browser_problem(SOURCE) is not None, reason="needs the extra `browser` and Chromium")
def test_text_that_comes_by_script_is_read_and_nothing_else_is_reached(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with Site() as site, Site() as other:
        for n in (1, 2):
            text = [
                f"Thực hiện Nghị quyết số 57-NQ/TW, xã số {n} của tỉnh Lâm Đồng đã đưa {100 + n} thủ tục hành chính lên mạng.",
                f"Đến ngày 30/6/2025, tỷ lệ hồ sơ trực tuyến của tỉnh Lâm Đồng đạt {50 + n},5%, cao hơn cùng kỳ năm trước.",
                "Bà con được cán bộ hướng dẫn tận nhà, nhờ đó không phải đi lại nhiều lần như trước đây để nộp giấy tờ.",
            ]
            site.pages[f"/tin/xa-so-{n}-dua-thu-tuc-len-mang-00000{n}.html"] = Page(scripted(other, n))
            data = json.dumps({"title": f"Xã số {n} đưa {100 + n} thủ tục lên mạng", "text": text}, ensure_ascii=False)
            site.pages[f"/api/{n}.json"] = Page(data.encode(), content_type="application/json")
        paths = [f"/tin/xa-so-{n}-dua-thu-tuc-len-mang-00000{n}.html" for n in (1, 2)]
        links = "".join(f"<li><h3><a href='{path}'>Xã số {path[11]} đưa thêm thủ tục lên mạng</a></h3></li>" for path in paths)
        site.pages["/muc"] = Page(
            f"""<html><head><meta charset="utf-8"></head><body><ul id="l"></ul><script>
            document.getElementById("l").innerHTML = "{links}";</script></body></html>""".encode()
        )
        site.pages["/robots.txt"] = Page(b"User-agent: *\nDisallow: /cam/\n", content_type="text/plain")
        registry = write_registry(tmp_path / "r.toml", site, entry='sections = ["{url}/muc"]', extra="browser = true\nrecheck_days = 0")
        done = crawl(home, registry)
        assert other.asked == [], "the browser reached another host"
        paths = site.paths()
    assert done.state() == "ok", (done.cause(), done.errors[-500:])
    assert {"/api/1.json", "/api/2.json"} <= set(paths)
    assert "/cam/kin.json" not in paths, "robots.txt holds for scripts too"
    assert outcomes(home)["article"] == 2
    assert sorted(r[0] for r in rows(home, "SELECT mention FROM core.text_figures WHERE mention LIKE '5%,5%'")) == ["51,5%", "52,5%"]


@pytest.mark.slow
@pytest.mark.skipif(chromium.browser_problem(SOURCE) is not None, reason="needs the extra `browser` and Chromium")
@pytest.mark.parametrize("is_pinned", [True, False])
def test_a_pin_of_a_whole_certificate_holds_in_the_browser_too(tmp_path: Path, is_pinned: bool) -> None:
    own = make_server(tmp_path)
    path = "/tin/xa-so-1-dua-thu-tuc-len-mang-000001.html"
    with Site(own.context) as site:
        site.pages["/rss.xml"] = Page(feed_xml(site.url, [path]), content_type="application/rss+xml")
        site.pages[path] = Page(article_html(1).encode())
        pin = own.pin if is_pinned else "0" * 64
        registry = write_registry(tmp_path / "r.toml", site, extra=f'browser = true\ntls_pin = "{pin}"')
        done = crawl(tmp_path / "home", registry)
    assert done.state() == ("ok" if is_pinned else "failing"), (done.cause(), done.errors[-500:])
    assert (done.cause() or "").endswith("self-signed certificate") != is_pinned
    assert outcomes(tmp_path / "home").get("article", 0) == int(is_pinned)


@pytest.mark.slow
def test_a_source_is_visited_without_a_browser_unless_it_says_so(tmp_path: Path) -> None:
    with Site() as site, Site() as other:
        site.pages["/muc"] = Page(scripted(other, 1))
        crawl(tmp_path / "home", write_registry(tmp_path / "r.toml", site, entry='sections = ["{url}/muc"]'))
        assert "/api/1.json" not in site.paths()


async def _ask(proxy: FilterProxy, head: str) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(proxy.address.rpartition(":")[2]))
    writer.write(head.encode() + b"\r\n\r\n")
    await writer.drain()
    answer = await asyncio.wait_for(reader.read(-1), 20)
    writer.close()
    return answer


def test_the_proxy_lets_through_the_sources_own_host_and_port_only() -> None:
    async def run(site: Site, other: Site) -> tuple[list[bytes], list[str]]:
        own = frozenset({site.host})
        proxy, public = FilterProxy(own, own), FilterProxy(frozenset({"localhost", site.host}), frozenset())
        await proxy.start()
        await public.start()
        asked = [f"GET {site.url}/a HTTP/1.1\r\nHost: {site.host}", f"GET {other.url}/a HTTP/1.1", f"CONNECT {other.host} HTTP/1.1"]
        asked += ["GET http://169.254.169.254/ HTTP/1.1", "GET file:///etc/passwd HTTP/1.1", "CONNECT x:443 HTTP/1.1"]
        asked += [f"POST {site.url}/a HTTP/1.1"]
        answers = [await _ask(proxy, head) for head in asked]
        answers += [await _ask(public, f"GET {site.url}/a HTTP/1.1"), await _ask(public, "GET http://localhost/ HTTP/1.1")]
        refused = [*proxy.refused, *public.refused]
        proxy.close()
        public.close()
        return answers, refused

    with Site() as site, Site() as other:
        site.pages["/a"] = Page(b"<html>trang</html>")
        answers, refused = asyncio.run(run(site, other))
        assert other.asked == []
        assert site.paths() == ["/a"]
    assert answers[0].startswith(b"HTTP/1.1 200")
    assert answers[0].endswith(b"trang</html>")
    assert all(answer.startswith(b"HTTP/1.1 403") for answer in answers[1:])
    assert len(refused) == len(answers) - 1


def test_an_offices_proxy_is_gone_through_and_the_guard_stays_before_it() -> None:
    heads: list[str] = []

    async def office(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append((await reader.readuntil(b"\r\n\r\n")).decode())
        if heads[-1].startswith("CONNECT"):
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n" + b"qua")
        else:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nqua")
        await writer.drain()
        writer.close()

    async def run(site: Site) -> list[bytes]:
        server = await asyncio.start_server(office, "127.0.0.1", 0)
        address = f"http://ai:mat%20khau@127.0.0.1:{server.sockets[0].getsockname()[1]}"
        hosts = frozenset({"bao.example", "bao.example:443", "10.0.0.9"})
        trusting, own = FilterProxy(hosts, frozenset(), address, trusts_office=True), FilterProxy(hosts, frozenset(), address)
        private = FilterProxy(frozenset({site.host}), frozenset({site.host}), address)
        answers = []
        for proxy, head in (
            (trusting, "GET http://bao.example/a?b=1 HTTP/1.1\r\nHost: bao.example"),
            (trusting, "CONNECT bao.example:443 HTTP/1.1"),
            (private, f"GET {site.url}/a HTTP/1.1\r\nHost: {site.host}"),
            (own, "GET http://bao.example/a HTTP/1.1"),
            (trusting, "GET http://10.0.0.9/a HTTP/1.1"),
            (trusting, "GET http://khac.example/a HTTP/1.1"),
        ):
            await proxy.start()
            answers.append(await _ask(proxy, head))
        for proxy in (trusting, own, private):
            proxy.close()
        server.close()
        return answers

    with Site() as site:
        site.pages["/a"] = Page(b"<html>trang</html>")
        answers = asyncio.run(run(site))
        assert site.paths() == ["/a"]
    assert [head.splitlines()[0] for head in heads] == ["GET http://bao.example/a?b=1 HTTP/1.1", "CONNECT bao.example:443 HTTP/1.1"]
    assert all("Proxy-Authorization: Basic YWk6bWF0IGtoYXU=" in head for head in heads)
    assert all(answer.startswith(b"HTTP/1.1 200") and answer.endswith(b"qua") for answer in answers[:2])
    assert answers[2].endswith(b"trang</html>")
    assert all(answer.startswith(b"HTTP/1.1 403") for answer in answers[3:])
