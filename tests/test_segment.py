"""Sentences and list items with offsets."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r57monitor.text.segment import find_sentences


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Tỉnh có 12 trạm. Sau đó có thêm.", 2),
        ("TP. Hồ Chí Minh có 1.245 trạm.", 1),
        ("GS. Nguyễn Văn A. phát biểu.", 1),
        ("Xong trong năm 2025. Việc khác để sau.", 2),
        ("1. Mục tiêu chung\n2. Mục tiêu cụ thể", 2),
        ("Đạt 33,2%. “Chúng tôi mừng”, ông nói.", 2),
        ("Hoàn thành năm 2025.Tỉnh đã báo cáo xong.", 2),
        ("Khu vực TP.Phú Mỹ có cảng.", 1),
        ("Bao giờ xong? Cuối năm!", 2),
        ("", 0),
        ("\n \n", 0),
    ],
)
def test_find_sentences(text: str, count: int) -> None:
    assert len(find_sentences(text)) == count


@given(st.text(alphabet="aA. 1\n?!…”đĐ", max_size=80))
def test_spans_are_ordered_and_trimmed(text: str) -> None:
    spans = find_sentences(text)
    for start, end in spans:
        assert text[start:end] == text[start:end].strip() != ""
        assert "\n" not in text[start:end]
    assert all(a.end <= b.start for a, b in pairwise(spans))
    assert "".join(text[s:e] for s, e in spans).replace(" ", "") == "".join(text.split())
