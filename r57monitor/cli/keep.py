"""`r57 backup`, `restore` and `export`: a home in one file, and a copy of the published file that may be given away."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from r57monitor.cli.notes import note, tell
from r57monitor.cli.options import HomeOption, announce, choose_home
from r57monitor.clock import utc_now
from r57monitor.errors import UsageError


def backup(
    ctx: typer.Context,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="File to write; default: r57-backup-<time>.tar here.")] = None,
    no_archive: Annotated[bool, typer.Option("--no-archive", help="Without the raw pages; only while nobody writes to the home.")] = False,
    home: HomeOption = None,
) -> None:
    """Put a home into one file, also while a crawl runs.

    Search index and logs are left out. Keep the file where only you can read it: it holds full texts.

    Example:  r57 backup --out /mnt/backup/r57.tar
    """
    from r57monitor.cli.progress import Shown
    from warehouse.backup import make_backup

    chosen = choose_home(ctx, home)
    announce(chosen)
    file = out or Path(f"r57-backup-{utc_now():%Y%m%dT%H%M%SZ}.tar")
    with Shown() as shown:
        made = make_backup(chosen, file, archive=not no_archive, step=lambda done, total: shown.step("MB", done // 10**6, total // 10**6))
    tell(f"{made.file}: {made.files} files, {made.size / 1e6:.1f} MB")
    if made.holder:
        note(f"{made.holder} is writing, so the warehouse is left out; after a restore it is made anew from the archive.")


def restore(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that `r57 backup` made.")],
    replace: Annotated[bool, typer.Option("--replace", help="Also where the home holds data; it is kept beside the new one.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Only see whether the backup is whole.")] = False,
    home: HomeOption = None,
) -> None:
    """Bring a home back from a backup, once every part of it was found whole.

    Example:  r57 restore /mnt/backup/r57.tar --home ./data
    """
    from r57monitor.cli.progress import Shown
    from warehouse.restore import check_backup, restore_backup

    if not file.is_file():
        raise UsageError(f"{file}: no such file.")
    chosen = choose_home(ctx, home)
    with Shown() as shown:

        def step(done: int, total: int) -> None:
            shown.step("MB", done // 10**6, total // 10**6)

        if check:
            about = check_backup(file, step)
            tell(f"{file} is whole: {len(about['files'])} files of {about['made_at']}")
            return
        announce(chosen)
        made = restore_backup(file, chosen, replace=replace, step=step)
    tell(f"{chosen.path}: {made.files} files as of {made.made_at}")
    if made.before:
        note(f"what was there before is kept in {made.before}; delete it when you do not need it any more.")
    if not made.has_warehouse:
        note("the next command that writes makes the warehouse anew from the archive (`r57 publish` does).")


def export(
    ctx: typer.Context,
    no_text: Annotated[
        bool, typer.Option("--no-text", help="Without full texts (needed: the file with them is published.duckdb).")
    ] = False,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="File to write; default: r57-no-text-<snapshot>.duckdb.")
    ] = None,
    home: HomeOption = None,
) -> None:
    """A copy of the published file that may be given away: every view, but no full text in any table, version or free page.

    Example:  r57 export --no-text --out r57.duckdb
    """
    from warehouse.export import export_without_texts
    from warehouse.queries import open_published, snapshot

    if not no_text:
        raise UsageError("say --no-text: whoever may read full texts can copy published.duckdb itself.")
    with open_published(choose_home(ctx, home)) as reader:
        number = snapshot(reader)["number"]
        file = out or Path(f"r57-no-text-{number}.duckdb")
        export_without_texts(reader.path, file)
    tell(f"{file}: {file.stat().st_size / 1e6:.1f} MB, without full texts")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (backup, restore, export):
        app.command(command.__name__)(command)
