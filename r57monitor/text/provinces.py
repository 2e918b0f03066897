"""Which provinces a text is about, and which it only names."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from r57monitor.gazetteer import MERGER, Gazetteer, ProvinceEntity
from r57monitor.models import ProvinceMention
from r57monitor.text.nation import count_local, count_nation
from r57monitor.text.normalize import fold
from r57monitor.text.province_names import NameHit, find_names
from r57monitor.text.province_standing import judge_standing
from r57monitor.text.province_told import count_figures, has_figure, has_value, labels_row, opens_paragraph

# Weights of evidence, calibrated on the practice articles; only their order matters much.
_TITLE, _LEAD, _NAME, _NAME_WITH_KIND = 4.0, 1.0, 1.0, 1.4
_PLACE, _PLACE_AGAIN, _PLACE_IN_TITLE, _ROUTE, _FORMER, _WEAK = 0.9, 0.15, 2.5, 0.15, 0.4, 0.7
_OUTLET = 1.5
_ASIDE, _INSTITUTION, _ISSUER = 0.25, 0.5, 2.5
_SOLE = 1.3  # enough where no other province is named and the name stands with its kind or an institution
_OF_THE_NATION = 1.9  # what a province needs in a text that speaks mostly of the nation, and figures or some repetition with it
_REPEATED = 3
_NATIONAL = 3  # words of the nation without which a text is not about it
_DOMINANT = 3.0  # a province with less stands among equals: several that the text names again and again are all its subjects
_MAX_EQUALS = 8
_MINIMUM = 1.7  # one bare mention is no subject
_TITLE_LIST = 3
_TOLD = 3  # quantities told of a province at one place that make it a subject beside others
_SECOND = 0.34  # share of the first subject's score that a further one needs, when figures stand beside its name
_LEAD_LENGTH = 350
_TURNS = 3  # provinces that open paragraphs each: the text is about all of them, however much it says of the nation
_OWN_SHARE = (
    4  # an outlet's own province is meant where the text speaks of a province's bodies at least once in so many words of the nation
)
_COMPARED, _ROWS = 8, 3  # provinces each with a value right behind its name, or a row of a table: a comparison, and about all of them
_MAX_NAMES, _MAX_PLACES, _MAX_ASIDE = 12, 6, 3


_MODEL_TITLE = re.compile(r"\W*(?:kinh nghiem|bai hoc|mo hinh|cach lam|nhin tu|chuyen|dau an)\b")  # "Kinh nghiệm từ X": about X
_DISTRICTS = re.compile(r"\b(?:cap huyen|huyen uy|ubnd huyen|thi xa [A-ZĐ]|huyen [a-z]|quan \d)")
_YEAR = re.compile(r"\b(\d{1,2})\s?[/.-]\s?(\d{1,2})\s?[/.-]\s?(20\d\d)\b|\bthang (\d{1,2})[/ ](?:nam )?(20\d\d)\b")


@dataclass(slots=True)
class _Evidence:
    """What speaks for one entity."""

    entity: ProvinceEntity
    score: float = 0.0
    names: int = 0
    in_title: bool = False
    figured: int = 0
    told: int = 0  # quantities that stand between its name and the next one's, at one place of the text
    free: int = 0  # names outside enumerations, comparisons, venues and journeys
    opens: int = 0  # paragraphs that its name opens
    valued: int = 0  # names with a value of their own right behind
    rows: int = 0  # of a table, that its name labels
    aside: int = 0  # names in long enumerations, comparisons
    named_well: bool = False  # once with its kind or an institution
    places: dict[str, int] = field(default_factory=dict)
    spans: list[tuple[int, int]] = field(default_factory=list)


def find_provinces(
    text: str, title: str | None, day: date | None, gazetteer: Gazetteer, source_province: str | None
) -> tuple[ProvinceMention, ...]:
    """Provinces of a text: subjects first, best supported first, then those only named, in order of first mention.

    text, title: NFC; day: of the article, which decides between the 63 and the 34 (without one, the names used decide);
    source_province: name of the outlet's province, weak evidence. Spans are in `text`; mentions 0 where inferred from places
    or from the outlet. An old name after the merger ("khu vực Đắk Nông (cũ)") stands for the province that holds the area.
    """
    evidence, local = weigh_provinces(text, title, day, gazetteer, source_province)
    subjects = _choose_subjects(evidence, local, f"{title or ''}\n{text}")
    ranked = [*subjects, *(e for e in evidence.values() if e.names and e not in subjects)]
    return tuple(_to_mention(e, e in subjects, gazetteer) for e in ranked)


def weigh_provinces(
    text: str, title: str | None, day: date | None, gazetteer: Gazetteer, source_province: str | None
) -> tuple[dict[str, _Evidence], ProvinceEntity | None]:
    """What speaks for each entity that a text names, by its id; and the outlet's own. Arguments as for `find_provinces`."""
    hits = judge_standing(fold(text), find_names(text, gazetteer))
    title_hits = judge_standing(fold(title), find_names(title, gazetteer)) if title else []
    valid_day = day or _guess_day(fold(text), [*title_hits, *hits], gazetteer)
    evidence: dict[str, _Evidence] = {}
    _add_title(evidence, fold(title or ""), title_hits, valid_day, gazetteer)
    _add_text(evidence, text, title, hits, valid_day, gazetteer)
    local = gazetteer.resolve(source_province, valid_day) if source_province else None
    _add_unsure_places(evidence, title_hits, local, valid_day, _PLACE_IN_TITLE)
    _add_unsure_places(evidence, hits, local, valid_day, _PLACE)
    return evidence, local


