"""Which official document replaces or amends which, where the text says so."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise

from r57monitor.models import DocumentCitation
from r57monitor.text.normalize import fold
from r57monitor.text.segment import find_sentences

_ACTIVE = re.compile(r"\b(?:thay the(?: cho)?|thay cho|bai bo|huy bo|sua doi,? bo sung|sua doi|bo sung|dieu chinh)\b")
_PASSIVE = re.compile(r"\b(?:duoc|bi) (?:thay the|bai bo|huy bo|sua doi,? bo sung|sua doi)(?: (?:bang|boi|tai|theo))?\b")
_THIS = re.compile(
    r"\b(?P<kind>nghi quyet|ke hoach|quyet dinh|chi thi|chuong trinh(?: hanh dong)?|de an|van ban) (?:nay|moi|tren|vua ban hanh)\b"
)
# All that may stand between the verb and the number it speaks of; with other words there it speaks of something else.
_BETWEEN = re.compile(
    r"(?:\s*(?:mot so|mot phan|dieu|khoan|muc|cac|nhung|noi dung|muc tieu|nhiem vu|cua|tai|cho|bang|boi|hai|ba|toan bo|van ban|nghi quyet|"
    r"ke hoach|quyet dinh|chi thi|chuong trinh|hanh dong|de an|thong bao|huong dan|cu|truoc day|so|:|,))*\s*"
)
_AND = re.compile(
    r"(?:\s*(?:ngay [\d/. -]+(?:thang \d+ nam \d+)?|va|cung|voi|so|nghi quyet|ke hoach|quyet dinh|chi thi|chuong trinh|hanh dong|,))*\s*"
)


def find_replacements(text: str, citations: Sequence[DocumentCitation]) -> Mapping[str, tuple[str, ...]]:
    """Number of each document that takes the place of others, to their numbers in the order of the text.

    text: what the citations were read from; their spans are in it. "Kế hoạch này" is the last document of its kind named before.
    """
    if len({c.number for c in citations}) < 2:
        return {}
    found: dict[str, list[str]] = defaultdict(list)
    ordered = sorted(citations, key=lambda c: c.start)
    for sentence in find_sentences(text):
        named = [c for c in ordered if sentence.start <= c.start < sentence.end]
        if not named:
            continue
        folded = fold(text[sentence.start : sentence.end])
        if len(folded) != sentence.end - sentence.start:
            continue  # the spans would not fit
        for newer, older in _pairs(folded, sentence.start, named, [c for c in ordered if c.start < sentence.start]):
            if newer != older and older not in found[newer] and newer not in found.get(older, ()):
                found[newer].append(older)
    return {newer: tuple(older) for newer, older in found.items() if older}


def _pairs(folded: str, offset: int, named: list[DocumentCitation], before: list[DocumentCitation]) -> list[tuple[str, str]]:
    passive = _PASSIVE.search(folded)
    verb = passive or _ACTIVE.search(folded)
    if verb is None:
        return []
    head = [c for c in named if c.end - offset <= verb.start()]
    tail = [c for c in named if c.start - offset >= verb.end()]
    if passive:
        newer = tail[:1]
        return [(n.number, o.number) for n in newer for o in head[-1:] if _BETWEEN.fullmatch(folded, verb.end(), n.start - offset)]
    if not tail or not _BETWEEN.fullmatch(folded, verb.end(), tail[0].start - offset):
        return []
    own = _speaks_of(folded[: verb.start()], head, before)
    older = tail[:1]
    for one, next_one in pairwise(tail):
        if not _AND.fullmatch(folded, one.end - offset, next_one.start - offset):
            break
        older.append(next_one)
    return [(own.number, o.number) for o in older] if own else []


def _speaks_of(head: str, cited: list[DocumentCitation], before: list[DocumentCitation]) -> DocumentCitation | None:
    """The document that a sentence's verb speaks of."""
    this = _THIS.search(head)
    if this is None:
        return cited[-1] if cited else None
    alike = [c for c in (*before, *cited) if this["kind"] == "van ban" or (c.kind and fold(c.kind).startswith(this["kind"]))]
    return alike[-1] if alike else None
