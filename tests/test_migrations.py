"""Warehouses of every earlier version are brought up to date, all at once or not at all, and lose nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from r57monitor.errors import HomeError
from r57monitor.gazetteer import load_gazetteer
from tests.rows import make_article, make_cycle, make_document, make_figure, make_page, make_source
from warehouse import db
from warehouse.db import connect_for_writing, fetch_dicts, fill_table, migrate, migrations
from warehouse.home import Home
from warehouse.publish import publish
from warehouse.queries import open_published
from warehouse.writers import Warehouse

NUMBERS = [number for number, _, _ in migrations()]
TEXT = "Đến nay, toàn tỉnh có 310 trạm phát sóng theo kế hoạch.\nCâu cuối kể chuyện làm đường ở một xã vùng cao."
COLUMNS = "SELECT table_name, list(column_name ORDER BY column_name) FROM duckdb_columns() WHERE schema_name = 'core' GROUP BY 1"
SHOWN = "SELECT figure_id, article_id, value, unit, mention, state FROM figures ORDER BY figure_id"


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    """Rows of every core table of a warehouse of today, unstamped as before its first publish."""
    home = Home(tmp_path_factory.mktemp("migrations") / "home")
    figure = make_figure(TEXT, "310 trạm", 310.0)
    cited = [make_document("93/KH-UBND")]
    articles = [make_article(f"https://bao-thu.vn/{n}.html", f"Bài {n}. {TEXT}", figures=[], documents=cited) for n in range(2)]
    articles.append(make_article("https://bao-thu.vn/x.html", TEXT, figures=[figure], documents=cited))
    with home.lock("test"), Warehouse.open(home) as warehouse:
        warehouse.register_sources([make_source()], load_gazetteer())
        warehouse.store([make_page(a) for a in articles])
        warehouse.store_journal(make_cycle("bao-thu", articles[0].raw.fetched_at))
    con = duckdb.connect(str(home.warehouse), read_only=True)
    tables = [
        t for (t,) in con.execute("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'core'").fetchall() if t != "migrations"
    ]
    found = {table: fetch_dicts(con, f"SELECT * FROM core.{table}") for table in tables}
    con.close()
    return {table: content for table, content in found.items() if content}


def write_version(file: Path, number: int, rows: dict[str, list[dict[str, Any]]]) -> set[str]:
    """A warehouse as the program of that version left it; its tables."""
    con = duckdb.connect(str(file))
    con.execute("CREATE SCHEMA core")
    con.execute("CREATE TABLE core.migrations (number INTEGER PRIMARY KEY, name VARCHAR NOT NULL)")
    for n, name, sql in migrations():
        if n <= number:
            con.execute(sql)
            con.execute("INSERT INTO core.migrations VALUES (?, ?)", [n, name])
    known: dict[str, set[str]] = {}
    for table, column in con.execute("SELECT table_name, column_name FROM duckdb_columns() WHERE schema_name = 'core'").fetchall():
        known.setdefault(table, set()).add(column)
    for table in known.keys() & rows.keys():
        fill_table(con, f"core.{table}", [{k: v for k, v in row.items() if k in known[table]} for row in rows[table]])
    con.close()
    return known.keys() & rows.keys()


@pytest.mark.parametrize("number", NUMBERS)
def test_from_every_earlier_version(number: int, tmp_path: Path, rows: dict[str, list[dict[str, Any]]]) -> None:
    home = Home(tmp_path / "home")
    home.prepare()
    tables = write_version(home.warehouse, number, rows)
    assert {"fetches", "readings", "texts", "text_figures", "journal", "sources"} <= tables
    con = connect_for_writing(home.warehouse)
    try:
        assert [n for (n,) in con.execute("SELECT number FROM core.migrations ORDER BY number").fetchall()] == NUMBERS
        for table in sorted(tables):
            kept = con.execute(f"SELECT count(*) FROM core.{table}").fetchone()
            assert kept == (len(rows[table]),), table
        now = dict(con.execute(COLUMNS).fetchall())
    finally:
        con.close()
    fresh = duckdb.connect()
    migrate(fresh)
    assert now == dict(fresh.execute(COLUMNS).fetchall())
    with home.lock("test"):
        publish(home)
    with open_published(home) as reader:
        [figure] = reader.rows(SHOWN)
        assert (figure["value"], figure["mention"]) == (310.0, "310 trạm")
        assert reader.rows("SELECT count(*) AS n FROM articles") == [{"n": 3}]


@pytest.mark.parametrize("number", NUMBERS[:-1])
def test_a_migration_that_fails_leaves_the_version_before(
    number: int, tmp_path: Path, rows: dict[str, list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "warehouse.duckdb"
    write_version(file, number, rows)
    real = migrations()
    broken = [(n, name, sql if n <= number else f"{sql}\nDELETE FROM core.fetches;\nSELECT error('half-way');") for n, name, sql in real]
    monkeypatch.setattr(db, "migrations", lambda: broken)
    with pytest.raises(HomeError, match=rf"{number + 1:04d}_.*half-way"):
        connect_for_writing(file)
    monkeypatch.undo()
    con = duckdb.connect(str(file), read_only=True)
    assert con.execute("SELECT max(number) FROM core.migrations").fetchone() == (number,)
    assert con.execute("SELECT count(*) FROM core.fetches").fetchone() == (len(rows["fetches"]),)
    con.close()
    connect_for_writing(file).close()


def test_migrations_that_were_handed_out_stay_as_they_are() -> None:
    """A migration that somebody's warehouse has seen is never edited: its first line says what it is for, and numbers have no gap."""
    assert list(range(1, len(NUMBERS) + 1)) == NUMBERS
    assert all(sql.startswith("-- ") for _, _, sql in migrations())
