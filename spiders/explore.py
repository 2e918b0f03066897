"""What a site offers: the plans behind `r57 sources add` and `r57 sources check --visit`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import zip_longest
from typing import Literal

from r57monitor.errors import ReadError
from r57monitor.models import PageRole, RawPage, Source
from r57monitor.text.families import Family, find_family, needs_script
from r57monitor.text.links import find_feed_links
from r57monitor.text.site_clues import choose_sections, find_sections
from r57monitor.text.urls import canonical_url
from spiders.feed import read_feed
from spiders.leads import Lead, Walk, entry_leads
from spiders.listing import common_places, find_declared_feeds, read_listing
from spiders.scout import Answer, Scout
from spiders.sitemap import read_sitemap

ARTICLES = 3  # as many are read before a site is believed
MAX_TRIES = 8  # articles asked for to find them
MAX_FEEDS = 6
MAX_SITEMAPS = 4
MAX_SECTIONS = 6
MAX_PROBES = 8  # addresses of our own guess, for feeds and for sitemaps
MIN_SECTION_ARTICLES = 3  # fewer links to articles make no section
_HEADLINE_WORDS = 6  # of a link's name: fewer make no headline, and the page need not be read to tell
_FROZEN_FROM = 20  # a sitemap of so many entries with one and the same lastmod says nothing of time
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)

Read = Callable[[RawPage], Awaitable[bool]]  # whether a page is an article that can be read


@dataclass(slots=True)
class EntryPage:
    """A feed, sitemap or section that was asked for: the articles it names, or why it is of no use."""

    url: str
    role: PageRole
    leads: list[Lead] = field(default_factory=list)
    cause: str | None = None
    label: str | None = None
    sitemaps: int = 0  # of an index
    is_frozen: bool = False  # all its lastmod are the same


@dataclass(slots=True)
class Finding:
    """What a look at one site found."""

    home: RawPage | None = None
    cause: str | None = None  # why there is no front page
    family: Family | None = None
    feeds: list[EntryPage] = field(default_factory=list)
    sitemaps: list[EntryPage] = field(default_factory=list)
    sections: list[EntryPage] = field(default_factory=list)
    articles: list[RawPage] = field(default_factory=list)  # that could be read
    unread: list[tuple[str, str]] = field(default_factory=list)  # (address, cause)
    needs_script: bool = False

    @property
    def entries(self) -> list[EntryPage]:
        return [*self.feeds, *self.sitemaps, *self.sections]


async def explore_site(scout: Scout, finding: Finding, read: Read) -> None:
    """Fill in `finding` for a site that nobody has described: front page first, and nothing more where it fails."""
    source = scout.source
    answer = await scout.fetch(Lead(url=source.homepage, role="listing", found_by="homepage"))
    if answer.page is None:
        finding.cause = answer.cause
        return
    home = finding.home = answer.page
    finding.family, finding.needs_script = find_family([home]), needs_script(home)
    finding.feeds = await _find_feeds(scout, finding)
    finding.sitemaps = await _find_sitemaps(scout, finding)
    finding.sections = await _find_sections(scout, home, read)
    front = _read_entry(Answer(home), Lead(url=home.url, role="listing", found_by="homepage"), source)
    await _read_articles(scout, finding, [*finding.entries, front], read)
    finding.family = finding.family or find_family([home, *finding.articles])


async def visit_source(scout: Scout, finding: Finding, read: Read) -> None:
    """Fill in `finding` for a source of the registry: every entry page it names, and one article."""
    for lead in entry_leads(scout.source):
        entry = _read_entry(await scout.fetch(lead), lead, scout.source)
        if entry.role == "sitemap" and entry.sitemaps:
            await _descend(scout, entry)
        {"feed": finding.feeds, "sitemap": finding.sitemaps}.get(entry.role, finding.sections).append(entry)
    await _read_articles(scout, finding, finding.entries, read, wanted=1)


async def _find_feeds(scout: Scout, finding: Finding) -> list[EntryPage]:
    """Feeds that the front page names; where none answers, those of its system and of sites in general."""
    home = finding.home
    assert home is not None
    urls = dict.fromkeys([lead.url for lead in find_declared_feeds(home)] + find_feed_links(home, scout.source))
    named = [Lead(url=url, role="feed", found_by="feed", referrer=home.url) for url in urls]
    return await _try(scout, named, MAX_FEEDS) or await _try(scout, _guesses(scout, finding, "feed"), 1)


async def _find_sitemaps(scout: Scout, finding: Finding) -> list[EntryPage]:
    """Sitemaps that robots.txt names; where none answers, those of the site's system and of sites in general."""
    named = scout.declared_sitemaps()[: 2 * MAX_SITEMAPS]
    return await _try(scout, named, MAX_SITEMAPS) or await _try(scout, _guesses(scout, finding, "sitemap"), 2)


def _guesses(scout: Scout, finding: Finding, role: Literal["feed", "sitemap"]) -> list[Lead]:
    """Where a site of this publishing system, and sites in general, have their feeds or sitemaps."""
    assert finding.home is not None
    family = finding.family
    paths = (family.feeds if role == "feed" else family.sitemaps) if family else ()
    places = [*_at(finding.home.url, paths), *(lead.url for lead in common_places(scout.source.homepage) if lead.role == role)]
    return [Lead(url=url, role=role, found_by="homepage", is_probe=True) for url in dict.fromkeys(places)][:MAX_PROBES]


