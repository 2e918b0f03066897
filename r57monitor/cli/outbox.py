"""`r57 outbox`: mail and notices on their way, and what became of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

import typer

from r57monitor.cli.notes import note, tell
from r57monitor.cli.options import CsvOption, HomeOption, JsonOption, LimitOption, announce, choose_home, choose_shape, print_rows
from r57monitor.errors import R57Error, UsageError
from warehouse.home import Home

if TYPE_CHECKING:
    from r57monitor.preferences import Preferences

commands = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Mail and notices on their way: what waits, what was sent, what was refused.\n\nExample:  r57 outbox list",
)
_LISTED = ("letter_id", "recipient", "state", "attempts", "subject", "changed_at", "not_before", "note")

LetterArgument = Annotated[str, typer.Argument(metavar="LETTER", help="Beginning of the letter_id that `r57 outbox list` shows.")]


def load_settings(home: Home) -> Preferences:
    """The settings of a home; what reads them is loaded when it is needed."""
    from r57monitor.preferences import load_preferences

    return load_preferences(home.path).values


def deliver(home: Home, settings: Preferences) -> bool:
    """Send what is due and say what became of it; True where anything was due.

    Raises R57Error where something was refused or settings cannot work.
    """
    from r57monitor.alerts import load_rules
    from r57monitor.delivery.notices import name_addresses
    from r57monitor.delivery.outbox import Outbox
    from r57monitor.delivery.postman import empty_outbox
    from r57monitor.delivery.watch import queue_notices

    outbox = Outbox(home.path)
    if outbox.untold():
        rules = load_rules(home.alerts, name_addresses(settings.alerts))
        queue_notices(outbox, settings.alerts, {rule.id: rule for rule in rules}, settings.office.language)
    done = empty_outbox(outbox, settings, watch=lambda delivery, state: tell(f"{delivery.recipient}: {state}"))
    if done.is_busy:
        note("another process is sending; it takes these along.")
        return True
    unsure = [d for d in outbox.deliveries() if d.state == "unconfirmed"]
    if unsure:
        note(
            f"{len(unsure)} deliveries are unconfirmed; a process ended while the server was answering, which most likely took them. "
            "`r57 outbox list` names them, `r57 outbox retry` sends them again."
        )
    if done.put_off:
        note(f"{done.put_off} deliveries wait for another try; `r57 outbox send` or `r57 serve` tries again.")
    if done.faults:
        raise R57Error("; ".join(done.faults[:5]).rstrip(".") + ".")
    return bool(done.sent or done.put_off or done.refused or unsure)


@commands.command("list")
def list_deliveries(
    ctx: typer.Context, limit: LimitOption = 50, as_json: JsonOption = False, as_csv: CsvOption = False, home: HomeOption = None
) -> None:
    """Deliveries, newest first: one line a letter and recipient.

    Example:  r57 outbox list --json
    """
    from r57monitor.delivery.outbox import Outbox

    found = Outbox(choose_home(ctx, home).path).deliveries(limit)
    print_rows([{name: getattr(d, name) for name in _LISTED} for d in found], _LISTED, choose_shape(as_json, as_csv))


@commands.command("send")
def send_due(ctx: typer.Context, home: HomeOption = None) -> None:
    """Try everything that is due now.

    Example:  r57 outbox send
    """
    chosen = choose_home(ctx, home)
    announce(chosen)
    if not deliver(chosen, load_settings(chosen)):
        tell("Nothing is due.")


@commands.command("retry")
def retry(ctx: typer.Context, letter: LetterArgument, home: HomeOption = None) -> None:
    """Have a letter's deliveries that are not sent tried again at once, refused and unconfirmed ones too.

    Example:  r57 outbox retry digest-3f2a
    """
    from r57monitor.delivery.outbox import Outbox

    chosen = choose_home(ctx, home)
    announce(chosen)
    if not Outbox(chosen.path).release(_whole(letter)):
        raise UsageError(f'no letter that begins with "{letter}" can be sent again; `r57 outbox list` shows what there is.')
    deliver(chosen, load_settings(chosen))


@commands.command("drop")
def drop(ctx: typer.Context, letter: LetterArgument, home: HomeOption = None) -> None:
    """Give up what is not sent of a letter.

    Example:  r57 outbox drop digest-3f2a
    """
    from r57monitor.delivery.outbox import Outbox

    count = Outbox(choose_home(ctx, home).path).drop(_whole(letter))
    if not count:
        raise UsageError(f'nothing of a letter that begins with "{letter}" waits; `r57 outbox list` shows what there is.')
    tell(f"{count} deliveries given up.")


def _whole(letter: str) -> str:
    if len(letter) < 4 or not re.fullmatch(r"[\w-]+", letter):
        raise UsageError(f'"{letter}" is too short or no letter_id; copy it from `r57 outbox list`.')
    return letter
