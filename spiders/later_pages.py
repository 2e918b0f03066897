"""The later pages of articles that a site splits: asked for one after another, archived each, and then all of one article as one page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from twisted.python.failure import Failure

from r57monitor.errors import ReadError
from r57monitor.models import Article, RawPage, other_page
from r57monitor.text.article_pages import MAX_PAGES, PageLook, look_on
from r57monitor.text.html_tree import MAX_PAGE_BYTES
from r57monitor.text.joined_pages import pack_pages
from r57monitor.text.urls import canonical_url
from spiders.causes import Cause, find_cause
from spiders.guard import Refused, refuse_url
from spiders.leads import Lead
from spiders.verdict import UNREADABLE
from warehouse.marks import find_marks
from warehouse.records import ArchivedPage

_TRIALS = 3  # articles whose second page is asked for before any added something: sites page other things there too (comments, teasers)
_ENDLESS = f"more than {MAX_PAGES} pages"
_TOO_LARGE = "its pages are too large together"


@dataclass(slots=True)
class _Chain:
    """Pages of one article so far, the first one first, and the lines that stand on them."""

    pages: list[RawPage]
    seen: frozenset[int]
    asked: set[str]

    @property
    def first(self) -> RawPage:
        return self.pages[0]


class LaterPages:
    """Of one source in one cycle. spider: its SourceSpider."""

    def __init__(self, spider: Any) -> None:
        self._spider = spider
        self._trials = 0
        self._barren = 0
        self._has_fruit = False
        self._held: list[tuple[_Chain, str]] = []  # that wait for what the first trials show

    async def begin(self, page: ArchivedPage) -> AsyncIterator[Request | Article]:
        """The request for the second page of an article; nothing where it has none."""
        raw = page.raw
        if self._is_vain or not (page.marks or find_marks(raw)).goes_on:
            return
        look = await self._look(raw, 1, raw.url)
        if look is None or look.following is None or self._is_vain:
            return
        chain = _Chain([raw], look.lines, {canonical_url(raw.url)})
        if self._trials >= _TRIALS and not self._has_fruit:
            self._held.append((chain, look.following))
            return
        self._trials += 1
        async for one in self._ask(chain, look.following):
            yield one

    @property
    def _is_vain(self) -> bool:
        """Whether second pages add nothing here."""
        return self._barren >= _TRIALS and not self._has_fruit

    async def _let_go(self) -> AsyncIterator[Request | Article]:
        """What waited, once the first trials have shown something."""
        if self._is_vain:
            self._held.clear()
        while self._held and (self._has_fruit or self._trials - self._barren < 1):
            self._trials += 1
            async for one in self._ask(*self._held.pop(0)):
                yield one

    async def resume(self) -> AsyncIterator[Request | Article]:
        """The same for articles whose later pages earlier cycles did not get."""
        for page in self._spider.run.unjoined_pages(self._spider.source.id, self._spider.walk.limit):
            async for one in self.begin(page):
                yield one

    async def _look(self, raw: RawPage, number: int, first: str) -> PageLook | None:
        try:
            look: PageLook = await self._spider.run.work(look_on, raw, number, first)
        except ReadError:
            return None
        return look

    async def _ask(self, chain: _Chain, url: str) -> AsyncIterator[Request | Article]:
        spider = self._spider
        lead = Lead(url=url, role="part", found_by=chain.first.found_by, referrer=chain.first.url)
        why = refuse_url(url, spider.hosts, spider.private) or spider.traps.refuse(url)
        if why is None and len(chain.asked) >= MAX_PAGES:
            why = _ENDLESS
        if why is None and sum(len(page.body) for page in chain.pages) > MAX_PAGE_BYTES:
            why = _TOO_LARGE
        if why is None and canonical_url(url) not in chain.asked:
            if (archived := spider.run.archived_part(url, chain.first)) is not None:
                chain.asked.add(canonical_url(url))
                async for one in self._take(chain, archived, lead):
                    yield one
                return
            if spider.articles_asked >= spider.walk.limit("pages_per_source"):
                spider.was_cut = True
                return
            spider.articles_asked += 1
            spider.counts.waiting += 1
            chain.asked.add(canonical_url(url))
            request = spider.asking.make(lead, None, callback=self.parse, errback=self.fail)
            request.meta["chain"] = chain
            yield request
            return
        if why is not None:  # nothing that a later visit could mend
            spider.tally.cut_articles[chain.first.url] = why
            self._trials -= len(chain.pages) == 1
        async for article in self._join(chain):
            yield article

    async def parse(self, response: Response) -> AsyncIterator[Request | Article]:
        """The next page of an article, as it came."""
        self._spider.counts.waiting -= 1
        self._spider.patience.note_good()
        async for one in self._take(response.meta["chain"], response.meta["page"].raw, response.meta["lead"]):
            yield one

    async def _take(self, chain: _Chain, raw: RawPage, lead: Lead) -> AsyncIterator[Request | Article]:
        """What follows from the next page of an article; where it adds nothing, or is the last one, the article as a whole."""
        look = await self._look(raw, len(chain.asked), chain.first.url)
        if look is None:
            self._spider.note_failure(lead, Cause(UNREADABLE))
        fresh = look.lines - chain.seen if look is not None else frozenset()
        if fresh:
            self._has_fruit = True
            chain.pages.append(raw)
            chain.seen |= fresh
        else:
            self._barren += len(chain.pages) == 1
        async for one in self._let_go():
            yield one
        following = self._ask(chain, look.following) if fresh and look and look.following else self._join(chain)
        async for one in following:
            yield one

    async def fail(self, failure: Failure) -> AsyncIterator[Request | Article]:
        """A page that could not be had: the article as far as it came."""
        spider = self._spider
        error, request = failure.value, failure.request  # type: ignore[attr-defined]
        chain: _Chain = request.meta["chain"]
        if type(error) is IgnoreRequest:  # robots.txt: nothing that a later visit could mend
            spider.counts.waiting -= 1
            spider.tally.cut_articles[chain.first.url] = find_cause(error, request.url).words
        else:
            spider.on_failure(failure)
        if isinstance(error, Refused) and error.quiet:
            return  # the next crawl goes on from the first page, which is archived
        self._trials -= len(chain.pages) == 1  # it has shown nothing
        async for one in self._let_go():
            yield one
        async for article in self._join(chain):
            yield article

    async def _join(self, chain: _Chain) -> AsyncIterator[Article]:
        """The pages of an article archived as one, under the first one's address, instant and headline, and on its way to be read."""
        if len(chain.pages) == 1:
            return
        body, kind = pack_pages(chain.pages)
        raw = other_page(chain.first, body=body, content_type=kind, role="joined", record_id="")
        page = await self._spider.run.archive_fetch(raw, None, self._spider.cycle, None)
        if page.withdrawn:
            self._spider.run.settle(page, "withdrawn")
            return
        self._spider.run.expect(page)
        yield Article(raw=page.raw, url=canonical_url(page.raw.url))
