"""An earlier snapshot on the command line: its own rows, its own digest, and a word where the rules are others."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from tests.command import copy_home
from tests.rows import DAY, make_cycle, make_document, make_source
from tests.test_asof import store
from tests.test_cli import run
from tests.test_publish import tell
from warehouse.home import Home
from warehouse.publish import publish


@pytest.fixture(scope="module")
def _home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Snapshot 1 knows one article; snapshot 2 another with a higher value, a week later."""
    made = Home(tmp_path_factory.mktemp("past") / "home")
    made.prepare()
    cycles = [make_cycle("bao-thu", DAY + timedelta(days=n), DAY + timedelta(days=n, hours=1)) for n in range(12)]
    store(made, [tell(1, 300, documents=[make_document("41/KH-UBND")])], [e for c in cycles[:2] for e in c], [make_source()])
    store(made, [tell(2, 350, 8)], [e for c in cycles[2:] for e in c], [make_source()])
    return made.path


@pytest.fixture
def home(_home: Path, tmp_path: Path) -> Home:
    return copy_home(_home, tmp_path)


def rows(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[list[dict[str, object]], str]:
    assert run(*args, "--json") == 0
    said = capsys.readouterr()
    return [json.loads(line) for line in said.out.splitlines()], said.err


def test_tables_as_they_stood(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    here = ("--home", str(home.path))
    assert [r["value"] for r in rows(capsys, "figures", *here)[0]] == [350, 300]
    then, err = rows(capsys, "figures", "--snapshot", "1", *here)
    assert [r["value"] for r in then] == [300]
    assert err == ""
    assert len(rows(capsys, "articles", "--snapshot", "1", *here)[0]) == 1
    assert len(rows(capsys, "coverage", "--snapshot", "1", *here)[0]) < len(rows(capsys, "coverage", *here)[0])
    assert rows(capsys, "targets", "--snapshot", "1", *here)[0] == []
    assert [r["number"] for r in rows(capsys, "documents", "--snapshot", "1", *here)[0]] == ["41/KH-UBND"]


def test_the_chain_of_documents(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    (row,) = rows(capsys, "documents", "--chain", "--home", str(home.path))[0]
    assert (row["number"], row["act"], row["replaces"], row["province_now"]) == ("41/KH-UBND", "issued", [], "Lào Cai")
    assert run("documents", "--chain", "--home", str(home.path)) == 0
    assert "replaced_by" in capsys.readouterr().out


def test_a_snapshot_there_is_none_of(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("figures", "digest"):
        assert run(command, "--snapshot", "9", "--home", str(home.path)) == 2
        assert "there is no snapshot 9" in capsys.readouterr().err


def test_other_rules_are_said(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    with duckdb.connect(str(home.warehouse)) as con:
        con.execute("INSERT OR REPLACE INTO core.meta VALUES ('rules_version', 'other-rules')")
    with home.lock("test"):
        publish(home)
    assert "with rules other-rules: its rows may differ" in rows(capsys, "figures", "--snapshot", "1", "--home", str(home.path))[1]
    assert rows(capsys, "figures", "--snapshot", "3", "--home", str(home.path))[1] == ""


def test_a_digest_of_then_does_not_replace_that_of_now(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    asked = (
        "digest",
        "--from",
        f"{DAY:%Y-%m-%d}",
        "--to",
        f"{DAY + timedelta(days=9):%Y-%m-%d}",
        "--format",
        "json",
        "--home",
        str(home.path),
    )
    assert run(*asked) == 0
    (now,) = capsys.readouterr().out.split()
    body = Path(now).read_bytes()
    assert run(*asked, "--snapshot", "1") == 0
    (then,) = capsys.readouterr().out.split()
    assert Path(then) == home.digests / "snapshot-1" / Path(now).name
    assert Path(now).read_bytes() == body
    models = [json.loads(Path(p).read_bytes()) for p in (now, then)]
    assert [m["method"]["snapshot"] for m in models] == [2, 1]
    assert [len(m["items"]) for m in models] == [2, 1]
