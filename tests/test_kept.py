"""A published file kept open: asked once, never stale, never another reader's to change."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from r57monitor.errors import HomeError
from tests.sample_home import make_home
from warehouse.home import Home
from warehouse.publish import ensure_published, publish
from warehouse.queries import Filters, figures, snapshot
from warehouse.queries.kept import Answers, KeptReader, open_kept
from warehouse.queries.reader import Reader, open_published


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return make_home(tmp_path_factory.mktemp("kept") / "home")


def test_a_question_is_asked_once(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    ask = Reader.rows

    def rows(reader: Reader, sql: str, parameters: object = None) -> list[dict[str, object]]:
        asked.append(sql)
        return ask(reader, sql, parameters)  # type: ignore[arg-type]

    monkeypatch.setattr(Reader, "rows", rows)
    with open_kept(home) as first:
        some = figures(first, Filters(provinces=("Lào Cai",)), limit=4)
        other = figures(first, Filters(provinces=("Huế",)), limit=4)
    count = len(asked)
    with open_kept(home) as again:
        assert isinstance(again, KeptReader)
        assert figures(again, Filters(provinces=("Lào Cai",)), limit=4) == some
    assert len(asked) == count
    assert some
    assert some != other


def test_what_a_page_does_to_its_rows_stays_with_it(home: Home) -> None:
    with open_kept(home) as reader:
        rows = figures(reader, limit=3)
        rows[0]["sentence"] = "đã sửa"
        rows.pop()
        again = figures(reader, limit=3)
    assert len(again) == 3
    assert again[0]["sentence"] != "đã sửa"


def test_a_new_snapshot_is_seen_at_once_and_the_old_page_goes_on(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    old = open_kept(home)
    assert snapshot(old)["number"] == 1
    with home.lock("test"):
        publish(home)
    for path in home.path.glob("published-1.duckdb"):
        path.unlink()
    with open_kept(home) as new:
        assert snapshot(new)["number"] == 2
    assert len(figures(old, limit=5)) == 5
    old.close()


def test_a_home_made_anew_is_another_file(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    with open_kept(home) as reader:
        before = reader.rows("SELECT count(*) AS n FROM main.articles")[0]["n"]
    for path in [*home.path.glob("*.duckdb")]:
        path.unlink()
    (home.path / "PRACTICE").unlink()
    other = Home(tmp_path / "other")
    other.prepare()
    from warehouse.publish import ensure_published

    ensure_published(other)
    file = other.resolve_published()
    assert file is not None
    file.rename(home.path / "published-1.duckdb")
    home.published.symlink_to("published-1.duckdb")
    with open_kept(home) as reader:
        assert reader.rows("SELECT count(*) AS n FROM main.articles")[0]["n"] == 0 != before


def test_nothing_published_says_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(HomeError, match="nothing is published"):
        open_kept(Home(tmp_path))
    with pytest.raises(HomeError, match="there is no folder"):
        open_kept(Home(tmp_path / "none"))


@pytest.mark.parametrize("change", ["UPDATE derived.layout SET name = 'older'", "DROP TABLE derived.layout"])
def test_a_file_of_another_version_is_named_with_the_way_out(tmp_path: Path, change: str) -> None:
    home = Home(tmp_path / "home")
    home.prepare()
    ensure_published(home)
    file = home.resolve_published()
    assert file is not None
    with duckdb.connect(str(file)) as con:
        con.execute(change)
    for opening in (open_published, open_kept):
        with pytest.raises(HomeError, match=r"another version.*r57 publish"):
            opening(home)
    with home.lock("test"):
        publish(home)
    open_kept(home).close()


def test_room_is_bounded() -> None:
    answers = Answers(most=20, most_of_one=10)
    answers.keep(("big", ""), [{"a": 1, "b": 2}] * 6)
    assert answers.find(("big", "")) is None
    for n in range(5):
        answers.keep((str(n), ""), [{"a": n, "b": n}] * 3)  # 7 cells each
    assert [n for n in range(5) if answers.find((str(n), "")) is not None] == [3, 4]
    answers.keep(("4", ""), [{"a": 9}])
    assert answers.find(("4", "")) == [{"a": 9}]
    assert answers.find(("3", "")) is not None
