"""Bytes of a page to one lxml tree: the right letters, a bounded size, one parse."""

from __future__ import annotations

import codecs
import re
from functools import cache, lru_cache
from typing import Any

from ahocorasick_rs import BytesAhoCorasick, MatchKind
from lxml import html
from lxml.etree import ElementDefaultClassLookup, ParserError, XMLSyntaxError

from r57monitor.text.normalize import small_letters

MAX_PAGE_BYTES = 6_000_000  # the largest page seen had 0.9 MB; what lies beyond is cut off

MAX_TAG_BYTES = 20_000  # of one tag with its attributes; pictures within a page and view states are longer, and hold no text

_TAG_BEGINS = re.compile(rb"<[A-Za-z][A-Za-z0-9:-]{0,40}")
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)
_HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# lxml.html asks a Python function for the class of every element, to give forms their own; nothing here reads forms.
_ONE_CLASS = ElementDefaultClassLookup(element=html.HtmlElement)
_TONED = re.compile("[aeiouyăâêôơư][\u0300\u0301\u0303\u0309\u0323]", re.IGNORECASE)
_WIDE_HEAD, _WIDE_SHARE = 1_000, 0.6  # bytes; letters of the head of a page that are ASCII
_LEAST_TONES, _TONE_SHARE = 5, 0.05  # in Vietnamese every fifth letter bears a tone; in other tongues read so hardly any
_NEVER_IN_TEXT = bytes(32 if byte < 32 and byte not in b"\t\n\r" else byte for byte in range(256))  # control characters as blanks


def decode_page(body: bytes, content_type: str = "") -> str:
    """The page as text: byte order mark, else UTF-8 where it fits, else what header or page says.

    Valid UTF-8 with letters outside ASCII is UTF-8 whatever is declared: portals keep a template's charset for years.
    Where nobody says, Vietnamese in its old Windows code page (a letter, then its tone) is told by its tones.
    Bytes that fit nothing become U+FFFD. Never raises.
    """
    return _decode(body, content_type)[0]


def _decode(body: bytes, content_type: str) -> tuple[str, bytes | None]:
    """The page as text, and its bytes where they are that text in UTF-8."""
    cut = len(body) > MAX_PAGE_BYTES
    body = body[:MAX_PAGE_BYTES]
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace"), None
    if (wide := find_bare_utf16(body)) is not None:
        return body.decode(wide, "replace"), None
    try:
        return body.decode("utf-8"), body
    except UnicodeDecodeError as error:
        if cut and error.start >= len(body) - 4:  # within a letter
            return body.decode("utf-8", "ignore"), None
    for name in _declared_charsets(body, content_type):
        try:
            return body.decode(name, "replace"), None
        except LookupError:
            continue
    return _decode_cp1258(body) or body.decode("utf-8", "replace"), None


def find_bare_utf16(body: bytes) -> str | None:
    """The codec of a page in UTF-16 that bears no mark: every other byte of its markup is zero. None for any other page."""
    head = body[:_WIDE_HEAD]
    if b"\x00" not in head[:16]:
        return None
    for name, zeros, letters in (("utf-16-le", head[1::2], head[::2]), ("utf-16-be", head[::2], head[1::2])):
        if letters and not letters.count(0) and zeros.count(0) >= _WIDE_SHARE * len(zeros):
            return name
    return None


def _decode_cp1258(body: bytes) -> str | None:
    """The bytes as Vietnamese in the code page windows-1258; None where they do not read like it."""
    text = body.decode("cp1258", "replace")
    tones = sum(1 for _ in _TONED.finditer(text))
    return text if tones >= _LEAST_TONES and tones >= _TONE_SHARE * sum(map(str.isalpha, text)) else None


def _declared_charsets(body: bytes, content_type: str) -> list[str]:
    names = []
    header, meta = _HEADER_CHARSET.search(content_type), _META_CHARSET.search(body[:4096])
    if header:
        names.append(header[1])
    if meta:
        names.append(meta[1].decode("ascii"))
    # The Windows code page, not Latin-1, is what such pages mean; the mistake changes only curly quotes.
    return [
        "cp1252" if name.lower() in {"iso-8859-1", "latin1", "us-ascii", "ascii"} else name
        for name in names
        if name.lower() not in {"utf-8", "utf8"}
    ]


@cache
def _parser() -> Any:
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=False)
    parser.set_element_class_lookup(_ONE_CLASS)
    return parser


