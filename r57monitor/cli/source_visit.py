"""What the commands that look at one live site share: the visit itself, and how what was seen is told."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from pipelines.chain import whole_steps
from pipelines.rules import recipe_for
from pipelines.workers import PageReading, Readers
from r57monitor.clock import VIETNAM
from r57monitor.errors import R57Error
from r57monitor.models import Article, RawPage, Source
from spiders.explore import EntryPage, Finding, explore_site, visit_source
from spiders.scout import Plan, Scout, scout
from warehouse.home import Home


@dataclass(slots=True)
class Visit:
    """What a look at a site found, and the articles as read."""

    finding: Finding = field(default_factory=Finding)
    read: dict[str, Article] = field(default_factory=dict)  # by the page's address


def visit(home: Home, source: Source, *, is_new: bool) -> Visit:
    """Look at one site as a crawl would: guarded, robots.txt obeyed, one request after another. Once in a process.

    is_new: nothing is known of the source but its front page.
    """
    from r57monitor.cli.crawl import scrapy_settings

    seen = Visit()
    plan = explore_site if is_new else visit_source
    readers = Readers(recipe_for(home if home.path.is_dir() else None, {source.id: source}), workers=1, read=whole_steps)

    async def read(raw: RawPage) -> bool:
        reading: PageReading = await asyncio.to_thread(readers.read, raw)
        if reading.outcome not in {"article", "document"} or reading.article is None:
            return False
        seen.read[raw.url] = reading.article
        return True

    async def run(spider: Scout) -> None:
        await plan(spider, seen.finding, read)

    try:
        scout(source, run, scrapy_settings(home))
    finally:
        readers.close()
    return seen


def fetch_one(home: Home, source: Source, url: str) -> RawPage:
    """One page of a source, fetched as a crawl would. Raises R57Error with the cause where it cannot be had."""
    from r57monitor.cli.crawl import scrapy_settings
    from spiders.leads import Lead

    got: list[RawPage] = []
    causes: list[str] = []

    async def run(spider: Scout) -> None:
        answer = await spider.fetch(Lead(url=url, role="article", found_by="given"))
        if answer.page is None:
            causes.append(answer.cause or "no page")
        else:
            got.append(answer.page)

    plan: Plan = run
    scout(source, plan, scrapy_settings(home))
    if not got:
        raise R57Error(f"{url} could not be fetched: {causes[0] if causes else 'no answer'}.")
    return got[0]


def entry_lines(entries: list[EntryPage], what: str) -> Iterator[str]:
    """One line for each entry page: what it is, how many articles it names, or why it is of no use."""
    for entry in entries:
        if entry.cause and not entry.leads:
            yield f"  {what:<8} {entry.url}: {entry.cause}"
            continue
        parts = [f"{len(entry.leads)} articles"]
        if entry.sitemaps:
            parts.append(f"index of {entry.sitemaps} sitemaps")
        if entry.is_frozen:
            parts.append("lastmod frozen, says nothing of time")
        label = f" ({entry.label})" if entry.label and entry.role == "listing" else ""
        yield f"  {what:<8} {entry.url}{label}: {', '.join(parts)}"


def article_lines(seen: Visit) -> Iterator[str]:
    """What was read of each article: title, date and where it is from, length, first figure."""
    for raw in seen.finding.articles:
        article = seen.read[raw.url]
        extracted = article.extracted
        assert extracted is not None
        day = f"{extracted.published.astimezone(VIETNAM):%d/%m/%Y %H:%M}" if extracted.published else "no date"
        yield f"  read     {extracted.title or 'no title'}"
        yield f"           {raw.url}"
        figure = article.figures[0] if article.figures else None
        first = f'first figure "{figure.mention}"' if figure else "no figure"
        garbled = ", garbled text restored" if article.restored is not None else ""
        yield f"           {day} (from {extracted.published_from}), {len(extracted.text)} letters, {first}{garbled}"
    for url, cause in seen.finding.unread:
        yield f"  not read {url}: {cause}"


def host_of(url: str) -> str:
    """Host of an address, without port."""
    return urlsplit(url).hostname or ""
