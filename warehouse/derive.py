"""Computes from the facts what readers see: clusters, states, targets, flags, health of sources, coverage."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import cache, partial
from importlib import resources
from typing import Any

import duckdb

from r57monitor.catalogue import Catalogue
from r57monitor.clock import vietnam_day
from r57monitor.gazetteer import Gazetteer
from r57monitor.ledger.coverage import OWN_KINDS, Coverage, find_coverage
from r57monitor.ledger.health import Counts, CycleEnd, Failure, HealthDay, Observations, active_periods, find_health
from r57monitor.ledger.symptoms import Sample
from warehouse.db import Connection, Row, as_row, fetch_dicts, fill_table, load_sql, name_layout, settle
from warehouse.official import derive_official
from warehouse.placing import place_articles
from warehouse.renewing import renew_articles
from warehouse.stating import Knowledge, renew_ledger

__all__ = ["Knowledge", "derive", "forget_derived", "load_quality"]


def derive(con: Connection, knowledge: Knowledge, *, number: int, published_at: datetime, is_practice: bool) -> None:
    """Bring the schema `derived` up to date with the facts and create the views over it. The caller holds a transaction.

    Only what changed since the last time is worked out anew; everything where rules or knowledge are others than then, and that is
    committed step by step: until the last one nothing says what the tables are of, so they are begun anew after a fault. Whoever
    changes facts otherwise than by adding to them calls forget_derived().
    """
    rules = name_rules(knowledge)
    held, before = _prepare(con, rules)
    after_step = partial(settle, con) if held < 0 else _go_on
    if held < 0:  # they are of the rules: what was published by the same ones has them
        _refill(con, "provinces", _province_rows(knowledge.gazetteer))
        _refill(con, "metrics", _metric_rows(knowledge.catalogue))
    renew_articles(con, knowledge.gazetteer, held)
    after_step()
    place_articles(con)
    after_step()
    observed_until = _observed_until(con)
    today = vietnam_day(observed_until) if observed_until else None
    renew_ledger(con, knowledge, before, today, after_step)
    for table, rows in (
        ("layout", [{"name": name_layout()}]),
        ("made", [{"rules": rules, "number": number, "today": today}]),
        ("snapshot", [_snapshot_row(con, number, published_at, observed_until, is_practice)]),
        ("quality", load_quality()),
    ):
        _refill(con, table, rows)
    con.execute(load_sql("derive_about"))
    derive_official(con, knowledge.catalogue, knowledge.gazetteer)
    health = _derive_health(con, today)
    _derive_coverage(con, knowledge.gazetteer, health, today)
    if held < 0:
        con.execute(load_sql("views"))


def _go_on() -> None:
    """All steps stay in one transaction."""


def forget_derived(con: Connection) -> None:
    """Have the next publish work everything out anew: for whoever takes facts away or rewrites them."""
    con.execute("DROP SCHEMA IF EXISTS derived CASCADE")


def _prepare(con: Connection, rules: str) -> tuple[int, date | None]:
    """The last snapshot that the tables hold the facts of, and the day it was; empty tables where they are of other rules."""
    known = "SELECT 1 FROM duckdb_tables() WHERE (database_name, schema_name, table_name) = (current_database(), 'derived', 'made')"
    if con.execute(known).fetchone():
        made = con.execute("SELECT rules, number, today FROM derived.made").fetchone()
        if made and made[0] == rules:
            return made[1], made[2]
    forget_derived(con)
    con.execute("CREATE SCHEMA derived")
    con.execute(load_sql("derive_tables"))
    return -1, None


def name_rules(knowledge: Knowledge) -> str:
    """A name for all that decides what is derived beside the facts: code, queries, provinces and metrics."""
    told = repr((duckdb.__version__, knowledge.gazetteer.entities, knowledge.catalogue.metrics))
    return hashlib.sha256(told.encode() + _code()).hexdigest()[:12]


@cache
def _code() -> bytes:
    """A digest of the code and the queries, as they are when this process first asks: it goes on with the code that it has."""
    digest = hashlib.sha256()
    root, own = resources.files("r57monitor"), resources.files("warehouse")
    folders = (root / "ledger", root / "text", own, own / "queries", own / "migrations")
    files = [root / "gazetteer.py", root / "catalogue.py", *(file for folder in folders for file in folder.iterdir())]
    for file in sorted((f for f in files if f.name.endswith((".py", ".sql"))), key=str):
        digest.update(file.read_bytes())
    return digest.digest()


def _refill(con: Connection, table: str, rows: Sequence[Row]) -> None:
    con.execute(f"DELETE FROM derived.{table}")  # noqa: S608 (a name of our own)
    fill_table(con, f"derived.{table}", rows)


def _observed_until(con: Connection) -> datetime | None:
    sql = """SELECT greatest((SELECT max(fetched_at) FROM core.fetches),
                    (SELECT max(noted_at) FROM core.journal WHERE event IN ('cycle_begun', 'cycle_ended', 'failure', 'not_run')))"""
    row = con.execute(sql).fetchone()
    return row[0] if row else None


def _snapshot_row(con: Connection, number: int, published_at: datetime, observed_until: datetime | None, is_practice: bool) -> Row:
    rules = con.execute("SELECT value FROM core.meta WHERE key = 'rules_version'").fetchone()
    return {
        "number": number,
        "published_at": published_at,
        "observed_until": observed_until,
        "rules_version": rules[0] if rules else None,
        "is_practice": is_practice,
    }


def _province_rows(gazetteer: Gazetteer) -> list[Row]:
    rows = []
    for entity in gazetteer.entities:
        now = gazetteer.now(entity.id)
        rows.append({
            "province_id": entity.id,
            "name": entity.name,
            "full_name": entity.full_name,
            "now_id": now.id,
            "now_name": now.name,
            "region": entity.region,
            "official_order": entity.official_order,
            "valid_from": entity.valid_from,
            "valid_until": entity.valid_until,
        })  # fmt: skip
    return rows


def _metric_rows(catalogue: Catalogue) -> list[Row]:
    return [
        {"metric_id": m.id, "label_vi": m.label_vi, "label_en": m.label_en, "unit": m.unit, "pillar": m.pillar, "better": m.better}
        for m in catalogue.metrics
    ]


def load_quality() -> list[Row]:
    """Measured precision and recall by metric, from r57monitor/data/quality.json; nothing where it was never measured."""
    file = resources.files("r57monitor") / "data" / "quality.json"
    if not file.is_file():
        return []
    data: dict[str, Any] = json.loads(file.read_text("utf-8"))
    measured_at = date.fromisoformat(data["measured_at"]) if data.get("measured_at") else None
    keys = (
        "metric_id", "metric_group", "precision", "precision_low", "precision_high", "recall", "recall_low", "recall_high", "f1",
        "expected", "found", "correct", "documents",
    )  # fmt: skip
    return [
        {**{k: m.get(k) for k in keys}, "measured_on": data.get("measured_on"), "measured_at": measured_at} for m in data.get("metrics", [])
    ]


def _derive_health(con: Connection, today: date | None) -> list[HealthDay]:
    if today is None:
        return []
    active = active_periods(con.execute("SELECT source_id, active_from, active_until FROM core.sources").fetchall())
    health = find_health(_observe(con), today, active)
    _refill(con, "source_health", [as_row(day) for day in health])
    return health


def _observe(con: Connection) -> Observations:
    rows = con.execute("SELECT source_id, begun_at FROM derived.first_crawls WHERE begun_at IS NOT NULL").fetchall()
    journal = fetch_dicts(con, "SELECT * FROM core.journal WHERE source_id IS NOT NULL ORDER BY noted_at, entry_id")
    events: dict[str, list[Row]] = defaultdict(list)
    for entry in journal:
        events[entry["event"]].append(entry)
    counts = con.execute(load_sql("derive_counts")).fetchall()
    published: dict[str, list[datetime]] = defaultdict(list)
    for source_id, instant in con.execute("SELECT source_id, reported_at FROM derived.articles ORDER BY reported_at").fetchall():
        published[source_id].append(instant)
    return Observations(
        begun=dict(rows),
        cycle_begins=[(e["source_id"], e["noted_at"]) for e in events["cycle_begun"]],
        cycle_ends=[
            CycleEnd(source_id=e["source_id"], ended_at=e["noted_at"], outcome=e["outcome"] or "ok", cause=e["cause"])
            for e in events["cycle_ended"]
        ],
        failures=[Failure(source_id=e["source_id"], at=e["noted_at"], role=e["role"], cause=e["cause"]) for e in events["failure"]],
        not_run={(e["source_id"], e["day"] or vietnam_day(e["noted_at"])): e["cause"] or "" for e in events["not_run"]},
        counts={(s, day): Counts(pages=p, articles=a, relevant=r) for s, day, p, a, r in counts},
        published=published,
        samples=[Sample(**row) for row in fetch_dicts(con, load_sql("derive_samples"))],
    )


def _derive_coverage(con: Connection, gazetteer: Gazetteer, health: Iterable[HealthDay], today: date | None) -> None:
    now = {e.id: gazetteer.now(e.id) for e in gazetteer.entities}
    provinces = sorted({e.id: e for e in now.values()}.values(), key=lambda e: e.official_order)
    articles = {
        (row["article_id"], now[row["province_id"]].id): Coverage(
            article_id=row["article_id"],
            province_id=now[row["province_id"]].id,
            day=vietnam_day(row["reported_at"]),
            is_original=row["is_original"],
            publisher=row["publisher"],
            is_aggregator=row["is_aggregator"],
        )
        for row in fetch_dicts(con, load_sql("derive_reports"))
        if row["province_id"] in now
    }
    own: dict[str, list[str]] = defaultdict(list)
    sql = "SELECT province_id, source_id FROM core.sources WHERE province_id IS NOT NULL AND kind IN (SELECT unnest(?::VARCHAR[]))"
    for province_id, source_id in con.execute(sql, [list(OWN_KINDS)]).fetchall():
        if province_id in now:
            own[now[province_id].id].append(source_id)
    weeks = find_coverage([e.id for e in provinces], articles.values(), own, ((h.source_id, h.day, h.state) for h in health), today)
    names = {e.id: e.name for e in provinces}
    _refill(con, "coverage", [as_row(week) | {"province_now": names[week.province_id]} for week in weeks])
