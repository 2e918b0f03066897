"""Leads: what a feed, sitemap, listing or homepage says is worth fetching."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from r57monitor.models import FoundBy, PageRole, Source
from r57monitor.registry import source_hosts
from r57monitor.text.challenge import load_crawl_rules
from r57monitor.text.stamps import parse_url_stamp
from r57monitor.text.urls import plain_name

_DRAFT_SLACK = timedelta(days=3)  # drafts met so far were at most a day older than their publication


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
    depth: int = 0  # pages walked from the entry page, or from a section's first
    level: int = 0  # of a section: levels below the front page
    is_probe: bool = False  # a guess of ours: its failure means nothing

    @property
    def is_article(self) -> bool:
        """Whether it leads to an article, or to a later page of one."""
        return self.role in {"article", "part"}

    @property
    def dated(self) -> datetime | None:
        """When it came out, as near as is known: what the list says, else the draft's time in the address, else the last change."""
        return self.feed_date or self.list_date or self.drafted or self.modified

    @property
    def drafted(self) -> datetime | None:
        stamp = parse_url_stamp(self.url) if self.role == "article" else None
        return stamp.at if stamp else None


@dataclass(frozen=True, slots=True)
class Walk:
    """How far to follow what entry pages offer."""

    since: datetime | None = None
    stops_early: bool = False  # a whole crawl finished before: what it knew needs no second look

    def limit(self, name: str) -> int:
        limits = load_crawl_rules()["limits"]
        return int(limits.get(f"{name}_since", limits[name]) if self.since else limits[name])

    def is_too_old(self, lead: Lead) -> bool:
        """Whether an article came out before the day asked for, where dates tell: a draft's day is some days early at most."""
        if self.since is None:
            return False
        said = lead.feed_date or lead.list_date
        if said is None and (drafted := lead.drafted) is not None and drafted + _DRAFT_SLACK < self.since:
            return True
        said = said or lead.modified
        return said is not None and said < self.since


def entry_leads(source: Source, *, goes_back: bool = False) -> list[Lead]:
    """The entry pages a source names; its homepage where it names none, or, for a walk back in time, feeds only."""
    named = [
        *(Lead(url=u, role="feed", found_by="feed") for u in source.feeds),
        *(Lead(url=u, role="sitemap", found_by="sitemap") for u in source.sitemaps),
        *(Lead(url=u, role="listing", found_by="listing") for u in source.sections),
    ]
    if not named or (goes_back and not (source.sitemaps or source.sections)):
        named.append(Lead(url=source.homepage, role="listing", found_by="homepage"))
    return named


def needs_discovery(source: Source) -> bool:
    """Whether feeds and sitemaps of a source must be looked for."""
    return not (source.feeds or source.sitemaps or source.sections)


def allowed_hosts(source: Source) -> frozenset[str]:
    """host[:port] that a source's requests may go to, "www." given or not; exact ones on a private network."""
    hosts = {_plain_host(h) for h in source_hosts(source)} - {""}
    if source.private_network:
        return frozenset(hosts)
    bare = {h.removeprefix("www.") for h in hosts}
    return frozenset(hosts | bare | {f"www.{h}" for h in bare})


def sources_by_host(sources: Iterable[Source]) -> dict[str, Source]:
    """host[:port] -> the first source that claims it."""
    found: dict[str, Source] = {}
    for source in sources:
        for host in allowed_hosts(source):
            found.setdefault(host, source)
    return found


def _plain_host(host: str) -> str:
    bare = host.removesuffix(":80").removesuffix(":443")
    name, colon, port = bare.partition(":")
    return bare if bare.startswith("[") else f"{plain_name(name)}{colon}{port}"
