"""Headers, instants and names of records: what every reader of WARC needs, and nothing that takes long to load."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime


def new_record_id() -> str:
    """A fresh WARC-Record-ID, without its angle brackets."""
    return f"urn:uuid:{uuid.uuid4()}"


def header_value(headers: Iterable[tuple[str, str]], name: str) -> str | None:
    """First value of a header, whatever its case."""
    return next((value for key, value in headers if key.lower() == name), None)


def parse_instant(text: str) -> datetime:
    """An aware UTC instant from a WARC-Date, with or without fractions."""
    return datetime.fromisoformat(text).astimezone(UTC)
