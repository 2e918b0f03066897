"""Instants as pages write them: machine-readable stamps and the datelines people read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from r57monitor.clock import VIETNAM
from r57monitor.text.normalize import fold

# VnExpress wrote "+08:00" for years beside a visible "GMT+7"; no outlet that is read keeps another clock than Vietnam's.
_WRONG_ZONES = frozenset({timedelta(hours=8)})
_OLDEST_YEAR = 1995  # Vietnam joined the Internet in 1997; anything before is a default value or another date


class Stamp(NamedTuple):
    """An instant in UTC. has_time: a time of day was given (else midnight Vietnam time). zone_given: with its zone."""

    at: datetime
    has_time: bool
    zone_given: bool = False


_ISO = re.compile(
    r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})"
    r"(?:[T\s]+(?P<H>\d{1,2}):(?P<M>\d{2})(?::(?P<S>\d{2})(?:[.,]\d+)?)?\s*(?P<z>(?:GMT|UTC)?[+-]\d{1,2}(?::?\d{2})?|Z|UTC|GMT)?)?",
    re.IGNORECASE,
)
_COMPACT = re.compile(r"(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})(?:T?(?P<H>\d{2})(?P<M>\d{2})(?P<S>\d{2})?)?")
_YEAR_FIRST_SLASH = re.compile(r"(?P<y>\d{4})/(?P<m>\d{1,2})/(?P<d>\d{1,2})(?:[T\s]+(?P<H>\d{1,2}):(?P<M>\d{2})(?::(?P<S>\d{2}))?)?")
_SLASHED = re.compile(
    r"(?P<a>\d{1,2})[/.-](?P<b>\d{1,2})[/.-](?P<y>\d{4})(?:[T\s,|-]+(?P<H>\d{1,2}):(?P<M>\d{2})(?::(?P<S>\d{2}))?\s*(?P<p>[AP]M)?)?",
    re.IGNORECASE,
)


def parse_stamp(text: str, month_first: bool | None = None) -> Stamp | None:
    """A machine-readable stamp (ISO 8601, RFC 822, compact digits, en-US or Vietnamese slashes); None if it is none.

    text: the whole attribute. month_first: how "3/5/2025" is meant; None guesses from the form: seconds with AM or PM is
    how an en-US .NET server prints. Without a zone the clock is Vietnam's. Never raises for a str.
    """
    text = text.strip()[:80]
    for pattern in (_ISO, _YEAR_FIRST_SLASH, _COMPACT):
        match = pattern.match(text)
        if match and (pattern is not _COMPACT or not text[match.end() :].strip("0123456789")):
            return _build(match, int(match["m"]), int(match["d"]))
    match = _SLASHED.match(text)
    if match:
        if month_first is None:
            month_first = bool(match["p"] and match["S"])
        first, second = int(match["a"]), int(match["b"])
        month, day = (first, second) if month_first else (second, first)
        if month > 12:
            month, day = day, month
        return _build(match, month, day)
    return _parse_rfc822(text)


def _parse_rfc822(text: str) -> Stamp | None:
    if not re.search(r"[A-Za-z]{3}", text) or not re.search(r"\d{4}", text):
        return None
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return _checked(at, has_time=":" in text, zone_given=at.tzinfo is not None)


def _build(match: re.Match[str], month: int, day: int) -> Stamp | None:
    found = match.groupdict()
    hour = found.get("H")
    clock = (_hour(int(hour), found.get("p")), int(found.get("M") or 0), int(found.get("S") or 0)) if hour else (0, 0, 0)
    zone = _parse_zone(found.get("z"))
    try:
        at = datetime(int(found["y"]), month, day, *clock, tzinfo=zone or VIETNAM)
    except ValueError:
        return None
    return _checked(at, has_time=clock[:2] != (0, 0), zone_given=zone is not None)


def _hour(hour: int, half: str | None) -> int:
    if half and hour <= 12:
        return hour % 12 + (12 if half.lower() == "pm" else 0)
    return hour


def _parse_zone(zone: str | None) -> timezone | None:
    if not zone:
        return None
    match = re.search(r"([+-])(\d{1,2}):?(\d{2})?$", zone)
    if not match:
        return UTC
    offset = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    return timezone(-offset if match[1] == "-" else offset) if offset < timedelta(hours=15) else None


def _checked(at: datetime, *, has_time: bool, zone_given: bool) -> Stamp | None:
    if not _OLDEST_YEAR <= at.year <= 2100:
        return None
    if at.tzinfo is None or at.utcoffset() in _WRONG_ZONES:
        at = at.replace(tzinfo=VIETNAM)
        zone_given = False
    return Stamp(at.astimezone(UTC), has_time, zone_given)


# The forms of a dateline, on folded text: "thu hai, 5/3/2025, 17:42 (gmt+7)", "08:12 05/03/2025", "ngay 5 thang 3 nam 2025".
_TIME = r"(?P<{0}H>[01]?\d|2[0-3])\s?(?::|h|g)\s?(?P<{0}M>[0-5]\d)(?::[0-5]\d)?(?:\s*(?P<{0}p>[ap]m)\b)?"
_DAY = (
    r"(?:(?P<d>0?[1-9]|[12]\d|3[01])\s?[/.-]\s?(?P<m>0?[1-9]|1[0-2])\s?[/.-]\s?(?P<y>20\d{2}|19\d{2}|\d{2})(?!\d|[/.-]\d)"
    r"|(?P<y3>20\d{2})[-/](?P<m3>0?[1-9]|1[0-2])[-/](?P<d3>0?[1-9]|[12]\d|3[01])(?!\d)"
    r"|(?:ngay\s+)?(?P<d2>0?[1-9]|[12]\d|3[01])\s+thang\s+(?P<m2>0?[1-9]|1[0-2])\s*(?:,|nam)?\s*(?P<y2>20\d{2}))"
)
_DATELINE = re.compile(
    rf"(?<![\d/.,-])(?:{_TIME.format('a')}\s*(?:phut)?[\s,|–-]*(?:\(?gmt\s*\+\s*7\)?)?[\s,|–-]*(?:ngay|thu\s+\w+|chu nhat)?[\s,|-]*)?{_DAY}"
    rf"(?:[\st,;|–-]*(?:luc|vao luc)?[\s:]*(?:{_TIME.format('b')}))?"
)
_WORDS = ("gieng|mot", "hai", "ba", "tu", "nam", "sau", "bay", "tam", "chin", "muoi", "muoi mot", "muoi hai")
_WORD = "|".join(reversed([rf"(?:{word})" for word in _WORDS]))
# "12 Tháng Mười, 2025", "Tháng Mười 12, 2025", "Tháng 10 12, 2025", "12 Th10, 2025", as blogs write days; on folded text
_WRITTEN = re.compile(
    rf"(?<![\w/.,-])(?:(?P<d>\d{{1,2}})\s+(?:thang\s+(?P<m>{_WORD})|th(?P<m3>1[0-2]|0?[1-9]))(?:,|\s+nam)?"
    rf"|(?:thang\s+(?P<m2>{_WORD}|1[0-2]|0?[1-9])|th(?P<m4>1[0-2]|0?[1-9]))\s+(?P<d2>\d{{1,2}}),)"
    rf"\s+(?P<y>20\d{{2}})(?!\d)(?:[\s,|–-]*{_TIME.format('b')})?"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?P<m>{'|'.join(_MONTHS)})(?:[a-z]{{1,6}})?\.?"
# "Oct 12, 2025 | 14:30", "12 October 2025 at 2:30 pm", on folded text
_ENGLISH = re.compile(
    rf"(?<![\w/.,-])(?:{_MONTH}\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+"
    rf"|(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\s+{_MONTH.replace('<m>', '<m2>')},?\s+)(?P<y>20\d{{2}})(?!\d)"
    rf"(?:[\s,|–-]*(?:at\s+)?{_TIME.format('b')})?"
)
_MAY_BE_ENGLISH = re.compile(rf"\b(?:{'|'.join(_MONTHS)})[a-z]{{0,6}}\b.{{0,6}}20\d\d")
_YEAR = re.compile(r"20\d\d(?!\d)")
_MAY_BE_WRITTEN = re.compile(r"thang|\bth\d")
_MAY_BE_DATE = re.compile(r"\d(?:\s?[/.-]\s?\d|\s+thang\s)")
_AGO = re.compile(r"\b(?P<n>\d{1,3})\s+(?P<unit>phut|gio|tieng|ngay)\s+(?:truoc|ago)\b")


class Dateline(NamedTuple):
    """A day, perhaps with its time, at a span of the text it was found in."""

    stamp: Stamp
    start: int
    end: int


def find_datelines(text: str) -> Iterator[Dateline]:
    """Every full date (day, month and year) of a text, as people write it; the clock is Vietnam's. Works on garbled text too."""
    folded = fold(text)
    for match in _DATELINE.finditer(folded) if _MAY_BE_DATE.search(folded) else ():
        day, month, year = (int(match[name] or match[f"{name}2"] or match[f"{name}3"]) for name in "dmy")
        prefix = "a" if match["aH"] else "b"
        hour = _hour(int(match[f"{prefix}H"] or 0), match[f"{prefix}p"])
        minute = int(match[f"{prefix}M"] or 0)
        try:
            at = datetime(year + 2000 if year < 100 else year, month, day, hour, minute, tzinfo=VIETNAM)
        except ValueError:
            continue
        stamp = _checked(at, has_time=(hour, minute) != (0, 0), zone_given=False)
        if stamp is not None:
            yield Dateline(stamp, match.start(), match.end())
    if _MAY_BE_ENGLISH.search(folded):
        yield from _read_months(folded, _ENGLISH, [re.escape(name) for name in _MONTHS])
    if _MAY_BE_WRITTEN.search(folded) and _YEAR.search(folded):
        yield from _read_months(folded, _WRITTEN, [rf"0?{n}|{word}" for n, word in enumerate(_WORDS, 1)])


