"""The short ways that a page's many links take lead where the long ones do."""

from __future__ import annotations

from random import Random
from urllib.parse import urljoin, urlsplit

import pytest

from r57monitor.text import urls
from r57monitor.text.own_links import OwnLinks, host_of
from r57monitor.text.stamps import _MAY_BEAR_STAMP, _URL_PATTERNS
from r57monitor.text.urls import canonical_url

HOSTS = (
    "", "", "", "https://bao.example", "http://bao.example", "//bao.example", "https://www.bao.example", "https://m.bao.example",
    "HTTPS://BAO.example", "https://bao.example:443", "http://bao.example:80", "https://bao.example:8080", "https://bao.example:41234",
    "https://bao.example:080", "https://bao.example:99999", "https://bao.example:x", "https://bao.example.", "https://a@bao.example",
    "https://khac.example", "//khac.example", "https://bao.exa\nmple", "https://khac.example\\@bao.example", "https://khac.example;@bao.example",
    "https://báo.example", "http://[::1]", "https://[", "ftp://bao.example", "https:",
)  # fmt: skip
PARTS = (
    "tin", "lang-chai-co-mang-12345.html", "Xom-Nui", "-", "view_content", "en", "vi.html", "amp", "x.amp", "ten-bai-moi-ra.amp.html",
    "print", "in-bai", "index.html", "Default.aspx", "..", ".", "", "x..", ".an", "m%C3%A1y", "a%2fb", "máy", "hai từ", "a;jsessionid=AB1",
    "(S(ab1))", "~que", "tệp\tmới", "2025", "7", "lop-hoc-o-xom-20250630101112123.htm", "ban-tin-nam-2025",
)  # fmt: skip
TAILS = ("", "", "/", "//", "?", "?a=1", "?b=2&a=1", "/?a[]=1", "#", "#muc-2", "?utm_source=in", "?a=b/../c", "#a?b")
BASES = (
    "https://bao.example/tin/moi/",
    "http://bao.example:8080/tin",
    "https://BAO.example/",
    "https://www.bao.example/x?y=1",
    "http://[::1]/",
)
OWN = frozenset({"bao.example", "www.bao.example", "bao.example:8080", "[::1]"})


def make_links(seed: int, count: int = 4_000) -> list[str]:
    random = Random(seed)
    return [
        random.choice(HOSTS) + "".join(f"/{random.choice(PARTS)}" for _ in range(random.randint(0, 3))) + random.choice(TAILS)
        for _ in range(count)
    ]


def follow_slowly(base: str, href: str) -> str | None:
    try:
        url = urljoin(base, href.replace("\n", "").replace("\t", ""))
        is_address = urlsplit(url).scheme in {"http", "https"} and bool(urlsplit(url).hostname)
    except ValueError:
        return None
    return url if is_address and host_of(url) in OWN else None


@pytest.mark.parametrize("base", BASES)
def test_links_lead_where_joining_says(base: str) -> None:
    own = OwnLinks(base, OWN)
    links = [href for href in make_links(len(base)) if href and not href.startswith("#")]
    assert {href: own.follow(href) for href in links} == {href: follow_slowly(base, href) for href in links}
    assert sum(own.follow(href) is not None for href in links) > len(links) / 10


@pytest.mark.parametrize("href", ["#muc", "javascript:void(0)", "mailto:toasoan@bao.example", "tel:113", "data:,x", "/" + "a" * 2_000])
def test_links_that_lead_nowhere(href: str) -> None:
    assert OwnLinks("https://bao.example/", OWN).follow(href) is None


def test_plain_addresses_are_what_all_rules_make_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    links = [urljoin("https://bao.example/", href) for href in make_links(7, 20_000) if "[" not in href]
    short = {url: urls._plain_address(url) for url in links}
    monkeypatch.setattr(urls, "_plain_address", lambda url: None)
    plain = {url: found for url, found in short.items() if found is not None}
    assert plain == {url: canonical_url.__wrapped__(url) for url in plain}
    assert len(plain) > 200


def test_most_newspapers_addresses_are_plain() -> None:
    for url in ("https://bao.example/thoi-su", "http://127.0.0.1:41234/tin/xom-nui-12345.html", "https://bao.example/a/B_c/12-x.chn"):
        assert urls._plain_address(url) == urls._plain_address(f"{url}/") == url
    for url in ("https://m.bao.example/a", "https://bao.example/tin/en", "https://bao.example/print/a-b-c-d", "https://bao.example/a?b=1"):
        assert urls._plain_address(url) is None


@pytest.mark.parametrize("url", [
    "https://x.example/lop-hoc-20250630101112123.htm", "https://x.example/lop-hoc-181250630101112123.chn", "https://x.example/2025/7/3/lop/",
    "https://x.example/tin/3_7_2025/lop", "https://x.example/2025-07-03/lop", "https://x.example/20250703/lop",
])  # fmt: skip
def test_no_stamp_of_an_address_is_passed_over(url: str) -> None:
    assert any(pattern.search(url) for pattern in _URL_PATTERNS)
    assert _MAY_BEAR_STAMP.search(url)
