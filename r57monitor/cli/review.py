"""`r57 review`: what people say of figures and articles, kept in the journal."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from r57monitor.cli.notes import note, tell
from r57monitor.cli.options import (
    CsvOption,
    HomeOption,
    JsonOption,
    LimitOption,
    announce,
    choose_home,
    choose_shape,
    parse_day,
    print_rows,
)
from r57monitor.errors import UsageError
from warehouse.home import Home

commands = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Accept, reject, fix or add figures and correct articles; kept in the journal, shown from the next publish on.\n\n"
    "Ids are those of `r57 figures --json` and `r57 articles --json`.\n\nExample:  r57 review fix 3f2a9c0d1e5b7a88 --value 301 --by 'Hà'",
)

FigureArgument = Annotated[str, typer.Argument(metavar="FIGURE_ID", help="Id of the figure, as `r57 figures --json` shows it.")]
ArticleArgument = Annotated[str, typer.Argument(metavar="URL_OR_ID", help="Address or id of the article.")]
ByOption = Annotated[str | None, typer.Option("--by", metavar="NAME", help="Who reviews; default: your login name.")]
NoteOption = Annotated[str | None, typer.Option("--note", help="Why, in your words.")]
ValueOption = Annotated[str | None, typer.Option("--value", help="The number as the press writes it: 1.172,7 or '4,3 triệu'.")]
UnitOption = Annotated[str | None, typer.Option("--unit", help="%, đồng, hạng, or what is counted.")]
MaxOption = Annotated[str | None, typer.Option("--max", help="Upper end of a range.")]
OfOption = Annotated[str | None, typer.Option("--of", help="What the number is out of: 74 in 36/74.")]
MetricOption = Annotated[str | None, typer.Option("--metric", metavar="ID", help="Metric of the catalogue.")]
LabelOption = Annotated[str | None, typer.Option("--label", help="Words of what is counted, where no metric fits.")]
KindOption = Annotated[str | None, typer.Option("--kind", help="result, target or previous.")]
ComparatorOption = Annotated[str | None, typer.Option("--comparator", help="eq, ge, gt, le, lt or approx.")]
ChangeOption = Annotated[str | None, typer.Option("--change", help="yes where the number is a change, no where it is a level.")]
LevelOption = Annotated[str | None, typer.Option("--level", help="province, national, commune or agency.")]
ScopeOption = Annotated[str | None, typer.Option("--scope", help="Of whom or where, as the catalogue words it.")]
WholeOption = Annotated[str | None, typer.Option("--whole", help="What a share is a share of.")]
PeriodOption = Annotated[str | None, typer.Option("--period", help="cumulative, in_period or moment.")]
ProvinceOption = Annotated[str | None, typer.Option("--province", metavar="NAME", help="Province, or national.")]
AsOfOption = Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="2025, 2025-06 or 2025-06-30.")]
DueOption = Annotated[str | None, typer.Option("--due", metavar="DATE", help="Due date of a target: 2030, 2025-12 …")]
MentionOption = Annotated[str | None, typer.Option("--mention", help="The words of the figure, where other ones were marked.")]


def reviewer(by: str | None) -> str:
    """Who reviews: the name given, else the login name. UsageError where neither is known."""
    if by and by.strip():
        return by.strip()
    try:
        return getpass.getuser()
    except (KeyError, OSError) as error:
        raise UsageError("this account has no login name: say who reviews with --by NAME.") from error


@contextmanager
def _open(ctx: typer.Context, home: Path | None) -> Iterator[tuple[Home, Any, Any]]:
    from warehouse.journal import Journal
    from warehouse.queries import open_published

    chosen = choose_home(ctx, home)
    announce(chosen)
    with open_published(chosen) as reader:
        yield chosen, reader, Journal(chosen.journal)


def _tell_next(what: str) -> None:
    tell(f"{what}. Shown from the next publish on (`r57 publish`).")


def _read(home: Home, typed: dict[str, str | None], day: Any = None) -> dict[str, Any]:
    from r57monitor.catalogue import load_home_catalogue
    from r57monitor.gazetteer import load_gazetteer
    from r57monitor.ledger.review_fields import read_figure_fields

    catalogue = load_home_catalogue(home.metrics)
    return read_figure_fields(typed, catalogue, load_gazetteer(), day)


@commands.command("accept")
def accept(
    ctx: typer.Context, figures: Annotated[list[str], typer.Argument(metavar="FIGURE_ID", help="Ids of figures.")],
    by: ByOption = None, note: NoteOption = None, home: HomeOption = None,
) -> None:  # fmt: skip
    """Say that figures are right as they are: they stay so whatever the rules become.

    Example:  r57 review accept 3f2a9c0d1e5b7a88 --by 'Hà'
    """
    _judge(ctx, home, figures, "accept", reviewer(by), note)


@commands.command("reject")
def reject(
    ctx: typer.Context, figures: Annotated[list[str], typer.Argument(metavar="FIGURE_ID", help="Ids of figures.")],
    by: ByOption = None, note: NoteOption = None, home: HomeOption = None,
) -> None:  # fmt: skip
    """Say that something is no figure: it leaves every table.

    Example:  r57 review reject 3f2a9c0d1e5b7a88 --note 'là số trang'
    """
    _judge(ctx, home, figures, "reject", reviewer(by), note)


@commands.command("undo")
def undo(
    ctx: typer.Context, things: Annotated[list[str], typer.Argument(metavar="FIGURE_ID_OR_URL", help="Figures or articles.")],
    by: ByOption = None, note: NoteOption = None, home: HomeOption = None,
) -> None:  # fmt: skip
    """Take all reviews of a figure or an article back.

    Example:  r57 review undo 3f2a9c0d1e5b7a88
    """
    from warehouse.reviewing import review_article, review_figure

    who = reviewer(by)
    with _open(ctx, home) as (_, reader, journal):
        for thing in things:
            if "://" in thing:
                review_article(reader, journal, thing, by=who, changes=None, note=note)
            else:
                review_figure(reader, journal, thing, "undo", by=who, note=note)
    _tell_next(f"{len(things)} taken back")


def _judge(ctx: typer.Context, home: Path | None, figures: list[str], verdict: str, who: str, note: str | None) -> None:
    from warehouse.reviewing import review_figure

    with _open(ctx, home) as (_, reader, journal):
        for figure_id in figures:
            review_figure(reader, journal, figure_id, verdict, by=who, note=note)
    _tell_next(f"{len(figures)} reviewed: {verdict}")


@commands.command("fix")
def fix(
    ctx: typer.Context, figure: FigureArgument, value: ValueOption = None, unit: UnitOption = None, maximum: MaxOption = None,
    of: OfOption = None, metric: MetricOption = None, label: LabelOption = None, kind: KindOption = None,
    comparator: ComparatorOption = None, change: ChangeOption = None, level: LevelOption = None, scope: ScopeOption = None,
    whole: WholeOption = None, period: PeriodOption = None, province: ProvinceOption = None, as_of: AsOfOption = None,
    due: DueOption = None, mention: MentionOption = None, by: ByOption = None, note: NoteOption = None, home: HomeOption = None,
) -> None:  # fmt: skip
    """Correct any attribute of a figure; "none" takes one away.

    Example:  r57 review fix 3f2a9c0d1e5b7a88 --kind target --due 2025-12 --metric none
    """
    from warehouse.reviewing import review_figure

    typed = {
        "value": value, "unit": unit, "max": maximum, "of": of, "metric": metric, "label": label, "kind": kind, "comparator": comparator,
        "change": change, "level": level, "scope": scope, "whole": whole, "period": period, "province": province, "as_of": as_of,
        "due": due, "mention": mention,
    }  # fmt: skip
    who = reviewer(by)
    with _open(ctx, home) as (chosen, reader, journal):
        changes = _read(chosen, typed)
        review_figure(reader, journal, figure, "fix", by=who, changes=changes, note=note)
    _tell_next(f"fixed: {', '.join(changes)}")


@commands.command("add")
def add(
    ctx: typer.Context, article: ArticleArgument,
    mention: Annotated[str, typer.Argument(metavar="MENTION", help="The number with its unit words, as in the text.")],
    number: Annotated[int, typer.Option("--number", min=1, help="Which of several such mentions is meant.")] = 1,
    value: ValueOption = None, unit: UnitOption = None, maximum: MaxOption = None, of: OfOption = None, metric: MetricOption = None,
    label: LabelOption = None, kind: KindOption = None, comparator: ComparatorOption = None, change: ChangeOption = None,
    level: LevelOption = None, scope: ScopeOption = None, whole: WholeOption = None, period: PeriodOption = None,
    province: ProvinceOption = None, as_of: AsOfOption = None, due: DueOption = None, by: ByOption = None, note: NoteOption = None,
    home: HomeOption = None,
) -> None:  # fmt: skip
    """Add a figure that was missed: value and unit are read from the mention unless they are given.

    Example:  r57 review add https://example.org/bai-1.html '400 trạm' --metric bts_5g_stations --kind target --due 2025
    """
    from r57monitor.ledger.review_fields import read_mention
    from warehouse.reviewing import add_figure, find_article

    typed = {
        "value": value, "unit": unit, "max": maximum, "of": of, "metric": metric, "label": label, "kind": kind, "comparator": comparator,
        "change": change, "level": level, "scope": scope, "whole": whole, "period": period, "province": province, "as_of": as_of,
        "due": due,
    }  # fmt: skip
    who = reviewer(by)
    with _open(ctx, home) as (chosen, reader, journal):
        found = find_article(reader, article)
        changes = read_mention(mention) | _read(chosen, typed, found.day)
        entry = add_figure(reader, journal, found.url, mention, by=who, changes=changes, number=number, note=note)
    _tell_next(f"added: figure {entry['figure_id']}, {changes['value']:g} {changes['unit']}")


@commands.command("article")
def article(
    ctx: typer.Context, article: ArticleArgument,
    relevant: Annotated[bool | None, typer.Option("--relevant/--not-relevant", help="Whether it is about Resolution 57.")] = None,
    province: Annotated[list[str] | None, typer.Option("--province", metavar="NAME", help="Province it is about (repeatable).")] = None,
    published: Annotated[str | None, typer.Option("--date", metavar="DATE", help="Day of publication.")] = None,
    copy_of: Annotated[str | None, typer.Option("--copy-of", metavar="URL_OR_ID", help="The article it is a copy of.")] = None,
    no_copy: Annotated[bool, typer.Option("--no-copy", help="It is a text of its own.")] = False,
    complete: Annotated[bool | None, typer.Option("--complete/--not-complete", help="Every figure of it was looked at.")] = None,
    tone: Annotated[str | None, typer.Option("--tone", help="favourable, neutral, notable, or none; for the monthly report.")] = None,
    by: ByOption = None, note: NoteOption = None, home: HomeOption = None,
) -> None:  # fmt: skip
    """Correct an article: relevance, provinces, date, whether it is a copy; or say its tone.

    Example:  r57 review article https://example.org/bai-1.html --province 'Nghệ An' --date 2025-07-01
    """
    from r57monitor.gazetteer import load_gazetteer
    from r57monitor.ledger.review_fields import read_province
    from warehouse.queries import is_set_aside
    from warehouse.reviewing import review_article

    if copy_of and no_copy:
        raise UsageError("--copy-of and --no-copy exclude each other.")
    day = parse_day(published, "--date")
    names = [read_province(name, load_gazetteer(), day)["province"] for name in province or ()]
    changes: dict[str, Any] = {
        "is_relevant": relevant, "published": day.isoformat() if day else None, "provinces": names or None, "complete": complete,
        "copy_of": "" if no_copy else copy_of, "tone": "" if tone == "none" else tone,
    }  # fmt: skip
    who = reviewer(by)
    with _open(ctx, home) as (_, reader, journal):
        entry = review_article(reader, journal, article, by=who, changes={k: v for k, v in changes.items() if v is not None}, note=note)
        is_unread = bool(relevant) and is_set_aside(reader, entry["url"])
    _tell_next(f"corrected: {', '.join(entry['changes'])}")
    if is_unread:
        tell("The article was set aside unread: `r57 replay` reads its provinces and figures from the archive.")


@commands.command("list")
def list_reviews(
    ctx: typer.Context, limit: LimitOption = 100, as_json: JsonOption = False, as_csv: CsvOption = False, home: HomeOption = None,
) -> None:  # fmt: skip
    """Reviews that are published, newest first, and how many are still to be taken in.

    Example:  r57 review list --json
    """
    from warehouse import queries
    from warehouse.journal import Journal
    from warehouse.reviewing import pending_reviews

    chosen = choose_home(ctx, home)
    with queries.open_published(chosen) as reader:
        rows = queries.reviews(reader)[:limit]
        waiting = len(pending_reviews(reader, Journal(chosen.journal)))
    shown = ("reviewed_at", "reviewer", "verdict", "mention", "field", "value_before", "value", "is_found", "is_current", "url")
    print_rows(rows, shown, choose_shape(as_json, as_csv))
    if waiting:
        note(f"{waiting} more wait for the next publish.")


@commands.command("lost")
def lost(ctx: typer.Context, as_json: JsonOption = False, as_csv: CsvOption = False, home: HomeOption = None) -> None:
    """Reviews that no longer find their place: the text was edited, or is read otherwise.

    Example:  r57 review lost
    """
    from warehouse.queries import open_published
    from warehouse.reviewing import lost_reviews

    with open_published(choose_home(ctx, home)) as reader:
        rows = lost_reviews(reader)
    print_rows(rows, ("reviewed_at", "reviewer", "verdict", "around", "url", "note"), choose_shape(as_json, as_csv))


@commands.command("export")
def export(
    ctx: typer.Context, out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder to write to.")],
    everything: Annotated[bool, typer.Option("--all", help="Also articles of which not every figure was looked at.")] = False,
    home: HomeOption = None,
) -> None:  # fmt: skip
    """Reviewed articles as annotated documents: one JSON object each, with the text beside it.

    Figures nobody looked at are written as optional. Without --all, only articles marked complete.

    Example:  r57 review export --out truth
    """
    from r57monitor.cli.truth import write_truth

    chosen = choose_home(ctx, home)
    written, incomplete = write_truth(chosen, out, everything)
    tell(f"{written} annotated documents in {out}")
    if incomplete and not everything:
        note(f"{incomplete} more are reviewed in part; --all writes them too, `r57 review article … --complete` marks them.")


def register(app: typer.Typer) -> None:
    """Add `r57 review …`."""
    app.add_typer(commands, name="review")
