"""`r57 ingest --engine`: WARC files read by the workers of a cluster, one file a unit."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipelines.cluster import connected
from pipelines.units import pack_rules
from r57monitor.cli.backfill import EVENT
from r57monitor.cli.ingest import IngestResult
from r57monitor.cli.session import Session
from r57monitor.cli.spool import SpoolUnit, clear_results, results_of, run_spooled, take_unit
from r57monitor.models import Source
from warehouse.storage import folder_storage
from warehouse.withheld import is_withdrawal


def ingest_on_cluster(
    engine: str, session: Session, files: Sequence[Path], registry: Mapping[str, Source], options: Mapping[str, Any]
) -> IngestResult:
    """Read WARC files, which every worker must see under the same path. options: further arguments of run_ingest."""
    results = results_of(session)
    rules = replace(pack_rules(session.recipe), sources={})
    journal = tuple(e for e in session.journal.iterate() if e["event"] == EVENT or is_withdrawal(e))
    run = uuid.uuid4().hex[:8]
    units = [
        SpoolUnit(
            name=f"{run}-{place:04d}",
            command="ingest",
            request=([str(path.resolve())], dict(options)),
            rules=rules,
            sources=tuple(registry.values()),
            archive=session.archive.storage or folder_storage(session.archive.folder),
            results=results,
            journal=journal,
            is_practice=session.home.is_practice,
        )
        for place, path in enumerate(files)
    ]
    articles = pages = records = 0
    failed: list[tuple[str, str]] = []
    passed: Counter[str] = Counter()
    try:
        with connected(engine, session.report) as cluster:
            for unit, done in zip(units, cluster.run(run_spooled, units, rules), strict=True):
                take_unit(session, unit, done)
                articles += done.result.articles
                pages += done.result.pages
                records += done.result.records
                failed += done.result.failed
                passed.update(done.result.passed)
                session.shown.step("WARC files read", unit_number(unit), len(units))
    finally:
        clear_results(results)
    return IngestResult(pages=pages, articles=articles, failed=tuple(failed), snapshot=None, records=records, passed=dict(passed))


def unit_number(unit: SpoolUnit) -> int:
    """The unit's place in its run, from one."""
    return int(unit.name.rpartition("-")[2]) + 1
