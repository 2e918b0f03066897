"""One pass over a page: which elements are body, title, lead, date and author by the names portal systems use, and which are chrome."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib import resources
from operator import itemgetter
from typing import Any

from lxml.cssselect import CSSSelector
from lxml.etree import XPathError

from r57monitor.text.boilerplate import load_boilerplate

_ALWAYS_CHROME = frozenset(["nav", "aside", "footer", "marquee", "dialog"])
_WITHOUT_TEXT = frozenset(["img", "script", "style", "link", "meta", "br", "hr", "input", "source", "path", "use"])  # nothing to name
META_TAGS = frozenset(["meta", "link", "script"])  # what a page says of itself
_DATED_TAGS = frozenset(["time", "span", "abbr", "div"])  # and <meta>: what holds a day in an attribute
_TELLING = frozenset(["itemprop", "datetime", "data-role", "role", "hidden", "style"])  # attributes that say what an element is
_SAYING = _TELLING | {"class", "id"}
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NOT_NAME = re.compile(r"[^a-z0-9 ]+")
_PROSE_LENGTH = 100  # a block of text this long without links is prose
_MUCH_PROSE = 0.4  # chrome never holds this share of the page's prose


@dataclass(frozen=True, slots=True)
class CmsNames:
    """data/cms.toml, by role: whole names, prefixes and suffixes with their rank (0 is surest)."""

    exact: dict[str, dict[str, int]]
    prefix: dict[str, tuple[str, ...]]
    suffix: dict[str, tuple[str, ...]]
    itemprop: dict[str, str]
    data_role: dict[str, str]
    meta_published: tuple[str, ...]
    no_person: frozenset[str]
    site_words: tuple[str, ...]
    constant_titles: frozenset[str]
    opening_words: tuple[str, ...]
    surnames: frozenset[str]
    state_keys: dict[str, tuple[str, ...]]


@dataclass(slots=True)
class PageIndex:
    """Elements of a page by role, in document order with their rank, and the chrome to leave out."""

    roles: dict[str, list[tuple[int, Any]]] = field(default_factory=dict)
    chrome: set[Any] = field(default_factory=set)
    elements: list[Any] = field(default_factory=list)  # all of them: while they are held, lxml need not make them anew
    head: list[Any] = field(default_factory=list)  # those of META_TAGS, wherever they stand
    dated: list[Any] = field(default_factory=list)  # those that may hold a day in an attribute

    def of(self, role: str, max_rank: int = 99) -> list[Any]:
        """Elements of a role, surest first, then in document order."""
        if (known := self.roles.get(role)) is None:
            return []
        return [element for rank, element in sorted(known, key=_rank) if rank <= max_rank]


_rank = itemgetter(0)


@cache
def load_cms_names() -> CmsNames:
    """The names that come with the package; they never change while the program runs."""
    data = tomllib.loads((resources.files("r57monitor") / "data" / "cms.toml").read_text("utf-8"))
    exact: dict[str, dict[str, int]] = {}
    prefix: dict[str, tuple[str, ...]] = {}
    suffix: dict[str, tuple[str, ...]] = {}
    itemprop: dict[str, str] = {}
    data_role: dict[str, str] = {}
    for role in ("body", "title", "lead", "date", "clock", "author"):
        table = data[role]
        ranks = {0: ("sure", "names"), 1: ("common", "weak"), 2: ("broad",)}
        exact[role] = {name: rank for rank, keys in sorted(ranks.items(), reverse=True) for key in keys for name in table.get(key, ())}
        prefix[role] = tuple(table.get("prefix", ()))
        suffix[role] = tuple(table.get("suffix", ()))
        itemprop.update(dict.fromkeys(table.get("itemprop", ()), role))
        data_role.update(dict.fromkeys(table.get("data_role", ()), role))
    meta = data["meta"]
    return CmsNames(
        exact, prefix, suffix, itemprop, data_role, tuple(meta["published"]), frozenset(meta["names_of_no_person"]),
        tuple(meta["site_words"]), frozenset(meta["constant_titles"]),
        tuple(meta["opening_words"]), frozenset(data["author"]["surnames"]), {key: tuple(names) for key, names in data["state"].items()},
    )  # fmt: skip


def index_page(tree: Any) -> PageIndex:
    """The roles of a page's elements and its chrome by name; nothing is removed from the tree."""
    names, chrome_roles = load_cms_names(), load_boilerplate().roles
    index = PageIndex(elements=list(tree.iter()))
    roles, chrome = index.roles, index.chrome
    for element in index.elements:
        tag = element.tag
        if tag in _WITHOUT_TEXT:
            if tag in META_TAGS:
                index.head.append(element)
                if tag == "meta" and element.get("itemprop"):
                    index.dated.append(element)
            continue
        if tag in _ALWAYS_CHROME:
            chrome.add(element)
        given = element.keys()
        if tag == "abbr" and element.get("title", "").startswith("20"):
            index.dated.append(element)
        if _SAYING.isdisjoint(given):  # most elements say nothing of themselves
            continue
        if "class" in given or "id" in given:
            found, is_chrome = _read_label(element.get("class") if "class" in given else None, element.get("id") if "id" in given else None)
            for role, rank in found:
                roles.setdefault(role, []).append((rank, element))
            if is_chrome:
                chrome.add(element)
        if _TELLING.isdisjoint(given):  # and most of the others no more
            continue
        if ("datetime" in given or "itemprop" in given) and tag in _DATED_TAGS:
            index.dated.append(element)
        for attribute, table in (("itemprop", names.itemprop), ("data-role", names.data_role)):
            if (value := element.get(attribute, "").lower()) in table:
                roles.setdefault(table[value], []).append((0, element))
        if element.get("role") in chrome_roles or "hidden" in given or _hides(element.get("style", "")):
            chrome.add(element)
    _keep_prose(tree, index)
    return index


