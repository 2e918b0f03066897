"""States of figures: each rule of the contract, and which wins where several hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r57monitor.gazetteer import load_gazetteer
from r57monitor.ledger.places import find_places
from r57monitor.ledger.series import Statement, find_length, find_step, make_line_id, make_series_id, relate
from r57monitor.ledger.states import State, find_states

BEGIN = datetime(2025, 9, 1, 3)


def say(number: int, value: float, day: int = 0, **changes: Any) -> Statement:
    when = BEGIN + timedelta(days=day)
    values: dict[str, Any] = {
        "figure_id": f"f{number}",
        "article_id": f"a{number}",
        "cluster_id": f"c{number}",
        "publisher": "bao-mot",
        "reported_at": when,
        "published_at": when,
        "metric_id": "bts_5g_stations",
        "value": value,
        "unit": "trạm",
        "level": "province",
        "province_id": "vn34-15",
        "province": "Lào Cai",
        "as_of": when.date(),
        "as_of_precision": "day",
        "as_of_from": "published",
        "mention": f"{value:g} trạm".replace(".", ","),
    }
    return Statement(**(values | changes))


def states(*said: Statement) -> dict[str, str | None]:
    return {state.figure_id: state.state for state in find_states(said)}


def found(*said: Statement) -> dict[str, State]:
    return {state.figure_id: state for state in find_states(said)}


MAY = {"as_of": date(2025, 5, 31), "as_of_precision": "month", "as_of_from": "stated"}


def test_first_is_new_then_repeat_higher_lower() -> None:
    assert states(say(1, 300), say(2, 300, 3), say(3, 350, 6), say(4, 340, 9)) == {
        "f1": "new",
        "f2": "repeat",
        "f3": "higher",
        "f4": "lower",
    }


def test_before_the_first_crawl_is_baseline_and_makes_history() -> None:
    assert states(say(1, 300, is_baseline=True), say(2, 300, 3), say(3, 310, 4)) == {"f1": "baseline", "f2": "repeat", "f3": "higher"}


def test_baseline_also_where_nothing_can_be_compared() -> None:
    assert states(say(1, 300, province_id=None, province=None, is_baseline=True)) == {"f1": "baseline"}


def test_restated_by_the_same_publisher() -> None:
    assert states(say(1, 421, **MAY), say(2, 412, 2, **MAY)) == {"f1": "new", "f2": "restated"}


def test_edited_article_restates_what_it_takes_back() -> None:
    old = say(1, 421, withdrawn_at=BEGIN + timedelta(days=2))
    new = say(2, 412, 2, article_id="a1", cluster_id="c1", as_of=BEGIN.date())
    assert states(old, new) == {"f1": "new", "f2": "restated"}


def test_conflict_needs_two_publishers_who_both_state_the_day() -> None:
    other = {"publisher": "cong-hai"}
    assert states(say(1, 421, **MAY), say(2, 412, 2, **MAY, **other))["f2"] == "conflict"
    derived = {"as_of": BEGIN.date(), "as_of_from": "published"}
    assert states(say(1, 421, **derived), say(2, 412, 0, **derived, **other))["f2"] == "lower"
    half = MAY | {"as_of_from": "published"}
    assert states(say(1, 421, **MAY), say(2, 412, 2, **half, **other))["f2"] != "conflict"


def test_a_label_of_words_never_conflicts() -> None:
    named = {"metric_id": None, "label": "tram phat song moi"}
    assert states(say(1, 421, **MAY, **named), say(2, 412, 2, **MAY, **named, publisher="cong-hai"))["f2"] == "lower"


def test_restated_wins_over_conflict() -> None:
    first, second = say(1, 421, **MAY), say(2, 412, 2, **MAY, publisher="cong-hai")
    assert states(first, second, say(3, 405, 3, **MAY))["f3"] == "restated"


def test_rounding_and_bounds_are_no_contradiction() -> None:
    exact = say(1, 4_312_456, mention="4.312.456 tài khoản", **MAY)
    rounded = say(2, 4_300_000, 2, mention="4,3 triệu tài khoản", publisher="cong-hai", **MAY)
    bounded = say(3, 4_300_000, 3, mention="hơn 4,3 triệu tài khoản", comparator="gt", publisher="dai-ba", **MAY)
    assert states(exact, rounded, bounded) == {"f1": "new", "f2": "repeat", "f3": "repeat"}


def test_a_value_older_than_all_that_is_known_is_not_judged() -> None:
    assert states(say(1, 350), say(2, 300, 3, **MAY)) == {"f1": "new", "f2": None}


def test_two_values_side_by_side_are_not_compared() -> None:
    assert states(say(1, 300), say(2, 40, article_id="a1", start=50)) == {"f1": "new", "f2": None}


GOAL = {"kind": "target", "due": date(2025, 12, 31), "as_of": None, "as_of_precision": None, "as_of_from": None}


def test_target_moved_by_value() -> None:
    assert states(say(1, 400, **GOAL), say(2, 400, 1, **GOAL), say(3, 450, 2, **GOAL)) == {
        "f1": "new",
        "f2": "repeat",
        "f3": "target_moved",
    }


def test_target_moved_by_due_date() -> None:
    later = GOAL | {"due": date(2026, 12, 31)}
    moved = found(say(1, 400, **GOAL), say(2, 400, 2, **later))
    assert moved["f2"].state == "target_moved"
    assert moved["f2"].against_figure_id == "f1"
    assert moved["f1"].series_id != moved["f2"].series_id


def test_two_milestones_are_no_move() -> None:
    later = GOAL | {"due": date(2030, 12, 31)}
    plan = [say(2, 400, 2, **GOAL, article_id="plan"), say(3, 400, 2, **later, article_id="plan", start=90)]
    assert states(say(1, 400, **GOAL), *plan) == {"f1": "new", "f2": "repeat", "f3": "new"}
    assert states(say(1, 80, **GOAL), say(2, 100, 1, **later))["f2"] == "new"


def test_target_without_a_due_date_is_only_repeated() -> None:
    open_goal = GOAL | {"due": None}
    assert states(say(1, 400, **open_goal), say(2, 400, 1, **open_goal), say(3, 450, 2, **open_goal)) == {
        "f1": "new",
        "f2": "repeat",
        "f3": None,
    }


def test_copies_repeat_and_neither_confirm_nor_make_history() -> None:
    copy = say(2, 999, 1, publisher="trang-tong-hop", is_copy=True, cluster_id="c1")
    assert states(say(1, 300), copy, say(3, 310, 2)) == {"f1": "new", "f2": "repeat", "f3": "higher"}


def test_aggregators_add_no_figures() -> None:
    said = [say(1, 300, is_aggregator=True, publisher="tong-hop"), say(2, 310, 1), say(3, 310, 2, is_aggregator=True, publisher="tong-hop")]
    assert states(*said) == {"f1": None, "f2": "new", "f3": "repeat"}


@pytest.mark.parametrize(
    "changes",
    [
        {"province_id": None, "province": None},
        {"metric_id": None, "label": None},
        {"metric_id": None, "label": "mo hinh"},
        {"level": "commune"},
        {"level": "agency"},
    ],
)
def test_unknown_is_not_comparable(changes: dict[str, Any]) -> None:
    assert found(say(1, 300, **changes))["f1"] == State("f1", None, None, BEGIN, None)


@pytest.mark.parametrize(
    "changes",
    [
        {"province_id": "vn63-10"},
        {"metric_id": "population_5g_share"},
        {"level": None},
        {"scope": "commune"},
        {"whole": "eligible"},
        {"period": "in_period", "sentence": "Trong tháng 8 có 300 trạm mới."},
        {"kind": "target"},
        {"kind": "previous"},
        {"due": date(2025, 12, 31)},
        {"unit": "%"},
        {"is_change": True},
        {"level": "national", "province": "national", "province_id": None},
    ],
)
def test_what_differs_is_another_series(changes: dict[str, Any]) -> None:
    one, other = say(1, 300), say(2, 300, **changes)
    assert make_series_id(one, make_line_id(one)) != make_series_id(other, make_line_id(other))


def test_ranks_are_comparable_only_among_as_many_provinces() -> None:
    old, new = say(1, 12, unit="hạng", denominator=63), say(2, 7, unit="hạng", denominator=34)
    assert make_line_id(old) != make_line_id(new)


def test_first_published_is_the_earliest_statement_of_the_value() -> None:
    copy = say(2, 300, -1, is_copy=True, cluster_id="c1", publisher="bao-khac")
    first = found(say(1, 300), copy, say(3, 300, 5))
    assert {s.first_published_at for s in first.values()} == {BEGIN - timedelta(days=1)}


def test_a_day_of_visit_is_no_day_of_publication() -> None:
    assert found(say(1, 300, published_at=None))["f1"].first_published_at is None


@pytest.mark.parametrize(
    ("mention", "step"),
    [
        ("356 trạm", 1),
        ("99,6%", 0.1),
        ("4,3 triệu tài khoản", 1e5),
        ("1.172,7 tỷ đồng", 1e8),
        ("12 nghìn tỷ đồng", 1e12),
        ("1.245 trạm", 1),
    ],
)
def test_step_of_the_last_digit(mention: str, step: float) -> None:
    assert find_step(mention) == pytest.approx(step)


@pytest.mark.parametrize(
    ("new", "old", "relation"),
    [
        ((300, "eq"), (300, "gt"), "same"),
        ((310, "eq"), (300, "gt"), "compatible"),
        ((400, "eq"), (300, "gt"), "higher"),
        ((290, "eq"), (300, "gt"), "lower"),
        ((310, "gt"), (300, "gt"), "higher"),
        ((295, "approx"), (300, "eq"), "compatible"),
        ((250, "approx"), (300, "eq"), "lower"),
    ],
)
def test_relation(new: tuple[float, str], old: tuple[float, str], relation: str) -> None:
    assert relate(say(1, new[0], comparator=new[1]), say(2, old[0], comparator=old[1])) == relation


statements = st.lists(
    st.builds(
        lambda value, day, publisher, kind, dated: replace(
            say(0, value, day),
            publisher=publisher,
            kind=kind,
            due=date(2025, 12, 31) if kind == "target" else None,
            **(MAY if dated else {}),
        ),
        st.sampled_from([300.0, 310.0, 400.0]),
        st.integers(0, 9),
        st.sampled_from(["mot", "hai"]),
        st.sampled_from(["result", "target", "previous"]),
        st.booleans(),
    ),
    max_size=12,
)


@given(statements, st.randoms())
def test_the_order_given_changes_nothing(said: list[Statement], random: Any) -> None:
    named = [replace(s, figure_id=f"f{i}", article_id=f"a{i}", cluster_id=f"c{i}") for i, s in enumerate(said)]
    shuffled = list(named)
    random.shuffle(shuffled)
    assert found(*named) == found(*shuffled)
    firsts = [s for s in find_states(named) if s.state == "new"]
    assert len({s.series_id for s in firsts}) == len(firsts)


def test_an_edit_that_names_a_later_day_brings_a_newer_value() -> None:
    old = say(1, 421, withdrawn_at=BEGIN + timedelta(days=9), **MAY)
    june = MAY | {"as_of": date(2025, 6, 30)}
    assert states(old, say(2, 450, 9, article_id="a1", cluster_id="c1", **june))["f2"] == "higher"


def test_a_metric_is_one_series_whatever_the_words_of_its_unit() -> None:
    one, other = say(1, 300, unit="trạm"), say(2, 300, unit="trạm phát sóng")
    assert make_line_id(one) == make_line_id(other)


def test_a_series_goes_on_where_no_merger_changed_the_area() -> None:
    before, after = say(1, 356, province_id="vn63-40", place_id="vn34-40"), say(2, 421, province_id="vn34-40", place_id="vn34-40")
    assert make_line_id(before) == make_line_id(after)


def test_an_earlier_value_told_for_comparison_is_never_new() -> None:
    states = found(say(1, 300, kind="previous"), say(9, 300, kind="previous"))
    assert states["f1"].state is None
    assert states["f9"].state == "repeat"


@pytest.mark.parametrize(
    ("sentence", "length"),
    [
        ("Trong tháng 8/2025, tỉnh lắp mới 300 trạm.", "month"),
        ("Trong 9 tháng đầu năm 2025, tỉnh lắp mới 300 trạm.", "so_far:2025"),
        ("Từ đầu năm đến nay, tỉnh lắp mới 300 trạm.", "so_far:2025"),
        ("Tỉnh lắp mới 300 trạm từ đầu năm 2025.", "so_far:2025"),
        ("Quý III/2025, tỉnh lắp mới 300 trạm.", "quarter"),
        ("Trong năm 2024, tỉnh lắp mới 300 trạm.", "year"),
        ("Sáu tháng cuối năm, tỉnh lắp mới 300 trạm.", "half"),
        ("Mỗi tuần tỉnh lắp mới 300 trạm.", "week"),
        ("Tính đến ngày 15 tháng 9 năm 2025, trong tháng có 300 trạm mới.", "month"),
        ("Tính đến hết tháng 9/2025, tỉnh lắp mới 300 trạm.", None),
        ("Trong tháng 7 có 120 trạm; từ đầu năm, tỉnh lắp mới 300 trạm.", "so_far:2025"),
        ("Tỉnh lắp mới 300 trạm.", None),
    ],
)
def test_how_long_a_period_is(sentence: str, length: str | None) -> None:
    said = say(1, 300, period="in_period", sentence=sentence)
    assert find_length(said) == length
    assert (make_line_id(said) is None) == (length is None)


def test_a_month_is_not_compared_with_the_year_so_far() -> None:
    august = {"as_of": date(2025, 8, 31), "as_of_precision": "month", "as_of_from": "stated", "period": "in_period"}
    month = say(1, 300, sentence="Trong tháng 8, tỉnh lắp mới 300 trạm.", **august)
    year = say(2, 900, 1, sentence="Trong 8 tháng đầu năm, tỉnh lắp mới 900 trạm.", publisher="cong-hai", **august)
    assert states(month, year) == {"f1": "new", "f2": "new"}


def test_a_name_that_two_units_bore_is_no_series_where_nobody_can_date_it() -> None:
    places = find_places(load_gazetteer())
    old, new = "vn63-19", "vn34-19"  # Thái Nguyên before and after July 2025
    assert places.is_unsure(old, True, None)
    assert places.is_unsure(new, True, None)
    assert not places.is_unsure(old, False, None)
    assert not places.is_unsure(old, True, date(2025, 5, 31))
    assert places.is_unsure(old, True, date(2025, 8, 31))
    assert not places.is_unsure("vn63-06", True, None)  # Bắc Kạn: the name went with the province
    assert not places.is_unsure("vn63-40", True, None)  # Nghệ An: one area, one series
    assert not places.is_unsure(None, True, None)
    told = [say(1, 300, province_id=old), say(2, 900, 60, province_id=old, is_undated=True, is_unplaced=True)]
    assert states(*told) == {"f1": "new", "f2": None}
    nation = say(3, 900, province="national", province_id=None, level="national", is_unplaced=True)
    assert make_line_id(nation) is not None


def test_what_nobody_can_date_is_no_news_and_makes_history() -> None:
    told = states(say(1, 300, is_undated=True), say(2, 310, 1, is_undated=True), say(3, 310, 2), say(4, 310, 3, is_undated=True))
    assert told == {"f1": None, "f2": None, "f3": "repeat", "f4": "repeat"}
