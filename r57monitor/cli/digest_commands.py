"""`r57 digest`: the weekly press digest, its editor's desk, and what was written before."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from r57monitor.cli.digest_send import send_digest
from r57monitor.cli.narrowing import FromOption, ToOption
from r57monitor.cli.notes import tell
from r57monitor.cli.options import CsvOption, HomeOption, JsonOption, announce, choose_home, choose_shape, parse_day, print_rows
from r57monitor.cli.past import SnapshotOption
from r57monitor.cli.review import ByOption, reviewer
from r57monitor.errors import ReadError, UsageError

if TYPE_CHECKING:
    from warehouse.home import Home

KnownName = Annotated[str, typer.Argument(metavar="NAME", help="Such as diem-bao-2025-W30, or 2025-W30.")]
NameArgument = Annotated[
    str | None, typer.Argument(metavar="[NAME]", help="Such as diem-bao-2025-W30, or 2025-W30; default: the last whole week.")
]

commands = typer.Typer(
    invoke_without_command=True,
    rich_markup_mode=None,
    help="The weekly press digest (điểm báo tuần); without a period, of the last whole week that was observed.\n\n"
    "What was approved or sent is written as it was then; --rebuild writes any stored digest again, byte for byte.\n\n"
    "Example:  r57 digest --week 2025-W30 --format html,md",
)
desk = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="The editor's desk: choose, drop, reorder and annotate what a digest holds, then approve it.\n\n"
    "Example:  r57 digest desk export ban-bien-tap.csv 2025-W30",
)
commands.add_typer(desk, name="desk")
commands.command("send")(send_digest)


@commands.callback()
def digest(
    ctx: typer.Context,
    week: Annotated[str | None, typer.Option("--week", metavar="2025-W30", help="Only this ISO week.")] = None,
    date_from: FromOption = None,
    date_to: ToOption = None,
    province: Annotated[str | None, typer.Option("--province", metavar="NAME", help="Only this province.")] = None,
    pillar: Annotated[int | None, typer.Option("--pillar", metavar="N", help="Only this task group of the resolution, 1 to 7.")] = None,
    forms: Annotated[str, typer.Option("--format", metavar="LIST", help="Formats, separated by commas.")] = "html,md",
    short: Annotated[bool, typer.Option("--short", help="Print ten lines for a chat group, and write no file.")] = False,
    rebuild: Annotated[
        str | None, typer.Option("--rebuild", metavar="NAME", help="Write a stored digest again: diem-bao-2025-W30 or diem-bao-2025-W30_2.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Folder to write to; default: the home's digests.")] = None,
    past: SnapshotOption = None,
    home: HomeOption = None,
) -> None:
    """Write the digest; a subcommand does something else with it."""
    if ctx.invoked_subcommand is not None:
        ctx.obj = {**(ctx.obj or {}), "home": home or (ctx.obj or {}).get("home")}
        return
    from r57monitor.cli.digest import make_digest, rebuild_digest, write_digest

    if week and (date_from or date_to):
        raise UsageError("--week and --from/--to exclude each other.")
    if bool(date_from) != bool(date_to):
        raise UsageError("--from and --to go together.")
    chosen = choose_home(ctx, home)
    formats = tuple(f.strip().lower() for f in forms.split(",") if f.strip())
    if rebuild:
        if week or date_from or province or pillar is not None or past is not None or short:
            raise UsageError("--rebuild takes a stored digest as it is: only --format, --out and --home go with it.")
        _print_paths(rebuild_digest(chosen, rebuild, formats, out))
        return
    asked: dict[str, Any] = {
        "week": week, "date_from": parse_day(date_from, "--from"), "date_to": parse_day(date_to, "--to"), "province": province,
        "pillar": pillar, "snapshot": past,
    }  # fmt: skip
    if short:
        from r57monitor.digest.short import render_short

        typer.echo(render_short(make_digest(chosen, **asked)), nl=False)
        return
    _print_paths(write_digest(chosen, **asked, formats=formats, out=out))


def _print_paths(paths: list[Path]) -> None:
    for path in paths:
        typer.echo(str(path))


@commands.command("list")
def list_digests(ctx: typer.Context, as_json: JsonOption = False, as_csv: CsvOption = False, home: HomeOption = None) -> None:
    """Every stored digest with its editions, and whether it was approved or sent.

    Example:  r57 digest list --home data-practice
    """
    from warehouse.desk import list_standings

    chosen = choose_home(ctx, home)
    rows = [
        {"name": s.name, "state": s.state, "by": s.by, "at": s.at, "edition": s.edition, "editions": count, "choices": len(s.sheet.choices)}
        for s, count in list_standings(chosen)
    ]
    print_rows(rows, ("name", "state", "by", "at", "edition", "editions", "choices"), choose_shape(as_json, as_csv))


@desk.command("show")
def show_desk(
    ctx: typer.Context, name: NameArgument = None, as_json: JsonOption = False, as_csv: CsvOption = False, home: HomeOption = None
) -> None:
    """Every line of a digest as the machine proposes it, and what was decided about it.

    Example:  r57 digest desk show 2025-W30
    """
    from dataclasses import asdict

    from r57monitor.cli.digest import open_draft
    from r57monitor.digest.desk import list_rows

    draft = open_draft(choose_home(ctx, home), name)
    standing = draft.standing
    rows = [asdict(row) for row in list_rows(draft.proposal, standing.sheet)]
    about = f" by {standing.by} on {standing.at:%Y-%m-%d %H:%M} UTC" if standing.at else ""
    tell(f"{standing.name}: {standing.state}{about}; {len(standing.sheet.choices)} choices.", err=True)
    print_rows(rows, ("part", "is_notable", "show", "order", "note", "province", "words", "outlet", "key"), choose_shape(as_json, as_csv))


@desk.command("export")
def export_desk(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="File to write: .csv for a spreadsheet, .toml for an editor.")],
    name: NameArgument = None,
    home: HomeOption = None,
) -> None:
    """Write the desk of a digest as a file to fill in: columns show (notable, plain, drop), order, note.

    Example:  r57 digest desk export ban-bien-tap.csv 2025-W30
    """
    from r57monitor.cli.digest import open_draft
    from r57monitor.digest.desk import list_rows
    from r57monitor.digest.desk_files import write_csv, write_toml

    write = write_csv if _is_csv(file) else write_toml
    draft = open_draft(choose_home(ctx, home), name)
    rows = list_rows(draft.proposal, draft.standing.sheet)
    try:
        file.write_text(write(draft.standing.name, draft.standing.sheet.note, rows), "utf-8", newline="")
    except OSError as error:
        raise UsageError(f"cannot write {file}: {error.strerror}. Name another file.") from error
    tell(f"{file}: {len(rows)} lines of {draft.standing.name}; read it back with `r57 digest desk import {file}`.")


@desk.command("import")
def import_desk(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that export wrote, filled in.")],
    by: ByOption = None,
    home: HomeOption = None,
) -> None:
    """Take in what was decided in a file; lines that say the same as before change nothing.

    Example:  r57 digest desk import ban-bien-tap.csv --by 'Nguyễn An'
    """
    from r57monitor.digest.desk_files import read_file
    from r57monitor.digest.request import read_name
    from warehouse.desk import write_choices

    is_csv = _is_csv(file)
    try:
        text = file.read_text("utf-8")
    except FileNotFoundError as error:
        raise UsageError(f"{file}: no such file.") from error
    except OSError as error:
        raise ReadError(f"{file}: cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise ReadError(f"cannot read {file} as UTF-8 text: {error}") from error
    try:
        name, note, choices = read_file(text, is_csv)
        name = read_name(name).name
    except UsageError as error:
        raise UsageError(f"{file}: {error}") from error
    chosen = choose_home(ctx, home)
    announce(chosen)
    count = write_choices(chosen, name, choices, by=reviewer(by), note=note)
    tell(f"{name}: {count} changes taken in; `r57 digest --week …` writes it, `r57 digest desk approve {name}` approves it.")


@desk.command("approve")
def approve_digest(ctx: typer.Context, name: NameArgument = None, by: ByOption = None, home: HomeOption = None) -> None:
    """Approve a digest as it stands now: from here on it is written so, whatever is crawled later.

    Example:  r57 digest desk approve 2025-W30 --by 'Trần Bình'
    """
    from r57monitor.cli.digest import open_draft
    from r57monitor.clock import utc_now
    from warehouse.desk import approve

    chosen = choose_home(ctx, home)
    announce(chosen)
    draft = open_draft(chosen, name)
    if draft.kept is not None and draft.standing.state == "approved":
        raise UsageError(f"{draft.standing.name} is approved already, by {draft.standing.by}; `r57 digest desk reopen` takes that back.")
    edition = approve(chosen, draft.digest, by=reviewer(by), at=utc_now())
    tell(f"{edition.name}: approved as edition {edition.number}, {edition.path}.")


@desk.command("reopen")
def reopen_digest(
    ctx: typer.Context,
    name: KnownName,
    by: ByOption = None,
    home: HomeOption = None,
) -> None:
    """Make an approved digest a draft again.

    Example:  r57 digest desk reopen 2025-W30
    """
    from r57monitor.digest.request import read_name
    from warehouse.desk import reopen

    chosen = choose_home(ctx, home)
    announce(chosen)
    full = read_name(name).name
    reopen(chosen, full, by=reviewer(by))
    tell(f"{full}: a draft again.")


@desk.command("sent")
def mark_sent(
    ctx: typer.Context,
    name: KnownName,
    by: ByOption = None,
    home: HomeOption = None,
) -> None:
    """Say that an approved digest went out by other means than mail; it is kept as sent, and the next one lists corrections.

    Example:  r57 digest desk sent 2025-W30 --by 'Văn thư'
    """
    from warehouse.desk import note_sent

    chosen = choose_home(ctx, home)
    announce(chosen)
    edition = _approved(chosen, name)
    note_sent(chosen, edition, by=reviewer(by))
    tell(f"{edition.name}: edition {edition.number} is kept as sent.")


def _approved(home: Home, name: str) -> Any:
    from r57monitor.digest.request import read_name
    from warehouse.desk import find_kept, read_standing

    standing = read_standing(home, read_name(name).name)
    edition = find_kept(home, standing)
    if edition is None or standing.state != "approved":
        raise UsageError(
            f"{standing.name} is {'a draft' if standing.state == 'draft' else standing.state}: only an approved digest is sent."
        )
    return edition


def _is_csv(file: Path) -> bool:
    if file.suffix.lower() not in {".csv", ".toml"}:
        raise UsageError(f"{file}: the desk is a .csv or a .toml file.")
    return file.suffix.lower() == ".csv"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(commands, name="digest")
