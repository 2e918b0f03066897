"""How a province's name stands in its sentence: on its own, in an enumeration, beside the matter (compared, a venue), or as the issuer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

from r57monitor.text.guarded import Guarded
from r57monitor.text.nation import load_standing
from r57monitor.text.province_names import NameHit

# All on folded text.
_KIND = r"(?:(?:cac\s|hai\s|ba\s|nhung\s)?(?:tinh|thanh pho|tp\.?|tinh thanh|tinh, thanh pho|dia phuong|provinces? of|the province of)\s?)?"
_VALUE = r"(?:\([^()\n]{1,40}\)|(?:dat|voi|la|co|with|at|:)?\s?\d[\d.,]*\s?(?:%|percent|diem|tram|dong|bac|points)?)"
_GAP = re.compile(rf"\s*(?P<value>{_VALUE})?\s*(?P<joint>,|;|va|and|/|-|cung|,\s?va|,\s?and|\n)?[\s\d.)|*•-]{{0,6}}(?:la\s)?{_KIND}")
_GAP_LENGTH = 60
_LONG_LIST = 3  # two names are a pair, of which a text can well be
_VENUE_FIRST = Guarded(r"\b(?:tai|o|in)\s(?:thu do\s)?(?:tinh\s|tp\.?\s?|thanh pho\s)?$")


@dataclass(frozen=True, slots=True)
class _Cues:
    """The words of data/standing.toml as patterns."""

    aside_before: Guarded
    venue_before: Guarded
    event_after: re.Pattern[str]
    bridge_after: re.Pattern[str]
    own: re.Pattern[str]
    institution_before: Guarded


@cache
def _load_cues() -> _Cues:
    event = rf"(?:{load_standing('events')})"
    ranked = rf"\b(?:{load_standing('ranked')})\b[^.;\n]{{0,45}}?(?:\b(?:la|thuoc ve|gom|co|nhu|are|is)|:)"
    held = rf"(?:\b(?:{load_standing('holding')})(?:\son\s[a-z]+day)?|\b{event}[^.;\n]{{0,80}}?)"
    office = rf"\b(?:{load_standing('institutions')}|so [a-z]+(?: [a-z,&]+){{0,6}})"
    return _Cues(
        aside_before=Guarded(rf"(?:\b(?:{load_standing('aside')})|{ranked})\s*:?\s*{_KIND}$"),
        venue_before=Guarded(rf"{held}\s(?:tai|o|in)\s(?:thu do\s|the\s)?{_KIND}$"),
        event_after=re.compile(rf"(?:\s(?:province|city))?\s?(?:\([^)\n]{{1,20}}\)\s?)?,\s?[^.\n]{{0,120}}?\b{event}\b"),
        bridge_after=re.compile(rf"\s(?:(?:province|city|provincial)\s)?(?:{load_standing('bridges')})\b"),
        own=re.compile(rf"\b(?:{load_standing('own')})\b"),
        institution_before=Guarded(rf"{office}\s(?:tinh|thanh pho|tp\.?)?\s?$"),
    )


def judge_standing(folded: str, hits: Sequence[NameHit]) -> list[NameHit]:
    """The hits with list_size, is_aside and has_institution told; places and by-names unchanged."""
    names = [i for i, hit in enumerate(hits) if hit.kind == "name"]
    judged = list(hits)
    cues = _load_cues()
    for run in _runs(folded, hits, names):
        first = hits[run[0]]
        size = len({hits[i].name for i in run})
        has_values = size > 1 and any(_gap_value(folded, hits[i], hits[j]) for i, j in pairwise(run))
        head = folded[max(0, first.start - 90) : first.start]
        venue = _is_venue(folded, head, hits[run[-1]].end)
        aside = venue or size >= _LONG_LIST or has_values or bool(cues.aside_before.search(head))
        former = any(hits[i].is_former for i in run)  # "Yên Bái và Lào Cai (cũ)"
        for i in run:
            before = folded[max(0, hits[i].start - 60) : hits[i].start]
            institution = not aside and bool(cues.institution_before.search(before))
            judged[i] = hits[i].standing(size, former=former, aside=aside, venue=venue, institution=institution)
    return _beside_bridges(folded, judged)


_BRIDGE_BEFORE = re.compile(r"\b(?:diem|dau) cau\s(?:cua\s|tai\s)?(?:(?:ubnd|truc tuyen)\s)?(?:tinh|thanh pho|tp\.?)?\s?\Z")


def _beside_bridges(folded: str, hits: list[NameHit]) -> list[NameHit]:
    """The names of a paragraph that tells who sat in a province's room of a conference held elsewhere: beside the matter, all of them."""
    lines = {
        folded.rfind("\n", 0, hit.start)
        for hit in hits
        if hit.kind == "name"
        and (_BRIDGE_BEFORE.search(folded[max(0, hit.start - 40) : hit.start]) or _load_cues().bridge_after.match(folded, hit.end))
    }
    if not lines:
        return hits
    return [replace(h, is_aside=True) if h.kind == "name" and folded.rfind("\n", 0, h.start) in lines else h for h in hits]


def _runs(folded: str, hits: Sequence[NameHit], names: Sequence[int]) -> Iterator[list[int]]:
    """Indexes of names that follow one another in one enumeration; a name alone is a run of one."""
    run: list[int] = []
    for i in names:
        if run and not _is_joined(folded, hits[run[-1]], hits[i]):
            yield run
            run = []
        run.append(i)
    if run:
        yield run


def _is_joined(folded: str, one: NameHit, other: NameHit) -> bool:
    gap = folded[one.end : other.start]
    match = _GAP.fullmatch(gap) if len(gap) <= _GAP_LENGTH else None
    return bool(match and match["joint"]) and one.name != other.name


def _gap_value(folded: str, one: NameHit, other: NameHit) -> str | None:
    match = _GAP.fullmatch(folded, one.end, other.start)
    return match["value"] if match else None


def _is_venue(folded: str, head: str, end: int) -> bool:
    if _load_cues().venue_before.search(head) or _load_cues().bridge_after.match(folded, end):
        return True
    after = _load_cues().event_after.match(folded, end) if _VENUE_FIRST.search(head) else None
    return bool(after) and not _load_cues().own.search(folded, end, end + 140)