@lru_cache(maxsize=4096)
def _read_label(kind: str | None, identity: str | None) -> tuple[tuple[tuple[str, int], ...], bool]:
    """The roles that class and id of an element speak for, and whether they name chrome. A site's pages share their labels."""
    label = f"{kind or ''} {identity or ''}"
    return _find_roles(label, load_cms_names()), _is_chrome_name(label)


def _find_roles(label: str, names: CmsNames) -> tuple[tuple[str, int], ...]:
    found: dict[str, int] = {}
    for word in label.lower().split():
        for role, table in names.exact.items():
            if word in table:
                found[role] = min(table[word], found.get(role, 99))
        for role, beginnings in names.prefix.items():
            if word.startswith(beginnings):
                found[role] = 0
        for role, endings in names.suffix.items():
            if word.endswith(endings):
                found[role] = 0
    return tuple(found.items())


def _is_chrome_name(label: str) -> bool:
    rules = load_boilerplate()
    if any(word in rules.kept_names for word in label.lower().split()):
        return False
    plain = _NOT_NAME.sub("-", _CAMEL.sub("-", label).lower())
    return bool(rules.block_names.search(re.sub(r"-+", "-", plain).replace(" -", " ").replace("- ", " ").strip("- ")))


def _hides(style: str) -> bool:
    plain = style.replace(" ", "").lower()
    return "display:none" in plain or "visibility:hidden" in plain


def is_frame(element: Any) -> bool:
    """Whether an element is the frame that all pages of a site share: navigation, header, footer, menus."""
    if element.tag in {"nav", "footer", "marquee"} or element.get("role") in {"navigation", "contentinfo", "menu", "menubar"}:
        return True
    label = f"{element.get('class') or ''} {element.get('id') or ''}".lower()
    return any(word in label for word in ("menu", "nav", "footer", "breadcrumb"))


def _keep_prose(tree: Any, index: PageIndex) -> None:
    """Takes names back from elements that hold much of the page's prose, or its body: wrappers, not chrome."""
    if not index.chrome:
        return
    lengths = _prose_lengths(tree)
    total = sum(lengths.values())
    if not total:
        return
    held: dict[Any, int] = {}
    for element, length in lengths.items():
        node = element
        while node is not None:
            if node in index.chrome:
                held[node] = held.get(node, 0) + length
            node = node.getparent()
    index.chrome -= {element for element, length in held.items() if length >= _MUCH_PROSE * total}


_EMPHASIS = frozenset({"b", "strong", "em", "i", "u", "font"})


def _prose_lengths(tree: Any) -> dict[Any, int]:
    """Own text length of elements that hold a paragraph of prose (not within a link)."""
    lengths: dict[Any, int] = {}
    for element in tree.iter("p", "div", "td", "span", "li", "font", "section", "article"):
        text = element.text
        own = len(text) if text else 0
        if not len(element):
            if own >= _PROSE_LENGTH and not text.isspace():
                lengths[element] = own
            continue
        if own and text.isspace():
            own = 0
        for child in element:
            if tail := child.tail:
                own += len(tail.strip())
            if child.tag in _EMPHASIS:
                own += len(child.text or "")
        if own >= _PROSE_LENGTH:
            lengths[element] = own
    return lengths


def select(tree: Any, css: str | None) -> list[Any]:
    """Elements that a source's own selector finds; [] without one or where it cannot be used."""
    if not css:
        return []
    try:
        return list(CSSSelector(css, translator="html")(tree))
    except (ValueError, SyntaxError, XPathError):
        return []


def is_inside(element: Any, elements: Iterable[Any]) -> bool:
    """Whether an element is one of `elements` or lies within one."""
    wanted = elements if isinstance(elements, set | frozenset) else set(elements)
    if not wanted:
        return False
    node = element
    while node is not None:
        if node in wanted:
            return True
        node = node.getparent()
    return False
