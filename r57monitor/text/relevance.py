"""About carrying out Resolution 57 or not: a score, a verdict and the reasons in words."""

from __future__ import annotations

import math
import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import resources

import ahocorasick_rs

from r57monitor.models import DocumentCitation, Relevance
from r57monitor.text.automata import find_matches
from r57monitor.text.document_numbers import load_document_tables
from r57monitor.text.normalize import fold
from r57monitor.text.starts import Starts, look_up, match_at

RESOLUTION = "57-NQ/TW"
CITED_AS = ("nghi quyet", "nq", "resolution")  # one of these, folded, begins every citation but the bare number
CITED_NUMBER = "57"
_ISSUED = date(2024, 12, 22)

_LEAD_LENGTH = 450
_FULL_DENSITY = 3.2  # field words per hundred that count as a text wholly on the three fields
_FULL_VARIETY = 7  # different field words

# All on folded text. A citation: the resolution by name and number, its number possibly split by a blank or a line break.
_CITATION = re.compile(
    r"\b(?:nghi quyet|nq|resolution)(?:\s+trung uong)?(?:\s+so|\s+no\.?|\s+number)?[\s:-]{0,3}57"
    r"(?P<tail>\s?[-/]?\s?nq\s?[-/]\s?tw\b)?(?!\d)(?P<after>.{0,60})",
    re.DOTALL,
)
_NUMBER_ALONE = re.compile(r"(?<![\d/])57\s?[-/]?\s?nq\s?[-/]\s?tw\b")
_OTHER_AFTER = re.compile(
    r"\s?(?:/\s?20\d\d|[-/]\s?(?:20\d\d[-/])?(?:nq\s?[-/]\s?)?(?:hdnd|tu|cp|qh\d*|ubnd)\b|[.,]\d|%|\s?nam\s+tuoi"
    r"|.{0,40}?\bcua\s+(?:hdnd|hoi dong nhan dan|quoc hoi|tinh uy|thanh uy|chinh phu|dang uy|huyen uy)\b"
    r"|.{0,15}?\b(?:of|by)\s+the\s+(?:[a-z-]+\s){0,3}(?:people's council|national assembly|party committee of the province|government)\b)"
)
_SLIP_AFTER = re.compile(r"\s?[/-]\s?nq\s?[/-]\s?cp\b")  # "57/NQ-CP" said of the Politburo's
_SLIP_ISSUER = re.compile(r"bo chinh tri|22[/-]12[/-]2024")
_OTHER_DATE = re.compile(
    r"\s?,?\s?ngay\s+\d{1,2}[/-]\d{1,2}[/-](?:19\d\d|20[01]\d|202[0-3])\b"
    r"|\s?,?\s?(?:dated|of|on)\s[a-z0-9., ]{4,16}\s(?:19\d\d|20[01]\d|202[0-3])\b"
)
_SIBLING = r"(?:5[0-9]|6[0-9]|7[0-9]|1[89]|2[0-9]|3[0-9]|4[0-9])(?:\s?-\s?nq/tw)?"
_LIST_AFTER = re.compile(
    rf"(?:\s?-\s?nq/tw)?(?:\s?\([^)]*\))?(?:,|,?\s+(?:va|and)|;)\s+(?:cac\s+)?(?:nghi quyet\s+)?(?:so\s+)?{_SIBLING}\b"
)
_LIST_BEFORE = re.compile(rf"\b{_SIBLING}(?:\s?\([^)]*\))?(?:,|,?\s+(?:va|and)|;)\s+(?:nghi quyet\s+)?(?:so\s+)?$")
_SIGN_FIELDS = 1  # a field word shows as well as the issuer that "Nghị quyết 57" is the Politburo's
_SIGNS = re.compile(
    r"politburo|steering committee|bo chinh tri|trung uong|khoa hoc|cong nghe|doi moi sang tao|chuyen doi so|nq57\.vn|ban chi dao"
)
_LIST_OF_NUMBERS = re.compile(r"\b(?:57,? (?:va |and )?\d{2}|\d{2},? (?:va |and )?57)\b")
_LISTED_57 = re.compile(r"\b(?:nghi quyet|nq|resolutions?)\b[^.;\n]{0,60}?(?<![\d/.,-])57(?![\d/%]|[.,]\d)[^.;\n]{0,30}")


@dataclass(frozen=True, slots=True)
class RelevanceTerms:
    """Words and weights of data/relevance.toml, ready for use."""

    weights: Mapping[str, float]
    phrases: ahocorasick_rs.AhoCorasick
    phrase_words: tuple[str, ...]
    hints: ahocorasick_rs.AhoCorasick
    hint_words: tuple[str, ...]
    fields: ahocorasick_rs.AhoCorasick
    field_words: tuple[str, ...]
    deeds: re.Pattern[str]
    mentions: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class _Citations:
    single: int = 0
    listed: int = 0
    in_lead: bool = False
    in_title: bool = False
    deeds: int = 0
    mentions: int = 0


