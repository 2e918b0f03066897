"""The head of an official document whose body is cut off or kept elsewhere."""

from __future__ import annotations

from datetime import UTC, datetime

from r57monitor.models import RawPage
from r57monitor.text.extract import extract_page


def test_head_alone_is_a_document() -> None:
    page = (
        "ỦY BAN NHÂN DÂN\nTỈNH SƠN LA\n-------\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n\n"
        "Số: 318/QĐ-UBND\n\nSơn La, ngày 12 tháng 3 năm 2025\n\nQUYẾT ĐỊNH\n\n"
        "BAN HÀNH KẾ HOẠCH HÀNH ĐỘNG CỦA TỈNH THỰC HIỆN NGHỊ QUYẾT SỐ 57-NQ/TW NGÀY 22/12/2024 CỦA BỘ CHÍNH TRỊ\n"
    )
    seen = datetime(2025, 3, 14, tzinfo=UTC)
    raw = RawPage(url="https://example.org/vb/318.txt", body=page.encode(), fetched_at=seen, content_type="text/plain; charset=utf-8")
    found = extract_page(raw)
    assert found.page_type == "document"
    assert found.title is not None
    assert "57-NQ/TW" in found.title
    assert "318/QĐ-UBND" in found.text
