"""Plain texts that conversions of pages leave: cells parted by bars, headlines broken in capitals, datelines below headlines."""

# ruff: noqa: E501  (lines of texts stand as they are)

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from r57monitor.models import Extracted, RawPage
from r57monitor.text.documents import find_documents
from r57monitor.text.extract import extract_page
from r57monitor.text.text_lines import read_text_lines

FETCHED = datetime(2026, 3, 2, 2, tzinfo=UTC)
PLAN = """ỦY
BAN NHÂN DÂN
TỈNH LAI CHÂU
-------
|
CỘNG HÒA XÃ HỘI
CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
---------------
|
Số:
64/KH-UBND
|
Lai
Châu, ngày 12 tháng 5 năm 2025
|
KẾ HOẠCH
PHÁT TRIỂN NỀN TẢNG SỐ DÙNG CHUNG GIAI ĐOẠN 2025 - 2027 VÀ ĐỊNH HƯỚNG
ĐẾN NĂM 2030 TRÊN ĐỊA BÀN TỈNH LAI CHÂU
Thực hiện Nghị quyết số 57-NQ/TW
ngày 22/12/2024 của Bộ Chính trị về đột phá phát triển khoa học, công nghệ, đổi
mới sáng tạo và chuyển đổi số quốc gia, UBND tỉnh ban hành kế hoạch như sau:
I. MỤC TIÊU
Đến hết năm 2027, 90% hồ sơ công việc của các xã được xử lý trên môi trường mạng, các nền
tảng số dùng chung phục vụ 106 xã, phường và toàn bộ các sở, ban, ngành của tỉnh, bảo đảm
an toàn thông tin theo cấp độ.
Mỗi nền tảng có một cơ quan chủ trì, một tổ kỹ thuật trực ở trung tâm dữ liệu của tỉnh và
một đầu mối ở từng xã; việc gì chậm thì cơ quan chủ trì báo cáo tỉnh ngay trong tuần, kèm
nguyên nhân và cách khắc phục. Kinh phí lấy từ ngân sách tỉnh và từ vốn của các doanh nghiệp
viễn thông cùng thực hiện, giao trong dự toán hằng năm của từng cơ quan, đơn vị theo quy
định hiện hành, không để việc này chồng lên việc kia.
"""


def read(text: str) -> Extracted:
    return extract_page(RawPage(url="https://x.example/a.txt", body=text.encode(), fetched_at=FETCHED, content_type="text/plain"))


def test_a_letterhead_whose_cells_are_parted_by_bars() -> None:
    found = read(PLAN)
    assert found.page_type == "document"
    assert found.title == "PHÁT TRIỂN NỀN TẢNG SỐ DÙNG CHUNG GIAI ĐOẠN 2025 - 2027 VÀ ĐỊNH HƯỚNG ĐẾN NĂM 2030 TRÊN ĐỊA BÀN TỈNH LAI CHÂU"
    assert str(found.published)[:10] == "2025-05-11"  # in UTC
    lines = found.text.split("\n")
    assert lines[:3] == ["ỦY BAN NHÂN DÂN TỈNH LAI CHÂU", "Số: 64/KH-UBND", "Lai Châu, ngày 12 tháng 5 năm 2025"]
    dates = {document.number: str(document.issued_on) for document in find_documents(found.text)}
    assert dates == {"64/KH-UBND": "2025-05-12", "57-NQ/TW": "2024-12-22"}


def test_the_date_of_a_cited_document_is_not_the_letterheads() -> None:
    text = "TỈNH LAI CHÂU\nSố: 64/KH-UBND\nThực hiện Quyết định số 411/QĐ-TTg, ngày 31/3/2022 của Thủ tướng Chính phủ, UBND tỉnh ban hành kế hoạch."
    assert {d.number: str(d.issued_on) for d in find_documents(text)} == {"64/KH-UBND": "None", "411/QĐ-TTg": "2022-03-31"}


def test_bars_of_a_table_stay() -> None:
    table = "| Xã | Hồ sơ |\n|---|---|\n| Bum Tở | 412 |"
    assert read_text_lines(RawPage(url="", body=table.encode(), fetched_at=FETCHED)) == ["Xã | Hồ sơ", "Bum Tở | 412"]


PROSE = "Ngay trong tháng đầu, các xã đã lập tổ giúp việc, rà soát hạ tầng và báo cáo về tỉnh những việc làm được, chưa làm được cùng nguyên nhân của từng việc."


@pytest.mark.parametrize(
    ("head", "title"),
    [
        (
            "Sở Khoa học và Công nghệ giới thiệu chương trình hành động của tỉnh\nChủ nhật - 12/10/2025 21:08 470 0\nCHƯƠNG TRÌNH\n"
            "của Ban Thường vụ về phát triển khoa học, công nghệ và đổi mới sáng tạo phục vụ phát triển kinh tế\n-----\n",
            "Sở Khoa học và Công nghệ giới thiệu chương trình hành động của tỉnh",
        ),
        ("Cổng thông tin tỉnh\nThứ Hai, 02/03/2026 09:14\nCác xã vùng cao lập tổ giúp việc về chuyển đổi số\n", "Các xã vùng cao lập tổ giúp việc về chuyển đổi số"),
    ],
)  # fmt: skip
def test_the_headline_stands_above_its_day(head: str, title: str) -> None:
    assert read(head + PROSE).title == title


def test_a_first_sentence_before_a_section_is_kept() -> None:
    text = (
        f"Kế hoạch số 12/KH-UBND ngày 08/6/2025 của UBND tỉnh về phổ cập kỹ năng số cho người dân.\nI- Tình Hình Và Nguyên Nhân\n- {PROSE}"
    )
    assert "12/KH-UBND" in read(text).text