def _read_months(folded: str, pattern: re.Pattern[str], names: Sequence[str]) -> Iterator[Dateline]:
    """Days whose month is a word. names: of the months, as patterns."""
    for match in pattern.finditer(folded):
        name = next(filter(None, (found for group, found in match.groupdict().items() if group[0] == "m")))
        month = next(n for n, words in enumerate(names, 1) if re.fullmatch(words, name))
        hour, minute = _hour(int(match["bH"] or 0), match["bp"]), int(match["bM"] or 0)
        try:
            at = datetime(int(match["y"]), month, int(match["d"] or match["d2"]), hour, minute, tzinfo=VIETNAM)
        except ValueError:
            continue
        stamp = _checked(at, has_time=(hour, minute) != (0, 0), zone_given=False)
        if stamp is not None:
            yield Dateline(stamp, match.start(), match.end())


def parse_ago(text: str, now: datetime) -> Stamp | None:
    """The instant that "2 giờ trước" or "3 ngày trước" means, seen at `now` (aware); None if the text says no such thing."""
    match = _AGO.search(fold(text))
    if not match:
        return None
    count = int(match["n"])
    if match["unit"] == "ngay":
        day = (now.astimezone(VIETNAM) - timedelta(days=count)).replace(hour=0, minute=0, second=0, microsecond=0)
        return Stamp(day.astimezone(UTC), has_time=False)
    step = timedelta(minutes=count) if match["unit"] == "phut" else timedelta(hours=count)
    return Stamp((now - step).astimezone(UTC), has_time=True)


