"""`r57 serve`: visits, publishes and writes the weekly digest without a person beside it."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Annotated

import typer

from r57monitor.cli.options import HomeOption, announce, choose_home
from r57monitor.cli.sources import SourcesOption


def serve(
    ctx: typer.Context,
    sources: SourcesOption = None,
    once: Annotated[bool, typer.Option("--once", help="One round of visits and what is due, then end (for cron).")] = False,
    home: HomeOption = None,
) -> None:
    """Visit each source when it is due, publish, and write Monday's digest, until stopped (SIGTERM or Ctrl-C).

    Times are Vietnam's; `r57 settings serve` shows them. The log is logs/serve.jsonl in the home; units for systemd are in deploy/.

    Example:  r57 serve --home /srv/r57
    """
    from r57monitor.cli.session import choose_registry
    from r57monitor.preferences import load_preferences
    from r57monitor.service.log import open_log
    from r57monitor.service.schedule import Service

    chosen = choose_home(ctx, home)
    announce(chosen)
    settings = load_preferences(chosen.path)
    registries: list[Path] = [path.absolute() for path in sources or ()]
    registry = choose_registry(chosen, registries)
    with chosen.lock("serve", service=True), open_log(chosen.logs) as log:
        service = Service(chosen, settings, registry, log, registries)
        if once:
            raise typer.Exit(service.run_once())
        signal.signal(signal.SIGTERM, lambda number, frame: service.stop())
        signal.signal(signal.SIGINT, lambda number, frame: service.stop())
        service.run()


def register(app: typer.Typer) -> None:
    """Add `r57 serve`."""
    app.command("serve")(serve)