@lru_cache(maxsize=1)
def load_relevance_terms() -> RelevanceTerms:
    """The shipped terms and weights (data/relevance.toml)."""
    raw = tomllib.loads((resources.files("r57monitor") / "data" / "relevance.toml").read_text("utf-8"))

    def automaton(words: Sequence[str]) -> ahocorasick_rs.AhoCorasick:
        return ahocorasick_rs.AhoCorasick([fold(w) for w in words], matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)

    lists = {key: tuple(raw[key]) for key in ("phrases", "hints", "fields")}
    return RelevanceTerms(
        weights=raw["weights"],
        phrases=automaton(lists["phrases"]),
        phrase_words=lists["phrases"],
        hints=automaton(lists["hints"]),
        hint_words=lists["hints"],
        fields=automaton(lists["fields"]),
        field_words=lists["fields"],
        deeds=re.compile(rf"\b(?:{'|'.join(fold(w) for w in raw['deeds'])})\b[^.;\n]*$"),
        mentions=re.compile(rf"\b(?:{'|'.join(fold(w) for w in raw['mentions'])})\b[^.;\n]{{0,12}}$"),
    )


def score_relevance(
    title: str | None, text: str, documents: Sequence[DocumentCitation], terms: RelevanceTerms, day: date | None = None
) -> Relevance:
    """How surely a text is about carrying out Resolution 57: 0..1, relevant from 0.5, with the reasons in Vietnamese.

    title, text: NFC (restored where garbled); documents: those found in text and title; day: of publication. Never raises for str.
    What was published before the resolution cannot be about it, unless it cites the resolution with its date: then the day is misread.
    Another Resolution 57 (a council's, the National Assembly's), 157-KH/TU, 57,5 % and lists that only name it do not count as it.
    """
    weights = terms.weights
    folded_title, folded = fold(title or ""), fold(text)
    whole = f"{folded_title}\n{folded}"
    numbers = {d.number for d in documents}
    fields = _fields_at(terms, text, folded)
    citations = _count_citations(folded_title, folded, numbers, terms, len(fields) >= _SIGN_FIELDS)
    reasons: list[str] = []
    total = weights["bias"] + _weigh_citations(citations, weights, reasons)
    family = sorted({d.number for d in documents if _carries_out(d)})
    if family:
        total += weights["family"]
        reasons.append("dẫn văn bản triển khai: " + ", ".join(family[:3]))
    phrases = _words_found(terms.phrases, terms.phrase_words, whole)
    if phrases:
        total += weights["phrase"]
        reasons.append(f"nêu nội dung nghị quyết: “{phrases[0]}”")
    hints = _words_found(terms.hints, terms.hint_words, whole)
    if hints:
        total += weights["hint"]
        reasons.append(f"nhắc tới “{hints[0]}”")
    total += _weigh_fields(terms, fields, bool(_fields_at(terms, title or "", folded_title)), folded, reasons)
    others = sorted(n for n in numbers if re.match(r"57\b", n) and n != RESOLUTION)
    if others and not citations.single:
        reasons.append(f"Nghị quyết 57 khác: {others[0]}")
    is_early = day is not None and day < _ISSUED
    return _verdict(total, reasons, terms, is_early and not any(d.number == RESOLUTION and d.issued_on == _ISSUED for d in documents))


def score_fields(title: str | None, text: str, terms: RelevanceTerms, day: date | None = None) -> Relevance:
    """What `score_relevance` says of a text without a citation, a phrase, a hint or a document: its field words alone speak."""
    folded = fold(text)
    reasons: list[str] = []
    in_title = bool(title and _fields_at(terms, title, fold(title)))
    total = terms.weights["bias"] + _weigh_fields(terms, _fields_at(terms, text, folded), in_title, folded, reasons)
    return _verdict(total, reasons, terms, day is not None and day < _ISSUED)


def _verdict(total: float, reasons: list[str], terms: RelevanceTerms, is_too_early: bool) -> Relevance:
    if is_too_early:
        total = min(total, terms.weights["too_early"])
        reasons.append(f"đăng trước ngày ban hành Nghị quyết 57 ({_ISSUED:%d/%m/%Y})")
    score = 1.0 / (1.0 + math.exp(-total))
    return Relevance(score=round(score, 4), is_relevant=score >= 0.5, reasons=tuple(reasons))


def _carries_out(document: DocumentCitation) -> bool:
    """Whether the document belongs to the resolution; the same number is given anew each year, so a stated date must fit."""
    tables = load_document_tables()
    known = tables.date_of.get(document.number)
    is_same = document.issued_on is None or known is None or document.issued_on.year == known.year
    return is_same and tables.family_of.get(document.number) == "57"


