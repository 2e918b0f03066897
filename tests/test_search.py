"""The search line: what it means, and that index and texts give the same answer through edits, withdrawals, faults and swaps."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from r57monitor.cli.app import app
from r57monitor.text.search_words import Term, parse_search
from tests.sample_home import make_home
from warehouse import queries
from warehouse.db import connect_for_writing
from warehouse.home import Home
from warehouse.publish import publish
from warehouse.queries import Filters, Reader
from warehouse.queries.searching import open_index
from warehouse.search_index import DAY_SHIFT, forget_index, index_path

EVERY = Filters(relevant_only=False)
QUERIES = (
    "chuyen doi so", '"chuyển đổi số"', '"chuyển đổi số" -"hội nghị"', "-trạm", "tram*", "57-NQ/TW", "“nghị quyết” -5G", "dich vu cong",
    "TRẠM 5G", '-"chuyển đổi" -trạm', "khongcochunay", '"tram', "ty le*",
)  # fmt: skip


@pytest.mark.parametrize(
    ("query", "terms"),
    [
        ("Chuyển đổi", (Term(("chuyen",)), Term(("doi",)))),
        ('"chuyển đổi số" đất', (Term(("chuyen", "doi", "so")), Term(("dat",)))),
        ("“chuyển đổi”", (Term(("chuyen", "doi")),)),
        ('"chưa đóng', (Term(("chua", "dong")),)),
        ('-họp -"hội nghị"', (Term(("hop",), is_excluded=True), Term(("hoi", "nghi"), is_excluded=True))),
        ("57-NQ/TW", (Term(("57", "nq", "tw")),)),
        ("số - liệu", (Term(("so",)), Term(("lieu",)))),
        ("trạm*", (Term(("tram",), is_prefix=True),)),
        ("a OR b", (Term(("a",)), Term(("or",)), Term(("b",)))),
        ('"" - * ( ) \' ;', ()),
        ("", ()),
    ],
)
def test_a_query_is_words_phrases_and_what_to_leave_out(query: str, terms: tuple[Term, ...]) -> None:
    assert parse_search(query) == terms


@given(st.text(max_size=80))
def test_any_line_is_a_query(query: str) -> None:
    for term in parse_search(query):
        assert term.words
        assert all(word.isalnum() for word in term.words)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return make_home(tmp_path_factory.mktemp("search") / "home")


@pytest.fixture
def home(sample: Home, tmp_path: Path) -> Home:
    shutil.copytree(sample.path, tmp_path / "home", symlinks=True)
    return Home(tmp_path / "home")


@pytest.fixture
def reader(sample: Home) -> Iterator[Reader]:
    with queries.open_published(sample) as opened:
        yield opened


def _ids(reader: Reader, query: str, filters: Filters = EVERY, limit: int = 1000) -> list[str]:
    return [row["article_id"] for row in queries.search_articles(reader, query, filters, limit)]


@pytest.mark.parametrize("query", QUERIES)
def test_index_and_texts_find_the_same(home: Home, query: str) -> None:
    week, originals = Filters(week="2025-W28"), Filters(originals_only=True)
    with queries.open_published(home) as reader:
        index = open_index(reader)
        assert index is not None
        index.close()
        by_index = [
            _ids(reader, query),
            _ids(reader, query, limit=7),
            _ids(reader, query, week),
            _ids(reader, query, originals),
        ]
        page = [row["article_id"] for row in queries.articles(reader, replace(EVERY, text=query))]
        later = [row["article_id"] for row in queries.articles(reader, replace(EVERY, text=query), limit=5, offset=3)]
        forget_index(home)
        by_text = [
            _ids(reader, query),
            _ids(reader, query, limit=7),
            _ids(reader, query, week),
            _ids(reader, query, originals),
        ]
    assert by_index == by_text
    assert page == by_index[0]
    assert later == page[3:8]
    assert by_index[1] == by_index[0][:7]


def test_accents_do_not_matter_and_the_newest_come_first(reader: Reader) -> None:
    rows = queries.search_articles(reader, '"chuyen doi so"', limit=1000)
    assert len(rows) > 10
    assert _ids(reader, '"CHUYỂN đổi số"') == [r["article_id"] for r in rows]
    told = [r["published_at"] or r["first_seen_at"] for r in rows]
    assert told == sorted(told, reverse=True)
    assert all("chuyển đổi số" in (r["title"] + " " + r["text"]).lower().replace("\n", " ") for r in rows)
    left = set(_ids(reader, '"chuyển đổi số" -"hội nghị"'))
    assert left == {r["article_id"] for r in rows} - set(_ids(reader, '"hội nghị"'))
    assert len(left) < len(rows)


def test_hostile_syntax_is_only_words(reader: Reader) -> None:
    @settings(deadline=None, max_examples=60)
    @given(st.text(alphabet="ab1\"*-:()^+{}'%_;\\ \x00NEAROT", max_size=25))
    def check(query: str) -> None:
        assert set(_ids(reader, query, limit=3)) <= set(_ids(reader, query))

    check()


def test_a_file_that_is_no_index_costs_no_answer(home: Home) -> None:
    path = index_path(home.path)
    with queries.open_published(home) as reader:
        expected = _ids(reader, "trạm")
        for broken in (b"", b"not a database at all " * 400, path.read_bytes()[:5000]):
            path.write_bytes(broken)
            assert _ids(reader, "trạm") == expected
        path.unlink()
        path.mkdir()
        assert _ids(reader, "trạm") == expected


def _publish(home: Home) -> None:
    with home.lock("test"):
        publish(home)


def _rowids(home: Home) -> dict[str, int]:
    with sqlite3.connect(index_path(home.path)) as index:
        return dict(index.execute("SELECT article_id, row FROM articles").fetchall())


def _check(home: Home) -> None:
    """The index agrees with the texts, and its own check finds nothing."""
    with queries.open_published(home) as reader:
        assert open_index(reader) is not None
        found = [_ids(reader, query) for query in QUERIES]
        count = reader.rows("SELECT count(*) AS n FROM main.articles")[0]["n"]
    assert len(_rowids(home)) == count
    path = index_path(home.path)
    aside = path.rename(path.with_suffix(".aside"))
    with queries.open_published(home) as reader:
        assert found == [_ids(reader, query) for query in QUERIES]
    aside.rename(path)


def test_an_edited_article_is_found_by_its_new_words_only(home: Home) -> None:
    before = _rowids(home)
    con = connect_for_writing(home.warehouse)
    article_id = con.execute("SELECT article_id FROM derived.articles WHERE is_relevant ORDER BY article_id LIMIT 1").fetchall()[0][0]
    con.execute(
        """INSERT INTO core.texts SELECT * REPLACE ('edited' AS text_hash, 'Một câu hoàn toàn khác' AS text,
           'mot cau hoantoankhac' AS folded)
           FROM core.texts WHERE article_id = ? LIMIT 1""", [article_id])  # fmt: skip
    con.execute(
        """INSERT INTO core.fetches BY NAME SELECT * REPLACE ('later' AS fetch_id, fetched_at + INTERVAL 1 DAY AS fetched_at,
           NULL AS stored_in)
           FROM core.fetches WHERE fetch_id = (SELECT min(fetch_id) FROM core.readings WHERE article_id = ?)""", [article_id])  # fmt: skip
    con.execute(
        """INSERT INTO core.readings BY NAME SELECT * REPLACE ('later' AS fetch_id, 'edited' AS text_hash)
           FROM core.readings WHERE article_id = ? LIMIT 1""", [article_id])  # fmt: skip
    con.close()
    with queries.open_published(home) as old:
        words = old.rows("SELECT folded FROM core.texts WHERE article_id = ?", [article_id])[0]["folded"]
        phrase = '"' + " ".join(words.split()[2:9]) + '"'
        assert article_id in _ids(old, phrase)
        _publish(home)
        assert article_id in _ids(old, phrase)  # this reader still holds the older snapshot
    with queries.open_published(home) as new:
        assert _ids(new, "hoantoankhac") == [article_id]
        assert article_id not in _ids(new, phrase)
    after = _rowids(home)
    assert {key: row for key, row in after.items() if key != article_id} == {key: row for key, row in before.items() if key != article_id}
    _check(home)


def test_a_publish_that_brings_nothing_keeps_the_index(home: Home) -> None:
    before = _rowids(home)
    _publish(home)
    assert _rowids(home) == before
    _check(home)


def test_an_index_that_missed_publishes_catches_up(home: Home) -> None:
    path = index_path(home.path)
    old = path.read_bytes()
    con = connect_for_writing(home.warehouse)
    gone = con.execute("SELECT article_id FROM derived.articles ORDER BY article_id LIMIT 3").fetchall()
    con.execute("DELETE FROM core.readings WHERE article_id IN (SELECT unnest(?::VARCHAR[]))", [[i for (i,) in gone]])
    con.execute("DROP SCHEMA derived CASCADE")
    con.close()
    for _ in range(2):
        _publish(home)
    path.write_bytes(old)  # as a copied home might bring it
    _publish(home)
    assert not set(_rowids(home)) & {i for (i,) in gone}
    _check(home)


def test_old_words_that_are_gone_make_a_new_index(home: Home) -> None:
    con = connect_for_writing(home.warehouse)
    con.execute("UPDATE core.texts SET folded = folded || ' thembot' WHERE article_id = (SELECT min(article_id) FROM derived.articles)")
    con.execute("DROP SCHEMA derived CASCADE")
    con.close()
    _publish(home)
    with queries.open_published(home) as reader:
        assert len(_ids(reader, "thembot")) == 1
    _check(home)


def test_rows_lie_by_day(sample: Home) -> None:
    with sqlite3.connect(index_path(sample.path)) as index:
        for row, instant in index.execute("SELECT row, instant FROM articles"):
            assert row >> DAY_SHIFT == instant // 86_400


def test_the_command_searches_rebuilds_and_asks_for_words(home: Home) -> None:
    runner = CliRunner()
    forget_index(home)
    made = runner.invoke(app, ["search", "--rebuild", "--home", str(home.path)])
    assert made.exit_code == 0, made.output
    assert "articles" in made.stderr
    _check(home)
    found = runner.invoke(app, ["search", '"chuyen doi so"', "--json", "--home", str(home.path)])
    assert found.exit_code == 0
    with queries.open_published(home) as reader:
        assert found.stdout.count("\n") == len(_ids(reader, '"chuyển đổi số"', limit=50))
    for query in ("***", '""'):
        with pytest.raises(Exception, match="at least one word"):
            runner.invoke(app, ["search", query, "--home", str(home.path)], catch_exceptions=False)


def test_a_publish_goes_on_where_the_index_cannot_be_made(
    home: Home, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    forget_index(home)

    def refuse(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("no such module: fts5")

    monkeypatch.setattr(sqlite3, "connect", refuse)
    _publish(home)
    assert "fts5" in caplog.text
    monkeypatch.undo()
    with queries.open_published(home) as reader:
        assert open_index(reader) is None
        assert _ids(reader, "trạm")
