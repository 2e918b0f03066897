"""Alert rules: told once, never a copy, never without a difference, recovery too; through a webhook that fails three times."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from r57monitor.alerts import compose, find_articles, find_deadlines, find_figures, find_official, find_sources, load_rules
from r57monitor.delivery.letters import Fact
from r57monitor.delivery.notices import check_addresses
from r57monitor.delivery.outbox import Outbox
from r57monitor.delivery.watch import is_quiet, note_alerts, queue_notices
from r57monitor.errors import RegistryError, UsageError
from r57monitor.preferences import Alerts
from tests.command import run
from tests.hook import Hook
from tests.sample_home import make_home
from warehouse.home import Home
from warehouse.publish import publish
from warehouse.queries import Filters, figures, open_published
from warehouse.writers import Warehouse

CHANNELS = ("default", "lanh-dao")


def figure(**changes: Any) -> dict[str, Any]:
    row = {
        "figure_id": "f1", "series_id": "s1", "province_id": "lao-cai", "province": "Lào Cai", "province_now": "Lào Cai", "metric_id": "m",
        "label": None, "label_vi": "Số trạm 5G", "label_en": "5G stations", "unit": "trạm", "value": 324.0, "value_max": None,
        "denominator": None, "comparator": "eq", "kind": "result", "state": "higher", "as_of": date(2025, 7, 25), "as_of_from": "stated",
        "due": None, "sentence": "Toàn tỉnh có 324 trạm 5G.", "mention": "324 trạm", "is_original": True, "title": "Phủ sóng 5G",
        "source_id": "bao", "source_name": "Báo Tỉnh", "published_at": datetime(2025, 7, 26, 2), "url": "https://bao.example/1",
        "value_before": 291.0, "mention_before": "291 trạm", "as_of_before": date(2025, 6, 30), "due_before": None,
        "against_figure_id": "f0",
    }  # fmt: skip
    return row | changes


def rule(tmp_path: Path, text: str) -> Any:
    (tmp_path / "alerts").mkdir(exist_ok=True)
    (tmp_path / "alerts" / "a.toml").write_text(f'[[alert]]\nid = "a"\n{text}\n', "utf-8")
    return load_rules(tmp_path / "alerts", CHANNELS)[0]


def test_a_figure_in_words(tmp_path: Path) -> None:
    (alert,) = find_figures(rule(tmp_path, ""), [figure()], {}, "vi")
    assert alert.text == "Lào Cai · Số trạm 5G: 324 trạm (tăng)\nTrước: 291 trạm (30/06/2025)"
    assert alert.proof == "“Toàn tỉnh có 324 trạm 5G.”\nBáo Tỉnh, 26/07/2025\nhttps://bao.example/1"
    (english,) = find_figures(rule(tmp_path, ""), [figure()], {}, "en")
    assert english.text.startswith("Lào Cai · 5G stations: 324 stations (higher)")


@pytest.mark.parametrize(
    ("wanted", "changes", "is_told"),
    [
        ("", {"is_original": False}, False),
        ("", {"state": "repeat"}, False),
        ("", {"state": "conflict", "value_before": 324.0}, False),
        ("", {"state": "restated", "value_before": None}, False),
        (
            "",
            {"state": "target_moved", "kind": "target", "value_before": 324.0, "due": date(2030, 12, 31), "due_before": date(2025, 12, 31)},
            True,
        ),
        ('state = "conflict"', {}, False),
        ('state = ["conflict", "moved"]', {"state": "target_moved"}, True),
        ("above = 300", {}, True),
        ("above = 324", {}, False),
        ("below = 300", {}, False),
        ("change_by = 33", {}, True),
        ("change_by = 34", {}, False),
        ('change_by = "11%"', {}, True),
        ('change_by = "12%"', {}, False),
        ('change_by = "1%"', {"state": "new", "value_before": None}, False),
        ('keyword = "phu song"', {}, True),
        ('keyword = ["bán dẫn", "trạm 5G"]', {}, True),
        ('keyword = "bán dẫn"', {}, False),
    ],
)
def test_what_a_rule_wants(tmp_path: Path, wanted: str, changes: dict[str, Any], is_told: bool) -> None:
    assert bool(find_figures(rule(tmp_path, wanted), [figure(**changes)], {}, "vi")) == is_told


def test_one_fact_one_key(tmp_path: Path) -> None:
    asked = rule(tmp_path, "")
    again = figure(figure_id="f2", url="https://khac.example/2", sentence="Cũng 324 trạm.")
    (one,) = find_figures(asked, [figure(), again], {}, "vi")
    assert find_figures(asked, [again], {}, "vi")[0].key == one.key
    assert find_figures(asked, [figure(value=330.0)], {}, "vi")[0].key != one.key


def test_a_conflict_has_both_sentences(tmp_path: Path) -> None:
    other = {"f0": {"sentence": "Có 291 trạm.", "source_name": "Cổng tỉnh", "publisher": "p"}}
    (alert,) = find_figures(rule(tmp_path, ""), [figure(state="conflict")], other, "vi")
    assert "Bên kia: “Có 291 trạm.” (Cổng tỉnh)" in alert.text


def test_articles_sources_deadlines_official(tmp_path: Path) -> None:
    article = figure() | {"cluster_id": "c1"}
    asked = rule(tmp_path, 'watch = "articles"\nkeyword = "5g"')
    assert [a.key for a in find_articles(asked, [article, article | {"is_original": False}], "vi")] == ["article|c1"]
    trouble = {"source_id": "bao", "name": "Báo Tỉnh", "state": "failing", "cause": "HTTP 503", "days_in_a_row": 3}
    asked = rule(tmp_path, 'watch = "sources"\ndays = 2')
    (alert,) = find_sources(asked, [trouble, trouble | {"source_id": "k", "days_in_a_row": 1}], date(2025, 7, 10), "vi")
    assert alert.key == "source|bao|2025-07-08"
    assert "từ 08/07/2025" in alert.text
    target = figure(kind="target", due=date(2025, 12, 31), status="open", due_status="open")
    asked = rule(tmp_path, 'watch = "deadlines"\ndays = 30')
    day = date(2025, 12, 10)
    (alert,) = find_deadlines(asked, [target, target | {"due_status": "reached"}, target | {"due": date(2026, 3, 1)}], day, "vi")
    assert "đến hạn 31/12/2025 (còn 21 ngày)" in alert.text
    official = {
        "official_id": "o", "verdict": "differs", "value": 330.0, "press_value": 324.0, "unit": "trạm", "sentence": "x",
        "province": "Lào Cai", "province_now": "Lào Cai",
    }  # fmt: skip
    found = find_official(rule(tmp_path, 'watch = "official"'), [official, official | {"verdict": "agrees"}], "vi")
    assert [a.text for a in found] == ["Lào Cai: số chính thức 330 trạm, báo chí nêu 324 trạm"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('stat = "new"', 'unknown key "stat"'),
        ('state = "newest"', 'state "newest" is none'),
        ('channel = "sếp"', 'channel "sếp" is none; choose from default, lanh-dao'),
        ('above = "nhiều"', '"above" cannot be'),
        ("days = true", '"days" cannot be'),
        ('watch = "articles"', "needs keyword"),
        ("[[", "not valid TOML"),
    ],
)
def test_a_wrong_rule_is_named_with_its_line(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(RegistryError, match=r"a\.toml") as found:
        rule(tmp_path, text)
    assert words in str(found.value)


def test_alerts_of_one_sentence_stand_together() -> None:
    subject, text = compose([("A: 1", "“một”"), ("B: 2", "“một”"), ("C: 3", "“hai”")], "vi")
    assert subject == "3 tin mới · A: 1"
    assert text == "• A: 1\n• B: 2\n“một”\n\n• C: 3\n“hai”"
    assert "và 5 tin nữa" in compose([(f"{n}", "") for n in range(25)], "vi")[1]


@pytest.mark.parametrize(
    ("at", "start", "end", "is_in"),
    [
        (time(23), time(22), time(6), True),
        (time(5, 59), time(22), time(6), True),
        (time(6), time(22), time(6), False),
        (time(12), time(12), time(13), True),
        (time(13), time(12), time(13), False),
        (time(3), time(0), time(0), False),
    ],
)
def test_quiet_hours(at: time, start: time, end: time, is_in: bool) -> None:
    assert is_quiet(at, start, end) == is_in


def test_quiet_hours_and_grouping_hold_back_but_lose_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outbox, settings, asked = Outbox(tmp_path), Alerts(urls=("json://127.0.0.1/x",), group_min=10), rule(tmp_path, "")
    night = datetime(2025, 7, 28, 17, tzinfo=UTC)  # midnight in Vietnam
    morning = night + timedelta(hours=8)

    def queue(at: datetime, asked: Any = asked) -> int:
        monkeypatch.setattr("r57monitor.delivery.outbox.utc_now", lambda: at)
        return queue_notices(outbox, settings, {"a": asked}, "vi", at)

    outbox.note([Fact("a", "k1", "default", "một", "", night)])
    assert queue(night) == 0
    assert queue(night, replace(asked, urgent=True)) == 1
    assert queue(morning) == 0, "told already"
    outbox.note([Fact("a", "k2", "default", "hai", "", night)])
    assert queue(night + timedelta(minutes=1)) == 0
    assert queue(morning) == 1
    outbox.note([Fact("a", "k3", "default", "ba", "", morning), Fact("a", "k4", "default", "bốn", "", morning)])
    assert queue(morning + timedelta(minutes=9)) == 0, "a message went out just now"
    assert queue(morning + timedelta(minutes=10)) == 1
    outbox.note([Fact("a", "k5", "default", "năm", "", morning)])
    assert queue(morning - timedelta(days=1)) == 1, "the clock was set back: nothing waits for a day"
    assert outbox.untold() == []
    assert len(outbox.deliveries()) == 4


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return make_home(tmp_path_factory.mktemp("alerts") / "home")


@pytest.fixture
def awake(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """No quiet hours, no grouping."""
    for name, value in (("QUIET_FROM", "00:00"), ("QUIET_UNTIL", "00:00"), ("GROUP_MIN", "0")):
        monkeypatch.setenv(f"R57_ALERTS_{name}", value)
    return monkeypatch


def write_rules(home: Home, text: str) -> None:
    home.alerts.mkdir(exist_ok=True)
    (home.alerts / "luat.toml").write_text(text, "utf-8")
    for file in home.path.glob("outbox.*"):
        file.unlink()


def test_a_webhook_that_fails_three_times_has_it_once(home: Home, awake: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    write_rules(home, '[[alert]]\nid = "tat-ca"\ndays = 20\n')
    with Hook(failures=3) as hook:
        awake.setenv("R57_ALERT_URLS", hook.url)
        assert run("alerts", "check", "--home", str(home.path)) == 0
        for _ in range(3):
            assert run("alerts", "run", "--home", str(home.path)) == 0
        assert hook.asked == 4
        (message,) = hook.got
    with open_published(home) as reader:
        listed = {row["sentence"] for row in figures(reader, Filters(originals_only=True))}
    quoted = [line.strip("“”") for line in message["message"].split("\n") if line.startswith("“")]
    assert quoted
    assert set(quoted) <= listed
    assert "password" not in capsys.readouterr().err


def test_a_dead_webhook_waits_and_is_said(home: Home, awake: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    awake.setattr("r57monitor.delivery.postman.ATTEMPTS", 1)
    write_rules(home, '[[alert]]\nid = "tat-ca"\n')
    with Hook(failures=99) as hook:
        awake.setenv("R57_ALERT_URLS", hook.url)
        assert run("alerts", "test", "--home", str(home.path)) == 1
        assert run("alerts", "run", "--home", str(home.path)) == 1
        told = capsys.readouterr()
        assert "wait for another try" in told.err
        assert hook.url.partition("://")[2] not in told.err + told.out
        hook.failures = 0
        (letter,) = {d.letter_id for d in Outbox(home.path).deliveries()}
        assert run("outbox", "retry", letter[:12], "--home", str(home.path)) == 0
        assert len(hook.got) == 1


def test_dry_run_keeps_nothing(home: Home, awake: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    write_rules(home, '[[alert]]\nid = "tat-ca"\n')
    assert run("alerts", "run", "--dry-run", "--home", str(home.path)) == 0
    assert "alerts would be told." in capsys.readouterr().out
    assert not Outbox(home.path).exists()


def test_the_example_is_good_as_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("alerts", "example", "--home", str(tmp_path)) == 0
    assert run("alerts", "check", "--home", str(tmp_path)) == 0
    file = tmp_path / "alerts" / "vi-du.toml"
    begun = tuple(f"# {key}" for key in ("[[", "id", "watch", "metric", "above", "change", "keyword", "days", "province"))
    lines = file.read_text("utf-8").splitlines(keepends=True)
    whole = "".join(line.removeprefix("# ") if line.startswith(begun) else line for line in lines)
    file.write_text(whole, "utf-8")
    assert run("alerts", "check", "--home", str(tmp_path)) == 0
    assert "6 rules" in capsys.readouterr().out
    assert run("alerts", "example", "--home", str(tmp_path)) == 2


def test_an_address_nobody_knows() -> None:
    with pytest.raises(UsageError, match='address 1 of the alerts channel "x"'):
        check_addresses(Alerts(channels={"x": ("nope://a",)}))


def health(home: Home, source: str, day: date, outcome: str) -> None:
    """One more day of a source, as a crawl would have noted it."""
    at = datetime(day.year, day.month, day.day, 2, tzinfo=UTC)
    cycle = f"{source}-{day}"
    entries = [
        {"at": at.isoformat(), "event": "cycle_begun", "cycle": cycle, "source": source},
        {"at": (at + timedelta(minutes=5)).isoformat(), "event": "cycle_ended", "cycle": cycle, "source": source, "outcome": outcome,
         "cause": "HTTP 503" if outcome == "failing" else None},
    ]  # fmt: skip
    with home.lock("test"), Warehouse.open(home) as warehouse:
        warehouse.store_journal(entries)
        publish(home)


def test_a_failing_source_once_and_its_recovery_once(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    (asked,) = [replace(rule(tmp_path, 'watch = "sources"'), days=1)]
    outbox, settings = Outbox(home.path), Alerts(urls=("json://127.0.0.1/x",), quiet_from=time(0), quiet_until=time(0), group_min=0)

    def look() -> list[str]:
        with open_published(home) as reader:
            note_alerts(outbox, reader, [asked], "vi")
        told = [fact.key for fact in outbox.untold() if "bao-nghe-an" in fact.key]
        queue_notices(outbox, settings, {"a": asked}, "vi")
        return told

    assert look() == []
    health(home, "bao-nghe-an", date(2025, 8, 4), "failing")
    assert look() == ["source|bao-nghe-an|2025-08-04"]
    health(home, "bao-nghe-an", date(2025, 8, 5), "failing")
    assert look() == []
    health(home, "bao-nghe-an", date(2025, 8, 6), "ok")
    assert look() == ["recovered|bao-nghe-an|2025-08-04"]
    assert look() == []
