"""The headline of a page: what head, headings and the list that led here agree on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import deepcopy
from typing import Any
from urllib.parse import urlsplit

from r57monitor.models import Source
from r57monitor.text.blocks import Block
from r57monitor.text.boilerplate import is_chrome_line, is_sentence, is_tail_heading, line_key
from r57monitor.text.normalize import fold
from r57monitor.text.page_index import PageIndex, is_inside, load_cms_names, select
from r57monitor.text.page_meta import PageMeta, one_line
from r57monitor.text.plain_text import cut_end_stamp
from r57monitor.text.stamps import find_datelines

_SEPARATOR = re.compile(r"\s+(?:[|»•·]|-{1,2}|–|—|::|>)\s+|\s*(?:\||::|»)\s*")
_OPENING_MARK = re.compile(r"\s*:\s+|\s+[-–|»]\s+")
_MIN_LENGTH = 12
_MAX_LENGTH = 400
_DATED_LENGTH = 260  # of a headline with its day and time
_TELLING_LENGTH = 25
_DIGITS = tuple("0123456789")
_SITE_PART_LENGTH = 45  # names of sites and sections are short
_PROSE_LENGTH = 100
_ABOVE_PROSE = 6  # a headline that nothing names stands within so many blocks above the first paragraph
_BARE_LENGTH = (25, 200)


def find_title(
    tree: Any, meta: PageMeta, index: PageIndex, blocks: Sequence[Block], source: Source | None, list_title: str | None, url: str
) -> tuple[str | None, Any | None]:
    """The headline and the element that shows it (None where only the head or the list says it).

    blocks: all blocks of the page outside its chrome. list_title: anchor or feed title that led here.
    Order: the source's selector; a name that portal systems use; head data that the page shows too; the list's title; a lone h1.
    """
    for element in select(tree, source.title_css if source else None):
        text = _element_title(element)
        if text:
            return text, element
    site = _site_names(meta, source, url)
    shown = {line_key(block.text): block for block in blocks if len(block.text) <= _MAX_LENGTH}
    for text in _head_candidates(meta, site):
        block = shown.get(line_key(text))
        if block is not None and not block.is_link:
            return _longer(text, block.text), block.element
    named = _named_title(index, site, meta)
    if named is not None:
        return named
    title, element = _fallback(tree, meta, shown, site, list_title)
    return (title, element) if title else _above_prose(blocks, site)


def _head_candidates(meta: PageMeta, site: frozenset[str]) -> list[str]:
    """Titles that the head gives, the likeliest first; <title> also with its last parts cut off, longest first."""
    found = [text for text in (meta.headline, meta.og_title) if text and not is_site_name(text, site)]
    for text in (meta.og_title, meta.page_title):
        if text:
            found.extend(prefix for prefix in _prefixes(text) if not is_site_name(prefix, site))
    return [text for text in found if _MIN_LENGTH <= len(text) <= _MAX_LENGTH]


def _prefixes(text: str) -> list[str]:
    text = _cut_opening(text)
    cuts = [match.start() for match in _SEPARATOR.finditer(text)]
    return [text, *(text[:cut].strip() for cut in reversed(cuts))]


def _cut_opening(text: str) -> str:
    """A page title without the page's kind before it: "Bản in: Tin A" becomes "Tin A"."""
    folded = fold(text)
    for words in load_cms_names().opening_words:
        if folded.startswith(words) and (mark := _OPENING_MARK.match(text, len(words))):
            return text if folded[mark.end() :].startswith(load_cms_names().site_words) else text[mark.end() :]
    return text


def _site_names(meta: PageMeta, source: Source | None, url: str) -> frozenset[str]:
    names = {line_key(name) for name in (meta.site_name, source.name if source else None) if name}
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    names.add(host)
    names.add(host.split(".")[0])
    return frozenset(name for name in names if name)


def is_site_name(text: str, site: frozenset[str] = frozenset()) -> bool:
    """Whether a title is the name of a site, a section or nothing ("Trang chủ", "Cổng thông tin điện tử ...")."""
    key = line_key(text)
    names = load_cms_names()
    if not key or key in site or key in names.constant_titles:
        return True
    return len(key) <= 80 and key.startswith(
        ("cong thong tin dien tu", "trang thong tin dien tu", "cong ttdt", "bao dien tu ", "website ", "trang chu")
    )


def _named_title(index: PageIndex, site: frozenset[str], meta: PageMeta) -> tuple[str, Any] | None:
    head = line_key(meta.page_title or "")
    best: tuple[int, str, Any] | None = None
    for element in index.of("title"):
        if is_inside(element, index.chrome) or next(element.iterancestors("a"), None) is not None:
            continue
        text = _element_title(element)
        if not text or is_site_name(text, site) or is_tail_heading(text) or is_chrome_line(text):
            continue
        # A title that <title> repeats is sure; else the first that a heading or a name of the surest rank shows.
        score = 2 if head and line_key(text) in head else 1 if element.tag in {"h1", "h2"} else 0
        if best is None or score > best[0]:
            best = (score, text, element)
    return (best[1], best[2]) if best else None


