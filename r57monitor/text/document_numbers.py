"""One candidate for a document's number against the tables: its kind, its issuer, its one spelling."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from importlib import resources

from r57monitor.text.normalize import fold

DASH = r"\-\u2010\u2011\u2012\u2013\u2014\u2212"
_PART = re.compile(rf"(?P<blank>[ \n]?)(?P<sep>[/{DASH}]?)(?P<blank2>[ \n]?)(?P<word>\w+)")
_KIND_NAMES = {fold(words): words for words in (
    "nghị quyết", "kế hoạch", "quyết định", "chỉ thị", "kết luận", "chương trình hành động", "chương trình", "nghị định", "thông tư",
    "công văn", "thông báo", "báo cáo", "tờ trình", "hướng dẫn", "đề án", "quy chế", "quy định", "công điện",
)}  # fmt: skip
# What makes a number with an unknown code sure: "số" or a kind's name right before it.
_INTRODUCED = re.compile(rf"\b(?:(?P<kind>{'|'.join(_KIND_NAMES)})(?:\sso)?|van ban(?:\sso)?|so(?:\shieu)?|no\.)\s?:?[\s|]?$")
_NUMBERED_END = re.compile(r"\d+$")
_CENTRAL = frozenset({"tw", "bcdtw", "cqttbcd", "vptw"})
_THREE_FIELDS = re.compile(r"khoa hoc.{0,20}cong nghe.{0,40}chuyen doi so", re.DOTALL)


@dataclass(frozen=True, slots=True)
class DocumentTables:
    """Kinds and issuers by folded abbreviation, and what is known of single documents by number."""

    kinds: dict[str, tuple[str, str]]  # folded -> (spelling, words)
    issuers: dict[str, tuple[str, str, bool]]  # folded -> (spelling, words, is Party)
    issuer_of: dict[str, str]
    family_of: dict[str, str]
    date_of: dict[str, date]


@lru_cache(maxsize=1)
def load_document_tables() -> DocumentTables:
    """The shipped tables (data/documents.toml)."""
    raw = tomllib.loads((resources.files("r57monitor") / "data" / "documents.toml").read_text("utf-8"))
    known = raw["document"]
    return DocumentTables(
        kinds={fold(k): (k, words) for k, words in raw["kinds"].items()},
        issuers={fold(k): (k, words, family == "party") for family, table in raw["issuers"].items() for k, words in table.items()},
        issuer_of={d["number"]: d["issuer"] for d in known if "issuer" in d},
        family_of={d["number"]: d["family"] for d in known},
        date_of={d["number"]: d["date"] for d in known if "date" in d},
    )


@dataclass(slots=True)
class FoundDocument:
    """One citation of a number, at its span in the text."""

    number: str
    kind: str | None
    issuer: str | None
    start: int
    end: int
    dates: list[date] = field(default_factory=list)


def read_number(match: re.Match[str], folded: str, tables: DocumentTables) -> FoundDocument | None:
    """One candidate against the tables; None for fractions, labels and anything without a known kind or issuer."""
    year, words, end = _split_parts(match, tables)
    if not words:
        return None
    keys = [fold(w) for w in words]
    number = match["num"]
    first_slash = match["rest"].lstrip(" \n").startswith("/")
    if year and re.fullmatch(r"(?:qh|ubtvqh)\d{1,2}", keys[0]):
        return None  # found as an act of the National Assembly
    if keys[0] in tables.kinds and len(words) > 1:
        return _read_act(match, folded, tables, (number, year, words, end))
    if keys[0] in tables.issuers and len(words) > 1 and first_slash and not year:
        spelling, issuer_words, _ = tables.issuers[keys[0]]
        rest = "-".join([spelling, *(_spell(w, tables) for w in words[1:])])
        return FoundDocument(f"{number}/{rest}", "công văn", issuer_words, match.start(), end)
    return _read_unknown(match, folded, tables, (number, year, words, end))


def _read_unknown(
    match: re.Match[str], folded: str, tables: DocumentTables, parts: tuple[str, str | None, list[str], int]
) -> FoundDocument | None:
    """A number whose kind no table knows, where its issuer is known and "số" or a kind's name stands before it."""
    number, year, words, end = parts
    base = _NUMBERED_END.sub("", fold(words[1])) if len(words) > 1 else ""
    introduced = _INTRODUCED.search(folded, max(0, match.start() - 40), match.start())
    letters = sum(c.isupper() for c in words[0])
    if base not in tables.issuers or not introduced or letters < 2 or not words[0][-1].isupper():
        return None
    _, issuer, is_party = tables.issuers[base]
    kind = words[0].replace("Ð", "Đ")
    tail = "-".join(_spell(w, tables) for w in words[1:])
    slash_first = match["rest"].lstrip(" \n").startswith("/")
    canonical = f"{number}-{kind}/{tail}" if is_party and not slash_first else f"{number}/{f'{year}/' if year else ''}{kind}-{tail}"
    return FoundDocument(canonical, _KIND_NAMES.get(introduced["kind"] or ""), issuer, match.start(), end)


