"""What a listing leads to: article candidates with their anchor title and date, and feeds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from r57monitor.models import RawPage, Source
from r57monitor.registry import source_hosts
from r57monitor.text.article_urls import is_article_url, is_surely_article_url, may_be_article_url
from r57monitor.text.html_tree import decode_page, parse_page
from r57monitor.text.normalize import fold
from r57monitor.text.page_meta import one_line
from r57monitor.text.stamps import find_datelines, parse_ago, parse_stamp
from r57monitor.text.urls import canonical_url, load_url_rules

_MAX_LINKS = 2_000
_MAX_ANCHORS = 3  # picture, headline and teaser of one item
_MAX_CLIMB = 6  # an item of a list is at most so many levels above its link
_ITEM_LENGTH = 1_500  # and holds no more text
_HEADLINE_LENGTH = 160
_HEADINGS = ("h1", "h2", "h3", "h4", "h5")
_CLICK = re.compile(
    r"\blocation(?:\.href)?\s*=\s*[\"'](?P<set>[^\"'<>]{1,1000})[\"']|(?:\blocation\.(?:replace|assign)|\bwindow\.open)\(\s*[\"'](?P<called>[^\"'<>]{1,1000})[\"']"
)
_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingLink:
    """An article candidate of a listing. `url` is canonical but for a closing slash and the order of its parameters.

    listed_at: the date beside the link, in UTC.
    """

    url: str
    title: str | None
    listed_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Anchor:
    url: str
    text: str
    element: Any
    depth_heading: bool


def find_listing_links(raw: RawPage, source: Source) -> list[ListingLink]:
    """Article candidates of a listing or front page, in page order, each once, with the best anchor text and the date beside it.

    Only addresses on the source's own hosts; by the source's `article_url` where it has one, else by the address's shape;
    where the address says nothing, by a headline: with a date beside it, in a heading, or long.
    """
    tree = parse_page(decode_page(raw.body, raw.content_type))
    if tree is None:
        return []
    hosts = hosts_of(source)
    pattern = re.compile(source.article_url) if source.article_url else None
    own = canonical_url(raw.url)
    groups: dict[str, list[_Anchor]] = {}
    for anchor in _iterate_anchors(tree, raw.url):
        if host_of(anchor.url) not in hosts:
            continue
        url = canonical_url(anchor.url)
        if url == own or not ((pattern.search(anchor.url) or pattern.search(url)) if pattern else may_be_article_url(url)):
            continue
        groups.setdefault(url, []).append(anchor)
        if len(groups) >= _MAX_LINKS:
            break
    titles = {url: _best_title(anchors) for url, anchors in groups.items()}
    shaped = {
        url
        for url in groups
        if pattern or (is_article_url(url) and (_count_words(titles[url]) >= _least("min_title_words") or is_surely_article_url(url)))
    }
    likely = shaped | {url for url, anchors in groups.items() if not is_article_url(url) and _is_headline(titles[url], anchors)}
    owners = {anchor.element: url for url in likely for anchor in groups[url]}
    own_shape = {element: url for element, url in owners.items() if url in shaped}
    links = []
    for url, anchors in groups.items():
        listed_at = _date_beside(anchors, own_shape if url in shaped else owners, raw) if url in likely else None
        if url in shaped or listed_at is not None or (url in likely and _is_long_heading(titles[url], anchors)):
            links.append(ListingLink(url=_as_written(url, anchors), title=titles[url], listed_at=listed_at))
    return links


def _is_headline(title: str | None, anchors: Sequence[_Anchor]) -> bool:
    """Whether a link reads like an article's: a sentence, and not on every item of the page as a section's name is."""
    return _count_words(title) >= _least("min_headline_words") and len(anchors) <= _MAX_ANCHORS


def _is_long_heading(title: str | None, anchors: Sequence[_Anchor]) -> bool:
    in_heading = any(anchor.depth_heading for anchor in anchors)
    return _count_words(title) >= _least("min_heading_words" if in_heading else "min_sentence_words")


def _count_words(title: str | None) -> int:
    return sum(any(char.isalnum() for char in word) for word in title.split()) if title else 0


def _least(name: str) -> int:
    return int(load_url_rules().candidate[name])


def _as_written(url: str, anchors: Sequence[_Anchor]) -> str:
    """The address as it can be fetched: canonical, with the closing slash and the order of parameters that the site writes."""
    parts = urlsplit(url)
    if "&" in parts.query:
        order = [name for name, _ in parse_qsl(urlsplit(anchors[0].url).query, keep_blank_values=True)]
        pairs = sorted(parse_qsl(parts.query, keep_blank_values=True), key=lambda pair: order.index(pair[0]) if pair[0] in order else 99)
        parts = parts._replace(query=urlencode(pairs))
        url = urlunsplit(parts)
    slashed = any(urlsplit(a.url).path.rstrip("/").endswith(parts.path) and urlsplit(a.url).path.endswith("/") for a in anchors)
    return urlunsplit(parts._replace(path=f"{parts.path}/")) if slashed and not parts.path.endswith("/") else url


def _iterate_anchors(tree: Any, base: str) -> Iterator[_Anchor]:
    base = base_url(tree, base)
    for element in tree.iter("a"):
        href = (element.get("href") or "").strip()
        if not href or href.startswith(("#", "javascript:")):
            href = _clicked(element)
        if href and (anchor := _anchor(element, href, base)) is not None:
            yield anchor
    for element in tree.xpath("//*[@onclick and not(self::a)]"):
        if (href := _clicked(element)) and (anchor := _anchor(element, href, base)) is not None:
            yield anchor


def _clicked(element: Any) -> str:
    """Where a click leads on what is no plain link: by an attribute for the page's script, or by the script on it; "" if nowhere."""
    named = next((value for name in load_url_rules().candidate["link_attributes"] if (value := element.get(name))), "")
    if not named and (found := _CLICK.search(element.get("onclick") or "")):
        named = found["set"] or found["called"]
    return named.strip() if "/" in named or "." in named else ""


