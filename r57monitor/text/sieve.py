"""The first look at a page of unknown origin, on its bytes alone: could it be Vietnamese, or speak of the resolution in another language?

Archives of the world's press hold a few Vietnamese pages among thousands. This look must never lose one, and may let others through:
it costs some twenty microseconds where reading costs milliseconds.
"""

from __future__ import annotations

import re
from functools import cache

from ahocorasick_rs import BytesAhoCorasick, MatchKind

# What Vietnamese letters with two marks, and đ ơ ư, leave in a page, by the way the page writes them.
_LETTERS = (
    b"\xe1\xba",  # UTF-8, ạ to ỿ
    b"\xe1\xbb",
    b"\xc4\x91",  # đ
    b"\xc6\xa1",  # ơ
    b"\xc6\xb0",  # ư
    b"\xcc\xa3",  # the dot below as a letter of its own (NFD)
    b"\xcc\x89",  # the hook above, likewise
    b"\xc3\xa1\xc2\xba",  # UTF-8 taken for Latin-1 and written again
    b"\xc3\xa1\xc2\xbb",
)
# The same in ASCII, in small letters.
_CODES = (
    b"&#78",  # entities 7840 to 7929
    b"&#79",
    b"&#x1e",
    b"\\u1e",  # scripts that bring the text
)
_ENOUGH = 12  # of these; a foreign page has a name or two
# What a page says of itself, in small letters.
_TELLING = (
    b'lang="vi', b"lang='vi", b"lang=vi", b'content="vi', b'inlanguage":"vi', b'inlanguage": "vi', b"windows-1258", b"viscii", b"tcvn",
)  # fmt: skip
# What must be there, and what must stand around it. Those with a q are looked for together: it is rare, and leapt to.
_NUMBER = re.compile(rb"57[\s\-/_.]{0,3}nq[\s\-/_.]{0,3}tw")
_WITH_Q = {
    **{b"nq" + bytes([follows]): _NUMBER for follows in b" \t\n\r\f\v-/_.t"},
    b"quyet": re.compile(rb"nghi[\s_-]quyet[\s_-](?:so[\s_-])?57\b"),
}
_WORD = {b"resolution": re.compile(rb"resolution[\s_-]{1,3}(?:no\.?[\s_-]{0,2}|number\s)?57\b")}
_AROUND = 40  # bytes on either side of such a word
_BINARY = (b"%PDF", b"PK\x03\x04", b"\xff\xfe", b"\xfe\xff")  # packed documents and UTF-16: nothing can be told from outside
_SAID = (*_CODES, *_TELLING)
_NAMING = tuple((tuple(words), tuple(words.values())) for words in (_WITH_Q, _WORD))


@cache
def _automaton(patterns: tuple[bytes, ...]) -> BytesAhoCorasick:
    """Patterns of one kind, the leftmost taken: only then many bytes are compared at once, at a fifth of the time."""
    return BytesAhoCorasick(patterns, matchkind=MatchKind.LeftmostFirst)


def may_matter(body: bytes) -> bool:
    """Whether a page is to be read: Vietnamese by its letters or by what it says of itself, or naming the resolution."""
    if body.startswith(_BINARY):
        return True
    marks = 0 if body.isascii() else len(_automaton(_LETTERS).find_matches_as_indexes(body))
    if marks >= _ENOUGH:
        return True
    small = body.lower()
    said = _automaton(_SAID).find_matches_as_indexes(small)
    if any(pattern >= len(_CODES) for pattern, _, _ in said) or marks + len(said) >= _ENOUGH:
        return True
    return any(
        around[word].search(small, max(0, start - _AROUND), end + _AROUND)
        for words, around in _NAMING
        for word, start, end in _automaton(words).find_matches_as_indexes(small)
    )
