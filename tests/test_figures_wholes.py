"""Parts of a whole with a magnitude, and numbers behind words that name documents elsewhere."""

from __future__ import annotations

from datetime import date

import pytest

from r57monitor.catalogue import load_catalogue
from r57monitor.figures.context import FigureContext
from r57monitor.figures.find import find_figures


def _read(text: str) -> list[tuple[float, float | None, str]]:
    return [(f.value, f.denominator, f.unit) for f in find_figures(text, FigureContext(published=date(2026, 9, 18)), load_catalogue())]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sở đã giải ngân 38,7/96 tỷ đồng vốn chuyển đổi số.", (38.7e9, 96e9, "đồng")),
        ("Toàn xã giải ngân 1.250/2.000 triệu đồng.", (1.25e9, 2e9, "đồng")),
        ("Công an đã cấp 1,1/1,4 triệu tài khoản.", (1.1e6, 1.4e6, "tài khoản")),
        ("Đã số hóa 1.200/1,5 triệu hồ sơ.", (1200, 1.5e6, "hồ sơ")),
        ("Đã có 18/22 bệnh viện dùng bệnh án điện tử.", (18, 22, "bệnh viện")),
    ],
)
def test_a_magnitude_behind_a_slash_is_that_of_both(text: str, expected: tuple[float, float, str]) -> None:
    [(value, whole, unit)] = _read(text)
    assert (value, whole, unit) == (pytest.approx(expected[0]), pytest.approx(expected[1]), expected[2])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Các tổ công nghệ số hướng dẫn 48.200 lượt người.", [(48200, None, "lượt người")]),
        ("Các tổ công nghệ số hướng dẫn 320 lượt người.", [(320, None, "lượt người")]),
        ("Tỉnh thực hiện Hướng dẫn 48 của Ban Tổ chức.", []),
        ("Tỉnh thực hiện Hướng dẫn 12-HD/TW.", []),
    ],
)
def test_guidance_is_given_to_people_or_numbered(text: str, expected: list[tuple[float, float | None, str]]) -> None:
    assert _read(text) == expected
