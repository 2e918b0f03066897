"""The commands that only look: status, tables of the published views, SQL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Annotated, Any

import typer

from r57monitor.cli.options import (
    CsvOption,
    HomeOption,
    JsonOption,
    LimitOption,
    Shape,
    choose_home,
    choose_shape,
    parse_day,
    print_rows,
)
from r57monitor.cli.past import SnapshotOption, open_shown
from r57monitor.errors import UsageError
from warehouse.home import Home

ProvinceOption = Annotated[
    list[str] | None, typer.Option("--province", metavar="NAME", help="Only this province, old or of today (may be repeated).")
]
MetricOption = Annotated[list[str] | None, typer.Option("--metric", metavar="ID", help="Only this metric (may be repeated).")]
KindOption = Annotated[list[str] | None, typer.Option("--kind", help="result, target or previous (may be repeated).")]
StateOption = Annotated[list[str] | None, typer.Option("--state", help="new, repeat, higher, lower, conflict … (may be repeated).")]
SourceOption = Annotated[list[str] | None, typer.Option("--source", metavar="ID", help="Only this source (may be repeated).")]
WeekOption = Annotated[str | None, typer.Option("--week", metavar="2025-W30", help="Only this ISO week.")]
FromOption = Annotated[str | None, typer.Option("--from", metavar="DATE", help="From this day on.")]
ToOption = Annotated[str | None, typer.Option("--to", metavar="DATE", help="Until this day.")]
AllOption = Annotated[bool, typer.Option("--all", help="Also what is not about Resolution 57.")]

# Tables of the command line: the query that answers, and the columns that fit a terminal (--json and --csv have them all).
_FIGURES = ("province", "metric_id", "value", "unit", "kind", "state", "as_of", "due", "mention", "source_id", "published_at")
ARTICLE_COLUMNS = ("published_at", "source_id", "title", "provinces", "figures", "copies", "url")
_TARGETS = ("province", "metric_id", "value", "unit", "due", "status", "moved_from", "result_value")
_DOCUMENTS = ("number", "kind", "issuer", "issued_on", "province", "first_seen_at")
_CHAIN = ("province", "act", "number", "kind", "issuer", "issued_on", "first_published_at", "articles", "replaces", "replaced_by")
_COVERAGE = ("province_now", "week", "state", "observed_share", "articles", "originals", "publishers")


def _filters(
    province: Sequence[str] | None = None,
    metric: Sequence[str] | None = None,
    kind: Sequence[str] | None = None,
    state: Sequence[str] | None = None,
    source: Sequence[str] | None = None,
    week: str | None = None,
    date_from: str | None = None,
    date_to: str | None = None,
    everything: bool = False,
) -> Any:
    from warehouse.queries import Filters

    first, last = parse_day(date_from, "--from"), parse_day(date_to, "--to")
    if first and last and first > last:
        raise UsageError(f"--from {first} lies after --to {last}.")
    chosen = Filters(
        provinces=_known_provinces(province or ()),
        metrics=tuple(metric or ()),
        kinds=tuple(kind or ()),
        states=tuple(state or ()),
        sources=tuple(source or ()),
        week=week,
        date_from=first,
        date_to=last,
        relevant_only=not everything,
    )
    chosen.days()  # a wrong week is named before anything is opened
    return chosen


def _known_provinces(names: Sequence[str]) -> tuple[str, ...]:
    """Names as the gazetteer spells them; UsageError for a province that never existed."""
    if not names:
        return ()
    from r57monitor.gazetteer import load_gazetteer

    gazetteer = load_gazetteer()
    found = []
    for name in names:
        entity = gazetteer.by_name(name, date(2025, 6, 30)) or gazetteer.by_name(name, date(2025, 7, 1))
        if entity is None:
            raise UsageError(f'--province "{name}": there is no such province, before or after July 2025.')
        found.append(entity.name)
    return tuple(found)


def _show(home: Home, ask: Callable[[Any], list[dict[str, Any]]], columns: Sequence[str], shape: Shape, past: int | None = None) -> None:
    with open_shown(home, past) as reader:
        rows = ask(reader)
    shown = [c for c in columns if not rows or c in rows[0]]
    print_rows(rows, shown, shape)


def figures(
    ctx: typer.Context,
    province: ProvinceOption = None,
    metric: MetricOption = None,
    kind: KindOption = None,
    state: StateOption = None,
    source: SourceOption = None,
    week: WeekOption = None,
    date_from: FromOption = None,
    date_to: ToOption = None,
    limit: LimitOption = 100,
    past: SnapshotOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    home: HomeOption = None,
) -> None:
    """Figures with the sentence that proves each, newest first.

    Example:  r57 figures --province 'Nghệ An' --metric bts_5g_stations --json
    """
    from warehouse import queries

    wanted = _filters(province, metric, kind, state, source, week, date_from, date_to)
    _show(choose_home(ctx, home), lambda reader: queries.figures(reader, wanted, limit), _FIGURES, choose_shape(as_json, as_csv), past)


def articles(
    ctx: typer.Context,
    province: ProvinceOption = None,
    source: SourceOption = None,
    week: WeekOption = None,
    date_from: FromOption = None,
    date_to: ToOption = None,
    everything: AllOption = False,
    limit: LimitOption = 100,
    past: SnapshotOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    home: HomeOption = None,
) -> None:
    """Articles about carrying out Resolution 57, newest first.

    Example:  r57 articles --week 2025-W30 --csv
    """
    from warehouse import queries

    wanted = _filters(province, source=source, week=week, date_from=date_from, date_to=date_to, everything=everything)
    _show(
        choose_home(ctx, home), lambda reader: queries.articles(reader, wanted, limit), ARTICLE_COLUMNS, choose_shape(as_json, as_csv), past
    )


def targets(
    ctx: typer.Context,
    province: ProvinceOption = None,
    metric: MetricOption = None,
    date_from: FromOption = None,
    date_to: ToOption = None,
    limit: LimitOption = 100,
    past: SnapshotOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    home: HomeOption = None,
) -> None:
    """Targets with their due date and what the press has reported since; --from and --to are of the due date.

    Example:  r57 targets --province 'Cà Mau'
    """
    from warehouse import queries

    wanted = _filters(province, metric, date_from=date_from, date_to=date_to)
    _show(choose_home(ctx, home), lambda reader: queries.targets(reader, wanted, limit), _TARGETS, choose_shape(as_json, as_csv), past)


def documents(
    ctx: typer.Context,
    province: ProvinceOption = None,
    chain: Annotated[
        bool, typer.Option("--chain", help="One row for each document of a province: issued or cited, replacing what.")
    ] = False,
    limit: LimitOption = 100,
    past: SnapshotOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    home: HomeOption = None,
) -> None:
    """Official documents cited by number.

    Example:  r57 documents --province 'Quảng Trị' --csv
    Example:  r57 documents --chain --json
    """
    from warehouse import queries

    wanted = _filters(province)
    ask, columns = (queries.document_chain, _CHAIN) if chain else (queries.documents, _DOCUMENTS)
    _show(choose_home(ctx, home), lambda reader: ask(reader, wanted, limit), columns, choose_shape(as_json, as_csv), past)


def coverage(
    ctx: typer.Context,
    province: ProvinceOption = None,
    week: WeekOption = None,
    past: SnapshotOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    home: HomeOption = None,
) -> None:
    """Which province was reported, silent, or not observed, week by week.

    Example:  r57 coverage --week 2025-W30
    """
    from warehouse import queries

    wanted = _filters(province, week=week)
    _show(choose_home(ctx, home), lambda reader: queries.coverage_by_week(reader, wanted), _COVERAGE, choose_shape(as_json, as_csv), past)


def status(ctx: typer.Context, as_json: JsonOption = False, home: HomeOption = None) -> None:
    """What a home holds, and how its sources are.

    Example:  r57 status --home data-practice
    """
    from r57monitor.cli.status import show_status

    show_status(choose_home(ctx, home), choose_shape(as_json, False))


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (status, figures, articles, targets, documents, coverage):
        app.command(command.__name__)(command)
