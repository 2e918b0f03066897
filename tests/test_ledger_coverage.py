"""Health of sources by day, coverage of provinces by week: gaps are gaps, silence is told apart from blindness."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from r57monitor.calendar import iterate_mondays, name_week, parse_week
from r57monitor.clock import vietnam_day
from r57monitor.ledger.coverage import Coverage, find_coverage
from r57monitor.ledger.health import Counts, CycleEnd, Failure, HealthDay, Observations, find_health

MONDAY = date(2025, 9, 1)
MORNING = datetime(2025, 9, 1, 1)  # 8 o'clock in Vietnam


def health(last: date = MONDAY, **seen: Any) -> list[HealthDay]:
    return find_health(Observations(begun={"bao": MORNING}, **seen), last, {})


def ended(outcome: str = "ok", day: int = 0, hour: int = 1, cause: str | None = None) -> CycleEnd:
    return CycleEnd(source_id="bao", ended_at=MORNING + timedelta(days=day, hours=hour), outcome=outcome, cause=cause)


RECENT = {"published": {"bao": [MORNING - timedelta(days=3)]}}


def test_ok() -> None:
    [day] = health(cycle_ends=[ended()], counts={("bao", MONDAY): Counts(pages=9, articles=4, relevant=1)}, **RECENT)
    assert day == HealthDay(
        source_id="bao", day=MONDAY, state="ok", cause=None, pages=9, articles=4, relevant=1, last_article_at=MORNING - timedelta(days=3)
    )


@pytest.mark.parametrize(
    ("seen", "state", "words"),
    [
        ({"cycle_ends": [ended()], "published": {"bao": [MORNING - timedelta(days=30)]}}, "silent", "30 days"),
        ({"cycle_ends": [ended()]}, "silent", "no article"),
        ({"cycle_ends": [ended("failing", cause="máy chủ trả lời 503")], **RECENT}, "failing", "503"),
        ({"cycle_begins": [("bao", MORNING)], **RECENT}, "failing", "interrupted"),
        ({"failures": [Failure(source_id="bao", at=MORNING, role="feed", cause="hết giờ chờ")], **RECENT}, "failing", "hết giờ"),
        ({"not_run": {("bao", MONDAY): "ngoài giờ cho phép"}, **RECENT}, "not_run", "ngoài giờ"),
        (RECENT, "not_run", "not crawled"),
        ({"cycle_ends": [ended("failing", cause="503"), ended(hour=6)], **RECENT}, "ok", None),
        (
            {"cycle_ends": [ended(), ended("failing", hour=6, cause="503")], **RECENT},
            "failing",
            "503",
        ),  # of the latest day the last decides
        ({"cycle_ends": [ended(cause="articles: too large")], **RECENT}, "ok", "too large"),
    ],
)
def test_states_and_causes(seen: dict[str, Any], state: str, words: str | None) -> None:
    [day] = health(**seen)
    assert day.state == state
    assert (words in (day.cause or "")) if words else day.cause is None


def test_every_day_from_the_first_crawl() -> None:
    days = health(MONDAY + timedelta(days=3), cycle_ends=[ended(), ended(day=2)], **RECENT)
    assert [d.state for d in days] == ["ok", "not_run", "ok", "not_run"]


def test_one_good_cycle_makes_a_day_that_is_over_observed() -> None:
    days = health(MONDAY + timedelta(days=1), cycle_ends=[ended(), ended("failing", hour=6, cause="503")], **RECENT)
    assert [d.state for d in days] == ["ok", "not_run"]


def test_days_are_of_vietnam() -> None:
    late = CycleEnd(source_id="bao", ended_at=datetime(2025, 9, 1, 18), outcome="ok")  # one in the morning of the 2nd there
    assert [d.state for d in health(MONDAY + timedelta(days=1), cycle_ends=[late], **RECENT)] == ["not_run", "ok"]


def test_retired_sources_have_no_days() -> None:
    seen = Observations(begun={"bao": MORNING}, cycle_ends=[ended()])
    assert len(find_health(seen, MONDAY + timedelta(days=9), {"bao": (None, MONDAY)})) == 1


def article(day: date, **changes: Any) -> Coverage:
    values = {"article_id": "a", "province_id": "p1", "day": day, "is_original": True, "publisher": "bao", "is_aggregator": False}
    return Coverage(**(values | changes))


def week(days_ok: dict[str, int], articles: list[Coverage] | None = None) -> dict[str, Any]:
    observed = [(source, MONDAY + timedelta(days=n), "ok") for source, count in days_ok.items() for n in range(count)]
    observed += [(source, MONDAY + timedelta(days=n), "failing") for source, count in days_ok.items() for n in range(count, 7)]
    rows = find_coverage(["p1"], articles or [], {"p1": list(days_ok)}, observed, MONDAY + timedelta(days=6))
    assert [r.week for r in rows] == ["2025-W36"]
    return {"state": rows[0].state, "share": rows[0].observed_share}


def test_silent_needs_every_own_source_on_five_days() -> None:
    assert week({"bao": 5, "cong": 7}) == {"state": "silent", "share": round(12 / 14, 4)}
    assert week({"bao": 4, "cong": 7})["state"] == "not_observed"
    assert week({"bao": 5})["state"] == "silent"
    assert week({"bao": 0})["state"] == "not_observed"
    assert week({"bao": 0}, [article(MONDAY)])["state"] == "reported"


def test_an_outlet_that_only_answers_is_not_heard_silent() -> None:
    """`silent` of a province is said where its sources were ok, on at least five days; silent sources may have moved away."""
    for count, state in ((5, "silent"), (4, "not_observed")):
        days = [("bao", MONDAY + timedelta(days=n), "ok" if n < count else "silent") for n in range(7)]
        (row,) = find_coverage(["p1"], [], {"p1": ["bao"]}, days, MONDAY + timedelta(days=6))
        assert (row.state, row.observed_share) == (state, round(count / 7, 4))


def test_a_province_without_own_sources_is_never_silent() -> None:
    rows = find_coverage(["p1", "p2"], [], {"p1": ["bao"]}, [("bao", MONDAY, "ok")], MONDAY)
    assert {r.province_id: r.state for r in rows} == {"p1": "not_observed", "p2": "not_observed"}


def test_counts_and_weeks() -> None:
    told = [
        article(MONDAY),
        article(MONDAY, article_id="b", is_original=False, publisher="cong"),
        article(MONDAY, article_id="c", is_original=False, publisher="gop", is_aggregator=True),
        article(MONDAY + timedelta(days=14), article_id="d"),
        article(date(2019, 1, 1), article_id="e"),  # a wrong date: nobody reported about a resolution that was not there
    ]
    rows = find_coverage(["p1"], told, {}, [], MONDAY + timedelta(days=20))
    assert [(r.week, r.state, r.articles, r.originals, r.publishers) for r in rows] == [
        ("2025-W36", "reported", 3, 1, 2),
        ("2025-W37", "not_observed", 0, 0, 0),
        ("2025-W38", "reported", 1, 1, 1),
    ]
    assert find_coverage(["p1"], [], {}, [], None) == []


@pytest.mark.parametrize(
    ("day", "name"), [(date(2025, 10, 5), "2025-W40"), (date(2024, 12, 30), "2025-W01"), (date(2027, 1, 3), "2026-W53")]
)
def test_weeks(day: date, name: str) -> None:
    assert name_week(day) == name
    assert name_week(parse_week(name)) == name
    assert list(iterate_mondays(day, day)) == [parse_week(name)]


@pytest.mark.parametrize("wrong", ["", "2025", "2025-W60", "W40", "2025-Wxx"])
def test_wrong_weeks(wrong: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        parse_week(wrong)


def test_vietnam_day() -> None:
    assert vietnam_day(datetime(2025, 9, 1, 17)) == date(2025, 9, 2)
