"""Texts that compare provinces: ranks in lists, pillars of an index, whose each number is, what was and what is."""

from __future__ import annotations

from datetime import date

import pytest

from r57monitor.catalogue import load_catalogue
from r57monitor.figures.context import FigureContext
from r57monitor.figures.find import find_figures
from r57monitor.gazetteer import load_gazetteer
from r57monitor.models import Figure
from r57monitor.text.provinces import find_provinces

DAY = date(2025, 11, 20)


def _read(text: str) -> list[Figure]:
    provinces = find_provinces(text, None, DAY, load_gazetteer(), None)
    return find_figures(text, FigureContext(published=DAY, provinces=provinces), load_catalogue())


@pytest.mark.parametrize(
    ("text", "ranks"),
    [
        ("Về chỉ số DTI, Lào Cai và Sơn La lần lượt xếp thứ 8 và 9.", [(8, None), (9, None)]),
        ("Hai đô thị được xếp ở vị trí 210 và 248 trong tổng số 1.300 thành phố.", [(210, None), (248, 1300)]),
        ("Hệ sinh thái khởi nghiệp của tỉnh đứng thứ 812/1.300 thành phố.", [(812, 1300)]),
        ("Hệ sinh thái của tỉnh vươn lên vị trí 812 thế giới.", [(812, None)]),
        ("Về chính phủ điện tử, Việt Nam xếp 66/193 quốc gia.", [(66, 193)]),
        ("Bảng tổng sắp lọt top 1.000 hệ sinh thái; Lào Cai giữ vị trí thứ 6.", [(6, None)]),
        # what follows the list counts something else
        ("Tỉnh xếp thứ 8, 3 trung tâm được khen.", [(8, None)]),
    ],
)
def test_ranks(text: str, ranks: list[tuple[float, float | None]]) -> None:
    assert [(f.value, f.denominator) for f in _read(text) if f.unit == "hạng"] == ranks


@pytest.mark.parametrize(
    ("text", "metrics"),
    [
        ("Chỉ số DTI của Lào Cai xếp thứ 8/34. Trong đó, chính quyền số xếp thứ 3/34, kinh tế số xếp thứ 12/34.", ["dti_rank", None, None]),
        ("Chỉ số DTI của Lào Cai dẫn đầu cả chính quyền số, kinh tế số và xã hội số, xếp thứ 1/34.", ["dti_rank"]),
        ("Chỉ số PII của Sơn La dẫn đầu 6/52 chỉ số thành phần, với tổng điểm 41,25, trong đó điểm đầu vào đạt 43,5.",
         [None, "pii_score", None]),
        ("Kinh tế số của Lào Cai chiếm 14% GRDP, trong từng ngành đạt tối thiểu 8%.", ["digital_economy_grdp_pct", None]),
        ("Phát triển kinh tế số là trọng tâm. Năng suất lao động tăng bình quân 6%/năm.", [None]),
        ("Số trạm 5G bằng 42,5% số trạm 4G, phủ sóng 71% dân số.", ["bts_5g_share_pct", "coverage_5g_pct"]),
        ("Cả nước có 41.000 trạm 5G. Một nhà mạng triển khai hơn 15.000 trạm.", ["bts_5g_stations", "bts_5g_stations"]),
        ("Tỉnh đã ban hành 2 chương trình hành động, 11 quyết định và 11 kế hoạch.", ["documents_issued"] * 3),
        ("Mục tiêu phủ sóng 5G tới 90% khu đô thị và 60% số xã.", ["coverage_5g_pct"] * 2),
        ("Cả nước có 72.000 trạm 5G.", ["bts_5g_stations"]),
        ("Chính phủ đã ban hành 11 chỉ thị và 25 công điện.", ["documents_issued"] * 2),
        ("Tỉnh đã hoàn thành 28 chỉ tiêu (58,3%) và 64 nhiệm vụ (41,3%).",
         ["targets_met", "tasks_completed_pct", "tasks_completed", "tasks_completed_pct"]),
        ("Tỷ lệ dân số trưởng thành của Việt Nam có chữ ký số giai đoạn 2022 - 2024 đã tăng từ 4% lên 15%.", ["adult_esignature_pct"] * 2),
        ("Vốn đầu tư công cho hạ tầng số giải ngân được 640 tỷ đồng.", [None]),
        ("Sở đã triển khai và hoàn thành 100% (48/48) nhiệm vụ Trung ương giao.", ["tasks_completed_pct", "tasks_completed"]),
        ("Tỷ lệ dịch vụ công trực tuyến toàn trình của các bộ, ngành đạt trung bình 41,5% và các địa phương đạt trung bình 52,5%.",
         ["online_services_full_pct"] * 2),
        ("Tỉnh có 92% hồ sơ của người dân, doanh nghiệp được nộp trực tuyến.", ["dossiers_online_pct"]),
    ],
)  # fmt: skip
def test_metrics(text: str, metrics: list[str | None]) -> None:
    assert [f.metric_id for f in _read(text)] == metrics


