"""Articles that a site splits over several pages: where the next one is, and by what a page that adds nothing is told."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from ahocorasick_rs import BytesAhoCorasick, MatchKind

from r57monitor.models import RawPage, other_page
from r57monitor.text.article_urls import find_article_address
from r57monitor.text.blocks import list_blocks
from r57monitor.text.html_tree import parse_body
from r57monitor.text.next_pages import address_words, is_next_word, may_bear, page_links, page_of
from r57monitor.text.normalize import fold
from r57monitor.text.own_links import host_of
from r57monitor.text.page_index import index_page
from r57monitor.text.urls import PAGE_ENDING, canonical_url, load_url_rules

MAX_PAGES = 10  # of one article; those met so far had at most six
TELLING = 40  # letters of a line that stands on two pages only where it is their frame; a cell of a table is shorter
_QUERY_ENDS = ('"', "'", "&")
_DECLARED = ('rel="next', "rel='next", "rel=next")
_NEXT = (b"next", b"rel=")
_WHOLE = (b"/", b"http", b"\\/")  # how an address begins that is not relative to its page
_ADDRESS_BYTES = 2_000
# In small letters, a blank for all that bounds an attribute's value.
_FLAT = bytes(ord(" ") if chr(code) in "\"'<>\t\n\r\f" else ord(chr(code).lower()) if code < 128 else code for code in range(256))
_BARE_NUMBER = re.compile(r"(?P<before>[/_-])(?P<n>\d{1,2})$")


@dataclass(frozen=True, slots=True)
class PageLook:
    """What one page of an article says: the address of the page after it, and its lines, by which a page that adds nothing is told.

    The lines of a first page that none follows are left out: there is nothing they would be compared with.
    """

    following: str | None
    lines: frozenset[int]


_LAST = PageLook(None, frozenset())


def may_go_on(raw: RawPage) -> bool:
    """A cheap look: whether a page names what may be a second page of its article. It is not parsed.

    A page of a newspaper names hundreds of addresses, and among them nearly always second pages of something else.
    """
    hits = _hints().find_matches_as_indexes(raw.body)
    if not hits:
        return False
    flat = raw.body.translate(_FLAT)
    names = [[word.encode() for word in address_words(f"/{_last_segment(address)}")] for address in _own_addresses(raw, raw.url)]
    seen = 0
    for _, start, end in hits:
        if end <= seen:
            continue
        begin, seen = flat.rfind(b" ", max(0, start - _ADDRESS_BYTES), start) + 1, flat.find(b" ", end - 1)
        seen = seen if seen >= 0 else len(flat)
        if _may_be_own(flat[begin:seen], names) and _second_pages().find_matches_as_indexes(raw.body[max(0, begin - 1) : seen + 1]):
            return True
    return False


def _last_segment(address: str) -> str:
    """With its query: what even links relative to their page name, unless they begin with it."""
    return address.partition("/")[2].rsplit("/", 1)[-1]


def _may_be_own(value: bytes, names: list[list[bytes]]) -> bool:
    """Whether it is an address of the article: one that bears its words, or is relative to it, or is said to be the next page's."""
    if value.startswith(_NEXT) or not value.removeprefix(b"href=").startswith(_WHOLE):
        return True
    return any(all(word in value for word in words) for words in names)


@cache
def _hints() -> BytesAhoCorasick:
    """Ends that every such address has one of: few and short, they are looked for many bytes at once, in a tenth of the time."""
    befores = {"-", "/", "_", *(word[-1] for word in load_url_rules().paging["path_words"])}
    hints = [*(f"{before}2{end}" for before in sorted(befores) for end in "./\"'"), *(f"=2{end}" for end in _QUERY_ENDS), *_DECLARED]
    return BytesAhoCorasick([hint.encode() for hint in hints], matchkind=MatchKind.LeftmostFirst)


