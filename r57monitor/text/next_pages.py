"""Which pages follow a listing's own: its page two, three and so on, and nothing that has no end."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from r57monitor.models import RawPage, Source
from r57monitor.text.article_urls import PATH_PAGE
from r57monitor.text.html_tree import parse_body
from r57monitor.text.links import base_url, find_listing_links
from r57monitor.text.normalize import fold
from r57monitor.text.own_links import host_of, hosts_of
from r57monitor.text.urls import PAGE_ENDING, canonical_url, load_url_rules

_MAX_NEXT = 20
_LINKS = ("a", "link")
_ANY = (*_LINKS, "button", "div", "span", "input")
_HEAD = 2_000  # bytes of a page, within which it says that it is one
_NUMBER = re.compile(r"\d{1,5}")
_WHOLE = ("/", "http:", "https:")  # how an address begins that is not relative to its page
_QUOTED = re.compile(r"%[0-9A-Fa-f]{2}")
_WORD = re.compile(r"[a-z0-9]{2,}")


def find_next_pages(raw: RawPage, source: Source) -> list[str]:
    """Addresses of the following pages of a listing, the next one first; never calendars, filters or endless parameters.

    They are given as the page writes them (absolute, without fragment), for they are to be fetched. Only on the source's own hosts.
    """
    _, tree = parse_body(raw.body, raw.content_type)
    if tree is None:
        return []
    hosts = hosts_of(source)
    here = page_of(raw.url)
    words = address_words(here[0].partition("?")[0])
    found: dict[int, str] = {}
    for element, written, is_button in page_links(tree, raw.url, lambda href: may_bear(href, words), has_buttons=_has_buttons(raw.body)):
        url = _with_counter(element, written, here[1] or 1, lambda: len(find_listing_links(raw, source))) if is_button else written
        parts = urlsplit(url)
        if host_of(url) not in hosts or len(url) > load_url_rules().paging["max_url_length"] or _is_endless(url):
            continue
        page = page_of(url)
        number = page[1]
        same = page[0] == here[0]
        declared = (element.get("rel") or "").lower() == "next" or is_button or is_next_word(element)
        if same and number is not None and (here[1] or 1) < number <= load_url_rules().paging["max_page"]:
            found.setdefault(number, url)
        elif declared and parts.path == urlsplit(raw.url).path and url != raw.url and number is None and "rel" in element.attrib:
            found.setdefault((here[1] or 1) + 1, url)
        elif (offset := _offset_of(url)) is not None and _offset_base(url) == _offset_base(raw.url) and offset > (_offset_of(raw.url) or 0):
            found.setdefault(offset, url)
        elif is_button and url != raw.url:
            found.setdefault(number or (here[1] or 1) + 1, url)
    return [found[number] for number in sorted(found)][:_MAX_NEXT]


def count_on(raw: RawPage, page: int) -> str | None:
    """The address of the piece after this one, where a listing's button brings it piece by piece and no piece names the next.

    page: how many pages and pieces there were, this one included; None where the address does not end with that number.
    """
    if b"<html" in raw.body[:_HEAD].lower():
        return None
    parts = urlsplit(raw.url)
    offset = _offset_of(raw.url)
    if offset is not None and page > 1 and offset % (page - 1) == 0 and offset // (page - 1) > 1:  # so many articles are on each
        return urlunsplit(parts._replace(query=_with_offset(parts.query, offset + offset // (page - 1))))
    where, text = ("query", parts.query) if parts.query else ("path", parts.path)
    numbers = list(_NUMBER.finditer(text))
    if not numbers or int(numbers[-1][0]) != page:
        return None
    last = numbers[-1]
    return urlunsplit(parts._replace(**{where: f"{text[: last.start()]}{page + 1}{text[last.end() :]}"}))


def _with_counter(element: Any, url: str, page: int, count: Callable[[], int]) -> str:
    """The address that a button brings, with what its attributes count: which page, or from which article on.

    page: of the listing it stands on. count: how many articles that one lists, asked only where the button counts from none.
    """
    rules = load_url_rules().paging
    given = {name for name, _ in parse_qsl(urlsplit(url).query, keep_blank_values=True)}
    told: list[tuple[str, str]] = []
    for name in (*rules["offsets"], *rules["parameters"]):
        value = element.get(f"data-{name}") or ""
        if _NUMBER.fullmatch(value) and not given & {name, *rules["offsets"], *rules["parameters"]}:
            least = count() if name in rules["offsets"] and int(value) == 0 else page + 1 if name in rules["parameters"] else 0
            told.append((name, str(max(int(value), least))))
            break
    if not told:
        return url
    told += [
        (name, size) for key, name in rules["size_attributes"].items() if (size := element.get(key) or "").isdigit() and name not in given
    ]
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, urlencode(told))))))


def _offset_of(url: str) -> int | None:
    """From which article on an address lists; None where it counts none."""
    offsets = load_url_rules().paging["offsets"]
    query = parse_qsl(urlsplit(url).query)
    return next((int(value) for name, value in query if name.lower() in offsets and _NUMBER.fullmatch(value)), None)


def _offset_base(url: str) -> tuple[str, str, list[tuple[str, str]]]:
    offsets, parts = load_url_rules().paging["offsets"], urlsplit(canonical_url(url))
    return parts.netloc, parts.path, sorted(pair for pair in parse_qsl(parts.query) if pair[0].lower() not in offsets)


def _with_offset(query: str, offset: int) -> str:
    offsets = load_url_rules().paging["offsets"]
    return urlencode([(n, str(offset) if n.lower() in offsets else v) for n, v in parse_qsl(query, keep_blank_values=True)])


def _has_buttons(body: bytes) -> bool:
    """Whether anything in a page bears an address for the page's script: seldom, and then all its elements are looked at."""
    return any(f"{name}=".encode() in body for name in load_url_rules().paging["load_attributes"])


