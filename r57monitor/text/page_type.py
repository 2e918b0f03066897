"""Article, list, official document or empty."""

from __future__ import annotations

import re
from collections.abc import Sequence

from r57monitor.models import PageType
from r57monitor.text.blocks import Block
from r57monitor.text.boilerplate import is_sentence
from r57monitor.text.normalize import fold
from r57monitor.text.stamps import find_datelines

_MIN_WORDS = 12  # the shortest real article seen has 85 words; a caption with its place has about ten
_HEADLINE_LINK = 28  # a link of this length is a headline
_MIN_HEADLINES = 4
_PROSE = 80
_RUN_SHARE = 0.5
_SHORT_RUN = 700  # a list's teasers are broken up by headlines long before this
_LIST_URL = re.compile(r"[?&](?:_?\w*_?cur|page|paged|trang|pageindex)=\d", re.IGNORECASE)
_SHOWN = re.compile(r"(?:hien thi|showing)\s+\d+\s*-\s*\d+\s+(?:of|cua|trong|tren)")
_LETTERHEAD = re.compile(r"cong hoa xa hoi\s*\|?\s*chu nghia viet nam|\bdang cong san viet nam\b")
_NUMBER = re.compile(r"^(?:so|so hieu)\s*[:|]?\s*\|?\s*\d{1,5}\s*(?:/\d{4})?\s*[/-]\s*[a-z]{1,6}[a-z/-]*")
_LABELS = (
    "so hieu",
    "ngay ban hanh",
    "co quan ban hanh",
    "loai van ban",
    "nguoi ky",
    "trich yeu",
    "ngay co hieu luc",
    "so/ky hieu",
    "so ky hieu",
    "tinh trang hieu luc",
)
_TEMPLATE = re.compile(r"\$\{[^}]*\}|\{\{[^}]*\}\}")


def is_list(blocks: Sequence[Block], url: str, markers: int = 0) -> bool:
    """Whether a page mostly leads to other pages: many headlines as links and no long run of prose between them.

    blocks: the page's blocks outside its chrome. markers: how many elements mark a list's items or pager for sure.
    """
    headlines = run = longest = prose = dates = 0
    for block in blocks:
        if block.is_link and len(block.text) >= _HEADLINE_LINK:
            headlines += 1
            run = 0
        elif len(block.text) >= _PROSE and not block.is_link:
            run += len(block.text)
            prose += len(block.text)
            longest = max(longest, run)
        elif len(block.text) < _PROSE:
            dates += sum(1 for _ in find_datelines(block.text))
        if _SHOWN.search(fold(block.text[:80])):
            markers += 2
    if markers >= 2 and longest < 2 * _SHORT_RUN:
        return True
    if headlines < _MIN_HEADLINES:
        return bool(_LIST_URL.search(url)) and headlines + dates >= 2 and longest < _SHORT_RUN
    if prose == 0:
        return True
    if longest >= 2 * _SHORT_RUN:
        return headlines > 60 and longest < 0.2 * prose
    return (longest < _SHORT_RUN and longest < max(_RUN_SHARE * prose, 400)) or (headlines >= 20 and longest < _SHORT_RUN)


def is_official_document(lines: Sequence[str]) -> bool:
    """Whether a text is an official document: letterhead and number, or a law library's table of its properties."""
    head = [" ".join(fold(line).split()) for line in lines[:25]]
    joined = "\n".join(head)
    labels = sum(1 for label in _LABELS if re.search(rf"(?:^|\| |\n){re.escape(label)}\b", joined))
    if labels >= 3:
        return True
    parts = [part.strip() for line in head for part in line.split("|")]
    numbered = any(_NUMBER.match(part) for part in parts)
    return numbered and bool(_LETTERHEAD.search(" ".join(parts)))


def judge_text(lines: Sequence[str]) -> PageType:
    """ "document", "empty" or "article" for a page that is no list.

    lines: the cleaned text's paragraphs.
    """
    words = sum(len(line.split()) for line in lines if not _TEMPLATE.search(line))
    if words < _MIN_WORDS or not any(is_sentence(line) or " | " in line for line in lines):
        return "empty"
    return "document" if is_official_document(lines) else "article"
