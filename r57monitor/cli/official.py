"""`r57 official`: values of official tables beside the press."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from r57monitor.cli.notes import tell
from r57monitor.cli.options import CsvOption, HomeOption, JsonOption, announce, choose_home, choose_shape, print_rows
from r57monitor.cli.review import ByOption, reviewer
from r57monitor.errors import ReadError, UsageError

commands = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Values of a plan's or a board's table, shown beside the press and never mixed into its figures.\n\n"
    "Example:  r57 official import bang-chi-so.csv --source 'Bảng theo dõi của tỉnh'",
)

_VALUES = ("province", "metric_id", "value", "unit", "kind", "as_of", "source", "import_id")
_DIFFERENCES = (
    "verdict",
    "province",
    "metric_id",
    "value",
    "press_value",
    "unit",
    "as_of",
    "press_as_of",
    "days_apart",
    "source",
    "sentence",
)


@commands.command("import")
def import_values(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="CSV in UTF-8, parted by commas, semicolons or tabs.")],
    source: Annotated[
        str | None, typer.Option("--source", metavar="NAME", help="Where the table is from, for rows that do not say.")
    ] = None,
    decimal: Annotated[str, typer.Option("--decimal", help="comma (1.172,7) or point (1,172.7).")] = "comma",
    by: ByOption = None,
    home: HomeOption = None,
) -> None:
    """Read a table: columns province (tỉnh), metric (chỉ tiêu), value (giá trị), as of (thời điểm), source (nguồn).

    Columns for unit (đơn vị tính), kind (loại) and note (ghi chú) are read where there are any. A metric is named by its id or its
    label. Either every row is taken or none; each wrong line is named.

    Example:  r57 official import bang-chi-so.csv --source 'Bảng theo dõi của tỉnh'
    """
    from r57monitor.catalogue import load_home_catalogue
    from r57monitor.gazetteer import load_gazetteer
    from r57monitor.ledger.official import read_official
    from warehouse.journal import Journal
    from warehouse.official import note_official

    if decimal not in {"comma", "point"}:
        raise UsageError(f'--decimal "{decimal}" is neither comma nor point.')
    if not file.exists():
        raise UsageError(f"{file}: no such file.")
    chosen = choose_home(ctx, home)
    who = reviewer(by)
    try:
        body = file.read_bytes()
    except OSError as error:
        raise ReadError(f"{file}: cannot be read ({error.strerror}).") from error
    catalogue = load_home_catalogue(chosen.metrics)
    values = read_official(body, str(file), catalogue, load_gazetteer(), source=source, point=decimal == "point")
    announce(chosen)
    chosen.prepare()
    entry = note_official(Journal(chosen.journal), values, file=file.name, by=who)
    tell(f"imported: {len(values)} values as {entry['import']}. Shown from the next publish on (`r57 publish`).")


@commands.command("list")
def list_values(
    ctx: typer.Context,
    imports: Annotated[bool, typer.Option("--imports", help="The imports, also those not published yet.")] = False,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    home: HomeOption = None,
) -> None:
    """The official values that are published.

    Example:  r57 official list --csv
    """
    from warehouse.journal import Journal
    from warehouse.official import imports as find_imports
    from warehouse.queries import open_published

    chosen, shape = choose_home(ctx, home), choose_shape(as_json, as_csv)
    if imports:
        print_rows(find_imports(Journal(chosen.journal)), ("import_id", "imported_at", "imported_by", "file", "rows"), shape)
        return
    with open_published(chosen) as reader:
        rows = reader.rows("SELECT * FROM main.official_values ORDER BY metric_id, as_of, province_now, source")
    print_rows(rows, _VALUES, shape)


@commands.command("differences")
def differences(
    ctx: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help="Also values the press agrees with or does not report.")] = False,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    home: HomeOption = None,
) -> None:
    """Where the press says otherwise than an official table, the largest difference first.

    Example:  r57 official differences
    """
    from warehouse.queries import open_published

    sql = """SELECT * FROM main.official_differences WHERE $all OR verdict IN ('differs', 'other_time')
             ORDER BY verdict = 'differs' DESC, abs(difference_share) DESC NULLS LAST, official_id"""
    with open_published(choose_home(ctx, home)) as reader:
        rows = reader.rows(sql, {"all": everything})
    print_rows(rows, _DIFFERENCES, choose_shape(as_json, as_csv))


@commands.command("remove")
def remove(
    ctx: typer.Context,
    import_id: Annotated[str, typer.Argument(metavar="IMPORT_ID", help="As `r57 official list --imports` shows it.")],
    by: ByOption = None,
    home: HomeOption = None,
) -> None:
    """Take an import back.

    Example:  r57 official remove 4be1f09a77c2d3e5
    """
    from warehouse.journal import Journal
    from warehouse.official import note_removal

    chosen = choose_home(ctx, home)
    note_removal(Journal(chosen.journal), import_id, reviewer(by))
    announce(chosen)
    tell("removed. Gone from the next publish on (`r57 publish`).")


def register(app: typer.Typer) -> None:
    """Add `r57 official …`."""
    app.add_typer(commands, name="official")
