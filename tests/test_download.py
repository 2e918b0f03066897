"""Files of a view: types kept, and page text that stays text in every spreadsheet."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from r57monitor.views import articles, figures
from r57monitor.views.download import Column, write_csv, write_xlsx
from r57monitor.views.frame import Page
from r57monitor.wording import load_texts
from tests.apps import open_page
from tests.sample_home import make_home
from warehouse import queries
from warehouse.queries import open_published

_TITLES = (
    '=HYPERLINK("http://example.org","nhấn vào đây")', "+84 912", "-5%", "@SUM(1)", "\t=1+1", "＝1+1", "<script>alert(57)</script>",
    "**đậm** [x](http://example.org)", "🚀 5G", "Bình thường", "123", "http://example.org/a",
)  # fmt: skip
_COLUMNS = [
    Column("Tiêu đề", lambda r: r["title"]),
    Column("Giá trị", lambda r: r["value"]),
    Column("Ngày", lambda r: r["day"]),
    Column("Đăng", lambda r: r["at"]),
    Column("Gốc", lambda r: r["original"]),
    Column("Nơi", lambda r: r["places"]),
]


def _rows() -> list[dict[str, object]]:
    at = datetime(2025, 7, 1, 20)  # UTC: already the next day in Vietnam
    return [
        {"title": t, "value": 1172.75, "day": date(2025, 6, 30), "at": at, "original": True, "places": ["Huế", "Cà Mau"]} for t in _TITLES
    ] + [{"title": None, "value": float("nan"), "day": None, "at": None, "original": None, "places": None}]


def test_xlsx_keeps_types_and_writes_no_formula() -> None:
    sheet = load_workbook(io.BytesIO(write_xlsx(_COLUMNS, _rows()))).active
    rows = list(sheet.iter_rows(min_row=2))
    assert [row[0].value for row in rows] == list(_TITLES)  # the row of nothing at the end leaves no cell
    assert {row[0].data_type for row in rows} == {"s"}
    assert all(row[0].hyperlink is None for row in rows)
    first = rows[0]
    assert first[1].value == 1172.75
    assert first[2].is_date
    assert first[2].value == datetime(2025, 6, 30)
    assert first[3].value == datetime(2025, 7, 2)
    assert first[4].value is True
    assert first[5].value == "Huế, Cà Mau"


@pytest.mark.parametrize("title", _TITLES)
def test_csv_gives_no_formula(title: str) -> None:
    text = write_csv(_COLUMNS, [_rows()[0] | {"title": title, "value": -2.5}])
    assert text.startswith(b"\xef\xbb\xbf")
    head, row = csv.reader(io.StringIO(text.decode("utf-8-sig")))
    assert head[0] == "Tiêu đề"
    assert row[0].removeprefix("'") == title
    assert row[0][0] not in "=+-@\t＝"
    assert row[1:4] == ["-2.5", "2025-06-30", "2025-07-02"]


def test_no_rows_is_a_head_alone() -> None:
    sheet = load_workbook(io.BytesIO(write_xlsx(_COLUMNS, []))).active
    assert sheet.max_row == 1
    assert write_csv(_COLUMNS, []).count(b"\r\n") == 1


def test_every_row_of_a_page_can_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = make_home(tmp_path / "sample")
    with open_published(home) as reader:
        page = Page(home, reader, load_texts("vi"), queries.snapshot(reader))
        for columns, rows in (
            (figures.file_columns(page), queries.figures(reader)),
            (articles.file_columns(page), queries.articles(reader)),
        ):
            sheet = load_workbook(io.BytesIO(write_xlsx(columns, rows))).active
            assert sheet.max_row == len(rows) + 1 > 10
            assert len(list(csv.reader(io.StringIO(write_csv(columns, rows).decode("utf-8-sig"))))) == len(rows) + 1
    monkeypatch.setenv("R57_HOME", str(home.path))
    for name in ("figures", "articles"):
        test = open_page(name)
        assert [button.proto.label for button in test.get("download_button")] == ["Tải về CSV", "Tải về XLSX"]
