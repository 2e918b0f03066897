"""`r57 sources`: what is watched, and whether the registry is sound."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from r57monitor.cli.options import CsvOption, HomeOption, JsonOption, Shape, choose_home, choose_shape, print_rows
from r57monitor.clock import VIETNAM, utc_now
from r57monitor.errors import UsageError
from r57monitor.registry import load_sources, read_sources, shipped_registry

_COLUMNS = ("id", "name", "kind", "province", "homepage", "verified", "active_until")

SourcesOption = Annotated[
    list[Path] | None,
    typer.Option("--sources", metavar="FILE_OR_DIR", help="Registry to use instead of the shipped one (may be repeated)."),
]

commands = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="The source registry.\n\nExample:  r57 sources list --province 'Lào Cai'"
)


def registry_paths(home_sources: Path, named: list[Path] | None) -> list[Path]:
    """The shipped registry, or the one named instead; always with the home's own entries."""
    paths = list(named) if named else [shipped_registry()]
    if home_sources.is_dir():
        paths.append(home_sources)
    return paths


@commands.command("list")
def list_sources(
    ctx: typer.Context,
    sources: SourcesOption = None,
    province: Annotated[str | None, typer.Option(help="Only sources of this province.")] = None,
    kind: Annotated[str | None, typer.Option(help="Only sources of this kind.")] = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    home: HomeOption = None,
) -> None:
    """The sources that are watched; `verified` says whether somebody saw them answer.

    Example:  r57 sources list --kind newspaper --csv
    """
    found = load_sources(registry_paths(choose_home(ctx, home).sources, sources)).values()
    rows = [
        {**asdict(s), "sections": list(s.sections)}
        for s in found
        if (province is None or (s.province or "").casefold() == province.casefold()) and (kind is None or s.kind == kind)
    ]
    print_rows(rows, _COLUMNS, choose_shape(as_json, as_csv))


@commands.command("check")
def check_sources(
    ctx: typer.Context,
    source: Annotated[list[str] | None, typer.Argument(metavar="[ID]…", help="Only these sources; none: all.")] = None,
    sources: SourcesOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    home: HomeOption = None,
) -> None:
    """Look for what is wrong in the registry: double ids and addresses, bad patterns, provinces that did not exist.

    Exit 0 where there is no error (warnings may be shown), 2 otherwise. Nothing is fetched.

    Example:  r57 sources check --sources my-sources.toml
    """
    from r57monitor.gazetteer import load_gazetteer
    from r57monitor.registry_checks import check_registry, find_bare_provinces

    found, faults = read_sources(registry_paths(choose_home(ctx, home).sources, sources))
    for name in source or ():
        if name not in found and not faults:
            raise UsageError(f'there is no source "{name}"; `r57 sources list` names them.')
    gazetteer, today = load_gazetteer(), utc_now().astimezone(VIETNAM).date()
    problems = [{"source_id": None, "level": "error", "text": str(fault)} for fault in faults]
    problems += [asdict(p) for p in check_registry(list(found.values()), gazetteer, today) if not source or p.source_id in source]
    if not sources and not source:
        problems += [
            {"source_id": None, "level": "warning", "text": f"{name}: no {kind} is visited, so its silence cannot be seen"}
            for name, kind in find_bare_provinces(found.values(), gazetteer, today)
        ]
    shape = choose_shape(as_json, as_csv)
    if problems or shape is not Shape.TABLE:
        print_rows(problems, ("level", "source_id", "text"), shape)
    errors = sum(p["level"] == "error" for p in problems)
    verified = sum(s.verified for s in found.values())
    typer.echo(f"{len(found)} sources, {verified} of them verified: {errors} errors, {len(problems) - errors} warnings.", err=True)
    if errors:
        raise typer.Exit(2)


def register(app: typer.Typer) -> None:
    """Add `r57 sources …`."""
    app.add_typer(commands, name="sources")
