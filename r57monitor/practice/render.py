"""Turns what a site shows into bytes: Jinja templates, one for each family of publishing systems."""

from __future__ import annotations

import base64
import html
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import cache
from html.entities import codepoint2name
from pathlib import Path
from random import Random
from typing import Any

import jinja2
from markupsafe import Markup

from r57monitor.clock import VIETNAM
from r57monitor.practice.corpus import Block
from r57monitor.practice.garble import garble
from r57monitor.practice.sites import Section, Site, SiteArticle

_TEMPLATES = Path(__file__).parent / "templates"
_WEEKDAYS = ("Thứ hai", "Thứ ba", "Thứ tư", "Thứ năm", "Thứ sáu", "Thứ bảy", "Chủ nhật")
_TONES = "\u0300\u0301\u0303\u0309\u0323"


@dataclass(frozen=True, slots=True, kw_only=True)
class Teaser:
    """An article in a list: what other pages show of it."""

    title: str
    path: str
    url: str
    lead: str
    published: datetime
    modified: datetime
    count: int
    number: int
    stamp: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlePage:
    """An article as its own page shows it; texts are garbled where the site garbles, `plain_title` never is."""

    title: str
    plain_title: str
    lead: str
    blocks: tuple[Block, ...]
    author: str
    credit: str | None
    original_url: str
    published: datetime
    modified: datetime
    drafted: datetime
    section: Section
    count: int
    live_count: int
    number: int
    url: str
    print_path: str
    amp_path: str | None
    related: tuple[Teaser, ...]
    json_ld: Markup


def make_teaser(placed: SiteArticle, instant: datetime) -> Teaser:
    """The list entry of an article at an instant."""
    return Teaser(
        title=placed.title, path=placed.path, url=placed.url, lead=placed.article.lead, published=placed.published,
        modified=placed.modified_at(instant), count=placed.count, number=placed.number, stamp=placed.stamp,
    )  # fmt: skip


def make_page(placed: SiteArticle, original_url: str, related: tuple[Teaser, ...], drafted: datetime, instant: datetime) -> ArticlePage:
    """The article page at an instant. drafted: what the system calls its modification, which may precede publication."""
    garbled = placed.site.garbled
    title, lead, blocks = placed.title, placed.article.lead, placed.blocks_at(instant)
    if garbled:
        title, lead = garble(title, f"{placed.article.id} title"), garble(lead, f"{placed.article.id} lead")
        blocks = tuple(_garble_block(block, f"{placed.article.id} {n}") for n, block in enumerate(blocks))
    days = max(0, (instant - placed.published).days)
    return ArticlePage(
        title=title, plain_title=placed.title, lead=lead, blocks=blocks, author=placed.article.author,
        credit=placed.copy.credit if placed.copy else None, original_url=original_url, published=placed.published,
        modified=placed.modified_at(instant), drafted=drafted, section=placed.section, count=placed.count,
        live_count=placed.count + 31 * days, number=placed.number, url=placed.url, print_path=placed.print_path,
        amp_path=placed.amp_path, related=related, json_ld=Markup(_json_ld(placed, instant)),  # noqa: S704 (script content)
    )  # fmt: skip


def _garble_block(block: Block, key: str) -> Block:
    rows = tuple(tuple(garble(cell, f"{key} {r} {c}") for c, cell in enumerate(row)) for r, row in enumerate(block.rows))
    return Block(kind=block.kind, text=garble(block.text, key), rows=rows)


def _json_ld(placed: SiteArticle, instant: datetime) -> str:
    data = {
        "@context": "https://schema.org", "@type": "NewsArticle", "headline": placed.title, "description": placed.article.lead,
        "mainEntityOfPage": {"@type": "WebPage", "@id": placed.url}, "datePublished": _iso(placed.published),
        "dateModified": _iso(placed.modified_at(instant)), "author": {"@type": "Person", "name": placed.article.author},
        "publisher": {"@type": "Organization", "name": placed.site.name},
    }  # fmt: skip
    return json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")


def render(template: str, site: Site, context: Mapping[str, Any], key: str) -> bytes:
    """One page as UTF-8 bytes. key: what the page's counters and form tokens are derived from; same key, same bytes."""
    random = Random(f"{site.id} {key}")  # noqa: S311 (decoration)
    online = random.randint(3, 60)
    visitors = {"online": online, "today": online * 41, "total": 1_200_000 + online * 977}
    text = _environment().get_template(template).render(
        site=site, visitors=visitors, digest=random.randbytes(32).hex().upper(),
        view_state=base64.b64encode(random.randbytes(6_000)).decode() if site.family == "webforms" else "", **context,
    )  # fmt: skip
    return text.encode()


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(
        day=lambda t: f"{_local(t):%d/%m/%Y}",
        day_iso=lambda t: f"{_local(t):%Y-%m-%d}",
        clock=lambda t: f"{_local(t):%H:%M}",
        clock12=lambda t: f"{_local(t).hour % 12 or 12}:{_local(t):%M} {'AM' if _local(t).hour < 12 else 'PM'}",
        weekday=lambda t: _WEEKDAYS[_local(t).weekday()],
        iso=_iso,
        iso_tight=lambda t: f"{_local(t):%Y-%m-%dT%H:%M:%S%z}",  # "+0700", without the colon
        iso_minutes=lambda t: f"{_local(t):%Y-%m-%dT%H:%M}",
        iso_utc=lambda t: f"{t.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        rfc822=lambda t: format_datetime(_local(t)),
        entities=write_entities,
    )
    return environment


def _local(instant: datetime) -> datetime:
    return instant.astimezone(VIETNAM)


def _iso(instant: datetime) -> str:
    return _local(instant).isoformat(timespec="seconds")


def write_entities(text: str) -> Markup:
    """HTML as old portals hold it: named entities for letters that have one, tones as combining characters behind them."""
    return Markup("".join(_write_letter(char) for char in text))  # noqa: S704 (escaped letter by letter)


def _write_letter(char: str) -> str:
    if ord(char) < 0x80:
        return html.escape(char)
    decomposed = unicodedata.normalize("NFD", char)
    tones = "".join(c for c in decomposed if c in _TONES)
    base = unicodedata.normalize("NFC", "".join(c for c in decomposed if c not in _TONES))
    for letter, rest in ((char, ""), (base, tones)):
        name = codepoint2name.get(ord(letter)) if len(letter) == 1 else None
        if name:
            return f"&{name};{rest}"
    return base + tones
