"""The commands that only look: status, tables of the published views, SQL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from r57monitor.cli.narrowing import (
    AllOption,
    FromOption,
    KindOption,
    MetricOption,
    ProvinceOption,
    SourceOption,
    StateOption,
    ToOption,
    WeekOption,
    check_names,
    make_filters,
)
from r57monitor.cli.options import (
    CsvOption,
    HomeOption,
    JsonOption,
    LimitOption,
    choose_home,
    choose_shape,
    print_rows,
)
from r57monitor.cli.past import SnapshotOption, open_shown

if TYPE_CHECKING:
    from warehouse.queries import Filters, Reader

_Question = Callable[..., list[dict[str, Any]]]  # (reader, filters, limit): rows

# Tables of the command line: the query that answers, and the columns that fit a terminal (--json and --csv have them all).
_FIGURES = ("province", "metric_id", "value", "unit", "kind", "state", "as_of", "due", "mention", "source_id", "published_at")
ARTICLE_COLUMNS = ("published_at", "source_id", "title", "provinces", "figures", "is_original", "url")
_TARGETS = ("province", "metric_id", "value", "unit", "due", "status", "moved_from_value", "moved_from_due", "result_value")
_DOCUMENTS = ("number", "kind", "issuer", "issued_on", "province", "first_seen_at")
_CHAIN = ("province", "act", "number", "kind", "issuer", "issued_on", "first_published_at", "articles", "replaces", "replaced_by")
_COVERAGE = ("province_now", "week", "state", "observed_share", "articles", "originals", "publishers")


def _show(
    ctx: typer.Context, ask: _Question, wanted: Filters, limit: int | None, columns: Sequence[str], *,
    past: int | None, as_json: bool, as_csv: bool, home: Path | None,
) -> None:  # fmt: skip
    """Print what a question gives for what is wanted."""
    shape = choose_shape(as_json, as_csv)
    with open_shown(choose_home(ctx, home), past) as reader:
        check_names(reader, wanted)
        rows = ask(reader, wanted, limit)
    print_rows(rows, columns, shape)


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

    wanted = make_filters(province, metric, kind, state, source, week, date_from, date_to)
    _show(ctx, queries.figures, wanted, limit, _FIGURES, past=past, as_json=as_json, as_csv=as_csv, home=home)


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

    wanted = make_filters(province, source=source, week=week, date_from=date_from, date_to=date_to, everything=everything)
    _show(ctx, queries.articles, wanted, limit, ARTICLE_COLUMNS, past=past, as_json=as_json, as_csv=as_csv, home=home)


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

    wanted = make_filters(province, metric, date_from=date_from, date_to=date_to)
    _show(ctx, queries.targets, wanted, limit, _TARGETS, past=past, as_json=as_json, as_csv=as_csv, home=home)


def documents(
    ctx: typer.Context,
    province: ProvinceOption = None,
    chain: Annotated[
        bool, typer.Option("--chain", help="One row for each document of a province: issued or cited, replacing what.")
    ] = False,
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
    """Official documents cited by number; --week, --from and --to are of the day a document was first seen.

    Example:  r57 documents --province 'Quảng Trị' --csv
    Example:  r57 documents --chain --json
    """
    from warehouse import queries

    wanted = make_filters(province, source=source, week=week, date_from=date_from, date_to=date_to)
    ask, columns = (queries.document_chain, _CHAIN) if chain else (queries.documents, _DOCUMENTS)
    _show(ctx, ask, wanted, limit, columns, past=past, as_json=as_json, as_csv=as_csv, home=home)


def coverage(
    ctx: typer.Context,
    province: ProvinceOption = None,
    week: WeekOption = None,
    limit: Annotated[int | None, typer.Option("--limit", "-n", min=1, help="At most so many rows [default: all].")] = None,
    past: SnapshotOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    home: HomeOption = None,
) -> None:
    """Which province was reported, silent, or not observed, week by week.

    Example:  r57 coverage --week 2025-W30
    """
    from warehouse import queries

    def ask(reader: Reader, wanted: Filters, limit: int | None) -> list[dict[str, Any]]:
        rows = queries.coverage_by_week(reader, wanted)
        del rows[len(rows) if limit is None else limit :]
        return rows

    wanted = make_filters(province, week=week)
    _show(ctx, ask, wanted, limit, _COVERAGE, past=past, as_json=as_json, as_csv=as_csv, home=home)


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
