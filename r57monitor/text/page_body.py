"""The article's paragraphs: the box that portal systems name, else trafilatura's choice checked against the page's own prose."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from r57monitor.models import Source
from r57monitor.text.blocks import Block
from r57monitor.text.boilerplate import is_chrome_line, is_sentence, is_tail_heading, line_key
from r57monitor.text.normalize import fold, has_other_letters, squeeze
from r57monitor.text.page_author import is_byline
from r57monitor.text.page_index import PageIndex, is_inside, select

_MIN_BOX = 150  # characters of plain text that make a named box the body
_SHARE_OF_PAGE = (0.0, 0.45, 0.6)  # by rank of the name: how much of the page's prose the box must hold
_MANY_BOXES = 5  # as many boxes of one name are list items
_SAME_SIZE = 0.15  # boxes of one name that are parts of one article are not smaller than this share of the largest
_SHORT = 250  # below this, trafilatura's fast mode has probably missed something
_COVERED = 0.6  # share of the page's prose that trafilatura must keep to be believed
_REGION_SHARE = 0.8
_PARAGRAPHS = 3  # fewer may be part of a body
_BELOW_TITLE = 0.85  # share of the prose below the headline: what stands above is no part of the article
_ALL_PROSE = 0.95  # share of prose in a part of the page that needs no cleaning
_LEAD_LENGTH = (40, 900)

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


def find_boxes(tree: Any, index: PageIndex, blocks: Sequence[Block], source: Source | None) -> tuple[list[Any], bool]:
    """Elements that hold the body by name, in document order, and whether the name is sure. ([], False) where none is known.

    blocks: the page's blocks outside its chrome.
    """
    chosen = select(tree, source.body_css if source else None)
    if chosen and _plain_length([b for b in blocks if is_inside(b.element, set(chosen))]):
        return _outermost(chosen), True
    page_prose = _prose_length(blocks)
    for rank, share in enumerate(_SHARE_OF_PAGE):
        elements = [e for e in index.of("body", rank) if not is_inside(e, index.chrome)]
        if not elements:
            continue
        sizes = _sizes(elements, blocks)
        elements = [e for e in elements if sizes[e][0] >= _MIN_BOX]
        if not elements:
            continue
        largest = max(elements, key=lambda e: sizes[e][1])
        outer = _outermost(elements)
        if len(outer) >= _MANY_BOXES or rank:
            boxes = [largest]
        else:
            boxes = [e for e in outer if sizes[e][1] >= _SAME_SIZE * sizes[largest][1] or is_inside(largest, {e})]
        if sum(sizes[e][1] for e in boxes) >= share * page_prose:
            return boxes, rank == 0
    return [], False


def _sizes(elements: Sequence[Any], blocks: Sequence[Block]) -> dict[Any, tuple[int, int]]:
    """Plain text and prose within each element."""
    wanted = set(elements)
    sizes = {element: [0, 0] for element in elements}
    for block in blocks:
        plain = 0 if block.is_link else len(block.text)
        prose = plain if is_sentence(block.text) else 0
        node = block.element
        while node is not None:
            if node in wanted:
                sizes[node][0] += plain
                sizes[node][1] += prose
            node = node.getparent()
    return {element: (plain, prose) for element, (plain, prose) in sizes.items()}


def _outermost(elements: Sequence[Any]) -> list[Any]:
    if len(elements) == 1:
        return list(elements)
    wanted = set(elements)
    order = {element: place for place, element in enumerate(elements)}
    outer = [e for e in elements if not any(a in wanted for a in e.iterancestors())]
    return sorted(outer, key=lambda e: _document_order(e, order))


def _document_order(element: Any, order: dict[Any, int]) -> tuple[int, ...]:
    path = []
    node = element
    while node.getparent() is not None:
        path.append(node.getparent().index(node))
        node = node.getparent()
    return (*reversed(path), order[element])


def _plain_length(blocks: Sequence[Block]) -> int:
    return sum(len(b.text) for b in blocks if not b.is_link)


def _prose_length(blocks: Sequence[Block]) -> int:
    return sum(len(b.text) for b in blocks if not b.is_link and is_sentence(b.text))


def choose_blocks(tree: Any, index: PageIndex, blocks: Sequence[Block], boxes: Sequence[Any]) -> list[Block]:
    """The body's blocks: those within the named boxes; without boxes, those trafilatura keeps, or the page's densest part."""
    if boxes:
        return without_links(blocks_within(blocks, boxes))
    if not blocks:
        return []
    region = _densest_region(blocks)
    if _is_all_prose(region) and _prose_length(region) == _prose_length(blocks):
        return region
    kept = _kept_by_trafilatura(tree, index, blocks)
    if _prose_length(kept) >= _COVERED * _prose_length(region):
        return without_links(kept)
    return without_links(region)


def blocks_within(blocks: Sequence[Block], boxes: Sequence[Any]) -> list[Block]:
    """The blocks that lie within one of the boxes."""
    wanted = set(boxes)
    return [b for b in blocks if is_inside(b.element, wanted)] if wanted else []


def below_title(blocks: Sequence[Block], body: list[Block], title_element: Any | None) -> list[Block]:
    """Without what stands above the headline (a poll, a notice at the side), where nearly all of the body's prose stands below it."""
    if title_element is None:
        return body
    title = {title_element}
    place = next((n for n, b in enumerate(blocks) if is_inside(b.element, title)), 0)
    above = {id(b) for b in blocks[:place]}
    below = [b for b in body if id(b) not in above]
    return below if _prose_length(below) >= _BELOW_TITLE * _prose_length(body) else body


