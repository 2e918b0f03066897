"""`r57 demo`: the practice web played day by day; `r57 dashboard`: look at a home in the browser."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Annotated

import typer

from r57monitor.cli.notes import tell
from r57monitor.cli.options import HomeOption, announce, choose_home
from r57monitor.errors import R57Error

DEMO_HOME = "data-practice"

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
    from r57monitor.cli.demo_play import play_demo, serve_last_day

    with _stoppable():
        if serve_only:
            serve_last_day()
            return
        chosen = choose_home(ctx, home, DEMO_HOME)
        announce(chosen)
        play_demo(chosen, days, dashboard=not no_browser)


def dashboard(
    ctx: typer.Context,
    port: Annotated[int | None, typer.Option("--port", min=1, max=65535, help="Port; the setting dashboard.port where left out.")] = None,
    edit: Annotated[bool, typer.Option("--edit", help="Let the pages write reviews.")] = False,
    no_browser: NoBrowserOption = False,
    home: HomeOption = None,
) -> None:
    """Coverage, figures, articles, sources and digests of a home, in the browser; on 127.0.0.1, on other interfaces with login only.

    Example:  r57 dashboard --home data-practice --port 8502
    """
    from r57monitor.cli.dashboard import serve_dashboard
    from r57monitor.preferences import load_preferences

    chosen = choose_home(ctx, home)
    chosen.prepare()
    announce(chosen)
    port = port or load_preferences(chosen.path).values.dashboard.port
    tell(f"Dashboard: http://127.0.0.1:{port}/  (stop with Ctrl-C)", err=True)
    with _stoppable():
        code = serve_dashboard(chosen, port, edit=edit, open_browser=not no_browser)
    if code:
        raise R57Error(f"the dashboard ended with exit code {code}.")


def register(app: typer.Typer) -> None:
    """Add `r57 demo` and `r57 dashboard`."""
    app.command("demo")(demo)
    app.command("dashboard")(dashboard)


@contextmanager
def _stoppable() -> Iterator[None]:
    """SIGTERM and a closed terminal stop like Ctrl-C, so that everything that was started ends with the command."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    wanted = [number for number in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(number) is not signal.SIG_IGN]  # nohup ignores one
    before = {number: signal.signal(number, stop) for number in wanted}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
