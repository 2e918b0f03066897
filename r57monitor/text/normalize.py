"""NFC, white space, tone placement, and the accent-folded form that everything compares on."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from r57monitor.lump import LUMP

# Vietnamese letters, Latin supplements and punctuation all lie below this; the rest is left as it is.
_TABLE_SIZE = 0x2100


def _build_fold_table() -> np.ndarray:
    table = np.arange(_TABLE_SIZE, dtype=np.uint32)
    for code in range(_TABLE_SIZE):
        char = chr(code)
        if char in "đĐÐð":  # Ð (U+00D0) stands for Đ on badly typed pages
            table[code] = ord("d")
            continue
        base = unicodedata.normalize("NFD", char.lower())
        if base and not unicodedata.combining(base[0]):
            table[code] = ord(base[0])
        if unicodedata.category(char) == "Pd":  # every dash is a hyphen
            table[code] = ord("-")
        elif char in "\u00a0\u2002\u2003\u2009\u202f\t":
            table[code] = ord(" ")
        elif char in "\u2018\u2019":
            table[code] = ord("'")
        elif char in "\u201c\u201d\u00ab\u00bb":
            table[code] = ord('"')
    return table


_FOLD_TABLE = _build_fold_table()
_ALL_FOLDED = np.concatenate([_FOLD_TABLE, np.arange(_TABLE_SIZE, sys.maxunicode + 1, dtype=np.uint32)])
_FOLDED = {code: chr(folded) for code, folded in enumerate(_FOLD_TABLE.tolist()) if code != folded}
_SHORT = 40  # characters up to which a dictionary is quicker than the array
_LINE = 600  # characters of a line, which one stage after the other folds anew
_KEPT_LINES = 300 * LUMP  # of the pages read last
_FEW = 4  # lines that are folded as quickly one by one
_PAGE = 100_000  # characters of a whole text that is kept folded: longer ones are rare and large


_folded_lines: dict[str, str] = {}


def fold(text: str) -> str:
    """Lower case without accents, đ as d, every dash a hyphen, every blank a space; same length as `text`.

    text: NFC. Position i of the result belongs to position i of `text`, so spans carry over.
    """
    if len(text) <= _LINE:
        return _folded_lines.get(text) or _fold_line(text)
    return _fold_page(text) if len(text) <= _PAGE else _fold_text(text)


def fold_lines(lines: Sequence[str]) -> None:
    """Folds the lines of a page in one go, so that `fold` has them at hand while they are kept."""
    new = [line for line in lines if len(line) <= _LINE and line not in _folded_lines]
    if len(new) < _FEW:
        return
    folded = _fold_text("\n".join(new))
    at = 0
    _make_room(len(new))
    for line in new:
        _folded_lines[line] = folded[at : at + len(line)]
        at += len(line) + 1


def forget_folded() -> None:
    """Keep nothing of the texts folded so far."""
    _folded_lines.clear()
    _fold_page.cache_clear()


def _fold_line(line: str) -> str:
    folded = _folded_lines.get(line)
    if folded is None:
        _make_room(1)
        folded = _folded_lines[line] = _fold_text(line)
    return folded


def _make_room(count: int) -> None:
    if len(_folded_lines) + count > _KEPT_LINES:
        _folded_lines.clear()


def _fold_text(text: str) -> str:
    if text.isascii():
        return text.lower().replace("\t", " ")
    if len(text) <= _SHORT:
        return text.translate(_FOLDED)
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    return _ALL_FOLDED[codes].tobytes().decode("utf-32-le", "surrogatepass")


_fold_page = lru_cache(maxsize=4 * LUMP)(_fold_text)  # its whole text, bare and under its title

_ASCII = bytes(range(128))
NOT_ALPHANUMERIC = bytes(code for code in range(256) if not (code < 128 and chr(code).isalnum()))


def squeeze(folded: str) -> bytes:
    """The letters and digits of a folded text and nothing else."""
    return folded.encode("ascii", "ignore").translate(None, NOT_ALPHANUMERIC)


def has_other_letters(folded: str) -> bool:
    """Whether a folded text holds letters or digits that are not ASCII: those of other scripts."""
    if folded.isascii():
        return False
    rest = folded.encode("utf-8", "surrogatepass").translate(None, _ASCII).decode("utf-8", "surrogatepass")
    return any(map(str.isalnum, set(rest)))


_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_BLANKS = re.compile("[ \t\u00a0\u2002-\u200a\u202f\u3000]+")


def small_letters(text: str) -> str:
    """A text in small letters, of equal length: the small form of a few letters ("İ") is two, they stay."""
    low = text.lower()
    return low if len(low) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def normalize_text(text: str) -> str:
    """NFC, without invisible characters, blanks collapsed, lines trimmed, empty lines dropped. Idempotent."""
    if text.isprintable():  # no line breaks, no blank but the space, nothing invisible
        text = unicodedata.normalize("NFC", text)
        return (_BLANKS.sub(" ", text) if "  " in text else text).strip(" ")
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = _INVISIBLE.sub("", text).replace("\u2028", "\n").replace("\u2029", "\n")
    lines = (_BLANKS.sub(" ", line).strip() for line in text.split("\n"))
    return unicodedata.normalize("NFC", "\n".join(line for line in lines if line))


# Old-style tone placement on oa, oe, uy (hoà, khoẻ, thuỷ) to the new style (hòa, khỏe, thủy): same length.
_OLD_TONE = {
    f"{a}{toned}": f"{toned_first}{b}"
    for a, b, toneds, firsts in (
        ("o", "a", "àáảãạ", "òóỏõọ"),
        ("o", "e", "èéẻẽẹ", "òóỏõọ"),
        ("u", "y", "ỳýỷỹỵ", "ùúủũụ"),
    )
    for toned, toned_first in zip(toneds, firsts, strict=True)
}
# The letter comes first, what must not stand before it after: a set at the start is what re can search for.
_OLD_TONE_RE = re.compile(r"[oOuU](?<![qQ].)(?:(?<=[oO])[àáảãạèéẻẽẹÀÁẢÃẠÈÉẺẼẸ]|(?<=[uU])[ỳýỷỹỵỲÝỶỸỴ])(?!(?i:[a-zà-ỹđ]))")


def _new_tone(match: re.Match[str]) -> str:
    old = match.group()
    new = _OLD_TONE[old.lower()]
    return "".join(n.upper() if o.isupper() else n for o, n in zip(old, new, strict=True))


def normalize_tones(text: str) -> str:
    """Tone marks where the press puts them today ("hoà" to "hòa"); same length as `text` (NFC). Idempotent."""
    return _OLD_TONE_RE.sub(_new_tone, text)