def _is_all_prose(region: Sequence[Block]) -> bool:
    """Whether the densest part holds nothing but prose, headings and the odd short line, so that there is nothing to choose from."""
    paragraphs = sum(1 for b in region if is_sentence(b.text))
    prose = sum(len(b.text) for b in region if b.kind == "h" or is_sentence(b.text))
    return (
        paragraphs >= _PARAGRAPHS and prose >= _ALL_PROSE * sum(len(b.text) for b in region) > 0 and not any(b.link_chars for b in region)
    )


def without_links(blocks: list[Block]) -> list[Block]:
    """Without paragraphs and items that are only links to other pages, unless there is nothing else."""
    plain = [b for b in blocks if not b.is_link or (b.kind in {"row", "h"} and len(b.text) < 20)]
    return plain if any(is_sentence(b.text) for b in plain) else blocks


def _densest_region(blocks: Sequence[Block]) -> list[Block]:
    """Blocks within the deepest element that holds most of the page's prose."""
    weights: dict[Any, int] = {}
    depths: dict[Any, int] = {}
    total = 0
    for block in blocks:
        if block.is_link or not is_sentence(block.text):
            continue
        total += len(block.text)
        chain = [block.element, *block.element.iterancestors()]
        for depth, node in enumerate(reversed(chain)):
            weights[node] = weights.get(node, 0) + len(block.text)
            depths[node] = depth
    holders = [node for node, weight in weights.items() if weight >= _REGION_SHARE * total]
    if not holders:
        return []
    region = max(holders, key=lambda node: depths[node])
    return [b for b in blocks if is_inside(b.element, {region})]


def _kept_by_trafilatura(tree: Any, index: PageIndex, blocks: Sequence[Block]) -> list[Block]:
    """Blocks that trafilatura takes for the body, and the plain ones between them (tables, headings, short items)."""
    from trafilatura import bare_extraction

    pruned = _pruned_copy(tree, index)
    text = ""
    for fast in (True, False):
        document = bare_extraction(
            pruned if fast else _pruned_copy(tree, index), fast=fast, include_comments=False, include_tables=True, with_metadata=False
        )
        text = (document.text or "") if document is not None and not isinstance(document, dict) else ""
        if len(text) >= _SHORT:
            break
    squeezed = _squeeze(text)
    if not squeezed:
        return []
    marks = [len(b.text) >= 20 and not b.is_link and _squeeze(b.text)[:200] in squeezed for b in blocks]
    if not any(marks):
        return []
    first, last = marks.index(True), len(marks) - 1 - marks[::-1].index(True)
    if last + 1 < len(blocks) and not blocks[last + 1].is_link and is_byline(blocks[last + 1].text):
        last += 1
    return [b for b, mark in zip(blocks[first : last + 1], marks[first : last + 1], strict=True) if mark or not b.is_link]


def _squeeze(text: str) -> str:
    folded = fold(text)
    return "".join(filter(str.isalnum, folded)) if has_other_letters(folded) else squeeze(folded).decode("ascii")


def _pruned_copy(tree: Any, index: PageIndex) -> Any:
    """A copy of the tree without its chrome (trafilatura changes what it is given)."""
    mark = "data-r57-chrome"
    for element in index.chrome:
        element.set(mark, "1")
    copy = deepcopy(tree)
    for element in index.chrome:
        del element.attrib[mark]
    for element in copy.xpath(f"//*[@{mark}]"):
        parent = element.getparent()
        if parent is not None:
            element.drop_tree()
    return copy


def find_lead(
    index: PageIndex, blocks: Sequence[Block], body: Sequence[Block], title_element: Any | None, title: str | None, *, named_only: bool
) -> list[str]:
    """Paragraphs of the lead (sapo) that stand outside the body: named so, or (unless named_only) prose between headline and body."""
    leads = {e for e in index.of("lead") if not is_inside(e, index.chrome)}
    places = {id(b): place for place, b in enumerate(blocks)}
    first = min((places[id(b)] for b in body if id(b) in places), default=len(blocks))
    inside = {id(b) for b in body}
    start = 0
    if title_element is not None:
        title_itself = {title_element}
        start = max((p + 1 for p, b in enumerate(blocks[:first]) if is_inside(b.element, title_itself)), default=0)
    found = []
    for block in blocks[start:first]:
        if id(block) in inside or block.is_link or not _LEAD_LENGTH[0] <= len(block.text) <= _LEAD_LENGTH[1]:
            continue
        if (title and line_key(block.text) == line_key(title)) or is_chrome_line(block.text) or is_tail_heading(block.text):
            continue
        between = not named_only and title_element is not None and is_sentence(block.text) and block.kind != "li" and first - start <= 12
        if is_inside(block.element, leads) or between:
            found.append(block.text)
    return found[:3]


def lead_from_description(description: str | None, title: str | None, lines: Sequence[str]) -> str | None:
    """The head's description where it is this article's lead and the text lacks it; None for a site's standing description."""
    if not description or not _LEAD_LENGTH[0] * 2 <= len(description) <= _LEAD_LENGTH[1] or description.endswith(("...", "…")):
        return None
    if not lines or (title and line_key(description).startswith(line_key(title)[:60])):
        return None
    text = _squeeze(" ".join(lines))
    key = _squeeze(description)
    if key[:60] in text or key[-60:] in text:
        return None
    words = {w for w in fold(description).split() if len(w) >= 3}
    known = set(fold(" ".join((*lines, title or ""))).split())
    return description if words and len(words & known) >= 0.7 * len(words) else None
