"""What a snapshot has that an earlier one had not, by the snapshot in which each page was stored."""

from __future__ import annotations

from typing import Any

from warehouse.db import Row, load_sql
from warehouse.queries import Filters, figures
from warehouse.queries.reader import Reader


def counts_since(reader: Reader, number: int) -> Row:
    """After snapshot `number`: articles, edited, figures (newly reported), moved (targets), conflicts."""
    return reader.rows(load_sql("since_counts"), {"number": number})[0]


def figures_since(reader: Reader, number: int, limit: int = 50) -> list[Row]:
    """Figures that came after snapshot `number` and say something new, moved targets and conflicts first; rows of `figures`."""
    ids: list[Any] = [row["figure_id"] for row in reader.rows(load_sql("since_figures"), {"number": number, "limit": limit})]
    rows = {row["figure_id"]: row for row in figures(reader, Filters(figures=tuple(ids)))} if ids else {}
    return [rows[figure_id] for figure_id in ids if figure_id in rows]
