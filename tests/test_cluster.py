"""Reading on a Dask cluster: the same rows as on one machine, also when workers are killed while they read."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from distributed import LocalCluster

from pipelines.cluster import connected, describe_difference
from pipelines.rules import Recipe, rules_version
from pipelines.units import RulesPackage
from r57monitor.errors import R57Error, UsageError
from r57monitor.models import RawPage
from tests.command import copy_home, run
from tests.crawls import archived, facts, outcomes
from tests.web import Site, write_registry
from warehouse.archive import Archive
from warehouse.home import Home
from warehouse.records import HttpHeads
from warehouse.segment import SegmentWriter

pytestmark = pytest.mark.slow

SEGMENTS = 8
TABLES = ("fetches", "readings", "texts", "text_provinces", "text_documents", "text_figures", "segments")


def page(number: int, fetched: datetime, published: str) -> RawPage:
    text = (
        f"Thực hiện Nghị quyết số 57-NQ/TW, đến hết tháng 6/2025, tỉnh Lào Cai đã có {number + 11} trạm 5G hoạt động "
        f"và {number + 40},5% hồ sơ được nộp trực tuyến. Mục tiêu đến năm 2030 là {number + 90} doanh nghiệp công nghệ số. "
    )
    body = (
        f'<html lang="vi"><head><title>Bản tin chuyển đổi số số {number}</title>'
        f'<meta property="article:published_time" content="{published}"></head>'
        f"<body><article><h1>Bản tin chuyển đổi số số {number}</h1><p>{text}</p><p>{text * 2}</p></article></body></html>"
    )
    url = f"https://bao.example/tin-{number}.html"
    return RawPage(url=url, requested_url=url, body=body.encode(), fetched_at=fetched, content_type="text/html", source_id="ingested")


def write_segment(home: Home, pages: list[RawPage]) -> None:
    with SegmentWriter(home.archive) as writer:
        for raw in pages:
            writer.write(raw, HttpHeads(response_headers=[("Content-Type", "text/html; charset=utf-8")]))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Several segments; each also holds the first article again, under another day of publication."""
    made = Home(tmp_path_factory.mktemp("cluster") / "home")
    made.prepare()
    start = datetime(2025, 7, 10, 3, tzinfo=UTC)
    for segment in range(SEGMENTS):
        fetched = start + timedelta(days=segment)
        pages = [page(10 * segment + n, fetched, "2025-07-09T08:00:00+07:00") for n in range(1, 4)]
        write_segment(made, [*pages, page(0, fetched, f"2025-07-{segment + 1:02d}T08:00:00+07:00")])
    assert run("replay", "--home", str(made.path), "--no-publish") == 0
    return made


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0") as local:  # type: ignore[no-untyped-call]
        yield local


def rows(home: Home) -> dict[str, list[Any]]:
    """All that was read, in an order that does not depend on how it was stored."""
    with duckdb.connect(str(home.warehouse), read_only=True) as con:
        return {table: con.execute(f"SELECT * FROM core.{table} ORDER BY ALL").fetchall() for table in TABLES}


def test_a_cluster_stores_the_rows_that_one_machine_stores(home: Home, cluster: LocalCluster, tmp_path: Path) -> None:
    wanted = rows(home)
    assert len(wanted["texts"]) == 1 + 3 * SEGMENTS
    assert len(wanted["text_figures"]) >= len(wanted["texts"])
    other = copy_home(home.path, tmp_path)
    assert run("replay", "--home", str(other.path), "--engine", cluster.scheduler_address, "--no-publish") == 0
    found = rows(other)
    assert found == wanted
    assert not list(other.path.glob("**/*.rows"))


def kill_worker(cluster: LocalCluster, is_time: Callable[[], bool]) -> threading.Thread:
    """A thread that kills the first worker that has work, and ends then."""

    def kill() -> None:
        while True:
            busy = {address for address, worker in cluster.scheduler.workers.items() if worker.processing} if is_time() else set()
            for nanny in cluster.workers.values():
                if nanny.worker_address in busy and nanny.pid:
                    os.kill(nanny.pid, signal.SIGKILL)
                    return
            time.sleep(0.005)

    thread = threading.Thread(target=kill, daemon=True)
    thread.start()
    return thread


def test_a_killed_worker_costs_nothing_but_time(home: Home, cluster: LocalCluster, tmp_path: Path) -> None:
    other = copy_home(home.path, tmp_path)
    killer = kill_worker(cluster, lambda: True)
    assert run("replay", "--home", str(other.path), "--engine", cluster.scheduler_address, "--no-publish") == 0
    killer.join(timeout=1)
    assert not killer.is_alive()
    assert rows(other) == rows(home)


def test_what_was_withdrawn_is_read_by_no_worker(home: Home, cluster: LocalCluster, tmp_path: Path) -> None:
    other = copy_home(home.path, tmp_path)
    assert run("withdraw", "https://bao.example/tin-11.html", "--reason", "x", "--home", str(other.path)) == 0
    wanted = rows(other)
    assert len(wanted["texts"]) == len(rows(home)["texts"]) - 1
    assert run("replay", "--home", str(other.path), "--engine", cluster.scheduler_address, "--no-publish") == 0
    assert rows(other)["texts"] == wanted["texts"]


