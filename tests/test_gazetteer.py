"""Provinces by date: counts, names, successors, places."""

from datetime import date, timedelta

import pytest

from r57monitor.gazetteer import MERGER, load_gazetteer

LAST_OLD = MERGER - timedelta(days=1)
GAZETTEER = load_gazetteer()


@pytest.mark.parametrize(
    ("day", "count"),
    [(date(2000, 1, 1), 63), (date(2024, 12, 31), 63), (date(2025, 1, 1), 63), (LAST_OLD, 63), (MERGER, 34), (date(2030, 1, 1), 34)],
)
def test_count_of_provinces(day: date, count: int) -> None:
    entities = GAZETTEER.at(day)
    assert len(entities) == count
    assert [e.official_order for e in entities] == list(range(1, count + 1))
    assert len({e.name for e in entities}) == count


@pytest.mark.parametrize(
    ("name", "day", "entity_id"),
    [
        ("Đắk Nông", LAST_OLD, "vn63-67"),
        ("Đắk Nông", MERGER, None),
        ("tỉnh Lâm Đồng", MERGER, "vn34-68"),
        ("Lâm Đồng", LAST_OLD, "vn63-68"),
        ("TP.HCM", LAST_OLD, "vn63-79"),
        ("Thành phố Hồ Chí Minh", MERGER, "vn34-79"),
        ("TP. Hồ Chí Minh", None, "vn34-79"),
        ("Thừa Thiên Huế", date(2024, 6, 1), "vn63-46-tth"),
        ("Huế", date(2025, 2, 1), "vn63-46"),
        ("Bà Rịa – Vũng Tàu", LAST_OLD, "vn63-77"),
        ("Đắc Lắc", MERGER, "vn34-66"),
        ("Khánh Hoà", MERGER, "vn34-56"),
        ("Hà Tây", LAST_OLD, None),
        ("", None, None),
    ],
)
def test_by_name(name: str, day: date | None, entity_id: str | None) -> None:
    found = GAZETTEER.by_name(name, day)
    assert (found.id if found else None) == entity_id


def test_old_name_resolves_to_the_province_that_holds_the_area() -> None:
    found = GAZETTEER.resolve("Đắk Nông", MERGER)
    assert found is not None
    assert found.id == "vn34-68"
    assert GAZETTEER.on("vn63-46-tth", date(2025, 3, 1)).id == "vn63-46"
    assert GAZETTEER.on("vn63-46-tth", MERGER).id == "vn34-46"


def test_every_old_province_has_one_of_the_34() -> None:
    today = {e.id for e in GAZETTEER.at(MERGER)}
    assert {GAZETTEER.now(e.id).id for e in GAZETTEER.entities} == today
    assert {e.name for e in GAZETTEER.predecessors("vn34-68")} == {"Lâm Đồng", "Đắk Nông", "Bình Thuận"}
    assert sum(len(GAZETTEER.predecessors(i)) for i in today) == 63


@pytest.mark.parametrize(
    ("entity_id", "day"), [("vn34-75", date(2026, 4, 30)), ("vn34-22", date(2026, 9, 1)), ("vn34-24", date(2026, 9, 20))]
)
def test_provinces_that_became_cities_in_2026(entity_id: str, day: date) -> None:
    entity = GAZETTEER.entity(entity_id)
    assert entity.kind_on(day - timedelta(days=1)) == "tỉnh"
    assert entity.kind_on(day) == "thành phố"
    assert entity.full_name_on(day) == f"Thành phố {entity.name}"


def test_places_have_a_province_in_both_systems() -> None:
    places = {p.name: p for p in GAZETTEER.places if not p.is_ambiguous}
    assert places["Gia Nghĩa"].province_id_on(LAST_OLD) == "vn63-67"
    assert places["Gia Nghĩa"].province_id_on(MERGER) == "vn34-68"
    for place in GAZETTEER.places:
        assert GAZETTEER.now(place.old_province_id).id == place.new_province_id, place.name


@pytest.mark.parametrize(
    ("written", "wanted"),
    [("Tuyen-Quan", "Tuyên Quang"), ("tỉnh Ngệ An", "Nghệ An"), ("Đắc Nong", "Đắk Nông"), ("Hải Dươg", "Hải Dương")],
)
def test_a_mistyped_name_finds_its_like(written: str, wanted: str) -> None:
    assert load_gazetteer().near_names(written)[0] == wanted
    assert load_gazetteer().near_names("qqq") == ()
