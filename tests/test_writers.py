"""Storing: each record once, the same rows whatever the batches and the order, revisions by folded text."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from r57monitor.errors import R57Error
from r57monitor.gazetteer import load_gazetteer
from tests.rows import DAY, make_article, make_cycle, make_document, make_figure, make_mention, make_page, make_raw, make_source
from warehouse.db import load_sql
from warehouse.facts import hash_text
from warehouse.home import Home
from warehouse.renewing import renew_articles
from warehouse.writers import StoredPage, Warehouse

TABLES = ("fetches", "readings", "texts", "text_provinces", "text_documents", "text_figures", "journal", "sources", "segments")
URL = "https://bao-thu.vn/tin-1.html"
TEXT = "Đến nay, toàn tỉnh có 356 trạm phát sóng.\nĐoạn sau không có số liệu."


@contextmanager
def opened(path: Path) -> Iterator[Warehouse]:
    home = Home(path)
    with home.lock("test"), Warehouse.open(home) as warehouse:
        yield warehouse


def rows(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    with duckdb.connect(str(path / "warehouse.duckdb"), read_only=True) as con:
        return {table: sorted(con.execute(f"FROM core.{table}").fetchall(), key=repr) for table in TABLES}


def versions(path: Path) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(path / "warehouse.duckdb")) as con:
        con.execute("CREATE SCHEMA derived")
        con.execute(load_sql("derive_tables"))
        renew_articles(con, load_gazetteer(), held=-1)
        found = con.execute("SELECT revision, title, seen_at, published.published_at FROM derived.versions ORDER BY revision").fetchall()
        con.execute("DROP SCHEMA derived CASCADE")
    return found


def sample() -> list[StoredPage]:
    """Twelve articles, some seen again, one edited and edited back, with lists and failures between."""
    pages = []
    for n in range(12):
        text = TEXT.replace("356", str(300 + n))
        for visit in range(1 + n % 3):
            said = text if visit != 1 else text.replace("Đoạn sau", "Đoạn sau đó")
            figure = make_figure(said, f"{300 + n} trạm", 300.0 + n)
            seen = DAY + timedelta(days=visit, minutes=n)
            documents = [make_document("12/KH-UBND", date(2025, 8, 1)), make_document("12/KH-UBND"), make_document("57-NQ/TW")]
            article = make_article(
                f"https://bao-thu.vn/{n}.html",
                said,
                fetched_at=seen,
                published=DAY - timedelta(hours=n),
                figures=[figure],
                documents=documents,
            )
            pages.append(make_page(article))
    pages.append(make_page(make_article("https://bao-thu.vn/muc", "Danh sách tin", page_type="list")))
    pages.append(StoredPage(raw=make_raw("https://bao-thu.vn/rss", role="feed"), segment="a.warc.gz", outcome="feed"))
    pages.append(StoredPage(raw=make_raw("https://bao-thu.vn/x", status=503), segment="a.warc.gz", outcome="http_error", error="503"))
    return pages


def test_same_rows_whatever_the_batches_and_the_order(tmp_path: Path) -> None:
    pages = sample()
    expected: dict[str, Any] | None = None
    for number, size in enumerate((1, 4, 100)):
        path = tmp_path / str(number)
        if number == 2:
            random.Random(1).shuffle(pages)
        with opened(path) as warehouse:
            for start in range(0, len(pages), size):
                warehouse.store(pages[start : start + size])
        expected = expected or rows(path)
        assert rows(path) == expected


def test_storing_twice_changes_nothing(tmp_path: Path) -> None:
    pages, entries = sample(), make_cycle("bao-thu", DAY, DAY + timedelta(hours=1))
    with opened(tmp_path) as warehouse:
        assert warehouse.store([*pages, *pages]) == len(pages)
        warehouse.store_journal([*entries, *entries])
    before = rows(tmp_path)
    with opened(tmp_path) as warehouse:
        assert warehouse.store(pages) == 0
        warehouse.store_journal(entries)
        assert warehouse.loaded_records() == {page.raw.record_id for page in pages}
    assert rows(tmp_path) == before


def test_only_articles_and_documents_leave_more_than_a_fetch(tmp_path: Path) -> None:
    with opened(tmp_path) as warehouse:
        warehouse.store(
            [
                make_page(make_article(f"https://x.vn/{kind}", "Nội dung", page_type=kind))
                for kind in ("article", "document", "list", "empty")
            ]
        )
    stored = rows(tmp_path)
    assert sorted(row[6] for row in stored["fetches"]) == ["article", "article", "empty", "list"]
    assert len(stored["readings"]) == len(stored["texts"]) == 2


def test_a_revision_only_where_the_folded_text_differs(tmp_path: Path) -> None:
    texts = [TEXT, TEXT.upper().replace("\n", " \n"), TEXT.replace("Đoạn", "Doan"), TEXT.replace("356", "412"), TEXT]
    with opened(tmp_path) as warehouse:
        for day, text in reversed(list(enumerate(texts))):  # the order of storing does not matter
            title = f"Tít {day}"
            article = make_article(URL, text, title=title, published=DAY if day else None, fetched_at=DAY + timedelta(days=day))
            warehouse.store([make_page(article)])
    begin = DAY.replace(tzinfo=None)
    assert versions(tmp_path) == [
        (1, "Tít 0", begin, begin),  # the date came with the second visit
        (2, "Tít 3", begin + timedelta(days=3), begin),
        (3, "Tít 4", begin + timedelta(days=4), begin),
    ]


def test_a_figure_keeps_its_id_when_the_text_around_it_changes(tmp_path: Path) -> None:
    edited = "Một câu mới. " + TEXT
    with opened(tmp_path) as warehouse:
        for day, text in enumerate((TEXT, edited)):
            figures = [make_figure(text, "356 trạm", 356), make_figure(text, "356 trạm", 356)]
            warehouse.store([make_page(make_article(URL, text, figures=figures, fetched_at=DAY + timedelta(days=day)))])
    stored = rows(tmp_path)["text_figures"]
    assert len(stored) == 4
    assert len({row[0] for row in stored}) == 2  # said twice in each text: two figures, each found again


def test_a_province_in_both_roles_is_a_subject(tmp_path: Path) -> None:
    both = [make_mention(role="mentioned"), make_mention(role="subject")]
    with opened(tmp_path) as warehouse:
        warehouse.store([make_page(make_article(URL, TEXT, provinces=both))])
    assert [row[5] for row in rows(tmp_path)["text_provinces"]] == ["subject"]


def test_an_unknown_outcome_stores_nothing(tmp_path: Path) -> None:
    with opened(tmp_path) as warehouse:
        pages = [make_page(make_article(URL, TEXT)), StoredPage(raw=make_raw("https://x.vn/"), segment="", outcome="mystery")]
        with pytest.raises(R57Error, match="mystery"):
            warehouse.store(pages)
        assert warehouse.loaded_records() == set()


def test_a_fetch_without_a_record_has_an_id_of_its_own(tmp_path: Path) -> None:
    page = StoredPage(raw=make_raw("http://169.254.1.1/", record_id="", status=0), segment="", outcome="refused", error="private address")
    with opened(tmp_path) as warehouse:
        assert [warehouse.store([page]), warehouse.store([page])] == [1, 0]


def test_segments_meta_and_known_pages(tmp_path: Path) -> None:
    with opened(tmp_path) as warehouse:
        assert not warehouse.is_segment_loaded("a.warc.gz")
        warehouse.mark_segment_loaded("a.warc.gz")
        warehouse.mark_segment_loaded("a.warc.gz")
        assert warehouse.is_segment_loaded("a.warc.gz")
        warehouse.set_meta("rules_version", "1")
        warehouse.set_meta("rules_version", "2")
        assert warehouse.get_meta("rules_version") == "2"
        assert warehouse.get_meta("nothing") is None
        for day in (0, 3):
            warehouse.store([make_page(make_article(URL, TEXT, fetched_at=DAY + timedelta(days=day)))])
        begin = DAY.replace(tzinfo=None)
        assert warehouse.known_pages("bao-thu") == {URL: (begin, begin + timedelta(days=3))}
        assert warehouse.known_pages("khac") == {}


def test_register_sources_again(tmp_path: Path) -> None:
    gazetteer = load_gazetteer()
    with opened(tmp_path) as warehouse:
        warehouse.register_sources([make_source("a"), make_source("b", province=None)], gazetteer)
        warehouse.register_sources({"a": make_source("a", name="Tên mới", province="Đắk Nông")}, gazetteer)
    stored = {row[0]: row for row in rows(tmp_path)["sources"]}
    assert (stored["a"][1], stored["a"][4]) == ("Tên mới", gazetteer.by_name("Đắk Nông").id)  # type: ignore[union-attr]
    assert stored["b"][4] is None


def test_a_journal_entry_without_a_time_is_a_fault(tmp_path: Path) -> None:
    with opened(tmp_path) as warehouse, pytest.raises(R57Error, match="journal"):
        warehouse.store_journal([{"event": "cycle_begun"}])


def test_hash_ignores_accents_case_and_blanks() -> None:
    assert hash_text("Đắk  Nông\n5G ") == hash_text("dak nong 5g")
    assert hash_text("356 trạm") != hash_text("365 trạm")


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (1, 3, 2, 0)])
def test_copies_at_other_addresses_make_no_revision(order: tuple[int, ...], tmp_path: Path) -> None:
    def read(day: int, page: str, text: str, title: str) -> StoredPage:
        article = make_article(URL, text, title=title, fetched_at=DAY + timedelta(days=day))
        return make_page(replace(article, raw=replace(article.raw, url=page, record_id=f"{page}-{day}")))

    amp, printed = "https://x.vn/doc/amp-1", "https://x.vn/in/1"
    pages = [
        read(0, amp, TEXT + " Xem thêm.", "Tít AMP"),
        read(1, URL, TEXT, "Tít"),
        read(2, printed, TEXT, "Bản in"),
        read(3, URL, TEXT, "Tít"),
    ]
    with opened(tmp_path) as warehouse:
        for number in order:
            warehouse.store([pages[number]])
    assert [(revision, title) for revision, title, *_ in versions(tmp_path)] == [(1, "Tít")]


def test_an_article_read_from_its_copies_only_has_one_of_them(tmp_path: Path) -> None:
    with opened(tmp_path) as warehouse:
        for number, page in enumerate(("https://x.vn/in/1", "https://x.vn/doc/amp-1", "https://x.vn/in/1")):
            article = make_article(URL, f"{TEXT} {page}", title=page, fetched_at=DAY + timedelta(days=number))
            warehouse.store([make_page(replace(article, raw=replace(article.raw, url=page, record_id=f"r{number}")))])
    assert [(revision, title) for revision, title, *_ in versions(tmp_path)] == [(1, "https://x.vn/doc/amp-1")]
