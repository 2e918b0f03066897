"""Patterns that are tried only where a word they cannot do without stands: looking for words takes a tenth of the time of trying."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from r57monitor.text.pattern_ends import find_ends, find_reach

_MOST = 40  # words; more of them take as long as the pattern
_RUN = re.compile(r"\s\s")
_Search = Callable[[str], re.Match[str] | None]


class Guarded:
    """A compiled pattern and the words of which each of its matches holds one (none where there are no such words).

    A pattern that stops at the end of the text ("…$") also knows what the text must end with, blanks aside. Both are read off the
    pattern itself, so that it can be changed without a thought of them.
    """

    __slots__ = ("ends", "pattern", "search", "signs")

    def __init__(self, pattern: str, flags: re.RegexFlag = re.NOFLAG) -> None:
        self.pattern = re.compile(pattern, flags)
        self.signs = find_signs(pattern, flags)
        self.ends = find_ends(pattern, flags)
        self.search = _guard(_by_reach(self.pattern, find_reach(pattern, flags)), self.signs, self.ends)
        """As re.Pattern.search."""

    def may_match(self, text: str) -> bool:
        """Whether a word stands in the text without which no match does."""
        for sign in self.signs:
            if sign in text:
                return True
        return not self.signs

    def search_in(self, text: str, start: int, end: int) -> re.Match[str] | None:
        """As re.Pattern.search within a stretch of the text."""
        for sign in self.signs:
            if text.find(sign, start, end) >= 0:
                return self.pattern.search(text, start, end)
        return None if self.signs else self.pattern.search(text, start, end)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """As re.Pattern.finditer."""
        if self.signs and not any(sign in text for sign in self.signs):
            return iter(())
        return self.pattern.finditer(text)


def _by_reach(pattern: re.Pattern[str], reach: int | None) -> _Search:
    """The search of a pattern that stops at the end, begun where such a match may begin."""
    look, has_run = pattern.search, _RUN.search
    if reach is None:
        return look

    def search_last(text: str) -> re.Match[str] | None:
        start = len(text) - reach
        return look(text) if start <= 0 or has_run(text, start) else look(text, start)

    return search_last


def _guard(search: _Search, signs: tuple[str, ...], ends: tuple[str, ...]) -> _Search:
    """The search made for what is known of the pattern: a page is looked through two hundred times, mostly in vain."""
    if signs:
        search = _with_signs(search, signs)
    return _with_ends(search, ends) if ends else search


def _with_signs(search: _Search, signs: tuple[str, ...]) -> _Search:
    def search_by_any(text: str) -> re.Match[str] | None:
        for sign in signs:
            if sign in text:
                return search(text)
        return None

    def search_by_one(text: str, sign: str = signs[0]) -> re.Match[str] | None:
        return search(text) if sign in text else None

    return search_by_any if len(signs) > 1 else search_by_one


def _with_ends(search: _Search, ends: tuple[str, ...]) -> _Search:
    tails = frozenset(end[-2:] for end in ends)  # one look in a set spares most of the endings

    def search_at_end(text: str) -> re.Match[str] | None:
        text_end = text.rstrip()
        if (text_end[-2:] in tails or text_end[-1:] in tails) and text_end.endswith(ends):
            return search(text)
        return None

    return search_at_end


class GuardedAny:
    """Several guarded patterns of which any may be found: one look at the endings and the words of all spares most of the tries."""

    __slots__ = ("_ends", "_patterns", "_signs")

    def __init__(self, patterns: Sequence[Guarded]) -> None:
        self._patterns = tuple(patterns)
        ends = {end for p in patterns for end in p.ends} if all(p.ends for p in patterns) else set()
        signs = {sign for p in patterns for sign in p.signs} if all(p.signs for p in patterns) else set()
        self._ends = tuple(ends)
        self._signs = tuple(sorted(s for s in signs if not any(other != s and other in s for other in signs)))

    def search(self, text: str) -> re.Match[str] | None:
        """A match of the first pattern that has one."""
        if self._ends and not text.rstrip().endswith(self._ends):
            return None
        for sign in self._signs:
            if sign in text:
                break
        else:
            if self._signs:
                return None
        for pattern in self._patterns:
            if match := pattern.search(text):
                return match
        return None


def find_signs(pattern: str, flags: re.RegexFlag = re.NOFLAG) -> tuple[str, ...]:
    """Words of which every match of a pattern holds at least one, the shortest first; () where the pattern tells none."""
    if flags & re.IGNORECASE:
        return ()
    words = _of_sequence(list(parser.parse(pattern, flags)))
    if not words or len(words) > _MOST or not all(map(_is_rare, words)):
        return ()
    return tuple(sorted(words, key=lambda word: (len(word), word)))


def _is_rare(word: str) -> bool:
    return len(word) > 1 or not (word.isalnum() or word.isspace())


_Words = frozenset[str] | None  # None: nothing is known


def _of_sequence(parts: list[Any]) -> _Words:
    """The words of the part of a sequence that tells most; letters in a row are one word."""
    found: list[_Words] = []
    run = ""
    for code, value in [*parts, (None, None)]:
        if code is codes.LITERAL:
            run += chr(value)
            continue
        if run:
            found.append(frozenset({run}))
            run = ""
        if code is not None:
            found.append(_of_part(code, value))
    return reduce(_better, found, None)


def _of_part(code: Any, value: Any) -> _Words:
    if code is codes.BRANCH:
        return _of_branches([list(branch) for branch in value[1]])
    if code is codes.SUBPATTERN:
        return None if value[1] & re.IGNORECASE else _of_sequence(list(value[-1]))
    if code is codes.ATOMIC_GROUP:
        return _of_sequence(list(value))
    if code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT) and value[0] > 0:
        return _of_sequence(list(value[2]))
    return None


def _of_branches(branches: list[list[Any]]) -> _Words:
    every: set[str] = set()
    for branch in branches:
        words = _of_sequence(branch)
        if words is None:
            return None
        every |= words
    return frozenset(w for w in every if not any(other in w for other in every if other != w))


def _better(a: _Words, b: _Words) -> _Words:
    if a is None or b is None:
        return a or b
    return max(a, b, key=lambda words: (min(min(map(len, words)), 3), -len(words), min(map(len, words))))
