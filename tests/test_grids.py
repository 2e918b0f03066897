"""Tables whose cells span others: one row a line, heads of two rows as one, and figures bound to the head of their own column."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import docx
import pytest

from r57monitor.models import RawPage
from r57monitor.text.extract import extract_page
from r57monitor.text.formats import read_xlsx_lines
from r57monitor.text.grids import GridCell, read_grid
from tests.files import write_xlsx
from tests.test_readings import read

C = GridCell
FETCHED = datetime(2026, 5, 1, tzinfo=UTC)
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

HEAD = "TT | Chỉ tiêu | ĐVT | Hiện trạng 2025 | Mục tiêu 2026 | Mục tiêu 2030"
ROWS = [
    HEAD,
    "A | Hạ tầng số",
    "1 | Số trạm BTS 5G | Trạm | 212 | 380 | 900",
    "2 | Tỷ lệ hộ gia đình có cáp quang | % | 71,5 |  | 100",
    "B | Chính quyền số",
    "3 | Tỷ lệ hồ sơ nộp trực tuyến | % | 64 | 80",
]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (  # a head of two rows, its cells spanned
            [
                [C("TT", 1, 2), C("Chỉ tiêu", 1, 2), C("Mục tiêu", 2), C("Ghi chú", 1, 2)],
                [C("2026"), C("2030")],
                [C("1"), C("Trạm 5G"), C("380"), C("900"), C("")],
            ],
            ["TT | Chỉ tiêu | Mục tiêu 2026 | Mục tiêu 2030 | Ghi chú", "1 | Trạm 5G | 380 | 900"],
        ),
        (  # the same with cells left empty
            [
                [C("TT"), C("Chỉ tiêu"), C("Mục tiêu"), C(""), C("Ghi chú")],
                [C(""), C(""), C("2026"), C("2030"), C("")],
                [C("1"), C("Trạm 5G"), C("380"), C("900"), C("x")],
            ],
            ["TT | Chỉ tiêu | Mục tiêu 2026 | Mục tiêu 2030 | Ghi chú", "1 | Trạm 5G | 380 | 900 | x"],
        ),
        (  # a unit for two rows is said in both, a value once
            [[C("a"), C("%", 1, 2), C("85", 1, 2)], [C("b")], [C("c"), C("tổ"), C("7")]],
            ["a | % | 85", "b | %", "c | tổ | 7"],
        ),
        (  # a caption over all columns, the row that numbers them, an empty column
            [
                [C("Bảng 1. Kết quả", 4)],
                [C("Nội dung"), C(""), C("Kế hoạch"), C("Thực hiện")],
                [C("A"), C(""), C("1"), C("2=1/3")],
                [C("Tổ công nghệ số"), C(""), C("90"), C("84")],
            ],
            ["Bảng 1. Kết quả", "Nội dung | Kế hoạch | Thực hiện", "Tổ công nghệ số | 90 | 84"],
        ),
        (
            [[C("TT"), C("Nội dung"), C("Kế hoạch"), C("Đạt")], [C("A"), C("B"), C("1"), C("2")], [C("1"), C("Trạm"), C("9"), C("7")]],
            ["TT | Nội dung | Kế hoạch | Đạt", "1 | Trạm | 9 | 7"],
        ),
        (  # values in what looks like a second row of heads
            [[C("Tỉnh"), C("Kết quả", 2)], [C("Huế"), C("91"), C("84")], [C("Vinh"), C("70"), C("71")]],
            ["Tỉnh | Kết quả", "Huế | 91 | 84", "Vinh | 70 | 71"],
        ),
        ([[C("a", 9_999, 9_999), C("b", 9_999, 9_999)]] * 40, None),  # spans past all measure
        ([], []),
        ([[], []], []),
        ([[C("")]], []),
    ],
)
def test_rows(rows: list[list[GridCell]], expected: list[str] | None) -> None:
    read_rows = [" | ".join(row.texts) for row in read_grid(rows)]
    assert expected is None or read_rows == expected


def html_table() -> str:
    return """<table><thead><tr><th rowspan="2">TT</th><th rowspan="2">Chỉ tiêu</th><th rowspan="2">ĐVT</th>
    <th rowspan="2">Hiện trạng 2025</th><th colspan="2">Mục tiêu</th></tr><tr><th>2026</th><th>2030</th></tr></thead><tbody>
    <tr><td>A</td><td colspan="5">Hạ tầng số</td></tr>
    <tr><td>1</td><td>Số trạm BTS 5G</td><td>Trạm</td><td>212</td><td>380</td><td>900</td></tr>
    <tr><td>2</td><td>Tỷ lệ hộ gia đình có cáp quang</td><td>%</td><td>71,5</td><td></td><td>100</td></tr>
    <tr><td>B</td><td colspan="5">Chính quyền số</td></tr>
    <tr><td>3</td><td>Tỷ lệ hồ sơ nộp trực tuyến</td><td>%</td><td>64</td><td>80</td><td></td></tr></tbody></table>"""


def test_the_rows_of_a_page() -> None:
    body = "".join(
        f"<p>Đoạn {n}: tỉnh Bắc Ninh thực hiện Nghị quyết số 57-NQ/TW với nhiều việc cụ thể ở cơ sở, từ xã tới tỉnh, trong cả năm qua.</p>"
        for n in range(6)
    )
    page = f"<html><body><h1>Bắc Ninh giao chỉ tiêu chuyển đổi số</h1><div class='article-content'>{body}{html_table()}</div></body></html>"
    text = extract_page(RawPage(url="https://a.example/b.html", body=page.encode(), fetched_at=FETCHED, content_type="text/html")).text
    assert text.split("\n")[-len(ROWS) :] == ROWS


def word_table() -> bytes:
    """The same table as a Word file has it, merged cells and all."""
    document = docx.Document()
    document.add_paragraph("KẾ HOẠCH")
    document.add_paragraph("Triển khai Nghị quyết số 57-NQ/TW trên địa bàn tỉnh Bắc Ninh")
    document.add_paragraph("Các chỉ tiêu chủ yếu của kế hoạch, giao cho các cơ quan, đơn vị thực hiện trong từng năm, như phụ lục sau đây.")
    cells = [
        ["TT", "Chỉ tiêu", "ĐVT", "Hiện trạng 2025", "Mục tiêu", ""],
        ["", "", "", "", "2026", "2030"],
        ["A", "Hạ tầng số", "", "", "", ""],
        ["1", "Số trạm BTS 5G", "Trạm", "212", "380", "900"],
        ["2", "Tỷ lệ hộ gia đình có cáp quang", "%", "71,5", "", "100"],
        ["B", "Chính quyền số", "", "", "", ""],
        ["3", "Tỷ lệ hồ sơ nộp trực tuyến", "%", "64", "80", ""],
    ]
    table = document.add_table(rows=len(cells), cols=6)
    for row, texts in zip(table.rows, cells, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    for (top, left), (bottom, right) in [
        *(((0, column), (1, column)) for column in range(4)),
        ((0, 4), (0, 5)),
        ((2, 1), (2, 5)),
        ((5, 1), (5, 5)),
    ]:
        table.cell(top, left).merge(table.cell(bottom, right))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_the_rows_of_a_word_file() -> None:
    page = RawPage(url="https://a.example/kh.docx", body=word_table(), fetched_at=FETCHED, content_type=DOCX)
    assert extract_page(page).text.split("\n")[-len(ROWS) :] == ROWS


def test_the_rows_of_a_sheet_keep_their_columns() -> None:
    body = write_xlsx(
        {"Biểu 1": [["Chỉ tiêu", "Kế hoạch", "Thực hiện"], ["Trạm 5G", None, 212], [None, None, None], ["Ghi chú: số liệu tạm tính"]]}
    )
    lines, _ = read_xlsx_lines(RawPage(url="https://a.example/b.xlsx", body=body, fetched_at=FETCHED))
    assert lines == ["Chỉ tiêu | Kế hoạch | Thực hiện", "Trạm 5G |  | 212", "Ghi chú: số liệu tạm tính"]


def told(lines: list[str], published: date = date(2025, 12, 20)) -> list[tuple[str, str, str | None, str | None]]:
    text = "Tỉnh Bắc Ninh giao chỉ tiêu thực hiện Nghị quyết số 57-NQ/TW cho các đơn vị như sau.\n" + "\n".join(lines)
    return [
        (f.mention, f.kind, f.metric_id, str(f.due or f.as_of)[:4] if f.due or f.as_of else None)
        for f in read(text, published)
        if f.start > 80
    ]


def test_figures_belong_to_the_head_of_their_column() -> None:
    """Whatever cells are empty and whatever sections stand between the rows."""
    assert told(ROWS) == [
        ("212", "result", "bts_5g_stations", "2025"),
        ("380", "target", "bts_5g_stations", "2026"),
        ("900", "target", "bts_5g_stations", "2030"),
        ("71,5", "result", "fiber_household_pct", "2025"),
        ("100", "target", "fiber_household_pct", "2030"),
        ("64", "result", "dossiers_online_pct", "2025"),
        ("80", "target", "dossiers_online_pct", "2026"),
    ]


def test_a_section_on_a_line_of_its_own_does_not_end_the_table() -> None:
    lines = [HEAD, "Hạ tầng số", ROWS[2], "Chính quyền số", ROWS[5]]
    assert [f[1] for f in told(lines)] == ["result", "target", "target", "result", "target"]


def test_another_head_begins_another_table() -> None:
    lines = [
        "Chỉ tiêu | Mục tiêu 2026",
        "Số trạm BTS 5G | 380",
        "Kết quả năm 2024",
        "Chỉ tiêu | Kết quả 2024",
        "Tỷ lệ hồ sơ nộp trực tuyến (%) | 58",
    ]
    assert [(f[0], f[1], f[3]) for f in told(lines)] == [("380", "target", "2026"), ("58", "result", "2024")]


def test_a_head_with_its_own_unit_beside_the_column_of_units() -> None:
    lines = [
        "Chỉ tiêu | Đơn vị | Kế hoạch 2025 | Thực hiện đến 30/9/2025 | Tỷ lệ đạt (%)",
        "Tổ công nghệ số cộng đồng | Tổ | 2.200 | 2.146 | 97,5",
    ]
    text = "Tỉnh Bắc Ninh báo cáo kết quả thực hiện Nghị quyết số 57-NQ/TW như sau.\n" + "\n".join(lines)
    assert [(f.value, f.unit, f.kind) for f in read(text, date(2025, 10, 10))][-3:] == [
        (2200.0, "tổ", "target"),
        (2146.0, "tổ", "result"),
        (97.5, "%", "result"),
    ]


def test_bars_at_both_ends_or_at_none() -> None:
    rows = ["| Chỉ tiêu | Kế hoạch 2026 |", "| Số trạm BTS 5G | 380 |"]
    assert told(rows) == told([row.strip("| ") for row in rows]) == [("380", "target", "bts_5g_stations", "2026")]


def test_provinces_in_the_rows_of_a_table_are_what_a_text_is_about() -> None:
    text = (
        "Tỷ lệ hồ sơ nộp trực tuyến tại một số địa phương sau khi thực hiện Nghị quyết 57-NQ/TW của Bộ Chính trị như sau.\n"
        "Địa phương | Tháng 6/2025 | Tháng 9/2025\nTuyên Quang | 58,2% | 91,4%\nPhú Thọ | 70,6% | 88%\nLai Châu | 49,9% | 63,7%"
    )
    assert {f.province for f in read(text, date(2025, 10, 6))} == {"Tuyên Quang", "Phú Thọ", "Lai Châu"}
