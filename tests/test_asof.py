"""Any earlier snapshot can be shown as it stood: the same rows, byte for byte, whatever was stored later."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from r57monitor.errors import HomeError, UsageError
from r57monitor.gazetteer import load_gazetteer
from r57monitor.models import Article
from tests.command import copy_home
from tests.rows import DAY, make_cycle, make_page, make_source
from tests.test_publish import tell
from warehouse import journal, snapshots
from warehouse.asof import open_as_of
from warehouse.forget import forget_since
from warehouse.home import Home
from warehouse.journal import Journal
from warehouse.publish import publish
from warehouse.queries import Reader, open_published
from warehouse.writers import Warehouse


def canonical(reader: Reader) -> dict[str, str]:
    """Every public view as text, its rows in an order of their own."""
    names = reader.rows("SELECT view_name FROM duckdb_views() WHERE schema_name = 'main' AND NOT internal ORDER BY ALL")
    return {n["view_name"]: json.dumps(reader.rows(f"SELECT * FROM {n['view_name']} ORDER BY ALL"), default=str) for n in names}


def store(home: Home, articles: list[Article], journal: list[dict[str, Any]], sources: list[Any]) -> tuple[int, dict[str, str]]:
    with home.lock("test"), Warehouse.open(home) as warehouse:
        warehouse.register_sources(sources, load_gazetteer())
        warehouse.store([make_page(article) for article in articles])
        warehouse.store_journal(journal)
        number = publish(home).number
    with open_published(home) as reader:
        return number, canonical(reader)


@pytest.fixture(scope="module")
def _played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, dict[int, dict[str, str]]]:
    """Four snapshots: a week, a week with an edit, one with articles found late and a changed registry, one more."""
    home = Home(tmp_path_factory.mktemp("played"))
    day = timedelta(days=1)
    own, other = make_source(), make_source("cong-thu", kind="portal")
    cycles = [make_cycle("bao-thu", DAY + n * day, DAY + n * day + timedelta(hours=1)) for n in range(30)]
    seen = [
        store(home, [tell(1, 300), tell(2, 310, 1)], cycles[0] + cycles[1], [own]),
        store(home, [tell(1, 305, fetched_at=DAY + 8 * day), tell(3, 350, 7)], cycles[8], [own]),
        store(
            home,
            [tell(4, 200, -40, fetched_at=DAY + 15 * day), tell(5, 320, 2, "cong-thu", fetched_at=DAY + 3 * day)],
            cycles[3] + cycles[15],  # the third day's cycle was not known before
            [make_source(name="Báo đổi tên", publisher="khac"), other],
        ),
        store(home, [tell(6, 400, 22), tell(2, 310, 1, fetched_at=DAY + 22 * day)], cycles[22], [own, other]),
    ]
    return home, dict(seen)


@pytest.fixture
def played(_played: tuple[Home, dict[int, dict[str, str]]], tmp_path: Path) -> tuple[Home, dict[int, dict[str, str]]]:
    return copy_home(_played[0].path, tmp_path), _played[1]


def test_every_snapshot_again(played: tuple[Home, dict[int, dict[str, str]]]) -> None:
    home, shown = played
    assert len(set(map(str, shown.values()))) == 4
    for number, views in shown.items():
        with open_published(home), open_as_of(home, number) as reader:
            again = canonical(reader)
        assert {name for name in views if views[name] != again[name]} == set()


@pytest.mark.parametrize("how", ["journal", "since"])
def test_a_warehouse_made_anew_gives_the_same_stamps(played: tuple[Home, dict[int, dict[str, str]]], how: str) -> None:
    home, shown = played
    before = _stamps(home)
    if how == "journal":
        _forget_all(home)
    else:
        forget_since(home.warehouse, home.path / "new.duckdb", DAY + timedelta(days=90))  # nothing is so late: only the stamps go
        (home.path / "new.duckdb").replace(home.warehouse)
    with home.lock("test"), Warehouse.open(home) as warehouse:
        warehouse.store_journal(Journal(home.journal).iterate())
        number = publish(home).number
    after = _stamps(home)
    assert {key: after[key] for key in before} == before
    assert number == max(shown) + 1
    for past, views in shown.items():
        with open_as_of(home, past) as reader:
            again = canonical(reader)
        assert {name for name in views if views[name] != again[name]} == set()


def test_of_a_snapshot_told_twice_the_fuller_telling_holds_whatever_the_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A publish is killed when its snapshot stands in the journal only; the clock is set back; what came meanwhile is published with it."""
    home = Home(tmp_path)
    store(home, [tell(1, 300)], make_cycle("bao-thu", DAY), [make_source()])
    with monkeypatch.context() as patched:
        patched.setattr(snapshots, "fill_table", _is_killed)
        with pytest.raises(KeyboardInterrupt):
            store(home, [tell(2, 310, 1)], [], [make_source()])
    for module in (snapshots, journal):
        monkeypatch.setattr(module, "utc_now", lambda: DAY - timedelta(days=900))
    number, shown = store(home, [tell(3, 320, 2), tell(4, 330, 0.5)], [], [make_source()])
    assert sorted(e["number"] for e in Journal(home.journal).iterate("snapshot")) == [1, number, number]
    before = _stamps(home)
    _forget_all(home)
    with home.lock("test"), Warehouse.open(home) as warehouse:
        warehouse.store_journal(Journal(home.journal).iterate())
        publish(home)
    assert {key: stamp for key, stamp in _stamps(home).items() if key in before} == before
    with open_as_of(home, number) as reader:
        again = canonical(reader)
    assert {name for name in shown if shown[name] != again[name]} == set()


def _is_killed(*args: Any) -> None:
    raise KeyboardInterrupt


def _stamps(home: Home) -> dict[str, int]:
    with duckdb.connect(str(home.warehouse)) as con:
        sql = "SELECT fetch_id, stored_in FROM core.fetches UNION ALL SELECT source_id || stored_in, stored_in FROM core.source_versions"
        return dict(con.execute(sql).fetchall())


def _forget_all(home: Home) -> None:
    with duckdb.connect(str(home.warehouse)) as con:
        for table in ("fetches", "journal"):
            con.execute(f"UPDATE core.{table} SET stored_in = NULL")
        con.execute("DELETE FROM core.snapshots")
        con.execute("DELETE FROM core.source_versions")


def test_a_snapshot_there_is_none_of(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with pytest.raises(HomeError, match="nothing is published"), open_as_of(home, 1):
        pass
    store(home, [tell(1, 300)], [], [make_source()])
    with pytest.raises(UsageError, match="known are 1 to 1"), open_as_of(home, 7):
        pass
