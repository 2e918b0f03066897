"""The outlets of the practice web and the articles as each shows them."""

from __future__ import annotations

import re
import tomllib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from r57monitor.clock import VIETNAM
from r57monitor.practice.corpus import Block, Copy, PracticeArticle, split_body
from r57monitor.text.normalize import fold

_FILE = Path(__file__).parent / "sites.toml"
ALL_NEWS = "tin-moi"  # the section that holds every article
RSS, ATOM, SITEMAP, NEWS_SITEMAP = "/rss/home.rss", "/atom.xml", "/sitemap.xml", "/sitemaps/google-news.xml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A section of every site: its name in addresses, its number in others, its name for people."""

    id: str
    code: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One outlet. Address patterns are `str.format` patterns (sites.toml says which fields they know)."""

    id: str
    port: int
    name: str
    kind: str
    family: str
    colour: str
    article: str
    listing: str
    listing_page: str
    print: str
    home: str
    offers: tuple[str, ...]
    registered: tuple[str, ...]
    delay_s: float
    gives_time: bool  # the article page shows a time, not only a day
    stable: bool  # an article page keeps its bytes until the article is edited
    province: str | None = None
    amp: str | None = None
    article_url: str | None = None
    crawl_delay: float | None = None
    garbled: bool = False
    feed_size: int = 20
    outages: tuple[Mapping[str, datetime], ...] = ()  # from, until: the server answers 503

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def is_down(self, instant: datetime) -> bool:
        """Whether the site's server is out of order at an instant."""
        return any(outage["from"] <= instant < outage["until"] for outage in self.outages)

    def listing_path(self, section: Section, page: int = 1) -> str:
        """The address (path and query) of one page of a section's listing, counted from 1."""
        pattern = self.listing if page == 1 else self.listing_page
        return pattern.format(section=section.id, code=section.code, page=page)


@dataclass(frozen=True, slots=True)
class PracticeWeb:
    """The sites, their sections and the sentence that marks every page."""

    sites: tuple[Site, ...]
    sections: tuple[Section, ...]
    notice: str
    notice_text: str
    page_size: int

    def site(self, site_id: str) -> Site:
        return next(site for site in self.sites if site.id == site_id)

    def section(self, section_id: str) -> Section:
        return next(section for section in self.sections if section.id == section_id)


def load_web(file: Path = _FILE) -> PracticeWeb:
    """The practice web as sites.toml describes it."""
    data = tomllib.loads(file.read_text("utf-8"))
    sites = tuple(_build_site(entry) for entry in data["site"])
    sections = tuple(Section(id=key, **value) for key, value in data["sections"].items())
    return PracticeWeb(sites, sections, data["notice"], data["notice_text"], data["page_size"])


def _build_site(entry: dict[str, Any]) -> Site:
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
    return Site(**values)


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteArticle:
    """An article as one site shows it: the original, or a copy of it."""

    site: Site
    article: PracticeArticle
    section: Section
    copy: Copy | None = None

    @property
    def published(self) -> datetime:
        return self.copy.published if self.copy else self.article.published

    @property
    def title(self) -> str:
        return (self.copy.title if self.copy else None) or self.article.title

    @property
    def number(self) -> int:
        """The number the site's system gave the article: rises with time, different on every site."""
        minutes = int(self.published.timestamp() // 60) - 29_100_000
        return minutes * 10 + zlib.crc32(f"{self.site.id} {self.article.id}".encode()) % 10

    @property
    def count(self) -> int:
        """How often the page says it was read; no figure of the article."""
        return 100 + zlib.crc32(f"{self.article.id} {self.site.id}".encode()) % 4_900

    @property
    def path(self) -> str:
        return self._fill(self.site.article)

    @property
    def print_path(self) -> str:
        return self._fill(self.site.print)

    @property
    def amp_path(self) -> str | None:
        return self._fill(self.site.amp) if self.site.amp else None

    @property
    def url(self) -> str:
        return self.site.address + self.path

    def _fill(self, pattern: str) -> str:
        day = self.published.astimezone(VIETNAM)
        return pattern.format(
            slug=slugify(self.title), number=self.number, section=self.section.id, code=self.section.code, stamp=self.stamp,
            yyyy=f"{day:%Y}", m=day.month, mm=f"{day:%m}", dd=f"{day:%d}",
        )  # fmt: skip

    @property
    def stamp(self) -> str:
        """Site prefix and instant of the draft, which is up to some hours older than the publication."""
        seed = zlib.crc32(self.article.id.encode())
        drafted = self.published.astimezone(VIETNAM) - timedelta(minutes=25 + seed % 700)
        return f"293{drafted:%y%m%d%H%M}{seed % 60:02d}{seed % 1000:03d}"

    def modified_at(self, instant: datetime) -> datetime:
        """When the page last changed, as of an instant. A copy stays what it was when it was taken."""
        changes = [] if self.copy else [v.changed_at for v in self.article.versions if v.changed_at <= instant]
        return max([self.published, *changes])

    def blocks_at(self, instant: datetime) -> tuple[Block, ...]:
        """The body's blocks shown at an instant (a copy: as taken, without its dropped end)."""
        if self.copy is None:
            return split_body(self.article.body_at(instant))
        blocks = split_body(self.article.body_at(self.copy.published))
        return blocks[: len(blocks) - self.copy.drop_last] if self.copy.drop_last else blocks

    def text_at(self, instant: datetime) -> str:
        """The site's own truth: lead and body as plain text before any garbling, paragraphs on lines of their own."""
        return "\n".join([self.article.lead, *(block.plain for block in self.blocks_at(instant))])


def slugify(title: str) -> str:
    """The title as addresses have it: no marks, words joined by hyphens, cut at a word within 80 letters."""
    slug = re.sub(r"[^a-z0-9]+", "-", fold(title)).strip("-")
    return slug if len(slug) <= 80 else slug[:81].rpartition("-")[0]


def place_articles(web: PracticeWeb, articles: Sequence[PracticeArticle]) -> dict[str, tuple[SiteArticle, ...]]:
    """What each site publishes over the whole time of the practice web, newest first, by site id."""
    placed: dict[str, list[SiteArticle]] = {site.id: [] for site in web.sites}
    for article in articles:
        section = web.section(article.section)
        placed[article.site].append(SiteArticle(site=web.site(article.site), article=article, section=section))
        for copy in article.copies:
            placed[copy.site].append(SiteArticle(site=web.site(copy.site), article=article, section=section, copy=copy))
    return {site_id: tuple(sorted(found, key=lambda a: (a.published, a.number), reverse=True)) for site_id, found in placed.items()}
