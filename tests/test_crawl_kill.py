"""Crawls killed at random moments: run again, nothing is lost and nothing is there twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import pytest

from r57monitor.cli.progress import Shown
from r57monitor.cli.replay import run_replay
from tests.crawls import archived, crawl, facts, finish, outcomes, rows, start
from tests.processes import children_of, wait_until
from tests.web import Site, feed_xml, write_registry
from warehouse.home import Home

pytestmark = pytest.mark.slow

ARTICLES = 40


@pytest.mark.parametrize(("victim", "kills"), [("group", 10), ("parent", 3), ("worker", 3)])
def test_killed_crawls_lose_nothing_and_store_nothing_twice(victim: str, kills: int, tmp_path: Path) -> None:
    chance = random.Random(victim)  # the same moments in every run of this test
    home = tmp_path / "home"
    with Site() as site:
        paths = site.add_articles(range(ARTICLES), sections=True)
        for page in site.pages.values():
            page.wait_s = 0.03
        entry = 'feeds = ["{url}/rss.xml"]\nsections = ["{url}/chuyen-doi-so"]'
        registry = write_registry(tmp_path / "r.toml", site, entry=entry, extra="recheck_days = 0")
        for kill in range(kills):
            process, asked = (
                start(home, registry, cores=2),
                len(site.asked) + chance.randint(1, 9),
            )  # robots, feed and sections are among them
            wait_until(lambda process=process, asked=asked: len(site.asked) >= asked or process.poll() is not None)
            _kill_a_crawl(process, victim, chance.uniform(0, 0.5))
            if kill == 2:  # what the first feed named has left the feed since
                site.pages["/rss.xml"].body = feed_xml(site.url, paths[-1:])
        last = crawl(home, registry)
    assert last.state() == "ok"
    fetched = archived(home)
    assert {url.removeprefix(site.url) for url, status in fetched if status == 200} == set(paths)
    assert {count for (_, status), count in fetched.items() if status == 200} == {1}
    assert outcomes(home)["article"] == ARTICLES
    assert rows(home, "SELECT count(*), count(DISTINCT article_id) FROM core.texts") == [(ARTICLES, ARTICLES)]
    assert rows(home, "SELECT count(*) FROM core.fetches") == rows(home, "SELECT count(DISTINCT fetch_id) FROM core.fetches")
    before = facts(home)
    run_replay(Home(home), Shown(quiet=True), publish=False)
    assert facts(home) == before


def _kill_a_crawl(process: subprocess.Popen[str], victim: str, after: float) -> None:
    time.sleep(after)
    workers = children_of(process.pid)
    with suppress(ProcessLookupError):
        if victim == "group":
            os.killpg(process.pid, signal.SIGKILL)
        elif victim == "parent":
            process.kill()
        elif workers:
            os.kill(random.Random(after).choice(workers).pid, signal.SIGKILL)
    if victim == "worker":  # the crawl goes on without it; end it in mid-run too, by a signal
        time.sleep(0.5)
        process.send_signal(signal.SIGTERM)
    finish(process)
    wait_until(lambda: not any(worker.is_running for worker in workers))


def test_a_killed_replay_leaves_the_old_warehouse(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with Site() as site:
        site.add_articles(range(5))
        crawl(home, write_registry(tmp_path / "r.toml", site))
    before = facts(home)
    rest = home / ".replay"
    rest.mkdir()
    (rest / "warehouse.duckdb").write_bytes(b"half a file")
    assert facts(home) == before
    run_replay(Home(home), Shown(quiet=True), publish=False)
    assert facts(home) == before
    assert not rest.exists()


def test_what_is_archived_and_not_stored_is_stored_next_time(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with Site() as site:
        site.add_articles(range(8))
        registry = write_registry(tmp_path / "r.toml", site, extra="recheck_days = 0")
        crawl(home, registry)
        before = outcomes(home)
        (home / "warehouse.duckdb").unlink()
        again = crawl(home, registry)
    assert again.said["taken_in"] == sum(before.values())
    assert outcomes(home)["article"] == before["article"] == 8
