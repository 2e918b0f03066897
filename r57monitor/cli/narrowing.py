"""Which rows a table of the command line shows: the options that narrow it, checked before anybody takes an empty table for an answer."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from r57monitor.cli.options import parse_day
from r57monitor.errors import UsageError
from r57monitor.models import FIGURE_KINDS, FIGURE_STATES

if TYPE_CHECKING:
    from warehouse.queries import Filters, Reader

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


def make_filters(
    province: Sequence[str] | None = None,
    metric: Sequence[str] | None = None,
    kind: Sequence[str] | None = None,
    state: Sequence[str] | None = None,
    source: Sequence[str] | None = None,
    week: str | None = None,
    date_from: str | None = None,
    date_to: str | None = None,
    everything: bool = False,
) -> Filters:
    """The options as the queries take them. Raises UsageError for a day, week, province, kind or state that is none."""
    from warehouse.queries import Filters

    first, last = parse_day(date_from, "--from"), parse_day(date_to, "--to")
    if first and last and first > last:
        raise UsageError(f"--from {first} lies after --to {last}.")
    chosen = Filters(
        provinces=_known_provinces(province or ()),
        metrics=tuple(metric or ()),
        kinds=_known("--kind", kind or (), FIGURE_KINDS),
        states=_known("--state", state or (), FIGURE_STATES),
        sources=tuple(source or ()),
        week=week,
        date_from=first,
        date_to=last,
        relevant_only=not everything,
    )
    chosen.days()  # a wrong week is named before anything is opened
    return chosen


def check_names(reader: Reader, filters: Filters) -> None:
    """Metrics and sources are in what is published. Raises UsageError for a name nobody bears there."""
    asked: Mapping[str, tuple[tuple[str, ...], str, str]] = {
        "--metric": (filters.metrics, "SELECT metric_id FROM main.metrics", 'r57 sql "SELECT metric_id, label_vi FROM metrics"'),
        "--source": (filters.sources, "SELECT source_id FROM main.sources", "r57 sources list"),
    }
    for option, (names, sql, listing) in asked.items():
        if names:
            _known(option, names, [next(iter(row.values())) for row in reader.rows(sql)], listing)


def _known(option: str, names: Sequence[str], known: Collection[str], listing: str = "") -> tuple[str, ...]:
    """The names, all of them known. listing: the command that shows what there is, where that is too much for one line."""
    import difflib

    for name in names:
        if name in known:
            continue
        near = sorted(known) if len(known) <= len(FIGURE_STATES) else difflib.get_close_matches(name, known, n=3)
        if near:
            raise UsageError(f'{option} "{name}" is none of those there are. Did you mean {", ".join(near)}?')
        raise UsageError(f'{option} "{name}" is none of those there are; `{listing}` shows them.')
    return tuple(names)


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
            near = ", ".join(gazetteer.near_names(name))
            way_out = f"Did you mean {near}?" if near else "Write its name, such as 'Lào Cai'."
            raise UsageError(f'--province "{name}": there is no such province, before or after July 2025. {way_out}')
        found.append(entity.name)
    return tuple(found)