def parse_page(text: str) -> Any | None:
    """The tree of a page, comments and processing instructions left out; None where there is nothing to parse.

    libxml2 ends a tree at 255 levels, so a page nested without end costs no more than that.
    """
    return _parse(text, text.encode("utf-8", "replace"))


def _parse(text: str, data: bytes) -> Any | None:
    """The tree of a text; data: the same in UTF-8."""
    data = _without_early_ends(_without_huge_tags(data.translate(_NEVER_IN_TEXT)))
    if text.isspace() or not data.strip():
        return None
    try:
        return html.document_fromstring(data, parser=_parser())
    except (ParserError, XMLSyntaxError, ValueError):
        return None


def _without_early_ends(data: bytes) -> bytes:
    """Markup whose page does not end before its text: templates that close it too early are common, and libxml2 takes nothing after."""
    ends = _early_ends().find_matches_as_indexes(data)
    return _PAGE_ENDS.sub(b" ", data) if ends and ends[0][1] < len(data) - _AFTER_END else data


@cache
def _early_ends() -> BytesAhoCorasick:
    """Compares many bytes at once: an eighth of what looking for both takes."""
    return BytesAhoCorasick((b"</html", b"</HTML"), matchkind=MatchKind.LeftmostFirst)


@lru_cache(maxsize=1)
def parse_body(body: bytes, content_type: str) -> tuple[str, Any | None]:
    """A page as text and as a tree: made once for all that ask about the same page in turn. The tree must be left as it is."""
    page, data = _decode(body, content_type)
    return page, parse_page(page) if data is None else _parse(page, data)


def forget_page() -> None:
    """Give back the memory that the page parsed last holds."""
    parse_body.cache_clear()


_AFTER_END = 200  # bytes of markup that are worth a look after a page's end
_PAGE_ENDS = re.compile(rb"</(?:html|body)\s*>", re.IGNORECASE)
_DROPPED_WITH_TEXT = re.compile(r"<(script|style|head|noscript)\b")
_BLOCK_TAG = re.compile(r"</?(?:p|div|br|li|tr|td|h[1-6]|table|ul|ol|section|article)\b[^<>]*>", re.IGNORECASE)
_UNCLOSED = re.compile(r"<[A-Za-z!/][^<>]*")


def strip_tags(text: str) -> str:
    """The text of a page that no tree can be made of (nested too deeply): tags out, blocks as lines."""
    text = _BLOCK_TAG.sub("\n", without_elements(text, _DROPPED_WITH_TEXT, "\n"))
    return html_unescape(_UNCLOSED.sub("", re.sub(r"<[^<>]{0,2000}>", "", text)))


def without_elements(page: str, opening: re.Pattern[str], between: str, low: str | None = None) -> str:
    """Markup without certain elements and what is in them, in one pass; those that never close stay.

    opening: matches where one begins, its name in small letters as the first group. between: goes in the place of each.
    low: the same markup in small letters, of equal length, where that is at hand.
    """
    parts: list[str] = []
    low, at, unclosed = low or small_letters(page), 0, set()
    for found in opening.finditer(low):
        name = found[1]
        if found.start() < at or name in unclosed:
            continue
        close = low.find(f"</{name}", found.end())
        if close < 0:
            unclosed.add(name)
            continue
        parts.append(page[at : found.start()])
        at = (page.find(">", close) + 1) or len(page)
    return between.join([*parts, page[at:]])


def html_unescape(text: str) -> str:
    """Entities as letters ("&ocirc;" as "ô")."""
    from html import unescape

    return unescape(text)


def _without_huge_tags(data: bytes) -> bytes:
    """Markup in which tags of many attributes have none: libxml2 compares each with every other, minutes for a hundred thousand."""
    half = MAX_TAG_BYTES // 2
    if all(data.find(b">", at, at + half) >= 0 for at in range(0, len(data) - half, half)):  # so none is as long as two such pieces
        return data
    parts = data.split(b">")
    if max(map(len, parts)) <= MAX_TAG_BYTES:
        return data
    for number, part in enumerate(parts):
        tag = _TAG_BEGINS.search(part) if len(part) > MAX_TAG_BYTES else None
        if tag is not None and len(part) - tag.start() > MAX_TAG_BYTES:
            parts[number] = part[: tag.end()]
    return b">".join(parts)
