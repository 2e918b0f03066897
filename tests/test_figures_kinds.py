"""Comparators, kinds and changes: the rules of thumb, one by one."""

from __future__ import annotations

from datetime import date

import pytest

from r57monitor.catalogue import load_catalogue
from r57monitor.figures.context import FigureContext
from r57monitor.figures.find import find_figures
from r57monitor.models import Figure

CATALOGUE = load_catalogue()
DAY = date(2025, 6, 20)


def _read(text: str, **context: object) -> list[Figure]:
    return find_figures(text, FigureContext(published=DAY, **context), CATALOGUE)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "comparator"),
    [
        ("Tỉnh có 45 trạm 5G.", "eq"),
        ("Tỉnh có hơn 45 trạm 5G.", "gt"),
        ("Tỷ lệ phải đạt tối thiểu 70%.", "ge"),
        ("Tỷ lệ phải đạt từ 70% trở lên.", "ge"),
        ("Tỉnh đạt từ 700 trạm 5G trở lên.", "ge"),
        ("Gần 7.000 cán bộ đã học xong.", "lt"),
        ("Tỷ lệ dừng ở khoảng 40%.", "approx"),
        ("Sản lượng ước đạt 38%.", "approx"),
        ("Còn chưa đầy 5 hồ sơ quá hạn.", "lt"),
        ("Không quá 3 hồ sơ quá hạn.", "le"),
        ("Tỷ lệ cao hơn 4 điểm phần trăm so với năm ngoái.", "eq"),
        ("Ít nhất phải đạt 80%.", "ge"),
        ("Xã lập ban chỉ đạo, bên dưới có 23 tổ.", "eq"),
        ("Tỉnh còn dưới 23 tổ.", "lt"),
        ("Các xã không để quá 1% hồ sơ trễ hạn.", "le"),
    ],
)
def test_comparators(text: str, comparator: str) -> None:
    assert [f.comparator for f in _read(text)] == [comparator]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Đến nay, tỉnh đã có 45 trạm 5G.", ["result"]),
        ("Tỉnh phấn đấu đến năm 2030 có 450 trạm 5G.", ["target"]),
        ("Đến tháng 6/2025, tỉnh có 450 trạm 5G.", ["result"]),
        ("Đến hết tháng 6/2025, tỉnh phải có 450 trạm 5G.", ["target"]),
        ("Phấn đấu đến tháng 6/2025, tỉnh có 450 trạm 5G.", ["target"]),
        ("Đến năm 2025, tỉnh có 450 trạm 5G.", ["target"]),
        ("Tỉnh sẽ lắp 45 trạm 5G.", ["target"]),
        ("Đến ngày 31/5/2025, tỉnh có 45 trạm 5G.", ["result"]),
        ("Đến ngày 31/12, tỉnh có 45 trạm 5G.", ["target"]),
        ("Tỷ lệ chỉ đạt 38%, trong khi mục tiêu là 60%.", ["result", "target"]),
        ("Tỷ lệ mới đạt 38%, đích đặt ra là 60%.", ["result", "target"]),
        ("Tỷ lệ tăng từ 61% lên 74%.", ["previous", "result"]),
        ("Tỷ lệ được điều chỉnh về 1% (trước đó là 3%).", ["result", "previous"]),
        ("Tỷ lệ đạt 81%, so với mức 78% của tháng trước.", ["result", "previous"]),
        ("Tỉnh còn 9 nhiệm vụ quá hạn; kỳ trước là 17 nhiệm vụ.", ["result", "previous"]),
        ("Tỉnh đã hoàn thành 23/34 mục tiêu, đạt 67% kế hoạch.", ["result", "result"]),
        ("Hỗ trợ 250 doanh nghiệp nhỏ và vừa.", ["result"]),
        ("Tỉnh đã thực hiện 12 nhiệm vụ.", ["result"]),
        ("Tỉnh phải nâng tỷ lệ hồ sơ đã số hóa lên tối thiểu 45%.", ["target"]),
        (
            "Mục tiêu đến hết năm 2025:\n- 100% thủ tục được cung cấp trực tuyến;\n- Số hóa 90% hồ sơ.\nHiện tỉnh có 12 trung tâm.",
            ["target", "target", "result"],
        ),
        (
            "II. MỤC TIÊU ĐẾN NĂM 2030\n1. Kinh tế số chiếm 30% GRDP.\n2. Có 40% doanh nghiệp đổi mới.\nIII. TỔ CHỨC THỰC HIỆN",
            ["target", "target"],
        ),
        ("Tỷ lệ tăng từ 58% hồi tháng 3/2025 lên 66%.", ["previous", "result"]),
        ("Tỷ lệ còn 95,1%, thấp hơn mức 96,4% của quý trước.", ["result", "previous"]),
        ("Tỷ lệ là 95,1%, cao hơn mức 80% của cả nước.", ["result", "result"]),
        ("Tỷ lệ đạt 66%; đợt khảo sát trước là 58%.", ["result", "previous"]),
        ("Tỷ lệ số hóa hồ sơ đạt 66%, trong khi năm 2023 chỉ ở mức 31%.", ["result", "previous"]),
        ("Kinh tế số chiếm 12% GRDP (năm 2024: 10,5%).", ["result", "previous"]),
        ("Tỷ lệ hiện đạt 40%, còn xa mức 60% mà kế hoạch đặt ra.", ["result", "target"]),
        ("Tỉnh đã xong 18 nhiệm vụ mà Trung ương giao.", ["result"]),
        ("Trước mắt, 4 phường đã bị nhắc nhở.", ["result"]),
        # how near a goal is; a goal in brackets beside the value; a goal that the next number has
        ("Số doanh nghiệp đạt 22 đơn vị, tiến sát mốc 40% chỉ tiêu giao.", ["result", "result"]),
        ("Tỷ lệ mới đạt 45%, trong khi mục tiêu là 50%. Khối sở, ngành đạt 63% (mục tiêu 70%).", ["result", "target", "result", "target"]),
        ("TFP dự kiến đạt 59%. Kinh tế số góp 22% GRDP và dự kiến sẽ lên 25%.", ["target", "result", "target"]),
        ("Tỉnh tranh thủ vốn của trung ương để phủ sóng di động đến 100% thôn.", ["target"]),
        ("Kế hoạch năm 2025: mỗi sở đặt hàng 2 bài toán; đơn sáng chế tăng 18%.", ["target", "target"]),
        ("Bình quân là 61,5%, trong khi mục tiêu đến cuối năm là 80%.", ["result", "target"]),
        ("Chương trình đề ra nhiều mục tiêu đến năm 2030.\nKinh phí đạt 2% GRDP; có 40 phòng thí nghiệm.", ["target", "target"]),
        ("Hội nghị sơ kết và triển khai nhiệm vụ 6 tháng cuối năm được nối tới 38 xã.", ["result"]),
        ("Nhà mạng đã dựng 30 trạm để phủ sóng 14 thôn.", ["result", "result"]),
        ("Đà tăng nhanh hơn dự tính. Tuần qua, cổng nhận 940 hồ sơ.", ["result"]),
        ("Sở đề nghị tỉnh duyệt 14 hệ thống thông tin trước ngày 30/11.", ["target"]),
        ("Phòng đã xét 14 hồ sơ đề nghị cấp phép.", ["result"]),
        ("Tỉnh ủy giao Sở Tài chính dành 1,5% tổng chi ngân sách.", ["target"]),
        ("Tỉnh được giao thực hiện 25 nhiệm vụ.", ["result"]),
        ("II. NHIỆM VỤ NĂM 2026\n- Kinh tế số đạt 16% GRDP.\n- Lắp 90 trạm 5G.", ["target", "target"]),
        ("Nửa cuối năm:\n(1) Lắp 90 trạm 5G;\n(2) Tuyển 12 kỹ sư.", ["target", "target"]),
        ("II. NHIỆM VỤ NĂM 2024\n- Kinh tế số đạt 10% GRDP.", ["result"]),
        ("Phóng viên: Ông kỳ vọng gì ở năm 2026?\nÔng Lê Văn Bảo: Hai việc. Một là 45 trạm 5G cho vùng cao.", ["target"]),
        ("Phóng viên: Ông thấy sao?\nÔng Lê Văn Bảo: Tỉnh có 45 trạm 5G.", ["result"]),
        ("Thời gian tới, tỉnh đẩy mạnh tuyên truyền. Các sở dành 3% kinh phí cho chuyển đổi số.", ["target"]),
    ],
)
def test_kinds(text: str, kinds: list[str]) -> None:
    assert [f.kind for f in _read(text)] == kinds


