"""What precision and recall were measured on, in the reader's language: the measurement that ships with the program has both."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib import resources
from typing import Any

from r57monitor.wording import Language

_NUMBER = re.compile(r"\d[\d.,]*\d|\d")


@lru_cache(maxsize=1)
def load_shipped() -> Mapping[str, Any]:
    """The measurement of data/quality.json; empty where there is none."""
    file = resources.files("r57monitor") / "data" / "quality.json"
    return dict(json.loads(file.read_text("utf-8"))) if file.is_file() else {}


def describe_measured(rows: Iterable[Mapping[str, Any]], language: Language) -> str:
    """What the rows of view `quality` were measured on; what is worded otherwise than the shipped measurement, in its own words."""
    said = {str(row["measured_on"]) for row in rows if row["measured_on"]}
    return "; ".join(sorted(map(_in_english, said) if language == "en" else said))


def _in_english(said: str) -> str:
    """The shipped measurement's English words with the numbers said here: a home's is an earlier one until it is published again."""
    shipped = load_shipped()
    if _NUMBER.sub("", said) != _NUMBER.sub("", str(shipped.get("measured_on"))):
        return said
    numbers = iter(_NUMBER.findall(said))
    return _NUMBER.sub(lambda _: f"{int(next(numbers).replace('.', '')):,}", str(shipped.get("measured_on_en")))


def describe_tuned(rows: Iterable[Mapping[str, Any]], language: Language) -> str:
    """What the rules were tuned on, where the rows are the shipped measurement; else ""."""
    shipped = load_shipped()
    return str((shipped.get("tuned_on_en") if language == "en" else "") or shipped.get("tuned_on") or "") if is_shipped(rows) else ""


def is_shipped(rows: Iterable[Mapping[str, Any]]) -> bool:
    """Whether rows of view `quality` are the measurement that ships with the program."""
    shipped = load_shipped()
    return {(r["measured_on"], str(r["measured_at"])) for r in rows} == {(shipped.get("measured_on"), shipped.get("measured_at"))}
