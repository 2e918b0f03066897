"""`r57 crawl --engine`: each unit a set of hosts that one worker of a cluster visits, so that politeness towards a host holds."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from pipelines.cluster import Cluster, connected
from pipelines.units import pack_rules
from r57monitor.cli.crawl import CrawlRequest, CrawlResult, due_sources
from r57monitor.cli.session import Session
from r57monitor.cli.spool import SpoolUnit, clear_results, results_of, run_spooled, take_unit
from r57monitor.models import Source
from r57monitor.preferences import load_preferences
from spiders.options import Counts
from spiders.process import group_by_host
from warehouse.index import IndexEntry
from warehouse.storage import Storage, folder_storage
from warehouse.withheld import is_withdrawal

UNITS_A_WORKER = 4  # small enough that the last worker at work is not alone for long, large enough that starting costs little


def crawl_on_cluster(engine: str, session: Session, chosen: Sequence[Source], request: CrawlRequest) -> CrawlResult:
    """Visit what is due on a cluster's workers and store what they bring, unit by unit."""
    due = due_sources(session, chosen, request)
    counts: dict[str, Counts] = {}
    problems: list[str] = []
    stopped: str | None = None
    results = results_of(session)
    if due:
        try:
            with connected(engine, session.report) as cluster:
                units = _units(session, due, request, cluster, results)
                for unit, done in zip(units, cluster.run(run_spooled, units, units[0].rules), strict=True):
                    take_unit(session, unit, done)
                    counts |= done.result.counts
                    stopped = stopped or done.result.stopped
                    problems += [line for line in done.problems if line not in problems]
                    session.shown.update(counts)
        finally:
            clear_results(results)
    return CrawlResult(counts=counts, not_due=len(chosen) - len(due), stopped=stopped, problems=tuple(problems))


def _units(session: Session, due: Sequence[Source], request: CrawlRequest, cluster: Cluster, results: Storage) -> list[SpoolUnit]:
    groups = sorted(group_by_host(due), key=len, reverse=True)
    shares: list[list[Source]] = [[] for _ in range(min(len(groups), UNITS_A_WORKER * cluster.count_workers()))]
    for group in groups:
        min(shares, key=len).extend(group)
    names = {source.id: place for place, share in enumerate(shares) for source in share}
    known = _known(session, names)
    journal = [entry for entry in session.journal.iterate() if _is_needed(entry, names)]
    rules = pack_rules(session.recipe)
    crawl = load_preferences(session.home.path).values.crawl.model_dump(mode="json")
    run = uuid.uuid4().hex[:8]
    max_pages = None if request.max_pages is None else -(-request.max_pages // len(shares))
    return [
        SpoolUnit(
            name=f"{run}-{place:04d}",
            command="crawl",
            request=_share(request, share, max_pages),
            rules=replace(rules, sources={}),
            sources=tuple(share),
            archive=session.archive.storage or folder_storage(session.archive.folder),
            results=results,
            known=known[place],
            journal=tuple(e for e in journal if names.get(str(e.get("source")), place) == place),
            crawl=crawl,
            is_practice=session.home.is_practice,
        )
        for place, share in enumerate(shares)
    ]


def _share(request: CrawlRequest, sources: Sequence[Source], max_pages: int | None) -> CrawlRequest:
    """A unit's part of what was asked for: sources that were named stay named."""
    named = tuple(source.id for source in sources) if request.is_explicit else ()
    return replace(request, source_ids=named, registries=(), max_pages=max_pages, publish=False)


def _known(session: Session, names: dict[str, int]) -> dict[int, dict[str, list[IndexEntry]]]:
    """Index entries of each unit's sources, by segment."""
    found: dict[int, dict[str, list[IndexEntry]]] = defaultdict(dict)
    for segment in session.archive.segments():
        for entry in session.archive.entries(segment, session.report):
            place = names.get(entry.source_id)
            if place is not None:
                found[place].setdefault(segment.name, []).append(entry)
    return found


def _is_needed(entry: dict[str, object], names: dict[str, int]) -> bool:
    """Whether an entry is of a source that is visited, or says what is withdrawn."""
    return entry.get("source") in names or is_withdrawal(entry)
