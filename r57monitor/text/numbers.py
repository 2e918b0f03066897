"""Numbers as Vietnamese newspapers write them: decimal comma, thousand dot, magnitude words."""

from __future__ import annotations

import re
from typing import NamedTuple

from r57monitor.text.starts import Starts, match_at

MAGNITUDES: dict[str, float] = {
    "nghìn tỷ": 1e12, "ngàn tỷ": 1e12, "nghìn tỉ": 1e12, "ngàn tỉ": 1e12, "triệu tỷ": 1e15, "trăm tỷ": 1e11,
    "trăm nghìn": 1e5, "trăm triệu": 1e8, "chục triệu": 1e7, "vạn": 1e4, "nghìn": 1e3, "ngàn": 1e3,
    "triệu": 1e6, "tỷ": 1e9, "tỉ": 1e9, "trillion": 1e12, "billion": 1e9, "million": 1e6, "thousand": 1e3,
}  # fmt: skip
# "tỷ lệ", "tỷ trọng", "tỷ giá" are no billions; "vạn dân" is a base, "triệu chứng" a word of its own
MAGNITUDE = (
    r"(?:(?:nghìn|ngàn|triệu|trăm)\s+(?:tỷ|tỉ)|(?:trăm|chục)\s+(?:nghìn|triệu)|nghìn|ngàn|vạn(?!\s+dân)|triệu|"
    r"(?:tỷ|tỉ)(?!\s*(?:lệ|trọng|suất|giá|phú))|trillion|billion|million|thousand)(?![^\W\d_])"
)
TOKEN = r"\d+(?:[.,]\d+)*"  # noqa: S105  (a pattern, not a password)

_LONGEST = 24  # characters; longer runs of digits are codes
_TOKEN_RE = re.compile(TOKEN)
_MAGNITUDE_RE = re.compile(rf"\s*(?P<magnitude>{MAGNITUDE})", re.IGNORECASE)


class Number(NamedTuple):
    """A number with its magnitude word; `digits_end` is where the digits stop."""

    start: int
    end: int
    digits_end: int
    value: float
    magnitude: float


def parse_digits(token: str, *, english: bool = False) -> float | None:
    """Value of digits with separators ("1.172,7"); None where the separators make no number ("22.12.2024").

    english: commas part thousands and the dot is the decimal point, as on English pages.
    """
    if token.isdecimal() and token.isascii():
        return float(token) if len(token) <= _LONGEST else None
    if len(token) > _LONGEST or not _TOKEN_RE.fullmatch(token) or not token.isascii():
        return None
    dots, commas = token.count("."), token.count(",")
    if not dots and not commas:
        return float(token)
    if dots and commas:
        decimal = token[max(token.rfind("."), token.rfind(","))]
        return _join(token, "," if decimal == "." else ".", decimal) if token.count(decimal) == 1 else None
    mark = "." if dots else ","
    groups = token.split(mark)
    in_threes = 1 <= len(groups[0]) <= 3 and groups[0] != "0" and all(len(g) == 3 for g in groups[1:])
    if in_threes and (len(groups) > 2 or (mark == ",") == english):
        return float(token.replace(mark, ""))
    return float(token.replace(mark, ".")) if len(groups) == 2 else None


def _join(token: str, thousand: str, decimal: str) -> float | None:
    whole, _, part = token.partition(decimal)
    groups = whole.split(thousand)
    if thousand in part or not all(len(g) == 3 for g in groups[1:]) or not 1 <= len(groups[0]) <= 3:
        return None
    return float("".join(groups) + "." + part)


def parse_number(text: str, *, english: bool = False) -> float | None:
    """Value of one number as Vietnamese newspapers write it.

    text: NFC, the number with its magnitude word and nothing else ("4,3 triệu").
    Returns the value in units (4_300_000.0); None if text is not exactly one number.
    Never raises for a str (test_numbers.py::test_total).
    Source: figures annotated in tests/gold; decimal comma, thousand dot.
    """
    found = find_numbers(text.strip(), english=english)
    if len(found) == 1 and found[0].start == 0 and found[0].end == len(text.strip()):
        return found[0].value
    return None


def find_numbers(text: str, *, english: bool = False, starts: Starts | None = None) -> list[Number]:
    """Every number with its magnitude word, in order. Tokens whose separators make no number are left out.

    starts: of the text, where they are at hand.
    """
    found = []
    for match in match_at(_TOKEN_RE, text, (starts or Starts(text)).digits):
        start, end = match.span()
        value = parse_digits(match.group(), english=english)
        if value is None:
            continue
        magnitude, after = magnitude_at(text, end)
        found.append(Number(start, after, end, scale(value, magnitude), magnitude))
    return found


def magnitude_at(text: str, position: int) -> tuple[float, int]:
    """What the magnitude word that follows a position stands for, and where it ends; 1.0 and the position where there is none."""
    word = _MAGNITUDE_RE.match(text, position)
    return (MAGNITUDES.get(" ".join(word["magnitude"].lower().split()), 1.0), word.end()) if word else (1.0, position)


def scale(value: float, magnitude: float) -> float:
    """value × magnitude without the dust of binary fractions: 4,3 triệu is 4300000 exactly."""
    return round(value * magnitude, 6) if magnitude != 1.0 else value


def render_number(value: float, decimals: int | None = None) -> str:
    """The number as the press writes it: "1.172,7". decimals: fixed number of decimals; None keeps all there are."""
    text = f"{value:,.{decimals}f}" if decimals is not None else f"{value:,.10f}".rstrip("0").rstrip(".")
    return text.translate(str.maketrans(",.", ".,"))
