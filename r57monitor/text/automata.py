"""Many words looked for at once."""

from __future__ import annotations

import ahocorasick_rs


def find_matches(automaton: ahocorasick_rs.AhoCorasick, text: str, *, overlapping: bool = False) -> list[tuple[int, int, int]]:
    """(number of the word, start, end) of every match, in code points of `text`. Never raises for a str.

    The automaton takes no lone surrogates: one sign stands for each, so that the places stay.
    """
    try:
        return automaton.find_matches_as_indexes(text, overlapping=overlapping)
    except UnicodeEncodeError:
        return automaton.find_matches_as_indexes(text.encode("utf-8", "replace").decode("utf-8"), overlapping=overlapping)