@pytest.mark.parametrize(
    ("text", "places"),
    [
        # several are told of: the one named last, whatever commas stand between
        (
            "Tỉnh Lào Cai đạt 93,5% và Sơn La vẫn là nơi thấp nhất, chỉ 61,2%. Lai Châu năm nay tiến bộ, đạt 88,4%. Số hóa đạt 70,3%.",
            ["Lào Cai", "Sơn La", "Lai Châu", "Lai Châu"],
        ),
        # one is told of: another's only in its own clause
        (
            "UBND tỉnh Lào Cai họp chiều qua. Chủ tịch UBND tỉnh Lào Cai cho biết tỉnh Lào Cai đạt 93,5%, "
            "trong khi Sơn La mới đi bước đầu, đạt 61,2%. "
            "Trên địa bàn tỉnh Lào Cai, số hóa đạt 70,3%.",
            ["Lào Cai", "Sơn La", "Lào Cai"],
        ),
        (
            "Số trạm 5G của Điện Biên, Lai Châu và Sơn La lần lượt là 122, 109 và 113, trong khi cả nước có 41.000 trạm.",
            ["Điện Biên", "Lai Châu", "Sơn La", "national"],
        ),
        # "ba tỉnh" are those that the sentence before names
        (
            "Điện Biên, Lai Châu và Sơn La họp về hạ tầng. Số trạm 5G của ba tỉnh lần lượt là 122, 109 và 113 trạm.",
            ["Điện Biên", "Lai Châu", "Sơn La"],
        ),
        # an index with the nation's name ranks the province
        ("Tỉnh Lào Cai dự hội nghị. Chỉ số ứng dụng công nghệ thông tin Việt Nam (ICT Index) xếp thứ 17 cả nước.", ["Lào Cai"]),
        ("Hà Giang, Lai Châu, Sơn La giữ vị trí thứ 15, 16, 17 về DTI.", ["Tuyên Quang", "Lai Châu", "Sơn La"]),
        ("Tỉnh Lào Cai củng cố 620 tổ công nghệ số cộng đồng tại các địa phương với 142/142 tổ cấp xã.", ["Lào Cai", "Lào Cai"]),
        (
            "At the Lao Cai province bridge, the Vice Chairman of Lao Cai Provincial People's Committee attended "
            "the national conference on science.\n"
            "Implementing Resolution 57 of the Politburo, 412 tasks have been completed in the first months "
            "of the year by all agencies together.",
            ["national"],
        ),
        ("Tỉnh Lào Cai dự hội nghị. Năm tới, Nhà nước dự kiến dành khoảng 88.000 tỷ đồng cho khoa học, công nghệ.", ["national"]),
    ],
)
def test_places(text: str, places: list[str]) -> None:
    assert [f.province for f in _read(text)] == places


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Cách đây 3 năm, cả tỉnh mới có khoảng 12 trạm 5G. Đến nay, con số này đã vượt mốc 900 trạm.", ["previous", "result"]),
        ("Vùng phủ 5G đã tăng từ dưới 2% hồi đầu nhiệm kỳ đến khoảng 81%.", ["previous", "result"]),
        ("Sở đã thúc giục các nhà mạng đưa số trạm 5G đạt ít nhất 45% số trạm 4G.", ["target"]),
        ("Cơ quan chủ trì đã thúc giục doanh nghiệp bảo đảm số trạm 5G đạt ít nhất 45% số trạm 4G.", ["target"]),
        ("Bộ đặt mục tiêu duy trì chỉ số của Việt Nam trong nhóm 4 quốc gia dẫn đầu khu vực.", ["target"]),
        ("Năm 2024, tỉnh xếp thứ 8 về DTI. Trước đó, năm 2023, tỉnh Lào Cai xếp thứ 14 về DTI.", ["result", "previous"]),
        ("# Từ quyết tâm chính trị đến con số\nTỷ lệ hồ sơ trực tuyến của tỉnh là 71,5%.", ["result"]),
        ("Theo PII 2024, Lào Cai xếp hạng 21 (PII 2023 xếp hạng 26).", ["result", "previous"]),
        ("Nếu tính riêng từng tỉnh cũ, thứ hạng sẽ thay đổi: Lào Cai giữ vị trí thứ 8 về DTI.", ["result"]),
        ("Tỷ lệ hồ sơ trực tuyến là 71,5%, tuy chưa đạt kỳ vọng.", ["result"]),
        ("Sở đã xong 5 nhiệm vụ; 2 nhiệm vụ còn lại nằm trong thời hạn. Toàn bộ 100% thủ tục được công khai.", ["result"] * 3),
    ],
)
def test_kinds(text: str, kinds: list[str]) -> None:
    assert [f.kind for f in _read(text)] == kinds


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        # a share that goes with a change is one; ranks of other years are no repetitions
        ("Hệ sinh thái của tỉnh tăng 45 bậc, tương ứng 12,5%.", [(45, True, "eq"), (12.5, True, "eq")]),
        (
            "Chỉ số DTI của tỉnh xếp thứ 6 năm 2022, thứ 9 năm 2023 và thứ 6 năm 2024.",
            [(6, False, "eq"), (9, False, "eq"), (6, False, "eq")],
        ),
        ("Nền tảng này cung cấp hơn 40 dịch vụ số.", [(40, False, "gt")]),
        ("Tỉnh phấn đấu tăng trưởng 2 con số.", []),
        ("Hội nghị nối tới điểm cầu của 34 tỉnh, thành phố.", []),
        (
            "Tỉnh đã cấp 90.000 chứng thư số cho người dân, tăng hơn 1,5 vạn so với cuối năm trước.",
            [(90000, False, "eq"), (15000, True, "gt")],
        ),
        ("Sở hoàn thành tiến độ 2/3 nhiệm vụ được giao.", [(2, False, "eq")]),
        ("Tỉnh dẫn đầu 11 trên 52 chỉ số thành phần.", [(11, False, "eq")]),
    ],
)
def test_forms(text: str, figures: list[tuple[float, bool, str]]) -> None:
    assert [(f.value, f.is_change, f.comparator) for f in _read(text)] == figures


@pytest.mark.parametrize(
    ("text", "as_of", "due"),
    [
        ("Tính đến đầu tháng 5/2025, tỉnh có 310 trạm 5G.", "2025-05-31", None),
        ("Tính đến 16h ngày 24/8/2025, tỉnh có 310 trạm 5G.", "2025-08-24", None),
        ("Tỷ lệ hồ sơ trực tuyến của tỉnh tháng 4/2025 đạt 61,5%.", "2025-04-30", None),
        # the date after "và" is the next number's
        ("Tỉnh phấn đấu đến năm 2026, kinh tế số đạt 18% GRDP và đến năm 2030 phải đạt 30%.", None, "2026-12-31"),
    ],
)
def test_days(text: str, as_of: str | None, due: str | None) -> None:
    figure = _read(text)[0]
    assert (figure.as_of and str(figure.as_of), figure.due and str(figure.due)) == (as_of, due)
