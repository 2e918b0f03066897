"""What a page says of itself in its head: <title>, <meta>, JSON-LD."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from unicodedata import normalize

from r57monitor.text.normalize import normalize_text

_ARTICLE_TYPES = frozenset(
    ["newsarticle", "article", "reportagenewsarticle", "blogposting", "webpage", "report", "analysisnewsarticle", "opinionnewsarticle"]
)
_MAX_JSON = 400_000


@dataclass(slots=True)
class PageMeta:
    """Head data, normalized to one line each; stamps as the page writes them, surest first."""

    page_title: str | None = None
    og_title: str | None = None
    headline: str | None = None
    site_name: str | None = None
    description: str | None = None
    author: str | None = None  # <meta name="author">: often the outlet
    person: str | None = None  # the author that JSON-LD calls a person
    canonical: str | None = None
    is_news_article: bool = False
    published: list[str] = field(default_factory=list)


def read_meta(tree: Any, published_names: tuple[str, ...], elements: Iterable[Any] | None = None) -> PageMeta:
    """Head data of a parsed page. published_names: names of <meta> that hold the day of publication, surest first.

    elements: the page's meta, link and script elements in order, where they are at hand.
    """
    meta = PageMeta()
    title = tree.find(".//title")
    if title is not None:
        meta.page_title = one_line(title.text_content())
    stamps: dict[str, str] = {}
    for element in tree.iter("meta", "link", "script") if elements is None else elements:
        if element.tag == "link":
            if (element.get("rel") or "").lower() == "canonical" and meta.canonical is None:
                meta.canonical = element.get("href")
        elif element.tag == "script":
            if "ld+json" in (element.get("type") or "").lower():
                _read_json_ld(element.text or "", meta)
        else:
            _read_meta_element(element, meta, stamps)
    meta.published.extend(stamps[name] for name in published_names if name in stamps)
    return meta


def _read_meta_element(element: Any, meta: PageMeta, stamps: dict[str, str]) -> None:
    name = (element.get("property") or element.get("name") or element.get("itemprop") or "").strip().lower()
    content = element.get("content")
    if not name or not content:
        return
    if name == "og:title":
        meta.og_title = meta.og_title or one_line(content)
    elif name == "og:site_name":
        meta.site_name = one_line(content)
    elif name in {"description", "og:description"}:
        line = one_line(content)
        if line and len(line) > len(meta.description or ""):
            meta.description = line
    elif name in {"author", "article:author", "dc.creator"}:
        meta.author = meta.author or one_line(content)
    stamps.setdefault(name, content)


def _read_json_ld(text: str, meta: PageMeta) -> None:
    if len(text) > _MAX_JSON:
        return
    try:
        data = json.loads(re.sub(r"[\x00-\x1f]+", " ", text.strip().rstrip(";")))
    except (ValueError, RecursionError):
        match = re.search(r'"datePublished"\s*:\s*"([^"]{8,40})"', text)  # broken JSON still says it
        if match:
            meta.published.append(match[1])
        return
    nodes = list(_iterate_nodes(data))
    if len({node.get("headline") for node in nodes if node.get("headline")}) > 1:
        return  # a list of several articles says nothing of this page
    for node in nodes:
        kinds = node.get("@type")
        names = {str(kind).lower() for kind in (kinds if isinstance(kinds, list) else [kinds])}
        if not names & _ARTICLE_TYPES:
            continue
        meta.is_news_article = meta.is_news_article or bool(names - {"webpage"} & _ARTICLE_TYPES)
        if "webpage" not in names:
            meta.headline = meta.headline or one_line(node.get("headline"))
        author = node.get("author")
        first = author[0] if isinstance(author, list) and author else author
        if isinstance(first, dict) and str(first.get("@type", "Person")).lower() == "person":
            meta.person = one_line(first.get("name")) or meta.person
        if isinstance(node.get("datePublished"), str):
            meta.published.append(node["datePublished"])


def _iterate_nodes(data: Any) -> Iterator[dict[str, Any]]:
    """Objects of a JSON-LD document that stand for the page itself: top level, @graph, mainEntity; not lists of other articles."""
    stack, seen = [data], 0
    while stack and seen < 200:
        node = stack.pop(0)
        seen += 1
        if isinstance(node, list):
            stack.extend(node[:50])
        elif isinstance(node, dict):
            yield node
            stack.extend(node[key] for key in ("@graph", "mainEntity") if key in node)


def one_line(value: object) -> str | None:
    """A text as one normalized line, entities undone twice over; None where nothing is left."""
    if not isinstance(value, str):
        return None
    if "&" not in value and "  " not in value and value.isprintable():  # the only blank in it is the space
        return normalize("NFC", value).strip(" ") or None
    line = " ".join(normalize_text(unescape(value)).split())
    return line or None
