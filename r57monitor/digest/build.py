"""Rows of one snapshot -> Digest. Pure: no clock, no database; the same rows make the same digest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from r57monitor.catalogue import Catalogue
from r57monitor.digest.figures import figure_lines, list_conflicts, list_moved
from r57monitor.digest.items import find_sections, group_items, pick_notable
from r57monitor.digest.model import (
    ClassLine,
    Count,
    Digest,
    DigestRows,
    DocumentLine,
    FigureLine,
    Item,
    Method,
    Period,
    Rows,
    Trouble,
)
from r57monitor.gazetteer import MERGER, Gazetteer
from r57monitor.wording import NEWLY_REPORTED, explain_cause, name_with_today, vietnamese_key

_NEW_DOCUMENT_DAYS = 90  # a document issued longer ago is no news, also when it is cited for the first time


def build_digest(
    rows: DigestRows,
    period: Period,
    *,
    office: str,
    gazetteer: Gazetteer,
    catalogue: Catalogue,
    province: str | None = None,
    map_svg: str = "",
) -> Digest:
    """The digest of a period.

    province: name of one of the 34, where the rows were asked for that province only. map_svg: the coverage map, ready to print.
    """
    order = [e.name for e in gazetteer.at(MERGER)]
    items = group_items(rows.articles, rows.figures)
    lines = figure_lines(rows.figures, rows.targets, catalogue, order)
    fresh = [line for line in lines if line.state in NEWLY_REPORTED]
    reported, silent, blind = _split_coverage(rows.coverage, items, period, order if province is None else [province])
    return Digest(
        office=office,
        period=period,
        province=province,
        is_practice=bool(rows.snapshot.get("is_practice")),
        counts=_count(rows, fresh),
        classes=_by_class(rows),
        reported=reported,
        silent=silent,
        not_observed=blind,
        notable=pick_notable(items),
        sections=find_sections(items, order),
        results=tuple(line for line in fresh if line.kind == "result"),
        targets=tuple(line for line in fresh if line.kind == "target"),
        moved=list_moved(rows.figures, catalogue, order),
        conflicts=list_conflicts(rows.figures, catalogue, order),
        documents=_list_documents(rows.documents, period),
        troubles=_list_troubles(rows.health),
        late=group_items(rows.late, rows.figures),
        items=items,
        method=_describe_method(rows),
        map_svg=map_svg,
    )


def _count(rows: DigestRows, fresh: Sequence[FigureLine]) -> tuple[Count, ...]:
    now, before = _tally(rows.articles), _tally(rows.before)
    seen = rows.is_before_observed  # what nobody watched is no zero
    counts = [Count(key=key, now=now[key], before=before[key] if seen else None) for key in now]
    counts.append(Count(key="new_figures", now=len(fresh), before=rows.figures_before if seen else None))
    return tuple(counts)


def _tally(articles: Rows) -> dict[str, int]:
    return {
        "articles": len(articles),
        "originals": len({row["cluster_id"] for row in articles}),
        "outlets": len({row["publisher"] for row in articles}),
        "provinces": len({p["province_now"] for row in articles for p in row["provinces"] if p["role"] == "subject"}),
    }


def _by_class(rows: DigestRows) -> tuple[ClassLine, ...]:
    kinds = {row["kind"] for row in rows.sources if row.get("active")} | {row["kind"] for row in rows.articles if row["kind"]}
    found = []
    for kind in sorted(kinds):
        mine = [row for row in rows.articles if row["kind"] == kind]
        found.append(ClassLine(
            kind=kind,
            sources=sum(row["kind"] == kind for row in rows.sources if row.get("active")),
            active_sources=len({row["source_id"] for row in mine}),
            articles=len(mine),
            originals=sum(bool(row["is_original"]) for row in mine),
        ))  # fmt: skip
    return tuple(sorted(found, key=lambda c: (-c.articles, -c.sources, c.kind)))


def _split_coverage(
    coverage: Rows, items: Iterable[Item], period: Period, order: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Provinces that reported, were silent, were not observed; in a period that is no week, silent needs every week observed."""
    states: dict[str, set[str]] = {}
    for row in coverage:
        states.setdefault(row["province_now"], set()).add(row["state"])
    named = {name for item in items for name in item.provinces_now}
    reported, silent, blind = [], [], []
    for name in order:
        found = states.get(name, {"not_observed"})
        if name in named or (period.week and found == {"reported"}):
            reported.append(name)
        elif "not_observed" in found:
            blind.append(name)
        else:
            silent.append(name)
    return tuple(reported), tuple(silent), tuple(blind)


def _list_documents(documents: Rows, period: Period) -> tuple[DocumentLine, ...]:
    found = []
    for row in documents:
        issued = row["issued_on"]
        if issued is not None and ((period.start - issued).days > _NEW_DOCUMENT_DAYS or issued > period.end):
            continue
        found.append(DocumentLine(
            number=row["number"],
            kind=row["kind"] or "",
            issuer=row["issuer"] or "",
            issued_on=issued,
            province=name_with_today(row["province"], row["province_now"]),
            outlet=row["outlet"] or row["source_id"],
            url=row["url"],
            title=row["title"] or "",
        ))  # fmt: skip
    return tuple(sorted(found, key=lambda d: (d.issued_on is None, d.issued_on or period.start, d.number)))


def _list_troubles(health: Rows) -> tuple[Trouble, ...]:
    """One line a source and state, longest first; a source that was well all the time has none."""
    kept: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in health:
        if row["state"] in {"failing", "not_run", "silent"}:
            kept.setdefault((row["source_id"], row["state"]), []).append(row)
    found = []
    for (_, state), days in kept.items():
        last = max(days, key=lambda r: str(r["day"]))
        causes = sorted({explain_cause(r["cause"]) for r in days if r["cause"]})
        found.append(Trouble(
            name=last["name"], state=state, days=len(days), cause="; ".join(causes), kind=last["kind"], province=last["province"] or ""
        ))  # fmt: skip
    rank = {"failing": 0, "not_run": 1, "silent": 2}
    return tuple(sorted(found, key=lambda t: (rank[t.state], -t.days, vietnamese_key(t.name))))


def _describe_method(rows: DigestRows) -> Method:
    found = sum(int(row["found"] or 0) for row in rows.quality)
    correct = sum(int(row["correct"] or 0) for row in rows.quality)
    expected = sum(int(row["expected"] or 0) for row in rows.quality)
    active = [row for row in rows.sources if row.get("active")]
    return Method(
        snapshot=int(rows.snapshot.get("number") or 0),
        observed_until=rows.snapshot.get("observed_until"),
        rules_version=str(rows.snapshot.get("rules_version") or ""),
        sources=len(active),
        unverified_sources=sum(not row["verified"] for row in active),
        precision=correct / found if found else None,
        recall=correct / expected if expected else None,
        measured_on="; ".join(sorted({row["measured_on"] for row in rows.quality if row["measured_on"]})),
    )
