"""Stable short ids."""

from __future__ import annotations

import hashlib
from typing import Any


def make_id(*parts: Any) -> str:
    """16 hexadecimal digits for a tuple of values, the same on every machine; None counts as an empty text."""
    joined = "\x1f".join("" if part is None else str(part) for part in parts)
    return hashlib.blake2b(joined.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
