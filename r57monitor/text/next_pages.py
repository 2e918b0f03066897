"""Which pages follow a listing's own: its page two, three and so on, and nothing that has no end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from r57monitor.models import RawPage, Source
from r57monitor.text.article_urls import PATH_PAGE
from r57monitor.text.html_tree import decode_page, parse_page
from r57monitor.text.links import base_url, host_of, hosts_of
from r57monitor.text.normalize import fold
from r57monitor.text.urls import PAGE_ENDING, canonical_url, load_url_rules

_MAX_NEXT = 20


def find_next_pages(raw: RawPage, source: Source) -> list[str]:
    """Addresses of the following pages of a listing, the next one first; never calendars, filters or endless parameters.

    They are given as the page writes them (absolute, without fragment), for they are to be fetched. Only on the source's own hosts.
    """
    tree = parse_page(decode_page(raw.body, raw.content_type))
    if tree is None:
        return []
    hosts = hosts_of(source)
    here = _page_of(raw.url)
    found: dict[int, str] = {}
    for element, url in _page_links(tree, raw.url):
        parts = urlsplit(url)
        if host_of(url) not in hosts or len(url) > load_url_rules().paging["max_url_length"] or _is_endless(url):
            continue
        page = _page_of(url)
        number = page[1]
        same = page[0] == here[0]
        declared = (element.get("rel") or "").lower() == "next" or _is_next_word(element)
        if same and number is not None and (here[1] or 1) < number <= load_url_rules().paging["max_page"]:
            found.setdefault(number, url)
        elif declared and parts.path == urlsplit(raw.url).path and url != raw.url and number is None and "rel" in element.attrib:
            found.setdefault((here[1] or 1) + 1, url)
    return [found[number] for number in sorted(found)][:_MAX_NEXT]


def _page_links(tree: Any, base: str) -> Iterator[tuple[Any, str]]:
    base = base_url(tree, base)
    for element in tree.iter("a", "link"):
        href = (element.get("href") or "").strip()
        if element.tag == "link" and (element.get("rel") or "").lower() != "next":
            continue
        if not href or href.startswith(("#", "javascript:", "mailto:", "tel:")):
            continue
        try:
            url = urljoin(base, href).partition("#")[0]
            if urlsplit(url).hostname:
                yield element, url
        except ValueError:
            continue


def _is_next_word(element: Any) -> bool:
    text = " ".join(fold(element.text_content()).split())
    return text in load_url_rules().paging["next_words"]


def _page_of(url: str) -> tuple[str, int | None]:
    """A listing's address without its page number, and the number: ("/tin-tuc", 2) for "/tin-tuc?page=2" and "/tin-tuc/trang-2.html"."""
    rules = load_url_rules().paging
    parts = urlsplit(canonical_url(url))
    number: int | None = None
    kept = []
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        low = name.lower()
        if (low in rules["parameters"] or low.endswith(tuple(rules["parameter_suffixes"]))) and re.fullmatch(r"\d{1,5}", value):
            number = int(value)
        elif not low.endswith(("_delta", "_keywords", "_advancedsearch", "_andoperator")) and not low.startswith("p_p_"):
            kept.append((low, value))
    path = parts.path
    match = PATH_PAGE.search(path)
    if match and number is None:
        number = int(match["n"])
        path = path[: match.start()] + (match["after"].rstrip("/") if match["before"] == "-" or match["after"].startswith(".") else "")
    path = PAGE_ENDING.sub("", path).rstrip("/")
    return f"{parts.netloc}{path}?{sorted(kept)}", number


def _is_endless(url: str) -> bool:
    rules = load_url_rules().paging
    parts = urlsplit(url)
    segments = [segment for segment in parts.path.split("/") if segment]
    if any(segments.count(segment) >= 3 for segment in set(segments)):
        return True
    return any(name.lower() in rules["endless"] for name, _ in parse_qsl(parts.query, keep_blank_values=True))
