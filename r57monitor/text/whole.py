"""Whether a page came whole: some servers announce fewer bytes than they have, and what comes after is never seen."""

from __future__ import annotations

import re

_TAIL = 2_000  # bytes in which pages close
_LOOSE = 3  # elements that careless templates leave open; a page that was cut leaves as many as it is deep
_ENDS = re.compile(rb"</(?:html|body)\b", re.IGNORECASE)
_ALL_ENDS = re.compile(rb"</(?:html|body|(?:\w+:)?(?:rss|feed|rdf|urlset|sitemapindex))\s*>", re.IGNORECASE)
_IN_A_TAG = re.compile(rb"<[a-z/!][^<>]{0,5000}\Z", re.IGNORECASE)
_IN_A_LETTER = re.compile(rb"[\xc3-\xdf\xe0-\xef]\Z|[\xe0-\xef][\x80-\xbf]\Z")
_BOXES = (b"div", b"section", b"table", b"ul")
_TEXTS = (b"article", b"main")


def has_end(body: bytes) -> bool:
    """Whether a page, feed or sitemap closes, so that nothing of it is missing whatever its server announced."""
    return _ALL_ENDS.search(body[-_TAIL:]) is not None


def is_cut_short(body: bytes) -> bool:
    """Whether a page plainly breaks off: it never closes, and ends within a tag, a letter, a paragraph or the box of its text.

    Pages that leave out the last tags are whole: HTML allows it, and many do.
    """
    if _ENDS.search(body[-_TAIL:]) or not _is_page(body):
        return False
    if _ENDS.search(body):
        return False
    end = body.rstrip()
    if _IN_A_TAG.search(end[-5_000:]) or _IN_A_LETTER.search(end):
        return True
    small = end.lower()
    if any(_open(small, name) > 0 for name in (*_TEXTS, b"script", b"style")) or small.rfind(b"<!--") > small.rfind(b"-->"):
        return True
    loose = max(_open(small, name) for name in _BOXES)
    is_in_paragraph = 0 <= small.rfind(b"</p>") < max(small.rfind(b"<p>"), small.rfind(b"<p "))
    return loose >= _LOOSE or (loose > 0 and is_in_paragraph)


def _is_page(body: bytes) -> bool:
    start = body[:1_000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return start.startswith(b"<") and (b"<html" in start or b"<!doctype html" in start)


def _open(small: bytes, name: bytes) -> int:
    """How many elements of a name are open at the end."""
    return len(re.findall(rb"<" + name + rb"[\s>]", small)) - small.count(b"</" + name)
