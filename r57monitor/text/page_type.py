"""Article, list, official document or empty."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from r57monitor.models import PageType
from r57monitor.text.article_urls import is_article_url
from r57monitor.text.blocks import Block
from r57monitor.text.boilerplate import is_chrome_line, is_sentence
from r57monitor.text.normalize import fold, squeeze
from r57monitor.text.page_index import PageIndex, is_inside
from r57monitor.text.urls import canonical_url

_MIN_WORDS = 12  # the shortest real article seen has 85 words; a caption with its place has about ten
_HEADLINE_LINK = 28  # a link of this length is a headline
_MIN_HEADLINES = 4
_PROSE = 80
_MANY_HEADLINES = 20
_RUN_SHARE = 0.5
_BRIEF = 150  # a news in brief under its own headline
_SHORT_PROSE = 300  # less than any article's body, more than one teaser
_SHORT_RUN = 700  # a list's teasers are broken up by headlines long before this
_LIST_URL = re.compile(r"[?&](?:_?\w*_?cur|page|paged|trang|pageindex)=\d", re.IGNORECASE)
_HEADLINE_WORDS = 6  # a section's name has fewer
_HAS_DIGIT = re.compile("[0-9]")
_SHOWN = re.compile(r"(?:hien thi|showing)\s+\d+\s*-\s*\d+\s+(?:of|cua|trong|tren)")
_LETTERHEAD_WORDS = ("cong hoa xa hoi", "dang cong san")  # one of them stands in every letterhead, maybe across a line's end
_ITEM_COUNTS = ("hien thi", "showing")  # what such a line begins with
_LETTERHEAD = re.compile(r"cong hoa xa hoi\s*\|?\s*chu nghia viet nam|\bdang cong san viet nam\b")
_NUMBER = re.compile(r"^(?:so|so hieu)\s*[:|]?\s*\|?\s*\d{1,5}\s*(?:/\d{4})?\s*[/-]\s*[a-z]{1,6}[a-z/-]*")
_LABELS = (
    "so hieu", "ngay ban hanh", "co quan ban hanh", "loai van ban", "nguoi ky", "trich yeu", "ngay co hieu luc", "so/ky hieu", "so ky hieu",
    "tinh trang hieu luc",
)  # fmt: skip
_LABEL = re.compile(rf"(?:^|\| |\n)({'|'.join(_LABELS)})\b")
_MIN_LABELS = 3
_BLANKS = re.compile(" {2,}")
_TEMPLATE = re.compile(r"\$\{[^}]*\}|\{\{[^}]*\}\}")


class Runs(NamedTuple):
    """Length of the longest run of prose that no headline interrupts, of all prose, and how many blocks of prose there are."""

    longest: int
    prose: int
    blocks: int


def is_list(items: Sequence[Block], runs: Runs, url: str, *, markers: int = 0, news: bool = False, titled: bool = False) -> bool:
    """Whether a page mostly leads to other pages: many headlines as links and no long run of prose of its own.

    items: the page's blocks with its lists. runs: of those that may be an article. markers: how many elements only lists have.
    news: the head says that the page is one news article. titled: the page shows a headline of its own.
    """
    headlines = sum(1 for b in items if b.is_link and len(b.text) >= _HEADLINE_LINK)
    longest, prose, teasers = runs
    markers += 2 * sum(1 for b in items if _HAS_DIGIT.search(b.text, 0, 80) and _SHOWN.search(fold(b.text)[:80]))
    if markers >= 2 and longest < 2 * _SHORT_RUN:
        return True
    if news and longest >= _SHORT_PROSE:
        return False
    if is_section_url(url):
        # The address is a section's: a few headlines with one teaser each are enough, unless the page has an article's prose.
        few = headlines >= 1 and teasers <= headlines + 1 and longest < _SHORT_RUN
        return few or (headlines >= _MIN_HEADLINES and longest < _SHORT_RUN) or (headlines >= _MANY_HEADLINES and longest < 4 * _SHORT_RUN)
    if headlines < _MIN_HEADLINES:
        return False
    least = _BRIEF if titled else _SHORT_PROSE
    return longest < least or (longest < _SHORT_RUN and longest < _RUN_SHARE * prose)


def is_long_prose(runs: Runs, url: str) -> bool:
    """Whether a page has so much prose in one run that `is_list` says no whatever else stands on it. runs, url: as there."""
    return runs.longest >= 2 * _SHORT_RUN and runs.longest >= (4 if is_section_url(url) else 2) * _SHORT_RUN


def is_named_article(index: PageIndex, title_element: Any, url: str) -> bool:
    """Whether a page names the headline it shows and one lead, as no list does: a picture with a lead, a few lines as they come in."""
    if title_element is None or is_section_url(url):
        return False
    titles, leads = ({e for e in index.of(role, 0) if not is_inside(e, index.chrome)} for role in ("title", "lead"))
    return titles == {title_element} and len(leads) == 1


def is_headed_article(page_title: str | None, title: str | None, title_element: Any, url: str) -> bool:
    """Whether a page's head begins with the headline that its heading shows, in as many words as no section's name has."""
    if title_element is None or title_element.tag != "h1" or is_section_url(url) or not title:
        return False
    return len(title.split()) >= _HEADLINE_WORDS and (page_title or "").startswith(title)


def is_settled(runs: Runs, url: str, *, news: bool) -> bool:
    """Whether `is_list` says no however many headlines stand on the page, if nothing on it is as only lists have it.

    runs, url, news: as there.
    """
    return runs.longest >= (_SHORT_PROSE if news else _SHORT_RUN) and not is_section_url(url)


def may_count_items(folded: str) -> bool:
    """Whether a page can say which of its items it shows ("Hiển thị 1-10 trong 200"). folded: all its text."""
    letters = squeeze(folded)
    return any(squeeze(words) in letters for words in _ITEM_COUNTS)


@lru_cache(maxsize=8)  # asked of a page's own address again and again
def is_section_url(url: str) -> bool:
    """Whether an address is a front page's, a section's or that of a list's further page."""
    shaped = is_article_url(canonical_url(url)) if url else True
    front = bool(url) and not urlsplit(url).path.strip("/") and not urlsplit(url).query
    return bool(_LIST_URL.search(url)) or front or (not shaped and bool(urlsplit(url).hostname))


