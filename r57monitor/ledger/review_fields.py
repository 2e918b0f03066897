"""What people type for the attributes of a figure or article, checked and turned into what a review keeps."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from datetime import date
from typing import Any, get_args

from r57monitor.catalogue import Catalogue
from r57monitor.errors import UsageError
from r57monitor.figures.units import parse_unit
from r57monitor.gazetteer import Gazetteer
from r57monitor.models import Comparator, FigureKind, Level
from r57monitor.text.numbers import find_numbers, parse_number

NONE = "none"
# What is typed, under the names of the command line's options; `none` takes a value away.
TYPED = (
    "value", "max", "of", "unit", "metric", "label", "kind", "comparator", "change", "level", "scope", "whole", "period", "province",
    "as_of", "due", "mention",
)  # fmt: skip
_NEVER_NONE = frozenset({"value", "unit", "kind", "comparator", "mention"})
_NUMBERS = {"value": "value", "max": "value_max", "of": "denominator"}
_CHOICES: dict[str, tuple[str, ...]] = {
    "kind": get_args(FigureKind),
    "comparator": get_args(Comparator),
    "level": get_args(Level),
    "period": ("cumulative", "in_period", "moment"),
    "change": ("yes", "no"),
}
_PART = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?")
_DAY = re.compile(r"(?:(\d{1,2})/)?(?:(\d{1,2})/)?(\d{4})")


def read_figure_fields(typed: Mapping[str, str | None], catalogue: Catalogue, gazetteer: Gazetteer, day: date | None) -> dict[str, Any]:
    """The changes of a figure's review. day: of the article, for the province of that name at the time.

    Raises UsageError naming the field and what would be right.
    """
    changes: dict[str, Any] = {}
    for name, text in typed.items():
        if text is None:
            continue
        if name not in TYPED:
            raise UsageError(f'a figure has no attribute "{name}"; there are {", ".join(TYPED)}.')
        if text.strip().lower() == NONE:
            changes |= _nothing(name)
        else:
            changes |= _read_field(name, text.strip(), catalogue, gazetteer, day)
    return changes


def _nothing(name: str) -> dict[str, Any]:
    if name in _NEVER_NONE:
        raise UsageError(f'every figure has a {name}: "{NONE}" cannot be put there.')
    if name == "change":
        return {"is_change": False}
    if name == "province":
        return {"province": None, "province_id": None}
    if name in {"as_of", "due"}:
        return {name: None, f"{name}_precision": None} | ({"as_of_from": None} if name == "as_of" else {})
    return {{"max": "value_max", "of": "denominator", "metric": "metric_id"}.get(name, name): None}


def _read_field(name: str, text: str, catalogue: Catalogue, gazetteer: Gazetteer, day: date | None) -> dict[str, Any]:
    if not text:
        raise UsageError(f'{name}: nothing is given; write "{NONE}" to take a value away.')
    if name in _NUMBERS:
        return {_NUMBERS[name]: read_number(text, name)}
    if name in _CHOICES and text not in _CHOICES[name]:
        raise UsageError(f'{name} "{text}" is none of {", ".join(_CHOICES[name])}.')
    if name == "change":
        return {"is_change": text == "yes"}
    if name == "metric":
        if catalogue.get(text) is None:
            import difflib

            near = difflib.get_close_matches(text, catalogue.ids(), n=3)
            raise UsageError(f'there is no metric "{text}".' + (f" Did you mean {', '.join(near)}?" if near else ""))
        return {"metric_id": text}
    if name == "province":
        return read_province(text, gazetteer, day)
    if name in {"as_of", "due"}:
        end, precision = read_period(text, name)
        return {name: end.isoformat(), f"{name}_precision": precision} | ({"as_of_from": "stated"} if name == "as_of" else {})
    return {name: text}


def read_mention(mention: str) -> dict[str, Any]:
    """Value and unit that the words of a figure give by themselves; {} where they hold no number."""
    numbers = find_numbers(mention)
    if not numbers:
        return {}
    first = numbers[0]
    unit = parse_unit(mention.lower(), first.end, first.magnitude)
    return {"value": first.value} | ({"unit": unit.unit} if unit and unit.unit else {})


def read_number(text: str, name: str = "value") -> float:
    """A number as the press writes it ("1.172,7", "4,3 triệu"). Raises UsageError naming the field."""
    value = parse_number(text.lstrip("-−").strip())
    if value is None:
        raise UsageError(f'{name} "{text}" is no number; write it as the press does: 1.172,7 or 4,3 triệu.')
    return -value if text[:1] in "-−" else value


def read_province(text: str, gazetteer: Gazetteer, day: date | None) -> dict[str, Any]:
    """Province of a figure: the entity of that name on the day; "national" for the nation. UsageError for no such province."""
    if text.lower() == "national":
        return {"province": "national", "province_id": None, "level": "national"}
    entity = (gazetteer.by_name(text, day) if day else None) or gazetteer.by_name(text)
    if entity is None:
        raise UsageError(f'there is no province "{text}", before or after July 2025; "national" stands for the nation.')
    return {"province": entity.name, "province_id": entity.id}


def read_period(text: str, name: str = "date") -> tuple[date, str]:
    """Last day of "2025", "2025-06" or "2025-06-30" (also 06/2025, 30/06/2025), and how exactly it is said.

    Raises UsageError for anything else.
    """
    match, turned = _PART.fullmatch(text), _DAY.fullmatch(text)
    if match:
        year, month, day = match.groups()
    elif turned:
        day, month, year = turned.groups()
        if month is None:
            day, month = None, day
    try:
        if not match and not turned:
            raise ValueError(text)
        if not month:
            return date(int(year), 12, 31), "year"
        if not day:
            return date(int(year), int(month), calendar.monthrange(int(year), int(month))[1]), "month"
        return date(int(year), int(month), int(day)), "day"
    except (ValueError, calendar.IllegalMonthError) as error:
        raise UsageError(f'{name} "{text}" is no date; write 2025, 2025-06, 2025-06-30 or 30/06/2025.') from error
