"""What precision and recall were measured on, in the reader's language: the measurement that ships with the program has both."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib import resources
from typing import Any

from r57monitor.wording import Language


@lru_cache(maxsize=1)
def load_shipped() -> Mapping[str, Any]:
    """The measurement of data/quality.json; empty where there is none."""
    file = resources.files("r57monitor") / "data" / "quality.json"
    return dict(json.loads(file.read_text("utf-8"))) if file.is_file() else {}


def describe_measured(rows: Iterable[Mapping[str, Any]], language: Language) -> str:
    """What the rows of view `quality` were measured on; another measurement than the shipped one in its own words."""
    shipped = load_shipped()
    english = {shipped.get("measured_on"): shipped.get("measured_on_en")} if language == "en" else {}
    return "; ".join(sorted({english.get(row["measured_on"]) or row["measured_on"] for row in rows if row["measured_on"]}))


def describe_tuned(rows: Iterable[Mapping[str, Any]], language: Language) -> str:
    """What the rules were tuned on, where the rows are the shipped measurement; else ""."""
    shipped = load_shipped()
    return str((shipped.get("tuned_on_en") if language == "en" else "") or shipped.get("tuned_on") or "") if is_shipped(rows) else ""


def is_shipped(rows: Iterable[Mapping[str, Any]]) -> bool:
    """Whether rows of view `quality` are the measurement that ships with the program."""
    shipped = load_shipped()
    return {(r["measured_on"], str(r["measured_at"])) for r in rows} == {(shipped.get("measured_on"), shipped.get("measured_at"))}
