"""`r57 archive prune`: how long raw pages are kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from r57monitor.cli.notes import note, tell
from r57monitor.cli.options import HomeOption, announce, choose_home
from r57monitor.clock import utc_now
from r57monitor.errors import UsageError

commands = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="The archive of raw pages, and how long they are kept.\n\nExample:  r57 archive prune --keep-days 180",
)


@commands.callback()
def _group() -> None:
    """Keep `prune` a command of its own, though it is the only one."""


@commands.command("prune")
def prune(
    ctx: typer.Context,
    keep_days: Annotated[int | None, typer.Option("--keep-days", metavar="N", min=1, help="Default: archive.keep_days.")] = None,
    now: Annotated[bool, typer.Option("--now", help="Do it; without this the command only says what would go.")] = False,
    home: HomeOption = None,
) -> None:
    """Take the bodies of old feeds, listings, robots.txt and error pages out of the archive.

    Pages that articles and figures rest on always stay, and so does what is known of every fetch: a replay gives the same rows.

    Example:  r57 archive prune --keep-days 180 --now
    """
    from r57monitor.cli.progress import Shown
    from r57monitor.cli.session import open_session
    from r57monitor.preferences import load_preferences
    from warehouse import prune as retention

    chosen = choose_home(ctx, home)
    days = keep_days or load_preferences(chosen.path).values.archive.keep_days
    if not days:
        raise UsageError("say how long pages are kept: --keep-days 180, or archive.keep_days in settings.toml.")
    before = utc_now() - timedelta(days=days)
    if now:
        announce(chosen)
    with Shown() as shown:

        def step(done: int, total: int) -> None:
            shown.step("segments looked through", done, total)

        if now:
            with open_session(chosen, "archive prune", {}, shown):  # what is archived is stored first
                made = retention.prune(chosen, before, dry=False, report=shown.say, step=step)
        else:
            made = retention.prune(chosen, before, dry=True, report=shown.say, step=step)
    saved = (made.before - made.after) / 1e6
    which, size = f"{made.fetches} fetches older than {days} days in {made.segments} segments", made.before / 1e6
    if now:
        tell(f"taken out: {which}, {saved:.1f} MB of {size:.1f} MB")
    else:
        tell(f"would be taken out: {which}, up to {saved:.1f} MB of {size:.1f} MB")
    if not now and made.fetches:
        note("nothing was changed; --now does it. `r57 backup` first keeps a copy.")


def register(app: typer.Typer) -> None:
    """Add `r57 archive …`."""
    app.add_typer(commands, name="archive")
