"""Which blocks of a page show the day of the visit: a clock is never a publication date."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from r57monitor.clock import vietnam_day
from r57monitor.models import RawPage
from r57monitor.text.blocks import Block
from r57monitor.text.page_index import PageIndex, is_inside
from r57monitor.text.stamps import Stamp, find_datelines

_VISIT = timedelta(minutes=10)  # what shows the very minute of the visit above a headline is a clock
_ARTICLE_TAGS = frozenset({"article", "main"})


def is_clock(stamp: Stamp, raw: RawPage) -> bool:
    """Whether a stamp shows the minute of the visit."""
    return stamp.has_time and abs(stamp.at - raw.fetched_at) <= _VISIT


def place_of_title(blocks: Sequence[Block], title_element: Any | None) -> int | None:
    """The number of the block that holds the headline."""
    if title_element is None:
        return None
    wanted = {title_element}
    for place, block in enumerate(blocks):
        if is_inside(block.element, wanted):
            return place
    return None


def leave_out_clocks(blocks: list[Block], index: PageIndex, site_headers: set[Any], title_element: Any | None, raw: RawPage) -> list[Block]:
    """The blocks that may hold a dateline: none named as a clock, none in the site's own header, whose clock a cache may have kept.

    A name that datelines bear as well counts below a headline only where it shows the day of the visit, or its minute.
    """
    sure, weak = set(index.of("clock", 0)), set(index.of("clock"))
    if not weak and not site_headers:
        return blocks
    never = sure | site_headers
    place = place_of_title(blocks, title_element) if weak else None
    return [
        block
        for n, block in enumerate(blocks)
        if not is_inside(block.element, never)
        and (not is_inside(block.element, weak) or (place is not None and n > place and _shows_another_time(block.text, raw)))
    ]


def _shows_another_time(text: str, raw: RawPage) -> bool:
    """Whether a line shows another day than the visit's, or another time of that day."""
    visit = vietnam_day(raw.fetched_at)
    stamps = [found.stamp for found in find_datelines(text)]
    return any(vietnam_day(stamp.at) != visit or (stamp.has_time and not is_clock(stamp, raw)) for stamp in stamps)


def find_site_headers(tree: Any, title_element: Any | None) -> set[Any]:
    """The <header> elements with links that are neither an article's nor hold the headline."""
    if title_element is None:
        return set()
    around = {title_element, *title_element.iterancestors()}
    heads = [element for element in tree.iter("header") if element not in around]
    return {e for e in heads if e.find(".//a") is not None and not any(above.tag in _ARTICLE_TAGS for above in e.iterancestors())}
