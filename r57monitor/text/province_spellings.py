"""Every spelling under which provinces, places and communes are looked for, and what looks like one but is none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from r57monitor.gazetteer import Gazetteer, Place
from r57monitor.text.normalize import normalize_tones

WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Entry:
    """One spelling of a name."""

    kind: Literal["name", "weak", "place", "friend"]
    written: str  # accents kept, tones and dashes evened out, case folded
    name: str = ""
    places: tuple[Place, ...] = ()
    is_strict: bool = False
    capitals: tuple[int, ...] = ()  # words that must begin with a capital
    is_commune: bool = False  # with its kind: "phường Hạc Thành"


def list_entries(gazetteer: Gazetteer) -> Iterator[Entry]:
    """All spellings of the gazetteer's names."""
    strict = set(gazetteer.cautions.strict)
    for entity in gazetteer.entities:
        for name in (entity.name, *entity.aliases):
            for form in _forms(name):
                yield Entry("name", comparison_form(form), entity.name, (), name in strict, _capitals(form))
        for name in entity.weak:
            yield Entry("weak", comparison_form(name), entity.name)
    grouped: dict[str, list[Place]] = {}
    for place in gazetteer.places:
        for name in (place.name, *place.aliases):
            for form in {name, name.replace(" - ", "-")}:
                grouped.setdefault(comparison_form(form), []).append(place)
    for written, places in grouped.items():
        own = next((n for n in (places[0].name, *places[0].aliases) if comparison_form(n) == written), places[0].name)
        yield Entry("place", written, places[0].name, tuple(places), capitals=_capitals(own))
    yield from _commune_entries(gazetteer, grouped)
    for phrase in gazetteer.cautions.false_friends:
        yield Entry("friend", comparison_form(phrase))


def _commune_entries(gazetteer: Gazetteer, districts: dict[str, list[Place]]) -> Iterator[Entry]:
    """The communes of today with their kind. districts: by name; one that only one place bore goes on in the commune of its name."""
    grouped: dict[str, list[Place]] = {}
    for commune in gazetteer.communes:
        grouped.setdefault(f"{commune.kind} {commune.name}", []).append(commune)
    for name, communes in grouped.items():
        first = len(communes[0].kind.split())
        capitals = tuple(i for i, word in enumerate(WORD.findall(name)) if i >= first and word[0].isupper())
        if len({place.new_province_id for place in communes}) > 1:
            places = tuple(replace(place, is_ambiguous=True) for place in communes)
        else:
            bore = [place for place in districts.get(comparison_form(communes[0].name), ()) if not place.is_ambiguous]
            places = (communes[0], *(place for place in bore if place.new_province_id == communes[0].new_province_id))
        yield Entry("place", comparison_form(name), communes[0].name, places, capitals=capitals, is_commune=True)


def _forms(name: str) -> set[str]:
    """A name with and without blanks around its dash, and with a dash where two words have none ("Đắk-Lắk")."""
    forms = {name, name.replace(" - ", "-")}
    if "-" in name and " - " not in name:
        forms.add(name.replace("-", " - "))
    if name.count(" ") == 1 and "." not in name:
        forms.add(name.replace(" ", "-"))
    return forms


def _capitals(name: str) -> tuple[int, ...]:
    """Indexes of the capital words of a name; the kind word that opens a long one ("Cửa khẩu Trà Lĩnh") may be in lower case."""
    words = WORD.findall(name)
    first = 1 if len(words) > 3 or (len(words) == 3 and not words[1][0].isupper()) else 0
    return tuple(i for i, w in enumerate(words) if w[0].isupper() and i >= first)


@lru_cache(maxsize=4096)  # a name stands in page after page
def comparison_form(name: str) -> str:
    """Comparison form: tones, dashes and blanks evened out, case folded, Ð (U+00D0) as Đ; accents kept."""
    return re.sub(r"[\s\u00a0]", " ", normalize_tones(name).casefold().replace("–", "-").replace("ð", "đ"))
