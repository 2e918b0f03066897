"""A raw page to title, author, date, language and clean text: HTML (an article's several pages as one), plain text, PDF and DOCX."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from typing import Any

from r57monitor.errors import ReadError
from r57monitor.models import Extracted, PageType, RawPage, Source
from r57monitor.text.blocks import SKIPPED_TAGS, Block, list_blocks
from r57monitor.text.boilerplate import clean_lines, is_sentence, line_key
from r57monitor.text.formats import find_format, read_docx_lines, read_pdf_lines, read_xlsx_lines
from r57monitor.text.html_tree import parse_body, strip_tags
from r57monitor.text.joined_pages import add_pages, is_joined, unpack_pages
from r57monitor.text.language import find_language
from r57monitor.text.normalize import fold, fold_lines
from r57monitor.text.page_author import choose_author, clean_author, take_byline
from r57monitor.text.page_body import below_title, blocks_within, choose_blocks, find_boxes, find_lead, lead_from_description, without_links
from r57monitor.text.page_dates import (
    find_issue_date,
    find_line_date,
    find_published,
    find_time_attributes,
    find_visible_date,
    is_closing_stamp,
)
from r57monitor.text.page_index import PageIndex, index_page, is_frame, load_cms_names, select
from r57monitor.text.page_meta import PageMeta, one_line, read_meta
from r57monitor.text.page_state import StateArticle, find_state_article
from r57monitor.text.page_title import find_title
from r57monitor.text.page_type import (
    Runs,
    find_runs,
    is_headed_article,
    is_list,
    is_long_prose,
    is_named_article,
    is_official_document,
    is_settled,
    is_unfilled,
    judge_text,
    may_count_items,
)
from r57monitor.text.plain_text import (
    cut_end_stamp,
    find_letterhead,
    find_text_title,
    is_issue_line,
    is_number_line,
    split_head_stamp,
)
from r57monitor.text.stamps import find_datelines
from r57monitor.text.text_lines import read_text_lines

_ARTICLE_PROSE = 400  # a sure body box with this much prose is an article whatever surrounds it
_TELLING_TITLE = 12  # words of a headline that make an official document's head one, whatever is left of its body
_DATELINE_LENGTH = 120
_NUMBERED = re.compile(r"\d\s?[/-]\s?[A-ZĐ]{2}")  # a document's number: its day belongs to it, the line is none of the page's stamps
_DATELINE_REST = 60
_BIG_PAGE = 2_000
_MAX_STRIPPED = 1_000_000
_LETTERHEAD_BLOCKS = 16  # of a document's head: bodies, number, motto, place and date, kind, title
_LOST_TREE = 200  # less text than this is left of a page whose nesting the parser gave up on


def extract_page(raw: RawPage, source: Source | None = None) -> Extracted:
    """What cleaning takes from a raw page, whatever its format.

    source: its own selectors, where the registry gives any. The text is NFC, its paragraphs parted by one newline, without the headline.
    Raises ReadError where the bytes cannot be read at all (unknown format, scanned or locked PDF, broken DOCX).
    """
    if is_joined(raw):
        first, *later = unpack_pages(raw)
        return add_pages(extract_page(first, source), first, later, source)
    kind = find_format(raw)
    if kind == "html":
        return _extract_html(raw, source)
    if kind == "pdf":
        lines, title = read_pdf_lines(raw)
    elif kind == "docx":
        lines, title = read_docx_lines(raw)
    elif kind == "xlsx":
        return _extract_rows(raw, *read_xlsx_lines(raw))
    elif kind == "text":
        lines, title = read_text_lines(raw), None
    elif kind == "old_office":
        raise ReadError(
            f"{raw.url}: this is a Word or Excel file of the old format (.doc, .xls); save it as .docx or .xlsx to have it read."
        )
    else:
        raise ReadError(
            f"{raw.url}: this is neither HTML, plain text, PDF, DOCX nor XLSX ({raw.content_type or 'no content type'}); it is not read."
        )
    return _extract_lines(raw, lines, title)


def _extract_lines(raw: RawPage, lines: Sequence[str], title: str | None) -> Extracted:
    """Plain text, PDF or DOCX: no elements to go by, only lines."""
    head_stamp, lines = split_head_stamp(lines)
    found, start = find_text_title(lines, raw.list_title)
    title = found or title or one_line(raw.list_title)
    headline, title = title, cut_end_stamp(title) if title else title
    head = find_letterhead(lines[: max(0, start - 1)])
    body = clean_lines([*head, *_without_datelines(lines[start:], title)], title)
    page_type = judge_text(body)
    told = page_type == "article" or (page_type == "empty" and len((title or "").split()) >= _TELLING_TITLE)
    if head and told and is_official_document(lines):
        page_type = "document"
    stamp = find_issue_date(lines) if page_type == "document" else None
    stamp = stamp or head_stamp or (find_line_date([headline[len(title) :]]) if headline and title and headline != title else None)
    stamp = stamp or find_line_date([*lines[max(0, start - 3) : start], *lines[start : start + 4]])
    author, body = take_byline(body, None)
    published, origin = find_published(raw, (), stamp)
    text = "\n".join(body)
    return Extracted(
        page_type=page_type, title=title, author=author, published=published, published_from=origin, language=find_language(text), text=text
    )


def _extract_rows(raw: RawPage, lines: Sequence[str], title: str | None) -> Extracted:
    """A workbook: every row counts, and no date in a cell is the day of publication."""
    body = clean_lines(lines, None)
    published, origin = find_published(raw, (), None)
    text = "\n".join(body)
    return Extracted(
        page_type=judge_text(body),
        title=one_line(raw.list_title) or title,
        author=None,
        published=published,
        published_from=origin,
        language=find_language(text),
        text=text,
    )


def _extract_html(raw: RawPage, source: Source | None) -> Extracted:
    page, tree = parse_body(raw.body, raw.content_type)
    if tree is None:
        return _empty(raw, None)
    index = index_page(tree)
    meta = read_meta(tree, load_cms_names().meta_published, index.head)
    index.chrome |= set(select(tree, source.drop_css if source else None))
    root = _body_of(tree)
    blocks = list_blocks(root, index.chrome)
    fold_lines([b.text for b in blocks])
    told = sum(len(b.text) for b in blocks)
    if len(page) > _BIG_PAGE and told < 2 * _LOST_TREE and len(root.text_content().strip()) < _LOST_TREE:
        lines = [line for line in map(one_line, strip_tags(page[:_MAX_STRIPPED]).split("\n")) if line]
        if sum(map(len, lines)) > 2 * _LOST_TREE:
            return _extract_lines(raw, lines, meta.page_title)
    if told < 2 * _LOST_TREE and (state := find_state_article(index.head)) is not None:
        return _extract_state(raw, state)
    title, title_element = find_title(tree, meta, index, blocks, source, raw.list_title, raw.url)
    visible = find_visible_date(tree, index, blocks, title_element, source, raw)
    lines, page_type = _read_body(tree, meta, index, blocks, title, title_element, source, raw, is_dated=visible is not None)
    if page_type == "document":
        visible = find_issue_date([b.text for b in blocks[:80]]) or visible
    near, far = find_time_attributes(index, title_element)
    published, origin = find_published(raw, [*meta.published, *near], visible, far=far)
    author, lines = choose_author(meta, index, source, lines, blocks, title_element)
    if page_type in {"empty", "list"}:
        published, origin, author = None, "none", None
    if page_type == "empty":
        lines = []
    text = "\n".join(lines)
    language = find_language(text) if text else None
    return Extracted(
        page_type=page_type, title=title, author=author, published=published, published_from=origin, language=language, text=text
    )


def _extract_state(raw: RawPage, state: StateArticle) -> Extracted:
    """A page that shows nothing before its scripts run: the article as their data hold it."""
    lines = clean_lines(state.lines, state.title)
    published, origin = find_published(raw, [state.published] if state.published else [], None)
    author, lines = take_byline(lines, clean_author(state.author))
    text = "\n".join(lines)
    return Extracted(
        page_type=judge_text(lines),
        title=state.title,
        author=author,
        published=published,
        published_from=origin,
        language=find_language(text),
        text=text,
    )


def _body_of(tree: Any) -> Any:
    body = tree.find("body")
    return body if body is not None else tree


def _empty(raw: RawPage, title: str | None) -> Extracted:
    published, origin = find_published(raw, (), None)
    return Extracted(
        page_type="empty",
        title=title or one_line(raw.list_title),
        author=None,
        published=published,
        published_from=origin,
        language=None,
        text="",
    )


def _read_body(
    tree: Any,
    meta: PageMeta,
    index: PageIndex,
    blocks: Sequence[Block],
    title: str | None,
    title_element: Any,
    source: Source | None,
    raw: RawPage,
    *,
    is_dated: bool,
) -> tuple[list[str], PageType]:
    if any(is_unfilled(e.text_content()) for e in index.of("body", 0)):
        return [], "empty"
    boxes, sure = find_boxes(tree, index, blocks, source)
    inside = blocks_within(blocks, boxes)
    prose = sum(len(b.text) for b in inside if not b.is_link and is_sentence(b.text))
    runs = find_runs(inside or blocks)
    certain = sure and prose >= _ARTICLE_PROSE and not is_list(inside, runs, "")
    settled = certain or is_long_prose(runs, raw.url) or is_named_article(index, title_element, raw.url)
    settled = settled or (is_dated and runs.blocks > 0 and is_headed_article(meta.page_title, title, title_element, raw.url))
    if not settled and _is_list_page(tree, meta, index, blocks, runs, title_element, raw.url):
        return clean_lines([b.text for b in blocks], title), "list"
    body = without_links(inside) if boxes else below_title(blocks, choose_blocks(tree, index, blocks, boxes), title_element)
    lead = find_lead(index, blocks, body, title_element, title, named_only=bool(source and source.body_css))
    head = [] if boxes else _letterhead_above(blocks, body)
    lines = clean_lines([*head, *lead, *_without_datelines([b.text for b in body], title)], title)
    if head and judge_text(lines) == "article":
        return lines, "document"
    description = lead_from_description(meta.description, title, lines)
    if description:
        lines = [description, *lines]
    return lines, judge_text(lines)


def _letterhead_above(blocks: Sequence[Block], body: Sequence[Block]) -> list[str]:
    """The lines of an official document's letterhead that the choice of the body lost, as they stand in a table of their own."""
    first = next((n for n, b in enumerate(blocks) if body and b is body[0]), 0)
    top = blocks[max(0, first - _LETTERHEAD_BLOCKS) : first + _LETTERHEAD_BLOCKS]
    texts = [b.text for b in top]
    if not any(map(is_number_line, texts)) or not is_official_document(texts):
        return []
    kept = {b.text for b in body}
    return [text for text in find_letterhead(texts) if text not in kept]


