"""A long digest cut into pieces that follow one another, each small enough to be typeset at once; nothing is left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from r57monitor.digest.outline.blocks import Block, Entries, Group, Outline, Part, Table


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part, or some of its blocks. is_begun: its heading stands in an earlier piece."""

    part: Part
    is_appendix: bool
    is_begun: bool
    is_last: bool  # no more of the part follows


@dataclass(frozen=True, slots=True)
class Piece:
    """Chapters one after another, and whether the document begins with it, and whether the signature stands in it."""

    chapters: tuple[Chapter, ...]
    is_first: bool
    is_signed: bool


def count_lines(outline: Outline) -> int:
    """Rows and entries of all parts."""
    return sum(_count(block) for part in (*outline.parts, *outline.appendices) for block in part.blocks)


def cut(outline: Outline, most: int) -> list[Piece]:
    """The outline as pieces of at most about so many lines. A part begins a new piece rather than being cut, where it has the room."""
    pieces: list[list[Chapter]] = [[]]
    room = most
    for part, is_appendix in [*((p, False) for p in outline.parts), *((p, True) for p in outline.appendices)]:
        lines = sum(_count(block) for block in part.blocks)
        if lines > room and (lines <= most or room < most // 2) and pieces[-1]:
            pieces.append([])
            room = most
        shares = list(_share(part.blocks, room, most))
        for n, blocks in enumerate(shares):
            if n:
                pieces.append([])
            pieces[-1].append(Chapter(replace(part, blocks=blocks), is_appendix, n > 0, n == len(shares) - 1))
        last = sum(_count(block) for block in shares[-1])
        room = (room if len(shares) == 1 else most) - last
    signed = outline.parts[-1].key
    return [
        Piece(tuple(chapters), n == 0, any(c.part.key == signed and c.is_last and not c.is_appendix for c in chapters))
        for n, chapters in enumerate(pieces)
    ]


def _share(blocks: Iterable[Block], room: int, most: int) -> Iterator[tuple[Block, ...]]:
    """Blocks by the pieces they go into: the first has room for so many lines, the others for `most`."""
    now: list[Block] = []
    for block in blocks:
        rest: Block | None = block
        while rest is not None:
            first, rest = _split(rest, max(room, 1))
            now.append(first)
            room -= _count(first)
            if rest is not None:
                yield tuple(now)
                now, room = [], most
    yield tuple(now)


def _split(block: Block, most: int) -> tuple[Block, Block | None]:
    """The first lines of a block, and the rest of it."""
    if _count(block) <= most:
        return block, None
    if isinstance(block, Entries):
        return replace(block, entries=block.entries[:most]), replace(block, entries=block.entries[most:])
    if isinstance(block, Table):
        at = _find_end(block.groups, most)
        if at < len(block.groups):
            return replace(block, groups=block.groups[:at]), replace(block, groups=block.groups[at:])
    return block, None


def _find_end(groups: Sequence[Group], most: int) -> int:
    """How many whole groups have at most so many rows, at least one: rows and what proves them belong together."""
    rows = 0
    for n, group in enumerate(groups):
        rows += len(group.rows)
        if rows > most:
            return max(n, 1)
    return len(groups)


def _count(block: Block) -> int:
    if isinstance(block, Table):
        return sum(len(group.rows) for group in block.groups)
    return len(block.entries) if isinstance(block, Entries) else 0
