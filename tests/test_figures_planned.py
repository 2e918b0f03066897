"""Amounts planned and amounts reached that one sentence tells."""

from __future__ import annotations

from datetime import date

import pytest

from r57monitor.catalogue import load_catalogue
from r57monitor.figures.context import FigureContext
from r57monitor.figures.find import find_figures
from tests.rows import make_mention


def _read(text: str) -> dict[float, tuple[str, str | None, date | None]]:
    context = FigureContext(published=date(2026, 9, 18), provinces=[make_mention()])
    return {f.value: (f.kind, f.metric_id, f.as_of) for f in find_figures(text, context, load_catalogue())}


@pytest.mark.parametrize(
    ("text", "planned", "metric"),
    [
        ("Toàn tỉnh lắp 214 trạm 5G, bằng 61% kế hoạch năm (350 trạm).", 350, "bts_5g_stations"),
        ("Tỉnh đã hỗ trợ 84 doanh nghiệp chuyển đổi số, đạt 84% kế hoạch (100 doanh nghiệp).", 100, "enterprises_supported"),
        ("Đã tập huấn 2.300 cán bộ về chuyển đổi số, đạt 92% chỉ tiêu được giao (2.500 cán bộ).", 2500, "officials_trained"),
    ],
)
def test_a_bracket_behind_the_share_of_a_plan_tells_the_plan(text: str, planned: float, metric: str) -> None:
    assert _read(text)[planned] == ("target", metric, None)


def test_a_bracket_that_tells_what_was_reached_stays_a_result() -> None:
    found = _read("Kế hoạch là 350 trạm 5G; đến nay đạt 61% kế hoạch (214 trạm).")
    assert found[214][0] == "result"
    assert found[350][0] == "target"


@pytest.mark.parametrize(
    "text",
    [
        "Kinh phí chuyển đổi số năm 2026 là 612 tỷ đồng, trong đó 402 tỷ đồng đã giải ngân tính đến hết tháng 8.",
        "Năm 2026 tỉnh bố trí 612 tỷ đồng cho chuyển đổi số, đã giải ngân 402 tỷ đồng đến ngày 31/8.",
    ],
)
def test_the_day_right_behind_a_number_goes_before_the_year_before_it(text: str) -> None:
    found = _read(text)
    assert found[402e9][2] == date(2026, 8, 31)
    assert found[612e9][2] != date(2026, 8, 31)


def test_a_label_ends_where_its_time_begins() -> None:
    context = FigureContext(published=date(2026, 9, 18), provinces=[make_mention()])
    [figure] = find_figures("Toàn tỉnh trồng 37 cây bàng cổ thụ tính đến hết tháng 8.", context, load_catalogue())
    assert figure.label is not None
    assert "tính" not in figure.label
    assert "tháng" not in figure.label
