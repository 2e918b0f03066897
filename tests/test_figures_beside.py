"""Metrics named a clause or a sentence earlier, cues that other numbers own, figures told twice."""

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
    ("text", "metrics"),
    [
        ("Mạng 5G có 95 trạm, phủ sóng 12% khu dân cư.", ["bts_5g_stations", "coverage_5g_pct"]),
        ("Tỉnh có 640 trạm 5G, phủ 31% dân số. Cuối năm tới sẽ có 900 trạm, nâng độ phủ lên 55%.",
         ["bts_5g_stations", "coverage_5g_pct", "bts_5g_stations", "coverage_5g_pct"]),
        ("Tỉnh có 1.150 trạm 4G, phủ sóng 98% thôn.", ["bts_4g_stations", "coverage_4g_pct"]),
        ("Tỉnh có 640 trạm 5G. Lớp học đã phủ 100% cán bộ.", ["bts_5g_stations", None]),
        ("Trong quý, tỉnh tiếp nhận 41.200 hồ sơ, trong đó toàn trình đạt 60%.", ["dossiers_total", "dossiers_full_online_pct"]),
        ("Số doanh nghiệp khởi nghiệp sáng tạo đạt 22 đơn vị.", ["startups"]),
        ("Cả tỉnh có 22 đơn vị.", [None]),
        # the cue after a comma is the next number's
        ("Tỉnh giao cho các sở, ngành, xã 330 nhiệm vụ, đã hoàn thành 90 nhiệm vụ.", ["tasks_total", "tasks_completed"]),
        ("Tỉnh triển khai 43 nhiệm vụ khoa học và công nghệ, hoàn thành 86% chỉ tiêu.", ["st_tasks", None]),
        ("Còn 71 nhiệm vụ chưa hoàn thành (chiếm 5%).", ["tasks_overdue", None]),
        ("Tỉnh xử lý toàn trình 58% trong tổng số 16.800 hồ sơ thủ tục hành chính.", ["dossiers_full_online_pct", "dossiers_total"]),
        # an amount that grew beside a share is no change of the share; one without words of its own is
        ("Tỷ lệ hồ sơ trực tuyến của tỉnh đạt 87,5%, số hồ sơ tiếp nhận tăng 17% so với cùng kỳ.", ["dossiers_online_pct", None]),
        ("Tỷ lệ hồ sơ trực tuyến của tỉnh đạt 87,5%, tăng 17% so với cùng kỳ.", ["dossiers_online_pct"] * 2),
        ("Tỷ lệ hồ sơ trực tuyến của tỉnh đạt 65%, mức tăng 12% so với năm 2024.", ["dossiers_online_pct"] * 2),
        ("Kinh tế số của tỉnh chiếm 18% GRDP, trong khi kim ngạch xuất khẩu giảm 9%.", ["digital_economy_grdp_pct", None]),
        ("Kinh tế số của tỉnh chiếm 18% GRDP và thu ngân sách tăng 9%.", ["digital_economy_grdp_pct", None]),
        ("Tỷ lệ hồ sơ trực tuyến của tỉnh đạt 87,5% và số đơn đăng ký sáng chế tăng 17% mỗi năm.",
         ["dossiers_online_pct", "patents_growth_pct"]),
        ("Tỉnh rà soát 1.240 thủ tục hành chính, cắt giảm 35% thời gian giải quyết thủ tục.", [None, "procedure_time_cut_pct"]),
        ("Kinh tế số của tỉnh chiếm 30% GRDP, đóng góp của TFP trên 55%.", ["digital_economy_grdp_pct", "tfp_pct"]),
        # a cue of the next clause is its own number's
        ("100% hộ kinh doanh của tỉnh kê khai thuế điện tử, tỷ lệ đúng hạn đạt 98,3%.", [None, "dossiers_on_time_pct"]),
        ("Sóng 5G của tỉnh bao phủ 38,5% dân số, tỷ lệ thuê bao điện thoại thông minh đạt 88,7%.", ["coverage_5g_pct", "smartphone_pct"]),
        ("Internet cáp quang đã vào tới 84,6% số hộ của tỉnh, công an kích hoạt 985.000 tài khoản định danh điện tử mức 2.",
         ["fiber_household_pct", "eid_accounts"]),
        # a clause that says of what it tells does not go on with the number before
        ("Tỷ lệ số hóa hồ sơ của tỉnh đạt 91%, 100% trường học có kết nối internet.", ["dossiers_digitized_pct", None]),
        ("Tỷ lệ số hóa hồ sơ của tỉnh đạt 91%, 88% hồ sơ ở cấp xã.", ["dossiers_digitized_pct"] * 2),
        ("Mạng 4G của tỉnh phủ sóng 99,8% dân số, năng suất lao động tăng 8,5%.", ["coverage_4g_pct", None]),
        ("Tỉnh đã hoàn thành 86/102 nhiệm vụ được giao và tỷ lệ bao phủ bảo hiểm y tế đạt 95%.", ["tasks_completed", None]),
        ("Tỷ lệ thuê bao của tỉnh được chuẩn hóa thông tin đạt 99% và tỷ lệ hồ sơ trực tuyến, số hóa hồ sơ lần lượt đạt 95% và 90%.",
         ["subscriber_data_verified_pct", "dossiers_online_pct", "dossiers_digitized_pct"]),
        ("Tỷ lệ hài lòng của tỉnh đạt 94%; tỷ trọng thương mại điện tử trong tổng mức bán lẻ hàng hóa và doanh thu dịch vụ đạt 11,5%.",
         ["satisfaction_pct", "ecommerce_retail_pct"]),
        ("Du lịch đóng góp 9% GRDP của tỉnh; kinh phí chi cho khoa học, công nghệ chiếm 2,8% tổng chi ngân sách.",
         [None, "st_budget_share_pct"]),
        # two ranks joined are of the index named behind them
        ("Lạng Sơn và Cao Bằng lần lượt đứng ở thứ hạng 7 và 15 trong bảng xếp hạng chuyển đổi số cấp tỉnh.", ["dti_rank"] * 2),
        # a sentence that says what it measures does not go on with the one before
        ("Tỷ lệ hồ sơ trực tuyến của tỉnh đạt 92%. Tỷ lệ bao phủ bảo hiểm y tế đạt 95,6%.", ["dossiers_online_pct", None]),
        ("Tỷ lệ hồ sơ trực tuyến của tỉnh đạt 92%. Tỷ lệ này ở cấp xã là 95,6%.", ["dossiers_online_pct"] * 2),
        ("Kinh tế số của tỉnh chiếm 25% GRDP. Khu vực dịch vụ đóng góp 45,6% GRDP.", ["digital_economy_grdp_pct", None]),
        ("99,1% văn bản của tỉnh trao đổi giữa các cơ quan dưới dạng điện tử, công nghiệp chiếm 42% GRDP.", ["edoc_pct", None]),
        # of which index a rank is, said right after it
        ("Chỉ số SIPAS của tỉnh đạt 84,6%; tỉnh xếp thứ 6/34 về chỉ số chuyển đổi số.", ["sipas_pct", "dti_rank"]),
        ("Chỉ số SIPAS của tỉnh đạt 84,6%, xếp thứ 6/34.", ["sipas_pct", None]),
        # the next level of the same thing; a bracket between adds something else
        ("Tỉnh có 98% hồ sơ công việc xử lý trên môi trường mạng đối với cấp tỉnh; 87% đối với cấp huyện.", ["work_files_online_pct"] * 2),
        ("Tỉnh lập 48 tổ công nghệ số cộng đồng tại các xã và 310 tổ tại thôn, bản.", ["community_digital_teams"] * 2),
        # being among the first in a field is no rank of an index; a base beyond the provinces neither
        ("Tỉnh muốn vào nhóm 3 tỉnh đứng đầu về đổi mới sáng tạo.", [None]),
        ("Chỉ số PII của tỉnh thuộc nhóm 3 tỉnh đứng đầu.", ["pii_rank"]),
        ("Việt Nam xếp hạng 44/139 về đổi mới sáng tạo.", ["gii_rank"]),
        ("Viễn thông Bắc Sơn xây cột ăng ten, mỗi trạm BTS tốn 1,2 tỷ đồng đầu tư hạ tầng số.", [None]),
        # lists and groups of places
        ("Tỷ lệ hồ sơ trực tuyến của Cao Bằng (93,4%) và Lai Châu (91,2%) cao hơn bình quân cả nước là 84%; Điện Biên (78,9%) thấp hơn.",
         ["dossiers_online_pct"] * 4),
        ("Tỷ lệ hồ sơ trực tuyến toàn trình của Lạng Sơn đạt 68,5%. Các tỉnh còn lại đều dưới 50%.", ["dossiers_full_online_pct"] * 2),
    ],
)  # fmt: skip
def test_metrics(text: str, metrics: list[str | None]) -> None:
    assert [f.metric_id for f in _read(text)] == metrics


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Tỉnh đưa số bản chưa có sóng từ 63 xuống 49.", [(63, "bản"), (49, "bản")]),
        ("Số bản chưa có sóng của Điện Biên, Lai Châu và Sơn La lần lượt là 22, 9 và 13.", [(22, "bản"), (9, "bản"), (13, "bản")]),
        ("Bảng chỉ số DTI vừa ra. Huế đứng sau với giá trị 0,7951, năm trước (0,7702).", [(0.7951, "điểm"), (0.7702, "điểm")]),
        ("Tỉnh xếp vị thứ 8 cả nước.", [(8, "hạng")]),
        ("Ống kính 24-70 mm, khoảng 2 phần 3 người hỏi.", []),
    ],
)
def test_bare_numbers(text: str, values: list[tuple[float, str]]) -> None:
    assert [(f.value, f.unit) for f in _read(text)] == values


