"""Words about withdrawn articles on the pages that lead to them: headlines and whole texts in feeds, teasers in listings.

Only the words go. Addresses and dates stay, so that a crawl finds in the archive the same ways as before.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import etree

from r57monitor.text.html_tree import parse_page
from r57monitor.text.json_feeds import is_json

IsGone = Callable[[str], bool]

_ENTRY = re.compile(r"(?=<(?:\w{1,20}:)?(?:item|entry|url)[\s>])")
_FEED = re.compile(r"<(?:\w{1,20}:)?(?:rss|feed|rdf|urlset)\b", re.IGNORECASE)
_OPENING = re.compile(r"<[^<>]{1,2000}>")
_KEPT = re.compile(
    r"<((?:\w{1,20}:)?(?:link|loc|guid|id|pubDate|date|published|updated|lastmod|publication_date))\b[^<>]{0,2000}"
    r"(?:/>|>\s*(?:<!\[CDATA\[[^<>\]]{0,2000}\]\]>|[^<>]{0,2000})\s*</\1\s*>)"
)
_ENDS = re.compile(r"</(?:\w{1,20}:)?(?:item|entry|url|channel|rss|feed|rdf|urlset)\s*>", re.IGNORECASE)
_MARKS = re.compile(r"<!\[CDATA\[|\]\]>|<[^<>]*>")
_HREF = re.compile(r"\bhref\s*=\s*[\"']([^\"'<>]{1,2000})[\"']", re.IGNORECASE)
_JSON_ADDRESSES = ("url", "link", "id", "external_url")
_JSON_KEPT = re.compile(r"(?:id|url|link|external_url|date|modified|type)\b|date_|modified_")
_WORDS = frozenset({"title", "alt", "aria-label", "data-title", "content"})


def may_mention(body: bytes, urls: frozenset[str]) -> bool:
    """Whether a page holds the last part of one of the addresses: whoever leads to an article names that."""
    return any(_last_part(url).encode() in body for url in urls)


def _last_part(url: str) -> str:
    parts = urlsplit(url)
    return parts.query or parts.path.rstrip("/").rpartition("/")[2] or (parts.hostname or url)


def without_mentions(text: str, base: str, is_gone: IsGone) -> str | None:
    """A feed, sitemap or listing without what it says of withdrawn articles; None where it says nothing of them.

    text: decoded. base: its own address. is_gone: whether an absolute address is of a withdrawn article.
    """
    if is_json(text[:200].encode()):
        clean = _without_in_json(text, base, is_gone)
    elif _FEED.search(text[:3000]):
        clean = "".join(_without_entries(text, base, is_gone))
    else:
        clean = _without_teasers(text, base, is_gone)
    return None if clean is None or clean == text else clean


def _without_entries(text: str, base: str, is_gone: IsGone) -> Iterator[str]:
    first, *entries = _ENTRY.split(text)
    yield first
    for entry in entries:
        kept = [m[0] for m in _KEPT.finditer(entry)]
        if not any(is_gone(_absolute(base, address)) for part in kept for address in (_MARKS.sub("", part), *_HREF.findall(part))):
            yield entry
            continue
        opening = _OPENING.match(entry)
        yield "".join([opening[0] if opening else "", *kept, *_ENDS.findall(entry)])


def _absolute(base: str, written: str) -> str:
    try:
        return urljoin(base, html.unescape(written.strip()))
    except ValueError:
        return ""


def _without_in_json(text: str, base: str, is_gone: IsGone) -> str | None:
    try:
        feed = json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return None
    changed = False

    def clean(value: Any) -> Any:
        nonlocal changed
        if isinstance(value, list):
            return [clean(item) for item in value]
        if not isinstance(value, dict):
            return value
        named = [value[key] for key in _JSON_ADDRESSES if isinstance(value.get(key), str)]
        if any(is_gone(_absolute(base, address)) for address in named):
            changed = True
            return {key: item for key, item in value.items() if _JSON_KEPT.match(key) and not isinstance(item, dict | list)}
        return {key: clean(item) for key, item in value.items()}

    kept = clean(feed)
    return json.dumps(kept, ensure_ascii=False) if changed else None


def _without_teasers(text: str, base: str, is_gone: IsGone) -> str | None:
    """A listing: what stands in the largest part of the page that leads to the article and to nothing else is its teaser."""
    tree = parse_page(text)
    if tree is None:
        return None
    links = {a: _absolute(base, a.get("href")) for a in tree.iter("a") if a.get("href")}
    gone = [a for a, url in links.items() if is_gone(url)]
    if not gone:
        return None
    others = {part for a, url in links.items() if not is_gone(url) for part in (a, *a.iterancestors())}
    for link in gone:
        teaser = link
        while (above := teaser.getparent()) is not None and above not in others and above.tag not in {"body", "html"}:
            teaser = above
        for part in teaser.iter(etree.Element):
            part.text = None
            if part is not teaser:
                part.tail = None
            for name in _WORDS.intersection(part.attrib):
                del part.attrib[name]
    return str(etree.tostring(tree, encoding="unicode", method="html", doctype="<!doctype html>"))