def _is_list_page(tree: Any, meta: PageMeta, index: PageIndex, blocks: Sequence[Block], runs: Runs, title_element: Any, url: str) -> bool:
    """Whether a page that no long prose settles is a list. The lists of other articles on it are read only where they can decide."""
    markers, news = _count_list_dates(index), meta.is_news_article
    told = partial(is_list, runs=runs, url=url, markers=markers, news=news, titled=title_element is not None)
    hard = {e for e in index.chrome if is_frame(e)}
    if all(e in hard or e.tag in SKIPPED_TAGS for e in index.chrome):  # no list was left out
        return told(blocks)
    if not markers and is_settled(runs, url, news=news) and not may_count_items(fold(tree.text_content())):
        return False
    return told(blocks) or told(list_blocks(_body_of(tree), hard))  # more items make no list less of one


def _count_list_dates(index: PageIndex) -> int:
    """How many dates stand on the page as only Liferay's lists show them."""
    count = sum(1 for e in index.of("date", 0) if (e.get("class") or "").lower() == "assetpublishdate")
    return count if count > 1 else 0


def _without_datelines(body: Sequence[str], title: str | None) -> list[str]:
    """The body's paragraphs without the dateline that stands before the first sentence, alone or glued to the headline."""
    headline = line_key(title) if title else ""
    lines = []
    begun = False
    for place, text in enumerate(body):
        if is_issue_line(text) and any(map(is_number_line, body[max(0, place - 4) : place + 5])):  # a letterhead's, not the page's
            lines.append(text)
            continue
        if not begun and len(text) <= _DATELINE_LENGTH and not (" | " in text and "ban hanh" in fold(text)):
            dates = list(find_datelines(text))
            rest = len(text) - sum(d.end - d.start for d in dates)
            if dates and rest <= _DATELINE_REST and not text.endswith(".") and not _NUMBERED.search(text):
                continue
            if dates and line_key(cut_end_stamp(text)) == headline:
                continue
        begun = begun or is_sentence(text)
        lines.append(text)
    while lines and is_closing_stamp(lines[-1]):
        lines.pop()
    return lines
