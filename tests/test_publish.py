"""Publishing: what readers get, when they get it, and what keeps them on the old file."""

from __future__ import annotations

import os
import subprocess
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from r57monitor.errors import HomeError
from r57monitor.gazetteer import load_gazetteer
from r57monitor.models import Article
from r57monitor.text.documents import find_documents
from tests.rows import DAY, make_article, make_cycle, make_document, make_figure, make_mention, make_page, make_raw, make_source
from warehouse import derive as deriving
from warehouse import publish as publishing
from warehouse import stating
from warehouse.db import connect_for_writing
from warehouse.home import Home
from warehouse.publish import PublishError, check_expectations, clear_leftovers, ensure_published, expectations, publish
from warehouse.queries import Reader, open_published
from warehouse.writers import StoredPage, Warehouse

FILLER = "\n".join(f"Đoạn {n} kể chuyện thứ {n} của xã, không có gì trùng với bài nào khác ngoài số {n}." for n in range(30, 60))


def tell(number: int, value: int, day: float = 0, source_id: str = "bao-thu", **changes: Any) -> Article:
    """An article with one figure, in words of its own."""
    text = f"Đến nay, toàn tỉnh có {value} trạm phát sóng.\n" + " ".join(f"câu{number}x{n}" for n in range(60))
    figure = make_figure(text, f"{value} trạm", float(value), **changes.pop("figure", {}))
    when = DAY + timedelta(days=day)
    values: dict[str, Any] = {"published": when, "fetched_at": when + timedelta(hours=1), "source_id": source_id, "figures": [figure]}
    return make_article(f"https://{source_id}.vn/{number}.html", text, **(values | changes))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.prepare()
    return home


def fill(home: Home, articles: list[Article | StoredPage], journal: list[dict[str, Any]] | None = None, sources: Any = None) -> Reader:
    with home.lock("test"), Warehouse.open(home) as warehouse:
        warehouse.register_sources(
            sources or [make_source(), make_source("cong-thu", kind="portal"), make_source("gop", kind="aggregator")], load_gazetteer()
        )
        warehouse.store([a if isinstance(a, StoredPage) else make_page(a) for a in articles])
        warehouse.store_journal(
            journal if journal is not None else make_cycle("bao-thu", DAY - timedelta(days=30), DAY - timedelta(days=30))
        )
        publish(home)
    return open_published(home)


def column(reader: Reader, sql: str) -> list[Any]:
    return [next(iter(row.values())) for row in reader.rows(sql)]


def test_what_a_killed_publish_left_is_cleared(home: Home) -> None:
    gone = subprocess.Popen(["true"])
    gone.wait()
    for name in (f"publishing-{gone.pid}.duckdb", f"publishing-{gone.pid}.duckdb.wal", f"publishing-{os.getpid()}.duckdb"):
        (home.path / name).write_bytes(b"half a file")
    (home.path / f"published-link-{gone.pid}").symlink_to("published-9.duckdb")
    living = home.path / f"publishing-{os.getppid()}.duckdb"
    living.write_bytes(b"somebody else's")
    clear_leftovers(home)
    path = ensure_published(home)
    assert set(home.path.glob("publish*")) == {living, home.published, path}


