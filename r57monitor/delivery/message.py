"""A mail as bytes: plain text, HTML with its pictures inside, attachments; the same content gives the same bytes and the same id."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from r57monitor.errors import UsageError

_POLICY = SMTP.clone(max_line_length=78)
_PICTURE = re.compile(r'(?<=src=")data:image/png;base64,([A-Za-z0-9+/]+={0,2})(?=")')
_ADDRESS = re.compile(r"[^\s@<>,;\"]{1,64}@[^\s@<>,;\"]{1,255}")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file to go with a mail. media_type: such as application/pdf."""

    name: str
    media_type: str
    body: bytes = field(repr=False)


def check_address(address: str, where: str) -> str:
    """The bare address. Raises UsageError naming where it stands for anything a header could be broken with."""
    bare = parseaddr(address)[1]
    if not bare.isascii() or not _ADDRESS.fullmatch(bare) or re.search(r"[\r\n]", address):
        raise UsageError(f'{where}: "{address}" is no mail address; write name@example.vn.')
    return bare


def build_mail(
    *, sender: str, subject: str, text: str, html: str | None = None, attachments: Sequence[Attachment] = (), at: datetime
) -> bytes:
    """A mail without To and Message-ID, which `address_mail` puts in front for each recipient. `at` becomes its Date."""
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = sender
    mail["Subject"] = " ".join(subject.split())
    mail["Date"] = format_datetime(at)
    mail["Auto-Submitted"] = "auto-generated"  # no out-of-office answers (RFC 3834)
    mail.set_content(text, cte="base64")
    if html is not None:
        _add_html(mail, html)
    for file in attachments:
        main, _, sub = file.media_type.partition("/")
        mail.add_attachment(file.body, maintype=main, subtype=sub, filename=file.name)
    _fix_boundaries(mail)
    return mail.as_bytes()


def _add_html(mail: EmailMessage, html: str) -> None:
    """The HTML with each data: picture as a part of the mail: most mail programs show no data: pictures."""
    pictures: dict[str, bytes] = {}

    def refer(match: re.Match[str]) -> str:
        body = base64.b64decode(match[1])
        cid = f"{hashlib.sha256(body).hexdigest()[:24]}@r57monitor"
        pictures[cid] = body
        return f"cid:{cid}"

    mail.add_alternative(_PICTURE.sub(refer, html), subtype="html", cte="base64")
    part = list(mail.iter_parts())[-1]
    for cid, body in pictures.items():
        name = f"{cid.partition('@')[0]}.png"
        part.add_related(body, maintype="image", subtype="png", cid=f"<{cid}>", filename=name, disposition="inline")


def _fix_boundaries(mail: EmailMessage) -> None:
    """Boundaries from a count and the subject, not from chance, so that the same mail has the same bytes."""
    seed = hashlib.sha256(str(mail["Subject"]).encode()).hexdigest()[:16]
    for number, part in enumerate(p for p in mail.walk() if p.is_multipart()):
        part.set_boundary(f"=_r57_{seed}_{number}")


def address_mail(body: bytes, letter_id: str, recipient: str, sender: str) -> bytes:
    """The mail as one recipient gets it. The same letter to the same recipient always has the same Message-ID."""
    own = hashlib.sha256(f"{letter_id}\n{recipient}".encode()).hexdigest()[:40]
    domain = sender.rpartition("@")[2].rstrip(">").strip() or "r57monitor.invalid"
    return f"To: {recipient}\r\nMessage-ID: <r57-{own}@{domain}>\r\n".encode() + body
