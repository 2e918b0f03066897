"""Downloader middlewares: the address guard, the archive, and robots.txt that cannot be had."""

from __future__ import annotations

import asyncio
import codecs
import re
from collections import defaultdict
from dataclasses import replace
from http import HTTPStatus
from typing import Any, cast

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.responsetypes import responsetypes
from scrapy.robotstxt import RobotParser

from r57monitor.clock import utc_now
from r57monitor.errors import ArchiveError
from r57monitor.models import RawPage
from r57monitor.text.urls import slot_key
from spiders.causes import find_cause, status_in_words, status_passes
from spiders.guard import Refused, refuse_url
from spiders.leads import Lead
from warehouse.encodings import as_others_read, decode_body
from warehouse.heads import new_record_id
from warehouse.records import HttpHeads, plain_outcome

MAX_ROBOTS_BYTES = 512 * 1024  # as much as RFC 9309 asks a crawler to read
_STAND_INS = {
    "challenge": "the site asks for a browser or a human (challenge page)",
    "login": "the site asks for a password (login page)",
    "maintenance": "the site is closed for maintenance",
    "not_found": "the page is gone (it says so with status 200)",
    "no_site": "there is no site at this address (for sale, suspended, or an empty server)",
    "region": "the site is not shown in this country",
    "broken": "the site shows an error of its own (with status 200)",
}
_PASSING = frozenset({"challenge", "maintenance", "no_site", "region", "broken"})  # say nothing of the page that was asked for
_LED_AWAY = ("redirect refused: ", "too many redirects")
_CONDITIONS = ("If-None-Match", "If-Modified-Since")
_AGENT_VERSION = re.compile(
    rb"(?im)^([ \t]*user-agent[ \t]*:[ \t]*[^\s/#]{1,200})/[^\s#]{0,100}"
)  # rules are for a name, whatever its version
_DENY_ALL = b"User-agent: *\nDisallow: /\n"


class GuardMiddleware:
    """First to see a request, also after every redirect: only the source's own hosts, and only while the budget lasts."""

    def __init__(self, crawler: Crawler) -> None:
        self.spider: Any = crawler.spider

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> GuardMiddleware:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        hops = request.meta.get("redirect_times", 0)
        why = refuse_url(request.url, self.spider.hosts, self.spider.private)
        if why is None and hops and "lead" in request.meta:
            why = self.spider.traps.refuse(request.url)
        if why is not None:
            raise Refused(f"redirect refused: {why}" if hops else why)
        key = request.meta["download_slot"] = slot_key(request.url)
        if (pause := self.spider.pause_of(key) or self.spider.pause_of(request.url)) is not None:
            raise Refused(pause, quiet="lead" not in request.meta or request.meta["lead"].is_article)
        if self.spider.patience.is_over() or key in self.spider.closed_hosts:
            raise Refused("left for the next crawl", quiet=True)
        if "lead" in request.meta and not request.meta.get("retry_times") and not self.spider.run.has_budget():
            raise Refused("left for the next crawl", quiet=True)


class ArchiveMiddleware:
    """Next to the downloader: every answer is on disk before anything looks at it."""

    def __init__(self, crawler: Crawler) -> None:
        self.spider: Any = crawler.spider

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ArchiveMiddleware:
        return cls(crawler)

    async def process_response(self, request: Request, response: Response) -> Response:
        run = self.spider.run
        raw, heads = self._raw(request, response), _heads(request, response)
        body, headers = as_others_read(raw.body, heads.response_headers)
        if body is not raw.body:
            raw, heads = replace(raw, body=body), replace(heads, response_headers=headers)
        page = await run.archive_fetch(raw, heads, self.spider.cycle, _elapsed(request), request.meta.get("known"))
        if page.refers_to and response.status == HTTPStatus.OK:  # the archive leaves the body out; entry pages are read all the same
            page = replace(page, raw=replace(page.raw, body=_decode(response)))
        request.meta["page"] = page
        outcome = plain_outcome(page)
        if outcome is None:
            run.expect(page)
        else:
            run.settle(page, outcome)
        if outcome in _STAND_INS and (page.raw.status < 500 or outcome == "challenge"):
            raise Refused(_STAND_INS[outcome], status=response.status, passes=outcome in _PASSING or status_passes(response.status))
        if page.error:
            raise Refused(page.error, status=response.status, passes=status_passes(response.status))
        if (strange := _strange_status(request, response.status)) is not None:
            raise Refused(strange, status=response.status)
        return self._decoded(request, response, page.raw)

    def _raw(self, request: Request, response: Response) -> RawPage:
        lead: Lead | None = request.meta.get("lead")
        asked = [*request.meta.get("redirect_urls", []), request.url]
        return RawPage(
            url=response.url,
            body=response.body,
            fetched_at=utc_now(),
            source_id=self.spider.source.id,
            requested_url=asked[0],
            status=response.status,
            content_type=_text(response.headers.get(b"Content-Type")),
            role=lead.role if lead else "robots",
            found_by=lead.found_by if lead else "homepage",
            list_title=lead.title if lead else None,
            list_date=lead.list_date if lead else None,
            feed_date=lead.feed_date if lead else None,
            referrer=lead.referrer if lead else None,
            record_id=new_record_id(),
        )

    def _decoded(self, request: Request, response: Response, raw: RawPage) -> Response:
        """The answer without its content encoding; robots.txt as RFC 9309 reads an error in its place."""
        body = raw.body
        if raw.role == "robots":
            body = _AGENT_VERSION.sub(rb"\1", _as_utf8(body)[:MAX_ROBOTS_BYTES])
            if raw.status >= 400:
                body = _DENY_ALL if _forbids_all(raw.status) else b""
            elif b"<html" in body[:2000].lower():  # a page in place of a rule book rules nothing
                body = b""
        if body is response.body or body == response.body:
            return response
        headers = response.headers.copy()
        headers.pop(b"Content-Encoding", None)
        kind = responsetypes.from_args(headers=headers, url=response.url, body=body)
        return response.replace(body=body, headers=headers, cls=kind)