def test_told_twice() -> None:
    text = "Doanh thu của ngành đạt 5.465 tỷ đồng, tăng 25%, bằng 122% kế hoạch.\n"
    text += "Cả năm, doanh thu toàn ngành đạt 5.465 tỷ đồng, tăng 25%, bằng 122% kế hoạch."
    assert [f.value for f in _read(text)] == [5465e9, 25, 122]
    text = "Với tỷ lệ 68,54%, huyện vượt lên.\nTrong năm, huyện xử lý toàn trình 68,54% hồ sơ."
    assert [(f.value, f.metric_id) for f in _read(text)] == [(68.54, "dossiers_full_online_pct")]


def test_extremes_are_no_bounds() -> None:
    assert [f.comparator for f in _read("Xã Hòa Bắc cao nhất với 645 hồ sơ, xã Hòa Nam thấp nhất với 14 hồ sơ.")] == [
        "eq",
        "eq",
    ]
    assert [f.comparator for f in _read("Mỗi xã phải có thấp nhất 14 hồ sơ.")] == ["ge"]


@pytest.mark.parametrize(
    ("text", "kind", "is_change"),
    [
        ("cao hơn cùng kỳ 9%", "result", True),
        ("cao hơn cùng kỳ năm trước 9%", "result", True),
        ("cùng kỳ 79%", "previous", False),
        ("cao hơn mức 79% của cùng kỳ", "previous", False),
    ],
)
def test_by_how_much_and_from_what(text: str, kind: str, is_change: bool) -> None:
    beside = _read(f"Tỷ lệ hồ sơ trực tuyến của tỉnh đạt 87,5%, {text}.")[1]
    assert (beside.kind, beside.is_change) == (kind, is_change)


def test_among_whom_a_province_stands_is_not_whose_the_change_is() -> None:
    found = _read("Năm 2024, tỉnh Lạng Sơn xếp hạng 12/63 tỉnh, thành phố cả nước về chuyển đổi số, tăng 1 hạng so với năm trước.")
    assert [figure.province for figure in found] == ["Lạng Sơn"] * 2
