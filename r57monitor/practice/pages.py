"""What a site answers to an address at an instant. Nothing is visible before its publication."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from r57monitor.clock import VIETNAM
from r57monitor.practice import machine
from r57monitor.practice.render import Teaser, make_page, make_teaser, render
from r57monitor.practice.sites import ALL_NEWS, PracticeWeb, Section, Site, SiteArticle

HTML = "text/html; charset=utf-8"
RELATED_COUNT = 5

_IGNORED_PARAMETER = re.compile(r"utm_\w+|fbclid|gclid|zarsrc")
_LANGUAGE_SUFFIX = re.compile(r"((?:/(?:en|vi))+)$")
_CALENDAR = re.compile(r"/Pages/AllPosts\.aspx\?CategoryId=(\d+)&PublishedDate=(\d{4}-\d\d-\d\d)")
_IMAGE = re.compile(r"/anh/[\w/-]+\.svg")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer before it meets the wire. `modified` only where the bytes stay the same until then."""

    status: int
    body: bytes = b""
    content_type: str = HTML
    modified: datetime | None = None
    location: str | None = None

    @property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.body).hexdigest()[:20]}"'


@dataclass(slots=True)
class SiteRouter:
    """The answers of one site. Holds no state that changes: the instant comes with every question."""

    site: Site
    web: PracticeWeb
    articles: tuple[SiteArticle, ...]  # newest first
    originals: dict[str, str]  # article id -> address of the original
    _routes: dict[str, Callable[[datetime], Reply]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for section in self.web.sections:
            for page in range(1, self._page_count(self._in_section(section, self.articles)) + 1):
                self._add(self.site.listing_path(section, page), self._listing_route(section, page))
        for placed in self.articles:
            self._add(placed.path, self._article_route(placed, f"{self.site.family}.html"))
            self._add(placed.print_path, self._article_route(placed, "print.html"))
            if placed.amp_path:
                self._add(placed.amp_path, self._article_route(placed, "amp.html"))
        for path in {"/", self.site.home}:
            self._add(path, self._home_route(path))
        self._add("/gioi-thieu", lambda now: self._page({"heading": "Giới thiệu", "page": "static"}, "/gioi-thieu", now))
        for path, answer in machine.routes(self.site, self.web, self.articles).items():
            self._add(path, self._machine_route(answer))

    def answer(self, target: str, now: datetime) -> Reply:
        """The reply to a request target (path and query) at an instant; 404 for what is not, or not yet, there; 503 in an outage."""
        if self.site.is_down(now):
            return Reply(status=503, body=b"Service Unavailable", content_type="text/plain; charset=utf-8")
        key = _route_key(target)
        route = self._routes.get(key) or self._trap(key)
        if route is not None:
            return route(now)
        path = urlsplit(target).path
        if path == "/tim-kiem":
            return self._search(target, now)
        if path == "/quan-tri/dang-nhap":
            return self._page({"heading": "Đăng nhập", "page": "static"}, path, now)
        if _IMAGE.fullmatch(path):
            return Reply(status=200, body=machine.IMAGE, content_type="image/svg+xml")
        return self._missing(now)

    def visible(self, now: datetime) -> tuple[SiteArticle, ...]:
        """What has been published by an instant, newest first."""
        return tuple(a for a in self.articles if a.published <= now)

    def _add(self, path: str, route: Callable[[datetime], Reply]) -> None:
        self._routes[_route_key(path)] = route

    # --- pages

    def _home_route(self, path: str) -> Callable[[datetime], Reply]:
        def answer(now: datetime) -> Reply:
            if path != self.site.home:
                return Reply(status=302, location=self.site.home)
            newest = self.visible(now)[: self.web.page_size]
            return self._page({"heading": "Trang chủ", "page": "home", "articles": self._teasers(newest, now)}, path, now)

        return answer

    def _listing_route(self, section: Section, page: int) -> Callable[[datetime], Reply]:
        def answer(now: datetime) -> Reply:
            return self._listing(section, page, now)

        return answer

    def _listing(self, section: Section, page: int, now: datetime) -> Reply:
        found = self._in_section(section, self.visible(now))
        pages = self._page_count(found)
        if page > pages:
            return self._missing(now)
        first = (page - 1) * self.web.page_size
        shown = found[first : first + self.web.page_size]
        path = self.site.listing_path(section, page)
        links = [(n, self.site.listing_path(section, n)) for n in range(1, pages + 1)]
        pager = {
            "page": page, "pages": pages, "links": links,
            "total": len(found), "first": min(first + 1, len(found)), "last": first + len(shown),
            "previous": links[page - 2][1] if page > 1 else None, "next": links[page][1] if page < pages else None,
        }  # fmt: skip
        context = {"heading": section.name, "page": "listing", "articles": self._teasers(shown, now), "pager": pager}
        fragment = self.site.family == "vccorp" and page > 1  # its later pages are pieces that a script would insert
        return self._page(context, path, now, "timeline.html" if fragment else None)

    def _article_route(self, placed: SiteArticle, template: str) -> Callable[[datetime], Reply]:
        def answer(now: datetime) -> Reply:
            if placed.published > now:
                return self._missing(now)
            older = [a for a in self.articles if a.published < placed.published][:RELATED_COUNT]
            drafted = placed.published - timedelta(minutes=40)
            original = self.originals[placed.article.id]
            page = make_page(placed, original, self._teasers(older, placed.published), drafted, now)
            key = f"{placed.path} {placed.modified_at(now)}"
            context = {"heading": placed.title, "page": "article", "item": page}
            reply = self._page(context, placed.path, now, template, key if self.site.stable else None)
            return reply if not self.site.stable else Reply(status=200, body=reply.body, modified=placed.modified_at(now))

        return answer

    def _page(self, context: dict[str, Any], path: str, now: datetime, template: str | None = None, key: str | None = None) -> Reply:
        """One page. key: given where the page must keep its bytes; else its counters move with the day."""
        full = {
            "item": None, "articles": (), "pager": _NO_PAGER, "calendar": None, "web": self.web, "now": now, "here": path,
            "sections": [{"name": s.name, "path": self.site.listing_path(s)} for s in self.web.sections],
            "most_read": sorted(self._teasers(self.visible(now), now), key=lambda t: -t.count)[:5], **context,
        }  # fmt: skip
        body = render(template or f"{self.site.family}.html", self.site, full, key or f"{path} {now:%Y-%m-%d}")
        return Reply(status=200, body=body)

    def _search(self, target: str, now: datetime) -> Reply:
        words = dict(parse_qsl(urlsplit(target).query)).get("q", "").casefold()
        found = [a for a in self.visible(now) if words and words in f"{a.title} {a.article.lead}".casefold()][: self.web.page_size]
        return self._page({"heading": "Kết quả tìm kiếm", "page": "search", "articles": self._teasers(found, now)}, "/tim-kiem", now)

    def _missing(self, now: datetime) -> Reply:
        page = self._page({"heading": "Không tìm thấy trang", "page": "missing"}, "/", now)
        return Reply(status=404, body=page.body)

    def _machine_route(self, answer: machine.Answer) -> Callable[[datetime], Reply]:
        def reply(now: datetime) -> Reply:
            body, content_type = answer(self.visible(now), now)
            return Reply(status=200, body=body, content_type=content_type)

        return reply

    # --- traps that real systems hold

    def _trap(self, key: str) -> Callable[[datetime], Reply] | None:
        if self.site.family == "sharepoint" and (found := _CALENDAR.fullmatch(key)):
            code, day = int(found.group(1)), _parse_day(found.group(2))
            return (lambda now: self._calendar(code, day, now)) if day else None
        if self.site.family == "liferay":
            return self._language_switch(key)
        return None

    def _calendar(self, code: int, day: date, now: datetime) -> Reply:
        """The list of one day, with links to the day before and after: without end both ways."""
        found = [a for a in self.visible(now) if a.published.astimezone(VIETNAM).date() == day]
        pattern = "/Pages/AllPosts.aspx?CategoryId={}&PublishedDate={:%Y-%m-%d}"
        step = timedelta(days=1)
        around = {"previous": pattern.format(code, day - step), "next": pattern.format(code, day + step)}
        context = {"heading": f"Tin ngày {day:%d/%m/%Y}", "page": "listing", "articles": self._teasers(found, now), "calendar": around}
        return self._page(context, pattern.format(code, day), now)

    def _language_switch(self, key: str) -> Callable[[datetime], Reply] | None:
        """An address with language suffixes: with one it is the page itself, with more the section's list; and each
        answer links to a longer one."""
        path = key.partition("?")[0]
        if "p_p_id=59_INSTANCE_poll" in key and path in self._routes:
            return self._routes[path]
        found = _LANGUAGE_SUFFIX.search(path)
        if not found:
            return None
        stem = path[: found.start()] or "/"
        if found.group(1).count("/") == 1 and stem in self._routes:
            return self._routes[stem]
        section = next((s for s in self.web.sections if stem.startswith(f"/{s.id}/")), self.web.section(ALL_NEWS))
        heading, sections = section.name, self._in_section

        def answer(now: datetime) -> Reply:
            shown = sections(section, self.visible(now))[: self.web.page_size]
            return self._page({"heading": heading, "page": "listing", "articles": self._teasers(shown, now)}, path, now)

        return answer

    # --- lists

    def _in_section(self, section: Section, articles: Sequence[SiteArticle]) -> list[SiteArticle]:
        return [a for a in articles if section.id in {ALL_NEWS, a.section.id}]

    def _page_count(self, articles: Sequence[SiteArticle]) -> int:
        return max(1, -(-len(articles) // self.web.page_size))

    def _teasers(self, articles: Sequence[SiteArticle], now: datetime) -> tuple[Teaser, ...]:
        return tuple(make_teaser(a, now) for a in articles)


_NO_PAGER = {"page": 1, "pages": 1, "links": [], "total": 0, "first": 0, "last": 0, "previous": None, "next": None}


def _parse_day(text: str) -> date | None:
    """The day; None outside what a date (with a neighbour on each side) can hold."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1900 <= day.year <= 2100 else None


def _route_key(target: str) -> str:
    """A target without tracking parameters; the order of the others is as given."""
    parts = urlsplit(target)
    query = "&".join(p for p in parts.query.split("&") if p and not _IGNORED_PARAMETER.fullmatch(p.partition("=")[0]))
    return f"{parts.path}?{query}" if query else parts.path
