"""Targets reached, fallen due and falling due soon, each with the result that answers it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from r57monitor.catalogue import Catalogue
from r57monitor.digest.figures import find_pillar, make_side, name_metric, name_province
from r57monitor.digest.lines import TargetGroup, TargetLine
from r57monitor.digest.model import Period, Rows
from r57monitor.models import NEWLY_REPORTED

DUE_SOON = timedelta(days=30)  # after the end of the period
_GROUPS: tuple[TargetGroup, ...] = ("reached", "fell_due", "due_soon")


def list_docket(targets: Rows, proofs: Rows, period: Period, catalogue: Catalogue, order: Sequence[str]) -> tuple[TargetLine, ...]:
    """One line a target, those reached first; by due date, then by province in official order.

    proofs: the figures that state the targets and their results; a target whose statement is not among them is left out.
    """
    by_id = {row["figure_id"]: row for row in proofs}
    place = {name: number for number, name in enumerate(order)}
    found = []
    for row in targets:
        group = _choose_group(row, period)
        said = by_id.get(row["figure_id"])
        if group is None or said is None:
            continue
        result = by_id.get(row["result_figure_id"])
        found.append(TargetLine(
            group=group, series_id=row["series_id"], province=name_province(row), province_now=row["province_now"] or "",
            metric=name_metric(row, catalogue), metric_id=row["metric_id"], pillar=find_pillar(row["metric_id"], catalogue),
            status=row["due_status"], due=row["due"], said=make_side(said), result=make_side(result) if result is not None else None,
        ))  # fmt: skip
    return tuple(
        sorted(found, key=lambda t: (_GROUPS.index(t.group), str(t.due or "9"), place.get(t.province_now, len(place)), t.series_id))
    )


def _choose_group(row: Mapping[str, Any], period: Period) -> TargetGroup | None:
    if row["due_status"] == "reached" and row["is_result_new"] and row["result_state"] in NEWLY_REPORTED:
        return "reached"
    if row["due"] is None or row["due"] < period.start or row["due"] > period.end + DUE_SOON:
        return None
    return "fell_due" if row["due"] <= period.end else "due_soon"
