"""What a text must end with where a pattern that stops at its end ("…$") matches, and how far before the end such a match may begin.

One look at the end spares trying the pattern at all, or at every letter of what stands before.
"""

from __future__ import annotations

import re
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

_MOST = 400  # endings; more of them hardly spare anything
_REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT)
_WIDTHLESS = (codes.AT, codes.ASSERT, codes.ASSERT_NOT)


class _Ends(NamedTuple):
    """What a part can end with, blanks aside. `is_blank`: it may also match nothing or blanks alone, so that what stands before decides."""

    words: frozenset[str]
    is_blank: bool


_BLANKS = [(codes.IN, [(codes.CATEGORY, codes.CATEGORY_SPACE)])]
_BLANK = _Ends(frozenset(), True)


def find_ends(pattern: str, flags: re.RegexFlag = re.NOFLAG) -> tuple[str, ...]:
    """Endings of which every text that the pattern matches has one before its last blanks; () where the pattern tells none."""
    parsed = parser.parse(pattern, flags)
    if parsed.state.flags & (re.IGNORECASE | re.MULTILINE) or not _is_anchored(list(parsed)):
        return ()
    ends = _of_sequence(list(parsed))
    if ends is None or ends.is_blank or len(ends.words) > _MOST:
        return ()
    words = ends.words
    return tuple(sorted(w for w in words if not any(w != other and w.endswith(other) for other in words)))


def find_reach(pattern: str, flags: re.RegexFlag = re.NOFLAG) -> int | None:
    """How many letters a match of a pattern that stops at the end of the text takes at most; None where nothing bounds it.

    Blanks in a row count as one: it holds for texts that have no two of them.
    """
    parsed = parser.parse(pattern, flags)
    if parsed.state.flags & re.MULTILINE or not _is_anchored(list(parsed)):
        return None
    width = _width(list(parsed))
    return None if width is None else width + 1  # "$" also stands before a last line's end


def _width(parts: list[Any]) -> int | None:
    widths = [_width_of(code, value) for code, value in parts]
    return None if None in widths else sum(width for width in widths if width is not None)


def _width_of(code: Any, value: Any) -> int | None:
    if code in _WIDTHLESS:
        return 0
    if code in (codes.LITERAL, codes.NOT_LITERAL, codes.ANY, codes.IN):
        return 1
    if code is codes.BRANCH:
        widths = [_width(list(branch)) for branch in value[1]]
        return None if None in widths else max(width for width in widths if width is not None)
    if code is codes.SUBPATTERN:
        return None if value[1] & re.MULTILINE else _width(list(value[-1]))
    if code is codes.ATOMIC_GROUP:
        return _width(list(value))
    if code in _REPEATS:
        return _width_of_repeat(value[1], list(value[2]))
    return None


def _width_of_repeat(most: Any, repeated: list[Any]) -> int | None:
    if repeated == _BLANKS:
        return 1
    width = _width(repeated)
    return None if most is codes.MAXREPEAT or width is None else int(most) * width


def _is_anchored(parts: list[Any]) -> bool:
    """Whether a match stops at the end of the text, in every branch."""
    if not parts:
        return False
    code, value = parts[-1]
    if code is codes.AT:
        return value in (codes.AT_END, codes.AT_END_STRING)
    if code is codes.BRANCH:
        return all(_is_anchored(list(branch)) for branch in value[1])
    return code is codes.SUBPATTERN and _is_anchored(list(value[-1]))


def _of_sequence(parts: list[Any]) -> _Ends | None:
    """Of the last part that is more than blanks, and of those before it while it may be left out; None where anything can stand."""
    words: set[str] = set()
    place = len(parts)
    while place:
        place -= 1
        if parts[place][0] is codes.LITERAL:
            last = place
            while place and parts[place - 1][0] is codes.LITERAL:
                place -= 1
            word = "".join(chr(value) for _, value in parts[place : last + 1]).rstrip()
            ends: _Ends | None = _Ends(frozenset({word}), False) if word else _BLANK
        else:
            ends = _of_part(*parts[place])
        if ends is None:
            return None
        words |= ends.words
        if not ends.is_blank:
            return _Ends(frozenset(words), False)
    return _Ends(frozenset(words), True)


def _of_part(code: Any, value: Any) -> _Ends | None:
    if code in _WIDTHLESS:
        return _BLANK
    if code is codes.IN:
        return _of_set(value)
    if code is codes.BRANCH:
        branches = [_of_sequence(list(branch)) for branch in value[1]]
        known = [ends for ends in branches if ends is not None]
        if len(known) < len(branches):
            return None
        return _Ends(frozenset().union(*(ends.words for ends in known)), any(ends.is_blank for ends in known))
    if code is codes.SUBPATTERN:
        return None if value[1] & (re.IGNORECASE | re.MULTILINE) else _of_sequence(list(value[-1]))
    if code is codes.ATOMIC_GROUP:
        return _of_sequence(list(value))
    if code in _REPEATS:
        ends = _of_sequence(list(value[2]))
        return ends if ends is None or value[0] else _Ends(ends.words, True)
    return None


def _of_set(members: list[Any]) -> _Ends | None:
    letters: set[str] = set()
    is_blank = False
    for code, value in members:
        if code is codes.LITERAL and not chr(value).isspace():
            letters.add(chr(value))
        elif code is codes.LITERAL or (code is codes.CATEGORY and value is codes.CATEGORY_SPACE):
            is_blank = True
        else:
            return None
    return _Ends(frozenset(letters), is_blank)
