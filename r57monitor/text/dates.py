"""Dates and periods as Vietnamese newspapers write them."""

from __future__ import annotations

import calendar
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import resources

from r57monitor.models import Precision
from r57monitor.text.normalize import small_letters
from r57monitor.text.patterns import either
from r57monitor.text.starts import Starts


@dataclass(frozen=True, slots=True)
class DateMention:
    """A day or period named in a text; `last` is its last day. `stated_year` is False where the year was understood."""

    start: int
    end: int
    first: date
    last: date
    precision: Precision
    stated_year: bool = True


_D = r"(?P<d>0?[1-9]|[12]\d|3[01])"
_M = r"(?P<m>0?[1-9]|1[0-2])"
_Y = r"(?P<y>(?:19|20)\d\d)"
_SEP = r"\s?[/.-]\s?"
_NO_MORE = r"(?![\d/])(?!-\w)(?![.,]\d)"
_OPEN = r"(?<![\d.,/-])(?<![\d]\s/)"
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_MONTH_WORDS = {
    "giêng": 1, "một": 1, "hai": 2, "ba": 3, "tư": 4, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "tám": 8, "chín": 9,
    "mười": 10, "mười một": 11, "mười hai": 12, "chạp": 12,
}  # fmt: skip
_WHEN = (
    r"ngày|sáng|chiều|trưa|tối|đêm|hôm|nay|mùng|hết|đến|tới|trước|sau|từ|cuối|qua|vào|và|kể từ|thời điểm|"
    r"chậm nhất|muộn nhất|thứ (?:hai|ba|tư|năm|sáu|bảy)|chủ nhật"
)

_MONTHS = "giêng|mười hai|mười một|mười|hai|ba|tư|bốn|sáu|bảy|tám|chín|chạp"

# Tried in this order; the first that gives a real date wins. Each is tried only where it can begin: at digits ("") that one of some signs
# follows, at a word, or at one of some words before a word.
_PATTERNS: tuple[tuple[str, str, tuple[str, ...], re.Pattern[str]], ...] = tuple(
    (name, word, openers, re.compile(pattern, re.IGNORECASE))
    for name, word, openers, pattern in (
        ("iso", "", ("-",), rf"(?<![\w/-]){_Y}-(?P<m>0[1-9]|1[0-2])-(?P<d>0[1-9]|[12]\d|3[01])(?!\d)"),
        ("day", "", ("/", ".", "-"), rf"{_OPEN}{_D}{_SEP}{_M}{_SEP}{_Y}{_NO_MORE}"),
        ("day", "", ("t",), rf"{_OPEN}{_D}\s+tháng\s+{_M}(?:(?:\s+năm\s+|{_SEP}|,?\s+){_Y}{_NO_MORE})?(?!\d)"),
        ("half", "tháng", ("sáu", "6"), rf"(?:6|sáu)\s+tháng\s+(?P<which>đầu|cuối)\s+năm(?:\s+{_Y})?(?![/\d])"),
        ("half", "nửa", (), rf"nửa\s+(?P<which>đầu|cuối)\s+năm(?:\s+{_Y})?(?![/\d])"),
        (
            "months",
            "tháng",
            ("chín", "mười", "bảy", "tám", "10", "11", "ba", *"23456789"),
            rf"(?<![\d.,])(?P<n>1[01]|[2-9]|chín|ba|bảy|tám|mười)\s+tháng(?:\s+đầu)?(?:\s+của)?\s+(?=năm|20\d\d)(?:năm)?(?:\s*{_Y})?(?![/\d])",
        ),
        ("quarter", "quý", (), rf"quý\s+(?P<q>iv|iii|ii|i|[1-4])(?:(?:\s+năm\s+|{_SEP}){_Y})?(?![/\d])(?!\w)"),
        ("month", "tháng", (), rf"tháng\s+(?P<m>1[0-2]|0?[1-9]|{_MONTHS})(?:(?:\s+năm\s+|{_SEP}){_Y})?(?!\w)"),
        ("month", "", ("/",), rf"{_OPEN}(?P<m>0?[1-9]|1[0-2])\s?/\s?{_Y}(?![\d/])(?!-\w)"),
        ("years", "", ("-", "–"), r"(?<![\d/.,-])(?P<y0>(?:19|20)\d\d)\s?[-–]\s?(?P<y>(?:19|20)\d\d)(?![\d/])"),
        ("year", "năm", (), rf"(?<!\w)năm(?:\s+học)?\s+{_Y}(?![\d/.,]\d)(?!\d)"),
        (
            "this_year",
            "năm",
            ("cuối", "hết", "cả", ""),
            r"(?<!\w)năm\s+nay(?!\w)|hết\s+năm(?=[,.;\s](?!\s*(?:\d|học|tài)))"
            r"|(?<!tháng\s)cuối\s+năm(?=\s*(?:[,.;:)\n]|\Z|(?:là|đạt|phải|sẽ|có|còn|nâng|giảm|tăng|"
            r"hoàn thành|phủ|đưa|xong|xóa|lắp|toàn tỉnh|cả tỉnh|bảo đảm|cơ bản)\s))"
            r"|(?<=cho\s)cả\s+năm(?!\s*\d)|(?<=trong\s)cả\s+năm(?!\s*\d)",
        ),
        (
            "next_year",
            "năm",
            ("sang", ""),
            r"(?<!\w)sang\s+năm(?!\s*\d)(?!\w)|(?<!\d\s)(?<!những\s)(?<!các\s)(?<!vài\s)(?<!mấy\s)(?<!ba\s)(?<!hai\s)(?<!mười\s)(?<!chục\s)(?<!\w)năm\s+tới(?!\w)"
            r"|(?:(?<=[.;:(“\"]\s)|(?<=[(“\"\n]))năm\s+sau(?=,|\s+(?:tỉnh|thành phố|chúng tôi|địa phương|sẽ|phải|sở|phấn đấu)(?!\w))",
        ),
        ("last_year", "năm", (), r"(?<!\w)năm\s+(?:ngoái|trước)(?!\w)"),
        ("years_on", "nữa", ("năm",), r"năm\s+nữa(?!\w)"),
        (
            "bare_year",
            "",
            (),
            r"(?<![\d/.,-])(?P<y>20[1-4]\d)(?=\s*(?:[;:)\n]|[.,](?!\d)|\Z)|\s+[^\W\d_])",
        ),
        ("bare_day", "", ("/", "-"), rf"{_D}\s?[/-]\s?{_M}{_NO_MORE}(?!\s?%)"),
    )
)
_DAY_FOLLOWS = re.compile(rf"(?:\(|(?:{_WHEN})\s+(?:ngày\s+)?)\Z", re.IGNORECASE)
_YEAR_FOLLOWS = re.compile(
    r"(?<!\w)(?:cuối|hết|giữa|đầu|đến|tới|trước|từ nay đến|trong|vào|đích|mốc|mục tiêu|tầm nhìn|định hướng|kế hoạch|dự toán|"
    r"chỉ tiêu|thi đua|ngân sách|lộ trình|kịch bản|(?:mốc|đích|hạn)(?:\s[^\W\d_]+){0,4}\s(?:là|ở)|"
    r"dti|pii|pci|papi|sipas|gii|par index|ict index)\s+\Z",
    re.IGNORECASE,
)  # "vào cuối 2025", "vạch đích 2030"
_YEAR_OPENS = re.compile(r"(?:\A|[.;:,(\n“\"–-]\s*)(?:đến|tới|trước|vào)\s+(?:hết\s+|cuối\s+)?\Z", re.IGNORECASE)  # "Đến 2030 hồ sơ …"
_DAY_WORDS = 40  # characters before a bare day in which its word stands
# What follows the digits of every date that begins with digits; a year may stand alone.
_GOES_ON = re.compile(r"\d+\s*([/.–-]|t(?=háng))|20[1-4]\d(?!\d)")


