"""Patterns for long lists of words that are tried fast."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

_Trie = dict[str, "_Trie"]


def either(words: Iterable[Sequence[str]]) -> str:
    """A pattern for any of the words, the longest that fits first.

    words: each as the patterns of its letters. Common beginnings are written once: at a place of a text a list of a hundred words
    takes a few comparisons instead of a hundred, and what is matched stays the same.
    """
    return _write(_tree(words))


def whole(words: Iterable[Sequence[str]], letters: str = r"\w") -> str:
    """A pattern for any of the words where neither of its neighbours is one of `letters` (as within a set).

    The first letter comes before the look behind it: a choice of letters at the start is what re can search for.
    """
    return "|".join(f"{first}(?<![{letters}].){_write(rest)}(?![{letters}])" for first, rest in sorted(_tree(words).items()))


def _tree(words: Iterable[Sequence[str]]) -> _Trie:
    root: _Trie = {}
    for word in words:
        node = root
        for letter in word:
            node = node.setdefault(letter, {})
        node[""] = {}
    return root


def _write(node: _Trie) -> str:
    ends = "" in node
    branches = [letter + _write(rest) for letter, rest in sorted(node.items()) if letter]
    if not branches:
        return ""
    if len(branches) == 1 and not ends:
        return branches[0]
    return f"(?:{'|'.join(branches)}){'?' if ends else ''}"
