"""Reviews: tied to their place, surviving changed rules, laid over what is published."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from r57monitor.gazetteer import load_gazetteer
from r57monitor.ledger.clusters import Member
from r57monitor.ledger.copies import apply_copy_reviews
from r57monitor.ledger.review_places import describe_place, find_place
from r57monitor.ledger.reviews import Review, parse_review, settle
from r57monitor.models import Article
from tests.rows import DAY, make_article, make_cycle, make_figure, make_page, make_source
from warehouse.home import Home
from warehouse.publish import publish
from warehouse.queries import Reader, open_published
from warehouse.writers import Warehouse

TEXT = (
    "Sở Khoa học và Công nghệ cho biết đến hết tháng 8, toàn tỉnh đã phủ 310 trạm phát sóng thế hệ mới.\n"
    "Cùng kỳ năm trước, con số này mới là 120 trạm, chủ yếu ở khu vực trung tâm.\n"
    "Toàn tỉnh phấn đấu đến cuối năm có 400 trạm tại các xã vùng cao."
)
URL = "https://bao-thu.vn/tram.html"
LATER = DAY + timedelta(days=3)


def place(mention: str, text: str = TEXT) -> dict[str, Any]:
    start = text.index(mention)
    return describe_place(text, start, start + len(mention))


def entry(verdict: str, mention: str | None = None, hours: float = 0, **more: Any) -> dict[str, Any]:
    told = {"at": (LATER + timedelta(hours=hours)).isoformat(), "event": "review", "verdict": verdict, "url": URL, "by": "Hà"}
    return told | (place(mention) if mention else {}) | more


def told(text: str = TEXT, mentions: tuple[str, ...] = ("310 trạm", "120 trạm"), **changes: Any) -> Article:
    figures = [make_figure(text, m, float(m.split()[0])) for m in mentions]
    values: dict[str, Any] = {"figures": figures, "fetched_at": DAY + timedelta(hours=1)}
    return make_article(URL, text, **(values | changes))


def published(home: Home, articles: list[Article], journal: list[dict[str, Any]]) -> Reader:
    begun = DAY - timedelta(days=30)
    with home.lock("test"), Warehouse.open(home) as warehouse:
        warehouse.register_sources([make_source(), make_source("bao-kia")], load_gazetteer())
        warehouse.store([make_page(a) for a in articles])
        warehouse.store_journal([*make_cycle("bao-thu", begun, begun), *make_cycle("bao-kia", begun, begun), *journal])
        publish(home)
    return open_published(home)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.prepare()
    return home


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (TEXT, "310 trạm"),
        (TEXT.replace("\n", " ").replace("đã phủ", "đã phủ sóng"), "310 trạm"),
        ("Tin mới.\n" + TEXT.upper(), "310 TRẠM"),  # folded: accents and case do not matter
        (TEXT.replace("310 trạm", "1.310 trạm"), None),  # part of another number is another number
        (TEXT.replace("310 trạm", "315 trạm"), None),
        ("Ở một tỉnh khác, doanh nghiệp vừa lắp thêm 310 trạm sạc cho xe điện.", None),  # the same words elsewhere
        ("", None),
    ],
)
def test_a_place_is_found_again_by_its_surroundings(text: str, found: str | None) -> None:
    kept = place("310 trạm")
    span = find_place(text, kept["mention"], kept["before"], kept["after"], kept["start"])
    assert (text[slice(*span)] if span else None) == found


def test_of_two_equal_places_the_nearer_one() -> None:
    text = "Xã A có 5 trạm. " * 9
    third = [n for n in range(len(text)) if text.startswith("5 trạm", n)][3]
    kept = describe_place(text, third, third + len("5 trạm"))
    assert find_place(text, kept["mention"], kept["before"], kept["after"], kept["start"]) == (third, third + len("5 trạm"))


def _row(mention: str, value: float, figure_id: str = "f1", text: str = TEXT, **changes: Any) -> dict[str, Any]:
    start = text.index(mention)
    return {
        "figure_id": figure_id, "article_id": "a", "text_hash": "t", "mention": mention, "start_char": start,
        "end_char": start + len(mention), "value": value,
        "unit": "trạm", "kind": "result", "province_id": "vn34-15", "sentence": "câu", **changes,
    }  # fmt: skip


def _review(verdict: str, mention: str = "310 trạm", hours: float = 0, **more: Any) -> Review:
    review = parse_review(entry(verdict, mention, hours, **more), f"r{hours}{verdict}")
    assert review is not None
    return review


def test_changed_rules_keep_what_was_reviewed() -> None:
    """The place is the same, the rules cut the mention otherwise and read another value: the reviewed values stand."""
    was = {"value": 310.0, "unit": "trạm", "kind": "result", "metric_id": "bts_5g_stations"}
    read = _row("phủ 310 trạm", 31.0, "f9", metric_id=None)
    settled = settle([_review("accept", figure_id="f1", was=was)], {URL: "a"}, {("a", "t"): TEXT}, {("a", "t"): [read]})
    [row] = settled.figures
    assert (row["figure_id"], row["value"], row["metric_id"], row["mention"]) == ("f9", 310.0, "bts_5g_stations", "310 trạm")
    assert row["review"] == "accepted"


def test_rules_that_no_longer_see_an_accepted_figure_do_not_lose_it() -> None:
    was = {"value": 310.0, "unit": "trạm", "kind": "result", "sentence": "câu cũ"}
    settled = settle([_review("accept", figure_id="f1", was=was)], {URL: "a"}, {("a", "t"): TEXT}, {("a", "t"): []})
    [row] = settled.figures
    assert (row["figure_id"], row["value"], row["sentence"], TEXT[row["start_char"] : row["end_char"]]) == (
        "f1",
        310.0,
        "câu cũ",
        "310 trạm",
    )


def test_what_finds_no_place_is_lost_and_said() -> None:
    settled = settle([_review("reject")], {URL: "a"}, {("a", "t"): "Trang đã thay bằng một bài khác hẳn."}, {("a", "t"): []})
    assert settled.figures == []
    assert [o.is_found for o in settled.outcomes] == [False]
    assert [o.is_found for o in settle([_review("reject")], {}, {}, {}).outcomes] == [False]


def test_later_reviews_override_and_undo_takes_back() -> None:
    read = {("a", "t"): [_row("310 trạm", 310.0)]}
    texts = {("a", "t"): TEXT}

    def value(*reviews: Review) -> Any:
        rows = settle(reviews, {URL: "a"}, texts, read).figures
        return [(r["value"], r["kind"], r["review"]) for r in rows]

    fix, more = _review("fix", hours=1, changes={"value": 301}), _review("fix", hours=2, changes={"kind": "target"})
    reject, undo = _review("reject", hours=3), _review("undo", hours=4)
    assert value(fix, more) == value(more, fix) == [(301.0, "target", "fixed")]
    assert value(fix, more, reject) == [(310.0, "result", "rejected")]
    assert value(reject, fix) == [(310.0, "result", "rejected")]  # the later one holds, in whatever order they come
    assert value(fix, more, reject, undo) == []
    outcomes = settle([fix, more, reject], {URL: "a"}, texts, read).outcomes
    assert [o.is_current for o in outcomes] == [False, False, True]


@pytest.mark.parametrize(
    "broken",
    [
        {"verdict": "maybe", "url": URL, "at": LATER.isoformat()},
        {"verdict": "accept", "at": LATER.isoformat()},
        {"verdict": "fix", "url": URL, "at": LATER.isoformat(), "changes": {"value": "nhiều"}},
        {"verdict": "fix", "url": URL, "at": LATER.isoformat(), "changes": ["value"]},
        {"verdict": "fix", "url": URL, "at": "hôm qua"},
    ],
)
def test_a_broken_entry_is_passed_over(broken: dict[str, Any]) -> None:
    assert parse_review(broken, "r") is None


def test_published_with_reviews(home: Home) -> None:
    added = {"value": 400, "unit": "trạm", "kind": "target", "metric_id": "bts_5g_stations", "province_id": "vn34-15",
             "province": "Lào Cai", "due": "2025-12-31", "due_precision": "day"}  # fmt: skip
    journal = [
        entry("fix", "310 trạm", changes={"value": 301, "comparator": "ge"}, was={"value": 310.0, "unit": "trạm"}, note="nhầm"),
        entry("reject", "120 trạm"),
        entry("add", "400 trạm", changes=added),
    ]
    with published(home, [told()], journal) as reader:
        rows = {r["mention"]: r for r in reader.rows("SELECT * FROM figures")}
        reviews = reader.rows("SELECT * FROM reviews ORDER BY verdict, field")
        targets = reader.rows("SELECT value, due FROM targets")
    assert sorted(rows) == ["310 trạm", "400 trạm"]
    fixed, new = rows["310 trạm"], rows["400 trạm"]
    assert (fixed["value"], fixed["comparator"], fixed["review"], fixed["confidence"]) == (301.0, "ge", "fixed", 1.0)
    assert (new["review"], new["confidence"], new["state"], new["due"]) == ("added", 1.0, "new", date(2025, 12, 31))
    assert new["sentence"].endswith("các xã vùng cao.")
    assert targets == [{"value": 400.0, "due": date(2025, 12, 31)}]
    assert {(r["field"], r["value"], r["value_before"]) for r in reviews if r["verdict"] == "fix"} == {
        ("value", "301", "310"),
        ("comparator", "ge", None),
    }
    assert all(r["is_found"] and r["is_current"] and r["reviewer"] == "Hà" for r in reviews)
    assert [r["mention"] for r in reviews if r["verdict"] == "reject"] == ["120 trạm"]


def test_an_article_is_corrected(home: Home) -> None:
    said = {"is_relevant": False}
    with published(home, [told()], [entry("article", changes=said)]) as reader:
        assert reader.rows("SELECT is_relevant FROM articles") == [{"is_relevant": False}]
        assert reader.rows("SELECT * FROM figures") == []


def test_date_and_province_of_an_article(home: Home) -> None:
    said = {"published": "2025-06-20", "provinces": ["Yên Bái", "Nghệ An"]}
    with published(home, [told(published=None)], [entry("article", changes=said)]) as reader:
        [row] = reader.rows("SELECT published_at, published_from FROM articles")
        places = reader.rows("SELECT province, province_now, role FROM article_provinces ORDER BY province")
    assert (row["published_at"], row["published_from"]) == (datetime(2025, 6, 19, 17), "given")
    assert [(p["province"], p["province_now"], p["role"]) for p in places] == [
        ("Lào Cai", "Lào Cai", "mentioned"), ("Nghệ An", "Nghệ An", "subject"), ("Yên Bái", "Lào Cai", "subject"),
    ]  # fmt: skip


def test_a_copy_is_said_to_be_one_and_to_be_none(home: Home) -> None:
    other = "https://bao-kia.vn/khac.html"
    second = make_article(other, "Một bài hoàn toàn khác. " * 9, source_id="bao-kia", fetched_at=DAY + timedelta(hours=2))
    with published(home, [told(), second], [entry("article", url=other, changes={"copy_of": URL})]) as reader:
        rows = reader.rows("SELECT url, cluster_id, is_original FROM articles ORDER BY url")
    assert [r["is_original"] for r in rows] == [False, True]
    assert rows[0]["cluster_id"] == rows[1]["cluster_id"]
    with published(home, [], [entry("article", url=other, hours=1, changes={"copy_of": ""})]) as reader:
        rows = reader.rows("SELECT cluster_id, is_original FROM articles")
    assert len({r["cluster_id"] for r in rows}) == 2
    assert all(r["is_original"] for r in rows)


def test_taking_out_the_original_leaves_another() -> None:
    members = [Member("a", "a", True), Member("b", "a", False), Member("c", "a", False), Member("d", "d", True)]
    times = {key: datetime(2025, 7, n + 1, tzinfo=UTC) for n, key in enumerate("acbd")}
    found = {m.article_id: m for m in apply_copy_reviews(members, {}, {"a"}, times)}
    assert (found["a"].cluster_id, found["a"].is_original) == ("a", True)
    assert found["b"].cluster_id == found["c"].cluster_id == "c"
    assert [found[k].is_original for k in "bcd"] == [False, True, True]
    joined = apply_copy_reviews(members, {"d": "b"}, set(), times)
    assert {m.cluster_id for m in joined} == {"a"}
    assert [m.article_id for m in joined if m.is_original] == ["a"]
    swapped = apply_copy_reviews(members, {"a": "b"}, set(), times)
    assert [m.article_id for m in swapped if m.is_original] == ["b", "d"]


def test_the_body_of_a_review_is_kept_whole(home: Home) -> None:
    with published(home, [told()], [entry("accept", "310 trạm", note="đã gọi điện hỏi")]) as reader:
        [row] = reader.rows("SELECT body, field FROM reviews")
    assert json.loads(row["body"])["note"] == "đã gọi điện hỏi"
    assert row["field"] is None
