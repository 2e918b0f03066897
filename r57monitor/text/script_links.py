"""Articles that a page names in data for its scripts: schema.org lists, the state of Next and Nuxt and their like, answers in JSON.

Nothing is run: data is read as data, and a script's own words only for the addresses that stand in them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from r57monitor.models import RawPage
from r57monitor.text.article_urls import is_article_url, may_be_article_url
from r57monitor.text.html_tree import decode_page
from r57monitor.text.json_feeds import is_json
from r57monitor.text.page_meta import one_line
from r57monitor.text.stamps import parse_stamp
from r57monitor.text.urls import canonical_url, load_url_rules

_MAX_NODES = 50_000  # of one page's data
_MAX_NAMED = 500  # articles
_MAX_SCRIPTS = 200
_MARKS = (b"ld+json", b"application/json", b"__NUXT__", b"__next_f", b"__INITIAL", b"window.__")
_STATE = ("__nuxt__", "__next_f", "__initial", "window.__")  # scripts whose words are looked at where their data cannot be parsed
_ADDRESS = re.compile(r'"((?:https?://|/)[^"\\\s<>]{5,400})"')
_ESCAPED = (('\\"', '"'), ("\\u002F", "/"), ("\\u002f", "/"), ("\\/", "/"))


@dataclass(frozen=True, slots=True)
class NamedArticle:
    """An article as a page's data names it. `url` is absolute; `published` is in UTC."""

    url: str
    title: str | None = None
    published: datetime | None = None


def find_named_articles(raw: RawPage) -> list[NamedArticle]:
    """Articles that a page's data names by their address, in its order, each once; addresses of other hosts too.

    Of data that can be parsed: what has an article's address, or a headline with a date. Only where that names none, addresses of
    articles in the words of a script that holds a page's state.
    """
    is_answer = is_json(raw.body)
    if not is_answer and not any(mark in raw.body for mark in _MARKS):
        return []
    page = decode_page(raw.body, raw.content_type)
    scripts = [("", page)] if is_answer else list(_scripts(page))
    found: dict[str, NamedArticle] = {}
    for attributes, text in scripts:
        if is_answer or "json" in attributes:
            for article in _in_data(text, raw.url):
                found.setdefault(canonical_url(article.url), article)
    if not found and not is_answer:
        for attributes, text in scripts:
            if any(mark in text[:2_000].lower() for mark in _STATE) or "json" in attributes:
                for url in _in_words(text, raw.url):
                    found.setdefault(canonical_url(url), NamedArticle(url))
    return list(found.values())[:_MAX_NAMED]


def find_markup(raw: RawPage) -> str | None:
    """The pieces of a page that an answer in JSON carries in its strings, one after another; None for any other answer."""
    if not is_json(raw.body):
        return None
    pieces = [text for text in _nodes(_parse(decode_page(raw.body))) if isinstance(text, str) and "<a " in text]
    return "\n".join(pieces) or None


def _scripts(page: str) -> Iterator[tuple[str, str]]:
    """(attributes, text) of a page's scripts. One that does not close ends the search: each of thousands would cost a look to the end."""
    low = page.lower()
    at = low.find("<script")
    for _ in range(_MAX_SCRIPTS):
        begins = page.find(">", at)
        ends = low.find("</script", begins)
        if at < 0 or begins < 0 or ends < 0:
            return
        yield low[at:begins], page[begins + 1 : ends]
        at = low.find("<script", ends)


def _parse(text: str) -> Any:
    try:
        return json.loads(text.strip().removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return None


def _nodes(data: Any) -> Iterator[Any]:
    """Everything in parsed data, in its order, as far as a page's data can be thought to go."""
    waiting = [data]
    for _ in range(_MAX_NODES):
        if not waiting:
            return
        node = waiting.pop()
        yield node
        if isinstance(node, Mapping):
            waiting.extend(reversed(list(node.values())))
        elif isinstance(node, list):
            waiting.extend(reversed(node))


def _in_data(text: str, base: str) -> Iterator[NamedArticle]:
    for node in _nodes(_parse(text)):
        if isinstance(node, Mapping) and (article := _read_node(node, base)) is not None:
            yield article


def _read_node(node: Mapping[str, Any], base: str) -> NamedArticle | None:
    """The article that one object describes; None where it describes anything else."""
    rules = load_url_rules().candidate
    values = {re.sub(r"[^a-z]", "", str(name).lower()): value for name, value in node.items()}
    url = next((found for name in rules["data_addresses"] if (found := _absolute(values.get(name), base)) is not None), None)
    if url is None or not may_be_article_url(canonical_url(url)):
        return None
    title = next((found for name in rules["data_titles"] if (found := _title(values.get(name)))), None)
    dates = (parse_stamp(value) for name in rules["data_dates"] if isinstance(value := values.get(name), str))
    stamp = next((found for found in dates if found is not None), None)
    words = len(title.split()) if title else 0
    by_address = is_article_url(canonical_url(url)) and (title is None or words >= rules["min_title_words"])
    if not by_address and (stamp is None or words < rules["min_headline_words"]):
        return None
    return NamedArticle(url, title, stamp.at if stamp else None)


def _title(value: object) -> str | None:
    said = value.get("rendered") if isinstance(value, Mapping) else value
    return one_line(said) if isinstance(said, str) else None


def _in_words(text: str, base: str) -> Iterator[str]:
    for written, meant in _ESCAPED:
        text = text.replace(written, meant)
    for match in _ADDRESS.finditer(text):
        url = _absolute(match[1], base)
        if url is not None and is_article_url(canonical_url(url)):
            yield url


def _absolute(value: object, base: str) -> str | None:
    """A web address that a value holds; a bare word is none, for where it belongs only the site's program knows."""
    if not isinstance(value, str) or "/" not in value or len(value) > 1_000 or any(char in value for char in " <>\n\t{}"):
        return None
    try:
        url = urljoin(base, value)
        return url if urlsplit(url).scheme in {"http", "https"} and urlsplit(url).hostname else None
    except ValueError:
        return None
