"""Addresses of articles: their shapes, and the one address that a page says is its own."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit, urlunsplit

from r57monitor.models import RawPage
from r57monitor.text.page_meta import one_line
from r57monitor.text.stamps import parse_url_stamp
from r57monitor.text.urls import PAGE_ENDING, PAGE_ENDINGS, canonical_url, load_url_rules

_TELLING_WORDS = 4  # of an address: with fewer, two articles may share them all
_SHARED_WORDS = 3  # copies of one article share a third of the words of the shorter address at least
_NUMBER = re.compile(r"\d+")
_LONG_ID = re.compile(r"\d{5,}")
_PLAIN = re.compile(r"https?://[A-Za-z0-9._:-]+(/[^?#\x00-\x20]*)?(?:\?([^#\x00-\x20]*))?")  # one that needs no more to be taken apart
_HYPHENS, _NUMBERED = re.compile(r"[-_]"), re.compile(r"[a-z]*\d{3,}[a-z]*")
_LIFERAY_ARTICLE = re.compile(r"/-/(?:view_content/\d|asset_publisher/[^/]+/content/|[^/?#-]+(?:-[^/?#-]+){2,}/?(?:[?#]|$))")
_DRESSED = re.compile(r"(?<=.)(?P<mark>[._-])(?P<word>[a-z]{3,9}|in-bai|ban-in)(?P<ending>(?:\.[a-z]{3,5})?)$", re.IGNORECASE)
PATH_PAGE = re.compile(r"(?P<before>[/-])(?P<word>trang|page|p)[-/]?(?P<n>\d{1,5})(?P<after>(?:\.\w{2,5})?/?)$", re.IGNORECASE)


@lru_cache(maxsize=64)  # asked of a page's own address again and again
def is_article_url(url: str) -> bool:
    """Whether an address has the shape of an article's: a long slug, a slug with a number, a dated address, an item number.

    url: canonical. Sections, tags, files, log-ins and the like are none.
    """
    return tell_shape(url) is True


def may_be_article_url(url: str) -> bool:
    """Whether nothing in an address speaks against an article: no front page, file, tag, log-in, or following page of a list."""
    return tell_shape(url) is not None


def tell_shape(url: str) -> bool | None:
    """True for the shape of an article's address, False where it says nothing, None where it speaks against an article."""
    found = _PLAIN.fullmatch(url)
    path, query = (found[1] or "", found[2] or "") if found else urlsplit(url)[2:4]
    path = (unquote(path) if "%" in path else path).lower()
    segments = [segment for segment in path.split("/") if segment]
    rules = load_url_rules()
    if path.endswith(rules.file_endings) or PATH_PAGE.search(path):
        return None
    if not segments:
        return any(name.lower() in rules.candidate["id_parameters"] and value.isdigit() for name, value in parse_qsl(query)) or None
    if _is_liferay_article(path):
        return True
    return _is_article(url, segments[-1], query, rules.candidate) if rules.no_articles.isdisjoint(segments) else None


def _is_article(url: str, name: str, query: str, rules: dict[str, Any]) -> bool:
    """name: the last part of the address's path, in small letters."""
    last = PAGE_ENDING.sub("", name)
    words = [word for word in _HYPHENS.split(last) if word]
    slug = [word for word in words if not word.isdigit()]
    if len(slug) >= rules["min_slug_words_with_id"] and _LONG_ID.search(last):
        return True
    if len(slug) >= rules["min_slug_words"]:
        return True
    if len(slug) >= 3 and (parse_url_stamp(url) is not None or any(_NUMBERED.fullmatch(word) for word in words)):
        return True
    return bool(query) and any(
        name.lower() in rules["id_parameters"] and re.fullmatch(r"\d+|[0-9a-f-]{32,36}", value) for name, value in parse_qsl(query)
    )


def _is_liferay_article(url: str) -> bool:
    return "/-/" in url and _LIFERAY_ARTICLE.search(url) is not None


def is_surely_article_url(url: str) -> bool:
    """Whether an address leaves no doubt: Liferay's form of an article, or a stamp in its digits."""
    return _is_liferay_article(url) or parse_url_stamp(url) is not None


