"""Province and place names in a text: where they stand, and whether they mean the province."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import ahocorasick_rs
import numpy as np

from r57monitor.gazetteer import Gazetteer, Place
from r57monitor.text.automata import find_matches
from r57monitor.text.guarded import Guarded
from r57monitor.text.normalize import fold
from r57monitor.text.province_spellings import WORD, Entry, comparison_form, list_entries

_SAMPLE = 2000  # characters that show whether a text is written with accents
_WORD_OR_MARK = re.compile(r"\w+|[^\w\s]")
_KEPT_NAMES = 4_096  # names as they were written, with the entries that they are
_CITY_BEFORE = Guarded(r"(?:\btp\.?|\bt\.p\.?|\bthanh pho|\bthanh uy|\bthanh doan)\s?$")
_KIND_BEFORE = Guarded(r"\b(?:tinh|thanh pho|tp\.?|tinh uy|thanh uy|province of|city of)\s?$")
_KIND_AFTER = re.compile(r"\s(?:province|city|provincial)\b")
_OTHER_AFTER = re.compile(r"\s(?:district|commune|ward|town|township|street|university)\b")  # "Phu Yen district": of Son La
_AGENCY_SEATS = frozenset({"Hà Nội", "Hồ Chí Minh"})
_AGENCY_AFTER = re.compile(r"\s?(?:\((?:TTXVN|VNA|VOV|VNS|NDO|Chinhphu\.vn)[^)]{0,20}\)\s?[-–—]|—)\s")
_DISTRICT_BEFORE = Guarded(
    r"\b(?:huyen|thi xa|thanh pho|tp\.?|tx\.?|quan|dac khu|do thi|dao|kcn|khu cong nghiep|cang|khu kinh te|kkt|khu vuc)\s?$"
)
_WARD_BEFORE = Guarded(r"\b(?:xa|phuong|thi tran|duong|pho)\s$")
_VILLAGE_BEFORE = Guarded(r"\b(?:lang|thon|ap|buon|khu pho)\s(?:[a-z]+\s)?$")
_FORMER_BEFORE = Guarded(r"\b(?:cu|truoc day)\s(?:cua\s)?(?:(?:hai|ba|cac)\s)?(?:tinh\s)?$")
_FORMER_AFTER = re.compile(r"\s?\(?(?:cu\b|truoc day\b|truoc kia\b|truoc (?:khi )?(?:sap nhap|hop nhat)|xua\b)")
_DATELINE_AFTER = re.compile(r",\s*ngay\s+(?:\d|\.{2,}|…)")
# A letterhead of a province's own body: its number ends so, and the place and the date of signing stand near.
_LOCAL_NUMBER = re.compile(
    r"(?:(?:^|\n|\|)[ ]?so(?: hieu| ky hieu)?\s?[:.]?|\bso\s?:)\s?\|?\s?\d{1,5}\s?(?:/\s?\d{4}\s?)?[/-]\s?[a-z]{1,8}\s?[/-]"
    r"\s?(?:ubnd|hdnd|tu|vptu|vpub|bcd|dubnd|s[a-z]{2,6})\b"
)
_SIGNED_AFTER = re.compile(r",\s*ngay\s+\d{1,2}\s+thang\s+\d{1,2}\s+nam\s+\d{4}")
_SIGNED_NEAR = 260
_VENUE_BEFORE = Guarded(r"\btai\s(?:thu do\s|tinh\s|tp\.?\s?|thanh pho\s)?$")
_CENTRAL_AFTER = re.compile(
    r"\s?,[^.\n]{0,60}?\b(?:bo (?!phan|may|tieu chi|chi so)|bo chinh tri|ban bi thu|chinh phu|quoc hoi|trung uong|thu tuong|tong bi thu"
    r"|chu tich nuoc|tap doan|hiep hoi|lien hiep|hoi dong)"
)
_CHINA_AFTER = re.compile(r"\s?[(,]\s?trung quoc")
_ROUTE_BEFORE = Guarded(
    r"(?:cao toc|quoc lo|duong sat|(?<!truc )tuyen|vanh dai|duong bay|duong bo|chang|hanh trinh|di qua)\s[^.;\n]{0,40}$"
)
_ROUTE_END = Guarded(r"\btu\s[^.;\n]{2,30}\s(?:den|toi|vao|ra)\b[^.;\n]*$")
_ORIGIN_BEFORE = Guarded(r"\b(?:tu|que|goc|ve tu|nguoi)\s(?:tinh\s|tp\.?\s?|thanh pho\s)?$")  # where somebody or something comes from


@dataclass(frozen=True, slots=True)
class NameHit:
    """One name that stands: of a province (name, by-name) or of a place in one."""

    kind: Literal["name", "weak", "place"]
    start: int
    end: int
    name: str = ""  # gazetteer name, for gazetteer.resolve()
    places: tuple[Place, ...] = ()
    is_former: bool = False  # "(cũ)", "trước đây"
    is_route: bool = False  # one end of a journey, where somebody comes from, where a central body met
    has_kind_word: bool = False  # "tỉnh X", "huyện X"
    is_unsure: bool = False  # a place whose bare name other places bear too: evidence only beside better
    is_issuer: bool = False  # the place of signing in the letterhead of the province's own document
    list_size: int = 1  # provinces named in one enumeration with it
    is_aside: bool = False  # in a long enumeration, an example, compared, a guest, the venue of an event
    is_venue: bool = False
    has_institution: bool = False  # "UBND tỉnh X", "trên địa bàn tỉnh X"

    def standing(self, list_size: int, *, former: bool, aside: bool, venue: bool, institution: bool) -> NameHit:
        """The same name with how it stands in its sentence."""
        return NameHit(
            self.kind, self.start, self.end, self.name, self.places, former, self.is_route, self.has_kind_word, self.is_unsure,
            self.is_issuer, list_size, aside, venue, institution,
        )  # fmt: skip


class _NameFinder:
    """All names of a gazetteer in one automaton over folded text."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        entries: dict[str, list[Entry]] = {}
        for entry in list_entries(gazetteer):
            known = entries.setdefault(fold(entry.written), [])
            if entry not in known:
                known.append(entry)
        self.keys = list(entries)
        self.entries = [entries[key] for key in self.keys]
        self.automaton = ahocorasick_rs.AhoCorasick(self.keys, matchkind=ahocorasick_rs.MatchKind.Standard)
        self._fitting: dict[tuple[int, str], tuple[list[Entry], list[Entry]]] = {}
        cautions = gazetteer.cautions
        self.surnames = frozenset(cautions.surnames)
        lower = [re.escape(w) for w in cautions.not_after if w == w.lower()]
        upper = [re.escape(w) for w in cautions.not_after if w != w.lower()]
        self.not_after = re.compile(rf"(?:\b(?i:{'|'.join(lower)})|\b(?:{'|'.join(upper)}))\s$")

    def find(self, text: str) -> list[NameHit]:
        folded = fold(text)
        spans: list[tuple[int, int, Entry]] = []
        for index, start, end in find_matches(self.automaton, folded.replace("\n", " "), overlapping=True):
            if _is_word(folded, start, end):
                spans += [(start, end, e) for e in self._written_so(text, folded, start, end, index)]
        spans.sort(key=lambda s: (s[0], -s[1], s[2].kind))
        hits: list[NameHit] = []
        reach = 0
        for start, end, entry in spans:
            if start < reach:
                continue
            if entry.kind == "friend":
                reach = end
                continue
            hit = self._judge(text, folded, start, end, entry, hits)
            if hit is not None:
                hits.append(hit)
                reach = end
        return hits

    def _written_so(self, text: str, folded: str, start: int, end: int, index: int) -> list[Entry]:
        """Those of the entries found there whose letters the text has: exactly, or in a text without accents bare of them."""
        found = text[start:end]
        known = self._fitting.get((index, found))
        if known is None:
            if len(self._fitting) >= _KEPT_NAMES:
                self._fitting.clear()
            exact, loose = ([e for e in self.entries[index] if _is_written(found, e, has_accents=told)] for told in (True, False))
            known = self._fitting[index, found] = exact, loose
        exact, loose = known
        return exact if len(exact) == len(loose) or _has_accents(text, folded) else loose

    def _judge(self, text: str, folded: str, start: int, end: int, entry: Entry, before: Sequence[NameHit]) -> NameHit | None:
        """The name in its surroundings; None where it is a street, a person, a dateline or another country's."""
        head, tail = folded[max(0, start - 50) : start], folded[end : end + 30]
        if self._is_person(text, start) or _CHINA_AFTER.match(tail) or _is_agency(text, start, end, entry):
            return None
        if _DATELINE_AFTER.match(tail):
            is_own = entry.kind == "name" and _is_issuer_place(folded, start, end)
            return NameHit("name", start, end, entry.name, is_issuer=True) if is_own else None
        has_kind = bool(_KIND_BEFORE.search(head)) or bool(_KIND_AFTER.match(tail))
        if entry.kind == "place":
            return None if entry.is_commune and _FORMER_AFTER.match(tail) else _judge_place(head, start, end, entry)
        if head.endswith("huyen ") or _OTHER_AFTER.match(tail):  # a district of the name, somewhere
            return None
        is_town = head.endswith("thi xa ")
        is_city = bool(_CITY_BEFORE.search(head))
        if not is_town and not is_city and self.not_after.search(text[max(0, start - 20) : start]):
            return None
        if entry.is_strict and not is_city and not _in_list(folded, start, before):
            return None
        is_route = bool(_ROUTE_BEFORE.search(head) or _ORIGIN_BEFORE.search(head)) or _is_route_end(head)
        is_route = is_route or (bool(before) and before[-1].is_route and _in_list(folded, start, before))  # "qua A, B và C"
        # "Tại Hà Nội, Bộ ... tổ chức": the venue of a central body's meeting
        is_route = is_route or bool(_VENUE_BEFORE.search(head) and _CENTRAL_AFTER.match(folded, end))
        former = bool(_FORMER_AFTER.match(tail) or _FORMER_BEFORE.search(head))
        return NameHit(entry.kind, start, end, entry.name, (), former, is_route, has_kind or is_town)  # type: ignore[arg-type]

    def _is_person(self, text: str, start: int) -> bool:
        """Whether a surname, alone or with a middle name, stands right before, or a capital word that makes it a longer name."""
        if text[start - 1 : start] != " ":
            return False
        words = _WORD_OR_MARK.findall(text[max(0, start - 24) : start])
        if words and words[-1] in self.surnames:
            return not (len(words) > 1 and words[-1] == "Thị" and words[-2].lower() in {"đô"})
        return False


