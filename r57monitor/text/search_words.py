"""What people type into a search line: words, "phrases in quotes", -words to leave out, beginnings*; accents and case do not matter."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from r57monitor.text.normalize import fold

_MOST_TERMS = 40  # of one query; what comes after is not looked at
_MOST_CHARS = 2_000
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂", '"'))
_TERM = re.compile(r'(?P<minus>-)?"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+)')
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Term:
    """Folded words that stand one after another in a text. is_prefix: the last one is the beginning of a word."""

    words: tuple[str, ...]
    is_excluded: bool = False
    is_prefix: bool = False


def parse_search(query: str) -> tuple[Term, ...]:
    """The terms of a query, all of which must hold; signs of any query language are mere separators.

    A word with signs inside (57-NQ/TW) is a phrase. Empty for a query without a letter or digit. Never raises for a str.
    """
    folded = fold(unicodedata.normalize("NFC", query[:_MOST_CHARS])).translate(_QUOTES)
    terms = []
    for found in _TERM.finditer(folded):
        phrase, word = found["phrase"], found["word"] or ""
        words = tuple(_WORD.findall(word if phrase is None else phrase))
        if words:
            is_excluded = word.startswith("-") if phrase is None else found["minus"] is not None
            terms.append(Term(words, is_excluded, phrase is None and word.endswith("*")))
    return tuple(terms[:_MOST_TERMS])


def match_expression(term: Term) -> str:
    """A term for SQLite's FTS5: words between quotes are never taken for its syntax."""
    return f'"{" ".join(term.words)}"' + (" *" if term.is_prefix else "")


def term_pattern(term: Term) -> str:
    """A term as a regular expression over folded text, in RE2's dialect; finds what FTS5's tokens find."""
    words = r"[^\pL\pN]+".join(re.escape(word) for word in term.words)
    return rf"(?:^|[^\pL\pN]){words}" + ("" if term.is_prefix else r"(?:[^\pL\pN]|$)")
