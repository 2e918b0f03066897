"""Migrations, batches and the columns' dictionary."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from r57monitor.catalogue import load_catalogue
from r57monitor.errors import HomeError
from r57monitor.gazetteer import load_gazetteer
from warehouse.db import (
    connect_beside,
    connect_for_writing,
    fill_table,
    insert_rows,
    make_batch,
    migrate,
    migrations,
    transaction,
    upsert_rows,
)
from warehouse.derive import Knowledge, derive

COLUMNS = tomllib.loads((Path(__file__).parent.parent / "warehouse" / "columns.toml").read_text("utf-8"))

# CONTRACT: a view may gain columns, never lose one.
PROMISED = {
    "articles": "article_id source_id publisher url title author published_at published_from first_seen_at revision language relevance "
    "is_relevant reasons cluster_id is_original garbled word_count text text_restored",
    "article_versions": "article_id revision seen_at title text",
    "article_provinces": "article_id province_id province province_now role mentions",
    "figures": "figure_id article_id revision metric_id label value value_max denominator unit comparator kind is_change level scope whole "
    "period province_id province province_now as_of as_of_precision as_of_from due due_precision mention sentence start_char end_char "
    "confidence series_id state first_published_at",
    "figures_all": "figure_id article_id revision metric_id value series_id state first_published_at withdrawn_at",
    "targets": "series_id province_id province_now metric_id value comparator unit due status moved_from_value result_value figure_id "
    "inherited",
    "flags": "figure_id article_id flag detail",
    "reviews": "review_id reviewed_at reviewer verdict article_id figure_id field value note is_found is_current",
    "official_values": "official_id province_id province province_now metric_id value unit kind as_of as_of_precision source note",
    "official_differences": "official_id value figure_id press_value press_as_of days_apart difference difference_share verdict",
    "withdrawals": "withdrawal_id decided_at decided_by kind article_id url reason lifted_at",
    "quality": "metric_id precision recall measured_on",
    "documents": "article_id province_id number kind issuer issued_on first_seen_at",
    "clusters": "cluster_id original_article_id title articles publishers first_published_at last_published_at",
    "sources": "source_id name kind publisher province_id province homepage active verified",
    "source_health": "source_id day state cause pages articles relevant last_article_at",
    "coverage": "province_id province_now week state observed_share articles originals publishers",
    "fetches": "fetched_at source_id url status outcome bytes elapsed_ms error",
}


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    migrate(con)
    knowledge = Knowledge(load_gazetteer(), load_catalogue())
    with transaction(con):
        derive(con, knowledge, number=1, published_at=datetime(2025, 7, 1), is_practice=False)
    return con


def _views(con: duckdb.DuckDBPyConnection) -> dict[str, dict[str, str]]:
    sql = """SELECT c.table_name, c.column_name, c.data_type FROM duckdb_columns() c JOIN duckdb_views() v ON v.view_oid = c.table_oid
             WHERE c.schema_name = 'main' AND NOT v.internal ORDER BY c.table_name, c.column_index"""
    found: dict[str, dict[str, str]] = {}
    for view, column, kind in con.execute(sql).fetchall():
        found.setdefault(view, {})[column] = kind
    return found


def test_promised_views_and_columns(con: duckdb.DuckDBPyConnection) -> None:
    views = _views(con)
    for view, columns in PROMISED.items():
        assert list(columns.split()) == [c for c in views[view] if c in columns.split()], view


def test_every_column_is_explained_once_with_its_type(con: duckdb.DuckDBPyConnection) -> None:
    used: dict[str, set[str]] = {}
    for columns in _views(con).values():
        for column, kind in columns.items():
            used.setdefault(column, set()).add(kind)
    assert sorted(used) == sorted(COLUMNS)
    said = {name: {c["type"]} if isinstance(c["type"], str) else set(c["type"]) for name, c in COLUMNS.items()}
    assert {n: kinds - {"BIGINT"} or kinds for n, kinds in used.items()} == said | {"bytes": {"BIGINT"}}


def test_migrations_are_numbered_and_applied_once(con: duckdb.DuckDBPyConnection) -> None:
    numbers = [number for number, _, _ in migrations()]
    assert numbers == list(range(1, len(numbers) + 1))
    assert migrate(con) == []


def test_a_newer_warehouse_is_refused(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("INSERT INTO core.migrations VALUES (9999, '9999_later.sql')")
    with pytest.raises(HomeError, match="newer"):
        migrate(con)


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "warehouse.duckdb"
    broken.write_bytes(b"no database" * 1000)
    with pytest.raises(HomeError, match=r"warehouse\.duckdb"):
        connect_for_writing(broken)


def test_batches() -> None:
    con = duckdb.connect()
    con.execute("CREATE TABLE things (id VARCHAR PRIMARY KEY, tags VARCHAR[], amount DOUBLE, day DATE)")
    rows = [{"id": str(n), "tags": ["a"], "amount": None, "day": None} for n in range(3)]
    insert_rows(con, "things", rows)
    insert_rows(con, "things", [row | {"amount": 1.0} for row in rows])
    upsert_rows(con, "things", "id", [rows[0] | {"amount": 2.5}])
    insert_rows(con, "things", [])
    assert con.execute("SELECT id, amount FROM things ORDER BY id").fetchall() == [("0", 2.5), ("1", None), ("2", None)]
    con.execute("CREATE TABLE plain AS FROM things LIMIT 0")
    fill_table(con, "plain", rows)
    assert con.execute("SELECT count(*) FROM plain").fetchone() == (3,)


def test_a_transaction_is_all_or_nothing() -> None:
    con = duckdb.connect()
    con.execute("CREATE TABLE things (id INTEGER)")

    def fail_half_way() -> None:
        with transaction(con):
            con.execute("INSERT INTO things VALUES (1)")
            raise ValueError("half-way")

    with pytest.raises(ValueError, match="half-way"):
        fail_half_way()
    assert con.execute("SELECT count(*) FROM things").fetchone() == (0,)


def test_what_is_written_does_not_stay_in_memory_till_the_transaction_ends() -> None:
    con = duckdb.connect()
    con.execute("CREATE TABLE told (name VARCHAR, value DOUBLE)")
    rows = [{"name": f"tỉnh thứ {n}", "value": float(n)} for n in range(5_000)]
    with transaction(con):
        fill_table(con, "told", rows)
        held = pa.total_allocated_bytes()
        for _ in range(8):
            fill_table(con, "told", rows)
        assert pa.total_allocated_bytes() - held < make_batch(con, "told", rows).nbytes
    assert con.execute("SELECT count(*), count(DISTINCT name) FROM told").fetchone() == (45_000, 5_000)


def test_connections_of_one_process_share_the_file_and_the_last_lets_it_go(tmp_path: Path) -> None:
    file = tmp_path / "một nhà's kho.duckdb"
    first, second = connect_for_writing(file), connect_for_writing(file)
    first.execute("INSERT INTO core.segments VALUES ('a')")
    assert second.execute("SELECT segment FROM core.segments").fetchall() == [("a",)]
    first.close()
    second.execute("INSERT INTO core.segments VALUES ('b')")
    second.close()
    assert [entry.name for entry in tmp_path.iterdir()] == [file.name]  # nothing is left in the log
    with duckdb.connect(str(file), read_only=True) as reader:
        assert reader.execute("SELECT segment FROM core.segments ORDER BY 1").fetchall() == [("a",), ("b",)]


def test_a_checkpoint_packs_few_rows_anew(tmp_path: Path) -> None:
    """The last group of rows is packed anew at each one: of a group as large as the library's, memory for a quarter of all its texts."""
    con = connect_for_writing(tmp_path / "warehouse.duckdb")
    con.execute("INSERT INTO core.segments SELECT 's' || range FROM range(60_000)")
    con.execute("CHECKPOINT")
    groups = con.execute("SELECT DISTINCT row_group_id FROM pragma_storage_info('core.segments')").fetchall()
    assert len(groups) >= 3
    con.close()


def test_who_only_reads_loads_nothing_that_writes() -> None:
    program = "import sys, warehouse.queries; sys.exit(bool({'pyarrow', 'pandas'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", program]).returncode == 0


def test_a_connection_beside_another_reads_the_same_database(tmp_path: Path) -> None:
    con = connect_for_writing(tmp_path / "warehouse.duckdb")
    con.execute("INSERT INTO core.segments VALUES ('a')")
    beside = connect_beside(con)
    assert beside.execute("SELECT segment FROM core.segments").fetchall() == [("a",)]
    beside.close()
    con.close()
