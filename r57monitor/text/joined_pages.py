"""All pages of one article as one body, each as it came, and the article read from it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from r57monitor.errors import ReadError
from r57monitor.models import Extracted, RawPage, Source, other_page
from r57monitor.text.article_pages import TELLING, line_words
from r57monitor.text.blocks import list_blocks
from r57monitor.text.boilerplate import clean_lines
from r57monitor.text.html_tree import parse_body
from r57monitor.text.language import find_language
from r57monitor.text.page_author import take_byline
from r57monitor.text.page_body import blocks_within, find_boxes, without_links
from r57monitor.text.page_index import index_page, select
from r57monitor.text.page_type import judge_text

_TYPE = "multipart/mixed"
_HEAD = re.compile(
    rb"--r57-[0-9a-f]{40}\r\nContent-Type: (?P<kind>[^\r\n]*)\r\nContent-Location: (?P<url>[^\r\n]*)\r\n"
    rb"Content-Length: (?P<length>\d{1,9})\r\n\r\n"
)


def pack_pages(pages: Sequence[RawPage]) -> tuple[bytes, str]:
    """Pages of one article, the first one first, as one body, each as it came; and its content type."""
    mark = f"r57-{hashlib.sha1(b''.join(page.body for page in pages), usedforsecurity=False).hexdigest()}"
    parts = [
        b"--%s\r\nContent-Type: %s\r\nContent-Location: %s\r\nContent-Length: %d\r\n\r\n%s\r\n"
        % (mark.encode(), _one_line(page.content_type), _one_line(page.url), len(page.body), page.body)
        for page in pages
    ]
    return b"".join((*parts, b"--%s--\r\n" % mark.encode())), f"{_TYPE}; boundary={mark}"


def _one_line(text: str) -> bytes:
    return " ".join(text.split()).encode("utf-8", "replace")


def is_joined(raw: RawPage) -> bool:
    """Whether a body is several pages of one article."""
    return raw.content_type.startswith(_TYPE) and _HEAD.match(raw.body) is not None


def unpack_pages(raw: RawPage) -> list[RawPage]:
    """The pages that `pack_pages` put together. Raises ReadError where they are not whole."""
    return list(_iterate_parts(raw))


def _iterate_parts(raw: RawPage) -> Iterator[RawPage]:
    at, body = 0, raw.body
    while head := _HEAD.match(body, at):
        start, end = head.end(), head.end() + int(head["length"])
        if end > len(body):
            raise ReadError(f"{raw.url}: the pages of this article are not whole.")
        url = head["url"].decode("utf-8", "replace") if at else raw.url
        yield other_page(raw, body=body[start:end], content_type=head["kind"].decode("utf-8", "replace"), url=url)
        at = end + len(b"\r\n")


def add_pages(told: Extracted, first: RawPage, later: Iterable[RawPage], source: Source | None) -> Extracted:
    """What was read of an article's first page, with what each later page adds to the ones before.

    What a later page repeats of the first one, of the article or beside it, at its beginning and end, or at length anywhere, is its
    frame: headline, lead, byline, other articles' teasers.
    """
    if told.page_type == "list":
        return told
    lines = told.text.split("\n") if told.text else []
    seen = {line_words(line) for line in (*_all_lines(first), *lines, told.title or "")}
    author = told.author
    for page in later:
        found, fresh = take_byline(_without_frame(_article_lines(page, told.title, source), seen), None)
        author = author or found
        lines += fresh
        seen |= set(map(line_words, fresh))
    text = "\n".join(lines)
    page_type = judge_text(lines) if told.page_type == "empty" else told.page_type
    return replace(told, page_type=page_type, author=author, language=find_language(text) if text else None, text=text)


def _all_lines(raw: RawPage) -> list[str]:
    _, tree = parse_body(raw.body, raw.content_type)
    return [] if tree is None else [block.text for block in list_blocks(tree)]


def _article_lines(raw: RawPage, title: str | None, source: Source | None) -> list[str]:
    """Lines of a later page: of its article's place where it has one, else all that are no links."""
    _, tree = parse_body(raw.body, raw.content_type)
    if tree is None:
        return []
    index = index_page(tree)
    blocks = list_blocks(tree, index.chrome | set(select(tree, source.drop_css if source else None)))
    boxes, _ = find_boxes(tree, index, blocks, source)
    return clean_lines([block.text for block in without_links(blocks_within(blocks, boxes) if boxes else blocks)], title)


def _without_frame(lines: Sequence[str], seen: set[str]) -> list[str]:
    known = [line_words(line) in seen for line in lines]
    start = next((n for n, is_known in enumerate(known) if not is_known), len(lines))
    end = next((n for n in range(len(lines), start, -1) if not known[n - 1]), start)
    return [line for line, is_known in zip(lines[start:end], known[start:end], strict=True) if not (is_known and len(line) >= TELLING)]
