"""Unit words after a number: shares, money, ranks, scores, counted nouns."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, NamedTuple

from r57monitor.figures.words import alternatives, load_words

Form = Literal["share", "money", "rank", "place", "ratio", "count", "measure", "bare"]


class Unit(NamedTuple):
    """What a number counts. `end`: where the unit words end; `noun`: the counted words, small letters."""

    form: Form
    unit: str
    end: int
    noun: str = ""
    is_points: bool = False  # percentage points


_POINTS = re.compile(r"\s?điểm\s*(?:%|phần\s+trăm)")
_SHARE = re.compile(r"\s?(?:%|phần\s+trăm(?!\w)|per\s?cent(?!\w))(?:\s*(?:grdp|gdp)(?!\w))?")
_MONEY = re.compile(r"\s?(?:đồng|vnđ|vnd|đ)(?!\w)(?:\s?/\s?(?:năm|tháng|ngày))?")
_FOREIGN = re.compile(r"\s?(?:(?P<usd>usd|đô\s+la(?:\s+mỹ)?|đô-la(?:\s+mỹ)?|us\$)|(?P<eur>euro|eur)|(?P<cny>nhân\s+dân\s+tệ))(?!\w)")
_RATIO = re.compile(r"\s?lần(?!\w)(?!\s+(?:thứ|lượt)(?!\w))")
_PLACES = re.compile(r"\s?bậc(?!\w)")
_GENERATION = re.compile(r"[2-6]g (?=[a-z])")
_WORD = re.compile(r"[^\W\d_]+(?:[-&][^\W\d_]+)*")
_SECOND = re.compile(r" (?P<word>[^\W\d_]+)(?![-&\w])")
_NOUN_GAP = re.compile(r"[ \u00a0]")


class _Words(NamedTuple):
    nouns: re.Pattern[str]
    refused: frozenset[str]
    function: frozenset[str]
    singles: frozenset[str]
    timed: re.Pattern[str]
    measures: re.Pattern[str]
    measure_names: dict[str, str]
    joined: re.Pattern[str]
    companions: dict[str, tuple[str, ...]]  # of a noun, those it goes on with in a list
    any_unit: re.Pattern[str]  # whatever is no counted noun


@lru_cache(maxsize=1)
def _words() -> _Words:
    data = load_words("units")
    nouns = alternatives(data["nouns"])
    singles = "xã|phường|thị trấn|thôn|bản|tỉnh|thành|thành phố|tin|bài|sở|ngành|huyện|thị xã|đặc khu|ban|đơn vị|ấp|khóm|buôn|làng"
    timed = re.compile(rf"\s?{alternatives(data['timed'])}(?!\w)")
    measures = re.compile(rf"\s?(?P<unit>{alternatives(w.lower() for w in data['measures'])})(?![\w²³/])")
    units = (_POINTS, _SHARE, _MONEY, _FOREIGN, _RATIO, _PLACES, measures, timed)
    return _Words(
        re.compile(rf"{nouns}(?!\w)"),
        frozenset(data["refused"]),
        frozenset(data["function"]),
        frozenset(data["singles"]),
        timed,
        measures,
        {w.lower(): w for w in data["measures"]},
        re.compile(rf"(?P<mark>,\s|\s?-\s|/)(?P<next>{nouns}|{singles})(?!\w)"),
        {noun: tuple(other for group in data["lists"] if noun in group for other in group) for group in data["lists"] for noun in group},
        re.compile("|".join(re.sub(r"\?P<\w+>", "?:", unit.pattern) for unit in units)),
    )


def parse_unit(low: str, position: int, magnitude: float = 1.0) -> Unit | None:
    """The unit of a number whose digits and magnitude word end at `position`.

    low: small letters. None where the next word says that the number is no figure ("6 tháng", "2 cấp").
    A number with nothing countable after it has form "bare".
    """
    words = _words()
    if not words.any_unit.match(low, position):
        return _counted(low, position, magnitude, words)
    if match := _POINTS.match(low, position):
        return Unit("share", "%", match.end(), "", True)
    if match := _SHARE.match(low, position):
        return Unit("share", "%", match.end())
    if match := _MONEY.match(low, position):
        return Unit("money", "đồng", match.end())
    if match := _FOREIGN.match(low, position):
        return Unit("money", "USD" if match["usd"] else "EUR" if match["eur"] else "CNY", match.end())
    if match := _RATIO.match(low, position):
        return Unit("ratio", "lần", match.end())
    if match := _PLACES.match(low, position):
        return Unit("place", "bậc", match.end(), "bậc")
    if match := words.measures.match(low, position):
        return Unit("measure", words.measure_names.get(match["unit"], match["unit"]), match.end())
    if match := words.timed.match(low, position):
        return Unit("measure", match.group().strip(), match.end(), "time")
    return _counted(low, position, magnitude, words)


def is_listed_noun(noun: str) -> bool:
    """Whether a counted noun begins with one of the listed nouns of more than one word."""
    return _words().nouns.match(noun) is not None


def is_known_noun(noun: str) -> bool:
    """Whether a counted noun is one of the lists."""
    words = _words()
    return words.nouns.match(noun) is not None or noun.split(",")[0].split(" ")[0] in words.singles


def _counted(low: str, position: int, magnitude: float, words: _Words) -> Unit | None:
    gap = position + 1 if _NOUN_GAP.match(low, position) else position
    if gap == position:
        return Unit("money", "đồng", position) if magnitude >= 1e9 else Unit("bare", "", position)
    if generation := _GENERATION.match(low, gap):  # "512 5G base stations"
        gap = generation.end()
    if match := words.nouns.match(low, gap):
        end = _extend(low, gap, match.end(), words)
        return Unit("count", low[gap:end], end, low[gap:end])
    word = _WORD.match(low, gap)
    if word is None or word.group() in words.function:
        return Unit("money", "đồng", position) if magnitude >= 1e9 else Unit("bare", "", position)
    if word.group() in words.refused:
        return None
    end = word.end()
    second = _SECOND.match(low, end)
    if word.group() not in words.singles and second and second["word"] not in words.function | words.refused | words.singles:
        end = second.end()
    end = _extend(low, gap, end, words)
    return Unit("count", low[gap:end], end, low[gap:end])


def _extend(low: str, start: int, end: int, words: _Words) -> int:
    """ "xã, phường, thị trấn": a list of nouns counts as one unit, without what begins the next clause ("412 trạm, chỉ số PII …")."""
    while match := words.joined.match(low, end):
        if match["mark"] == ", " and not low[start:end].startswith(words.companions.get(match["next"], ())):
            break
        start, end = match.span("next")
    return end