_HEAD_BYTES = 400_000
_LINK_BYTES = 3_000  # of one link element
_CANONICAL_WORDS = (b"anonical", b"ANONICAL")  # in either case of the first letter
_CANONICAL = re.compile(rb"<link\b[^<>]*\brel\s*=\s*[\"']?canonical\b[^<>]*>", re.IGNORECASE)


def _find_canonical(page: bytes) -> re.Match[bytes] | None:
    for word in _CANONICAL_WORDS:
        at = page.find(word)
        while at >= 0:
            start = page.rfind(b"<", max(0, at - _LINK_BYTES), at)  # of the element that the word stands in
            if start >= 0 and (match := _CANONICAL.match(page, start)):
                return match
            at = page.find(word, at + 1)
    return None


def find_canonical_link(raw: RawPage) -> str | None:
    """What a page says its own address is (<link rel="canonical">), absolute; None where it says nothing."""
    match = _find_canonical(raw.body[:_HEAD_BYTES])
    href = re.search(rb"\bhref\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", match[0], re.IGNORECASE) if match else None
    if href is None:
        return None
    value = next(group for group in href.groups() if group is not None).decode("utf-8", "replace")
    try:
        return urljoin(raw.url, (one_line(value) or "").strip()) or None
    except ValueError:
        return None


def find_article_address(raw: RawPage) -> str:
    """The one address of the article on a page: print and AMP copies name that of the page they are copies of.

    A canonical link to another host is ignored, one that leads from an article's address to a section's or the like, and one
    that names another article: a template's mistake, which would make one article of all. A copy that names nothing is told by the form
    of its address ("/print/…", "….amp").
    """
    own = canonical_url(raw.url)
    said = find_canonical_link(raw)
    if not said:
        return _without_dress(own, raw.body)
    if said == raw.url:
        return own
    address = canonical_url(raw.url, said)
    if address != own and _NUMBER.sub("0", address) == _NUMBER.sub("0", own):  # alike but for their numbers
        return own
    return own if is_article_url(own) and (not _names_something(address) or _names_another(own, address)) else address


def _without_dress(own: str, page: bytes) -> str:
    """An article's address without what makes it that of a print, AMP or telephone copy; itself where nothing does.

    Where the copy's mark stands in place of the page's ending, the page itself must link to the address with an ending.
    """
    parts = urlsplit(own)
    rules = load_url_rules()
    segments = [segment for segment in parts.path.split("/") if segment]
    if not segments:
        return own
    kept = [segment for segment in segments[:-1] if segment.lower() not in rules.copies]
    last = segments[-1]
    if (found := _DRESSED.search(last)) is not None and found["word"].lower() in rules.dropped_segments:
        stem = last[: found.start()]
        linked = re.search(rb"/%s(%s)\b" % (re.escape(stem.encode()), PAGE_ENDINGS.encode()), page[:_HEAD_BYTES])
        ending = found["ending"] or (linked[1].decode() if linked else None if found["mark"] == "." else "")
        last = last if ending is None else stem + ending
    if (path := "/" + "/".join((*kept, last))) == parts.path:
        return own
    url = urlunsplit(parts._replace(path=path))
    return url if url != own and _names_something(url) else own


def _names_another(own: str, said: str) -> bool:
    """Whether two addresses are written in words, and in quite different ones, with no long number in common."""
    ours, theirs = _slug_words(own), _slug_words(said)
    if min(len(ours), len(theirs)) < _TELLING_WORDS or _long_ids(own) & _long_ids(said):
        return False
    return _SHARED_WORDS * len(ours & theirs) < min(len(ours), len(theirs))


def _long_ids(url: str) -> set[str]:
    parts = urlsplit(url)
    return set(_LONG_ID.findall(f"{parts.path}?{parts.query}"))


def _slug_words(url: str) -> set[str]:
    last = PAGE_ENDING.sub("", unquote(urlsplit(url).path).lower().rstrip("/").rpartition("/")[2])
    return {word for word in re.split(r"[^\w]+|_", last) if word.isalpha()}


def _names_something(url: str) -> bool:
    """Whether an address is more than a section's: an article's shape, or a number in it."""
    parts = urlsplit(url)
    return may_be_article_url(url) and (
        is_article_url(url) or any(char.isdigit() for char in f"{parts.path.rpartition('/')[2]}?{parts.query}")
    )