@lru_cache(maxsize=2)  # asked for one name of a text after the other
def _has_accents(text: str, folded: str) -> bool:
    """Whether a text is written with accents, as far as its beginning shows."""
    sample = text[:_SAMPLE]
    return len(text) < 20 or _count_changed(sample.lower(), folded) > 0.05 * len(sample)


def _count_changed(low: str, folded: str) -> int:
    """How many letters of a text folding has changed."""
    codes = [np.frombuffer(t[: len(low)].encode("utf-32-le", "surrogatepass"), dtype=np.uint32) for t in (low, folded)]
    size = min(map(len, codes))
    return int(np.count_nonzero(codes[0][:size] != codes[1][:size]))


def _is_word(folded: str, start: int, end: int) -> bool:
    glued_before = start > 0 and folded[start - 1].isalnum() and folded[max(0, start - 2) : start] != "tp"
    return not glued_before and not (end < len(folded) and folded[end].isalnum())


def _is_written(found: str, entry: Entry, *, has_accents: bool) -> bool:
    """Whether letters found are the name's own, with its accents (where the text has any) and its capitals."""
    if entry.kind == "friend":
        return True
    if comparison_form(found) != entry.written and (has_accents or fold(found) != fold(entry.written)):
        return False
    words = WORD.findall(found)
    if entry.kind == "weak":
        return any(w[0].isupper() for w in words)
    return all(words[i][0].isupper() for i in entry.capitals if i < len(words))


