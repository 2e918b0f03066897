"""Options that several commands share, and how tables are printed."""

from __future__ import annotations

import csv
import io
import json
import math
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from r57monitor.cli.notes import in_words
from r57monitor.clock import VIETNAM
from r57monitor.errors import HomeError, UsageError
from warehouse.home import Home

DEFAULT_HOME = "data"

HomeOption = Annotated[
    Path | None,
    typer.Option(
        "--home", metavar="DIR", help="Folder with archive, warehouse and digests [env: R57_HOME; default: ./data].", show_default=False
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON Lines with the view's column names.")]
CsvOption = Annotated[bool, typer.Option("--csv", help="Print CSV with a header line.")]
LimitOption = Annotated[int, typer.Option("--limit", "-n", min=1, help="At most so many rows.")]


class Shape(StrEnum):
    """How rows are printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def choose_home(ctx: typer.Context, home: Path | None, default: str = DEFAULT_HOME) -> Home:
    """The home named after the subcommand, else before it, else by R57_HOME, else the default."""
    named = home or (ctx.obj or {}).get("home")
    text = str(named) if named else os.environ.get("R57_HOME", "").strip() or default
    path = Path(text).expanduser()
    try:
        is_other = path.exists() and not path.is_dir()
    except OSError as error:  # a folder above it that this user may not enter, or a name too long
        raise HomeError(f"cannot use the home {path}: {error.strerror}. Choose another with --home DIR or R57_HOME.") from error
    if is_other:
        raise UsageError(f"the home {path} is a file, not a folder. Name a folder with --home DIR.")
    return Home(path.absolute())


def announce(home: Home) -> None:
    """Say which home a writing command uses (on standard error, so that output stays clean)."""
    typer.echo(f"Home: {home.path}", err=True)


def choose_shape(as_json: bool, as_csv: bool) -> Shape:
    if as_json and as_csv:
        raise UsageError("--json and --csv exclude each other.")
    return Shape.JSON if as_json else Shape.CSV if as_csv else Shape.TABLE


def parse_day(text: str | None, option: str) -> date | None:
    """A day as 2025-07-01 or 01/07/2025; UsageError names the option otherwise."""
    if text is None:
        return None
    for pattern in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text.strip(), pattern).date()  # noqa: DTZ007 (a day has no zone)
        except ValueError:
            continue
    raise UsageError(f'{option} "{text}" is no day; write 2025-07-01 or 01/07/2025.')


def print_rows(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], shape: Shape, *, as_stored: bool = False) -> None:
    """Rows as a table for people, JSON Lines or CSV.

    Tables show instants in Vietnam time, JSON and CSV as they are stored, in UTC; so do tables `as_stored`.
    """
    if shape is Shape.JSON:
        for row in rows:
            sys.stdout.write(json.dumps({k: jsonable(v) for k, v in row.items()}, ensure_ascii=False) + "\n")
    elif shape is Shape.CSV:
        buffer = io.StringIO()
        # a file without rows has the columns of one with rows: those of the query, where the rows come from one as they are
        names = list(rows[0]) if rows else list(getattr(rows, "columns", columns))
        writer = csv.DictWriter(buffer, fieldnames=names, lineterminator="\n")
        writer.writeheader()
        writer.writerows({k: csv_safe(v) for k, v in row.items()} for row in rows)
        sys.stdout.write(buffer.getvalue())
    else:
        _print_table(rows, columns, as_stored)


def _print_table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], as_stored: bool) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(show_lines=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(show_value(row.get(column), as_stored=as_stored)) for column in columns))
    console = Console()
    if not console.is_terminal:
        console.width = 200
    console.print(table)
    console.print(in_words(f"{len(rows)} rows" if len(rows) != 1 else "1 row"))


def jsonable(value: Any) -> Any:
    """A value as JSON has it: dates as ISO text, missing as null."""
    if value is None or value is False or value is True:
        return value
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [jsonable(v) for v in value]
    if isinstance(value, int | float | str):
        return value
    return str(value)


def csv_safe(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula: page text is data."""
    plain = jsonable(value)
    if isinstance(plain, str) and plain[:1] in {"=", "+", "-", "@", "\t", "\r"}:
        return "'" + plain
    return json.dumps(plain, ensure_ascii=False) if isinstance(plain, list) else plain


def show_value(value: Any, *, as_stored: bool = False) -> str:
    """A value as people read it: instants in Vietnam time (unless as_stored), missing as an empty cell."""
    if isinstance(value, float):
        return f"{value:.15g}"  # 612 billion in full, 0.1 + 0.2 as 0.3
    if isinstance(value, datetime):
        shown = value if as_stored else (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(VIETNAM)
        return shown.strftime("%d/%m/%Y %H:%M")
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, list | tuple):
        return ", ".join(show_value(v, as_stored=as_stored) for v in value)
    return "" if value is None else str(value)
