"""Every phenomenon of real articles stands in at least two documents of the project's own annotated set."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from pipelines.chain import load_rules, read_page
from r57monitor.text.degarble import is_garbled
from r57monitor.text.fingerprint import similarity
from tests.gold.load import OWN, PLACES, load_documents

TABLE = tomllib.loads((Path(__file__).parent / "gold" / "phenomena.toml").read_text("utf-8"))["phenomenon"]
LEAST = 2
COPY = 0.5  # resemblance of the texts, as clusters of copies have it


@cache
def documents() -> dict[str, str]:
    """Every own document by name: its text, or its page's markup."""
    found = {}
    for file in (*OWN.glob("*.toml"), *PLACES.glob("*.toml")):
        data, page = tomllib.loads(file.read_text("utf-8")), file.with_suffix(".html")
        found[file.stem] = page.read_text("utf-8") if page.exists() else "\n".join(data.get(k, "") for k in ("title", "lead", "body"))
    return found


@cache
def annotation(name: str) -> dict[str, Any]:
    file = next(path for folder in (OWN, PLACES) if (path := folder / f"{name}.toml").exists())
    return tomllib.loads(file.read_text("utf-8"))


def names_of(phenomenon: str) -> list[str]:
    found: list[str] = next(one["documents"] for one in TABLE if one["id"] == phenomenon)
    return found


@pytest.mark.parametrize("phenomenon", TABLE, ids=lambda one: one["id"])
def test_each_phenomenon_stands_in_two_documents(phenomenon: dict[str, Any]) -> None:
    names = phenomenon["documents"]
    assert len(set(names)) >= LEAST
    for name in names:
        assert name in documents(), f"{name} is no document of the set"
        if "pattern" in phenomenon:
            assert re.search(phenomenon["pattern"], documents()[name]), f"{name} does not hold it"


def test_phenomena_are_named_once() -> None:
    ids = [one["id"] for one in TABLE]
    assert len(ids) == len(set(ids))
    assert len(ids) >= 80


@pytest.mark.parametrize("name", names_of("garbled"))
def test_garbled(name: str) -> None:
    assert is_garbled(documents()[name])


@pytest.mark.parametrize("name", names_of("province_by_town"))
def test_province_is_not_named(name: str) -> None:
    (province,) = annotation(name)["provinces"]
    assert province not in documents()[name]


@pytest.mark.parametrize("name", names_of("list_pages"))
def test_list_pages(name: str) -> None:
    assert annotation(name)["page_type"] == "list"


@pytest.mark.parametrize("name", names_of("merged_before"))
def test_provinces_that_are_no_more(name: str) -> None:
    assert str(annotation(name)["published"]) < "2025-07-01"


@pytest.mark.parametrize("name", names_of("header_clock_swapped"))
def test_swapped_clock(name: str) -> None:
    """The page shows month and day of the visit the other way round, and another day as that of its publication."""
    fetched, published = annotation(name)["fetched_at"], annotation(name)["published"]
    shown = f"{fetched:%m/%d/%Y}"
    assert shown in documents()[name]
    assert shown != f"{published:%d/%m/%Y}"


def test_copies_are_one_text() -> None:
    rules = load_rules()
    pages = {name: raw for name, _, raw in load_documents(OWN) if name in names_of("copies")}
    one, other = (read_page(raw, rules).fingerprint for raw in pages.values())
    assert similarity(one, other) >= COPY
