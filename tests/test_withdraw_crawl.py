"""A crawl after a withdrawal: the address is not asked for again, also in a full crawl, and other articles are."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crawls import crawl, outcomes
from tests.test_withdraw import run
from tests.web import Site, write_registry
from warehouse.home import Home
from warehouse.queries import open_published

pytestmark = pytest.mark.slow


def test_a_later_crawl_keeps_it_out(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with Site() as site:
        paths = site.add_articles(range(3))
        registry = write_registry(tmp_path / "r.toml", site)
        assert crawl(home, registry, publish=True).code == 0
        assert run("withdraw", f"{site.url}{paths[1]}", f"{site.url}/tin/chua-tung-thay.html", "--reason", "x", "--home", str(home)) == 0
        site.asked.clear()
        later = site.add_articles(range(5))
        assert crawl(home, registry, full=True, publish=True).code == 0
        assert {p for p in site.paths() if p.startswith("/tin/")} == {*later} - {paths[1]}
        assert outcomes(home)["withdrawn"] == 1
    with open_published(Home(home)) as reader:
        assert reader.rows("SELECT count(*) AS n FROM articles") == [{"n": 4}]
        assert reader.rows("SELECT count(*) AS n FROM withdrawals") == [{"n": 2}]
