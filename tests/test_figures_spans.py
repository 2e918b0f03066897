"""Candidate quantities, and what is no figure."""

from __future__ import annotations

from datetime import date

import pytest

from r57monitor.figures.quantity import Quantity
from r57monitor.figures.spans import find_quantities
from r57monitor.figures.words import lower_text
from r57monitor.text.dates import find_dates

DAY = date(2025, 6, 20)


def _read(text: str) -> list[Quantity]:
    low = lower_text(text)
    return find_quantities(low, find_dates(low, DAY), [])


@pytest.mark.parametrize(
    ("text", "mention", "value", "unit"),
    [
        ("Tỉnh lắp được 45 trạm 5G.", "45 trạm", 45, "trạm"),
        ("Tỷ lệ đạt 33,2%.", "33,2%", 33.2, "%"),
        ("Tỷ lệ tăng 2,4 điểm phần trăm.", "2,4 điểm phần trăm", 2.4, "%"),
        ("Có khoảng 4.310 thành viên tham gia.", "4.310 thành viên", 4310, "thành viên"),
        ("Tổng vốn 1.172,7 tỷ đồng.", "1.172,7 tỷ đồng", 1172.7e9, "đồng"),
        ("Vốn vay 20 triệu USD.", "20 triệu USD", 20e6, "USD"),
        ("Kinh tế số chiếm 12% GRDP.", "12% GRDP", 12, "%"),
        ("Cả nước có 4,3 triệu lượt truy cập.", "4,3 triệu lượt truy cập", 4.3e6, "lượt truy cập"),
        ("Phủ sóng 98 xã, phường, thị trấn.", "98 xã, phường, thị trấn", 98, "xã, phường, thị trấn"),
        ("Kết nối 260 cơ quan, đơn vị.", "260 cơ quan, đơn vị", 260, "cơ quan, đơn vị"),
        ("Toàn tỉnh có 412 trạm, chỉ số PII được công bố sau.", "412 trạm", 412, "trạm"),
        ("Mạng lưới có 2.010 tổ, hệ thống họp không giấy đã mở rộng.", "2.010 tổ", 2010, "tổ"),
        ("Đã nghiệm thu 18 đề tài, dự án, bộ chỉ số đã ban hành.", "18 đề tài, dự án", 18, "đề tài, dự án"),
        ("Nâng băng thông lên 10 Gbps.", "10 Gbps", 10, "Gbps"),
        ("Chỉ số đạt 0,6543.", "0,6543", 0.6543, "điểm"),
        ("Doanh số gấp 4 lần kỳ trước.", "4 lần", 4, "lần"),
        ("Thanh tra 11 thương nhân.", "11 thương nhân", 11, "thương nhân"),
        ("Số trạm 5G toàn tỉnh là 415.", "415", 415, "trạm"),
        ("Mỗi hồ sơ rút ngắn còn 3 ngày.", "3 ngày", 3, "ngày"),
        ("Tỉnh sẽ cấp 30 bộ máy.", "30 bộ", 30, "bộ"),
    ],
)
def test_single(text: str, mention: str, value: float, unit: str) -> None:
    found = _read(text)
    assert [(text[q.start : q.end], q.value) for q in found] == [(mention, pytest.approx(value))]
    assert found[0].unit.lower() == unit.lower()


@pytest.mark.parametrize(
    ("text", "value", "of", "unit"),
    [
        ("Hoàn thành 36/74 hoạt động.", 36, 74, "hoạt động"),
        ("Phủ sóng 08/08 huyện, thành phố.", 8, 8, "huyện, thành phố"),
        ("Xong 12 trên tổng số 40 nhiệm vụ.", 12, 40, "nhiệm vụ"),
        ("Xong 12 nhiệm vụ trên 40 nhiệm vụ.", 12, 40, "nhiệm vụ"),
        ("Tỉnh xếp thứ 5/34.", 5, 34, "hạng"),
        ("Tỉnh đứng hạng 11 trong số 63.", 11, 63, "hạng"),
        ("Chỉ số PCI đứng ở vị trí 19.", 19, None, "hạng"),
        ("Tỉnh xếp thứ hai cả nước.", 2, None, "hạng"),
        ("Phấn đấu vào nhóm 10 tỉnh, thành phố dẫn đầu.", 10, None, "tỉnh, thành phố"),
        ("Lọt tốp 5 cả nước.", 5, None, "địa phương"),
        ("Nhận thức số | 1/63 | tăng", 1, 63, "hạng"),
    ],
)
def test_fractions_and_ranks(text: str, value: float, of: float | None, unit: str) -> None:
    assert [(q.value, q.of, q.unit) for q in _read(text)] == [(value, of, unit)]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("Tăng trưởng 8,3 - 8,5% cả năm.", 8.3, 8.5),
        ("Chiếm 35–40% GRDP.", 35, 40),
        ("Lắp từ 10 đến 15 trạm.", 10, 15),
        ("Cần 2-3 tỷ đồng.", 2e9, 3e9),
    ],
)
def test_ranges(text: str, low: float, high: float) -> None:
    assert [(q.value, q.value_max) for q in _read(text)] == [(low, high)]


def test_a_move_is_no_range() -> None:
    assert [(q.value, q.value_max) for q in _read("Tỷ lệ tăng từ 61% lên 74%.")] == [(61, None), (74, None)]


def test_in_turn() -> None:
    found = _read("Ba huyện lần lượt có 22, 9 và 13 điểm cầu.")
    assert [(q.value, q.unit) for q in found] == [(22, "điểm cầu"), (9, "điểm cầu"), (13, "điểm cầu")]


@pytest.mark.parametrize(
    "text",
    [
        "Nghị quyết số 57-NQ/TW ngày 22/12/2024 của Bộ Chính trị.",
        "Kế hoạch 146/KH-UBND và Nghị quyết 193/2025/QH15.",
        "Thực hiện Nghị quyết 57 năm 2025 và Đề án 06.",
        "Trong 6 tháng đầu năm 2025, giai đoạn 2021-2025.",
        "Chính quyền địa phương 2 cấp, 3 trụ cột, mức độ 4.",
        "Tài khoản định danh mức 2 tăng nhanh, xác thực mức 3 bắt đầu dùng.",
        "Mạng 4G, 5G, công nghiệp 4.0, phục vụ 24/7.",
        "Điện thoại 039.3855.777, tổng đài 1900 1234, hotline 1022.",
        "Lượt xem: 106",
        "Theo Điều 5, khoản 2 của luật.",
        "(1) Hạ tầng; (2) dữ liệu [3].",
        "1. Mục tiêu chung",
        "Họp lúc 14 giờ 30 phút, kết thúc 17h15.",
        "Kỳ họp thứ 9, lần thứ 4, thứ 7 hằng tuần.",
        "Người từ đủ 15 tuổi, sau 12 tháng nghiệm thu.",
        "Báo cáo đăng tại nq57.vn và http://a.vn/12/34.",
        "Đón Tết Quý Mão 2023 vui tươi.",
        "Quốc lộ 1A, phường 5, tổ dân phố số 7.",
        "Việc giao ngày 30/6 và 31/12.",
    ],
)
def test_no_figures(text: str) -> None:
    assert [text[q.start : q.end] for q in _read(text)] == []
