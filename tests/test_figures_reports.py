"""Figures of reports and plans: goals in brackets, tables of agencies, lists of labels, bounds within cells."""

from __future__ import annotations

from datetime import date

import pytest

from r57monitor.models import Figure
from r57monitor.text.blocks import is_continuation
from tests.test_readings import read

DAY = date(2025, 12, 18)
OPENING = "UBND tỉnh Sơn La báo cáo kết quả thực hiện Nghị quyết số 57-NQ/TW năm 2025 như sau.\n"


def figures(text: str, day: date = DAY) -> list[Figure]:
    return [f for f in read(OPENING + text, day) if f.start >= len(OPENING)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tỷ lệ hồ sơ giải quyết đúng hạn đạt 98,4% (kế hoạch 97%).", [(98.4, "result"), (97.0, "target")]),
        ("Tỷ lệ thanh toán trực tuyến đạt 49% (KH: 60%), chưa đạt.", [(49.0, "result"), (60.0, "target")]),
        (
            "Tỉnh đã hoàn thành 75/90 nhiệm vụ theo kế hoạch, đạt 83,3%. Toàn tỉnh có 210 trạm 5G.",
            [(75.0, "result"), (83.3, "result"), (210.0, "result")],
        ),
    ],
)
def test_goals_and_results_side_by_side(text: str, expected: list[tuple[float, str]]) -> None:
    assert [(f.value, f.kind) for f in figures(text)] == expected


def test_a_class_and_above_bounds_no_number() -> None:
    (figure,) = figures("Có 84 xã, phường đạt mức khá trở lên về chuyển đổi số.")
    assert (figure.value, figure.comparator, figure.kind) == (84.0, "eq", "result")


def test_a_goal_named_behind_its_number() -> None:
    text = (
        "Son La Province reviewed one year of carrying out the Politburo's Resolution 57 on science, technology, innovation and national "
        "digital transformation. Spending on science and technology reached 2.2 per cent of the budget, "
        "short of the 3 per cent goal."
    )
    assert [(f.value, f.kind) for f in read(text, DAY) if f.unit == "%"] == [(2.2, "result"), (3.0, "target")]


def test_bounds_within_cells() -> None:
    rows = [
        "Chỉ tiêu | ĐVT | Chỉ tiêu giao năm 2026",
        "Tỷ lệ hồ sơ trực tuyến toàn trình | % | ≥ 85",
        "Tỷ lệ dân số trưởng thành có chữ ký số cá nhân | % | Tối thiểu 40",
        "Số trạm BTS 5G | Trạm | từ 400 trở lên",
    ]
    assert [(f.value, f.comparator, f.kind, str(f.due)[:4]) for f in figures("\n".join(rows))] == [
        (85.0, "ge", "target", "2026"),
        (40.0, "ge", "target", "2026"),
        (400.0, "ge", "target", "2026"),
    ]


def test_columns_that_only_say_which_tasks() -> None:
    """What is counted stands in the head of the first column of counts; a first column "Đơn vị" names agencies, no units."""
    rows = [
        "Đơn vị | Số nhiệm vụ được giao | Đã hoàn thành | Quá hạn | Tỷ lệ hoàn thành (%)",
        "Sở Y tế | 19 | 12 | 3 | 63,2",
        "Sở Tài chính | 24 | 20 | 1 | 83,3",
    ]
    assert [(f.value, f.unit, f.metric_id) for f in figures("\n".join(rows))][:4] == [
        (19.0, "nhiệm vụ", "tasks_total"),
        (12.0, "nhiệm vụ", "tasks_completed"),
        (3.0, "nhiệm vụ", "tasks_overdue"),
        (63.2, "%", "tasks_completed_pct"),
    ]


def test_lines_of_a_label_and_its_number() -> None:
    text = "Những con số nổi bật\n• Trạm 5G: 683\n• Doanh nghiệp công nghệ số: 1.560;\n• Tổng đài hỗ trợ: 1022"
    assert [(f.value, f.metric_id) for f in figures(text)] == [(683.0, "bts_5g_stations"), (1560.0, "digital_tech_enterprises")]


@pytest.mark.parametrize(
    ("before", "line", "goes_on"),
    [
        ("Tỷ trọng kinh tế số trong", "GRDP đạt 12%", True),
        ("một năm thực hiện Nghị quyết của", "Bộ Chính trị", True),
        ("Kết quả cụ thể", "Toàn tỉnh có 12 trạm", False),
    ],
)
def test_no_paragraph_ends_with_a_word_left_open(before: str, line: str, goes_on: bool) -> None:
    assert is_continuation(before, line) is goes_on
