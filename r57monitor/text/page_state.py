"""The article that a page carries only as data for its scripts: a Next.js page's state, or the whole text in JSON-LD."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable
from typing import Any, NamedTuple

from r57monitor.text.blocks import list_blocks
from r57monitor.text.html_tree import parse_body
from r57monitor.text.page_index import load_cms_names
from r57monitor.text.page_meta import one_line

_MAX_JSON = 2_000_000
_MAX_NODES = 20_000
_LEAST_TEXT = 200  # letters of an article; a teaser has fewer
_JSON_TYPES = ("application/json", "application/ld+json")


class StateArticle(NamedTuple):
    """An article as its data give it; `published` as written there."""

    title: str
    lines: list[str]
    published: str | None
    author: str | None


def find_state_article(elements: Iterable[Any]) -> StateArticle | None:
    """The article nearest to the top of a page's JSON data that has a headline and a text; None without one.

    elements: the page's scripts, among others. Names of the keys: data/cms.toml, [state].
    """
    for element in elements:
        text = element.text or ""
        if element.tag != "script" or (element.get("type") or "").lower() not in _JSON_TYPES or not _LEAST_TEXT < len(text) <= _MAX_JSON:
            continue
        try:
            data = json.loads(text)
        except (ValueError, RecursionError):
            continue
        if (found := _search(data)) is not None:
            return found
    return None


def _search(data: Any) -> StateArticle | None:
    queue = deque([data])
    seen = 0
    while queue and seen < _MAX_NODES:
        node = queue.popleft()
        seen += 1
        if isinstance(node, dict):
            if (found := _read(node)) is not None:
                return found
            queue.extend(value for value in node.values() if isinstance(value, dict | list))
        else:
            queue.extend(value for value in node if isinstance(value, dict | list))
    return None


def _read(node: dict[str, Any]) -> StateArticle | None:
    keys = load_cms_names().state_keys
    title, text = _first(node, keys["title"]), _first(node, keys["body"])
    if title is None or text is None or len(text) < _LEAST_TEXT:
        return None
    lines = [line for part in (_first(node, keys["lead"]), text) if part for line in _to_lines(part)]
    return StateArticle(one_line(title) or title, lines, _first(node, keys["published"]), one_line(_first(node, keys["author"])))


def _first(node: dict[str, Any], names: Iterable[str]) -> str | None:
    """The first of the named values that is a text, or the name of what it is."""
    for name in names:
        value = node.get(name)
        value = value[0] if isinstance(value, list) and value else value
        value = value.get("name") if isinstance(value, dict) else value
        if isinstance(value, str) and value.strip():
            return value
    return None


def _to_lines(text: str) -> list[str]:
    if "<" not in text:
        return [line for part in text.split("\n") if (line := one_line(part))]
    _, tree = parse_body(f"<html><body>{text}</body></html>".encode(), "text/html; charset=utf-8")
    return [] if tree is None else [block.text for block in list_blocks(tree) if not block.is_link]