def find_runs(blocks: Sequence[Block]) -> Runs:
    """The runs of prose among blocks."""
    run = longest = prose = count = 0
    for block in blocks:
        if block.is_link and len(block.text) >= _HEADLINE_LINK:
            run = 0
        elif len(block.text) >= _PROSE and not block.is_link and not is_chrome_line(block.text):
            run += len(block.text)
            prose += len(block.text)
            longest = max(longest, run)
            count += 1
    return Runs(longest, prose, count)


def is_official_document(lines: Sequence[str]) -> bool:
    """Whether a text is an official document: letterhead and number, or a law library's table of its properties."""
    joined = "\n".join(map(fold, lines[:25]))  # most lines were folded before
    if "  " in joined:
        joined = _BLANKS.sub(" ", joined)
    if _may_be_labelled(joined) and len(set(_LABEL.findall(joined))) >= _MIN_LABELS:
        return True
    if not any(words in joined for words in _LETTERHEAD_WORDS):
        return False
    parts = [part.strip() for part in joined.replace("|", "\n").split("\n")]
    numbered = any(part.startswith("so") and _NUMBER.match(part) for part in parts)
    return numbered and bool(_LETTERHEAD.search(" ".join(parts)))


def _may_be_labelled(joined: str) -> bool:
    """Whether a folded text can have as many labels as a law library's table: in the cells of rows, or at the beginnings of lines."""
    if "| " in joined:
        return sum(label in joined for label in _LABELS) >= _MIN_LABELS
    return sum(line.startswith(_LABELS) for line in joined.split("\n")) >= _MIN_LABELS


def is_unfilled(text: str) -> bool:
    """Whether the place of a body holds a template's variables instead of an article."""
    return "{" in text and bool(_TEMPLATE.search(text)) and len(_TEMPLATE.sub("", text).strip()) < 150


def _has_words(lines: Sequence[str]) -> bool:
    """Whether there are as many words as the shortest article has, a template's variables not counted."""
    words = 0
    for line in lines:
        if "{" not in line or not _TEMPLATE.search(line):
            words += len(line.split())
            if words >= _MIN_WORDS:
                return True
    return False


def judge_text(lines: Sequence[str]) -> PageType:
    """ "document", "empty" or "article" for a page that is no list.

    lines: the cleaned text's paragraphs.
    """
    if not _has_words(lines) or not any(is_sentence(line) or " | " in line for line in lines):
        return "empty"
    return "document" if is_official_document(lines) else "article"
