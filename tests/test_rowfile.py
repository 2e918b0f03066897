"""Rows that were made elsewhere and travel as Arrow batches."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from r57monitor.errors import ArchiveError, R57Error
from tests.rows import make_article, make_document, make_figure, make_page, make_raw
from warehouse.home import Home
from warehouse.rowfile import RowFileWriter, iterate_row_file
from warehouse.writers import BatchRows, StoredPage, Warehouse

TABLES = ("fetches", "readings", "texts", "text_provinces", "text_documents", "text_figures")


def pages() -> list[StoredPage]:
    """Five articles with a figure, a province and a document each, and a feed."""
    made = []
    for n in range(5):
        text = f"Đến hết tháng 6/2025, tỉnh Lào Cai có {300 + n} trạm 5G, theo Kế hoạch 12/KH-UBND."
        figure = make_figure(text, f"{300 + n} trạm", 300.0 + n)
        url = f"https://bao-thu.vn/tin-{n}.html"
        made.append(make_page(make_article(url, text, figures=[figure], documents=[make_document("12/KH-UBND")])))
    return [*made, StoredPage(raw=make_raw("https://bao-thu.vn/rss", role="feed"), segment="a.warc.gz", outcome="feed")]


def write(path: Path, *batches: list[StoredPage]) -> Path:
    with RowFileWriter(path) as file:
        for batch in batches:
            rows = BatchRows()
            for page in batch:
                rows.add(page)
            rows.add_texts()
            file.add(rows.tables())
    return path


def stored(home: Home) -> dict[str, list[Any]]:
    with duckdb.connect(str(home.warehouse), read_only=True) as con:
        return {table: con.execute(f"SELECT * FROM core.{table} ORDER BY ALL").fetchall() for table in TABLES}


def test_rows_that_travelled_are_those_that_are_stored_here(tmp_path: Path) -> None:
    here, there, given = Home(tmp_path / "here"), Home(tmp_path / "there"), pages()
    with Warehouse.open(here) as warehouse:
        warehouse.store(given)
    file = write(tmp_path / "a.rows", given[:2], given[2:])
    with Warehouse.open(there) as warehouse:
        assert warehouse.merge(file, ["a.warc.gz"]) == len(given)
        assert warehouse.is_segment_loaded("a.warc.gz")
        assert warehouse.merge(file, ["a.warc.gz"]) == 0, "a second time brings nothing"
    assert stored(there) == stored(here)
    assert {table: len(rows) for table, rows in stored(here).items()} == dict.fromkeys(TABLES, 5) | {"fetches": 6}


def test_a_batch_without_texts_and_a_file_without_rows(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    feed = pages()[-1:]
    with Warehouse.open(home) as warehouse:
        assert warehouse.merge(write(tmp_path / "feed.rows", feed), ["a.warc.gz"]) == 1
        assert warehouse.merge(write(tmp_path / "none.rows"), ["b.warc.gz"]) == 0
        assert warehouse.is_segment_loaded("b.warc.gz")
    assert len(stored(home)["fetches"]) == 1


@pytest.mark.parametrize("cut", [0, 100, -200, -1])
def test_a_torn_file_is_named_and_its_segment_is_not_marked(cut: int, tmp_path: Path) -> None:
    file = write(tmp_path / "a.rows", pages())
    file.write_bytes(file.read_bytes()[:cut])
    with Warehouse.open(Home(tmp_path / "home")) as warehouse:
        with pytest.raises(ArchiveError, match=r"a\.rows"):
            warehouse.merge(file, ["a.warc.gz"])
        assert not warehouse.is_segment_loaded("a.warc.gz")
        assert warehouse.loaded_records() == set()


def test_a_changed_byte_is_found(tmp_path: Path) -> None:
    file = write(tmp_path / "a.rows", pages())
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    with pytest.raises(ArchiveError, match=r"a\.rows"):
        list(iterate_row_file(file))


def test_an_unknown_outcome_makes_no_row() -> None:
    rows = BatchRows()
    with pytest.raises(R57Error, match="mystery"):
        rows.add(StoredPage(raw=make_raw("https://x.vn/"), segment="", outcome="mystery"))
    assert rows.fetches == []
