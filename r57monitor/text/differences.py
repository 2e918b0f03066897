"""What an editor changed in a text: words added and removed, line by line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

_WORDS = re.compile(r"(?:[^\W_]+(?:[.,/-][^\W_]+)*%?|.)\s*", re.DOTALL)
_LEAST_ALIKE = 0.4  # two lines with fewer words in common merely stand at the same place
_MOST_WORDS = 3_000  # of two lines compared word by word; longer ones are shown as one taken out and one put in


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text: in both, only in the old one, or only in the new one."""

    kind: Literal["same", "removed", "added"]
    text: str


def find_changes(old: str, new: str) -> list[list[Piece]]:
    """The lines in which two texts differ, in their order, each as pieces; empty for texts that differ in blanks only."""
    before, after = ([" ".join(line.split()) for line in text.split("\n") if line.strip()] for text in (old, new))
    changed: list[list[Piece]] = []
    for step, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if step == "equal":
            continue
        paired = min(b - a, d - c)
        for k in range(paired):
            changed.append(_compare(before[a + k], after[c + k]))
        changed += [[Piece("removed", line)] for line in before[a + paired : b]]
        changed += [[Piece("added", line)] for line in after[c + paired : d]]
    return changed


def _compare(old: str, new: str) -> list[Piece]:
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    if len(before) + len(after) > _MOST_WORDS:
        return [Piece("removed", old), Piece("added", new)]
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    if matcher.ratio() < _LEAST_ALIKE:
        return [Piece("removed", old), Piece("added", new)]
    pieces: list[Piece] = []
    for step, a, b, c, d in matcher.get_opcodes():
        if step == "equal":
            pieces.append(Piece("same", "".join(before[a:b])))
            continue
        if b > a:
            pieces.append(Piece("removed", "".join(before[a:b])))
        if d > c:
            pieces.append(Piece("added", "".join(after[c:d])))
    return pieces
