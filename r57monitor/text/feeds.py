"""Feeds and sitemaps: bytes to entries, harmless to entity bombs and oversized files."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from urllib.parse import urljoin, urlsplit

import feedparser
from lxml import etree

from r57monitor.errors import ReadError
from r57monitor.text.json_feeds import is_json, parse_json_items
from r57monitor.text.normalize import normalize_text
from r57monitor.text.stamps import parse_stamp

MAX_FEED_BYTES = 10_000_000
MAX_SITEMAP_BYTES = 60_000_000  # the protocol allows 50 MB uncompressed
MAX_SITEMAP_ENTRIES = 50_000  # and as many addresses

_HUGE_TAG = re.compile(rb"<[A-Za-z][^<>]{20000}")  # thousands of attributes: feedparser takes minutes over them
_FIRST_ADDRESS = re.compile(rb"(?:\xef\xbb\xbf)?\s*https?://\S+\s*(?:\n|$)", re.IGNORECASE)
_ENTITY = re.compile(rb"<!ENTITY", re.IGNORECASE)
_ROOT = re.compile(rb"<(?:\w+:)?(?:rss|feed|rdf|urlset|sitemapindex)\b", re.IGNORECASE)
_ROOT_END = re.compile(
    rb"</(?:\w+:)?(?:rss|feed|rdf|urlset|sitemapindex)\s*>|<(?:\w+:)?(?:urlset|feed|sitemapindex)\b[^<>]*/>", re.IGNORECASE
)
_BARE_AMPERSAND = re.compile(
    rb"<!\[CDATA\[.{0,5000}?\]\]>|&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-f]{1,6});)", re.IGNORECASE | re.DOTALL
)
_DOCTYPE_BEGINS = re.compile(rb"<!DOCTYPE", re.IGNORECASE)
_DOCTYPE = re.compile(rb"<!DOCTYPE[^>\[]*(?:\[[^\]]*\]\s*)?>", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One entry of a feed. `published` is in UTC."""

    url: str
    title: str | None
    published: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SitemapEntry:
    """One address of a sitemap, or one sitemap of an index. `published` only in news sitemaps."""

    url: str
    lastmod: datetime | None = None
    title: str | None = None
    published: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SitemapPage:
    """A sitemap as read: an index of sitemaps, or addresses."""

    kind: Literal["index", "urls"]
    entries: tuple[SitemapEntry, ...]


def parse_feed(body: bytes, base: str = "") -> list[FeedEntry]:
    """Entries of an RSS, Atom, RDF or JSON feed, in its order, each address once.

    base: address of the feed, for entries that give theirs relative to it.
    Raises ReadError where the bytes are no feed, are too large, or declare entities of their own.
    """
    if is_json(body):
        return _read_json(body, base)
    parsed = feedparser.parse(io.BytesIO(_checked(_gunzip(body), MAX_FEED_BYTES)), resolve_relative_uris=False, sanitize_html=False)
    if not parsed.get("version") and not parsed.entries:
        raise ReadError("These bytes are no feed (RSS, Atom or RDF).")
    entries: dict[str, FeedEntry] = {}
    for entry in parsed.entries:
        link, name = str(entry.get("link") or ""), str(entry.get("id") or "")
        url = _absolute("" if link == name else base, link) or _absolute("", name)  # feedparser gives a guid for a missing link
        if url is None or url in entries:
            continue
        entries[url] = FeedEntry(url=url, title=_one_line(entry.get("title")), published=_feed_date(entry))
    _drop_cut(entries, body)
    return list(entries.values())


def _read_json(body: bytes, base: str) -> list[FeedEntry]:
    if len(body) > MAX_FEED_BYTES:
        raise ReadError(f"The file holds more than {MAX_FEED_BYTES // 1_000_000} MB; it is not read.")
    entries: dict[str, FeedEntry] = {}
    for link, title, date in parse_json_items(body):
        url = _absolute(base, link)
        stamp = parse_stamp(date) if date else None
        if url is not None:
            entries.setdefault(url, FeedEntry(url=url, title=_one_line(title), published=stamp.at if stamp else None))
    return list(entries.values())


def is_cut_off(body: bytes) -> bool:
    """Whether a feed or sitemap that was begun does not end: bytes went lost on the way."""
    plain = _gunzip(body)
    return _ROOT.search(plain[:3000]) is not None and _ROOT_END.search(plain[-1000:]) is None


def _drop_cut(entries: dict[str, Any], body: bytes) -> None:
    """Take out the entry within whose address a file breaks off."""
    end = _gunzip(body)[-200:].rstrip()
    for url in [url for url in entries if end.endswith(url[-6:].encode())]:
        del entries[url]


def _absolute(base: str, text: str) -> str | None:
    """An http(s) address as a feed or sitemap writes it: over several lines, with blanks in it, relative to the file's own."""
    written = re.sub(r"\s*[\t\r\n]+\s*", "", text.strip()).replace(" ", "%20")
    try:
        url = urljoin(base, written) if written else ""
        return url if urlsplit(url).scheme in {"http", "https"} and urlsplit(url).hostname else None
    except ValueError:
        return None


def _one_line(text: object) -> str | None:
    line = " ".join(normalize_text(re.sub(r"<[^>]*>", " ", str(text))).split()) if text else ""
    return line or None


def _feed_date(entry: Any) -> datetime | None:
    for key in ("published", "created", "updated"):  # "issued" is kept as "published"
        value = dict.get(entry, key)  # feedparser's own get() takes one date for another, and warns
        stamp = parse_stamp(str(value)) if value else None
        if stamp is not None:
            return stamp.at
    return None


