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
from tests.crawls import Crawling, archived, crawl, facts, finish, outcomes, rows, start, start_apart
from tests.processes import descendants_of, wait_until
from tests.test_article_pages import LAST, URL, page_html
from tests.test_attachments import XLSX, workbook
from tests.web import Page, Site, feed_xml, write_registry
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
            process = (start if victim == "group" else start_apart)(home, registry, cores=2)
            asked = len(site.asked) + chance.randint(1, 9)  # robots, feed and sections are among them
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


def _kill_a_crawl(process: Crawling | subprocess.Popen[str], victim: str, after: float) -> None:
    time.sleep(after)
    workers = descendants_of(process.pid)
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


def test_killed_crawls_lose_no_later_page_and_no_file_of_an_article(tmp_path: Path) -> None:
    chance = random.Random(57)
    home = tmp_path / "home"
    with Site() as site:
        split = [f"/tin/chuyen-doi-so-o-ba-xa-vung-cao-{n:06d}.html" for n in range(900_000, 900_006)]
        for path in split:
            for number in (1, 2, 3):
                pager = " ".join(f'<a href="{path}?page={other}">{other}</a>' for other in (1, 2, 3) if other != number)
                html = page_html(number, pager).replace(URL, f"{site.url}{path}").replace("ba xã", f"ba xã số {path[-8:-5]}")
                site.pages[path + (f"?page={number}" if number > 1 else "")] = Page(html.encode(), wait_s=0.03)
        notices = [f"/tin/thong-bao-ket-qua-chuyen-doi-so-dot-{n:06d}.html" for n in range(800_000, 800_005)]
        for path in notices:
            body = f'<h1>Thông báo kết quả chuyển đổi số đợt {path[-6:-5]}</h1><p>Xem tệp.</p><a href="/tep{path[4:-5]}.xlsx">Tải về</a>'
            site.pages[path] = Page(f'<html><meta charset="utf-8"><body>{body}</body></html>'.encode(), wait_s=0.03)
            site.pages[f"/tep{path[4:-5]}.xlsx"] = Page(workbook(), content_type=XLSX, wait_s=0.03)
        named = [path for pair in zip(split, [*notices, notices[0]], strict=True) for path in pair]
        site.pages["/rss.xml"] = Page(feed_xml(site.url, list(dict.fromkeys(named))), content_type="application/rss+xml")
        registry = write_registry(tmp_path / "r.toml", site, extra="recheck_days = 0")
        for _ in range(6):
            process, asked = start(home, registry, cores=2), len(site.asked) + chance.randint(3, 8)
            wait_until(lambda process=process, asked=asked: len(site.asked) >= asked or process.poll() is not None)
            _kill_a_crawl(process, "group", chance.uniform(0, 0.2))
        assert crawl(home, registry, publish=True).state() == "ok"
    assert {path for path, _ in site.asked} >= set(site.pages) - {"/robots.txt"}
    assert {count for (_, status), count in archived(home).items() if status == 200} == {1}
    whole = "SELECT count(*) FROM derived.articles JOIN core.texts USING (article_id, text_hash) WHERE text LIKE ?"
    assert rows(home, whole.replace("?", f"'%{LAST}%'")) == [(len(split),)]
    assert rows(home, "SELECT count(*), max(revision) FROM derived.articles") == [(len(split) + len(notices), 1)]
    before = facts(home)
    run_replay(Home(home), Shown(quiet=True), publish=False)
    assert facts(home) == before
