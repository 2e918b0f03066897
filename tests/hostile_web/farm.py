"""A farm of hostile sites: each with what its crawl must come to."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from tests.hostile_web.server import Answer, HostileWeb, Site, Trick
from tests.web import article_html, feed_xml

RSS = "application/rss+xml"


@dataclass
class Expected:
    """What the crawl of one site must come to. `cause`: words in source_health; `never`: what its paths must not begin with."""

    state: str = "ok"
    cause: str = ""
    good: set[str] = field(default_factory=set)
    never: tuple[str, ...] = ()


@dataclass
class Farm:
    """The sites, what is expected of them, and the one that must never be asked."""

    web: HostileWeb
    forbidden: Site
    ca_file: Path
    expected: dict[str, Expected] = field(default_factory=dict)
    next_number: int = 0

    def add(self, site: Site, expected: Expected) -> Site:
        self.web.add(site)
        self.expected[site.id] = expected
        return site

    def articles(self, site: Site, count: int = 3, *, feed: bool = True) -> list[str]:
        """Good articles, numbered through all sites so that none is another's copy; named in /rss.xml unless told otherwise."""
        numbers = range(self.next_number, self.next_number + count)
        self.next_number += count
        paths = [f"/tin/xa-so-{n}-dua-{100 + n}-thu-tuc-len-mang-{n:06d}.html" for n in numbers]
        for n, path in zip(numbers, paths, strict=True):
            site.pages[path] = Answer(article_html(n).encode())
        if feed:
            self.feed(site, paths)
        return paths

    def number(self) -> int:
        """A number for one more article."""
        self.next_number += 1
        return self.next_number - 1

    def feed(self, site: Site, paths: list[str]) -> None:
        site.pages["/rss.xml"] = Answer(feed_xml("", paths), kind=RSS)


def with_bad(farm: Farm, name: str, bad: dict[str, Answer | Trick], expected: Expected, count: int = 3) -> Site:
    """A site whose feed names good articles and, between them, bad ones."""
    site = Site(name)
    good = farm.articles(site, count, feed=False)
    site.pages.update(bad)
    farm.feed(site, [*good[:1], *bad, *good[1:]])
    expected.good |= set(good)
    return farm.add(site, expected)


def bad_path(word: str) -> str:
    return f"/tin/bai-xau-mang-ten-{word}-900001.html"
