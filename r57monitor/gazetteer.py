"""Provinces with dates (63 until 30 June 2025, 34 since) and the places that stand for them."""

from __future__ import annotations

import csv
import difflib
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from r57monitor.errors import RegistryError

MERGER = date(2025, 7, 1)  # National Assembly Resolution 202/2025/QH15

_MOST_NEAR = 3
_PREFIXES = ("thành phố ", "tỉnh ", "tp. ", "tp.", "tp ", "thủ đô ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """A change of kind of one territory ("tỉnh" becomes "thành phố"), with the resolution that made it."""

    since: date
    kind: str
    full_name: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvinceEntity:
    """One province for as long as its territory and name stayed the same; `id` is for ever, `code` was reused in 2025."""

    id: str
    name: str
    full_name: str
    kind: str
    code: str
    official_order: int  # by code within its system, 1..63 or 1..34
    valid_from: date
    valid_until: date | None = None
    successor_id: str | None = None
    region: str = ""
    seat: str = ""
    aliases: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()  # by-names: a hint, never the name
    titles: tuple[Title, ...] = ()

    def is_valid(self, day: date) -> bool:
        """Whether the entity exists on that day."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    def kind_on(self, day: date) -> str:
        """ "tỉnh" or "thành phố" on that day (three provinces became cities in 2026)."""
        return next((t.kind for t in reversed(self.titles) if t.since <= day), self.kind)

    def full_name_on(self, day: date) -> str:
        """Name with its kind on that day: "Thành phố Đồng Nai" from 30 April 2026."""
        return next((t.full_name for t in reversed(self.titles) if t.since <= day), self.full_name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A district, town, port, zone or sight and the provinces it lay in (63) and lies in (34); of a commune of today only the latter."""

    name: str
    kind: str
    old_province_id: str
    new_province_id: str
    is_ambiguous: bool = False  # the bare name belongs to other places too
    aliases: tuple[str, ...] = ()
    valid_until: date | None = None

    def province_id_on(self, day: date) -> str:
        """Province the place lay in on that day; "" where there was none of the name yet."""
        return self.old_province_id if day < MERGER else self.new_province_id


@dataclass(frozen=True, slots=True, kw_only=True)
class NameCautions:
    """What tells a province's name from a street, a person or a slogan; words as written, compared folded."""

    false_friends: tuple[str, ...] = ()
    not_after: tuple[str, ...] = ()
    strict: tuple[str, ...] = ()
    surnames: tuple[str, ...] = ()


class Gazetteer:
    """Names by date. Built once by load_gazetteer(); never changes."""

    def __init__(
        self,
        entities: Iterable[ProvinceEntity],
        places: Iterable[Place] = (),
        cautions: NameCautions | None = None,
        communes: Iterable[Place] = (),
    ) -> None:
        self.cautions = cautions or NameCautions()
        self.entities: tuple[ProvinceEntity, ...] = tuple(entities)
        self.places: tuple[Place, ...] = tuple(places)
        self.communes: tuple[Place, ...] = tuple(communes)  # named with their kind only: "phường Hạc Thành"
        self._by_id = {e.id: e for e in self.entities}
        self._earliest = min(e.valid_from for e in self.entities)
        self._names: dict[str, list[ProvinceEntity]] = {}
        for entity in self.entities:
            for name in (entity.name, *entity.aliases):
                self._names.setdefault(_key(name), []).append(entity)

    def at(self, day: date) -> tuple[ProvinceEntity, ...]:
        """Entities valid that day in official order: 63 until 30 June 2025, 34 since (before 2008: the 63)."""
        day = max(day, self._earliest)
        return tuple(sorted((e for e in self.entities if e.is_valid(day)), key=lambda e: e.official_order))

    def entity(self, entity_id: str) -> ProvinceEntity:
        """The entity of that id. Raises KeyError for an id that never existed."""
        return self._by_id[entity_id]

    def by_name(self, name: str, day: date | None = None) -> ProvinceEntity | None:
        """Entity of that name or alias ("tỉnh X", "TP. X" too) valid that day; without a day the latest one so called.

        None when no province bears the name on that day: resolve() follows an old name to its successor.
        """
        found = self._names.get(_key(name)) or self._names.get(_key(_strip_kind(name)), [])
        if day is None:
            return max(found, key=lambda e: e.valid_from, default=None)
        day = max(day, self._earliest)
        return next((e for e in found if e.is_valid(day)), None)

    def near_names(self, name: str) -> tuple[str, ...]:
        """Names of provinces, old or of today, that are written much like this one, the nearest first: for who mistyped it."""
        near = difflib.get_close_matches(_key(_strip_kind(name)), self._names, n=_MOST_NEAR)
        return tuple(dict.fromkeys(entity.name for key in near for entity in self._names[key]))[:_MOST_NEAR]

    def resolve(self, name: str, day: date) -> ProvinceEntity | None:
        """The entity that on that day holds the area of the name: "Đắk Nông" on 2025-07-02 is Lâm Đồng."""
        return self.by_name(name, day) or self._follow(self.by_name(name), day)

    def on(self, entity_id: str, day: date) -> ProvinceEntity:
        """The entity that on that day holds the area of the given one (itself while valid, and for days before it existed)."""
        entity = self._by_id[entity_id]
        return self._follow(entity, day) or entity

    def now(self, entity_id: str) -> ProvinceEntity:
        """The one of the 34 that holds the entity's area."""
        entity = self._by_id[entity_id]
        while entity.successor_id:
            entity = self._by_id[entity.successor_id]
        return entity

    def predecessors(self, entity_id: str) -> tuple[ProvinceEntity, ...]:
        """The entities merged or renamed into this one, in official order."""
        return tuple(e for e in self.entities if e.successor_id == entity_id)

    def _follow(self, entity: ProvinceEntity | None, day: date) -> ProvinceEntity | None:
        while entity and entity.valid_until and entity.valid_until < day and entity.successor_id:
            entity = self._by_id[entity.successor_id]
        return entity if entity and entity.is_valid(max(day, self._earliest)) else None


def _key(name: str) -> str:
    """Comparison key of a name: NFC, lower case, blanks and dashes evened out; accents count (Thanh Hóa, Thạnh Hóa)."""
    name = unicodedata.normalize("NFC", name).casefold().replace("–", "-")
    return " ".join(name.replace("-", " ").split()).replace("hoà", "hòa").replace("hoá", "hóa")


def _strip_kind(name: str) -> str:
    lowered = name.casefold()
    for prefix in _PREFIXES:
        if lowered.startswith(prefix):
            return name[len(prefix) :]
    return name


@lru_cache(maxsize=1)
def load_gazetteer() -> Gazetteer:
    """The shipped gazetteer (data/provinces.toml, data/places.csv, data/communes.csv).

    Raises RegistryError naming the file and entry when a date is missing or a successor does not exist.
    """
    folder = resources.files("r57monitor") / "data"
    raw = tomllib.loads((folder / "provinces.toml").read_text("utf-8"))
    entities = [_read_entity(entry) for entry in raw["province"]]
    ids = {e.id for e in entities}
    for entity in entities:
        if entity.successor_id and entity.successor_id not in ids:
            raise RegistryError(f'provinces.toml: successor "{entity.successor_id}" of {entity.id} does not exist.')
    places = [_read_place(row) for row in csv.DictReader(_lines(folder / "places.csv"))]
    communes = [place for line in _lines(folder / "communes.csv") for place in _read_communes(*line.split(","))]
    for place in places:
        if not {place.old_province_id, place.new_province_id} <= ids:
            raise RegistryError(f"places.csv: {place.name}: its province does not exist.")
    cautions = NameCautions(**{key: tuple(raw[key]) for key in ("false_friends", "not_after", "strict", "surnames")})
    for commune in communes:
        if commune.new_province_id not in ids:
            raise RegistryError(f"communes.csv: {commune.name}: its province does not exist.")
    return Gazetteer(entities, places, cautions, communes)


def _lines(file: Traversable) -> Iterator[str]:
    return (line for line in file.read_text("utf-8").splitlines() if not line.startswith("#"))


def _read_communes(province: str, kind: str, names: str) -> list[Place]:
    return [Place(name=name, kind=kind, old_province_id="", new_province_id=province) for name in names.split("|")]


def _read_entity(entry: dict[str, Any]) -> ProvinceEntity:
    try:
        return ProvinceEntity(
            id=entry["id"],
            name=entry["name"],
            full_name=entry["full_name"],
            kind=entry["kind"],
            code=entry["code"],
            official_order=entry["order"],
            valid_from=entry["valid_from"],
            valid_until=entry.get("valid_until"),
            successor_id=entry.get("successor"),
            region=entry.get("region", ""),
            seat=entry.get("seat", ""),
            aliases=tuple(entry.get("aliases", ())),
            weak=tuple(entry.get("weak", ())),
            titles=tuple(Title(since=t["from"], kind=t["kind"], full_name=t["full_name"], by=t["by"]) for t in entry.get("titles", ())),
        )
    except KeyError as error:
        raise RegistryError(f"provinces.toml: entry {entry.get('id', '?')} lacks {error}.") from error


def _read_place(row: dict[str, str]) -> Place:
    return Place(
        name=row["name"],
        kind=row["kind"],
        old_province_id=row["old_province"],
        new_province_id=row["new_province"],
        is_ambiguous=bool(row["ambiguous"]),
        aliases=tuple(a for a in row["aliases"].split("|") if a),
        valid_until=date.fromisoformat(row["valid_until"]) if row["valid_until"] else None,
    )
