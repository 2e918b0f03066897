"""What a listing leads to: article candidates with their anchor title and date, and feeds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from r57monitor.models import RawPage, Source
from r57monitor.text.anchors import Anchor, best_title, iterate_hrefs, read_anchor
from r57monitor.text.article_urls import is_surely_article_url, tell_shape
from r57monitor.text.html_tree import parse_body
from r57monitor.text.own_links import OwnLinks, host_of, hosts_of
from r57monitor.text.stamps import find_datelines, parse_ago, parse_stamp
from r57monitor.text.urls import canonical_url, load_url_rules

_MAX_LINKS = 2_000
_MAX_ANCHORS = 3  # picture, headline and teaser of one item
_MAX_CLIMB = 6  # an item of a list is at most so many levels above its link
_ITEM_LENGTH = 1_500  # and holds no more text
_DIGIT = re.compile(r"\d")
_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingLink:
    """An article candidate of a listing. `url` is canonical but for a closing slash and the order of its parameters.

    listed_at: the date beside the link, in UTC.
    """

    url: str
    title: str | None
    listed_at: datetime | None


def find_listing_links(raw: RawPage, source: Source) -> list[ListingLink]:
    """Article candidates of a listing or front page, in page order, each once, with the best anchor text and the date beside it.

    Only addresses on the source's own hosts; by the source's `article_url` where it has one, else by the address's shape;
    where the address says nothing, by a headline: with a date beside it, in a heading, or long.
    """
    _, tree = parse_body(raw.body, raw.content_type)
    if tree is None:
        return []
    pattern = re.compile(source.article_url) if source.article_url else None
    groups, articles = _group_anchors(tree, raw.url, OwnLinks(base_url(tree, raw.url), hosts_of(source)), pattern)
    titles = {url: best_title(anchors) for url, anchors in groups.items()}
    shaped = {
        url
        for url in groups
        if pattern or (url in articles and (_count_words(titles[url]) >= _least("min_title_words") or is_surely_article_url(url)))
    }
    likely = shaped | {url for url, anchors in groups.items() if url not in articles and _is_headline(titles[url], anchors)}
    owners = {anchor.element: url for url in likely for anchor in groups[url]}
    own_shape = {element: url for element, url in owners.items() if url in shaped}
    links = []
    for url, anchors in groups.items():
        listed_at = _date_beside(anchors, own_shape if url in shaped else owners, raw) if url in likely else None
        if url in shaped or listed_at is not None or (url in likely and _is_long_heading(titles[url], anchors)):
            links.append(ListingLink(url=_as_written(url, anchors), title=titles[url], listed_at=listed_at))
    return links


def _group_anchors(tree: Any, page: str, own: OwnLinks, pattern: re.Pattern[str] | None) -> tuple[dict[str, list[Anchor]], frozenset[str]]:
    """The links of a page that may lead to an article, by its canonical address; and the addresses that have an article's shape.

    pattern: of the addresses of the source's articles; then nothing is asked of their shape.
    """

    def name_article(written: str) -> str | None:
        url = canonical_url(written)
        if url == here:
            return None
        if pattern:
            return url if pattern.search(written) or pattern.search(url) else None
        if url not in shapes:
            shapes[url] = tell_shape(url)
        return url if shapes[url] is not None else None

    here = canonical_url(page)
    shapes: dict[str, bool | None] = {}
    names: dict[str, str | None] = {}
    groups: dict[str, list[Anchor]] = {}
    for element, href in iterate_hrefs(tree):
        written = own.follow(href)
        if written is None:
            continue
        if written not in names:
            names[written] = name_article(written)
        if (url := names[written]) is not None:
            groups.setdefault(url, []).append(read_anchor(element, written))
            if len(groups) >= _MAX_LINKS:
                break
    return groups, frozenset(url for url, shape in shapes.items() if shape)


def _is_headline(title: str | None, anchors: Sequence[Anchor]) -> bool:
    """Whether a link reads like an article's: a sentence, and not on every item of the page as a section's name is."""
    return _count_words(title) >= _least("min_headline_words") and len(anchors) <= _MAX_ANCHORS


def _is_long_heading(title: str | None, anchors: Sequence[Anchor]) -> bool:
    in_heading = any(anchor.in_heading for anchor in anchors)
    return _count_words(title) >= _least("min_heading_words" if in_heading else "min_sentence_words")


def _count_words(title: str | None) -> int:
    return sum(word[0].isalnum() or any(map(str.isalnum, word)) for word in title.split()) if title else 0


def _least(name: str) -> int:
    return int(load_url_rules().candidate[name])


def _as_written(url: str, anchors: Sequence[Anchor]) -> str:
    """The address as it can be fetched: canonical, with the closing slash and the order of parameters that the site writes."""
    if "&" not in url and not any(anchor.url.partition("#")[0].partition("?")[0].endswith("/") for anchor in anchors):
        return url  # most are
    parts = urlsplit(url)
    if "&" in parts.query:
        order = [name for name, _ in parse_qsl(urlsplit(anchors[0].url).query, keep_blank_values=True)]
        pairs = sorted(parse_qsl(parts.query, keep_blank_values=True), key=lambda pair: order.index(pair[0]) if pair[0] in order else 99)
        parts = parts._replace(query=urlencode(pairs))
        url = urlunsplit(parts)
    slashed = any(urlsplit(a.url).path.rstrip("/").endswith(parts.path) and urlsplit(a.url).path.endswith("/") for a in anchors)
    return urlunsplit(parts._replace(path=f"{parts.path}/")) if slashed and not parts.path.endswith("/") else url


def base_url(tree: Any, url: str) -> str:
    """What a page's links are relative to: its own address, or the one it names on its own host."""
    base = tree.find(".//base")
    href = base.get("href") if base is not None else None
    try:
        joined = urljoin(url, href) if href else url
    except ValueError:
        return url
    return joined if urlsplit(joined).netloc == urlsplit(url).netloc else url


