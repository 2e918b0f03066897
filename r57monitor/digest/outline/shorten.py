"""A digest cut to what a printed file can hold: each part keeps its first lines and says how many there are in all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from r57monitor.digest.outline.blocks import Block, Entries, Group, Outline, Paragraph, Part, Table
from r57monitor.digest.outline.words import plain, say
from r57monitor.digest.speech import format_number


def shorten(outline: Outline, most: int, told: str = "cut") -> Outline:
    """The outline with at most so many lines a part; the same one where no part has more. told: key of the words that say so."""
    return replace(
        outline,
        parts=tuple(_shorten_part(part, most, told) for part in outline.parts),
        appendices=tuple(_shorten_part(part, most, told) for part in outline.appendices),
    )


def _shorten_part(part: Part, most: int, key: str) -> Part:
    total = sum(_count(block) for block in part.blocks)
    if total <= most:
        return part
    blocks: list[Block] = []
    left = most
    for block in part.blocks:
        lines = _count(block)
        if lines and left <= 0:
            break
        blocks.append(_cut(block, left))
        left -= lines
    told = say(key, shown=format_number(most), total=format_number(total))
    return replace(part, blocks=(Paragraph(plain(told), "note"), *blocks))


def _count(block: Block) -> int:
    if isinstance(block, Table):
        return sum(len(group.rows) for group in block.groups)
    return len(block.entries) if isinstance(block, Entries) else 0


def _cut(block: Block, left: int) -> Block:
    if isinstance(block, Entries):
        return replace(block, entries=block.entries[:left])
    return replace(block, groups=tuple(_first_groups(block.groups, left))) if isinstance(block, Table) else block


def _first_groups(groups: Iterable[Group], left: int) -> Iterable[Group]:
    """Whole groups, for rows and what proves them belong together; one more than fits rather than none."""
    for group in groups:
        if left <= 0:
            return
        yield group
        left -= len(group.rows)