def _anchor(element: Any, href: str, base: str) -> _Anchor | None:
    if href.startswith(("#", "javascript:", "mailto:", "tel:", "data:")) or len(href) > 2_000:
        return None
    try:
        url = urljoin(base, re.sub(r"[\t\r\n]", "", href))
        valid = urlsplit(url).scheme in {"http", "https"} and bool(urlsplit(url).hostname)
    except ValueError:
        return None
    if not valid:
        return None
    heading = element.getparent() is not None and element.getparent().tag in _HEADINGS
    inside = None if element.tag == "a" else next(element.iter(*_HEADINGS), None)  # of an item that can be clicked as a whole
    return _Anchor(url, one_line((element if inside is None else inside).text_content()) or "", element, heading or inside is not None)


def hosts_of(source: Source) -> frozenset[str]:
    """A source's hosts as `host_of` writes them."""
    return frozenset(host.removesuffix(":80").removesuffix(":443") for host in source_hosts(source))


def host_of(url: str) -> str:
    """host[:port] in small letters, without the scheme's own port and the dot that may end a name."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        return ""
    host = (parts.hostname or "").rstrip(".")
    host = f"[{host}]" if ":" in host else host
    return host if port in {None, {"http": 80, "https": 443}.get(parts.scheme)} else f"{host}:{port}"


def base_url(tree: Any, url: str) -> str:
    """What a page's links are relative to: its own address, or the one it names on its own host."""
    base = tree.find(".//base")
    href = base.get("href") if base is not None else None
    try:
        joined = urljoin(url, href) if href else url
    except ValueError:
        return url
    return joined if urlsplit(joined).netloc == urlsplit(url).netloc else url


def _best_title(anchors: Sequence[_Anchor]) -> str | None:
    empty = set(load_url_rules().candidate["empty_titles"])

    def is_useful(text: str) -> bool:
        return len(text.split()) >= 2 and " ".join(fold(text).split()).strip(" .:>»") not in empty

    headings = [a.text for a in anchors if a.depth_heading and is_useful(a.text)]
    attributes = [title for a in anchors if (title := one_line(a.element.get("title"))) and is_useful(title)]
    texts = [a.text for a in anchors if is_useful(a.text) and len(a.text) <= 400]
    alts = [alt for a in anchors for image in a.element.iter("img") if (alt := one_line(image.get("alt"))) and is_useful(alt)]
    # An anchor that wraps a whole item holds headline and teaser: the title attribute, if it is there, is the headline.
    choices = (headings, texts[:1] if texts and len(texts[0]) <= _HEADLINE_LENGTH else [], attributes, texts, alts)
    best = next((group[0] for group in choices if group), None)
    if best is not None and best.endswith(("...", "…")):
        start = best.rstrip(".… ")
        return next((text for text in (*attributes, *alts) if text.startswith(start)), best)
    return best


def _date_beside(anchors: Sequence[_Anchor], owners: dict[Any, str], raw: RawPage) -> datetime | None:
    """The date shown in the list item of one of the anchors; None where there is none or it lies in the future."""
    limit = raw.fetched_at + timedelta(days=1)
    for anchor in anchors:
        for item in _item_levels(anchor, owners):
            at = _date_in(item, raw)
            if at is not None and at <= limit:
                return at
    return None


def _item_levels(anchor: _Anchor, owners: dict[Any, str]) -> Iterator[Any]:
    """The anchor, then its ancestors as long as they hold no other article's link."""
    own = owners[anchor.element]
    yield anchor.element
    node = anchor.element
    for _ in range(_MAX_CLIMB):
        node = node.getparent()
        if node is None or node.tag in {"body", "html"}:
            return
        if any(owners.get(link, own) != own for link in node.iter("a")) or len(node.text_content()) > _ITEM_LENGTH:
            return
        yield node


def _date_in(item: Any, raw: RawPage) -> datetime | None:
    for element in item.iter("time"):
        stamp = parse_stamp(element.get("datetime") or "")
        if stamp is not None:
            return stamp.at
    for text in (" ".join(piece.split()) for piece in item.itertext()):
        if 6 <= len(text) <= 160 and any(char.isdigit() for char in text):
            for found in find_datelines(text):
                if len(text) - (found.end - found.start) <= 60:
                    return found.stamp.at
            ago = parse_ago(text, raw.fetched_at) if len(text) <= 40 else None
            if ago is not None:
                return ago.at
    joined = " ".join(item.text_content().split())
    if len(joined) <= 60:  # a date whose parts stand in elements of their own
        for found in find_datelines(joined):
            return found.stamp.at
    return None


def find_feed_links(raw: RawPage, source: Source) -> list[str]:
    """Feeds that a page announces in its head, or links to by name ("/rss/thoi-su.rss"), on the source's own hosts, each once."""
    tree = parse_page(decode_page(raw.body, raw.content_type))
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
