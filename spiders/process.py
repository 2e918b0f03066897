"""Runs the sources of one crawl in one Scrapy process: which side by side, which in turn, and how they are ended."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Sequence
from contextlib import suppress
from copy import copy
from typing import Self

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from r57monitor.models import Source
from spiders.garbage import collected_by_pages
from spiders.leads import allowed_hosts
from spiders.options import Counts
from spiders.proxy import proxy_names
from spiders.run import CrawlRun


def group_by_host(sources: Sequence[Source]) -> list[list[Source]]:
    """Sources that share a host stand in one group: a group is crawled one source after another, so politeness holds."""
    groups: list[tuple[set[str], list[Source]]] = []
    for source in sources:
        hosts = {host.removeprefix("www.") for host in allowed_hosts(source)}
        members = [source]
        for group in [g for g in groups if g[0] & hosts]:
            groups.remove(group)
            hosts |= group[0]
            members = [*group[1], *members]
        groups.append((hosts, members))
    return [members for _, members in groups]


class _OwnSettings(Settings):
    """Settings of one crawler alone. Scrapy copies settings deeply, twice for every crawler, which takes as long as four pages."""

    @classmethod
    def of(cls, base: Settings) -> _OwnSettings:
        made = cls.__new__(cls)
        made.__dict__.update(base.__dict__)
        made.attributes = {name: copy(attribute) for name, attribute in base.attributes.items()}
        return made

    def copy(self) -> Self:
        return self


def source_settings(base: Settings, source: Source) -> Settings:
    """Scrapy's settings for one source: its own delay and pinned certificate.

    A source of this office's own network with a delay of 0 is asked as fast as it answers.
    """
    settings = _OwnSettings.of(base)
    delay = base.getfloat("DOWNLOAD_DELAY") if source.delay_s is None else source.delay_s
    settings.set("DOWNLOAD_DELAY", delay, "cmdline")
    settings.set("AUTOTHROTTLE_START_DELAY", delay, "cmdline")
    settings.set("R57_TLS_PIN", source.tls_pin, "cmdline")
    if source.private_network and source.delay_s == 0:
        settings.set("AUTOTHROTTLE_ENABLED", False, "cmdline")
    return settings


def run_sources(sources: Sequence[Source], run: CrawlRun, base: Settings) -> None:
    """Crawl every source and return when all have ended, however they ended. Once in a process: the reactor starts once.

    SIGINT and SIGTERM end the crawl in order; a second one at once.
    """
    private = {host.rsplit(":", 1)[0] for s in sources if s.private_network for host in allowed_hosts(s)}
    base.set("R57_PRIVATE_HOSTS", sorted(private | proxy_names(base.get("PROXY") or "")), "cmdline")
    for source in sources:
        run.counts.setdefault(source.id, Counts())
    process = AsyncCrawlerProcess(base)
    loop = asyncio.get_event_loop()
    main = loop.create_task(_crawl_all(process, sources, run, base))
    main.add_done_callback(lambda _: process._stop_reactor())
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(ValueError, RuntimeError):  # not in the main thread: the caller handles signals
            loop.add_signal_handler(number, _on_signal, run, loop)
    with collected_by_pages():
        process.start(stop_after_crawl=False, install_signal_handlers=False)
    if not main.cancelled() and main.done():
        main.result()


def _on_signal(run: CrawlRun, loop: asyncio.AbstractEventLoop) -> None:
    run.stop("stopped by the user")
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.remove_signal_handler(number)


async def _crawl_all(process: AsyncCrawlerProcess, sources: Sequence[Source], run: CrawlRun, base: Settings) -> None:
    places = asyncio.Semaphore(run.options.parallel)

    async def crawl_group(group: list[Source]) -> None:
        for source in group:
            async with places:
                await run.crawl_source(process, source, source_settings(base, source))

    timer: asyncio.TimerHandle | None = None
    if run.options.max_minutes is not None:
        loop = asyncio.get_running_loop()
        timer = loop.call_later(run.options.max_minutes * 60, run.stop, f"{run.options.max_minutes:g} minutes are over")
    await asyncio.gather(*(crawl_group(group) for group in group_by_host(sources)))
    if timer is not None:
        timer.cancel()