_URL_PATTERNS = (
    re.compile(
        r"[-/](?P<y>20[0-3]\d)(?P<m>\d{2})(?P<d>\d{2})(?P<H>[0-2]\d)(?P<M>[0-5]\d)(?P<S>[0-5]\d)\d{0,6}(?=[./?]|$)"
    ),  # Dân trí, Tuổi Trẻ
    re.compile(
        r"-[1-9]\d{2}(?P<y>[12]\d)(?P<m>\d{2})(?P<d>\d{2})(?P<H>[0-2]\d)(?P<M>[0-5]\d)(?P<S>[0-5]\d)\d{3,5}(?=[./?]|$)"
    ),  # VCCorp: site, stamp
    re.compile(r"/(?P<y>20[0-3]\d)/(?P<m>\d{1,2})/(?P<d>\d{1,2})(?=/)"),
    re.compile(r"/(?P<d>\d{1,2})[-_](?P<m>\d{1,2})[-_](?P<y>20[0-3]\d)(?=[/.?]|$)"),
    re.compile(r"/(?P<y>20[0-3]\d)-(?P<m>\d{2})-(?P<d>\d{2})(?=[/.?]|$)"),
    re.compile(r"/(?P<y>20[0-3]\d)(?P<m>\d{2})(?P<d>\d{2})(?=[/.?]|$)"),
)
_MAY_BEAR_STAMP = re.compile(r"[-/_]20[0-3]\d|-[1-9]\d{17}")  # what every one of them begins with or holds


def parse_url_stamp(url: str) -> Stamp | None:
    """The day, often with the time, that an article's address carries in its digits (the draft's creation); None if none.

    Source: addresses of Dân trí (17 digits), Tuổi Trẻ, the VCCorp family (site prefix, yymmddHHMMSS, milliseconds), dated folders.
    """
    for pattern in _URL_PATTERNS if _MAY_BEAR_STAMP.search(url) else ():
        match = pattern.search(url)
        if not match:
            continue
        found = match.groupdict()
        year = int(found["y"])
        try:
            at = datetime(
                year if year > 99 else 2000 + year, int(found["m"]), int(found["d"]),
                int(found.get("H") or 0), int(found.get("M") or 0), int(found.get("S") or 0), tzinfo=VIETNAM,
            )  # fmt: skip
        except ValueError:
            continue
        stamp = _checked(at, has_time=bool(found.get("H")), zone_given=False)
        if stamp is not None:
            return stamp
    return None