def _read_act(
    match: re.Match[str], folded: str, tables: DocumentTables, parts: tuple[str, str | None, list[str], int]
) -> FoundDocument | None:
    number, year, words, end = parts
    kind, kind_words = tables.kinds[fold(words[0])]
    base = _NUMBERED_END.sub("", fold(words[1]))
    issuer = tables.issuers.get(fold(words[1])) or tables.issuers.get(base)
    introduced = issuer is None and _INTRODUCED.search(folded, max(0, match.start() - 40), match.start())
    if issuer is None and not re.fullmatch(r"[^\W\d_]{2,12}\d{0,2}" if introduced else r"[^\W\d_]{2,8}", words[1]):
        return None
    if kind == "QĐ" and kind_word_before(folded, match.start(), ("quy dinh",)):
        kind_words = "quy định"
    tail = [_spell(w, tables) for w in words[1:]]
    is_party = issuer[2] if issuer else False
    slash_first = match["rest"].lstrip(" \n").startswith("/")
    is_kept = slash_first and base not in _CENTRAL  # "144/CTHĐ-TU" is how some provinces number
    if (is_party and not year and not is_kept) or (issuer is None and not slash_first):
        canonical = f"{number}-{kind}/{'-'.join(tail)}"
    else:
        canonical = f"{number}/{year}/{kind}-{'-'.join(tail)}" if year else f"{number}/{kind}-{'-'.join(tail)}"
    if canonical == "57/NQ-CP" and _means_57(folded, match.start(), end):
        canonical = "57-NQ/TW"
    issuer_words = tables.issuer_of.get(canonical) or (_central_issuer(folded, end) if base == "tw" else None)
    return FoundDocument(canonical, kind_words, issuer_words or (issuer[1] if issuer else None), match.start(), end)


def _split_parts(match: re.Match[str], tables: DocumentTables) -> tuple[str | None, list[str], int]:
    """Year, words and end of a candidate; a word that no table knows ends it unless it is written in capitals without blanks."""
    year: str | None = None
    words: list[str] = []
    end = match.end("num")
    for part in _PART.finditer(match["rest"]):
        word = part["word"]
        if word.isdigit():
            if words or part["sep"] != "/":
                break
            year = word
        else:
            glued = _split_glued(word, tables) if not words and not year else None
            if glued:
                words.extend(glued)
                end = match.start("rest") + part.end()
                break
            key = _NUMBERED_END.sub("", fold(word))
            known = key in tables.issuers or key in tables.kinds
            loose = bool(part["blank"] or part["blank2"])
            capitals = sum(c.isupper() for c in word)
            if not (known and (capitals or len(words) == 0 or fold(words[0]) in tables.kinds)) and (loose or capitals < 2):
                break
            words.append(word)
        end = match.start("rest") + part.end()
    return year, words, end


def _split_glued(word: str, tables: DocumentTables) -> list[str] | None:
    """ "NQTW" is NQ and TW: the mark between kind and issuer is missing."""
    key = fold(word)
    if key in tables.kinds or key in tables.issuers or sum(c.isupper() for c in word) < 3:
        return None
    for cut in range(2, len(word) - 1):
        if key[:cut] in tables.kinds and key[cut:] in tables.issuers:
            return [word[:cut], word[cut:]]
    return None


def _spell(word: str, tables: DocumentTables) -> str:
    key = fold(word)
    base = _NUMBERED_END.sub("", key)
    if key in tables.issuers:
        return tables.issuers[key][0]
    if base in tables.issuers:
        return tables.issuers[base][0] + key[len(base) :]
    return word


def kind_word_before(folded: str, start: int, kinds: tuple[str, ...]) -> str | None:
    before = folded[max(0, start - 60) : start]
    words = {"luat": "luật", "nghi quyet": "nghị quyết", "phap lenh": "pháp lệnh", "quy dinh": "quy định"}
    best = max(kinds, key=before.rfind)
    return words[best] if best in before else None


def _central_issuer(folded: str, end: int) -> str | None:
    after = folded[end : end + 70]
    bodies = {"bo chinh tri": "Bộ Chính trị", "ban bi thu": "Ban Bí thư", "ban chap hanh trung uong": "Ban Chấp hành Trung ương"}
    placed = {after.find(key): words for key, words in bodies.items() if key in after}
    return placed[min(placed)] if placed else None


def _means_57(folded: str, start: int, end: int) -> bool:
    """Whether "57/NQ-CP" is a slip for the Politburo's resolution: its sentence names the Politburo, the date or the three fields."""
    left = max(folded.rfind(". ", 0, start), folded.rfind("\n", 0, start), 0)
    stops = [i for i in (folded.find(". ", end), folded.find("\n", end)) if i >= 0]
    sentence = folded[left : min(stops, default=len(folded))]
    return "bo chinh tri" in sentence or "22/12/2024" in sentence or _THREE_FIELDS.search(sentence) is not None
