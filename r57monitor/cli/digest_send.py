"""`r57 digest send`: an approved digest by mail, once to each recipient."""

from __future__ import annotations

from typing import Annotated

import typer

from r57monitor.cli.notes import tell
from r57monitor.cli.options import HomeOption, announce, choose_home
from r57monitor.cli.outbox import deliver, load_settings
from r57monitor.cli.review import ByOption, reviewer
from r57monitor.errors import UsageError


def send_digest(
    ctx: typer.Context,
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="Such as diem-bao-2025-W30, or 2025-W30; default: the last whole week.")
    ] = None,
    group: Annotated[list[str] | None, typer.Option("--group", metavar="NAME", help="Group of [mail.groups] (may be repeated).")] = None,
    to: Annotated[list[str] | None, typer.Option("--to", metavar="ADDRESS", help="A single address (may be repeated).")] = None,
    attach: Annotated[
        str | None, typer.Option("--attach", metavar="LIST", help='Formats to attach, instead of mail.attach; "" for none.')
    ] = None,
    unapproved: Annotated[bool, typer.Option("--unapproved", help="Send a draft, marked as such; it does not count as sent.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would go to whom; keep and send nothing.")] = False,
    by: ByOption = None,
    home: HomeOption = None,
) -> None:
    """Mail an approved digest. Who has it already gets no second; what was sent is kept as sent, and the next digest lists corrections.

    Example:  r57 digest send 2025-W30 --group lanh-dao --dry-run
    """
    from r57monitor.cli.digest import open_draft
    from r57monitor.delivery.digests import check_server, choose_recipients, make_letter
    from r57monitor.delivery.outbox import Outbox
    from warehouse.desk import note_sent, store_edition

    chosen = choose_home(ctx, home)
    settings = load_settings(chosen)
    recipients = choose_recipients(settings.mail, group or (), to or ())
    formats = settings.mail.attach if attach is None else tuple(part.strip() for part in attach.split(",") if part.strip())
    draft = open_draft(chosen, name)
    is_draft = draft.kept is None
    if is_draft and not unapproved:
        wanted = draft.standing.name
        raise UsageError(f"{wanted} is a draft: `r57 digest desk approve {wanted}` first, or send it as a draft with --unapproved.")
    if not dry_run:
        check_server(settings.mail)
    edition = draft.kept or (None if dry_run else store_edition(chosen, draft.digest))
    letter = make_letter(
        draft.digest, edition.number if edition else 0, settings.mail, formats, is_draft=is_draft, templates=chosen.templates
    )
    if dry_run:
        typer.echo(letter.letter_id)
        tell(f"From: {settings.mail.sender}")
        tell(f"Subject: {letter.subject}")
        tell(f"Bytes: {len(letter.body)}")
        for file, digest in letter.files.items():
            tell(f"Attached: {file} (SHA-256 {digest})")
        known = {(d.letter_id, d.recipient): d.state for d in Outbox(chosen.path).deliveries()}
        for recipient in recipients:
            state = known.get((letter.letter_id, recipient))
            tell(f"To: {recipient}" + (f" (has it: {state})" if state else ""))
        return
    announce(chosen)
    if draft.kept is not None and draft.standing.state != "sent":  # first, so that nothing changes a digest that is on its way
        note_sent(chosen, draft.kept, by=reviewer(by), files=letter.files)
    new = Outbox(chosen.path).put(letter.letter_id, "mail", letter.subject, letter.body, recipients)
    tell(f"{letter.letter_id}: {new} of {len(recipients)} recipients are new.")
    deliver(chosen, settings)