def test_a_damaged_segment_is_named(home: Home, cluster: LocalCluster, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = copy_home(home.path, tmp_path)
    [first, *_] = Archive(other.archive).segments()
    first.write_bytes(first.read_bytes()[:-900])
    assert run("replay", "--home", str(other.path), "--engine", cluster.scheduler_address, "--no-publish") == 0
    assert first.name in capsys.readouterr().err
    assert len(rows(other)["fetches"]) < len(rows(home)["fetches"])


def test_workers_with_other_rules_are_refused(cluster: LocalCluster) -> None:
    rules = RulesPackage(metrics=(), sources={}, version="000000000000")
    said: list[str] = []
    with connected(cluster.scheduler_address, said.append) as engine, pytest.raises(R57Error, match="every worker was refused"):
        list(engine.run(describe_difference, [rules], rules))
    assert len(said) == 2
    assert "000000000000" in said[0]


def test_units_come_back_in_their_order(cluster: LocalCluster) -> None:
    rules = RulesPackage(metrics=(), sources={}, version=rules_version(Recipe()))
    with connected(cluster.scheduler_address, print) as engine:
        assert list(engine.run(slow_first, [3, 1, 2], rules)) == [3, 1, 2]


def slow_first(number: int) -> int:
    time.sleep(0.1 * number)
    return number


def test_the_homes_own_metrics_travel_with_the_rules(tmp_path: Path) -> None:
    metric = tmp_path / "own.toml"
    metric.write_text("# no metric\n", "utf-8")
    own = RulesPackage(metrics=((metric.name, metric.read_bytes()),), sources={}, version=rules_version(Recipe((metric,))))
    assert describe_difference(own) is None
    assert describe_difference(RulesPackage(metrics=(), sources={}, version=own.version)) is not None


@pytest.fixture
def sites() -> Iterator[list[Site]]:
    with Site() as one, Site() as two:
        yield [one, two]


def titles(home: Path) -> list[tuple[Any, ...]]:
    """What a crawl read, apart from the moments and names of its fetches."""
    sql = """SELECT r.url, t.text_hash, t.relevance, count(*) FROM core.readings r JOIN core.texts t USING (article_id, text_hash)
             GROUP BY ALL ORDER BY ALL"""
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as con:
        return con.execute(sql).fetchall()


def test_a_crawl_on_a_cluster_brings_what_one_machine_brings(sites: list[Site], cluster: LocalCluster, tmp_path: Path) -> None:
    for site in sites:
        site.add_articles(range(4))
    registry = write_registry(tmp_path / "r.toml", *sites)
    home = tmp_path / "home"
    asked = ["crawl", "--sources", str(registry), "--home", str(home), "--engine", cluster.scheduler_address]
    assert run(*asked) == 0
    found = facts(home)
    assert {row[0] for row in titles(home)} == {f"{site.url}{path}" for site in sites for path in site.pages if path.startswith("/tin/")}
    assert not list(home.glob("cluster-*"))
    assert not (home / ".units").exists()
    assert sorted(outcomes(home).items()) == [("article", 8), ("feed", 2), ("robots", 2)]
    assert run("replay", "--home", str(home), "--no-publish") == 0
    assert facts(home) == found

    for site in sites:
        site.asked.clear()
    assert run(*asked) == 0
    assert all("if-none-match" in headers for site in sites for path, headers in site.asked if path != "/robots.txt")
    assert outcomes(home)["article"] == 8


def test_warc_files_of_others_are_read_by_a_cluster(home: Home, cluster: LocalCluster, tmp_path: Path) -> None:
    files = [str(path) for path in Archive(home.archive).segments()[:2]]
    assert run("ingest", *files, "--home", str(tmp_path / "here"), "--no-publish") == 0
    there = ["ingest", *files, "--home", str(tmp_path / "there"), "--no-publish", "--engine", cluster.scheduler_address]
    assert run(*there) == 0
    assert titles(tmp_path / "there") == titles(tmp_path / "here")
    assert len(titles(tmp_path / "there")) == 7
    assert run(*there) == 0  # read before: nothing is read again
    assert outcomes(tmp_path / "there") == {"article": 8}


def test_only_warc_files_go_to_a_cluster(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.html").write_text("<p>x</p>", "utf-8")
    assert run("ingest", str(tmp_path / "a.html"), "--home", str(tmp_path / "home"), "--engine", "tcp://127.0.0.1:9") == 2
    assert "--engine reads WARC files" in capsys.readouterr().err


def test_a_crawl_whose_worker_dies_brings_everything_once(sites: list[Site], cluster: LocalCluster, tmp_path: Path) -> None:
    for site in sites:
        for path in site.add_articles(range(4)):
            site.pages[path].wait_s = 0.2
    registry = write_registry(tmp_path / "r.toml", *sites)
    home = tmp_path / "home"
    killed = kill_worker(cluster, lambda: any(path.startswith("/tin/") for site in sites for path in site.paths()))
    assert run("crawl", "--sources", str(registry), "--home", str(home), "--engine", cluster.scheduler_address, "--no-publish") == 0
    killed.join(timeout=1)
    assert not killed.is_alive()
    assert [row[3] for row in titles(home)] == [1] * 8
    assert all(count == 1 for count in archived(home).values())


@pytest.mark.parametrize("address", ["10.0.0.5:8786", "http://127.0.0.1:1", "engine"])
def test_what_is_no_address_is_named(address: str) -> None:
    with pytest.raises(UsageError, match=address), connected(address, print):
        pass


def test_a_scheduler_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.cluster.CONNECT_S", 1)
    with pytest.raises(R57Error, match="no scheduler answers there"), connected("tcp://127.0.0.1:9", print):
        pass


def test_a_replay_without_its_cluster_leaves_the_home_as_it_was(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.cluster.CONNECT_S", 1)
    other = copy_home(home.path, tmp_path)
    assert run("replay", "--home", str(other.path), "--engine", "tcp://127.0.0.1:9", "--no-publish") == 1
    assert rows(other) == rows(home)
