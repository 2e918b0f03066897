"""What hosts ask of us, kept by a source's spider: pauses of robots.txt and Retry-After, and hosts that nothing more is asked of."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any, cast

from scrapy import Request, Spider

from r57monitor.clock import VIETNAM, utc_now
from r57monitor.models import Source
from r57monitor.text.urls import host_key, slot_key
from spiders.leads import Lead
from spiders.memory import SourceMemory
from spiders.options import Counts
from spiders.polite import Patience
from spiders.run import CrawlRun
from spiders.verdict import Tally

_MAX_DECLARED = 20  # sitemaps of one robots.txt


class Manners(Spider):
    """The part of a source's spider that deals with hosts."""

    source: Source
    run: CrawlRun
    memory: SourceMemory
    patience: Patience
    counts: Counts
    tally: Tally
    was_cut: bool  # something worth fetching was left for the next cycle
    closed_hosts: dict[str, str]  # host -> why nothing more is asked of it in this cycle

    def read_robots(self, robotparser: Any, request: Request) -> None:
        """Take sitemaps and the crawl delay from robots.txt (a signal of Scrapy's robots middleware)."""
        parser = getattr(robotparser, "rp", None)
        if parser is None:
            return
        self.run.robots_sitemaps[host_key(request.url)] = [
            Lead(url=url, role="sitemap", found_by="sitemap", referrer=request.url) for url in list(parser.sitemaps)[:_MAX_DECLARED]
        ]
        self._obey_delay(slot_key(request.url), robotparser.crawl_delay(self.settings["ROBOTSTXT_USER_AGENT"]))

    def _obey_delay(self, host: str, delay: float | None) -> None:
        """Keep the pause that robots.txt asks for; one too long for any cycle to keep means that nothing is asked."""
        if not delay or math.isnan(delay) or delay <= 0:
            return
        if delay > self.patience.limit("crawl_delay_s"):
            self.close_host(host, f"robots.txt asks for {delay:.0f} s between two requests")
        else:
            downloader = cast(Any, self.crawler.engine).downloader
            downloader.rule(host).crawl_delay = delay
            downloader.hold(host, delay)  # robots.txt itself was a request

    def close_host(self, host: str, cause: str) -> None:
        """Ask nothing more of a host in this cycle."""
        self.closed_hosts.setdefault(host, cause)
        self.was_cut = True

    def take_pause(self, request: Request, status: int, cause: str, wait_s: float) -> None:
        """Leave alone what asked for a long pause: the address by itself where others of the host may still answer, else the host."""
        host = request.meta.get("download_slot", "")
        has_others = self.counts.waiting > 1 or self.counts.articles > 0 or self.tally.entries["answered"] > 0
        if "lead" in request.meta and self.patience.is_closed_alone(status, has_others=has_others):
            self.note_pause(request.url, wait_s)
            self.was_cut = True
            return
        self.close_host(host, cause)
        self.note_pause(host, wait_s)

    def note_pause(self, host: str, wait_s: float) -> None:
        """Remember beyond this cycle that a host (or one address) asked for a long pause; for a day at most, whatever it says."""
        until = utc_now() + timedelta(seconds=min(wait_s, 3600 * self.patience.limit("retry_after_most_h")))
        self.run.note_pause(self.source.id, host, until)

    def pause_of(self, host: str) -> str | None:
        """Why nothing is asked of a host yet, by what it said in an earlier cycle."""
        until = self.memory.pauses.get(host)
        if until is None or until <= utc_now():
            return None
        return f"asked in an earlier visit to be left alone until {until.astimezone(VIETNAM):%H:%M %d/%m/%Y}"
