"""`r57 demo`: the practice web played day by day; `r57 dashboard`: look at a home in the browser."""

from __future__ import annotations

import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer
from rich.console import Console

from r57monitor.cli.dashboard import DEFAULT_PORT, check_port, serve_dashboard
from r57monitor.cli.demo_summary import summary_lines
from r57monitor.cli.options import HomeOption, announce, choose_home
from r57monitor.clock import VIETNAM
from r57monitor.errors import R57Error
from r57monitor.practice.play import Commands, diary_of, mark_home, practice_folder
from r57monitor.practice.schedule import Diary, instants_to_play, visit_instants
from r57monitor.practice.server import Practice
from r57monitor.practice.sources import write_registry
from warehouse.home import Home

DEMO_HOME = "data-practice"
DIGEST_WEEKS = 2  # the last full weeks played

NoBrowserOption = Annotated[bool, typer.Option("--no-browser", help="Open no browser.")]


def demo(
    ctx: typer.Context,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="End after the digest; start no dashboard.")] = False,
    days: Annotated[
        int | None, typer.Option("--days", metavar="N", min=1, help="Play only the last N visits; the first is the baseline.")
    ] = None,
    serve_only: Annotated[
        bool, typer.Option("--serve-only", help="Print the registry's path and serve the last day until stopped.")
    ] = False,
    home: HomeOption = None,
) -> None:
    """The practice web (ten invented outlets on this machine), crawled day by day; then publish, digest and dashboard.

    Every number on it is invented. Nothing leaves 127.0.0.1. A demo that was stopped goes on where it was.

    Example:  r57 demo --no-browser --days 5
    """
    with _stoppable():
        if serve_only:
            _serve_last_day()
            return
        chosen = choose_home(ctx, home, DEMO_HOME)
        announce(chosen)
        _play(chosen, days, dashboard=not no_browser)


def dashboard(
    ctx: typer.Context,
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Port on 127.0.0.1.")] = DEFAULT_PORT,
    edit: Annotated[bool, typer.Option("--edit", help="Let the pages write reviews.")] = False,
    no_browser: NoBrowserOption = False,
    home: HomeOption = None,
) -> None:
    """Coverage, figures, articles, sources and digests of a home, in the browser; on 127.0.0.1 only.

    Example:  r57 dashboard --home data-practice --port 8502
    """
    chosen = choose_home(ctx, home)
    chosen.prepare()
    announce(chosen)
    typer.echo(f"Dashboard: http://127.0.0.1:{port}/  (stop with Ctrl-C)", err=True)
    with _stoppable():
        code = serve_dashboard(chosen, port, edit, open_browser=not no_browser)
    if code:
        raise R57Error(f"the dashboard ended with exit code {code}.")


def register(app: typer.Typer) -> None:
    """Add `r57 demo` and `r57 dashboard`."""
    app.command("demo")(demo)
    app.command("dashboard")(dashboard)


# --- the parts of the demo


def _serve_last_day() -> None:
    with tempfile.TemporaryDirectory(prefix="r57-practice-") as folder, Practice(visit_instants()[-1]) as practice:
        registry = write_registry(practice.web, Path(folder))
        sys.stdout.write(f"{registry}\n")
        sys.stdout.flush()
        first, last = practice.web.sites[0], practice.web.sites[-1]
        typer.echo(
            f"Serving {len(practice.web.sites)} practice sites, {first.address}/ to {last.address}/, until stopped (Ctrl-C).", err=True
        )
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            typer.echo("Stopped.", err=True)


def _play(home: Home, days: int | None, dashboard: bool) -> None:
    mark_home(home)
    if dashboard:
        check_port(DEFAULT_PORT)
    wanted = visit_instants(days)
    diary = diary_of(home)
    began = time.monotonic()
    with Practice(wanted[-1]) as practice, Commands(home) as commands:
        registry = write_registry(practice.web, practice_folder(home))
        _play_days(practice, commands, diary, registry, wanted)
        last = max([*diary.played(), wanted[-1]])
        practice.set_instant(last)
        typer.echo("Publishing …")
        published = commands.run(["publish"], last)
        if published.exit_code:
            raise R57Error(f"`r57 publish` failed: {published.message}")
        digests = _write_digests(commands, last)
        _summarize(home, digests, time.monotonic() - began)
        if dashboard:
            typer.echo(f"Dashboard: http://127.0.0.1:{DEFAULT_PORT}/  (stop with Ctrl-C)")
            serve_dashboard(home, DEFAULT_PORT, edit=False, open_browser=True)


def _play_days(practice: Practice, commands: Commands, diary: Diary, registry: Path, wanted: Sequence[datetime]) -> None:
    waiting = instants_to_play(wanted, diary.played())
    if len(waiting) < len(wanted):
        typer.echo(f"{len(wanted) - len(waiting)} of {len(wanted)} days are already in this home (an empty --home plays them all).")
    console = Console()
    for instant in waiting:
        label = f"Ngày {wanted.index(instant) + 1}/{len(wanted)} · {instant.astimezone(VIETNAM):%d/%m/%Y %H:%M}"
        practice.set_instant(instant)
        with console.status(f"{label} · thu thập …") if console.is_terminal else nullcontext():
            played = commands.crawl(registry, instant)
        counts = f"{played.pages} pages, {played.new_articles} new articles, {played.failures} failures"
        typer.echo(f"{label} · {counts} ({played.seconds:.1f} s)")
        log = commands.home.logs / "demo.log"
        if not played.exit_code:
            diary.add(instant)
        elif played.exit_code == 2 or not diary.played():  # without a baseline the other days would mean nothing
            raise R57Error(f"the crawl failed: {played.message} (details: {log})")
        else:
            typer.echo(f"  this crawl failed ({played.message}); going on with the next day. Details: {log}", err=True)


def _write_digests(commands: Commands, last: datetime) -> list[str]:
    """Digests of the last full weeks played; returns the weeks written."""
    written = []
    year, week, weekday = last.astimezone(VIETNAM).isocalendar()
    newest = week if weekday == 7 else week - 1
    for number in range(newest - DIGEST_WEEKS + 1, newest + 1):
        name = f"{year}-W{number:02d}"
        ran = commands.run(["digest", "--week", name, "--format", "html,md"], last)
        if ran.exit_code:
            typer.echo(f"  the digest of {name} failed: {ran.message}", err=True)
        else:
            written.append(name)
    return written


def _summarize(home: Home, weeks: Sequence[str], seconds: float) -> None:
    typer.echo("")
    for line in summary_lines(home, weeks, seconds):
        typer.echo(line)


@contextmanager
def _stoppable() -> Iterator[None]:
    """SIGTERM stops like Ctrl-C, so that everything that was started ends with the command."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before: Callable[[int, FrameType | None], object] | int | None = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
