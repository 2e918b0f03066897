"""Copy protection as some portals have it: text that looks right at a glance and cannot be copied.

Outside parentheses every a, e, i, o, u, y without a mark, and every d, gives way to a marked letter of the same base;
letters that carry a mark, digits and other consonants stay. Some words are typed with their tone apart from the
letter: there the bare letter is replaced and the tone stays behind, which leaves stray combining marks.
"""

from __future__ import annotations

import re
import unicodedata
from random import Random

_MARKED = {"a": "ạãảâăàá", "e": "ẽẻèéẹê", "i": "íìĩịỉ", "o": "óòôõơọỏ", "u": "ùúũụưủ", "y": "ỳýỵỷỹ", "d": "đ"}
_REPLACEMENTS = {**_MARKED, **{base.upper(): marked.upper() for base, marked in _MARKED.items()}}
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_PARENTHESES = re.compile(r"(\([^()]*\))")
_WORDS = re.compile(r"(\s+)")
TYPED_APART_SHARE = 0.03  # share of words whose tone is typed apart from its letter


def garble(text: str, key: str) -> str:
    """The text as the protected page shows it (NFC). The same text and key always give the same result.

    text: NFC. key: whatever the page is known by, so that each article is garbled in its own way.
    """
    random = Random(key)  # noqa: S311 (a disguise, no secret)
    pieces = (part if part.startswith("(") else _garble_part(part, random) for part in _PARENTHESES.split(text))
    return unicodedata.normalize("NFC", "".join(pieces))


def _garble_part(part: str, random: Random) -> str:
    words = []
    for word in _WORDS.split(part):
        typed = _part_tones(word) if random.random() < TYPED_APART_SHARE else word
        words.append("".join(random.choice(_REPLACEMENTS[c]) if c in _REPLACEMENTS else c for c in typed))
    return "".join(words)


def _part_tones(word: str) -> str:
    """The word with its tone marks as combining characters of their own ("họp" as "ho" + dot below + "p")."""
    letters = []
    for char in word:
        decomposed = unicodedata.normalize("NFD", char)
        tones = "".join(c for c in decomposed if c in _TONES)
        rest = unicodedata.normalize("NFC", "".join(c for c in decomposed if c not in _TONES))
        letters.append(rest + tones)
    return "".join(letters)