def _judge_place(head: str, start: int, end: int, entry: Entry) -> NameHit | None:
    has_kind = bool(_DISTRICT_BEFORE.search(head))
    if (
        _WARD_BEFORE.search(head)
        and not head.endswith("thi xa ")
        and (head.endswith(("duong ", "pho ")) and not head.endswith("thanh pho "))
    ):
        return None
    if _VILLAGE_BEFORE.search(head):
        return None
    unsure = any(p.is_ambiguous for p in entry.places) and not has_kind
    return NameHit("place", start, end, entry.name, entry.places, has_kind_word=has_kind, is_unsure=unsure)


def _in_list(folded: str, start: int, before: Sequence[NameHit]) -> bool:
    """Whether the name follows another province in a list ("Hà Nội, Hồ Chí Minh")."""
    return bool(before) and before[-1].kind == "name" and folded[before[-1].end : start].strip() in {",", "va", "-", ", va"}


def _is_issuer_place(folded: str, start: int, end: int) -> bool:
    """Whether a name is the place of signing in the letterhead of a province's own document."""
    if not _SIGNED_AFTER.match(folded, end):
        return False
    return bool(_LOCAL_NUMBER.search(folded, max(0, start - _SIGNED_NEAR), min(len(folded), end + _SIGNED_NEAR)))


def _is_agency(text: str, start: int, end: int, entry: Entry) -> bool:
    """Whether the capital's name at the head of a line is where an agency reports from ("HÀ NỘI (TTXVN) -", "HÀ NỘI —")."""
    return entry.name in _AGENCY_SEATS and (start == 0 or text[start - 1] == "\n") and bool(_AGENCY_AFTER.match(text, end))


def _is_route_end(head: str) -> bool:
    return bool(_ROUTE_END.search(head))


@lru_cache(maxsize=4)
def _finder(gazetteer: Gazetteer) -> _NameFinder:
    return _NameFinder(gazetteer)


def find_names(text: str, gazetteer: Gazetteer) -> list[NameHit]:
    """Names of provinces, by-names and places in order of place in the text, without overlaps.

    Left out: what is a person, street, river, school, company, ward or dateline, another accent ("thuế") or lower case ("cao bằng").
    """
    return _finder(gazetteer).find(text) if text else []