def _count_citations(folded_title: str, folded: str, numbers: set[str], terms: RelevanceTerms, has_fields: bool) -> _Citations:
    has_other = any(re.match(r"57[-/]", n) and n != RESOLUTION for n in numbers) and RESOLUTION not in numbers
    has_signs = has_fields or bool(_SIGNS.search(folded) or _SIGNS.search(folded_title))
    starts = look_up(folded)
    in_title = any(_is_ours(m, folded_title, has_other, has_signs) for m in _find_citations(look_up(folded_title)))
    spans = [(m.start(), m.start("after")) for m in _find_citations(starts) if _is_ours(m, folded, has_other, has_signs)]
    alone = [m.span() for m in match_at(_NUMBER_ALONE, folded, starts.of("57"))]
    spans += [s for s in alone if not (at := bisect_right(spans, (s[0], len(folded)))) or spans[at - 1][1] <= s[0]]
    single = [s for s in spans if not _is_listed(folded, *s)]
    listed = len(spans) - len(single)
    if not spans and not has_other and starts.of("57"):
        listed = sum(bool(_LIST_OF_NUMBERS.search(m.group())) for m in _LISTED_57.finditer(folded))
    before = [folded[max(0, start - 90) : start] for start, _ in single]
    return _Citations(
        single=len(single),
        listed=listed,
        in_lead=any(start < _LEAD_LENGTH for start, _ in single),
        in_title=in_title or bool(_NUMBER_ALONE.search(folded_title)),
        deeds=sum(bool(terms.deeds.search(b)) for b in before),
        mentions=sum(bool(terms.mentions.search(b)) for b in before),
    )


def _find_citations(starts: Starts) -> Iterator[re.Match[str]]:
    return match_at(_CITATION, starts.low, starts.of_any(*CITED_AS) if starts.of(CITED_NUMBER) else ())


def _is_ours(match: re.Match[str], folded: str, has_other: bool, has_signs: bool) -> bool:
    """Whether a citation of a Resolution 57 is of the Politburo's (rule: number, else issuer or subject, and no other's ending)."""
    if match["tail"] or (not has_other and _SLIP_AFTER.match(match["after"]) and _SLIP_ISSUER.search(match["after"])):
        return True
    after = re.split(r"[.;\n]\s", match["after"], maxsplit=1)[0]
    return not has_other and has_signs and not _OTHER_AFTER.match(after) and not _OTHER_DATE.match(after)


def _is_listed(folded: str, start: int, end: int) -> bool:
    before = folded[max(0, start - 40) : start]
    return bool(_LIST_AFTER.match(folded, end)) or bool(_LIST_BEFORE.search(before))


def _weigh_citations(citations: _Citations, weights: Mapping[str, float], reasons: list[str]) -> float:
    total = 0.0
    if citations.in_title:
        total += weights["title"]
        reasons.append("tiêu đề nêu Nghị quyết 57")
    if citations.single:
        total += (
            weights["first"]
            + (weights["second"] if citations.single > 1 else 0.0)
            + weights["further"] * min(3, max(0, citations.single - 2))
        )
        reasons.append(f"dẫn Nghị quyết 57-NQ/TW {citations.single} lần")
        total += weights["lead"] if citations.in_lead else 0.0
        total += weights["deed"] if citations.deeds else 0.0
        total += weights["mention_only"] if citations.mentions >= citations.single else 0.0
    elif citations.listed:
        total += weights["list_only"]
        reasons.append("chỉ nhắc Nghị quyết 57 trong danh sách các nghị quyết")
    return total


def _fields_at(terms: RelevanceTerms, text: str, folded: str) -> list[int]:
    """Indexes of field words in the text; one written in capitals ("AI") only where the text has capitals, so "ai" is not it."""
    return [
        index
        for index, start, end in _spans_at(terms.fields, folded)
        if not terms.field_words[index].isupper() or text[start:end].isupper()
    ]


def _weigh_fields(terms: RelevanceTerms, found: Sequence[int], in_title: bool, folded: str, reasons: list[str]) -> float:
    words = max(60, folded.count(" ") + 1)
    density = min(1.0, 100.0 * len(found) / words / _FULL_DENSITY)
    variety = min(1.0, len(set(found)) / _FULL_VARIETY)
    if found:
        named = list(dict.fromkeys(terms.field_words[i] for i in found))[:4]
        reasons.append(f"{len(found)} từ khóa lĩnh vực: " + ", ".join(named))
    return terms.weights["fields"] * (density + variety) / 2 + (terms.weights["fields_in_title"] if in_title else 0.0)


def _spans_at(automaton: ahocorasick_rs.AhoCorasick, folded: str) -> list[tuple[int, int, int]]:
    """(index of the word, start, end) of those that stand as whole words."""
    return [
        (index, start, end)
        for index, start, end in find_matches(automaton, folded)
        if not (start and folded[start - 1].isalnum()) and not (end < len(folded) and folded[end].isalnum())
    ]


def _words_found(automaton: ahocorasick_rs.AhoCorasick, words: Sequence[str], folded: str) -> list[str]:
    return list(dict.fromkeys(words[index] for index, _, _ in _spans_at(automaton, folded)))
