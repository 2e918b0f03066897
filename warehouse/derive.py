"""Computes from the facts what readers see: clusters, states, targets, flags, health of sources, coverage."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from importlib import resources
from typing import Any

from r57monitor.catalogue import Catalogue
from r57monitor.gazetteer import Gazetteer
from r57monitor.ledger.calendar import vietnam_day
from r57monitor.ledger.checks import find_flags
from r57monitor.ledger.clusters import Candidate, Member, find_clusters
from r57monitor.ledger.copies import apply_copy_reviews
from r57monitor.ledger.coverage import OWN_KINDS, Coverage, find_coverage
from r57monitor.ledger.health import Counts, CycleEnd, Failure, HealthDay, Observations, active_periods, find_health
from r57monitor.ledger.series import Statement
from r57monitor.ledger.states import find_states
from r57monitor.ledger.targets import Target, find_targets
from warehouse.db import Connection, Row, fetch_dicts, fill_table, load_sql
from warehouse.official import derive_official
from warehouse.reviews import derive_reviews


@dataclass(frozen=True, slots=True)
class Knowledge:
    """The data that deriving needs beside the facts."""

    gazetteer: Gazetteer
    catalogue: Catalogue


def derive(con: Connection, knowledge: Knowledge, *, number: int, published_at: datetime, is_practice: bool) -> None:
    """Fill the schema `derived` of a copy of the warehouse and create the views over it."""
    con.execute("DROP SCHEMA IF EXISTS derived CASCADE")
    derive_reviews(con, knowledge.gazetteer)
    con.execute(load_sql("derive_articles"))
    con.execute(load_sql("derive_tables"))
    observed_until = _observed_until(con)
    today = vietnam_day(observed_until) if observed_until else None
    _derive_snapshot(con, number, published_at, observed_until, is_practice)
    fill_table(con, "derived.provinces", _province_rows(knowledge.gazetteer))
    fill_table(con, "derived.metrics", _metric_rows(knowledge.catalogue))
    fill_table(con, "derived.quality", load_quality())
    derive_official(con, knowledge.catalogue, knowledge.gazetteer)
    _derive_clusters(con)
    _derive_ledger(con, knowledge, today)
    health = _derive_health(con, today)
    _derive_coverage(con, knowledge.gazetteer, health, today)
    con.execute(load_sql("views"))


def _observed_until(con: Connection) -> datetime | None:
    sql = """SELECT greatest((SELECT max(fetched_at) FROM core.fetches),
                    (SELECT max(noted_at) FROM core.journal WHERE event IN ('cycle_begun', 'cycle_ended', 'failure', 'not_run')))"""
    row = con.execute(sql).fetchone()
    return row[0] if row else None


def _derive_snapshot(con: Connection, number: int, published_at: datetime, observed_until: datetime | None, is_practice: bool) -> None:
    rules = con.execute("SELECT value FROM core.meta WHERE key = 'rules_version'").fetchone()
    row = {
        "number": number,
        "published_at": published_at,
        "observed_until": observed_until,
        "rules_version": rules[0] if rules else None,
        "is_practice": is_practice,
    }
    fill_table(con, "derived.snapshot", [row])


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


def _derive_clusters(con: Connection) -> None:
    sql = """SELECT a.article_id, t.fingerprint, a.reported_at, a.first_seen_at, a.publisher, a.is_aggregator, a.has_credit
             FROM derived.articles a JOIN core.texts t ON t.article_id = a.article_id AND t.text_hash = a.text_hash"""
    candidates = [Candidate(**row) for row in fetch_dicts(con, sql)]

    def load_texts(article_ids: Sequence[str]) -> Mapping[str, str]:
        wanted = """SELECT a.article_id, t.text FROM derived.articles a
                    JOIN core.texts t ON t.article_id = a.article_id AND t.text_hash = a.text_hash
                    WHERE a.article_id IN (SELECT unnest(?::VARCHAR[]))"""
        return dict(con.execute(wanted, [list(article_ids)]).fetchall())

    members = find_clusters(candidates, load_texts)
    fill_table(con, "derived.membership", [asdict(member) for member in _reviewed_copies(con, members, candidates)])


def _reviewed_copies(con: Connection, members: list[Member], candidates: Iterable[Candidate]) -> list[Member]:
    said = con.execute("SELECT article_id, copy_of, is_no_copy FROM derived.reviewed_articles").fetchall()
    copy_of = {article_id: other for article_id, other, _ in said if other}
    no_copies = {article_id for article_id, _, is_no_copy in said if is_no_copy}
    if not copy_of and not no_copies:
        return members
    return apply_copy_reviews(members, copy_of, no_copies, {c.article_id: c.reported_at for c in candidates})


def _derive_ledger(con: Connection, knowledge: Knowledge, today: date | None) -> None:
    """States, targets and flags."""
    places = _series_places(knowledge.gazetteer)
    statements = [Statement(**row, place_id=places.get(row["province_id"])) for row in fetch_dicts(con, load_sql("derive_statements"))]
    states = find_states(statements)
    by_figure = {state.figure_id: state for state in states}
    by_id = {s.figure_id: s for s in statements}
    times = {s.figure_id: {"reported_at": s.reported_at, "withdrawn_at": s.withdrawn_at} for s in statements}
    fill_table(con, "derived.states", [asdict(state) | times[state.figure_id] for state in states])
    gazetteer = knowledge.gazetteer
    merged = frozenset(e.id for e in gazetteer.entities if e.valid_until)
    lower = frozenset(m.id for m in knowledge.catalogue.metrics if m.better == "lower")
    labels = {m.id: m.label_vi for m in knowledge.catalogue.metrics}
    names = {e.id: gazetteer.now(e.id).name for e in gazetteer.entities}
    targets = find_targets(statements, by_figure, today, merged, lower)
    fill_table(con, "derived.targets", [_target_row(target, labels, names) for target in targets])
    current = [s for s in statements if s.withdrawn_at is None]
    flags = []
    for flag in find_flags(current, by_figure):
        said = by_id[flag.figure_id]
        flags.append(asdict(flag) | {"province_id": said.province_id, "metric_id": said.metric_id})
    fill_table(con, "derived.flags", flags)


def _series_places(gazetteer: Gazetteer) -> dict[str, str]:
    """Province entity to what its series are kept by: today's entity where no merger changed its area, else itself."""
    places = {}
    for entity in gazetteer.entities:
        now = gazetteer.now(entity.id)
        places[entity.id] = now.id if len(gazetteer.predecessors(now.id)) <= 1 else entity.id
    return places


