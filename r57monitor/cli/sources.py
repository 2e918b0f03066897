"""`r57 sources`: what is watched, whether the registry is sound, and how a new source comes into it."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from r57monitor.cli.notes import in_words, tell
from r57monitor.cli.options import CsvOption, HomeOption, JsonOption, Shape, announce, choose_home, choose_shape, print_rows
from r57monitor.clock import vietnam_today
from r57monitor.errors import R57Error, UsageError
from r57monitor.models import Source
from r57monitor.registry import NOT_CRAWLED, load_sources, read_sources, registry_paths
from warehouse.home import Home

if TYPE_CHECKING:
    from r57monitor.cli.source_visit import Visit

_COLUMNS = ("id", "name", "kind", "province", "homepage", "verified", "active_until")

SourcesOption = Annotated[
    list[Path] | None,
    typer.Option("--sources", metavar="FILE_OR_DIR", help="Registry to use instead of the shipped one (may be repeated)."),
]

commands = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="The source registry.\n\nExample:  r57 sources list --province 'Lào Cai'"
)


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
    source: Annotated[list[str] | None, typer.Argument(metavar="ID", help="Only these sources; none: all.")] = None,
    sources: SourcesOption = None,
    visit: Annotated[bool, typer.Option("--visit", help="Also ask one source: robots.txt, its entry pages, one article.")] = False,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    home: HomeOption = None,
) -> None:
    """Look for what is wrong in the registry: double ids and addresses, bad patterns, provinces that did not exist.

    Exit 0 where there is no error (warnings may be shown), 2 otherwise. Nothing is fetched, but with --visit:
    then 1 where no article can be read.

    Example:  r57 sources check baonghean --visit
    """
    from r57monitor.gazetteer import load_gazetteer
    from r57monitor.registry_checks import check_registry, find_bare_provinces

    found, faults = read_sources(registry_paths(choose_home(ctx, home).sources, sources))
    for name in source or ():
        if name not in found and not faults:
            raise UsageError(f'there is no source "{name}"; `r57 sources list` names them.')
    gazetteer, today = load_gazetteer(), vietnam_today()
    problems = [{"source_id": None, "level": "error", "text": str(fault)} for fault in faults]
    problems += [asdict(p) for p in check_registry(list(found.values()), gazetteer, today) if not source or p.source_id in source]
    if not sources and not source:
        problems += [
            {"source_id": None, "level": "warning", "text": f"{name}: no {kind} is visited, so its silence cannot be seen"}
            for name, kind in find_bare_provinces(found.values(), gazetteer, today)
        ]
    shape = choose_shape(as_json, as_csv)
    if problems or shape is not Shape.TABLE:
        shown = (
            [row | {name: in_words(str(row[name])) for name in ("level", "text")} for row in problems] if shape is Shape.TABLE else problems
        )
        print_rows(shown, ("level", "source_id", "text"), shape)
    errors = sum(p["level"] == "error" for p in problems)
    verified = sum(s.verified for s in found.values())
    tell(f"{len(found)} sources, {verified} of them verified: {errors} errors, {len(problems) - errors} warnings.", err=True)
    if errors:
        raise typer.Exit(2)
    if visit:
        _visit(choose_home(ctx, home), found, source or [])


def _visit(home: Home, registry: Mapping[str, Source], named: Sequence[str]) -> None:
    """Ask one source and say what it gave; exit 1 where no article of it can be read."""
    from r57monitor.cli.source_visit import article_lines, entry_lines, visit

    if len(named) != 1:
        raise UsageError("--visit asks one source: name its id, such as `r57 sources check baonghean --visit`.")
    source = registry[named[0]]
    if source.kind in NOT_CRAWLED:
        raise UsageError(f"{source.id} is not visited: its kind is {source.kind}.")
    seen = visit(home, source, is_new=False)
    groups = ((seen.finding.feeds, "feed"), (seen.finding.sitemaps, "sitemap"), (seen.finding.sections, "section"))
    for line in (*(line for entries, what in groups for line in entry_lines(entries, what)), *article_lines(seen)):
        tell(line)
    if not seen.finding.articles:
        raise R57Error(f"no article of {source.id} could be read: {_first_cause(seen)}.")


def _first_cause(seen: Visit) -> str:
    causes = [entry.cause for entry in seen.finding.entries if entry.cause] + [cause for _, cause in seen.finding.unread]
    return causes[0] if causes else "its entry pages name none"


@commands.command("add")
def add(
    ctx: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="The front page of the site, or the section to start from.")],
    source_id: Annotated[str | None, typer.Option("--id", help="Its id, for ever; default: from the address.")] = None,
    name: Annotated[str | None, typer.Option(help="Its name; default: what the site calls itself.")] = None,
    kind: Annotated[str | None, typer.Option(help="portal, newspaper, department …; default: told by name and address.")] = None,
    province: Annotated[str | None, typer.Option(help="Its province; default: told by name and address.")] = None,
    private_network: Annotated[
        bool, typer.Option("--private-network", help="The site is on this office's network or this machine; others are refused.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Write the entry without asking.")] = False,
    home: HomeOption = None,
) -> None:
    """Find out what a site offers (feeds, sitemaps, sections), read three articles, and write its entry into the home's sources folder.

    The site is asked as in a crawl: robots.txt obeyed, one request after another.

    Example:  r57 sources add https://baomoi.example/ --province 'Nghệ An'
    """
    from r57monitor.cli.source_add import Wanted, add_source, check_entry, report_lines, write_entry
    from r57monitor.gazetteer import load_gazetteer

    chosen = choose_home(ctx, home)
    announce(chosen)
    registry = load_sources(registry_paths(chosen.sources, None))
    wanted = Wanted(url=url, id=source_id, name=name, kind=kind, province=province, private_network=private_network)
    source, seen = add_source(chosen, wanted, registry)
    for line in report_lines(source, seen):
        tell(line)
    if not yes:
        if not sys.stdin.isatty():
            raise UsageError("nothing was written: add --yes to write this entry.")
        typer.confirm(in_words(f"Write {chosen.sources / source.id}.toml?"), abort=True)
    path = write_entry(source, chosen.sources)
    problems = check_entry(path, registry, load_gazetteer())
    for problem in problems:
        tell(f"{problem.level}: {problem.text}")
    if any(problem.level == "error" for problem in problems):
        path.unlink()
        raise UsageError("the entry was not kept, for the reasons above: give --id, --name, --kind or --province.")
    tell(f"Written: {path}. `r57 crawl {source.id}` visits it.")


@commands.command("freeze")
def freeze(
    ctx: typer.Context,
    source_id: Annotated[str, typer.Argument(metavar="ID", help="The source the page is of.")],
    url: Annotated[str, typer.Argument(metavar="URL", help="The page to keep.")],
    sources: SourcesOption = None,
    home: HomeOption = None,
) -> None:
    """Keep one page with a draft of what should be read from it, under the home's frozen folder, to test against later.

    Example:  r57 sources freeze baonghean https://baonghean.vn/mot-bai-10312345.html
    """
    from r57monitor.cli.session import choose_source
    from r57monitor.cli.source_freeze import freeze_page

    chosen = choose_home(ctx, home)
    announce(chosen)
    registry = load_sources(registry_paths(chosen.sources, sources))
    folder = freeze_page(chosen, choose_source(registry, source_id), url)
    tell(f"Kept in {folder}: page, meta.json, expected.json. Read expected.json and correct it: it holds what is read today.")


def register(app: typer.Typer) -> None:
    """Add `r57 sources …`."""
    app.add_typer(commands, name="sources")