def _to_mention(evidence: _Evidence, is_subject: bool, gazetteer: Gazetteer) -> ProvinceMention:
    return ProvinceMention(
        province_id=evidence.entity.id,
        name=evidence.entity.name,
        name_now=gazetteer.now(evidence.entity.id).name,
        role="subject" if is_subject else "mentioned",
        mentions=evidence.names,
        spans=tuple(evidence.spans),
    )


def _guess_day(folded: str, hits: Sequence[NameHit], gazetteer: Gazetteer) -> date:
    """A day in the system the names belong to: the 63 where a merged-away name or a district is used as a current one."""
    last_old = _last_day_of(folded, hits, gazetteer)
    current = {h.name for h in hits if h.kind == "name" and not h.is_former}
    if any(gazetteer.by_name(name, MERGER) is None for name in current):
        return last_old
    if any(h.is_former for h in hits) or "sau sap nhap" in folded or "sau hop nhat" in folded:
        return MERGER
    days = [_month(m) for m in _YEAR.finditer(folded)]
    if any(d >= MERGER for d in days if d is not None) and not _DISTRICTS.search(folded):
        return MERGER
    return last_old


def _last_day_of(folded: str, hits: Sequence[NameHit], gazetteer: Gazetteer) -> date:
    """The last day before the merger on which provinces bore the names as they are written ("Thừa Thiên Huế": in 2024)."""
    written = {folded[h.start : h.end] for h in hits if h.kind == "name" and not h.is_former}
    last = MERGER - timedelta(days=1)
    renamed = [e.valid_until for e in gazetteer.entities if e.valid_until and e.valid_until < last and fold(e.name) in written]
    return min(renamed, default=last)


def _month(match: re.Match[str]) -> date | None:
    month, year = (int(match[2]), int(match[3])) if match[3] else (int(match[4]), int(match[5]))
    return date(year, month, 1) if 1 <= month <= 12 and year <= 2026 else None


def _entity_of(evidence: dict[str, _Evidence], hit: NameHit, day: date, gazetteer: Gazetteer) -> _Evidence | None:
    if hit.kind == "place":
        ids = {p.province_id_on(day) for p in hit.places} - {""}
        if len(ids) != 1:
            return None
        entity: ProvinceEntity | None = gazetteer.on(ids.pop(), day)
    else:
        entity = gazetteer.resolve(hit.name, day)
    return evidence.setdefault(entity.id, _Evidence(entity)) if entity else None


def _add_unsure_places(
    evidence: dict[str, _Evidence], hits: Sequence[NameHit], local: ProvinceEntity | None, day: date, weight: float
) -> None:
    """A name that many places bear counts for a province that something else speaks for already, or for the outlet's own."""
    for place in {h.name: h for h in hits if h.is_unsure}.values():
        ids = {p.province_id_on(day) for p in place.places} - {""}
        known = [i for i in ids if i in evidence and evidence[i].score]
        if local is not None and local.id in ids:
            evidence.setdefault(local.id, _Evidence(local)).score += weight
        elif len(known) == 1:
            evidence[known[0]].score += weight / 2


def _add_title(evidence: dict[str, _Evidence], folded_title: str, hits: Sequence[NameHit], day: date, gazetteer: Gazetteer) -> None:
    is_model = bool(_MODEL_TITLE.match(folded_title)) and sum(h.kind == "name" for h in hits) == 1
    for hit in hits:
        found = None if hit.is_unsure else _entity_of(evidence, hit, day, gazetteer)
        if found is None:
            continue
        is_beside = hit.is_venue or ((hit.is_route or (hit.is_aside and hit.list_size == 1)) and not is_model)
        if hit.kind == "name" and not is_beside:
            found.score += 0.0 if found.in_title else _TITLE
            found.in_title = True
        else:
            found.score += _ROUTE if is_beside else _PLACE_IN_TITLE


