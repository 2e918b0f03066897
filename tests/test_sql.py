"""A user's SQL in a process of its own: what it may not, and that it ends."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from r57monitor.cli import app as cli
from r57monitor.errors import UsageError
from tests.processes import PATIENCE_S, descendants_of, processor_seconds, wait_until
from tests.sample_home import make_home
from warehouse.home import Home
from warehouse.queries import SqlError, run_sql_apart


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return make_home(tmp_path_factory.mktemp("sql") / "home")


@pytest.fixture(scope="module")
def file(home: Home) -> Path:
    found = home.resolve_published()
    assert found is not None
    return found


def test_rows_of_every_type(file: Path) -> None:
    result = run_sql_apart(
        file, "SELECT 'số' AS chữ, 1.50::DECIMAL(5,2) AS d, [1, 2] AS l, {'a': 1} AS s, DATE '2025-07-01' AS n, NULL AS k"
    )
    assert result.columns == ("chữ", "d", "l", "s", "n", "k")
    assert str(result.rows) == "[('số', Decimal('1.50'), [1, 2], {'a': 1}, datetime.date(2025, 7, 1), None)]"
    assert run_sql_apart(file, "FROM range(50)", max_rows=10).truncated


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELEC 1", "no valid SQL"),
        ("DELETE FROM core.journal", "read-only"),
        ("SELECT 1; SELECT 2", "one SELECT"),
        ("SET memory_limit = '64GB'", "read-only"),
        ("INSTALL httpfs", "read-only"),
        ("COPY (SELECT 1) TO 'x.csv'", "read-only"),
        ("ATTACH 'x.duckdb'", "read-only"),
        ("SELECT * FROM read_text('/etc/hostname')", "no access"),
        ("SELECT * FROM read_csv('https://example.org/a.csv')", "no access"),
        ("SELECT * FROM glob('*')", "no access"),
        ("SELECT * FROM '/etc/hostname'", "does not exist"),
        ("SELECT * FROM figure", "does not exist"),
    ],
)
def test_what_may_not_be(file: Path, sql: str, said: str) -> None:
    with pytest.raises(SqlError, match=said) as told:
        run_sql_apart(file, sql)
    assert "\n" not in str(told.value)


@pytest.mark.slow
@pytest.mark.parametrize(
    "sql",
    [
        "SELECT count(*) FROM range(1000000000) a, range(100000) b WHERE a.range * b.range % 7 = 3",
        "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT max(n) FROM t",
        "SELECT repeat('x', 700000000)",  # one call that looks at no clock
    ],
)
def test_time_is_limited(file: Path, sql: str) -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    with pytest.raises(SqlError, match=r"stopped after 1 s|more memory"):
        run_sql_apart(file, sql, timeout_s=1)
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before < 8 * (os.cpu_count() or 1)


@pytest.mark.slow
@pytest.mark.parametrize(
    "sql", ["SELECT repeat('x', 3000000000)", "SELECT list(a.range::VARCHAR || repeat('x', 1000)) FROM range(100000000) a"]
)
def test_memory_is_limited_also_where_the_database_does_not_count(file: Path, sql: str) -> None:
    with pytest.raises(SqlError, match="more memory"):
        run_sql_apart(file, sql, timeout_s=60, memory_mb=256)


@pytest.mark.parametrize("seconds", [0, -1, 1e9, float("nan")])
def test_a_time_that_is_none(file: Path, seconds: float) -> None:
    with pytest.raises(UsageError, match="--timeout"):
        run_sql_apart(file, "SELECT 1", timeout_s=seconds)


@pytest.mark.slow
def test_it_can_be_interrupted(home: Home) -> None:
    query = "SELECT count(*) FROM range(1000000000) a, range(1000000) b WHERE a.range * b.range % 7 = 3"
    asked = ["sql", query, "--timeout", "3600", "--home", str(home.path)]
    command = [sys.executable, "-c", "from r57monitor.cli.app import main; main()", *asked]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True)
    wait_until(lambda: any(processor_seconds(child.pid) > 1 for child in descendants_of(process.pid)))  # it has begun to count
    os.killpg(process.pid, signal.SIGINT)  # as Ctrl-C does: to the whole group
    _, errors = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130
    assert "Traceback" not in errors


def test_the_command(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    for args, code, said in (
        (("SELECT count(*) AS n FROM figures", "--json"), 0, '{"n": '),
        (("SELECT 1", "--timeout", "0"), 2, "--timeout 0"),
        (("DROP VIEW figures",), 2, "read-only"),
    ):
        with pytest.raises(SystemExit) as ended:
            cli.main(["sql", *args, "--home", str(home.path)])
        told = capsys.readouterr()
        assert (ended.value.code or 0) == code
        assert said in (told.out if code == 0 else told.err)
