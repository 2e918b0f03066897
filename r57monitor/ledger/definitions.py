"""Whether two provinces' figures mean the same: the definition of a figure without its province."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from r57monitor.ledger.series import Statement, make_line_id

_ANYWHERE = "*"
_KEPT = (
    "figure_id", "article_id", "metric_id", "label", "value", "value_max", "denominator", "unit", "comparator", "kind", "is_change",
    "level", "scope", "whole", "period", "as_of", "as_of_precision", "as_of_from", "due", "due_precision", "mention", "sentence",
)  # fmt: skip


def make_definition_id(row: Mapping[str, Any]) -> str | None:
    """What a figure counts (metric, scope, whole, period, unit, kind), the same for every province; None where that is not known.

    row: of view `figures`.
    """
    reported: datetime = row["reported_at"]
    said = Statement(
        **{key: row[key] for key in _KEPT}, cluster_id="", publisher="", reported_at=reported, published_at=None, place_id=_ANYWHERE,
        start=row["start_char"], end=row["end_char"],
    )  # fmt: skip
    return make_line_id(said)
