"""The copy without texts: every view still answers, and no text is in the file."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from tests.command import run
from tests.sample_home import make_home
from warehouse.home import Home
from warehouse.journal import Journal
from warehouse.queries import figures, open_file, open_published
from warehouse.reviewing import review_figure

LONGEST_QUOTE = 1_500  # characters of one cell: a sentence may be long, a text is longer


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    made = make_home(tmp_path_factory.mktemp("export") / "home")
    with open_published(made) as reader:
        figure = reader.rows("SELECT figure_id FROM figures ORDER BY figure_id")[0]
        review_figure(reader, Journal(made.journal), figure["figure_id"], "accept", by="Hà")
    assert run("publish", "--home", str(made.path)) == 0
    return made


def test_no_text_anywhere(home: Home, tmp_path: Path) -> None:
    out = tmp_path / "copy.duckdb"
    assert run("export", "--no-text", "--out", str(out), "--home", str(home.path)) == 0
    with open_published(home) as reader:
        texts = [r["text"] for r in reader.rows("SELECT text FROM article_versions")]
        quoted = " ".join(r["q"] for r in reader.rows("SELECT sentence AS q FROM figures_all UNION ALL SELECT title FROM articles"))
        views = [r["view_name"] for r in reader.rows("SELECT view_name FROM duckdb_views() WHERE NOT internal AND schema_name = 'main'")]
        wanted = {view: reader.rows(f"SELECT count(*) AS n FROM {view}") for view in views}
        same = figures(reader, limit=50)
    unquoted = [s.strip() for text in texts for s in re.split(r"[.\n]", text) if len(s.strip()) > 60 and s.strip() not in quoted]
    assert len(unquoted) > 200
    con = duckdb.connect(str(out), read_only=True)
    cells: list[str] = []
    for schema, table in con.execute("SELECT schema_name, table_name FROM duckdb_tables()").fetchall():
        for row in con.execute(f'SELECT * FROM {schema}."{table}"').fetchall():
            cells += [str(cell) for cell in row if isinstance(cell, str | list)]
    con.close()
    assert max(map(len, cells)) < LONGEST_QUOTE
    everything = "\n".join(cells)
    assert not [s for s in unquoted if s in everything]
    raw = out.read_bytes()
    assert not [s for s in unquoted if s.encode() in raw]
    with open_file(out) as reader:
        assert {view: reader.rows(f"SELECT count(*) AS n FROM {view}") for view in views} == wanted
        assert figures(reader, limit=50) == same
        assert reader.rows("SELECT DISTINCT text, text_restored FROM articles") == [{"text": None, "text_restored": None}]
        assert reader.rows("SELECT DISTINCT text FROM article_versions") == [{"text": None}]
    assert not list(tmp_path.glob(".copy*"))


def test_what_cannot_be_is_said(home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "copy.duckdb"
    out.write_bytes(b"x")
    assert run("export", "--no-text", "--out", str(out), "--home", str(home.path)) == 2
    assert "exists already" in capsys.readouterr().err
    assert run("export", "--home", str(home.path)) == 2
    assert "--no-text" in capsys.readouterr().err
    assert run("export", "--no-text", "--out", "/proc/none/copy.duckdb", "--home", str(home.path)) == 2
    assert "/proc/none/copy.duckdb" in capsys.readouterr().err
