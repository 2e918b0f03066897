"""Files that an article page links to: where a portal's article is only that, its text stands in them."""

from __future__ import annotations

import re
from datetime import datetime
from functools import cache
from urllib.parse import unquote, urljoin, urlsplit

from ahocorasick_rs import BytesAhoCorasick, MatchKind

from r57monitor.models import Article, RawPage
from r57monitor.text.blocks import list_blocks
from r57monitor.text.html_tree import parse_body
from r57monitor.text.page_dates import find_published, find_time_attributes, find_visible_date
from r57monitor.text.page_index import index_page, is_inside, load_cms_names
from r57monitor.text.page_meta import read_meta
from r57monitor.text.page_title import find_title

MAX_ATTACHMENTS = 5  # of one article
SHORT_BODY = 400  # letters: "Chi tiết xem tệp đính kèm" and the like, no article's text
_MARK = re.compile(rb"\.(?:pdf|docx?|xlsx?)\b", re.IGNORECASE)
_ENDING = re.compile(r"\.(?:pdf|docx?|xlsx?)(?:$|/|\?|&)", re.IGNORECASE)


def may_have_attachments(raw: RawPage) -> bool:
    """A cheap look: whether the page names such a file at all."""
    return bool(_hints().find_matches_as_indexes(raw.body)) and _MARK.search(raw.body) is not None


@cache
def _hints() -> BytesAhoCorasick:
    """Beginnings of the endings, which are looked for many bytes at once."""
    endings = [f".{form(name)}".encode() for name in ("pdf", "doc", "xls") for form in (str.lower, str.upper, str.title)]
    return BytesAhoCorasick(endings, matchkind=MatchKind.LeftmostFirst)


def find_attachments(raw: RawPage) -> list[str]:
    """Addresses of the files linked from a page outside its frame, in page order, each once, at most a few."""
    _, tree = parse_body(raw.body, raw.content_type)
    if tree is None:
        return []
    chrome = index_page(tree).chrome
    found: dict[str, None] = {}
    for element in tree.iter("a", "iframe", "embed", "object"):
        written = (element.get("href") or element.get("src") or element.get("data") or "").strip()
        url = _file_address(written, raw.url)
        if url is not None and not is_inside(element, chrome):
            found.setdefault(url)
        if len(found) >= MAX_ATTACHMENTS:
            break
    return list(found)


def find_notice_day(raw: RawPage) -> datetime | None:
    """The instant of publication that a page gives for the files on it, in UTC: one without a text of its own is read no further."""
    _, tree = parse_body(raw.body, raw.content_type)
    if tree is None:
        return None
    index = index_page(tree)
    meta = read_meta(tree, load_cms_names().meta_published, index.head)
    body = tree.find("body")
    blocks = list_blocks(tree if body is None else body, index.chrome)
    _, title_element = find_title(tree, meta, index, blocks, None, raw.list_title, raw.url)
    visible = find_visible_date(tree, index, blocks, title_element, None, raw)
    near, far = find_time_attributes(index, title_element)
    return find_published(raw, [*meta.published, *near], visible, far=far)[0]


def _file_address(written: str, base: str) -> str | None:
    """The absolute http(s) address of a file; None for anything else."""
    if not written or len(written) > 1_500:
        return None
    try:
        url = urljoin(base, re.sub(r"[\t\r\n]", "", written)).partition("#")[0].replace(" ", "%20")
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return None
    return url if _ENDING.search(unquote(parts.path)) or _ENDING.search(unquote(parts.query)) else None


def needs_attachments(outcome: str, article: Article | None, count: int) -> bool:
    """Whether a page that links to so many files says too little itself: nothing, a line or two, or a list around them."""
    if not count:
        return False
    if outcome in {"article", "document"}:
        return article is not None and article.extracted is not None and len(article.extracted.text) < SHORT_BODY
    return outcome == "empty" or (outcome == "list" and count < MAX_ATTACHMENTS)
