"""Writes docs/data-dictionary.md from warehouse/views.toml, warehouse/columns.toml and the views themselves.

python -m tools.build_dictionary
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from r57monitor.catalogue import load_catalogue
from r57monitor.gazetteer import load_gazetteer
from warehouse.db import migrate, transaction
from warehouse.derive import Knowledge, derive

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "data-dictionary.md"

_HEAD = """# Data dictionary

Written by `make dictionary` from `warehouse/columns.toml` and `warehouse/views.toml`; a test holds it up to date.

These are the views of a published file (`published.duckdb` in the home), for `r57 sql`, for the tables of the command line (`--json`
has these names) and for any program that reads DuckDB. Times are UTC, days and weeks those of Vietnam. A null: it is not known.
Columns are never taken away; new ones may come. **Promised** views are those that scripts may rely on.

"""


def read_views() -> dict[str, list[tuple[str, str]]]:
    """Column names and types of every public view, as the program creates them."""
    con = duckdb.connect()
    migrate(con)
    knowledge = Knowledge(load_gazetteer(), load_catalogue())
    with transaction(con):
        derive(con, knowledge, number=1, published_at=datetime(2025, 7, 1), is_practice=False)  # noqa: DTZ001 (UTC, as stored)
    sql = """SELECT c.table_name, c.column_name, c.data_type FROM duckdb_columns() c JOIN duckdb_views() v ON v.view_oid = c.table_oid
             WHERE c.schema_name = 'main' AND NOT v.internal ORDER BY c.table_name, c.column_index"""
    found: dict[str, list[tuple[str, str]]] = {}
    for view, column, kind in con.execute(sql).fetchall():
        found.setdefault(view, []).append((column, kind))
    return found


def render_dictionary() -> str:
    """The whole document."""
    columns = tomllib.loads((ROOT / "warehouse" / "columns.toml").read_text("utf-8"))
    views = tomllib.loads((ROOT / "warehouse" / "views.toml").read_text("utf-8"))
    found = read_views()
    order = [*views, *sorted(set(found) - set(views))]
    parts = [_HEAD, *(_render_view(name, views.get(name, {}), found[name], columns, found) for name in order if name in found)]
    return "".join(parts).rstrip() + "\n"


def _render_view(name: str, about: dict[str, Any], found: list[tuple[str, str]], columns: dict[str, Any], views: Collection[str]) -> str:
    promised = " **Promised.**" if about.get("promised") else ""
    lines = [
        f"## {name}",
        "",
        f"A row is {about['row']}.{promised}" if about else "",
        "",
        "| column | type | unit | meaning |",
        "|---|---|---|---|",
    ]
    for column, kind in found:
        told = columns[column]
        lines.append(f"| `{column}` | {kind} | {told.get('unit', '')} | {_meaning_in(name, told['meaning'], views)} |")
    return "\n".join(lines) + "\n\n"


def _meaning_in(view: str, meaning: str, views: Collection[str]) -> str:
    """What a column means in one view, where it means another thing in another ("articles: …; fetches: …")."""
    general: list[str] = []
    for part in meaning.split("; "):
        names, mark, said = part.partition(": ")
        named = {name.strip() for name in names.split(",")}
        if mark and view in named:
            return said.replace("|", "\\|")
        if not (mark and named <= set(views)):
            general.append(part)
    return "; ".join(general or [meaning]).replace("|", "\\|")


if __name__ == "__main__":
    TARGET.write_text(render_dictionary(), "utf-8")
