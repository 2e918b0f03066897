"""The crawl of a web that means harm: it ends, keeps the good articles and no others, asks nothing it must not, and names every fault."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from r57monitor.wording import explain_cause
from tests.crawls import rows
from tests.hostile_web.farm import Farm
from tests.hostile_web.server import HostileWeb
from tests.hostile_web.sites import build_farm

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500)]

MEMORY_MB = 1000
STUCK = {"nho-giot", "vo-tan", "khuc-nho-giot"}  # these go on answering after the crawl has hung up
SECONDS = 1200  # on a machine with ten times as much to do as it can; some 120 where little else runs


class Ran:
    """One crawl of the farm: the sites, the home it left, the most memory its processes held, and the seconds it took."""

    def __init__(self, farm: Farm, home: Path, most_mb: float, seconds: float, code: int) -> None:
        self.farm, self.home, self.most_mb, self.seconds, self.code = farm, home, most_mb, seconds, code

    def health(self) -> dict[str, tuple[str, str]]:
        import duckdb

        with duckdb.connect(str((self.home / "published.duckdb").resolve()), read_only=True) as con:
            found = con.execute("SELECT source_id, arg_max(state, day), arg_max(coalesce(cause, ''), day) FROM source_health GROUP BY 1")
            return {source: (state, cause) for source, state, cause in found.fetchall()}


def write_farm_registry(farm: Farm, path: Path) -> Path:
    entries = []
    for name in farm.expected:
        site = farm.web.sites[name]
        extra = site.extra.replace("{url}", site.url)
        feeds = "" if "sections" in extra or "feeds" in extra else f'feeds = ["{site.url}/rss.xml"]'
        entries.append(
            f'[[source]]\nid = "{name}"\nname = "Trang {name}"\nkind = "newspaper"\nprovince = "Lâm Đồng"\nhomepage = "{site.url}/"\n'
            f"{feeds}\n{extra}\ndelay_s = 0\nprivate_network = true\n"
        )
    path.write_text("\n".join(entries), "utf-8")
    return path


def crawl_farm(farm: Farm, home: Path, registry: Path) -> Ran:
    asked = json.dumps({"home": str(home), "registries": [str(registry)], "publish": True})
    environment = os.environ | {"R57_TIMEOUT_S": "20", "R57_CA_FILE": str(farm.ca_file)}
    started = time.monotonic()
    process = subprocess.Popen([sys.executable, "-m", "tests.crawl_once", asked], env=environment, stdout=subprocess.PIPE)
    most = [0.0]
    watcher = threading.Thread(target=_watch, args=(process, most), daemon=True)
    watcher.start()
    process.communicate(timeout=SECONDS + 60)
    seconds = time.monotonic() - started
    watcher.join(5)
    return Ran(farm, home, most[0], seconds, process.returncode)


def _watch(process: subprocess.Popen[bytes], most: list[float]) -> None:
    import psutil

    root = psutil.Process(process.pid)
    while process.poll() is None:
        total = 0
        try:
            for one in [root, *root.children(recursive=True)]:
                total += one.memory_info().rss
        except psutil.Error:
            pass
        most[0] = max(most[0], total / 2**20)
        time.sleep(0.1)


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    folder = tmp_path_factory.mktemp("hostile")
    with HostileWeb() as web:
        farm = build_farm(web, folder)
        yield crawl_farm(farm, folder / "home", write_farm_registry(farm, folder / "r.toml"))


def test_it_ends_in_time_and_within_memory(ran: Ran) -> None:
    assert ran.code == 0
    assert ran.seconds < SECONDS
    assert ran.most_mb < MEMORY_MB


def test_all_good_articles_and_no_others(ran: Ran) -> None:
    found = {url for (url,) in rows(ran.home, "SELECT DISTINCT url FROM core.readings")}
    good = {ran.farm.web.sites[name].url + path for name, expected in ran.farm.expected.items() for path in expected.good}
    assert good - found == set()
    assert found - good == set()


def test_nothing_is_asked_that_must_not_be(ran: Ran) -> None:
    assert ran.farm.forbidden.paths() == []
    for name, expected in ran.farm.expected.items():
        site = ran.farm.web.sites[name]
        asked = [path for path in site.paths() if path.startswith(expected.never)] if expected.never else []
        assert (name, asked) == (name, [])
        if name not in STUCK:
            assert site.most_at_once <= 1, name
        assert len(site.asked) < 250, name


def test_robots_and_retry_after_are_waited_for(ran: Ran) -> None:
    slow = ran.farm.web.sites["robots-hep"].asked
    waits = [later.at - sooner.at for sooner, later in pairwise(slow)]
    assert min(waits) > 0.5  # each request is noted when this process has time for it, maybe late
    assert sum(waits) >= 0.95 * len(waits)
    busy = ran.farm.web.sites["ban-roi-het"].asked
    again = [one.at for one in busy if busy.count(one) and [a.path for a in busy].count(one.path) == 2]
    assert again[1] - again[0] >= 1.5


def test_every_fault_is_named(ran: Ran) -> None:
    health = ran.health()
    wrong = {
        name: health[name]
        for name, expected in ran.farm.expected.items()
        if (expected.state == "failing") != (health[name][0] == "failing") or expected.cause not in health[name][1]
    }
    assert wrong == {}
    unexplained = {cause for state, cause in health.values() if cause and explain_cause(cause) == cause}
    assert unexplained == set()


def test_no_page_says_when_it_was_published_in_the_future(ran: Ran) -> None:
    assert rows(ran.home, "SELECT count(*) FROM core.readings WHERE published_at > now()::TIMESTAMP + INTERVAL 1 DAY") == [(0,)]


def test_the_use_of_a_pin_is_logged(ran: Ran) -> None:
    log = "".join(path.read_text() for path in (ran.home / "logs").glob("*.log"))
    assert "accepted by its pin" in log
