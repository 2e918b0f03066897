"""The commands that bring pages in and read them: crawl, ingest, extract, replay, publish."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from r57monitor.cli.notes import in_words, note
from r57monitor.cli.options import HomeOption, announce, choose_home, parse_day
from r57monitor.cli.sources import SourcesOption
from r57monitor.errors import UsageError

SinceOption = Annotated[str | None, typer.Option("--since", metavar="DATE", help="A day: 2025-07-01 or 01/07/2025.")]
NoPublishOption = Annotated[bool, typer.Option("--no-publish", help="Store only; readers go on seeing what was published before.")]
SourceIdOption = Annotated[str | None, typer.Option("--source", metavar="ID", help="The source the documents are from.")]
UrlOption = Annotated[str | None, typer.Option("--url", help="The address of the document (with one document only).")]
PublishedOption = Annotated[str | None, typer.Option("--published", metavar="DATE", help="Its day of publication.")]
EngineOption = Annotated[str | None, typer.Option("--engine", metavar="tcp://…", help="Scheduler of a Dask cluster that does the work.")]


def crawl(
    ctx: typer.Context,
    source: Annotated[list[str] | None, typer.Argument(metavar="SOURCE", help="Ids of sources; none: all that are due.")] = None,
    sources: SourcesOption = None,
    since: SinceOption = None,
    max_pages: Annotated[int | None, typer.Option("--max-pages", min=1, help="Stop after so many pages.")] = None,
    max_minutes: Annotated[float | None, typer.Option("--max-minutes", min=0.01, help="Stop after so many minutes.")] = None,
    due: Annotated[bool, typer.Option("--due", help="Of the sources named, only those that are due.")] = False,
    full: Annotated[bool, typer.Option("--full", help="Ask again for everything, also what is known to be unchanged.")] = False,
    no_publish: NoPublishOption = False,
    engine: EngineOption = None,
    home: HomeOption = None,
) -> None:
    """Visit sources: archive every page, read it, store what it says, publish.

    Killed or stopped at any moment, the same command goes on where it was.

    Example:  r57 crawl baonghean gov-lao-cai --max-pages 200
    On many machines:  r57 crawl --engine tcp://10.0.0.5:8786
    """
    from r57monitor.cli.crawl import CrawlRequest, run_crawl
    from r57monitor.cli.progress import Shown

    chosen = choose_home(ctx, home)
    announce(chosen)
    request = CrawlRequest(
        source_ids=tuple(source or ()),
        registries=tuple(sources or ()),
        since=parse_day(since, "--since"),
        max_pages=max_pages,
        max_minutes=max_minutes,
        full=full,
        due=due,
        publish=not no_publish,
    )
    with Shown() as shown:
        result = run_crawl(chosen, request, shown, engine)
        failing = [name for name, c in result.counts.items() if c.state == "failing"]
        articles = sum(c.articles for c in result.counts.values())
        pages = sum(c.pages for c in result.counts.values())
        waiting = f" {result.not_due} not due yet." if result.not_due else ""
        shown.say(f"Crawled {len(result.counts)} sources: {pages} pages, {articles} articles; {len(failing)} sources failing.{waiting}")
        if result.stopped:
            shown.say(f"Ended early: {result.stopped}. The same command goes on from here.")
        if result.snapshot is not None:
            shown.say(f"Published snapshot {result.snapshot}: {chosen.published}")
    raise typer.Exit(result.exit_code)


def ingest(
    ctx: typer.Context,
    path: Annotated[list[str], typer.Argument(metavar="PATH_OR_URL", help="Files, folders, WARCs, addresses, or - for standard input.")],
    source: SourceIdOption = None,
    url: UrlOption = None,
    published: PublishedOption = None,
    sources: SourcesOption = None,
    every_page: Annotated[bool, typer.Option("--every-page", help="Of WARCs: pages in other languages too.")] = False,
    known_hosts: Annotated[bool, typer.Option("--known-hosts", help="Of WARCs: only pages of hosts in the registry.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Read WARCs from the start, also what an earlier run has been through.")] = False,
    no_publish: NoPublishOption = False,
    engine: EngineOption = None,
    home: HomeOption = None,
) -> None:
    """Take in documents (.html .txt .pdf .docx .xlsx .warc .warc.gz) through the same reading as a crawl.

    Of a WARC, pages that are neither Vietnamese nor name the resolution are passed over; a stopped run goes on where it was.

    Example:  r57 ingest saved-pages/ --source baonghean
    """
    from r57monitor.cli.ingest import run_ingest
    from r57monitor.cli.progress import Shown

    chosen = choose_home(ctx, home)
    announce(chosen)
    with Shown() as shown:
        result = run_ingest(
            chosen,
            path,
            shown,
            source_id=source,
            url=url,
            published=parse_day(published, "--published"),
            registries=tuple(sources or ()),
            publish=not no_publish,
            every_page=every_page,
            known_hosts=known_hosts,
            again=again,
            engine=engine,
        )
        for name, why in result.failed:
            said = why if name in why else f"{name}: {why}"
            shown.say(f"r57: not read: {said}")
        if result.records:
            passed = ", ".join(f"{count:,} {in_words(reason)}" for reason, count in sorted(result.passed.items()))
            shown.say(f"Looked at {result.records:,} WARC records; passed over: {passed or 'none'}.")
        shown.say(f"Took in {result.pages} documents: {result.articles} articles, {len(result.failed)} not read.")
        if result.known:
            shown.say(f"{result.known} documents were taken in before and are not read again.")
    raise typer.Exit(result.exit_code)


def extract(
    ctx: typer.Context,
    path: Annotated[list[str], typer.Argument(metavar="PATH", help="Files, folders, WARCs, or - for standard input.")],
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Write <stem>.json per document instead of printing.")] = None,
    url: UrlOption = None,
    source: SourceIdOption = None,
    published: PublishedOption = None,
    sources: SourcesOption = None,
    home: HomeOption = None,
) -> None:
    """Read documents and print what is in them as JSON Lines; nothing is stored.

    Example:  r57 extract article.html --published 2025-07-16 | jq .figures
    """
    from r57monitor.cli.extract import check_stems, extract_files, write_documents
    from r57monitor.cli.session import choose_registry

    chosen = choose_home(ctx, home)
    if out is not None:
        check_stems(path)
        if out.exists() and not out.is_dir():
            raise UsageError(f"--out {out} is a file, not a folder.")
    found = extract_files(
        path,
        sources=choose_registry(chosen, tuple(sources or ())),
        source_id=source,
        url=url,
        published=parse_day(published, "--published"),
        home=chosen if chosen.path.is_dir() else None,
    )
    failed = 0
    for one in write_documents(found, out) if out is not None else found:
        if one.error is not None:
            failed += 1
            note(f"not read: {one.error}")
        elif out is None:
            sys.stdout.write(json.dumps(one.document, ensure_ascii=False) + "\n")
    raise typer.Exit(1 if failed else 0)


def replay(
    ctx: typer.Context, since: SinceOption = None, no_publish: NoPublishOption = False, engine: EngineOption = None, home: HomeOption = None
) -> None:
    """Read archive and journal again with today's rules into a new warehouse, then swap it in.

    Example:  r57 replay --since 2025-07-01
    On many machines:  r57 replay --engine tcp://10.0.0.5:8786
    """
    from r57monitor.cli.progress import Shown
    from r57monitor.cli.replay import run_replay

    chosen = choose_home(ctx, home)
    announce(chosen)
    if not chosen.path.is_dir():
        raise UsageError(f"there is no home {chosen.path}: name an existing one with --home DIR.")
    with Shown() as shown:
        result = run_replay(chosen, shown, since=parse_day(since, "--since"), publish=not no_publish, engine=engine)
        shown.say(f"Read {result.pages} archived pages again: {result.articles} articles, {result.set_aside} set aside.")
        if result.snapshot is not None:
            shown.say(f"Published snapshot {result.snapshot}: {chosen.published}")


def publish(ctx: typer.Context, home: HomeOption = None) -> None:
    """Store what is archived and not yet stored, then swap in a new read-only copy for readers.

    Example:  r57 publish --home data
    """
    from r57monitor.cli.progress import Shown
    from r57monitor.cli.publish import publish_home

    chosen = choose_home(ctx, home)
    announce(chosen)
    with Shown() as shown:
        shown.say(f"Published snapshot {publish_home(chosen, shown)}: {chosen.published}")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (crawl, ingest, extract, replay, publish):
        app.command(command.__name__)(command)
