"""Leads: what a feed, sitemap, listing or homepage says is worth fetching."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from r57monitor.models import FoundBy, PageRole, Source
from r57monitor.registry import source_hosts
from r57monitor.text.challenge import load_crawl_rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """One address and how it was found. Dates are what the page that named it said."""

    url: str
    role: PageRole
    found_by: FoundBy
    title: str | None = None
    list_date: datetime | None = None
    feed_date: datetime | None = None
    modified: datetime | None = None
    referrer: str | None = None
    depth: int = 0  # pages walked from the entry page
    is_probe: bool = False  # a guess of ours: its failure means nothing

    @property
    def dated(self) -> datetime | None:
        return self.feed_date or self.list_date or self.modified


@dataclass(frozen=True, slots=True)
class Walk:
    """How far to follow what entry pages offer."""

    since: datetime | None = None
    stops_early: bool = False  # a whole crawl finished before: what it knew needs no second look

    def limit(self, name: str) -> int:
        limits = load_crawl_rules()["limits"]
        return int(limits.get(f"{name}_since", limits[name]) if self.since else limits[name])

    def is_too_old(self, lead: Lead) -> bool:
        return self.since is not None and lead.dated is not None and lead.dated < self.since


def entry_leads(source: Source) -> list[Lead]:
    """The entry pages a source names; its homepage where it names none."""
    named = [
        *(Lead(url=u, role="feed", found_by="feed") for u in source.feeds),
        *(Lead(url=u, role="sitemap", found_by="sitemap") for u in source.sitemaps),
        *(Lead(url=u, role="listing", found_by="listing") for u in source.sections),
    ]
    return named or [Lead(url=source.homepage, role="listing", found_by="homepage")]


def needs_discovery(source: Source) -> bool:
    """Whether feeds and sitemaps of a source must be looked for."""
    return not (source.feeds or source.sitemaps or source.sections)


def allowed_hosts(source: Source) -> frozenset[str]:
    """host[:port] that a source's requests may go to, "www." given or not; exact ones on a private network."""
    hosts = {_without_default_port(h) for h in source_hosts(source)} - {""}
    if source.private_network:
        return frozenset(hosts)
    bare = {h.removeprefix("www.") for h in hosts}
    return frozenset(hosts | bare | {f"www.{h}" for h in bare})


def _without_default_port(host: str) -> str:
    return host.removesuffix(":80").removesuffix(":443")
