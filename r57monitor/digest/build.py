"""Rows of one snapshot -> Digest. Pure: no clock, no database; the same rows make the same digest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from r57monitor.catalogue import Catalogue
from r57monitor.digest.difficulties import list_difficulties
from r57monitor.digest.docket import list_docket
from r57monitor.digest.figures import figure_lines, list_conflicts, list_moved, name_metric
from r57monitor.digest.items import find_sections, group_items, number_items, pick_notable
from r57monitor.digest.model import Chart, Digest, DigestRows, DocumentLine, FigureLine, Masthead, Method, Period, Rate, Rows, Trouble
from r57monitor.digest.overview import count_all, count_by_class, list_provinces
from r57monitor.digest.speech import explain_cause, name_with_today, spoken
from r57monitor.gazetteer import MERGER, Gazetteer
from r57monitor.measured import describe_measured
from r57monitor.models import NEWLY_REPORTED
from r57monitor.text.document_numbers import load_document_tables
from r57monitor.wording import vietnamese_key

_NEW_DOCUMENT_DAYS = 90  # a document issued longer ago is no news, also when it is cited for the first time


def build_digest(
    rows: DigestRows,
    period: Period,
    *,
    name: str,
    masthead: Masthead,
    gazetteer: Gazetteer,
    catalogue: Catalogue,
    province: str | None = None,
    pillar: int | None = None,
    charts: Sequence[Chart] = (),
) -> Digest:
    """The digest of a period, as the machine proposes it, in the language that is spoken.

    name: as in file names. province: name of one of the 34, pillar: one of the task groups, where the rows were asked for that only.
    """
    entities = gazetteer.at(MERGER)
    order = [e.name for e in entities]
    shown = [e for e in entities if province in (None, e.name)]
    items = number_items(group_items(rows.articles, rows.figures))
    lines = figure_lines(rows.figures, rows.targets, catalogue, order)
    fresh = [line for line in lines if line.state in NEWLY_REPORTED]
    provinces = list_provinces(rows, items, fresh, period, shown, is_whole=pillar is None)
    return Digest(
        name=name,
        office=masthead.unit,
        language=spoken(),
        masthead=masthead,
        period=period,
        province=province,
        pillar=pillar,
        is_practice=bool(rows.snapshot.get("is_practice")),
        baseline=sum(line.state == "baseline" for line in lines),
        counts=count_all(rows, fresh),
        classes=count_by_class(rows),
        provinces=provinces,
        reported=tuple(p.name for p in provinces if p.state == "reported"),
        silent=tuple(p.name for p in provinces if p.state == "silent"),
        not_observed=tuple(p.name for p in provinces if p.state == "not_observed"),
        notable=pick_notable(items, is_spread=province is None),
        sections=find_sections(items, order),
        results=tuple(line for line in fresh if line.kind == "result"),
        targets=tuple(line for line in fresh if line.kind == "target"),
        moved=list_moved(rows.figures, catalogue, order),
        conflicts=list_conflicts(rows.figures, catalogue, order),
        documents=_list_documents(rows.documents, period),
        docket=list_docket(rows.docket, rows.proofs, period, catalogue, order),
        difficulties=list_difficulties(rows.texts, items, order),
        troubles=_list_troubles(rows.health),
        late=group_items(rows.late, rows.figures),
        items=items,
        method=_describe_method(rows, fresh, catalogue),
        charts=tuple(charts),
    )


def _list_documents(documents: Rows, period: Period) -> tuple[DocumentLine, ...]:
    """Documents first named in the period; one that the tables know to be old is no news, also where no article says its day."""
    known = load_document_tables().date_of
    found = []
    for row in documents:
        issued = row["issued_on"] or known.get(row["number"])
        if issued is not None and ((period.start - issued).days > _NEW_DOCUMENT_DAYS or issued > period.end):
            continue
        found.append(DocumentLine(
            number=row["number"],
            kind=row["kind"] or "",
            issuer=row["issuer"] or "",
            issued_on=issued,
            province=name_with_today(row["province"], row["province_now"]),
            province_now=row["province_now"] or "",
            article_id=row["article_id"],
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
    for (source_id, state), days in kept.items():
        last = max(days, key=lambda r: str(r["day"]))
        causes = sorted({explain_cause(r["cause"]) for r in days if r["cause"]})
        found.append(Trouble(
            source_id=source_id, name=last["name"], state=state, days=len(days), cause="; ".join(causes), kind=last["kind"],
            province=last["province"] or "",
        ))  # fmt: skip
    rank = {"failing": 0, "not_run": 1, "silent": 2}
    return tuple(sorted(found, key=lambda t: (rank[t.state], -t.days, vietnamese_key(t.name))))


def _describe_method(rows: DigestRows, fresh: Sequence[FigureLine], catalogue: Catalogue) -> Method:
    found = sum(int(row["found"] or 0) for row in rows.quality)
    correct = sum(int(row["correct"] or 0) for row in rows.quality)
    expected = sum(int(row["expected"] or 0) for row in rows.quality)
    active = [row for row in rows.sources if row.get("active")]
    shown = {line.metric_id for line in fresh}
    return Method(
        snapshot=int(rows.snapshot.get("number") or 0),
        observed_until=rows.snapshot.get("observed_until"),
        rules_version=str(rows.snapshot.get("rules_version") or ""),
        sources=len(active),
        unverified_sources=sum(not row["verified"] for row in active),
        precision=correct / found if found else None,
        recall=correct / expected if expected else None,
        measured_on=describe_measured(rows.quality, spoken()),
        rates=tuple(
            Rate(
                metric_id=row["metric_id"],
                metric=name_metric(row, catalogue),
                expected=int(row["expected"] or 0),
                found=int(row["found"] or 0),
                correct=int(row["correct"] or 0),
            )
            for row in rows.quality
            if row["metric_id"] in shown and row["metric_id"]
        ),
    )