async def _find_sections(scout: Scout, home: RawPage, read: Read) -> list[EntryPage]:
    """Sections of the menu that list articles, the project's subject first; a headline that only looks like one is left out."""
    links = choose_sections(find_sections(home, scout.hosts), MAX_SECTIONS)
    leads = [Lead(url=link.url, role="listing", found_by="listing", referrer=home.url, title=link.label) for link in links]
    found = await _try(scout, leads[: 2 * MAX_SECTIONS], MAX_SECTIONS, read)
    return [entry for entry in found if len(entry.leads) >= MIN_SECTION_ARTICLES]


async def _is_headline(lead: Lead, answer: Answer, read: Read) -> bool:
    """Whether what was taken for a section is an article under a short address, which names others beside its text."""
    if answer.page is None or len((lead.title or "").split()) < _HEADLINE_WORDS:
        return False
    return await read(replace(answer.page, role="article"))


async def _try(scout: Scout, leads: list[Lead], wanted: int, read: Read | None = None) -> list[EntryPage]:
    """The first entry pages that name articles, at most `wanted`; a feed's address that leads to a list of feeds is followed once.

    read: where given, pages that are articles themselves are none of them.
    """
    found: list[EntryPage] = []
    known: set[str] = set()
    queue = list(leads)
    for lead in queue:
        if len(found) >= wanted:
            break
        if lead.url in known:
            continue
        known.add(lead.url)
        answer = await scout.fetch(lead)
        if lead.role == "feed" and answer.page is not None and lead.depth == 0:
            inside = _feeds_inside(answer.page, scout.source)
            queue += [Lead(url=u, role="feed", found_by="feed", referrer=lead.url, depth=1) for u in inside if u not in known][:MAX_FEEDS]
        entry = _read_entry(answer, lead, scout.source)
        if entry.sitemaps:
            await _descend(scout, entry)
        is_known = not entry.leads or any(_same_articles(entry, other) for other in found)
        if not is_known and (read is None or not await _is_headline(lead, answer, read)):
            found.append(entry)
    return found


def _feeds_inside(page: RawPage, source: Source) -> list[str]:
    """Feeds that a page names which stands where a feed was expected."""
    is_page = b"<html" in page.body[:3000].lower()
    return find_feed_links(page, source) if is_page else []


def _same_articles(one: EntryPage, other: EntryPage) -> bool:
    """Whether two feeds are one under two names."""
    return one.role == other.role and [lead.url for lead in one.leads] == [lead.url for lead in other.leads]


def _read_entry(answer: Answer, lead: Lead, source: Source) -> EntryPage:
    entry = EntryPage(url=lead.url, role=lead.role, cause=answer.cause, label=lead.title)
    if answer.page is None:
        return entry
    read = {"feed": read_feed, "sitemap": read_sitemap}.get(lead.role, read_listing)
    try:
        leads = read(answer.page, source, Walk())
    except ReadError as error:
        entry.cause = str(error)
        return entry
    if leads and leads[0].role == "sitemap":
        entry.sitemaps = len(leads)
    entry.leads = leads
    days = {one.modified for one in leads}
    entry.is_frozen = lead.role == "sitemap" and len(leads) >= _FROZEN_FROM and len(days) == 1 and None not in days
    if not leads:
        entry.cause = "names no article"
    return entry


async def _descend(scout: Scout, index: EntryPage) -> None:
    """Replace what a sitemap index names by the articles of its first sitemaps that hold any."""
    below, index.leads = index.leads, []
    for lead in below[:3]:
        entry = _read_entry(await scout.fetch(lead), lead, scout.source)
        if entry.leads and not entry.sitemaps:
            index.leads, index.is_frozen = entry.leads, entry.is_frozen
            return
        index.cause = entry.cause
    index.cause = index.cause or "its sitemaps name no article"


async def _read_articles(scout: Scout, finding: Finding, entries: Iterable[EntryPage], read: Read, wanted: int = ARTICLES) -> None:
    """Fetch articles, of each entry page in turn, until enough could be read."""
    for tries, lead in enumerate(_in_turn(entries)):
        if len(finding.articles) >= wanted or tries >= MAX_TRIES:
            return
        answer = await scout.fetch(lead)
        if answer.page is None:
            finding.unread.append((lead.url, answer.cause or "no page"))
        elif await read(answer.page):
            finding.articles.append(answer.page)
        else:
            finding.unread.append((lead.url, "no article could be read there"))


def _in_turn(entries: Iterable[EntryPage]) -> Iterator[Lead]:
    """Articles of the entry pages, newest first, one of each page after another, no address twice."""
    queues = [sorted(entry.leads, key=lambda one: one.dated or _LONG_AGO, reverse=True) for entry in entries]
    seen: set[str] = set()
    for row in zip_longest(*queues):
        for lead in row:
            if lead is not None and lead.role == "article" and (key := canonical_url(lead.url)) not in seen:
                seen.add(key)
                yield lead


def _at(base: str, paths: Iterable[str]) -> list[str]:
    scheme, _, rest = base.partition("://")
    return [f"{scheme}://{rest.partition('/')[0]}{path}" for path in paths]
