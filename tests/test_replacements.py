"""Which document takes the place of which, in the words of plans and of the press."""

from __future__ import annotations

import pytest

from r57monitor.text.documents import find_documents
from r57monitor.text.replacements import find_replacements


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Kế hoạch số 112/KH-UBND ngày 3/9/2025 thay thế Kế hoạch số 41/KH-UBND ngày 20/2/2025 của UBND tỉnh.",
            {"112/KH-UBND": ("41/KH-UBND",)},
        ),
        (
            "Ủy ban nhân dân tỉnh ban hành Kế hoạch số 112/KH-UBND ngày 3/9/2025. Các sở thực hiện từ tháng 9.\n"
            "Kế hoạch này thay thế Kế hoạch số 41/KH-UBND ngày 20/2/2025 và Kế hoạch số 57/KH-UBND để thực hiện Nghị quyết số 57-NQ/TW.",
            {"112/KH-UBND": ("41/KH-UBND", "57/KH-UBND")},
        ),
        (
            "Kế hoạch số 41/KH-UBND được thay thế bằng Kế hoạch số 112/KH-UBND ngày 3/9/2025.",
            {"112/KH-UBND": ("41/KH-UBND",)},
        ),
        (
            "Quyết định số 1527/QĐ-UBND sửa đổi, bổ sung Quyết định số 804/QĐ-UBND về quy chế quản lý dữ liệu.",
            {"1527/QĐ-UBND": ("804/QĐ-UBND",)},
        ),
        ("Kế hoạch số 112/KH-UBND thực hiện Nghị quyết số 57-NQ/TW của Bộ Chính trị.", {}),
        ("Theo Kế hoạch số 112/KH-UBND, tỉnh thay thế 300 máy cũ; Nghị quyết số 57-NQ/TW yêu cầu làm nhanh.", {}),
        ("Kế hoạch số 112/KH-UBND bổ sung 20 tỷ đồng theo Nghị quyết số 57-NQ/TW.", {}),
        (
            "Kế hoạch số 112/KH-UBND thay thế Kế hoạch số 41/KH-UBND. Kế hoạch số 41/KH-UBND thay thế Kế hoạch số 112/KH-UBND.",
            {"112/KH-UBND": ("41/KH-UBND",)},
        ),
        (
            "Kế hoạch số 41/KH-UBND được thay thế bằng Kế hoạch số 112/KH-UBND và Kế hoạch số 113/KH-UBND.",
            {"112/KH-UBND": ("41/KH-UBND",)},
        ),
        (
            "Kế hoạch số 112/KH-UBND thay thế Kế hoạch số 41/KH-UBND. Như vậy Kế hoạch số 112/KH-UBND thay thế Kế hoạch số 41/KH-UBND.",
            {"112/KH-UBND": ("41/KH-UBND",)},
        ),
        ("Máy cũ được thay thế. Kế hoạch số 112/KH-UBND nêu rõ tiến độ.", {}),
    ],
)  # fmt: skip
def test_replacements(text: str, expected: dict[str, tuple[str, ...]]) -> None:
    found = find_replacements(text, find_documents(text))
    assert found == expected