def _add_text(
    evidence: dict[str, _Evidence], text: str, title: str | None, hits: Sequence[NameHit], day: date, gazetteer: Gazetteer
) -> None:
    folded = fold(text)
    start_of_body = len(title) if title and folded.startswith(fold(title)) else 0
    lead_end = start_of_body + _LEAD_LENGTH
    for i, hit in enumerate(hits):
        found = None if hit.is_unsure else _entity_of(evidence, hit, day, gazetteer)
        if found is None or hit.end <= start_of_body:
            continue
        if hit.kind == "place":
            again = found.places.get(hit.name, 0)
            if len(found.places) < _MAX_PLACES:
                found.score += _PLACE_AGAIN if again else _PLACE
            found.places[hit.name] = again + 1
            continue
        if hit.kind == "weak":
            found.score += _WEAK if not found.names else 0.0
            continue
        found.names += 1
        found.spans.append((hit.start, hit.end))
        found.opens += opens_paragraph(folded, hit)
        found.valued += has_value(folded, hit)
        found.rows += labels_row(folded, hit)
        if hit.is_route or hit.is_former:
            found.score += _ROUTE if hit.is_route else _FORMER
            continue
        if hit.is_aside:
            found.aside += 1
            found.score += _ASIDE if found.names <= _MAX_ASIDE else 0.0
            continue
        found.free += 1
        found.named_well = found.named_well or hit.has_kind_word or hit.has_institution
        if hit.is_issuer:
            found.score += _ISSUER
            found.in_title = True  # a letterhead names it as a headline does
            continue
        if found.names <= _MAX_NAMES:
            found.score += (_NAME_WITH_KIND if hit.has_kind_word else _NAME) + (_INSTITUTION if hit.has_institution else 0.0)
        if hit.start < lead_end and found.names == 1:
            found.score += _LEAD
        stop = hits[i + 1].start if i + 1 < len(hits) and hits[i + 1].kind == "name" else len(text)
        found.figured += has_figure(folded, hit, stop)
        found.told = max(found.told, count_figures(folded, hit, stop))


def _choose_subjects(evidence: dict[str, _Evidence], local: ProvinceEntity | None, whole: str) -> list[_Evidence]:
    folded = fold(whole)
    titled = [e for e in evidence.values() if e.in_title]
    is_local = local is not None and _speaks_of_one(whole, folded)
    named = evidence.get(local.id) if local is not None else None
    if local is not None and (not titled or named in titled) and (is_local or (named is not None and named.named_well)):
        evidence.setdefault(local.id, _Evidence(local)).score += _OUTLET
    ranked = sorted(evidence.values(), key=lambda e: -e.score)
    first = max(titled, key=lambda e: e.score, default=ranked[0] if ranked else None)
    if first is None:
        return []
    is_own = local is not None and is_local and first.entity.id == local.id
    nation = 0 if titled or is_own else count_nation(folded)
    of_nation = nation >= _NATIONAL and nation > 2 * count_local(whole, folded)
    if not titled and not is_own and not of_nation and first.score < _DOMINANT:
        equals = [e for e in ranked if e.free + e.aside > 1]
        if 1 < len(equals) <= _MAX_EQUALS:
            return equals
    turns = [e for e in ranked if e.opens] if not titled and not is_own else []
    if len(turns) >= _TURNS:  # paragraphs that turn from one province to the next
        return turns
    compared = [e for e in ranked if e.valued or e.rows] if not (titled or is_own or first.places) else []
    in_rows = [e for e in compared if e.rows]
    if len(in_rows) >= _ROWS or len(compared) >= _COMPARED:
        return in_rows if len(in_rows) >= _ROWS else compared
    if not first.in_title and first.score < _needed(first, ranked, of_nation=of_nation) and not (is_own and is_local):
        return []
    is_single = len(titled) == 1 or is_own  # an article of or about one province compares it with others
    share, figures = (0.6, 2) if is_single else (_SECOND, 1)
    least = max(share * first.score, _OF_THE_NATION if of_nation else 0.0)
    others = [e for e in ranked if e is not first and e.free and e.score >= least and (e.in_title or e.figured >= figures)]
    others += [e for e in turns if e is not first and e not in others]
    if len(titled) >= _TITLE_LIST:  # the headline says whom the text is about
        others += [e for e in titled if e is not first and e not in others]
    if not is_single:  # in a survey also what two numbers or more are told of at one place
        others += [e for e in ranked if e is not first and e not in others and e.free and e.told >= _TOLD]
    return [first, *others]


def _speaks_of_one(whole: str, folded: str) -> bool:
    """Whether a text speaks of a province's own bodies and communes, and not of the nation's above all."""
    local = count_local(whole, folded)
    return local > 0 and count_nation(folded) <= _OWN_SHARE * local


def _needed(first: _Evidence, ranked: Sequence[_Evidence], *, of_nation: bool) -> float:
    """The score without which the best supported province is only named."""
    is_only = not any(e.free or e.places for e in ranked if e is not first)
    if of_nation and not (is_only and first.opens and first.told >= _TOLD):  # its own paragraph, with its own numbers
        return _OF_THE_NATION if first.figured or first.names >= _REPEATED else math.inf
    return _SOLE if first.named_well and is_only else _MINIMUM
