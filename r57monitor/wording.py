"""How values, days and names are shown to people, in Vietnamese and English: one place for pages, digests and charts."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from importlib import resources
from typing import Any, Literal

from babel.numbers import format_decimal

from r57monitor.clock import VIETNAM, vietnam_day

Language = Literal["vi", "en"]

_SIGNS = {"eq": "", "ge": "≥ ", "gt": "> ", "le": "≤ ", "lt": "< ", "approx": "≈ "}
_SCALES: Mapping[Language, tuple[tuple[float, str], ...]] = {
    "vi": ((1e9, "tỷ"), (1e6, "triệu")),
    "en": ((1e9, "billion"), (1e6, "million")),
}
_POINTS: Mapping[Language, str] = {"vi": "điểm %", "en": "percentage points"}
_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}  # dictionary order: huyền, hỏi, ngã, sắc, nặng
_ROMAN = ("I", "II", "III", "IV")
_CELL = re.compile(r"\s+\|(?:\s+\|)*\s+")  # between two cells of a row, empty ones left out
_ROW_EDGE = re.compile(r"^\s*(?:\|\s+)+(?=\S)|(?<=\S)(?:\s+\|)+\s*$")
_WEEK = re.compile(r"(\d{4})-W(\d{2})")


@dataclass(frozen=True, slots=True)
class Texts:
    """The words of the pages in one language: `texts("nav.overview")`, with named blanks filled in."""

    language: Language
    words: Mapping[str, str]

    def __call__(self, key: str, **blanks: object) -> str:
        text = self.words[key]
        return text.format(**blanks) if blanks else text

    def of(self, group: str, value: object) -> str:
        """Word for a coded value ("state", "target_moved"); the code itself where the list has none."""
        return self.words.get(f"{group}.{value}", "" if value is None else str(value))


@lru_cache(maxsize=2)
def load_texts(language: Language = "vi") -> Texts:
    """Words from data/ui.toml and data/digest.toml; every entry has both languages (test_wording.py)."""
    data = resources.files("r57monitor") / "data"
    groups = [tomllib.loads((data / name).read_text("utf-8")) for name in ("ui.toml", "digest.toml")]
    words = {f"{group}.{key}": entry[language] for raw in groups for group, entries in raw.items() for key, entry in entries.items()}
    return Texts(language, words)


@lru_cache(maxsize=50_000)
def format_number(value: float, language: Language = "vi") -> str:
    """Number with at most four decimals: 1.172,7 in Vietnamese, 1,172.7 in English."""
    return str(format_decimal(round(value, 4), format="#,##0.####", locale=language))


def format_quantity(value: float, unit: str, language: Language = "vi") -> str:
    """Number with its unit, money and large counts in words: "1.172,7 tỷ đồng", "99,6%", "4,3 triệu tài khoản"."""
    if unit == "%":
        return format_number(value, language) + "%"
    if unit == "hạng":
        return ("thứ " if language == "vi" else "rank ") + format_number(value, language)
    named = name_unit(unit, language, value)
    for scale, word in _SCALES[language]:
        scaled = value / scale
        if abs(value) >= scale and (unit in {"đồng", "USD"} or round(scaled, 2) == scaled):
            return f"{format_number(scaled, language)} {word} {named}".rstrip()
    return f"{format_number(value, language)} {named}".rstrip()


def name_unit(unit: str, language: Language = "vi", value: float = 2.0) -> str:
    """What is counted, in the reader's language: "tasks" for "nhiệm vụ"; the page's own words where nobody has translated them."""
    if language == "vi" or not unit:
        return unit
    words, at = _unit_words(), 0 if abs(value) == 1 else 1
    parts = [unit] if unit in words else unit.split(", ")
    return ", ".join(words[part][at] for part in parts) if all(part in words for part in parts) else unit


@lru_cache(maxsize=1)
def _unit_words() -> Mapping[str, tuple[str, str]]:
    """English by Vietnamese: one and many."""
    raw = tomllib.loads((resources.files("r57monitor") / "data" / "unit_words.toml").read_text("utf-8"))
    return {unit: (str(words[0]), str(words[1])) for unit, words in raw.items()}


def format_figure(row: Mapping[str, Any], language: Language = "vi") -> str:
    """Value of a row of view `figures` with comparator, range or total: "≥ 80%", "35–40%", "36/74 nhiệm vụ"."""
    value, unit = row["value"], row.get("unit") or ""
    sign = _SIGNS.get(row.get("comparator") or "eq", "")
    if (most := _known(row.get("value_max"))) is not None:
        shown = f"{format_number(value, language)}–{format_quantity(most, unit, language)}"
    elif (total := _known(row.get("denominator"))) is not None and unit != "%" and unit != "hạng":
        shown = f"{format_number(value, language)}/{format_quantity(total, unit, language)}"
    else:
        shown = format_quantity(value, unit, language)
    if unit == "hạng" and _known(row.get("denominator")) is not None:
        shown += f"/{format_number(row['denominator'], language)}"
    if _is_in_points(row):
        shown = f"{shown.removesuffix('%')} {_POINTS[language]}"
    return sign + shown


def _is_in_points(row: Mapping[str, Any]) -> bool:
    """A share that went up or down by points: "tăng 6,2 điểm phần trăm" is no share of 6,2%."""
    return bool(_known(row.get("is_change"))) and row.get("unit") == "%" and "điểm" in (row.get("mention") or "")


def _known(value: Any) -> Any:
    """The value, None for what a table calls missing (None or NaN)."""
    return None if value is None or value != value else value


def local_day(instant: datetime | None) -> date | None:
    """Day in Vietnam of a stored instant (naive means UTC)."""
    if instant is None:
        return None
    return vietnam_day(instant)


def format_day(day: date | datetime | None, unknown: str = "") -> str:
    """dd/mm/yyyy of a day, or of an instant in Vietnam time."""
    if day is None:
        return unknown
    found = local_day(day) if isinstance(day, datetime) else day
    return found.strftime("%d/%m/%Y") if found else unknown


def format_instant(instant: datetime | None, unknown: str = "") -> str:
    """dd/mm/yyyy hh:mm in Vietnam time."""
    if instant is None:
        return unknown
    aware = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    return aware.astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M")


def format_period(end: date | None, precision: str | None, language: Language = "vi") -> str:
    """A period by its last day: "31/05/2025", "tháng 5/2025", "quý II/2025", "6 tháng đầu năm 2025", "năm 2025"."""
    if end is None:
        return ""
    quarter = _ROMAN[(end.month - 1) // 3]
    if language == "vi":
        half = "6 tháng đầu năm" if end.month <= 6 else "6 tháng cuối năm"
        named = {"month": f"tháng {end.month}/{end.year}", "quarter": f"quý {quarter}/{end.year}", "half": f"{half} {end.year}"}
        named["year"] = f"năm {end.year}"
    else:
        named = {"month": f"{end.month:02d}/{end.year}", "quarter": f"Q{_ROMAN.index(quarter) + 1} {end.year}"}
        named |= {"half": f"H{1 if end.month <= 6 else 2} {end.year}", "year": f"{end.year}"}
    return named.get(precision or "day", end.strftime("%d/%m/%Y"))


def name_with_today(name: str | None, name_now: str | None, language: Language = "vi") -> str:
    """Province as the article's date had it, with today's name in brackets where it differs."""
    if not name or not name_now or name == name_now:
        return name or name_now or ""
    return f"{name} (nay thuộc {name_now})" if language == "vi" else f"{name} (now in {name_now})"


@lru_cache(maxsize=20_000)
def vietnamese_key(text: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Sorting key in the order of Vietnamese dictionaries: letters first (đ after d, ơ after ô), then tones."""
    letters: list[int] = []
    tones: list[int] = []
    for char in unicodedata.normalize("NFC", text).casefold():
        parts = unicodedata.normalize("NFD", char)
        tone = next((_TONES[p] for p in parts if p in _TONES), 0)
        base = unicodedata.normalize("NFC", "".join(p for p in parts if p not in _TONES))
        letters.append(100 + _LETTERS.index(base) if len(base) == 1 and base in _LETTERS else min(ord(base[0]), 99))
        tones.append(tone)
    return tuple(letters), tuple(tones)


