"""`r57 sources`: what is watched, and whether the registry is sound."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from r57monitor.cli.options import CsvOption, HomeOption, JsonOption, choose_home, choose_shape, print_rows
from r57monitor.registry import load_sources, shipped_registry

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


def register(app: typer.Typer) -> None:
    """Add `r57 sources …`."""
    app.add_typer(commands, name="sources")
