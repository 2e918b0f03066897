"""Files that an article page links to: where a portal's article is only that, its text stands in them."""

from __future__ import annotations

import re
from urllib.parse import unquote, urljoin, urlsplit

from r57monitor.models import Article, RawPage
from r57monitor.text.html_tree import parse_body
from r57monitor.text.page_index import index_page, is_inside

MAX_ATTACHMENTS = 5  # of one article
SHORT_BODY = 400  # letters: "Chi tiết xem tệp đính kèm" and the like, no article's text
_MARK = re.compile(rb"\.(?:pdf|docx?|xlsx?)\b", re.IGNORECASE)
_ENDING = re.compile(r"\.(?:pdf|docx?|xlsx?)(?:$|/|\?|&)", re.IGNORECASE)


def may_have_attachments(raw: RawPage) -> bool:
    """A cheap look: whether the page names such a file at all."""
    return _MARK.search(raw.body) is not None


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
