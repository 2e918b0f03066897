"""The docket of targets, and the flags that ask a reader to look twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from r57monitor.ledger.checks import Flag, find_flags
from r57monitor.ledger.series import Statement
from r57monitor.ledger.states import find_states
from r57monitor.ledger.targets import Target, find_targets, is_reached
from tests.test_ledger_states import GOAL, say

TODAY = date(2025, 9, 10)


def docket(*said: Statement, today: date = TODAY, merged: frozenset[str] = frozenset()) -> list[Target]:
    return find_targets(said, {s.figure_id: s for s in find_states(said)}, today, merged)


def flags(*said: Statement) -> list[Flag]:
    return find_flags(said, {s.figure_id: s for s in find_states(said)})


@pytest.mark.parametrize(
    ("due", "result", "status"),
    [
        (date(2026, 12, 31), None, "open"),
        (date(2025, 10, 31), None, "due_soon"),
        (date(2025, 8, 31), None, "no_result_seen"),
        (date(2025, 8, 31), 300, "not_reached"),
        (date(2025, 8, 31), 400, "reached"),
        (date(2026, 12, 31), 410, "reached"),
        (None, None, "open"),
    ],
)
def test_status(due: date | None, result: float | None, status: str) -> None:
    said = [say(1, 400, **GOAL | {"due": due})] + ([say(2, result, 2)] if result else [])
    [target] = docket(*said)
    assert target.status == status
    assert (target.result.value if target.result else None) == result


def test_moved_and_inherited() -> None:
    [target] = docket(say(1, 400, **GOAL), say(2, 450, 3, **GOAL), merged=frozenset({"vn34-15"}))
    assert (target.status, target.said.value, target.inherited, target.statements) == ("moved", 450, True, 2)
    assert target.moved_from is not None
    assert target.moved_from.value == 400


def test_newest_result_counts_and_copies_do_not_speak() -> None:
    [target] = docket(say(1, 400, **GOAL), say(2, 410, 1), say(3, 380, 5), say(4, 999, 6, is_copy=True, **GOAL))
    assert target.result is not None
    assert (target.result.value, target.said.value) == (380, 400)


@pytest.mark.parametrize(
    ("comparator", "value", "lower", "expected"),
    [
        ("ge", 400, False, True),
        ("gt", 400, False, False),
        ("eq", 399, False, False),
        ("le", 399, False, True),
        ("lt", 400, False, False),
        ("eq", 5, True, True),
    ],
)
def test_reached(comparator: str, value: float, lower: bool, expected: bool) -> None:
    assert is_reached(say(1, 400, comparator=comparator), value, lower) is expected


def share(number: int, value: float, **changes: Any) -> Statement:
    return say(number, value, unit="%", metric_id="online_share", mention=f"{value:g}%".replace(".", ","), **changes)


def test_over_100_and_part_over_whole() -> None:
    assert [f.flag for f in flags(share(1, 104))] == ["over_100"]
    assert flags(share(1, 104, is_change=True)) == []
    assert [f.flag for f in flags(say(1, 76, denominator=74))] == ["part_over_whole"]
    assert flags(say(1, 36, denominator=74)) == []


@pytest.mark.parametrize(("stated", "flagged"), [(48.6, False), (48.65, False), (49, False), (58.6, True), (9.5, False)])
def test_share_mismatch(stated: float, flagged: bool) -> None:
    sentence = {"sentence": "Đã hoàn thành 36/74 nhiệm vụ, đạt tỷ lệ nêu trên."}
    part = say(1, 36, denominator=74, unit="nhiệm vụ", start=14, end=29, mention="36/74 nhiệm vụ", **sentence)
    said = share(2, stated, article_id="a1", start=35, end=40, **sentence)
    assert [f.figure_id for f in flags(part, said)] == (["f2"] if flagged else [])


def test_details_show_the_numbers() -> None:
    assert [f.detail for f in flags(say(1, 1376, denominator=1374, mention="1.376/1.374 hồ sơ"))] == ["1.376/1.374 hồ sơ: 1.376 > 1.374"]
    assert [f.detail for f in flags(say(1, 356), say(2, 356, 75))] == ["356 trạm = 356 trạm (01/09/2025)"]


def test_fall_of_a_cumulative_number() -> None:
    counted = {"period": "cumulative"}
    assert [f.flag for f in flags(say(1, 400, **counted), say(2, 380, 3, **counted))] == ["cumulative_fall"]
    assert flags(say(1, 400), say(2, 380, 3)) == []


def test_recycled() -> None:
    assert [(f.figure_id, f.flag, f.other_figure_id) for f in flags(say(1, 356), say(2, 356, 75))] == [("f2", "recycled", "f1")]
    assert flags(say(1, 356), say(2, 356, 20)) == []
    assert flags(share(1, 100), share(2, 100, day=75)) == []


def test_copy_that_gives_another_value() -> None:
    copy = say(2, 412, 1, is_copy=True, cluster_id="c1", publisher="bao-khac")
    assert [(f.figure_id, f.flag) for f in flags(say(1, 421), copy)] == [("f2", "copy_differs")]
    assert timedelta(0) <= copy.reported_at - say(1, 421).reported_at


@pytest.mark.parametrize(
    ("sentence", "values", "expected"),
    [
        ("Tỉnh có {} tổ, trong đó {} tổ ở vùng cao.", (1200, 800), None),
        ("Tỉnh có {} tổ, trong đó {} tổ ở vùng cao.", (1200, 1300), ("f2", "part_over_total", "f1")),
        ("Tỉnh có {} tổ, gồm {} tổ ở xã và {} tổ ở phường.", (1200, 700, 500), None),
        ("Tỉnh có {} tổ, gồm {} tổ ở xã và {} tổ ở phường.", (1200, 800, 500), ("f1", "sum_mismatch", "f2")),
        ("Tỉnh có {} tổ, trong đó {} tổ có nữ và {} tổ có đoàn viên.", (1200, 800, 700), None),  # the same team may have both
        ("Tỉnh có {} tổ. Xã bên có {} tổ.", (1200, 1300), None),
    ],
)
def test_parts_and_totals(sentence: str, values: tuple[int, ...], expected: tuple[str, str, str] | None) -> None:
    told = sentence.format(*values)
    said = [
        say(n, float(value), article_id="a1", unit="tổ", sentence=told, mention=f"{value} tổ", start=told.index(f"{value} tổ"))
        for n, value in enumerate(values, 1)
    ]
    found = [(f.figure_id, f.flag, f.other_figure_id) for f in flags(*said)]
    assert found == ([expected] if expected else [])


def test_a_share_before_its_parts() -> None:
    told = {"sentence": "Tiến độ đạt 58,6% (36/74 nhiệm vụ).", "article_id": "a1"}
    stated = share(1, 58.6, start=13, end=18, **told)
    part = say(2, 36, denominator=74, unit="nhiệm vụ", start=20, end=34, mention="36/74 nhiệm vụ", **told)
    assert [(f.figure_id, f.flag) for f in flags(stated, part)] == [("f1", "share_mismatch")]
    assert flags(replace(stated, value=48.6, mention="48,6%"), part) == []


def test_a_plan_may_be_exceeded() -> None:
    assert flags(share(1, 104, whole="plan")) == []


def test_a_goal_that_moved_is_due_all_the_same() -> None:
    due = GOAL | {"due": date(2025, 9, 30)}
    [target] = docket(say(1, 400, **due), say(2, 450, 3, **due))
    assert (target.status, target.due_status) == ("moved", "due_soon")
