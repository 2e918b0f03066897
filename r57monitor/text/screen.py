"""Whether a text can be about Resolution 57 at all: a look that costs a fiftieth of reading it and never loses one that is.

What a text needs is worked out from the data that relevance is judged by: density of field words alone must not reach the border, so
a text needs at least one piece of evidence (a citation, a phrase, a document that carries the resolution out). Evidence is looked for
in the letters and digits alone, without accents, case, blanks and marks, so that nothing between them can hide it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from ahocorasick_rs import BytesAhoCorasick

from r57monitor.models import Relevance
from r57monitor.text.document_numbers import load_document_tables
from r57monitor.text.normalize import NOT_ALPHANUMERIC, fold, squeeze
from r57monitor.text.relevance import CITED_AS, CITED_NUMBER, RESOLUTION, RelevanceTerms, load_relevance_terms, score_fields

CHECKED = 50  # one page in so many that the screen would set aside is read whole all the same
REASON = "không nêu Nghị quyết 57, nội dung hay văn bản của nghị quyết: không đọc kỹ"
_REACH = 100  # letters between what a number belongs to and the number; the longest a rule of reading knows is 60 characters
_ABBREVIATION = b"nq"  # of CITED_AS: written in one wherever it is one
_NUMBER = re.compile(r"\d+[a-dđ]?")


@dataclass(frozen=True, slots=True)
class Screen:
    """Evidence by kind with the most that each kind can weigh, and the words that it cannot do without, as bare letters and digits."""

    automaton: BytesAhoCorasick
    words: tuple[bytes, ...]
    kinds: tuple[str, ...]  # of each word
    numbers: Mapping[bytes, tuple[bytes, ...]]  # ending of a document's number -> the numbers it belongs to
    most: Mapping[str, float]
    base: float  # what a text without evidence has at most


@lru_cache(maxsize=1)
def load_screen() -> Screen:
    """The screen that the shipped terms and documents make."""
    return build_screen(load_relevance_terms(), load_document_tables().family_of)


def build_screen(terms: RelevanceTerms, family_of: Mapping[str, str]) -> Screen:
    """The screen for these terms and documents."""
    weights = terms.weights
    numbers: dict[bytes, list[bytes]] = {}
    for document, family in family_of.items():
        number = _NUMBER.match(document)
        if family == "57" and number:
            numbers.setdefault(squeeze(fold(document[number.end() :])), []).append(squeeze(fold(number.group())))
    words: dict[bytes, str] = dict.fromkeys(numbers, "family")
    words |= dict.fromkeys(map(squeeze, CITED_AS), "citation") | {squeeze(fold(RESOLUTION)): "number"}
    words |= dict.fromkeys((squeeze(fold(w)) for w in terms.phrase_words), "phrase")
    words |= dict.fromkeys((squeeze(fold(w)) for w in terms.hint_words), "hint")
    cited = weights["title"] + weights["first"] + weights["second"] + 3 * weights["further"] + weights["lead"] + weights["deed"]
    cited = max(cited, weights["title"] + weights["list_only"])
    return Screen(
        automaton=BytesAhoCorasick(list(words)),
        words=tuple(words),
        kinds=tuple(words.values()),
        numbers={ending: tuple(found) for ending, found in numbers.items()},
        most={"citation": cited, "number": cited, "family": weights["family"], "phrase": weights["phrase"], "hint": weights["hint"]},
        base=weights["bias"] + weights["fields"] + weights["fields_in_title"],
    )


def may_be_relevant(parts: Sequence[str], screen: Screen | None = None) -> bool:
    """Whether a text may have evidence enough to be relevant. False only where the full reading calls it irrelevant.

    parts: title and text (NFC or not, garbled or not). screen: the shipped one when None. Never raises for a str.
    """
    screen = screen or load_screen()
    if screen.base >= 0:
        return True
    found: set[str] = set()
    for part in parts:
        plain = fold(part).encode("ascii", "ignore")
        letters = plain.translate(None, NOT_ALPHANUMERIC)
        absent = _ABBREVIATION if _ABBREVIATION not in plain else None  # the letters alone stand in "liên quan" too
        for place, start, end in screen.automaton.find_matches_as_indexes(letters, overlapping=True):
            kind = screen.kinds[place]
            if kind not in found and screen.words[place] != absent and _is_meant(screen, place, letters, start, end):
                found.add(kind)
                if screen.base + sum(screen.most[kind] for kind in found) >= 0:
                    return True
    return False


def _is_meant(screen: Screen, place: int, letters: bytes, start: int, end: int) -> bool:
    """Whether a word found is evidence: one that cites needs the resolution's number after it, an ending one of its numbers before it."""
    kind = screen.kinds[place]
    if kind == "citation":
        return CITED_NUMBER.encode() in letters[end : end + _REACH]
    if kind == "family":
        before = letters[max(0, start - _REACH) : start]
        return any(number in before for number in screen.numbers[screen.words[place]])
    return True


def is_checked(url: str) -> bool:
    """Whether the page under an address is among the one in fifty that are read whole whatever the screen says. The same everywhere."""
    return int.from_bytes(hashlib.blake2b(url.encode("utf-8", "replace"), digest_size=8).digest(), "big") % CHECKED == 0


def judge_plain(title: str | None, text: str, terms: RelevanceTerms, day: date | None = None) -> Relevance:
    """The verdict on a text without evidence: the score that its field words alone give, and that it was not read further."""
    verdict = score_fields(title, text, terms, day)
    return Relevance(score=verdict.score, is_relevant=False, reasons=(*verdict.reasons, REASON))
