"""Figures of reports and plans: goals in brackets, tables of agencies, lists of labels, bounds within cells."""

from __future__ import annotations

from datetime import date

import pytest

from r57monitor.catalogue import load_catalogue
from r57monitor.figures.context import FigureContext
from r57monitor.figures.find import find_figures
from r57monitor.gazetteer import load_gazetteer
from r57monitor.models import Figure
from r57monitor.text.blocks import is_continuation
from r57monitor.text.provinces import find_provinces
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


def document(kind: str, number: str, body: str) -> list[tuple[float, str, str | None]]:
    head = f"UBND TỈNH SƠN LA\nSố: {number}\nSơn La, ngày 05 tháng 11 năm 2025\n{kind}\n"
    provinces = find_provinces(head + body, None, DAY, load_gazetteer(), None)
    context = FigureContext(published=date(2025, 11, 5), provinces=provinces, page_type="document")
    found = find_figures(head + body, context, load_catalogue())
    return [(f.value, f.kind, f.due.isoformat() if f.due else None) for f in found]


def test_a_report_tells_results_and_its_last_part_goals() -> None:
    body = (
        "1. Kết quả\n- Tỷ lệ hồ sơ nộp trực tuyến 84,2%, hồ sơ đúng hạn 98,8%.\n"
        "2. Nhiệm vụ quý IV năm 2025\n- Hồ sơ nộp trực tuyến 90%.\n- Lắp 40 trạm 5G."
    )
    end = "2025-12-31"
    goals = [(90.0, "target", end), (40.0, "target", end)]
    assert document("BÁO CÁO", "402/BC-UBND", body) == [(84.2, "result", None), (98.8, "result", None), *goals]
    assert [kind for _, kind, _ in document("KẾ HOẠCH", "402/KH-UBND", body)][-2:] == ["target", "target"]


def test_columns_of_months_that_are_over_are_results_in_a_plan_too() -> None:
    rows = "Chỉ số | Đơn vị | Tháng 9/2025 | Tháng 12/2026\nTỷ lệ hồ sơ nộp trực tuyến | % | 78,9 | 95"
    assert [kind for _, kind, _ in document("KẾ HOẠCH", "402/KH-UBND", rows)] == ["result", "target"]


def test_scores_and_ranks_under_their_heads() -> None:
    rows = [
        "Kết quả chỉ số chuyển đổi số (DTI) của các tỉnh miền núi phía Bắc, theo công bố của Bộ Khoa học và Công nghệ ngày 12/8/2025 tại "
        "Hà Nội cùng với bảng so sánh các năm, cụ thể như sau:",
        "Địa phương | Điểm DTI | Xếp hạng",
        "Sơn La | 0,6402 | 41/63",
        "Lai Châu | 0,6011 | 50/63",
    ]
    told = [(f.value, f.unit, f.metric_id, f.province) for f in figures("\n".join(rows)) if f.value > 0]
    assert (41.0, "hạng", "dti_rank", "Sơn La") in told
    assert (0.6011, "điểm", "dti_score", "Lai Châu") in told
