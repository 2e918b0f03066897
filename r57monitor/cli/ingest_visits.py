"""`r57 ingest https://…`: single addresses asked for as a crawl asks, robots.txt and all. Only this needs Scrapy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from r57monitor.cli.crawl import visit
from r57monitor.cli.ingest import nobody, source_of
from r57monitor.cli.session import Session
from r57monitor.models import Source
from r57monitor.text.urls import host_key
from spiders.leads import Lead, allowed_hosts
from spiders.memory import SourceMemory
from spiders.options import CrawlOptions
from spiders.run import CrawlRun
from warehouse.segment import SegmentWriter


def find_visits(addresses: Sequence[str], claimed: Source | None, registry: Mapping[str, Source]) -> list[tuple[Source, list[str]]]:
    """Each source to ask, with the addresses to ask it for. Private addresses are asked only where the registry says so."""
    grouped: dict[str, tuple[Source, list[str]]] = {}
    for address in addresses:
        source = claimed or source_of(address, registry) or nobody()
        if host_key(address) not in allowed_hosts(source):
            known = grouped[source.id][0] if source.id in grouped else source
            source = replace(known, hosts=(*known.hosts, host_key(address)), private_network=False)
        before = grouped.get(source.id, (source, []))[1]
        grouped[source.id] = (source, [*before, address])
    return list(grouped.values())


def fetch(session: Session, visits: Sequence[tuple[Source, list[str]]], failed: list[tuple[str, str]]) -> tuple[int, int]:
    """Fetch single pages, robots.txt obeyed; (articles, pages) got."""
    writer = SegmentWriter(session.home.archive, withheld=session.withheld)
    run = CrawlRun(
        archive=session.archive,
        writer=writer,
        journal=session.journal,
        memory={source.id: SourceMemory() for source, _ in visits},
        options=CrawlOptions(is_explicit=True, full=True),
        reader=session.readers(),
        rows=session.loader,
        progress=session.shown,
        given={source.id: [Lead(url=url, role="article", found_by="given") for url in urls] for source, urls in visits},
    )
    visit(session, [source for source, _ in visits], run, writer)
    failed.extend(run.failed)
    return sum(c.articles for c in run.counts.values()), sum(c.pages for c in run.counts.values())
