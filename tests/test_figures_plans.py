"""What plans lay down, and what their clause tells beside it."""

from __future__ import annotations

from datetime import date

import pytest

from r57monitor.catalogue import load_catalogue
from r57monitor.figures.context import FigureContext
from r57monitor.figures.find import find_figures

CATALOGUE = load_catalogue()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Kế hoạch số 120/KH-UBND của tỉnh xác định lắp đặt 350 trạm BTS 5G.", "target"),
        ("Kế hoạch năm 2026 của tỉnh Lào Cai là lắp 350 trạm BTS 5G.", "target"),
        ("Chương trình hành động của Tỉnh ủy nêu phủ sóng 5G 90% dân số.", "target"),
        ("Tại Nghị quyết số 15-NQ/TU, nghị quyết của tỉnh đề ra kinh tế số 25% GRDP.", "target"),
        ("Kế hoạch của tỉnh xác định 145 nhiệm vụ.", "result"),
        ("Quy hoạch tỉnh nêu thực trạng: dịch vụ công trực tuyến toàn trình 41%.", "result"),
        ("Kế hoạch được triển khai tốt, toàn tỉnh xác định 62% dân số dùng chữ ký số.", "result"),
        ("Đề án xác định lắp 350 trạm; đến nay đã lắp 120 trạm BTS 5G.", "result"),
    ],
)
def test_what_a_plan_lays_down_is_a_goal(text: str, kind: str) -> None:
    assert find_figures(text, FigureContext(published=date(2025, 10, 20)), CATALOGUE)[-1].kind == kind
