"""The first look at an HTML page: an article that cannot be about Resolution 57 keeps title, author, day and language and is not cleaned.

Everything that could become its text is looked through for evidence. What is kept is what the whole reading would say: a headline that
head and headings agree on, and a day in the metadata that nothing on the page contradicts. A page that tells less, or is not plainly an
article (a list, an official document, little prose, an address of no article's shape), is read on.
"""

from __future__ import annotations

import re
from datetime import datetime
from functools import cache
from typing import Any

from ahocorasick_rs import BytesAhoCorasick

from r57monitor.models import Extracted, RawPage, Source
from r57monitor.text.degarble import is_garbled
from r57monitor.text.formats import find_format
from r57monitor.text.html_tree import parse_body
from r57monitor.text.language import find_language
from r57monitor.text.normalize import fold, normalize_text, squeeze
from r57monitor.text.page_author import choose_author
from r57monitor.text.page_dates import SLACK, find_published, is_day_first
from r57monitor.text.page_index import PageIndex, is_framed, load_cms_names
from r57monitor.text.page_meta import PageMeta, read_meta
from r57monitor.text.page_title import title_of_head
from r57monitor.text.page_type import (
    ITEM_COUNTS,
    LABELS,
    LETTERHEAD_WORDS,
    MIN_LABELS,
    SHORT_PROSE,
    SHORT_RUN,
    is_section_url,
)
from r57monitor.text.screen import has_evidence, load_screen
from r57monitor.text.stamps import parse_stamp

_PARAGRAPH = 80  # characters of a paragraph that counts
_SAMPLE = 4_000  # characters of prose that tell the language
_NO_PROSE = frozenset({"a", "script", "style"})
_DECISIVE = tuple(squeeze(words) for words in (*LETTERHEAD_WORDS, *ITEM_COUNTS))
_LABELS = tuple(squeeze(words) for words in LABELS)


def glance_at(raw: RawPage, source: Source | None) -> Extracted | None:
    """What is kept of an article that cannot be relevant, with an empty text; None where the page is to be read on.

    source: one with selectors of its own is always read on, for they may find another headline or day. Never raises.
    """
    if b"<" not in raw.body[:4096] or (source is not None and (source.title_css or source.date_css or source.body_css or source.drop_css)):
        return None
    page, tree = parse_body(raw.body, raw.content_type)
    if tree is None or is_section_url(raw.url):
        return None
    prose = _find_prose(tree)
    if sum(map(len, prose)) < SHORT_PROSE or _tells("\n".join(prose)):
        return None
    meta = read_meta(tree, load_cms_names().meta_published)
    if sum(map(len, prose)) < SHORT_RUN and not meta.is_news_article:
        return None
    title = title_of_head(tree, meta, source, raw.url)
    said = (title, meta.headline, meta.og_title, meta.page_title, meta.description, raw.list_title)
    if title is None or _tells(*filter(None, said)):
        return None
    shown = str(tree.xpath("string()"))
    folded = fold(shown)
    if not _is_dated(raw, meta, shown) or _tells(folded) or _may_be_another(page, folded):
        return None
    return _keep_head(raw, source, meta, prose, title) if find_format(raw) == "html" else None


def _tells(*texts: str) -> bool:
    return has_evidence([fold(text) for text in texts], load_screen())


def _may_be_another(page: str, folded: str) -> bool:
    """Whether the page may be a list, or an official document, whose day is another than that of the page. folded: its text."""
    found = {place for place, _, _ in _marks().find_matches_as_indexes(squeeze(folded), overlapping=True)}
    if any(place < len(_DECISIVE) for place in found) or len(found) >= MIN_LABELS:
        return True
    return "ssetPublishDate" in page or "ssetpublishdate" in page


@cache
def _marks() -> BytesAhoCorasick:
    return BytesAhoCorasick([*_DECISIVE, *_LABELS])


def _keep_head(raw: RawPage, source: Source | None, meta: PageMeta, prose: list[str], title: str) -> Extracted | None:
    text = normalize_text("\n".join(prose)[:_SAMPLE])
    if is_garbled(text):  # its headline is to be restored with it
        return None
    published, origin = find_published(raw, meta.published, None)
    author, _ = choose_author(meta, PageIndex(), source, [])
    return Extracted(
        page_type="article",
        title=title,
        author=author,
        published=published,
        published_from=origin,
        language=find_language(text),
        text="",
        word_count=sum(len(paragraph.split()) for paragraph in prose),
    )


def _find_prose(tree: Any) -> list[str]:
    """The paragraphs of the element that has most of them as its own; [] where it lies in chrome."""
    found: dict[Any, list[str]] = {}
    for element in tree.iter("p"):
        text = element.text or ""
        for child in element if len(element) else ():
            text += f"{'' if child.tag in _NO_PROSE else child.text or ''}{child.tail or ''}"
        if len(text) >= _PARAGRAPH and len(text := text.strip()) >= _PARAGRAPH:
            found.setdefault(element.getparent(), []).append(text)
    home = max(found, key=lambda parent: sum(map(len, found[parent])), default=None)
    return [] if home is None or is_framed(home) else found[home]


def _is_dated(raw: RawPage, meta: PageMeta, shown: str) -> bool:
    """Whether the metadata's day stands whatever dateline the page may show."""
    if raw.given_published is not None:
        return True
    for value in meta.published:
        if (stamp := parse_stamp(value)) is not None:
            if stamp.at > raw.fetched_at + SLACK or is_day_first(value):
                return False
            return not (stamp.zone_given and _shows_clock(shown, stamp.at))
    return False


def _shows_clock(shown: str, at: datetime) -> bool:
    """Whether a page shows the time of day of an instant as it is in UTC: then its zone is a false one. Its own stamps do not count."""
    hours = {at.hour, at.hour - 12 if at.hour > 12 else at.hour}
    times = [f"{hour}{mark}{at.minute:02d}" for hour in hours for mark in (":", "h", "g", " giờ ", "h ", " : ")]
    return any(time in shown and re.search(rf"(?<![\dT])0?{time}", shown) for time in times)
