"""`r57 search`: articles by their words, and the index that finds them made anew."""

from __future__ import annotations

from typing import Annotated

import typer

from r57monitor.cli.narrowing import FromOption, ProvinceOption, SourceOption, ToOption, WeekOption, check_names, make_filters
from r57monitor.cli.notes import tell
from r57monitor.cli.options import CsvOption, HomeOption, JsonOption, LimitOption, announce, choose_home, choose_shape, print_rows
from r57monitor.cli.report import ARTICLE_COLUMNS
from r57monitor.errors import UsageError
from warehouse.home import Home


def search(
    ctx: typer.Context,
    query: Annotated[str | None, typer.Argument(help='Words, "phrases", -words to leave out; accents do not matter.')] = None,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Make the search index anew from what is published.")] = False,
    province: ProvinceOption = None,
    source: SourceOption = None,
    week: WeekOption = None,
    date_from: FromOption = None,
    date_to: ToOption = None,
    limit: LimitOption = 50,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    home: HomeOption = None,
) -> None:
    """Articles that hold every word of the query, whatever its accents, newest first.

    "Words in quotes" stand side by side, -word leaves articles out, begin* is the beginning of a word. A query that begins with a
    hyphen goes after two:  r57 search -- '-hop tram'

    Example:  r57 search '"chuyen doi so" -"hoi nghi"'
    Example:  r57 search 'tram 5g' --province 'Lào Cai' --from 2025-07-01
    """
    from r57monitor.text.search_words import parse_search
    from warehouse import queries

    chosen = choose_home(ctx, home)
    if rebuild:
        _rebuild(chosen)
        if query is None:
            return
    if query is None or not parse_search(query):
        raise UsageError('nothing to search for: name at least one word, as in `r57 search "chuyen doi so"`.')
    wanted = make_filters(province, source=source, week=week, date_from=date_from, date_to=date_to, everything=True)
    with queries.open_published(chosen) as reader:
        check_names(reader, wanted)
        rows = queries.search_articles(reader, query, wanted, limit)
    print_rows(rows, ARTICLE_COLUMNS, choose_shape(as_json, as_csv))


def _rebuild(home: Home) -> None:
    from warehouse.queries import open_published
    from warehouse.search_index import rebuild_index

    announce(home)
    with home.lock("search --rebuild"), open_published(home) as reader:
        count = rebuild_index(home, reader.cursor())
    tell(f"The search index holds {count} articles.", err=True)


def register(app: typer.Typer) -> None:
    """Add `r57 search`."""
    app.command("search")(search)