def page_links(tree: Any, base: str, may_lead: Callable[[str], bool], *, has_buttons: bool) -> Iterator[tuple[Any, str, bool]]:
    """(element, address, whether it is a button that brings more) of all that may lead on.

    may_lead: a cheap look at a link as it is written, before it is joined with the page's address.
    """
    base = base_url(tree, base)
    names = load_url_rules().paging["load_attributes"]
    for element in tree.iter(*(_ANY if has_buttons else _LINKS)):
        href = (element.get("href") or "").strip()
        if element.tag == "link" and (element.get("rel") or "").lower() != "next":
            continue
        is_button = False
        if not href or href.startswith(("#", "javascript:", "mailto:", "tel:")):
            href = next((value.strip() for name in names if (value := element.get(name))), "")
            is_button = bool(href) and _brings_more(element)
            if not is_button or ("/" not in href and "?" not in href):
                continue
        elif not may_lead(href):
            continue
        try:
            url = urljoin(base, href).partition("#")[0]
            if urlsplit(url).scheme in {"http", "https"} and urlsplit(url).hostname:
                yield element, url, is_button
        except ValueError:
            continue


def _brings_more(element: Any) -> bool:
    marks = load_url_rules().paging["load_marks"]
    named = f"{element.get('class') or ''} {element.get('id') or ''}".lower()
    return any(mark in named for mark in marks) or is_next_word(element)


def is_next_word(element: Any) -> bool:
    """Whether a link's words say that it leads on."""
    text = " ".join(fold(element.text_content()).split())
    return text in load_url_rules().paging["next_words"]


def address_words(address: str) -> frozenset[str]:
    """Words of an address as `page_of` gives it that stand in the addresses of all its pages, however those are written."""
    return frozenset(_WORD.findall(_QUOTED.sub("-", address.partition("/")[2]).lower()))


def may_bear(href: str, words: frozenset[str]) -> bool:
    """Whether a link as it is written may lead to an address that has all these words: it has them, or is relative to its page.

    It is asked first: to take every address of a newspaper's page apart costs several times what reading the page does.
    """
    low = href.lower()
    return not low.startswith(_WHOLE) or all(word in low for word in words)


def page_of(url: str) -> tuple[str, int | None]:
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
