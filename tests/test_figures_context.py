"""Days and due dates of figures: the own year of a number, headings with letters, what turns to the next number."""

from __future__ import annotations

from datetime import date

import pytest

from r57monitor.catalogue import load_catalogue
from r57monitor.figures.context import FigureContext
from r57monitor.figures.find import find_figures

DAY = date(2026, 3, 10)


def _read(text: str, published: date | None = DAY) -> list[tuple[str, int | None, int | None]]:
    figures = find_figures(text, FigureContext(published=published), load_catalogue())
    return [(f.kind, f.as_of.year if f.as_of else None, f.due.year if f.due else None) for f in figures]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # each number its own year
        ("Tỷ lệ số hóa hồ sơ đạt 95% năm 2024, 97% năm 2025.", [("previous", 2024, None), ("result", 2025, None)]),
        ("Tỉnh tăng từ vị trí 52/63 năm 2022 lên vị trí 41/63 năm 2024.", [("previous", 2022, None), ("result", 2024, None)]),
        (
            "Kinh tế số đóng góp 19% GRDP năm 2024 và dự kiến sẽ tăng lên 24% trong năm 2027.",
            [("result", 2024, None), ("target", None, 2027)],
        ),
        ("Tỉnh phấn đấu có 80% người dân dùng ứng dụng vào cuối 2027.", [("target", None, 2027)]),
        # the year of a plan is no day of the figure
        ("Đến nay tỉnh đạt 48% kế hoạch năm 2025.", [("result", None, None)]),
        # "thực hiện" is no word for now
        (
            "Tính đến tháng 8/2025, có 94 nhiệm vụ đã xong, 72 nhiệm vụ đang thực hiện và 11 nhiệm vụ quá hạn.",
            [("result", 2025, None)] * 3,
        ),
        # a heading with a letter governs its items, the next letter the next ones
        (
            "2. Mục tiêu cụ thể\na) Đến năm 2027\n- 100% dịch vụ toàn trình.\n- Tối thiểu 95% người dân hài lòng.\n"
            "b) Đến năm 2030\n- Số hóa 100% hồ sơ.",
            [("target", None, 2027), ("target", None, 2027), ("target", None, 2030)],
        ),
    ],
)
def test_days(text: str, expected: list[tuple[str, int | None, int | None]]) -> None:
    assert _read(text) == expected


@pytest.mark.parametrize("published", [None, DAY])
@pytest.mark.parametrize(
    "text",
    [
        "Tỉnh có kế hoạch lập ba vườn ươm. Tính đến 5/3/2026, cổng tiếp nhận 28 sáng kiến.",
        "Theo kế hoạch, tính đến ngày 28/2/2026 các sở tiếp nhận 31 hồ sơ.",
        "The province opened a portal for the ideas of the public and of its own staff in the year that has passed, and asked "
        "the departments to answer each of them in the open within the month and to say plainly what they could not do. "
        "As of February 28, 2026, the portal received 41 initiatives.",
    ],
)
def test_day_counted_up_to_is_no_deadline(text: str, published: date | None) -> None:
    assert _read(text, published)[-1] == ("result", 2026, None)