def _places(starts: Starts, numbers: Sequence[tuple[int, str | None]], word: str, openers: tuple[str, ...]) -> Iterator[int]:
    """Starts of numbers (word ""), of a word, or of one of the openers that stand before it, in order.

    numbers: with the sign that follows each, one of the openers where there are any.
    """
    if not word:
        yield from [place for place, sign in numbers if not openers or sign in openers]
        return
    if not openers:
        yield from starts.of(word)
        return
    for place in starts.of(word):
        end = place
        while end and starts.low[end - 1].isspace():
            end -= 1
        if not starts.low.endswith(openers, 0, end):
            continue
        for opener in openers:
            if not opener:
                yield place
            elif end < place and starts.low.endswith(opener, 0, end):
                yield end - len(opener)


@lru_cache(maxsize=1)
def _counted() -> re.Pattern[str]:
    """What "đến 2030 …" counts, where it is no year."""
    data = tomllib.loads((resources.files("r57monitor") / "data" / "units.toml").read_text("utf-8"))
    return re.compile(
        rf"\s+(?:{either([re.escape(c) for c in words] for words in (*data['nouns'], *data['no_year']))})(?!\w)", re.IGNORECASE
    )


def _is_year(text: str, start: int, end: int) -> bool:
    """Whether four digits stand where only a year does: behind a word of time, before nothing that is counted."""
    head = text[max(0, start - _DAY_WORDS) : start]
    if _YEAR_FOLLOWS.search(head) is None:
        return False
    return _counted().match(text, end) is None or _YEAR_OPENS.search(head) is not None