def test_a_home_that_cannot_be_written_is_named_in_one_line(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(home, [tell(1, 5)]).close()
    before = home.resolve_published()

    def fail(*given: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(publishing, "_swap_in", fail)
    with pytest.raises(HomeError, match=r"No space left on device.*r57 publish"):
        publish(home)
    assert home.resolve_published() == before


def test_a_new_home_gets_an_empty_file(home: Home) -> None:
    path = ensure_published(home)
    assert path.name == "published-1.duckdb"
    assert ensure_published(home) == path
    assert not home.warehouse.exists()
    with open_published(home) as reader:
        assert column(reader, "SELECT count(*) FROM articles") == [0]
        assert column(reader, "SELECT count(*) FROM coverage") == [0]


def test_numbers_grow_links_are_relative_and_three_files_stay(home: Home) -> None:
    ensure_published(home)
    with home.lock("test"):
        numbers = [publish(home).number for _ in range(4)]
    assert numbers == [2, 3, 4, 5]
    assert os.readlink(home.published) == "published-5.duckdb"
    assert [n for n, _ in home.published_files()] == [3, 4, 5]
    assert [p.name for p in home.path.glob("publishing*")] == []
    for _, file in home.published_files():
        file.unlink()
    home.published.unlink()
    with home.lock("test"):
        assert publish(home).number == 6


def test_readers_keep_their_file_and_the_writer_stays_open(home: Home) -> None:
    with fill(home, [tell(1, 300)]) as old:
        with home.lock("test"), Warehouse.open(home) as warehouse:
            warehouse.store([make_page(tell(2, 310, 1))])
            for _ in range(4):
                publish(home)
            warehouse.store([make_page(tell(3, 320, 2))])
        assert not old.path.exists()
        assert column(old, "SELECT count(*) FROM articles") == [1]
    with open_published(home) as new:
        assert column(new, "SELECT count(*) FROM articles") == [2]


def test_provinces_and_metrics_stay_as_long_as_the_rules_do(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(home, [tell(1, 300)]).close()
    made, make = list[object](), deriving._province_rows

    def count(gazetteer: Any) -> Any:
        made.append(gazetteer)
        return make(gazetteer)

    monkeypatch.setattr(deriving, "_province_rows", count)
    with home.lock("test"):
        publish(home)
        assert made == []
        with open_published(home) as reader:
            assert column(reader, "SELECT count(*) FROM provinces")[0] > 60
            assert column(reader, "SELECT count(*) FROM metrics")[0] > 60
        monkeypatch.setattr(deriving, "name_rules", lambda knowledge: "others")
        publish(home)
    assert len(made) == 1


def test_a_broken_expectation_keeps_the_old_file(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(home, [tell(1, 300)]).close()
    before = os.readlink(home.published)
    monkeypatch.setattr(publishing, "expectations", lambda: [("nothing is there", "SELECT article_id FROM main.articles")])
    with home.lock("test"), pytest.raises(PublishError, match="nothing is there"):
        publish(home)
    assert os.readlink(home.published) == before
    assert list(home.path.glob("publishing*")) == []


def test_working_everything_out_anew_begins_again_after_a_fault(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is committed step by step, so that what is half-done is in the writer's file; neither readers nor the next publish take it."""
    shown = "SELECT figure_id || state || series_id FROM main.figures ORDER BY ALL"
    with fill(home, [tell(1, 300), tell(2, 400, day=3), tell(3, 300, day=5)]) as reader:
        expected, before = column(reader, shown), os.readlink(home.published)
    assert len(expected) == 3
    monkeypatch.setattr(deriving, "name_rules", lambda knowledge: "others")

    def break_off(*args: object) -> None:
        raise duckdb.IOException("the disk went away")

    with monkeypatch.context() as patch, home.lock("test"):
        patch.setattr(stating, "_renew_targets", break_off)
        with pytest.raises(HomeError, match="the disk went away"):
            publish(home)
    assert os.readlink(home.published) == before
    with duckdb.connect(str(home.warehouse), read_only=True) as con:
        half_done = [con.execute(f"SELECT count(*) FROM derived.{table}").fetchall()[0][0] for table in ("states", "figures", "made")]
    assert half_done == [3, 3, 0]
    with home.lock("test"):
        publish(home)
    with open_published(home) as reader:
        assert column(reader, shown) == expected


def test_every_expectation_can_break(home: Home) -> None:
    """A span that is off by one is found out; all queries run."""
    assert len(expectations()) >= 10
    good = tell(1, 300)
    figure = make_figure(good.reading_text, "300 trạm", 300)
    wrong = make_page(tell(2, 301, figures=[make_figure(tell(2, 301).reading_text, "301 trạm", 301, start=3, end=10)]))
    with home.lock("test"), Warehouse.open(home) as warehouse:
        warehouse.store([make_page(good), wrong])
        with pytest.raises(PublishError, match="span"):
            publish(home)
    assert figure.start > 0
    con = duckdb.connect()
    with pytest.raises(duckdb.CatalogException):
        check_expectations(con)


def test_states_of_a_real_run(home: Home) -> None:
    begun = DAY - timedelta(hours=12)
    journal = make_cycle("bao-thu", begun, begun + timedelta(hours=1)) + make_cycle("cong-thu", begun, begun + timedelta(hours=1))
    articles = [tell(1, 300, -10), tell(2, 300, 0), tell(3, 356, 1), tell(4, 350, 2, "cong-thu")]
    with fill(home, articles, journal) as reader:  # type: ignore[arg-type]
        rows = reader.rows("SELECT state, value, first_published_at FROM figures ORDER BY reported_at")
    naive = DAY.replace(tzinfo=None)
    assert [(r["state"], r["value"]) for r in rows] == [("baseline", 300), ("repeat", 300), ("higher", 356), ("lower", 350)]
    assert [r["first_published_at"] for r in rows[:3]] == [naive - timedelta(days=10)] * 2 + [naive + timedelta(days=1)]


def test_an_edited_figure_is_restated_and_the_old_one_withdrawn(home: Home) -> None:
    seen = DAY + timedelta(days=2)
    first, second = tell(1, 421), tell(1, 412, fetched_at=seen)
    with fill(home, [first, second]) as reader:
        assert [(r["value"], r["state"], r["revision"]) for r in reader.rows("SELECT * FROM figures")] == [(412, "restated", 2)]
        every = reader.rows("SELECT value, revision, withdrawn_at, state FROM figures_all ORDER BY revision")
        assert [(r["value"], r["withdrawn_at"]) for r in every] == [(421, seen.replace(tzinfo=None)), (412, None)]
        assert column(reader, "SELECT count(*) FROM article_versions") == [2]
        assert column(reader, "SELECT outcome FROM fetches ORDER BY fetched_at") == ["article", "article"]


def test_an_unchanged_page_is_no_revision(home: Home) -> None:
    again = tell(1, 300, fetched_at=DAY + timedelta(days=3))
    with fill(home, [tell(1, 300), again]) as reader:
        assert column(reader, "SELECT revision FROM articles") == [1]
        assert column(reader, "SELECT outcome FROM fetches ORDER BY fetched_at") == ["article", "unchanged"]
        assert column(reader, "SELECT state FROM figures") == ["new"]


def test_irrelevant_articles_have_no_public_figures(home: Home) -> None:
    with fill(home, [tell(1, 300, is_relevant=False)]) as reader:
        assert column(reader, "SELECT count(*) FROM figures_all") == [0]
        assert column(reader, "SELECT is_relevant FROM articles") == [False]


def test_copies_and_aggregators(home: Home) -> None:
    text = FILLER + "\nĐến nay, toàn tỉnh có 356 trạm phát sóng."
    figures = [make_figure(text, "356 trạm", 356)]
    original = make_article("https://bao-thu.vn/1", text, figures=figures, published=DAY + timedelta(hours=3))
    copy = make_article(
        "https://cong-thu.vn/1", text + "\nTheo Báo Thử", figures=figures, source_id="cong-thu", published=DAY + timedelta(hours=2)
    )
    gathered = make_article("https://gop.vn/1", text, figures=figures, source_id="gop", published=DAY + timedelta(hours=1))
    with fill(home, [original, copy, gathered]) as reader:
        [cluster] = reader.rows("SELECT * FROM clusters")
        assert (cluster["articles"], cluster["publishers"]) == (3, 2)
        assert cluster["original_article_id"] == column(reader, "SELECT article_id FROM articles WHERE source_id = 'bao-thu'")[0]
        states = reader.rows("SELECT source_id, state FROM figures JOIN articles USING (article_id) ORDER BY source_id")
        assert {r["source_id"]: r["state"] for r in states} == {"bao-thu": "new", "cong-thu": "repeat", "gop": "repeat"}


def test_the_news_agency_that_a_copy_names_is_the_original(home: Home) -> None:
    """The province's newspaper printed it first without a word of where it was from; what another printed with the agency's name tells."""
    text = FILLER + "\nĐến nay, toàn tỉnh có 356 trạm phát sóng."
    said = {"figures": [make_figure(text, "356 trạm", 356)]}
    first = make_article("https://bao-thu.vn/1", text, published=DAY + timedelta(hours=1), **said)
    agency = make_article("https://vietnamplus.vn/1", text, source_id="vietnamplus", published=DAY + timedelta(hours=2), **said)
    copy = make_article(
        "https://cong-thu.vn/1", text + "\nTheo TTXVN", source_id="cong-thu", published=DAY + timedelta(hours=3), **said
    )  # fmt: skip
    sources = [make_source(), make_source("cong-thu", kind="portal"), make_source("vietnamplus", kind="agency", province=None)]
    with fill(home, [first, agency], sources=sources) as reader:
        assert column(reader, "SELECT source_id FROM articles WHERE is_original") == ["bao-thu"]
    with fill(home, [copy], sources=sources) as reader:
        assert column(reader, "SELECT source_id FROM articles WHERE is_original") == ["vietnamplus"]
        states = reader.rows("SELECT source_id, state FROM figures JOIN articles USING (article_id)")
        assert {r["source_id"]: r["state"] for r in states} == {"vietnamplus": "new", "bao-thu": "repeat", "cong-thu": "repeat"}


def test_provinces_by_date_and_coverage_by_todays_map(home: Home) -> None:
    """Before the merger of 1 July 2025 the old name counts, for today's province."""
    old = load_gazetteer().by_name("Yên Bái", date(2025, 6, 1))
    assert old is not None
    mention = make_mention(old.id, old.name)
    article = tell(1, 300, -90, figure={"province_id": old.id, "province": old.name}, provinces=[mention])
    with fill(home, [article, tell(2, 310)]) as reader:
        rows = reader.rows("SELECT province, province_now, state, series_id FROM figures ORDER BY reported_at")
        assert [(r["province"], r["province_now"]) for r in rows] == [("Yên Bái", "Lào Cai"), ("Lào Cai", "Lào Cai")]
        assert rows[0]["series_id"] != rows[1]["series_id"]
        assert column(reader, "SELECT DISTINCT province_now FROM article_provinces") == ["Lào Cai"]
        reported = reader.rows("SELECT week, province_now FROM coverage WHERE state = 'reported' ORDER BY week")
        assert [(r["week"], r["province_now"]) for r in reported] == [("2025-W23", "Lào Cai"), ("2025-W36", "Lào Cai")]
        assert column(reader, "SELECT count(DISTINCT province_id) FROM coverage") == [34]


def test_an_article_without_a_date(home: Home) -> None:
    """Of the first crawl: baseline, in no week. Found later: new, in the week of the visit; never a date of publication."""
    journal = make_cycle("bao-thu", DAY, DAY + timedelta(hours=2))
    first = tell(1, 300, published=None, fetched_at=DAY + timedelta(hours=1))
    later = tell(2, 310, published=None, fetched_at=DAY + timedelta(days=9))
    with fill(home, [first, later], journal) as reader:
        rows = reader.rows(
            "SELECT state, first_published_at, published_at, published_from FROM figures JOIN articles USING (article_id) ORDER BY value"
        )
        assert [(r["state"], r["first_published_at"]) for r in rows] == [("baseline", None), ("higher", None)]
        assert {(r["published_at"], r["published_from"]) for r in rows} == {(None, "none")}
        assert column(reader, "SELECT week FROM coverage WHERE state = 'reported'") == ["2025-W37"]


def test_silent_and_not_observed(home: Home) -> None:
    journal = [e for d in range(7) for e in make_cycle("bao-thu", DAY + timedelta(days=d), DAY + timedelta(days=d, hours=1))]
    pages: list[Article | StoredPage] = [make_page(tell(1, 300, 0, is_relevant=False))]
    with fill(home, pages, journal, [make_source()]) as reader:
        state = reader.rows("SELECT state, observed_share FROM coverage WHERE province_now = 'Lào Cai' AND week = '2025-W36'")
        assert state == [{"state": "silent", "observed_share": 1.0}]
        assert set(column(reader, "SELECT DISTINCT state FROM coverage WHERE province_now <> 'Lào Cai'")) == {"not_observed"}
    journal += [
        e for d in range(7) for e in make_cycle("cong-thu", DAY + timedelta(days=d), DAY + timedelta(days=d), "failing", cause="503")
    ]
    with fill(home, [], journal) as reader:
        assert column(reader, "SELECT state FROM coverage WHERE province_now = 'Lào Cai' AND week = '2025-W36'") == ["not_observed"]
        assert set(column(reader, "SELECT DISTINCT cause FROM source_health WHERE source_id = 'cong-thu'")) == {"503"}


def test_documents_know_their_province_and_date(home: Home) -> None:
    cited = [make_document("93/KH-UBND"), make_document("57-NQ/TW", date(2024, 12, 22), issuer="Bộ Chính trị")]
    cited += [make_document("02-KH/BCĐTW"), make_document("07-KH/BCĐ")]  # the nation's committee, and a province's
    dated = [make_document("93/KH-UBND", date(2025, 3, 4))]
    with fill(home, [tell(1, 300, documents=cited), tell(2, 310, 1, documents=dated)]) as reader:
        rows = reader.rows("SELECT number, province_id, issued_on, first_seen_at FROM documents ORDER BY number, article_id")
    assert {(r["number"], r["province_id"], r["issued_on"]) for r in rows} == {
        ("93/KH-UBND", "vn34-15", date(2025, 3, 4)),
        ("57-NQ/TW", None, date(2024, 12, 22)),
        ("02-KH/BCĐTW", None, None),
        ("07-KH/BCĐ", "vn34-15", None),
    }
    assert len({r["first_seen_at"] for r in rows}) == 1


def test_fetches_of_every_kind(home: Home) -> None:
    feed = StoredPage(raw=make_raw("https://bao-thu.vn/rss", role="feed", status=304), segment="", outcome="not_modified", elapsed_ms=7)
    with fill(home, [feed, tell(1, 300)]) as reader:
        rows = reader.rows("SELECT status, outcome, elapsed_ms FROM fetches ORDER BY status")
    assert [(r["status"], r["outcome"]) for r in rows] == [(200, "article"), (304, "not_modified")]


def test_the_chain_of_documents(home: Home) -> None:
    """What a province issued and what it cites, first seen when, replacing what."""
    old = tell(1, 300, documents=[make_document("41/KH-UBND"), make_document("57-NQ/TW", issuer="Bộ Chính trị")])
    text = "Kế hoạch số 93/KH-UBND thay thế Kế hoạch số 41/KH-UBND. " + " ".join(f"câu{n}" for n in range(60))
    cited = find_documents(text)
    new = make_article("https://cong-thu.vn/9.html", text, documents=cited, published=DAY + timedelta(days=3), source_id="cong-thu")
    with fill(home, [old, new], None, [make_source(), make_source("cong-thu")]) as reader:
        rows = {r["number"]: r for r in reader.rows("SELECT * FROM document_chain")}
    assert {n: (r["act"], r["articles"], r["replaces"], r["replaced_by"]) for n, r in rows.items()} == {
        "41/KH-UBND": ("issued", 2, [], "93/KH-UBND"),
        "93/KH-UBND": ("issued", 1, ["41/KH-UBND"], None),
        "57-NQ/TW": ("cited", 1, [], None),
    }
    assert rows["41/KH-UBND"]["first_published_at"] == DAY.replace(tzinfo=None)
    assert {r["province_now"] for r in rows.values()} == {"Lào Cai"}


def test_a_moved_target_shows_both_sentences_and_its_old_due_date_is_superseded(home: Home) -> None:
    def goal(number: int, due: date, day: int) -> Article:
        text = f"Tỉnh phấn đấu có ít nhất 400 trạm phát sóng vào ngày {due:%d/%m/%Y}.\n" + " ".join(f"câu{number}x{n}" for n in range(60))
        figure = make_figure(text, "400 trạm", 400, kind="target", comparator="ge", due=due, due_precision="day")
        return make_article(f"https://bao-thu.vn/{number}.html", text, figures=[figure], published=DAY + timedelta(days=day))

    with fill(home, [goal(1, date(2025, 8, 31), 0), goal(2, date(2026, 6, 30), 9)]) as reader:
        old, new = reader.rows("SELECT * FROM targets ORDER BY due")
    assert (old["status"], new["status"], new["due_status"]) == ("superseded", "moved", "open")
    assert "31/08/2025" in new["moved_from_sentence"]
    assert "30/06/2026" in new["target_sentence"]


def test_a_store_that_keeps_to_one_thread_does_not_slow_a_publish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home, seen = Home(tmp_path), []
    derive = publishing.derive

    def look(con: Any, *given: Any, **named: Any) -> None:
        seen.append(con.execute("SELECT current_setting('threads')").fetchone()[0])
        derive(con, *given, **named)

    monkeypatch.setattr(publishing, "derive", look)
    with duckdb.connect() as other:
        every = other.execute("SELECT current_setting('threads')").fetchall()[0][0]
    with home.lock("test"), Warehouse.open(home):
        publish(home)
        con = connect_for_writing(home.warehouse)
        after = con.execute("SELECT current_setting('threads')").fetchall()[0][0]
        con.close()
    assert (seen, after) == ([every], 1)