def sort_vietnamese(names: Iterable[str]) -> list[str]:
    """Names in the order of Vietnamese dictionaries."""
    return sorted(names, key=vietnamese_key)


def week_days(week: str) -> tuple[date, date] | None:
    """Monday and Sunday of a week written "2025-W30"; None for anything else."""
    found = _WEEK.fullmatch(week.strip())
    if not found:
        return None
    try:
        monday = date.fromisocalendar(int(found[1]), int(found[2]), 1)
    except ValueError:
        return None
    return monday, monday + timedelta(days=6)


def format_week(week: str, language: Language = "vi") -> str:
    """ "Tuần 30 (21/07–27/07/2025)"; the week as it is where it cannot be read."""
    days = week_days(week)
    if days is None:
        return week
    word = "Tuần" if language == "vi" else "Week"
    return f"{word} {int(week[-2:])} ({days[0]:%d/%m}–{days[1]:%d/%m/%Y})"


def is_web_address(url: str | None) -> bool:
    """Whether a link may be offered: page text never chooses another scheme."""
    return bool(url) and str(url).startswith(("http://", "https://"))


def read_cells(text: str) -> str:
    """A row of a table, or a piece of one, as it is read: its cells side by side ("Hồ sơ đúng hạn · 97,5%"); other text as it is."""
    return text if "|" not in text else _CELL.sub(" · ", _ROW_EDGE.sub("", text))


def read_pieces(pieces: Sequence[str]) -> list[str]:
    """The same for a sentence that was cut in pieces: the cuts stay where they are."""
    if not any("|" in piece for piece in pieces):
        return list(pieces)
    letters = set("".join(pieces))
    cut = next(sign for sign in map(chr, range(0xE000, 0xF8FF)) if sign not in letters)  # page text may hold any sign, that one too
    return read_cells(cut.join(pieces)).split(cut)


def mark_mention(sentence: str, mention: str) -> tuple[str, str, str]:
    """Sentence cut at its mention: (before, mention, after); all in front where the mention is not in it (garbled text).

    A row of a table is cut as it is read.
    """
    at = sentence.find(mention)
    if at < 0 or not mention:
        return read_cells(sentence), "", ""
    before, found, after = read_pieces((sentence[:at], mention, sentence[at + len(mention) :]))
    return before, found, after


@lru_cache(maxsize=1)
def _causes() -> tuple[tuple[re.Pattern[str], str], ...]:
    data = tomllib.loads((resources.files("r57monitor") / "data" / "causes.toml").read_text("utf-8"))
    return tuple((re.compile(entry["en"]), entry["vi"]) for entry in data["cause"])


def explain_cause(cause: str | None, language: Language = "vi") -> str:
    """Why a source failed or fell silent, in the reader's language; a cause nobody has translated stays as it is."""
    if not cause or language != "vi":
        return cause or ""
    for pattern, words in _causes():
        if found := pattern.fullmatch(cause):
            groups = {name: explain_cause(text) if name in {"rest", "first"} else text for name, text in found.groupdict().items()}
            return words.format(**groups)
    return cause
