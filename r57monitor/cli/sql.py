"""`r57 sql`: users' own questions to the published views."""

from __future__ import annotations

from typing import Annotated

import typer

from r57monitor.cli.notes import note
from r57monitor.cli.options import CsvOption, HomeOption, JsonOption, choose_home, choose_shape, print_rows


def sql(
    ctx: typer.Context,
    query: Annotated[str, typer.Argument(help="One SELECT over the published views.")],
    timeout: Annotated[
        float | None, typer.Option("--timeout", metavar="SECONDS", help="Stop after so long [default: the setting sql.timeout_s, 30].")
    ] = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    home: HomeOption = None,
) -> None:
    """Read-only SQL over the published views: no files, no network, limited time and memory (settings sql.timeout_s, sql.memory_mb).

    docs/data-dictionary.md explains every view and column.

    Example:  r57 sql "SELECT province, count(*) AS n FROM figures GROUP BY 1 ORDER BY 2 DESC"
    """
    from r57monitor.preferences import load_preferences
    from warehouse.queries import open_published, run_sql_apart

    chosen = choose_home(ctx, home)
    limits = load_preferences(chosen.path).values.sql
    with open_published(chosen) as reader:
        file = reader.path
    result = run_sql_apart(file, query, limits.timeout_s if timeout is None else timeout, limits.memory_mb)
    rows = [dict(zip(result.columns, row, strict=True)) for row in result.rows]
    print_rows(rows, result.columns, choose_shape(as_json, as_csv), as_stored=True)
    if result.truncated:
        note(f"only the first {len(rows)} rows are shown; add a LIMIT or ask for less.")


def register(app: typer.Typer) -> None:
    """Add `r57 sql`."""
    app.command("sql")(sql)
