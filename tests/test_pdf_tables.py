"""Tables in a PDF are drawn lines around words: cells are told by them, and running text above and below stays as it is."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

import pytest

from r57monitor.models import RawPage
from r57monitor.text.formats import read_pdf_lines
from r57monitor.text.pdf_pages import without_running_heads
from tests.files import write_pdf

ABOVE = [
    "Ủy ban nhân dân tỉnh Lào Cai báo cáo kết quả thực hiện Nghị quyết số 57-NQ/TW năm 2025",
    "với các chỉ tiêu chủ yếu được giao cho từng cơ quan, đơn vị như bảng dưới đây.",
]
BELOW = ["Các cơ quan, đơn vị tiếp tục thực hiện và báo cáo trước ngày 15 hằng tháng."]
TABLE = ["Chỉ tiêu\tMục tiêu", "\t2026\t2030", "Số trạm 5G\t380\t900", "Cáp quang\t\t100"]
COLUMNS, ROWS = (45, 165, 285, 405), (760, 744, 728, 712, 696)  # sides of the cells of TABLE below two lines of text


def line(x0: float, y0: float, x1: float, y1: float) -> str:
    return f"{x0} {y0} m {x1} {y1} l S\n"


def bar(x0: float, y0: float, x1: float, y1: float) -> str:
    """The same line as browsers and word processors draw it: a filled box, thin as a hair."""
    return f"{x0} {y0} {max(x1 - x0, 0.6)} {max(y1 - y0, 0.6)} re f\n"


def ruled(draw: object = line) -> str:
    """The lines of TABLE: "Chỉ tiêu" fills two rows, "Mục tiêu" two columns."""
    assert callable(draw)
    lying = [(0, 3, y) for y in (ROWS[0], *ROWS[2:])] + [(1, 3, ROWS[1])]
    standing = [(x, ROWS[-1], ROWS[0]) for x in (COLUMNS[0], COLUMNS[1], COLUMNS[3])] + [(COLUMNS[2], ROWS[-1], ROWS[1])]
    return "".join(draw(COLUMNS[a], y, COLUMNS[b], y) for a, b, y in lying) + "".join(draw(x, low, x, high) for x, low, high in standing)


def lines_of(body: bytes) -> list[str]:
    return read_pdf_lines(RawPage(url="https://a.example/bc.pdf", body=body, fetched_at=datetime(2026, 5, 1, tzinfo=UTC)))[0]


@pytest.mark.parametrize("draw", [line, bar])
def test_cells_are_told_by_the_lines_around_them(draw: object) -> None:
    read = lines_of(write_pdf([*ABOVE, *TABLE, *BELOW], rules=ruled(draw)))
    assert read[-4:] == ["Chỉ tiêu | Mục tiêu 2026 | Mục tiêu 2030", "Số trạm 5G | 380 | 900", "Cáp quang |  | 100", *BELOW]
    assert " ".join(read[:-4]) == " ".join(ABOVE)


def test_without_lines_there_is_no_table() -> None:
    assert not any(" | " in text for text in lines_of(write_pdf([*ABOVE, *TABLE, *BELOW])))


def test_a_frame_around_running_text_is_no_table() -> None:
    words = [f"Đoạn {n}: tỉnh Lào Cai thực hiện Nghị quyết số 57-NQ/TW ở mọi xã, phường." for n in range(24)]
    frame = [(40, 20, 40, 800), (560, 20, 560, 800), (40, 20, 560, 20), (40, 800, 560, 800), (300, 20, 300, 60), (40, 60, 560, 60)]
    read = lines_of(write_pdf(words, rules="".join(line(*side) for side in frame)))
    assert not any(" | " in text for text in read)
    assert sum(text.count("Đoạn") for text in read) == 24


def test_lines_without_measure_do_not_hold_the_reader_up() -> None:
    drawn = "".join(line(40, 40 + n * 0.01, 560, 40 + n * 0.01) + line(40 + n * 0.01, 40, 40 + n * 0.01, 700) for n in range(15_000))
    read = lines_of(write_pdf([*ABOVE, *TABLE, *BELOW], rules=drawn))
    assert " ".join(read).count("Số trạm 5G") == 1


def test_what_stands_at_the_head_of_every_page_is_no_text() -> None:
    pages = [["Kế hoạch số 15/KH-UBND", f"Đoạn {n} của kế hoạch", "vẫn trang này", f"Trang {n}/2"] for n in (1, 2)]
    assert without_running_heads(pages) == ["Đoạn 1 của kế hoạch", "vẫn trang này", "Đoạn 2 của kế hoạch", "vẫn trang này"]
    assert all(a != b for a, b in pairwise(without_running_heads([["Một dòng", "x"], ["Dòng khác", "y"]])))


def test_a_row_that_goes_on_over_the_page_has_no_line_below_it() -> None:
    drawn = ruled().replace(line(COLUMNS[0], ROWS[-1], COLUMNS[3], ROWS[-1]), "")
    assert drawn != ruled()
    assert lines_of(write_pdf([*ABOVE, *TABLE], rules=drawn))[-1] == "Cáp quang |  | 100"