@cache
def _second_pages() -> BytesAhoCorasick:
    rules = load_url_rules().paging
    names = [f"{mark}{name}=2{end}" for name in _either_case(rules["parameters"]) for mark in "?&;" for end in _QUERY_ENDS]
    suffixed = [f"{name}=2{end}" for name in rules["parameter_suffixes"] for end in _QUERY_ENDS]
    numbered = [f"{before}{word}{between}2" for word in _either_case(rules["path_words"]) for before in "/-" for between in ("", "-", "/")]
    words = [f"{text}{end}" for text in numbered for end in "./\"'"]
    bare = [f"{before}2{end}" for before in "/_-" for end in (".htm", ".asp", ".php")] + [f"/2{end}" for end in ('"', "'", '/"', "/'")]
    return BytesAhoCorasick([text.encode() for text in (*names, *suffixed, *words, *bare, *_DECLARED)])


def _either_case(words: list[str]) -> list[str]:
    """As sites write them: "page", "Page"."""
    return sorted({*words, *(word.capitalize() for word in words)})


def look_on(raw: RawPage, number: int, first: str) -> PageLook:
    """What page `number` of an article says. first: the address of its first page."""
    _, tree = parse_body(raw.body, raw.content_type)
    following = None if tree is None else _find_following(tree, raw, number + 1, first)
    if tree is None or (following is None and number == 1):
        return _LAST
    lines = (b.text for b in list_blocks(tree, index_page(tree).chrome) if not b.is_link)
    return PageLook(following, frozenset(_hash_line(line) for line in lines if len(line) >= TELLING))


def _hash_line(text: str) -> int:
    """A line in few bytes, the same in every process."""
    return int.from_bytes(hashlib.blake2b(line_words(text).encode(), digest_size=8).digest())


def line_words(text: str) -> str:
    """A line as it is compared with others: without accents and blanks of its own."""
    return " ".join(fold(text).split())


def _own_addresses(raw: RawPage, first: str) -> set[str]:
    """Of the article that a page belongs to, as `page_of` gives them: its first page's, and what this page says it is."""
    return {page_of(first)[0], page_of(find_article_address(other_page(raw, url=first)))[0]}


def _find_following(tree: Any, raw: RawPage, number: int, first: str) -> str | None:
    """The address of page `number` of the same article: on its host, under its address, and with that number."""
    host, own = host_of(first), _own_addresses(raw, first)
    stems = {_stem(first)}
    words = [address_words(address) for address in own | stems]
    has_number = re.compile(rf"(?<!\d)0*{number}(?!\d)").search

    def may_lead(href: str) -> bool:
        return bool(has_number(href)) and any(may_bear(href, of_one) for of_one in words)

    for element, url, _ in page_links(tree, raw.url, may_lead, has_buttons=False):
        if host_of(url) != host or len(url) > load_url_rules().paging["max_url_length"]:
            continue
        base, found = page_of(url)
        if found == number and base in own:
            return url
        if found is None and _bare_number(url, stems) == number and _says(element, number):
            return url
    return None


def _bare_number(url: str, stems: set[str]) -> int | None:
    """The number that an address has more than the article's: "/ten-bai/2/", "/ten-bai_2.html"; None where that is not all."""
    stem = _stem(url)
    match = _BARE_NUMBER.search(stem)
    return int(match["n"]) if match and stem[: match.start()] in stems else None


def _stem(url: str) -> str:
    parts = urlsplit(canonical_url(url))
    stem = f"{parts.netloc}{PAGE_ENDING.sub('', parts.path).rstrip('/')}"
    return f"{stem}?{sorted(parse_qsl(parts.query))}" if parts.query else stem


def _says(element: Any, number: int) -> bool:
    """Whether a link itself says that it leads to that page."""
    text = line_words(element.text_content())
    return (
        (element.get("rel") or "").lower() == "next" or text in {str(number), f"trang {number}", f"page {number}"} or is_next_word(element)
    )
