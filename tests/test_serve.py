"""The service: absences with their cause, the digest that is due, a round, and a stop in order."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from r57monitor.clock import VIETNAM
from r57monitor.errors import HomeError
from r57monitor.models import Source
from r57monitor.service.absence import HELD, NOT_DUE, NOT_REACHED, NOT_RUNNING, Absence, find_absences
from r57monitor.service.log import KEPT, drop_old_logs, open_log
from r57monitor.service.schedule import due_week
from tests.hook import Hook
from tests.processes import PATIENCE_S, wait_until
from tests.web import Page, Site, article_html, feed_xml, free_port, write_registry
from warehouse.home import Home
from warehouse.journal import Journal


def _source(source_id: str, **keys: object) -> Source:
    return Source(id=source_id, name=source_id, kind="newspaper", homepage=f"https://{source_id}.example/", **keys)  # type: ignore[arg-type]


def _begun(source: str, at: str) -> dict[str, object]:
    return {"event": "cycle_begun", "at": at, "source": source, "cycle": at}


def test_absences_say_why_nothing_was_asked() -> None:
    entries = [
        _begun("bao-a", "2025-07-01T01:00:00+00:00"),
        {"event": "service_alive", "at": "2025-07-03T01:00:00+00:00"},
        {"event": "service_alive", "at": "2025-07-04T01:00:00+00:00", "held": True},
        {"event": "not_run", "at": "2025-07-05T01:00:00+00:00", "source": "bao-a", "day": "2025-07-05", "cause": "x"},
        _begun("bao-a", "2025-07-05T17:30:00+00:00"),  # the 6th in Vietnam
    ]
    found = find_absences(entries, {"bao-a": _source("bao-a")}, date(2025, 7, 7), default_h=6)
    assert found == [
        Absence("bao-a", date(2025, 7, 2), NOT_RUNNING),
        Absence("bao-a", date(2025, 7, 3), NOT_REACHED),
        Absence("bao-a", date(2025, 7, 4), HELD),
    ]


def test_a_weekly_source_is_not_missed_every_day() -> None:
    entries = [_begun("tuan-bao", "2025-07-01T01:00:00+00:00"), {"event": "service_alive", "at": "2025-07-03T01:00:00+00:00"}]
    found = find_absences(entries, {"tuan-bao": _source("tuan-bao", interval_h=168)}, date(2025, 7, 4), default_h=6)
    assert [a.cause for a in found] == [NOT_RUNNING, NOT_DUE]


def test_no_absence_before_the_first_visit_after_the_end_or_for_unknown_sources() -> None:
    entries = [_begun("bao-a", "2025-07-01T01:00:00+00:00"), _begun("la", "2025-07-01T01:00:00+00:00")]
    ended = {"bao-a": _source("bao-a", active_until=date(2025, 7, 1), active_reason="sáp nhập")}
    assert find_absences(entries, ended, date(2025, 7, 9), default_h=6) == []


@pytest.mark.parametrize(
    ("now", "week"),
    [
        (datetime(2025, 7, 14, 6, 59, tzinfo=VIETNAM), "2025-W27"),  # Monday, before seven
        (datetime(2025, 7, 14, 7, 0, tzinfo=VIETNAM), "2025-W28"),
        (datetime(2025, 7, 20, 23, 0, tzinfo=VIETNAM), "2025-W28"),
        (datetime(2026, 1, 1, 8, 0, tzinfo=VIETNAM), "2025-W52"),
    ],
)
def test_the_digest_that_is_due(now: datetime, week: str) -> None:
    assert due_week(now, day=1, hour=7, minute=0) == week


def test_old_logs_go_and_young_ones_stay(tmp_path: Path) -> None:
    names = ("crawl-old.log", "serve.jsonl", "serve.jsonl.5", "crawl-young.log", "serve.jsonl.1")
    for name in names:
        (tmp_path / name).write_text("x", "utf-8")
    now = datetime.now(UTC)
    old = (now - timedelta(days=40)).timestamp()
    for name in names[:3]:
        os.utime(tmp_path / name, (old, old))
    assert {path.name for path in drop_old_logs(tmp_path, 30, now)} == {"crawl-old.log", "serve.jsonl.5"}
    assert {path.name for path in tmp_path.iterdir()} == {"crawl-young.log", "serve.jsonl", "serve.jsonl.1"}


def test_the_services_log_is_rotated_and_loses_no_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("r57monitor.service.log.MAX_BYTES", 2_000)
    torn = '{"event": "sa'
    (tmp_path / "serve.jsonl").write_text(torn, "utf-8")  # of a service that was killed
    with open_log(tmp_path) as log:
        for number in range(60):
            log.info("said", command="crawl", line=f"nguồn {number} của tỉnh Lâm Đồng")
    files = [tmp_path / f"serve.jsonl.{number}" for number in range(KEPT, 0, -1) if (tmp_path / f"serve.jsonl.{number}").exists()]
    assert len(files) >= 3
    lines = [line for file in (*files, tmp_path / "serve.jsonl") for line in file.read_text("utf-8").splitlines()]
    assert lines.pop(0) == torn
    assert [json.loads(line)["line"] for line in lines] == [f"nguồn {number} của tỉnh Lâm Đồng" for number in range(60)]
    assert all(file.stat().st_size <= 2_000 for file in files)
    assert "nguồn 59" in capsys.readouterr().err


def test_a_second_service_is_refused_by_name(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with home.lock("serve", service=True):
        with pytest.raises(HomeError, match="looked after by `r57 serve`"), home.lock("serve", service=True):
            pass
        with home.lock("crawl"):  # a crawl by hand is not kept out
            assert "r57 crawl" in (home.holder() or "")
    assert home.holder() is None


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as served:
        paths = [f"/bai-{n}.html" for n in range(3)]
        served.pages = {path: Page(article_html(n).encode()) for n, path in enumerate(paths)}
        served.pages["/rss.xml"] = Page(feed_xml(served.url, paths), content_type="application/rss+xml")
        yield served


def _serve(home: Path, registry: Path, *more: str, **environment: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "r57monitor", "serve", "--home", str(home), "--sources", str(registry), *more]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True, env={**os.environ, **environment})


def _log(home: Path) -> list[dict[str, object]]:
    file = home / "logs" / "serve.jsonl"
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()] if file.exists() else []


def _wait_for(home: Path, event: str) -> None:
    wait_until(lambda: any(entry["event"] == event for entry in _log(home)), f"no {event}")


@pytest.mark.slow
def test_one_round_visits_what_is_due_and_writes_nothing_twice(tmp_path: Path, site: Site) -> None:
    registry, home = write_registry(tmp_path / "r.toml", site), tmp_path / "home"
    first = _serve(home, registry, "--once")
    assert first.wait(PATIENCE_S) == 0, _log(home)
    asked = len(site.asked)
    published = Home(home).resolve_published()
    assert published is not None
    second = _serve(home, registry, "--once")
    assert second.wait(PATIENCE_S) == 0
    assert len(site.asked) == asked  # nothing was due yet
    assert Home(home).resolve_published() == published  # nor is there anything to publish
    assert [entry["event"] for entry in Journal(home / "journal").iterate()].count("cycle_begun") == 1


@pytest.mark.slow
def test_a_round_tells_the_alerts(tmp_path: Path, site: Site) -> None:
    registry, home = write_registry(tmp_path / "r.toml", site), tmp_path / "home"
    (home / "alerts").mkdir(parents=True)
    (home / "alerts" / "a.toml").write_text('[[alert]]\nid = "a"\nwatch = "articles"\nkeyword = "xa so"\ndays = 9000\n', "utf-8")
    with Hook() as hook:
        quiet = {"R57_ALERTS_QUIET_FROM": "00:00", "R57_ALERTS_QUIET_UNTIL": "00:00"}
        for _ in range(2):
            assert _serve(home, registry, "--once", R57_ALERT_URLS=hook.url, **quiet).wait(PATIENCE_S) == 0, _log(home)
        assert len(hook.got) == 1
        assert hook.got[0]["message"].count("Bài mới") == 3


@pytest.mark.slow
def test_the_service_answers_prometheus_and_stops_in_order(tmp_path: Path, site: Site) -> None:
    registry, home = write_registry(tmp_path / "r.toml", site), tmp_path / "home"
    port = free_port()
    service = _serve(home, registry, R57_SERVE_METRICS_PORT=str(port))
    try:
        _wait_for(home, "ended")
        wait_until(lambda: "r57_disk_free_bytes" in _numbers(port))  # the last number taken after a round
        shown = _numbers(port)
        assert _serve(home, registry).wait(PATIENCE_S) == 1, "one service a home"
    finally:
        service.send_signal(signal.SIGTERM)
        code = service.wait(PATIENCE_S)
    assert code == 0
    assert 'r57_rounds_total{outcome="ok"} 1.0' in shown
    assert "r57_articles 3.0" in shown
    assert _log(home)[-1]["event"] == "stopped"


def _numbers(port: int) -> str:
    body: bytes = urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=PATIENCE_S).read()
    return body.decode()


@pytest.mark.slow
def test_sigterm_ends_a_crawl_under_way_in_order(tmp_path: Path, site: Site) -> None:
    site.pages["/bai-2.html"] = Page(article_html(2).encode(), wait_s=20)
    registry, home = write_registry(tmp_path / "r.toml", site), tmp_path / "home"
    service = _serve(home, registry)
    wait_until(lambda: "/bai-2.html" in site.paths())
    service.send_signal(signal.SIGTERM)
    assert service.wait(PATIENCE_S) == 0
    ended = [entry for entry in Journal(home / "journal").iterate() if entry["event"] == "cycle_ended"]
    assert len(ended) == 1, "the cycle was ended in the journal"
    with Home(home).lock("test"):
        pass
