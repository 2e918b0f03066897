"""Readers: every question on a filled and on an empty home, every filter, and users' SQL under lock and key."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from r57monitor.digest.model import Period
from r57monitor.errors import HomeError, UsageError
from tests.sample_home import make_home
from warehouse import queries
from warehouse.home import Home
from warehouse.publish import ensure_published
from warehouse.queries import Filters, Reader, digest, open_published, run_sql
from warehouse.queries.digest import read_digest_rows
from warehouse.queries.reader import SqlError

FILTERED = [
    queries.figures, queries.newest_figures, queries.state_counts, queries.articles, queries.targets, queries.documents,
    queries.document_chain,
    queries.coverage_by_week, queries.province_summary, queries.week_summary, queries.clusters, queries.source_health,
    queries.source_summary, queries.flags,
]  # fmt: skip
PLAIN = [
    queries.sources, queries.provinces, queries.metrics, queries.reviews, queries.quality, queries.weeks, queries.snapshot,
    queries.snapshots,
]  # fmt: skip
EVERYTHING = Filters(
    provinces=("Lào Cai", "vn34-40"), metrics=("bts_5g_stations",), pillars=(3,), kinds=("result",), states=("new",),
    sources=("cong-lao-cai",), week="2025-W30", originals_only=True, text="trạm 5G",
)  # fmt: skip


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return make_home(tmp_path_factory.mktemp("home"))


@pytest.fixture
def reader(sample: Home) -> Any:
    with open_published(sample) as reader:
        yield reader


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("blank"))
    ensure_published(home)
    return home


@pytest.fixture
def empty(blank: Home) -> Any:
    with open_published(blank) as reader:
        yield reader


@pytest.mark.parametrize("question", FILTERED, ids=lambda q: q.__name__)
@pytest.mark.parametrize("filters", [Filters(), EVERYTHING], ids=["nothing", "everything"])
def test_questions_with_filters(question: Callable[[Reader, Filters], Any], filters: Filters, reader: Reader, empty: Reader) -> None:
    question(empty, filters)
    answer = question(reader, filters)
    if filters == Filters() and question is not queries.flags:  # the practice articles add up
        assert answer


@pytest.mark.parametrize("question", PLAIN, ids=lambda q: q.__name__)
def test_questions_without_filters(question: Callable[[Reader], Any], reader: Reader, empty: Reader) -> None:
    question(empty)
    assert question(reader) or question in {queries.reviews, queries.quality}


def test_filters_of_figures(reader: Reader) -> None:
    every = queries.figures(reader)
    assert len(every) == sum(queries.state_counts(reader).values())
    assert {f["state"] for f in queries.newest_figures(reader)} <= set(queries.NEWLY_REPORTED)
    for asked in (Filters(), Filters(kinds=("result", "target"), provinces=("Lào Cai",)), Filters(states=("conflict",))):
        assert queries.count_newest(reader, asked) == len(queries.newest_figures(reader, asked))
    for filters, test in (
        (Filters(provinces=("Lào Cai",)), lambda f: "Lào Cai" in (f["province"], f["province_now"])),
        (Filters(provinces=("lào cai",)), lambda f: "Lào Cai" in (f["province"], f["province_now"])),
        (Filters(metrics=("bts_5g_stations",)), lambda f: f["metric_id"] == "bts_5g_stations"),
        (Filters(kinds=("target",)), lambda f: f["kind"] == "target"),
        (Filters(sources=("bao-nghe-an",)), lambda f: f["source_id"] == "bao-nghe-an"),
        (Filters(originals_only=True), lambda f: f["is_original"]),
        (Filters(text="tram 5g"), lambda f: "trạm" in f["sentence"].lower()),
        (Filters(date_from=date(2025, 7, 1)), lambda f: f["published_at"].date() >= date(2025, 6, 30)),
    ):
        chosen = queries.figures(reader, filters)
        assert chosen, filters
        assert len(chosen) < len(every), filters
        assert all(test(f) for f in chosen), filters


def test_compared_figures_show_what_they_were_compared_with(reader: Reader) -> None:
    compared = queries.figures(reader, Filters(states=("higher", "lower", "restated", "conflict", "target_moved")))
    assert compared
    assert all(f["against_figure_id"] and f["value_before"] is not None for f in compared)
    assert all(f["value"] > f["value_before"] for f in compared if f["state"] == "higher")
    for figure in compared:
        history = queries.figure_history(reader, figure["series_id"])
        assert figure["figure_id"] in {h["figure_id"] for h in history}
        assert [h["reported_at"] for h in history] == sorted(h["reported_at"] for h in history)


def test_weeks_partition_the_articles(reader: Reader) -> None:
    dated = [a for a in queries.articles(reader) if a["published_at"]]
    by_week = [queries.articles(reader, Filters(week=week)) for week in queries.weeks(reader)]
    assert sum(map(len, by_week)) == len(dated)
    assert queries.week_summary(reader)["articles"] == len(queries.articles(reader))
    with pytest.raises(UsageError, match="2025-W40"):
        queries.articles(reader, Filters(week="tuần 40"))


def test_search_ignores_accents(reader: Reader) -> None:
    found = queries.search_articles(reader, "chuyển đổi số")
    assert found
    assert [a["article_id"] for a in found] == [a["article_id"] for a in queries.search_articles(reader, "CHUYEN doi so")]
    assert queries.search_articles(reader, "không-có-chữ-này-đâu") == []


def test_one_article_its_figures_and_its_copies(reader: Reader) -> None:
    copied = queries.clusters(reader)[0]
    members = queries.cluster_articles(reader, copied["cluster_id"])
    assert len(members) == copied["articles"]
    assert [m["is_original"] for m in members] == [True] + [False] * (len(members) - 1)
    article = queries.article(reader, members[0]["article_id"])
    assert article is not None
    for figure in queries.article_figures(reader, article["article_id"]):
        assert article["text"][figure["start_char"] : figure["end_char"]] == figure["mention"]
    assert queries.article(reader, "nothing") is None


def test_provinces_and_coverage_are_of_todays_map(reader: Reader) -> None:
    assert len(queries.provinces(reader)) == len(queries.province_summary(reader)) == 34
    weeks = queries.weeks(reader)
    assert len(queries.coverage_by_week(reader)) == 34 * len(weeks)
    assert len(queries.coverage_by_week(reader, Filters(week=weeks[0]))) == 34


def test_no_published_file_names_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(HomeError, match="r57 crawl"):
        open_published(Home(tmp_path))
    (tmp_path / "published-1.duckdb").write_bytes(b"nothing" * 999)
    (tmp_path / "published.duckdb").symlink_to("published-1.duckdb")
    with pytest.raises(HomeError, match="r57 publish"):
        open_published(Home(tmp_path))


def test_sql(reader: Reader) -> None:
    result = run_sql(reader, "SELECT count(*) AS n, 'số' AS chữ FROM figures;")
    assert result.columns == ("n", "chữ")
    assert result.rows[0][0] > 0
    assert run_sql(reader, "SELECT * FROM range(50)", max_rows=10).truncated
    assert len(run_sql(reader, "SELECT * FROM range(10)", max_rows=10).rows) == 10
    assert run_sql(reader, "SHOW TABLES").rows


@pytest.mark.parametrize(
    "sql",
    [
        "", "   ", "SELEC 1", "SELECT 1; SELECT 2", "SELECT * FROM nowhere", "SELECT nothing FROM figures", "DROP VIEW figures",
        "DELETE FROM core.fetches", "CREATE TABLE t (a INT)", "SET memory_limit = '9GB'", "RESET lock_configuration",
        "ATTACH '/tmp/other.duckdb'", "COPY (SELECT 1) TO '/tmp/r57-never.csv'", "EXPORT DATABASE '/tmp/r57-never'", "INSTALL httpfs",
        "LOAD '/tmp/x.duckdb_extension'", "PRAGMA memory_limit = '9GB'", "CALL pragma_version()",
        "SELECT * FROM read_text('/etc/hostname')", "SELECT * FROM read_csv_auto('/etc/hostname')", "SELECT * FROM glob('/*')",
        "SELECT * FROM read_blob('/etc/hostname')", "SELECT * FROM '/etc/hostname'", "SELECT * FROM 'https://example.org/x.parquet'",
        "SELECT * FROM sniff_csv('/etc/hostname')", "SELECT getenv('HOME')",
    ],
)  # fmt: skip
def test_sql_that_is_refused_in_one_line(sql: str, reader: Reader) -> None:
    with pytest.raises(SqlError) as error:
        run_sql(reader, sql)
    assert "\n" not in str(error.value)
    assert not Path("/tmp/r57-never.csv").exists()


def test_sql_leaves_no_thread_that_holds_the_file(reader: Reader) -> None:
    before = set(threading.enumerate())
    for _ in range(20):
        run_sql(reader, "SELECT count(*) FROM articles")
        assert set(threading.enumerate()) <= before  # one that is left when Python ends makes DuckDB abort the process


def test_sql_is_stopped(reader: Reader) -> None:
    with pytest.raises(SqlError, match=r"stopped after 0\.5 s"):
        run_sql(reader, "SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range * b.range % 7 = 3", timeout_s=0.5)
    with pytest.raises(SqlError, match="memory"):
        run_sql(reader, "SELECT list(a.range::VARCHAR || repeat('x', 1000)) FROM range(100000000) a")
    assert run_sql(reader, "SELECT 1").rows == [(1,)]


def test_python_variables_are_no_tables(reader: Reader) -> None:
    secret = [{"a": 1}]
    with pytest.raises(SqlError):
        run_sql(reader, "SELECT * FROM secret")
    assert secret


def test_several_threads_read_one_file(reader: Reader) -> None:
    counts: list[int] = []
    threads = [threading.Thread(target=lambda: counts.append(len(queries.figures(reader)))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(counts)) == 1
    assert len(counts) == 4


def test_a_digest_asked_for_in_parts_is_the_same(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    year = Period(date(2025, 1, 1), date(2025, 12, 31))
    whole = read_digest_rows(reader, year)
    monkeypatch.setattr(digest, "_AT_A_TIME", 2)
    parts = read_digest_rows(reader, year)
    assert len(whole.articles) > 10
    assert any(row["against_article_id"] for row in whole.figures)
    assert (parts.figures, parts.texts, parts.proofs) == (whole.figures, whole.texts, whole.proofs)


def test_the_newest_week_with_an_article(reader: Reader) -> None:
    """The overview begins there: on a Monday morning the newest week has nothing yet."""
    reported = [row["week"] for row in queries.coverage_by_week(reader) if row["state"] == "reported"]
    assert queries.newest_reported_week(reader) == max(reported)
