"""SourceSpider: one source, by whatever feeds, sitemaps and listings its registry entry names, or it is found to have."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any, cast

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from twisted.python.failure import Failure

from r57monitor.clock import utc_now
from r57monitor.errors import ReadError
from r57monitor.models import Article, RawPage, Source
from r57monitor.text.urls import canonical_url, host_key
from spiders.asking import Asking, as_revisit
from spiders.beside import Beside, forward_lead
from spiders.causes import TIMED_OUT, Cause, find_cause
from spiders.entry import EntryReading, read_entry
from spiders.guard import Refused, TrapDetector, refuse_url
from spiders.history import Ages, find_settled
from spiders.known import KnownPage, whole_page
from spiders.later_pages import LaterPages
from spiders.leads import Lead, Walk, allowed_hosts, entry_leads, needs_discovery
from spiders.listing import common_places
from spiders.manners import Manners
from spiders.old_pages import OldPage
from spiders.polite import Patience
from spiders.replacing import Replacement
from spiders.run import CrawlRun
from spiders.twins import Twins
from spiders.verdict import UNREADABLE, Tally, judge_cycle
from spiders.yields import Yields
from warehouse.records import ArchivedPage, plain_outcome

_MOVED = "redirect refused: "


class SourceSpider(Manners):
    """Fetches what is new at one source and revisits what is young; a site's own class overrides what data cannot say."""

    name = "source"

    def __init__(self, source: Source, run: CrawlRun, cycle: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.source = source
        self.run = run
        self.cycle = cycle
        self.memory = run.memory[source.id]
        self.counts = run.counts[source.id]
        self.hosts = allowed_hosts(source)
        self.private = self.hosts if source.private_network else frozenset()
        self.asking = Asking(source, run, self.memory)
        run.attach(self)
        self.walk = Walk(run.options.since, self.memory.has_finished and not run.options.full)
        self.traps = TrapDetector()
        self.seen: set[str] = set()
        self.articles_asked = 0
        self.tally = Tally()
        self.yields = Yields()
        self.ages = Ages()
        self.twins = Twins()
        self.beside = Beside(run.work)
        self.later = LaterPages(self)
        self.replacement = Replacement(self.tally, self.memory.known.values(), counts_age=self.walk.stops_early and self.walk.since is None)
        self.was_cut = False
        self.patience = Patience(since=run.options.since is not None)
        self.closed_hosts = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> SourceSpider:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.read_robots, signal=signals.robots_parsed)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        entries = self.entry_leads()
        settled = find_settled(self.memory, {lead.url for lead in entries}, utc_now()) if self.walk.since else frozenset()
        self.seen.update(settled)
        for lead in entries:
            for request in self.follow(lead):
                yield request
        for page in self.run.unfinished_entries(self.source.id):
            reading = await self._read(page.raw, 0)
            following = self._next(reading, []) if page.raw.requested_url in settled else []
            for lead in (*reading.leads, *following):
                for request in self.follow(lead):
                    yield request
        for request in self._retries():
            yield request
        async for one in self.later.resume():
            yield one
        for page in self.run.leading_pages(self.source.id):
            yield await self._read_once_more(page)
        for request in self._revisits():
            yield request

    async def _read_once_more(self, page: ArchivedPage) -> Article:
        """An archived article on its way to be read, for what it leads to; its rows are there, or come from this."""
        lead = Lead(url=page.raw.requested_url, role="article", found_by=page.raw.found_by)
        await self.beside.look(lead, page.raw)
        self.run.expect(page)
        return Article(raw=page.raw, url=canonical_url(page.raw.url))

    def entry_leads(self) -> list[Lead]:
        """Where this source is entered."""
        return self.run.given.get(self.source.id) or entry_leads(self.source, goes_back=self.walk.since is not None)

    def follow(self, lead: Lead) -> Iterator[Request]:
        """The request for a lead; nothing where it is known, refused, too old, a trap or beyond a limit."""
        refused = refuse_url(lead.url, self.hosts, self.private)
        if refused is not None:
            if lead.referrer is None:  # the registry or the user named it
                self.note_failure(lead, Cause(refused))
            return
        key = canonical_url(lead.url)
        if key in self.seen or (lead.role != "article" and lead.url in self.seen) or self.twins.holds_back(lead):
            return
        self.seen.add(key if lead.role == "article" else lead.url)
        trap = self.traps.refuse(lead.url)
        if trap or (lead.role == "article" and self.yields.is_closed(lead.url)):
            self.crawler.stats.inc_value(f"r57/trap/{trap or 'shape without articles'}")
        elif lead.role == "article":
            yield from self._follow_article(lead, key)
        elif self.tally.entries["asked"] < self.walk.limit("entry_pages"):
            self.tally.entries["asked"] += not lead.is_probe
            yield self.request(lead)
        else:
            self.was_cut = True

    def _follow_article(self, lead: Lead, key: str) -> Iterator[Request]:
        if key in self.memory.withheld:
            return
        known = self.memory.known.get(key)
        if known is not None:
            if self.asking.is_due(known, lead):
                whole = whole_page(known) if isinstance(known, OldPage) else known
                yield self.request(as_revisit(lead, whole), whole)
            return
        failed = self.memory.failed.get(key)
        if self.walk.is_too_old(lead) or (failed is not None and failed.attempts >= self.walk.limit(failed.limit)):
            return
        if self.articles_asked >= self.walk.limit("pages_per_source"):
            self.was_cut = True
            return
        self.articles_asked += 1
        yield self.request(lead, has_failed=failed is not None)

    def request(self, lead: Lead, known: KnownPage | None = None, *, has_failed: bool = False) -> Request:
        """The request itself, conditional where the page is known."""
        self.counts.waiting += 1
        callback = self.parse_article if lead.role == "article" else self.parse_entry
        return self.asking.make(lead, known, has_failed=has_failed, callback=callback, errback=self.on_failure)

    async def parse_article(self, response: Response) -> AsyncIterator[Any]:
        """The article as archived, for the pipelines to read."""
        self.counts.waiting -= 1
        self.patience.note_good()
        page: ArchivedPage = response.meta["page"]
        if plain_outcome(page) is not None:
            self.tally.entries["articles_kept"] += 1
        else:
            self.counts.articles += 1
            await self.beside.look(response.meta["lead"], page.raw)
            yield Article(raw=page.raw, url=canonical_url(page.raw.url))
            async for one in self.later.begin(page):
                yield one

    async def parse_entry(self, response: Response) -> AsyncIterator[Request]:
        """Requests for what a feed, sitemap or listing names."""
        self.counts.waiting -= 1
        self.patience.note_good()
        page: ArchivedPage = response.meta["page"]
        lead: Lead = response.meta["lead"]
        is_unchanged = page.raw.status == 304
        self.tally.entries["answered"] += not lead.is_probe
        self.tally.entries["unchanged"] += is_unchanged
        reading = EntryReading() if is_unchanged else await self._read(page.raw, lead.depth, lead)
        if not is_unchanged:
            self._count(lead, reading)
        fresh = [one for one in reading.leads if one.role == "article" and canonical_url(one.url) not in self.memory.known]
        if lead.found_by == "homepage" and lead.role == "listing":
            self.replacement.note_front_page(len(fresh))
        forward = None if is_unchanged or reading.leads else forward_lead(lead, page.raw)
        further = [*self._forward(forward)]
        if not is_unchanged:
            further += [*self._next(reading, fresh), *self._discover(lead, page.raw, reading)]
        for one in (*reading.leads, *further):
            for request in self.follow(one):
                yield request
        if not lead.is_probe and forward is None:
            self.replacement.note(reading.leads, is_unchanged=is_unchanged, has_new=bool(fresh))
            self._fall_back()

    def _count(self, lead: Lead, reading: EntryReading) -> None:
        self.tally.entries["leads"] += len(reading.leads)
        hosts = (host_key(one.url) for one in reading.leads if one.role == "article")
        self.tally.elsewhere.update(host for host in hosts if host not in self.hosts)  # here: attached files often lie on other hosts
        if not lead.is_probe:  # what was passed over for its age must be found again: then an unchanged page is no answer
            has_passed = any(self.walk.is_too_old(one) for one in reading.leads)
            self.tally.found[lead.url] = 0 if has_passed else len(reading.leads)

    def _forward(self, forward: Lead | None) -> list[Lead]:
        """The page that another sends its reader on to; one outside of the source is noted as a redirect there is."""
        refused = refuse_url(forward.url, self.hosts, self.private) if forward is not None else None
        if forward is None or refused is None:
            return [] if forward is None else [forward]
        self.note_failure(forward, Cause(f"{_MOVED}{refused}"))
        return []

    async def _read(self, raw: RawPage, depth: int, lead: Lead | None = None) -> EntryReading:
        try:
            reading: EntryReading = await self.run.work(read_entry, raw, self.source, self.walk, depth, lead.level if lead else 0)
        except ReadError as error:
            reading = EntryReading(error=str(error))
        if reading.error and lead is not None and not lead.is_probe:
            self.note_failure(lead, Cause(reading.error))
        return reading

    def _next(self, reading: EntryReading, fresh: list[Lead]) -> list[Lead]:
        """The next pages of a listing, unless what this one lists is known, too old, or far back enough."""
        articles = [one for one in reading.leads if one.role == "article"]
        if not articles or (self.walk.stops_early and not fresh and self.walk.since is None):
            return []
        dated = [one for one in articles if one.dated]
        if dated and all(self.walk.is_too_old(one) for one in dated):
            return []
        if not dated and self.ages.is_past(self.walk.since):
            return []
        return list(reading.following)

    def _discover(self, lead: Lead, raw: RawPage, reading: EntryReading) -> list[Lead]:
        """Feeds and sitemaps of a source that names none: from its homepage and robots.txt, else from common places.

        A walk back in time takes the sitemaps of robots.txt in any case: feeds and news sitemaps hold some days only.
        """
        declared = self.run.robots_sitemaps.get(host_key(raw.url), [])
        if lead.found_by != "homepage" or lead.role != "listing":
            below = reading.sections[: max(0, self.walk.limit("subsections") - self.tally.entries["subsections"])]
            self.tally.entries["subsections"] += len(below)
            return [*(declared if self.walk.since and not lead.is_probe else []), *below]
        if not needs_discovery(self.source):  # all that it names has failed
            return declared if self.walk.since else list(reading.feeds)
        found = [*reading.feeds, *declared]
        if not found and not self.memory.has_finished:
            found = common_places(self.source.homepage)
        return [*found, *reading.sections]

    def _retries(self) -> Iterator[Request]:
        """Articles that earlier cycles asked for and did not get."""
        for failed in list(self.memory.failed.values()):
            entry = failed.entry
            lead = Lead(url=entry["url"], role="article", found_by="revisit", title=entry.get("list_title"), referrer=entry.get("referrer"))
            yield from self.follow(lead)

    def _revisits(self) -> Iterator[Request]:
        """Known articles that are young enough to be edited still; a full crawl takes them all."""
        for key, known in self.memory.known.items():
            lead = Lead(url=known.latest.url, role="article", found_by="revisit")
            names = {key, canonical_url(known.latest.url), canonical_url(known.latest.requested_url)}  # one page behind a redirect
            if not names & self.seen and self.asking.is_young(known) and self.asking.is_due(known, lead):
                yield from self.follow(lead)

    def on_failure(self, failure: Failure) -> None:
        """Note in words why a request gave no page."""
        self.counts.waiting -= 1
        request: Request = failure.request  # type: ignore[attr-defined]
        lead: Lead = request.meta["lead"]
        error = failure.value or RuntimeError("no reason given")
        if isinstance(error, Refused) and error.quiet:
            self.was_cut = True
            return
        cause = find_cause(error, request.url)
        was_asked = cause.status is not None or not isinstance(error, IgnoreRequest)
        if was_asked:
            lost = self.settings.getfloat("DOWNLOAD_TIMEOUT") if cause.words == TIMED_OUT else 0.0
            self.patience.note_failure(cause.words, cause.status, lost, is_probe=lead.is_probe)
        if not lead.is_probe:
            self.note_failure(lead, cause, str(error))
        if twin := self.twins.let_go(lead):
            self._ask_now(twin)

    def note_failure(self, lead: Lead, cause: Cause, error: str | None = None) -> None:
        """Journal a failure; failed entry pages also decide how the cycle ended."""
        self.counts.failures += 1
        is_entry = not lead.is_article
        if is_entry and cause.words.startswith(_MOVED) and cause.words.endswith("outside the source's hosts"):
            cause = cause._replace(words=f"moved: {cause.words.removeprefix(_MOVED)}")
        is_old = not is_entry and self.memory.is_past_loss(lead.url, passes=cause.passes)
        if lead.role == "part":
            self.tally.cut_articles[lead.referrer or lead.url] = cause.words
        else:
            self.tally.note_failure(cause.words, is_entry=is_entry, is_old=is_old)
        self.run.note_failure(self, lead, cause, error)
        if is_entry:
            self._fall_back()

    def _fall_back(self) -> None:
        """Ask for the front page where every entry page that the registry names is of no use: the outlet may have moved its feeds."""
        home = Lead(url=self.source.homepage, role="listing", found_by="homepage", is_probe=self.tally.entries["answered"] > 0)
        if home.url not in self.seen and self.source.id not in self.run.given and self.replacement.is_due():
            self._ask_now(home)

    def _ask_now(self, lead: Lead) -> None:
        """Ask for what a page has led to outside of its callback."""
        for request in self.follow(lead):
            cast(Any, self.crawler.engine).crawl(request)

    def note_reading(self, raw: RawPage, outcome: str, article: Article | None) -> None:
        """Learn what a page turned out to be."""
        if outcome == "set_aside":
            self.tally.article_causes.append(UNREADABLE)
        self.yields.note(raw.url, outcome, article)
        self.ages.note(raw, article)
        files, forward = self.beside.leads(raw, outcome, article)
        for lead in (*files, *self._forward(forward)):
            self._ask_now(lead)

    def outcome(self) -> tuple[str, str | None]:
        """How the cycle went: ("ok" or "failing", cause in words)."""
        return judge_cycle(self.tally, self.counts.articles, self.patience.failed, self.memory.found)
