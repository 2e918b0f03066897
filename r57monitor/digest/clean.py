"""Page text as XML files may hold it."""

from __future__ import annotations

import re

# What XML 1.0 has no place for, lone halves of surrogate pairs among them; controls that turn the direction of a line or end it too.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")
_SPACES = re.compile(r"[\t\n\r\u2028\u2029]+")


def drop_forbidden(text: str) -> str:
    """Text without those characters, its lines as they are."""
    return _FORBIDDEN.sub("", text)


def clean_text(text: str) -> str:
    """Text on one line, without characters that XML cannot hold or that change how the text around them reads."""
    return drop_forbidden(_SPACES.sub(" ", text))