def test_documents_plan() -> None:
    assert [f.kind for f in _read("Triển khai mã độc cho 100% máy tính.", page_type="document")] == ["target"]
    assert [f.kind for f in _read("Bố trí 12 điểm cầu.", title="Kế hoạch chuyển đổi số năm 2025")] == ["target"]


@pytest.mark.parametrize("title", ["Kế hoạch 02 và cuộc chạy đua", "Nghị quyết 57-NQ/TW thay đổi cách làm", "Nghị quyết 57: sáu tháng đầu"])
def test_headlines_about_documents_of_others(title: str) -> None:
    assert [f.kind for f in _read("Bố trí 12 điểm cầu.", title=title)] == ["result"]


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("Tỉnh có 45 trạm 5G, tăng 12,5% so với cùng kỳ.", [False, True]),
        ("Tỉnh xếp thứ 9/34, tụt 3 bậc.", [False, True]),
        ("Tỷ lệ tăng lên 74%.", [False]),
        ("Tỉnh có 312 bộ dữ liệu, nhiều hơn 58 bộ so với năm ngoái.", [False, True]),
        ("Doanh số gấp 4 lần.", [True]),
        ("Tỷ lệ đạt 83%, cao hơn 4,1 điểm phần trăm.", [False, True]),
        ("Sở trình không ít hơn 10 bài toán.", [False]),
        ("Tỉnh cắt giảm 30% thời gian giải quyết thủ tục hành chính.", [False]),
        ("Số hồ sơ trễ hạn giảm 30% so với cùng kỳ.", [True]),
    ],
)
def test_changes(text: str, changes: list[bool]) -> None:
    assert [f.is_change for f in _read(text)] == changes


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("Doanh thu có mức tăng trưởng 35% so với cùng kỳ.", [True]),
        ("Tốc độ tăng trưởng bình quân của kinh tế số đạt 14%.", [True]),
        ("Năng suất nhân tố tổng hợp góp vào tăng trưởng 55%.", [False]),
        ("Tỷ lệ đạt 97%, cao hơn mức bình quân của vùng là 82,7%.", [False, False]),
        ("Tỷ lệ đạt 97%, tăng 4% so với cùng kỳ.", [False, True]),
        ("Ngoài ra, tỉnh có thêm 19 chỉ tiêu đặc thù.", [False]),
    ],
)
def test_changes_and_levels(text: str, changes: list[bool]) -> None:
    assert [f.is_change for f in _read(text)] == changes
