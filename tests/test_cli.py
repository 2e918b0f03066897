"""The command line: help with an example everywhere, errors in one line with the right exit code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from r57monitor.cli import app as cli
from tests.command import run
from tests.sample_home import make_home

README = Path(__file__).resolve().parent.parent / "README.md"


def commands(group: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):  # Typer's groups are not Click's
            yield from commands(command, f"{prefix}{name} ")
        else:
            yield f"{prefix}{name}", command


ALL = dict(commands(typer.main.get_command(cli.app)))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cli") / "home"
    make_home(path)
    return path


@pytest.mark.parametrize("name", ALL)
def test_help_has_an_example(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*name.split(), "--help") == 0
    assert f"Example:  r57 {name}" in " ".join(capsys.readouterr().out.split("\n")).replace("\n", " ")


@pytest.mark.parametrize("name", ALL)
def test_readme_names_every_command(name: str) -> None:
    """Commands of a group may be told of on a page of their own."""
    assert f"r57 {name.split()[0]}" in README.read_text("utf-8")
    how_to = "".join(page.read_text("utf-8") for page in sorted((README.parent / "docs" / "how-to").glob("*.md")))
    assert f"r57 {name}" in README.read_text("utf-8") + how_to


def test_readme_names_no_command_that_is_not_there() -> None:
    named = re.findall(r"\br57 ([a-z]+)", README.read_text("utf-8"))
    known = {name.split()[0] for name in ALL}
    assert set(named) <= known


def bad_inputs(folder: Path) -> list[tuple[list[str], int, str]]:
    (folder / "empty").mkdir()
    (folder / "file").write_text("x", "utf-8")
    broken = folder / "broken.toml"
    broken.write_text('[[source]]\nid = "a"\nname = "x\n', "utf-8")
    lacking = folder / "lacking.toml"
    lacking.write_text('# a comment\n\n[[source]]\nid = "a-b"\nname = "x"\nkind = "newspaper"\n', "utf-8")
    home = str(folder / "home")
    return [
        (["extract", str(folder / "missing.html")], 2, "missing.html: no such file"),
        (["ingest", str(folder / "missing.txt"), "--home", home], 2, "missing.txt: no such file"),
        (["ingest", str(folder / "empty"), "--home", home], 1, "no document in it"),
        (["crawl", "--sources", str(broken), "--home", home], 2, "line 3"),
        (["crawl", "--sources", str(lacking), "--home", home], 2, 'line 3 (source "a-b"): the key "homepage" is missing'),
        (["crawl", "--sources", str(folder / "none.toml"), "--home", home], 2, "no such registry"),
        (["crawl", "nobody-knows-it", "--home", home], 2, 'there is no source "nobody-knows-it"'),
        (["publish", "--home", str(folder / "file" / "below")], 1, "--home DIR"),
        (["publish", "--home", str(folder / "file")], 2, "is a file"),
        (["figures", "--home", str(folder / "new")], 1, "new: name another home with --home DIR, or make it with `r57 crawl --home"),
        (["figures", "--home", str(folder / "empty")], 1, "nothing is published"),
        (["digest", "--week", "2025-W60", "--home", str(folder / "new")], 2, '"2025-W60" is no ISO week'),
        (["crawl", "--max-minutes", "0", "--home", home], 2, "--max-minutes"),
        (["replay", "--home", str(folder / "new")], 2, "there is no home"),
        (["figures", "--week", "2025-W60", "--home", home], 2, "no ISO week"),
        (["figures", "--from", "tomorrow", "--home", home], 2, "no day"),
        (["figures", "--province", "Hà Tây", "--home", home], 2, "no such province"),
        (["figures", "--province", "Tuyen-Quan", "--home", home], 2, "Did you mean Tuyên Quang?"),
        (["figures", "--province", "qqq", "--home", home], 2, "Write its name, such as 'Lào Cai'."),
        (["digest", "--province", "Nghe Am", "--home", home], 2, "write its name, such as Nghệ An"),
        (["figures", "--json", "--csv", "--home", home], 2, "exclude each other"),
        (["figures", "--state", "newer", "--home", home], 2, '--state "newer" is none of those there are. Did you mean baseline, conflict'),
        (["figures", "--kind", "goal", "--home", home], 2, "previous, result, target?"),
        (["coverage", "--limit", "0", "--home", home], 2, "--limit"),
        (["digest", "--week", "2025-W30", "--from", "2025-07-01", "--to", "2025-07-02", "--home", home], 2, "exclude each other"),
    ]


def test_bad_input_is_one_line_that_names_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for args, code, words in bad_inputs(tmp_path):
        assert run(*args) == code, args
        lines = [line for line in capsys.readouterr().err.splitlines() if not line.startswith("Home: ")]
        assert len(lines) == 1, (args, lines)
        assert lines[0].startswith("r57: ")
        assert words in lines[0], (args, lines)


def test_a_file_without_rights_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied", "/khoa/nhat-ky.log")

    monkeypatch.setattr("warehouse.queries.figures", refuse)
    assert run("figures", "--home", str(home)) == 1
    assert capsys.readouterr().err.startswith("r57: no permission for /khoa/nhat-ky.log. Change the rights")
    monkeypatch.setattr(Path, "exists", refuse)
    assert run("figures", "--home", "/khoa/home") == 1
    assert "cannot use the home /khoa/home: Permission denied. Choose another with --home DIR" in capsys.readouterr().err


def test_a_fault_is_told_without_a_traceback(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path) -> None:
    def fail(*_: object) -> None:
        raise ValueError("boom")

    monkeypatch.setattr("warehouse.queries.figures", fail)
    assert run("figures", "--home", str(home)) == 1
    err = capsys.readouterr().err
    assert "unexpected fault: ValueError: boom" in err
    assert "Traceback" not in err
    kept = Path(re.search(r"with the file (\S+)\.$", err.strip()).group(1))  # type: ignore[union-attr]
    assert "Traceback" in kept.read_text("utf-8")
    kept.unlink()


def test_home_before_or_after_the_command_and_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    outputs = []
    for args, environment in ((["--home", str(home), "status"], ""), (["status", "--home", str(home)], ""), (["status"], str(home))):
        monkeypatch.setenv("R57_HOME", environment)
        assert run(*args) == 0
        outputs.append(capsys.readouterr().out)
    assert outputs[0] == outputs[1] == outputs[2]
    assert str(home) in outputs[0]


TABLES = ["figures", "articles", "targets", "documents", "coverage", "search chuyen"]


@pytest.mark.parametrize("name", TABLES)
def test_tables_in_every_shape(name: str, capsys: pytest.CaptureFixture[str], home: Path) -> None:
    import csv
    import io
    import json

    assert run(*name.split(), "--home", str(home), "--json") == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert rows
    assert run(*name.split(), "--home", str(home), "--csv") == 0
    table = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [list(row) for row in table[:1]] == [list(row) for row in rows[:1]]
    assert len(table) == len(rows)
    assert run(*name.split(), "--home", str(home)) == 0
    assert f"{len(rows)} row" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["figures", "articles", "targets", "documents", "documents --chain", "coverage"])
def test_a_file_without_rows_has_the_same_columns(name: str, capsys: pytest.CaptureFixture[str], home: Path) -> None:
    assert run(*name.split(), "--csv", "--home", str(home)) == 0
    head, *rows = capsys.readouterr().out.splitlines()
    assert rows
    nothing = ["--week", "2019-W01"] if name == "coverage" else ["--to", "2001-01-01"]
    assert run(*name.split(), *nothing, "--csv", "--home", str(home)) == 0
    assert capsys.readouterr().out.splitlines() == [head]


def test_a_search_that_finds_nothing_has_the_columns_of_one_that_does(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    heads = []
    for words in ("5G", "khongcotunay"):
        assert run("search", words, "--csv", "--home", str(home)) == 0
        heads.append(capsys.readouterr().out.splitlines()[0])
    assert heads[0] == heads[1]
    assert "text" in heads[0].split(",")


@pytest.mark.parametrize("name", TABLES)
def test_tables_show_columns_that_are_there(name: str, monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    shown: list[tuple[list[str], list[str]]] = []
    for module in ("report", "search"):
        monkeypatch.setattr(f"r57monitor.cli.{module}.print_rows", lambda rows, columns, _: shown.append((list(rows[0]), list(columns))))
    assert run(*name.split(), "--home", str(home)) == 0
    there, columns = shown[0]
    assert set(columns) <= set(there)


def test_search_and_documents_are_narrowed_like_other_tables(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    import json

    def rows(*args: str) -> list[dict[str, Any]]:
        assert run(*args, "--limit", "1000", "--json", "--home", str(home)) == 0
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    found = rows("search", "chuyen doi so")
    here = rows("search", "chuyen doi so", "--province", "Lào Cai")
    assert here == [row for row in found if "Lào Cai" in (row["provinces"] or []) + (row["provinces_now"] or [])]
    assert 0 < len(here) < len(found)
    source = found[0]["source_id"]
    assert {row["source_id"] for row in rows("search", "chuyen doi so", "--source", source)} == {source}
    july = rows("search", "chuyen doi so", "--from", "2025-07-01", "--to", "2025-07-31")
    assert 0 < len(july) < len(found)
    assert {row["published_at"][:7] for row in july} <= {"2025-06", "2025-07"}  # stored in UTC
    documents = rows("documents")
    later = rows("documents", "--from", "2025-07-10")
    assert 0 < len(later) < len(documents)
    assert all(row["first_seen_at"] >= "2025-07-09T17" for row in later)


def test_coverage_may_be_cut(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    assert run("coverage", "--limit", "3", "--json", "--home", str(home)) == 0
    assert len(capsys.readouterr().out.splitlines()) == 3


@pytest.mark.parametrize(
    ("args", "near"),
    [
        (["figures", "--metric", "bts_5g_station"], "bts_5g_stations"),
        (["targets", "--metric", "dossiers_onlin_pct"], "dossiers_online_pct"),
        (["articles", "--source", "bao-nge-an"], "bao-nghe-an"),
    ],
)
def test_names_that_nobody_bears(args: list[str], near: str, capsys: pytest.CaptureFixture[str], home: Path) -> None:
    """An empty table would be taken for an answer."""
    assert run(*args, "--home", str(home)) == 2
    assert near in capsys.readouterr().err


def test_lists_are_shown_as_people_write_them(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    assert run("sql", "SELECT ['Lào Cai', 'Yên Bái'] AS a, []::VARCHAR[] AS b", "--home", str(home)) == 0
    out = capsys.readouterr().out
    assert "Lào Cai, Yên Bái" in out
    assert "[" not in out


def test_csv_cells_are_no_formulas(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    assert run("sql", "SELECT '=1+1' AS a, '+84' AS b, -3 AS c", "--csv", "--home", str(home)) == 0
    assert capsys.readouterr().out.splitlines()[1] == "'=1+1,'+84,-3"


def test_sql_reads_the_public_views_only(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    assert run("sql", "SELECT count(*) AS n FROM figures", "--json", "--home", str(home)) == 0
    assert re.fullmatch(r'\{"n": \d+\}\n', capsys.readouterr().out)
    for query in ("DROP VIEW figures", "SELECT * FROM read_csv('/etc/hostname')", "SELECT 1; SELECT 2", "COPY figures TO '/tmp/x.csv'"):
        assert run("sql", query, "--home", str(home)) == 2
        assert capsys.readouterr().err.startswith("r57: ")


def test_people_see_vietnam_time_and_programs_what_is_stored(capsys: pytest.CaptureFixture[str]) -> None:
    from datetime import UTC, datetime

    from r57monitor.cli.options import Shape, print_rows

    rows = [{"at": datetime(2025, 7, 1, 17, 30)}, {"at": datetime(2025, 7, 1, 17, 30, tzinfo=UTC)}]
    print_rows(rows, ["at"], Shape.TABLE)
    assert capsys.readouterr().out.count("02/07/2025 00:30") == 2
    print_rows(rows, ["at"], Shape.TABLE, as_stored=True)
    assert capsys.readouterr().out.count("01/07/2025 17:30") == 2
    print_rows(rows, ["at"], Shape.CSV)
    assert capsys.readouterr().out.count("2025-07-01T17:30:00") == 2