def _element_title(element: Any) -> str | None:
    if element.find(".//br") is not None:  # a headline of two lines
        element = deepcopy(element)
        for line_break in element.iter("br"):
            line_break.tail = f" {line_break.tail or ''}"
    text = one_line(element.text_content())
    return text if text and _MIN_LENGTH <= len(text) <= _MAX_LENGTH else None


def _fallback(
    tree: Any, meta: PageMeta, shown: dict[str, Block], site: frozenset[str], list_title: str | None
) -> tuple[str | None, Any | None]:
    if list_title and len(list_title) >= _MIN_LENGTH:
        key = line_key(list_title)
        whole = {line_key(text) for text in _prefixes(meta.page_title or "")}
        for other, block in shown.items():
            if other == key or (len(key) >= 25 and other.startswith(key.rstrip(" ….")) and len(other) < 2 * len(key)):
                # A title that the head has too is not cut short: what follows it on the page is a date or the like.
                return one_line(list_title) if other != key and key in whole else block.text, block.element
    heads = [text for text in (meta.headline, meta.og_title) if text and not is_site_name(text, site)]
    if heads:
        return cut_site_name(heads[0], site), None
    headings = [h for h in tree.iter("h1") if (text := _element_title(h)) and not is_site_name(text, site) and not _leads_home(h)]
    if len(headings) == 1:
        return _element_title(headings[0]), headings[0]
    if (dated := _find_dated(shown, site)) is not None:
        return dated
    if list_title and len(list_title) >= _MIN_LENGTH:
        return one_line(list_title), None
    title = cut_site_name(_cut_opening(meta.page_title), site) if meta.page_title else ""
    usable = len(title) >= _MIN_LENGTH and not is_site_name(title, site)
    names = load_cms_names()  # "Hỏi đáp - Cổng X": a section's name before the site's
    if usable and not line_key(title).startswith(names.site_words) and line_key(_prefixes(title)[-1]) not in names.constant_titles:
        return title, None
    for block in shown.values():
        if block.kind == "h" and not block.is_link and len(block.text) >= _TELLING_LENGTH and not is_site_name(block.text, site):
            return cut_end_stamp(block.text), block.element
    return (title, None) if usable else (None, None)


def _leads_home(heading: Any) -> bool:
    """Whether a heading is a site's name that leads to its front page."""
    link = next(heading.iterancestors("a"), None)
    link = heading.find(".//a") if link is None else link
    return link is not None and not urlsplit(link.get("href") or "#").path.strip("./")


def _find_dated(shown: dict[str, Block], site: frozenset[str]) -> tuple[str, Any] | None:
    """The one block that is a headline with its day and time behind it, as pages of tables print them in one cell."""
    found = []
    for block in shown.values():
        if block.is_link or block.kind == "li" or len(block.text) > _DATED_LENGTH or not block.text[-6:].strip(" )").endswith(_DIGITS):
            continue
        text = cut_end_stamp(block.text)
        if text != block.text and len(text) >= _TELLING_LENGTH and not is_site_name(text, site):
            found.append((text, block.element))
    return found[0] if len(found) == 1 else None


def _above_prose(blocks: Sequence[Block], site: frozenset[str]) -> tuple[str | None, Any | None]:
    """The longest line above the first paragraph that can be a headline, where no heading, name or head data shows one."""
    first = next((n for n, b in enumerate(blocks) if not b.is_link and len(b.text) >= _PROSE_LENGTH and is_sentence(b.text)), 0)
    lines = [b for b in blocks[max(0, first - _ABOVE_PROSE) : first] if b.kind == "p" and not b.is_link and _is_bare_title(b.text, site)]
    best = max(lines, key=lambda b: len(b.text), default=None)
    return (best.text, best.element) if best is not None else (None, None)


def _is_bare_title(text: str, site: frozenset[str]) -> bool:
    if not _BARE_LENGTH[0] <= len(text) <= _BARE_LENGTH[1] or len(text.split()) < 5 or text[-1] in ".,;:":
        return False
    return not (is_site_name(text, site) or is_chrome_line(text) or is_tail_heading(text) or any(find_datelines(text)))


def cut_site_name(text: str, site: frozenset[str] = frozenset()) -> str:
    """A page title without the names of site and section at its end: "Tin A - Thời sự - Báo B" becomes "Tin A"."""
    words = load_cms_names().site_words
    parts = [(match.start(), match.end()) for match in _SEPARATOR.finditer(text)]
    cut = False
    while parts:
        start, end = parts[-1]
        last = line_key(text[end:])
        bar = "|" in text[start:end]
        if not (last in site or last.startswith(words) or (bar and len(last) <= _SITE_PART_LENGTH) or (cut and len(last) <= 25)):
            break
        if start < _MIN_LENGTH:
            break
        cut = True
        text = text[:start].strip()
        parts.pop()
    return text


def _longer(head: str, shown: str) -> str:
    """The page's own spelling, unless it is all capitals."""
    return head if shown.isupper() else shown
