"""Which map of provinces holds for an article without a date."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipelines.chain import load_rules, read_whole
from r57monitor.models import RawPage

TEXT = (
    "Thái Nguyên đẩy mạnh chuyển đổi số\n\nThực hiện Nghị quyết số 57-NQ/TW, tỉnh Thái Nguyên có 512 trạm phát sóng 5G trên toàn địa bàn."
)


@pytest.mark.parametrize(
    ("fetched", "province"), [(datetime(2025, 6, 30, 3, tzinfo=UTC), "vn63-19"), (datetime(2025, 7, 2, tzinfo=UTC), "vn34-19")]
)
def test_an_article_without_a_date_found_on_a_front_page(fetched: datetime, province: str) -> None:
    raw = RawPage(
        url="https://bao-thu.vn/1.html", found_by="feed", body=TEXT.encode(), content_type="text/plain; charset=utf-8", fetched_at=fetched
    )
    article = read_whole(raw, load_rules())
    assert article is not None
    assert article.extracted is not None
    assert article.extracted.published is None
    assert [m.province_id for m in article.provinces] == [province]
    assert {f.province_id for f in article.figures} == {province}