def _target_row(target: Target, labels: Mapping[str, str], names: Mapping[str, str]) -> Row:
    said, moved, result = target.said, target.moved_from, target.result
    return {
        "series_id": target.series_id,
        "province_id": said.province_id,
        "province": said.province,
        "province_now": names.get(said.province_id or "", said.province),
        "metric_id": said.metric_id,
        "label": labels.get(said.metric_id or "", said.label),
        "value": said.value,
        "value_max": said.value_max,
        "comparator": said.comparator,
        "unit": said.unit,
        "due": said.due,
        "due_precision": said.due_precision,
        "status": target.status,
        "moved_from_value": moved.value if moved else None,
        "moved_from_due": moved.due if moved else None,
        "result_value": result.value if result else None,
        "result_as_of": (result.as_of or result.position) if result else None,
        "result_figure_id": result.figure_id if result else None,
        "figure_id": said.figure_id,
        "article_id": said.article_id,
        "inherited": target.inherited,
        "first_published_at": target.first_published_at,
        "last_published_at": target.last_published_at,
        "statements": target.statements,
    }


def _derive_health(con: Connection, today: date | None) -> list[HealthDay]:
    if today is None:
        return []
    active = active_periods(con.execute("SELECT source_id, active_from, active_until FROM core.sources").fetchall())
    health = find_health(_observe(con), today, active)
    fill_table(con, "derived.source_health", [asdict(day) for day in health])
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
    fill_table(con, "derived.coverage", [asdict(week) | {"province_now": names[week.province_id]} for week in weeks])
