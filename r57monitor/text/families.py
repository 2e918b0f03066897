"""Which publishing system a site runs on, told from the source of its pages, and what such systems are known for."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from r57monitor.models import RawPage
from r57monitor.text.html_tree import decode_page, parse_page
from r57monitor.text.normalize import fold

_LOOKED_AT = 600_000  # letters of a page; marks of a system stand in its head and frame
_ENOUGH_MARKS = 2  # of those that are no proof by themselves
_SURE = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """One publishing system: its marks, where its sites have feeds and sitemaps, and its traps in words."""

    id: str
    name: str
    sure: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    article_url: tuple[str, ...] = ()
    traps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteRules:
    """data/families.toml, ready for use."""

    families: tuple[Family, ...]
    script_marks: tuple[str, ...]
    script_text_at_most: int
    topic: tuple[str, ...]
    news: tuple[str, ...]
    no_section: tuple[str, ...]
    longest_section: int
    kinds: tuple[tuple[str, re.Pattern[str] | None, re.Pattern[str] | None], ...]  # kind, of the folded name, of the host


@cache
def load_site_rules() -> SiteRules:
    """The rules that come with the package; they never change while the program runs."""
    data = tomllib.loads((resources.files("r57monitor") / "data" / "families.toml").read_text("utf-8"))
    families: list[Family] = []
    for entry in data["family"]:
        values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
        families.append(Family(**values))
    sections, script = data["sections"], data["script"]
    return SiteRules(
        families=tuple(families),
        script_marks=tuple(script["marks"]),
        script_text_at_most=script["text_at_most"],
        topic=tuple(sections["topic"]),
        news=tuple(sections["news"]),
        no_section=tuple(sections["not"]),
        longest_section=sections["longest"],
        kinds=tuple((k["kind"], _pattern(k.get("name")), _pattern(k.get("host"))) for k in data["kind"]),
    )


def _pattern(text: str | None) -> re.Pattern[str] | None:
    return re.compile(text) if text else None


def find_family(pages: Iterable[RawPage]) -> Family | None:
    """The system that pages of one site carry the marks of; None where none is told surely enough.

    Of several, the one with most marks; at equal marks the one that stands first in the data, which lists the special before the general.
    """
    scores: Counter[str] = Counter()
    rules = load_site_rules()
    for raw in pages:
        source = decode_page(raw.body, raw.content_type)[:_LOOKED_AT].lower()
        for family in rules.families:
            sure = sum(mark in source for mark in family.sure)
            marks = sum(mark in source for mark in family.marks)
            if sure or marks >= _ENOUGH_MARKS:
                scores[family.id] += sure * _SURE + marks
    best = max(rules.families, key=lambda family: scores[family.id])
    return best if scores[best.id] else None


def needs_script(raw: RawPage) -> bool:
    """Whether a page shows hardly any text and says that a program is to fill it in."""
    page = decode_page(raw.body, raw.content_type)[:_LOOKED_AT]
    rules = load_site_rules()
    if not any(mark in page.lower() for mark in rules.script_marks):
        return False
    tree = parse_page(page)
    if tree is None:
        return True
    for element in list(tree.iter("script", "style", "noscript", "template")):
        element.drop_tree()
    return len(" ".join(tree.text_content().split())) <= rules.script_text_at_most


def common_shape(family: Family | None, urls: Sequence[str]) -> str | None:
    """The family's shape of article addresses, where every one of at least three addresses has it; else None."""
    if family is None or len(urls) < 3:
        return None
    return next((shape for shape in family.article_url if all(re.search(shape, url) for url in urls)), None)


def kind_of(name: str, host: str) -> str | None:
    """What kind of outlet a site's name, else its host, says it is; None where neither says."""
    rules, folded = load_site_rules(), fold(name)
    by_name = (kind for kind, said, _ in rules.kinds if said and said.search(folded))
    by_host = (kind for kind, _, at in rules.kinds if at and at.search(host))
    return next(by_name, None) or next(by_host, None)