def parse_sitemap(body: bytes, base: str = "") -> SitemapPage:
    """Entries of a sitemap, a sitemap index, or a feed that stands for one; gzip is undone up to a limit.

    base: address of the sitemap, for entries that give theirs relative to it.
    Raises ReadError where the bytes are none of these, are too large, or declare entities of their own.
    """
    body = _checked(_gunzip(body), MAX_SITEMAP_BYTES)
    if (listed := _listed_entries(body, base)) is not None:
        return SitemapPage(kind="urls", entries=listed)
    try:
        kind, entries = _read_sitemap(body, base, mends=False)
    except etree.XMLSyntaxError:
        kind, entries = _read_sitemap(_mended(body), base, mends=True)
    if kind is None:
        if re.search(rb"<(?:\w+:)?(?:urlset|sitemapindex)\b", body[:2000]):
            return SitemapPage(kind="index" if b"sitemapindex" in body[:2000] else "urls", entries=())
        raise ReadError("These bytes are no sitemap.")
    _drop_cut(entries, body)
    return SitemapPage(kind=kind, entries=tuple(entries.values()))


def _listed_entries(body: bytes, base: str) -> tuple[SitemapEntry, ...] | None:
    """Entries of a sitemap in its plain form, one address a line; None where the bytes are anything else."""
    if not _FIRST_ADDRESS.match(body):
        return None
    lines = body.decode("utf-8", "replace").lstrip("\ufeff").split("\n", MAX_SITEMAP_ENTRIES)[:MAX_SITEMAP_ENTRIES]
    urls = dict.fromkeys(url for line in lines if line.strip() and " " not in line.strip() and (url := _absolute(base, line)) is not None)
    return tuple(SitemapEntry(url=url) for url in urls)


def _read_sitemap(body: bytes, base: str, *, mends: bool) -> tuple[Literal["index", "urls"] | None, dict[str, SitemapEntry]]:
    """What kind of sitemap these bytes are (None: none), and its entries by address. mends: errors are passed over, else XMLSyntaxError."""
    kind: Literal["index", "urls"] | None = None
    entries: dict[str, SitemapEntry] = {}
    try:
        for element in _iterate_elements(body, mends=mends):
            name = _local(element)
            if name in {"rss", "rdf", "feed"}:
                return "urls", {e.url: SitemapEntry(url=e.url, title=e.title, published=e.published) for e in parse_feed(body, base)}
            kind = "index" if name == "sitemap" else "urls"
            entry = _sitemap_entry(element, base)
            if entry is not None:
                entries.setdefault(entry.url, entry)
            if len(entries) >= MAX_SITEMAP_ENTRIES:
                break
    except etree.XMLSyntaxError as error:
        if mends and not entries:
            raise ReadError(f"These bytes are no sitemap: {error}.") from error
        if not mends:
            raise
    return kind, entries


def _mended(body: bytes) -> bytes:
    """A file with its commonest faults put right: a bare "&" in addresses, names of entities that only web pages know, broken letters."""
    plain = body if b'encoding="utf-16' in body[:100].lower() else body.decode("utf-8", "replace").encode()
    return _BARE_AMPERSAND.sub(lambda found: found[0] if len(found[0]) > 1 else b"&amp;", plain)


def _iterate_elements(body: bytes, *, mends: bool) -> Iterator[Any]:
    """Finished <url> and <sitemap> elements one by one, each freed after use; a feed's root as it starts."""
    context = etree.iterparse(
        io.BytesIO(body), events=("start", "end"), resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, recover=mends
    )
    for event, element in context:
        if event == "start":
            if element.getparent() is None and _local(element) in {"rss", "rdf", "feed"}:
                yield element
            continue
        if _local(element) in {"url", "sitemap"}:
            yield element
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]


def _local(element: Any) -> str:
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def _sitemap_entry(element: Any, base: str) -> SitemapEntry | None:
    values: dict[str, str] = {}
    for node in element.iter():
        if node.text and node.text.strip():
            values.setdefault(_local(node), node.text.strip())
    url = _absolute(base, values.get("loc", ""))
    if url is None:
        return None
    lastmod, published = parse_stamp(values.get("lastmod", "")), parse_stamp(values.get("publication_date", ""))
    return SitemapEntry(
        url=url,
        lastmod=lastmod.at if lastmod else None,
        title=_one_line(values.get("title")),
        published=published.at if published else None,
    )


def _gunzip(body: bytes) -> bytes:
    if not body.startswith(b"\x1f\x8b"):
        return body
    try:
        unpacked = zlib.decompressobj(wbits=31).decompress(body, MAX_SITEMAP_BYTES + 1)
    except zlib.error as error:
        raise ReadError(f"A compressed file cannot be unpacked: {error}.") from error
    return unpacked


def _checked(body: bytes, limit: int) -> bytes:
    """The bytes without document type, or ReadError where they are too large or declare entities."""
    if len(body) > limit:
        raise ReadError(f"The file holds more than {limit // 1_000_000} MB; it is not read.")
    plain = body
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        plain = body.decode("utf-16", "replace").encode("utf-8")
        plain = re.sub(rb"<\?xml[^>]*\?>", b"", plain, count=1)
    if _ENTITY.search(plain):
        raise ReadError("The file declares entities of its own, which no feed or sitemap needs; it is not read.")
    if _HUGE_TAG.search(plain):
        raise ReadError("One of the file's tags is larger than 20 kB; it is not read.")
    plain = plain.lstrip(b"\xef\xbb\xbf \t\r\n")
    begins = _DOCTYPE_BEGINS.search(plain)
    doctype = _DOCTYPE.match(plain, begins.start()) if begins else None  # at its one place: tried everywhere, thousands cost minutes
    return plain[: doctype.start()] + plain[doctype.end() :] if doctype else plain
