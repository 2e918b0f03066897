"""The practice web on the wire: one site on a free port of this machine."""

from __future__ import annotations

import gzip
import http.client
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from r57monitor.errors import R57Error
from r57monitor.practice.schedule import visit_instants
from r57monitor.practice.server import HOST, Practice
from r57monitor.practice.sites import PracticeWeb, load_web
from tests.web import free_port

LAST = visit_instants()[-1]


def on_free_ports() -> PracticeWeb:
    web = load_web()
    sites = tuple(replace(site, port=free_port()) for site in web.sites)
    return replace(web, sites=sites)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


@pytest.fixture(scope="module")
def practice() -> Iterator[Practice]:
    with Practice(LAST, web=on_free_ports()) as running:
        yield running


def fetch(practice: Practice, site_id: str, target: str, method: str = "GET", **headers: str) -> Answer:
    connection = http.client.HTTPConnection(HOST, practice.web.site(site_id).port, timeout=120)
    try:
        connection.request(method, target, headers={name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
    finally:
        connection.close()


def test_unchanged_pages_answer_304(practice: Practice) -> None:
    for site in practice.web.sites:
        placed = practice.articles[site.id][-1]
        first = fetch(practice, site.id, placed.path)
        assert first.status == 200
        assert fetch(practice, site.id, placed.path, If_None_Match=first.headers["etag"]).status == 304
        again = fetch(practice, site.id, placed.path, If_None_Match='"another"', If_Modified_Since=first.headers.get("last-modified", ""))
        assert again.status == 200, "the tag outweighs the date"
        if site.stable:
            assert fetch(practice, site.id, placed.path, If_Modified_Since=first.headers["last-modified"]).status == 304
        else:
            assert "last-modified" not in first.headers


def test_stable_pages_keep_their_bytes_until_edited(practice: Practice) -> None:
    try:
        for site in practice.web.sites:
            placed = practice.articles[site.id][-1]
            tags = set()
            for days in (0, 3, 9):
                practice.set_instant(placed.published + timedelta(days=days))
                tags.add(fetch(practice, site.id, placed.path).headers["etag"])
            assert (len(tags) == 1) == site.stable, site.id
        for placed in practice.articles["cong-lao-cai"]:
            for version in placed.article.versions:
                practice.set_instant(version.changed_at - timedelta(minutes=1))
                old = fetch(practice, "cong-lao-cai", placed.path).headers
                practice.set_instant(version.changed_at + timedelta(minutes=1))
                assert fetch(practice, "cong-lao-cai", placed.path, If_None_Match=old["etag"]).status == 200
                assert fetch(practice, "cong-lao-cai", placed.path, If_Modified_Since=old["last-modified"]).status == 200
    finally:
        practice.set_instant(LAST)


def test_head_gzip_and_keep_alive(practice: Practice) -> None:
    site, target = "thoi-bao-so", practice.articles["thoi-bao-so"][0].path
    plain = fetch(practice, site, target)
    head = fetch(practice, site, target, method="HEAD")
    assert (head.status, head.body, head.headers["content-length"]) == (200, b"", str(len(plain.body)))
    packed = fetch(practice, site, target, Accept_Encoding="gzip, deflate")
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    connection = http.client.HTTPConnection(HOST, practice.web.site(site).port, timeout=120)
    for path in ("/robots.txt", target, "/favicon.ico", "/rss/home.rss"):
        connection.request("GET", path)
        assert connection.getresponse().read()
    connection.close()


def test_redirect_and_played_date(practice: Practice) -> None:
    answer = fetch(practice, "cong-lao-cai", "/")
    assert (answer.status, answer.headers["location"]) == (302, "/Pages/default.aspx")
    assert answer.headers["date"] == "Sun, 03 Aug 2025 13:00:00 GMT"


def test_visits_are_noted(practice: Practice) -> None:
    fetch(practice, "bao-can-tho", "/khong-co")
    assert (practice.visits[-1].site_id, practice.visits[-1].target, practice.visits[-1].status) == ("bao-can-tho", "/khong-co", 404)


def test_only_loopback(practice: Practice) -> None:
    assert {server.server_address[0] for server in practice._servers} == {"127.0.0.1"}
    assert {urlsplit(site.address).hostname for site in practice.web.sites} == {"127.0.0.1"}
    assert all(15701 <= site.port <= 15710 for site in load_web().sites)


def test_a_taken_port_is_named_and_nothing_stays_behind() -> None:
    web = on_free_ports()
    taken = web.sites[-1].port
    with socket.socket() as holder:
        holder.bind((HOST, taken))
        holder.listen()
        practice = Practice(LAST, web=web)
        with pytest.raises(R57Error, match=rf"port {taken} .* is in use .*stop it"):
            practice.start()
        with socket.socket() as probe:
            probe.bind((HOST, web.sites[0].port))
    practice.start()
    practice.stop()
    practice.stop()


def test_a_server_in_an_outage_answers_503_and_comes_back() -> None:
    web = load_web()
    site = next(site for site in web.sites if site.outages)
    outage = site.outages[0]
    router = Practice(visit_instants()[-1]).routers[site.id]
    assert router.answer(site.home, outage["from"]).status == 503
    assert router.answer("/robots.txt", outage["from"]).status == 503
    assert router.answer(site.home, outage["until"]).status == 200
    assert not any(site.is_down(visit_instants()[-1]) for site in web.sites)
