"""The digest as mail: which edition goes out, to whom, and the letter it becomes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from r57monitor.clock import utc_now
from r57monitor.delivery.message import Attachment, build_mail, check_address
from r57monitor.digest import FORMATS, render
from r57monitor.digest.mail import make_mail
from r57monitor.digest.model import Digest
from r57monitor.digest.speech import WORDS, speaking
from r57monitor.errors import UsageError
from r57monitor.preferences import Mail


@dataclass(frozen=True, slots=True)
class Letter:
    """A digest ready for the outbox. files: SHA-256 of each attachment by its name."""

    letter_id: str
    subject: str
    body: bytes = field(repr=False)
    files: dict[str, str]


def choose_recipients(settings: Mail, groups: Sequence[str], addresses: Sequence[str] = ()) -> list[str]:
    """Bare addresses of the groups named and the addresses given, each once. Without any, the only group there is.

    Raises UsageError naming the group or address that cannot be used.
    """
    if not groups and not addresses:
        if len(settings.groups) != 1:
            if not settings.groups:
                raise UsageError("say to whom with --to, or with --group once [mail.groups] in settings.toml names groups.")
            raise UsageError(f"say to whom with --group or --to; groups: {', '.join(settings.groups)}.")
        groups = list(settings.groups)
    found = [check_address(address, "--to") for address in addresses]
    for group in groups:
        if group not in settings.groups:
            raise UsageError(f'there is no mail group "{group}"; settings have {", ".join(settings.groups) or "none"}.')
        found += [check_address(address, f"mail.groups.{group}") for address in settings.groups[group]]
    if not found:
        raise UsageError(f"the mail group {', '.join(groups)} is empty.")
    return list(dict.fromkeys(found))


def check_server(settings: Mail) -> None:
    """Raises UsageError where no server or sender is set, before anything is written down as sent."""
    if not settings.host or not settings.sender:
        raise UsageError("no mail server or sender is set: write host and sender under [mail] in settings.toml (`r57 settings --init`).")
    check_address(settings.sender, "mail.sender")


def make_letter(
    digest: Digest, edition: int, settings: Mail, formats: Iterable[str], *, is_draft: bool, templates: Path | None = None
) -> Letter:
    """The mail of one edition. Raises UsageError for a format there is none of."""
    names = list(dict.fromkeys(formats))
    for name in names:
        if name not in FORMATS:
            raise UsageError(f'there is no digest format "{name}" to attach; choose from {", ".join(FORMATS)}.')
    mail = make_mail(digest, templates)
    files = [Attachment(f"{digest.name}.{name}", FORMATS[name].media_type, render(digest, name, templates)) for name in names]
    with speaking(digest.language):
        subject = f"[{WORDS('digest_head.draft_mark')}] {mail.subject}" if is_draft else mail.subject
    body = build_mail(sender=settings.sender, subject=subject, text=mail.text, html=mail.html, attachments=files, at=utc_now())
    hashes = {file.name: hashlib.sha256(file.body).hexdigest() for file in files}
    return Letter(f"{digest.name}_{edition}" + ("-draft" if is_draft else ""), subject, body, hashes)