def _date_beside(anchors: Sequence[Anchor], owners: dict[Any, str], raw: RawPage) -> datetime | None:
    """The date shown in the list item of one of the anchors; None where there is none or it lies in the future."""
    limit = raw.fetched_at + timedelta(days=1)
    asked = set()
    for anchor in anchors:
        for item, text in _item_levels(anchor, owners):
            if item in asked:  # picture and headline of one item
                continue
            asked.add(item)
            at = _date_in(item, text, raw)
            if at is not None and at <= limit:
                return at
    return None


def _item_levels(anchor: Anchor, owners: dict[Any, str]) -> Iterator[tuple[Any, str]]:
    """The anchor, then its ancestors as long as they hold no other article's link; each with its text."""
    own = owners[anchor.element]
    node = anchor.element
    yield node, node.text_content() if len(node) else node.text or ""
    for _ in range(_MAX_CLIMB):
        node = node.getparent()
        if node is None or node.tag in {"body", "html"} or any(owners.get(link, own) != own for link in node.iter("a")):
            return
        text = node.text_content()
        if len(text) > _ITEM_LENGTH:
            return
        yield node, text


def _date_in(item: Any, whole: str, raw: RawPage) -> datetime | None:
    """The first date of a list item. whole: its text."""
    for element in item.iter("time"):
        stamp = parse_stamp(element.get("datetime") or "")
        if stamp is not None:
            return stamp.at
    if not _DIGIT.search(whole):
        return None
    for text in (" ".join(piece.split()) for piece in item.itertext() if _DIGIT.search(piece)):
        if 6 <= len(text) <= 160:
            for found in find_datelines(text):
                if len(text) - (found.end - found.start) <= 60:
                    return found.stamp.at
            ago = parse_ago(text, raw.fetched_at) if len(text) <= 40 else None
            if ago is not None:
                return ago.at
    joined = " ".join(whole.split())
    if len(joined) <= 60:  # a date whose parts stand in elements of their own
        for found in find_datelines(joined):
            return found.stamp.at
    return None


def find_feed_links(raw: RawPage, source: Source) -> list[str]:
    """Feeds that a page announces in its head, or links to by name ("/rss/thoi-su.rss"), on the source's own hosts, each once."""
    _, tree = parse_body(raw.body, raw.content_type)
    if tree is None:
        return []
    hosts = hosts_of(source)
    base = base_url(tree, raw.url)
    found: dict[str, None] = {}
    for element in tree.iter("link", "a"):
        href = (element.get("href") or "").strip()
        announced = element.tag == "link" and (element.get("type") or "").lower() in _FEED_TYPES
        named = element.tag == "a" and re.search(r"(?:\.rss|/rss/[^/]+|/feed/?|rss\.xml)$", href, re.IGNORECASE)
        if not href or not (announced or named):
            continue
        try:
            url = urljoin(base, href).partition("#")[0]
            if host_of(url) in hosts:
                found.setdefault(url)
        except ValueError:
            continue
    return list(found)