class RobotsMiddleware(RobotsTxtMiddleware):
    """robots.txt that cannot be reached forbids everything (RFC 9309), and says so; one that leads elsewhere or in circles is none."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._unreachable: dict[str, str] = {}
        self._schemes: dict[str, str] = {}
        self._asking: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def robot_parser(self, request: Request) -> RobotParser | None:
        """One request asks for robots.txt and the others wait here: what Scrapy lets them wait on tells only the first."""
        self._schemes[request.url.split("/")[2]] = request.url.partition(":")[0]
        async with self._asking[request.url.split("/")[2]]:
            return await super().robot_parser(request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        cause = find_cause(exc, f"{self._schemes.get(netloc, 'http')}://{netloc}/robots.txt").words
        if not cause.startswith(_LED_AWAY):
            self._unreachable[netloc] = cause
        super()._robots_error(exc, netloc)

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if _forbids_all(response.status):
            self._unreachable[netloc] = status_in_words(response.status)
        await super()._parse_robots(response, netloc, request)

    async def process_request(self, request: Request, spider: Spider | None = None) -> None:
        try:
            await super().process_request(request)
        except IgnoreRequest as refused:
            raise self.refusal(request) or refused from None
        if not request.meta.get("dont_obey_robotstxt") and (refusal := self.refusal(request)):
            raise refusal
        closed = cast(Any, self.crawler.spider).closed_hosts.get(slot_key(request.url))  # by what robots.txt has just asked for
        if closed and not request.meta.get("dont_obey_robotstxt"):
            raise Refused(closed)

    def refusal(self, request: Request) -> Refused | None:
        """Why nothing may be asked of a host whose robots.txt cannot be had."""
        cause = self._unreachable.get(request.url.split("/")[2])
        return Refused(f"robots.txt cannot be had: {cause}", passes=True) if cause is not None else None


def _strange_status(request: Request, status: int) -> str | None:
    """What is wrong with an answer that is no failure by its status and yet brings no page; None where nothing is."""
    if "lead" not in request.meta:
        return None
    if status == HTTPStatus.NOT_MODIFIED and not any(name in request.headers for name in _CONDITIONS):
        return "not modified, says the server, though it was never asked before"
    is_bare = HTTPStatus.OK < status < HTTPStatus.MULTIPLE_CHOICES
    return status_in_words(status) if is_bare else None


def _as_utf8(body: bytes) -> bytes:
    """A robots.txt in the letters that its readers expect."""
    is_wide = body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return body[: 2 * MAX_ROBOTS_BYTES].decode("utf-16", "ignore").encode() if is_wide else body


def _forbids_all(status: int) -> bool:
    """Whether a robots.txt answered so must be taken as forbidding everything (RFC 9309, 2.3.1.4)."""
    return status >= 500 or status == HTTPStatus.TOO_MANY_REQUESTS


def _heads(request: Request, response: Response) -> HttpHeads:
    host = request.url.split("/")[2]
    return HttpHeads(
        reason=status_in_words(response.status).partition("(")[2].rstrip(")").title() or "Unknown",
        response_headers=_pairs(response.headers),
        method=request.method,
        request_headers=[("Host", host), *_pairs(request.headers)],
    )


def _decode(response: Response) -> bytes:
    """The body without its content encoding; b"" where it cannot be had, as the archive says then."""
    encodings = [_text(value) for value in response.headers.getlist(b"Content-Encoding")]
    try:
        return decode_body(response.body, encodings)
    except ArchiveError:
        return b""


def _pairs(headers: Any) -> list[tuple[str, str]]:
    return [(_text(name), _text(value)) for name, values in headers.items() for value in values]


def _text(value: bytes | None) -> str:
    return (value or b"").decode("latin-1").replace("\r", " ").replace("\n", " ")


def _elapsed(request: Request) -> int | None:
    latency = request.meta.get("download_latency")
    return None if latency is None else round(latency * 1000)
