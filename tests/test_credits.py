"""What a text says of where it was taken from."""

from __future__ import annotations

import pytest

from r57monitor.text.credits import find_credited, has_credit_line


@pytest.mark.parametrize(
    ("text", "source", "expected"),
    [
        ("Thân bài.\nTheo Báo Lào Cai", "", True),
        ("Thân bài.\nNguồn: Cổng thông tin điện tử tỉnh", "", True),
        ("(Theo TTXVN)\nThân bài.", "", True),
        ("Thân bài.\nTheo TTXVN", "bao-thu", True),
        ("Thân bài.\nTổng hợp từ Báo Ngày Sau", "", True),
        (
            "Hà Nội (TTXVN) - Sáng nay, tỉnh khai trương trung tâm phục vụ hành chính công mới tại phường trung tâm.\nThân bài.",
            "bao-thu",
            True,
        ),
        ("Thân bài.\nMinh Hà (TTXVN/Vietnam+)", "bao-thu", True),
        ("Thân bài.\nTTXVN", "bao-thu", True),
        ("Thân bài.\nMinh Hà/TTXVN", "bao-thu", True),
        ("Hà Nội (TTXVN) - Sáng nay, tỉnh khai trương trung tâm mới.\nThân bài.", "vietnamplus", False),
        ("Thân bài.\nTheo TTXVN", "vietnamplus", False),
        ("Thân bài.\nTheo Báo Lào Cai", "vietnamplus", True),
        ("Thân bài.\nTỉnh đã làm việc với phóng viên TTXVN về kết quả chuyển đổi số trong quý này.", "", False),
        ("Thân bài.\nTheo kế hoạch, dự án xong trong năm.", "", False),
        ("Thân bài.\nTheo ông Nam, việc này cần thêm thời gian.", "", False),
        ("Thân bài.\nNguồn nhân lực số của tỉnh còn ít.", "", False),
        ("Thân bài dài.\nMinh Hà", "", False),
        ("", "", False),
    ],
)
def test_credit_line(text: str, source: str, expected: bool) -> None:
    assert has_credit_line(text, source) is expected


@pytest.mark.parametrize(
    ("text", "source", "names_agency"),
    [
        ("Thân bài.\nTheo TTXVN", "bao-thu", True),
        ("Thân bài.\nMinh Hà (TTXVN/Vietnam+)", "bao-thu", True),
        ("Hà Nội (TTXVN) - Sáng nay, tỉnh khai trương trung tâm mới.\nThân bài.", "bao-thu", True),
        ("Thân bài.\nTheo TTXVN", "vietnamplus", False),
        ("Thân bài.\nTheo Báo Lào Cai", "bao-thu", False),
        ("Thân bài.\nTỉnh đã làm việc với phóng viên TTXVN về kết quả chuyển đổi số trong quý này.", "bao-thu", False),
    ],
)
def test_named_agency(text: str, source: str, names_agency: bool) -> None:
    assert ("vietnamplus" in find_credited(text, source)) is names_agency
