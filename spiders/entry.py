"""Entry pages (feeds, sitemaps, listings) read whole: what they lead to. Runs in a worker process, for any page may be a trap."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from r57monitor.errors import ReadError
from r57monitor.models import PageRole, RawPage, Source
from r57monitor.text.feeds import is_cut_off
from r57monitor.text.html_tree import forget_page
from spiders.feed import read_feed
from spiders.leads import Lead, Walk, needs_discovery
from spiders.listing import find_declared_feeds, next_pages, read_listing, section_leads, subsection_leads
from spiders.sitemap import read_sitemap

MAX_LEVELS = 3  # of sections below the front page
MAX_LEADS = 10_000  # of one page; the protocol allows sitemaps 50,000, the newest of which come first here

READERS: dict[PageRole, Callable[[RawPage, Source, Walk], list[Lead]]] = {"feed": read_feed, "listing": read_listing}


@dataclass(frozen=True, slots=True)
class EntryReading:
    """What one entry page leads to; `error` says why it could not be read."""

    leads: tuple[Lead, ...] = ()
    following: tuple[Lead, ...] = ()  # the pages that go on where a listing ends
    feeds: tuple[Lead, ...] = ()  # that a page names in its head
    sections: tuple[Lead, ...] = ()  # of a front page, where the registry names none; below a section without articles
    error: str | None = None


def read_entry(raw: RawPage, source: Source, walk: Walk, depth: int, level: int = 0) -> EntryReading:
    """Read an entry page by its role. Never raises for what a page says.

    depth: pages walked from the entry page so far. level: of a section, below the front page.
    """
    try:
        return _read(raw, source, walk, depth, level)
    finally:
        forget_page()


def _read(raw: RawPage, source: Source, walk: Walk, depth: int, level: int) -> EntryReading:
    try:
        leads = read_sitemap(raw, source, walk, depth) if raw.role == "sitemap" else READERS[raw.role](raw, source, walk)
    except ReadError as error:
        return EntryReading(error=f"unreadable {raw.role}: {_in_place(raw) or error}")
    if len(leads) > MAX_LEADS:
        leads = sorted(leads, key=lambda lead: lead.dated.timestamp() if lead.dated else 0.0, reverse=True)[:MAX_LEADS]
    if raw.role != "listing":
        return EntryReading(tuple(leads), error=f"{raw.role} cut off: its end is missing" if is_cut_off(raw.body) else None)
    following = next_pages(raw, source, depth + 1) if depth + 1 < walk.limit("listing_pages") else []
    is_front = raw.found_by == "homepage" and needs_discovery(source)
    sections = section_leads(raw, source, is_bare=not leads) if is_front else []
    if not leads and raw.found_by == "listing" and level < MAX_LEVELS:
        sections = subsection_leads(raw, source, level + 1)
    return EntryReading(tuple(leads), tuple(following), tuple(find_declared_feeds(raw)), tuple(sections))


def _in_place(raw: RawPage) -> str | None:
    start = raw.body[:500].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return f"a web page in place of the {raw.role}" if start.startswith((b"<!doctype html", b"<html")) else None
