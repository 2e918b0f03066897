"""Quantities of English pages: "66 of 123 tasks", "ranked 4th out of 34", "VND312.5 billion"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from r57monitor.figures.ranks import Rank
from r57monitor.figures.units import Unit, parse_unit
from r57monitor.figures.words import alternatives, load_words
from r57monitor.text.numbers import TOKEN

_CURRENCY = re.compile(r"(?:(?P<vnd>vnd)|(?P<usd>usd|us\$|\$))\s?$")
_OF = re.compile(rf"(?:\s+[a-z-]+){{0,3}}?\s+(?:out\s+of|of)\s+(?:the\s+|its\s+|all\s+|a\s+total\s+of\s+)?(?P<of>{TOKEN})(?=\s)")
_POINTS = re.compile(r"\s?(?:percentage|per\s?cent)\s+points?(?!\w)")
_PLACES_MOVED = re.compile(r"\s(?:places?|positions?|spots?|ranks)(?!\w)")
_MOVES = re.compile(
    r"(?<!\w)(?:climb|jump|rise|rose|risen|up|move|fall|fell|drop|gain|increas|advanc|improv|down|leap)[a-z]*(?:\s(?:by|up|of))?\s\Z"
)
_FORMS = frozenset({"share", "money", "measure"})
_ORDINAL = re.compile(
    r"(?<![\w.,])(?P<n>\d{1,3})(?:st|nd|rd|th)(?!\w)(?:\s+(?:place|position|spot))?"
    r"(?:\s+(?:out\s+of|of|among|in)\s+(?:the\s+|all\s+)?(?P<of>\d{1,3})(?!\d))?"
)
_ORDER = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_WORDED = re.compile(  # "ranked third among 34 provinces"
    rf"(?<!\w)(?P<n>{'|'.join(_ORDER)})(?:\s+(?:place|position))?\s+(?:out\s+of|of|among)\s+(?:the\s+|all\s+)?(?P<of>\d{{2,3}})(?=\s)"
)
_RANKED = re.compile(
    r"(?<!\w)(?:rank(?:s|ed|ing)?|placed|stood|stands|position(?:ed)?|climbed|rose|moved|came|coming|finished)(?!\w)[^.;\d]{0,40}$"
)
_NEXT_RANK = re.compile(r"[^.;\n\d]{0,90}?(?:,|\sand)\s")  # "ranked 12th in one index and 15th in another"
_PLACED = re.compile(
    r"\s*(?:nationwide|among\s+(?:the|all)|in\s+(?:asean|asia|southeast\s+asia)|"
    r"in\s+the\s+(?:country|nation|region|world)|nationally|globally|worldwide)(?!\w)"
)
_NO_RANK = re.compile(
    r"\s+(?:meeting|session|congress|anniversary|century|time|tenure|term|conference|plenum|national|edition|floor|quarter|year)(?!\w)"
)


@lru_cache(maxsize=1)
def _noun() -> re.Pattern[str]:
    data = load_words("units")
    border = alternatives(data["english_borders"])
    return re.compile(
        rf"(?:\s+(?:[2-6]g|(?!{border}(?!\w))[a-z]+(?:-[a-z]+)*|[a-z]+\s+and\s+[a-z]+(?:-[a-z]+)*))*?\s+(?P<noun>{alternatives(data['english'])})(?!\w)"
    )


@lru_cache(maxsize=1)
def _number_of() -> re.Pattern[str]:
    """ "the total number of public services integrated was 1,595": what a bare number counts."""
    nouns = alternatives(load_words("units")["english"])
    return re.compile(
        rf"(?<!\w)number\s+of\s+(?:[a-z-]+\s+|[2-6]g\s+){{0,4}}?(?P<noun>{nouns})(?!\w)"
        r"[^.;,\d]{0,70}?\s(?:was|is|reached|were|totalled|at|to|hit|exceeded|exceed|exceeds|surpassed|from|from\s[\d.,]{1,9}\sto)\s+$"
    )


_WORDS = 6  # between a number and the end of what it counts


def parse_english_unit(low: str, position: int, magnitude: float = 1.0, start: int = 0) -> Unit | None:
    """The unit of a number on an English page; form "bare" where nothing known is counted."""
    if match := _POINTS.match(low, position):
        return Unit("share", "%", match.end(), "", True)
    if (match := _PLACES_MOVED.match(low, position)) and _MOVES.search(low, max(0, start - 30), start):
        return Unit("place", "bậc", match.end(), "bậc")
    unit = parse_unit(low, position, magnitude)
    if unit is not None and (unit.form in _FORMS and not (unit.form == "money" and unit.end == position)):
        return unit
    if (named := _number_of().search(low, max(0, start - 120), start)) is not None:
        return Unit("count", named["noun"], position, named["noun"])
    line = low[position : position + 90].split("\n", 1)[0]
    match = _noun().match(line)
    if match is None or match.group().count(" ") > _WORDS or re.search(r"[.,;:()]", match.group()):
        return _counted_before(low, start, position) or _read_unknown(low, position)
    return Unit("count", match["noun"], position + match.end(), match["noun"])


_STATED = re.compile(r"\s(?:are|were|have|had|remain|remained)(?!\w)")
_YEAR = re.compile(r"(?:19|20)\d\d")
_BACK = 220  # characters to the number whose parts are told


@lru_cache(maxsize=1)
def _counted() -> re.Pattern[str]:
    return re.compile(rf"(?<=\d)\s+(?:[a-z-]+\s+){{0,3}}?(?P<noun>{alternatives(load_words('units')['english'])})(?!\w)")


def _counted_before(low: str, start: int, position: int) -> Unit | None:
    """ "Of the 18 tasks, 5 have been completed and 9 are in progress": what the number before counts, of which a part is told."""
    if not _STATED.match(low, position) or _YEAR.fullmatch(low, start, position):
        return None
    line = max(low.rfind("\n", 0, start) + 1, start - _BACK)
    nouns = [match["noun"] for match in _counted().finditer(low, line, start)]
    return Unit("count", nouns[-1], position, nouns[-1]) if nouns else None


def _read_unknown(low: str, position: int) -> Unit | None:
    """A plural that no list names ("1,086 buffaloes"); None for durations; else nothing countable."""
    match = _PLURAL.match(low, position)
    if match is None or any(word in _borders() for word in match.group().split()):
        return Unit("bare", "", position)
    if match["noun"] in _DURATIONS:
        return None
    return Unit("count", match["noun"], match.end(), match["noun"])


@lru_cache(maxsize=1)
def _borders() -> frozenset[str]:
    return frozenset(load_words("units")["english_borders"])


_PLURAL = re.compile(r"\s(?:[a-z-]+\s){0,3}?(?P<noun>[a-z]{3,}(?<!s)s)(?!\w)")
_DURATIONS = frozenset({"days", "weeks", "months", "years", "hours", "minutes", "seconds", "decades", "percents"})


def find_currency(low: str, start: int) -> tuple[int, str] | None:
    """Where the sign of a currency before a number starts, and its unit: "VND312.5 billion"."""
    match = _CURRENCY.search(low, max(0, start - 5), start)
    if match is None or (match.start() and low[match.start() - 1].isalnum()):
        return None
    return match.start(), "đồng" if match["vnd"] else "USD"


def match_whole(low: str, position: int) -> re.Match[str] | None:
    """What a number is of: "66 of 123 tasks", "66 tasks out of 123"."""
    return _OF.match(low, position)


def find_english_ranks(low: str, mask: bytearray) -> Iterator[Rank]:
    """Ordinals that are ranks: with a base, after a word of ranking, before "nationwide", or in brackets after a value."""
    for match in _WORDED.finditer(low):
        if not mask[match.start("of")]:
            yield match.start(), match.end(), match.start(), float(_ORDER.index(match["n"]) + 1), float(match["of"]), "hạng", False
    last = -1
    for match in _ORDINAL.finditer(low):
        if mask[match.start("n")] or _NO_RANK.match(low, match.end()):
            continue
        head = low[max(0, match.start() - 70) : match.start()]
        in_brackets = head.endswith("(") and low[match.end() : match.end() + 1] == ")" and any(c.isdigit() for c in head[-12:])
        goes_on = last >= 0 and _NEXT_RANK.fullmatch(low, last, match.start()) is not None
        if match["of"] or in_brackets or goes_on or _RANKED.search(head) or _PLACED.match(low, match.end()):
            last = match.end()
            of = float(match["of"]) if match["of"] else None
            yield match.start(), match.end(), match.start("n"), float(match["n"]), of, "hạng", False
