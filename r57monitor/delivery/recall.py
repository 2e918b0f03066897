"""Letters that wait and hold what was withdrawn: taken back before they go out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default

from r57monitor.delivery.outbox import Outbox
from warehouse.home import Home
from warehouse.journal import Journal
from warehouse.traces import holds_any

_NOTE = "taken back: it holds what was withdrawn"
_HAVE_IT = {"sent", "handing", "unconfirmed"}


@dataclass(frozen=True, slots=True)
class Recalled:
    """A letter taken back. have_it: recipients that have it already, or may have."""

    letter_id: str
    have_it: int


def recall_letters(home: Home, wanted: Sequence[str], by: str) -> list[Recalled]:
    """Take back what waits in the outbox and holds one of the texts. A digest that nobody has got is a draft again.

    wanted: addresses, titles, names.
    """
    outbox = Outbox(home.path)
    if not wanted or not outbox.exists():
        return []
    before = {(d.letter_id, d.recipient): d.state for d in outbox.deliveries(limit=1_000_000)}
    taken = outbox.recall(lambda channel, subject, body: _holds(channel, subject, body, wanted), _NOTE)
    found = []
    for letter_id in taken:
        have_it = sum(state in _HAVE_IT for (letter, _), state in before.items() if letter == letter_id)
        found.append(Recalled(letter_id, have_it))
        name, _, edition = letter_id.rpartition("_")
        if not have_it and edition.isdigit() and name.startswith("diem-bao-"):
            Journal(home.journal).append("digest", digest=name, state="draft", by=by, recalled=int(edition))
    return found


def _holds(channel: str, subject: str, body: bytes, wanted: Sequence[str]) -> bool:
    pieces = _read_mail(body) if channel == "mail" else [("notice.txt", body.replace(b"\\n", b" "))]  # a notice is kept as JSON
    return holds_any("subject.txt", subject.encode("utf-8", "replace"), wanted) or any(holds_any(*piece, wanted) for piece in pieces)


def _read_mail(body: bytes) -> Iterator[tuple[str, bytes]]:
    """Name and content of each part of a mail that may hold words."""
    for part in message_from_bytes(body, policy=default).walk():
        if not part.is_multipart() and part.get_content_maintype() != "image":
            content = part.get_payload(decode=True)
            yield part.get_filename() or "part.txt", content if isinstance(content, bytes) else b""