def find_dates(text: str, published: date | None = None, starts: Starts | None = None) -> list[DateMention]:
    """Days and periods in order, without overlap.

    published: gives the year where the text leaves it out ("đến ngày 30/6"); without it the year the text names most.
    starts: of the text in small letters, where they are at hand.
    A day such as "08/08" counts only after a word that says so ("ngày", "đến", "sáng") or at a bracket.
    """
    default = published.year if published else _common_year(text)
    taken = bytearray(len(text))
    found: list[DateMention] = []
    starts = starts or Starts(small_letters(text))
    numbers = [(place, found_on[1]) for place in starts.digits if (found_on := _GOES_ON.match(starts.low, place))]
    for kind, word, openers, pattern in _PATTERNS:
        done = 0
        for place in _places(starts, numbers, word, openers):
            match = pattern.match(text, place) if place >= done else None
            if match is None or (kind == "bare_year" and not _is_year(text, place, match.end())):
                continue
            if kind == "bare_day" and not _DAY_FOLLOWS.search(text, max(0, place - _DAY_WORDS), place):
                continue
            start, done = match.start(), match.end()
            if any(taken[start:done]):
                continue
            mention = _build(kind, match, start, done, default)
            if mention is not None:
                taken[start:done] = b"\1" * (done - start)
                found.append(mention)
    found.sort(key=lambda d: d.start)
    return found


def _common_year(text: str) -> int | None:
    years = Counter(re.findall(r"năm\s+(20\d\d)", text, re.IGNORECASE))
    if not years:
        years = Counter(re.findall(r"(?<!\d)\d{1,2}[/-]\d{1,2}[/-](20\d\d)(?!\d)", text))
    return int(years.most_common(1)[0][0]) if years else None


_YEARS_ON = {"last_year": -1, "this_year": 0, "next_year": 1}
_HOW_MANY = re.compile(r"(?<!\w)(?P<n>[1-9]|1\d|20|một|hai|ba|bốn|tư|năm|sáu|bảy|tám|chín|mười)\s+\Z", re.IGNORECASE)
_COUNT_WORDS = 8  # characters before "năm nữa" in which their number stands


def _build(kind: str, match: re.Match[str], start: int, end: int, default: int | None) -> DateMention | None:
    groups = match.groupdict()
    stated = groups.get("y") is not None
    year = int(groups["y"]) if stated else default
    if year is None:
        return None
    if kind == "years_on":  # "hai năm nữa"
        many = _HOW_MANY.search(match.string, max(0, start - _COUNT_WORDS), start)
        if many is None:
            return None
        year += _MONTH_WORDS.get(many["n"].lower()) or int(many["n"])
        return DateMention(many.start(), end, date(year, 1, 1), date(year, 12, 31), "year", False)
    if kind in _YEARS_ON:
        year += _YEARS_ON[kind]
        return DateMention(start, end, date(year, 1, 1), date(year, 12, 31), "year", False)
    if kind in ("year", "bare_year"):
        return DateMention(start, end, date(year, 1, 1), date(year, 12, 31), "year")
    if kind == "years":
        return DateMention(start, end, date(int(groups["y0"]), 1, 1), date(year, 12, 31), "year")
    return _build_part(kind, groups, (start, end), year, stated)


def _build_part(kind: str, groups: dict[str, str | None], span: tuple[int, int], year: int, stated: bool) -> DateMention | None:
    if kind in ("iso", "day", "bare_day"):
        try:
            day = date(year, int(groups["m"] or 0), int(groups["d"] or 0))
        except ValueError:
            return None
        return DateMention(*span, day, day, "day", stated)
    if kind == "half":
        first, last, precision = (1, 6, "half") if (groups["which"] or "").lower() == "đầu" else (7, 12, "half")
    elif kind == "months":
        word = groups["n"] or ""
        count = _MONTH_WORDS.get(word.lower()) or int(word)
        first, last, precision = 1, count, "quarter" if count in (3, 9) else "half" if count == 6 else "month"
    elif kind == "quarter":
        quarter = _ROMAN[(groups["q"] or "").lower()]
        first, last, precision = 3 * quarter - 2, 3 * quarter, "quarter"
    else:
        word = " ".join((groups["m"] or "").lower().split())
        first = last = _MONTH_WORDS.get(word) or int(word)
        precision = "month"
    return DateMention(*span, date(year, first, 1), end_of_month(year, last), _as_precision(precision), stated)


def _as_precision(word: str) -> Precision:
    table: dict[str, Precision] = {"half": "half", "quarter": "quarter", "month": "month"}
    return table[word]


def end_of_month(year: int, month: int) -> date:
    """Last day of the month."""
    return date(year, month, calendar.monthrange(year, month)[1])


def parse_date(text: str, default_year: int | None = None) -> tuple[date, Precision] | None:
    """Last day and precision of the one date that `text` is ("quý II/2025"); None if it is anything else. Never raises."""
    stripped = text.strip()
    published = date(default_year, 1, 1) if default_year else None
    for mention in _whole(find_dates(stripped, published), len(stripped)):
        return mention.last, mention.precision
    return None


def _whole(mentions: list[DateMention], length: int) -> Iterator[DateMention]:
    yield from (m for m in mentions if m.end == length and (m.start == 0 or m.precision == "day") and len(mentions) == 1)
