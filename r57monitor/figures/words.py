"""The word lists of this package, from r57monitor/data, and patterns built from them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from r57monitor.text.normalize import normalize_tones, small_letters
from r57monitor.text.patterns import either, whole


@lru_cache(maxsize=16)
def load_words(name: str) -> MappingProxyType[str, Any]:
    """The tables of r57monitor/data/<name>.toml, read once."""
    text = (resources.files("r57monitor") / "data" / f"{name}.toml").read_text("utf-8")
    return MappingProxyType(tomllib.loads(text))


# Spellings of single words that mean the same, of equal length, so that spans carry over.
_SPELLINGS = {"tỉ": "tỷ", "kĩ": "kỹ", "lí": "lý", "mĩ": "mỹ", "sỹ": "sĩ", "quí": "quý", "qui": "quy", "kì": "kỳ", "hàng": "hằng"}
_SPELLING_RE = re.compile(
    whole(w for w in _SPELLINGS if w != "hàng") + r"|h(?<!\w.)àng(?=\s(?:năm|tháng|quý|tuần|ngày)(?!\w))",
)


def lower_text(text: str) -> str:
    """Small letters, new-style tones, one spelling a word; same length as `text` (NFC)."""
    low = normalize_tones(small_letters(text).replace("ð", "đ"))  # Ð (U+00D0) stands for Đ on badly typed pages
    if not any(word in low for word in _SPELLINGS):
        return low
    return _SPELLING_RE.sub(lambda m: _SPELLINGS[m.group()], low)


def alternatives(words: Iterable[str]) -> str:
    """A pattern for any of the words, longest first, blanks of any width."""
    return either(map(_letters, words))


def whole_words(words: Iterable[str], letters: str = r"\w") -> str:
    """A pattern for any of the words between other characters than `letters`, blanks of any width."""
    return whole(map(_letters, words), letters)


def _letters(word: str) -> list[str]:
    return [r"\s+" if c == " " else re.escape(c) for c in word]
