"""Goals told in lists and over several sentences: which year governs them, where a part tells its own state, what lies in the past."""

from __future__ import annotations

from datetime import date

import pytest

from r57monitor.catalogue import load_catalogue
from r57monitor.figures.context import FigureContext
from r57monitor.figures.find import find_figures
from r57monitor.models import Figure
from r57monitor.text.dates import find_dates

DAY = date(2025, 12, 1)
CATALOGUE = load_catalogue()


def read(text: str) -> dict[float, Figure]:
    context = FigureContext(title=None, published=DAY, provinces=(), documents=(), page_type="article")
    return {figure.value: figure for figure in find_figures(text, context, CATALOGUE)}


Y26, Y29 = date(2026, 12, 31), date(2029, 12, 31)
MARKS: list[tuple[str, float, str, date | None]] = [
    # the year that opens a sentence holds for those after it, also where the first sentence has numbers of its own
    ("Tới năm 2029, mạng băng rộng phủ 100% thôn. Kinh tế số chiếm 24% GRDP; có ít nhất 5 khu dịch vụ số.", 24, "target", Y29),
    ("Tới năm 2029, mạng băng rộng phủ 100% thôn. Kinh tế số chiếm 24% GRDP; có ít nhất 5 khu dịch vụ số.", 5, "target", Y29),
    # goals of years further on hold for the goals of the next paragraph, those of the next year do not
    ("Mục tiêu đến năm 2029, kinh tế số đạt 24% GRDP.\nTỉnh phấn đấu có tối thiểu 35 doanh nghiệp công nghệ số.", 35, "target", Y29),
    ("Năm 2026, số người học dự kiến vượt 21.000 học viên.\nSở đề xuất mua 640 bộ máy tính.", 640, "target", None),
    # what somebody passed goals of a year for, before they are told one by one
    ("Hội đồng thông qua các chỉ tiêu chuyển đổi số năm 2026.\nCụ thể, kinh tế số chiếm 17% GRDP.", 17, "target", Y26),
    # a year without its word
    ("Đích dài hơi hơn là tới 2029 kinh tế số góp 24% vào GRDP.", 24, "target", Y29),
    ("Kế hoạch vạch đích 2029: 65% hợp tác xã dùng nền tảng số.", 65, "target", Y29),
    ("Đề án hướng đến 4.200 kỹ sư vào 2029.", 4200, "target", Y29),
    # verbs that keep a level aim at it after a goal
    ("Đến năm 2029, duy trì vị trí trong nhóm 12 địa phương dẫn đầu.", 12, "target", Y29),
    ("Trung tâm duy trì 140 tài khoản thường xuyên.", 140, "result", None),
    # each item of a list of goals tells its own state
    ("Chỉ tiêu cuối năm 2026 gồm: cáp quang 73%, hiện đạt 66%; tài khoản ngân hàng 82%, hiện 71%.", 66, "result", None),
    ("Chỉ tiêu cuối năm 2026 gồm: cáp quang 73%, hiện đạt 66%; tài khoản ngân hàng 82%, hiện 71%.", 82, "target", Y26),
    ("Chỉ tiêu cuối năm 2026 gồm: cáp quang 73%, hiện đạt 66%; tài khoản ngân hàng 82%, hiện 71%.", 71, "result", None),
    # a day by which one item is due is no other's; a day that stands before the list is all items'
    ("Tỉnh giao: Sở Nội vụ mở xong 14 lớp trước 15/9/2026; Công an tỉnh cấp định danh cho 93% người dân.", 14, "target", date(2026, 9, 15)),
    ("Tỉnh giao: Sở Nội vụ mở xong 14 lớp trước 15/9/2026; Công an tỉnh cấp định danh cho 93% người dân.", 93, "target", None),
    ("Huyện xác định từ nay đến 30/6/2026: số hóa 88% hồ sơ; mở 14 lớp.", 14, "target", date(2026, 6, 30)),
    # what is compared with a year before was counted
    ("Mục tiêu năm 2026 đạt 84% số hộ; số thuê bao đạt 3,1 triệu thuê bao, tăng 7% so với cùng kỳ.", 3_100_000, "result", None),
    # of a year that is over, beside what is planned
    ("Nhà mạng dự kiến lắp thêm 3.300 trạm, cùng 6.100 trạm của năm 2024.", 6100, "previous", None),
    ("Trước kia cả xã chỉ có 11% hộ dùng Internet.", 11, "previous", None),
    # reached, though the word for a goal stands there
    ("Năm 2024, tỉnh về đích 37/41 chỉ tiêu, tỷ lệ hài lòng 96,1%.", 37, "result", None),
    ("Tập đoàn đã cán mốc lắp đặt 17.000 trạm 5G.", 17000, "result", None),
    ("Cả tỉnh thiếu 132 cán bộ chuyên trách.", 132, "result", None),
    ("Tỉnh được giao 15%, ước chỉ chạm 13,6%.", 15, "target", None),
    ("Tỉnh được giao 15%, ước chỉ chạm 13,6%.", 13.6, "result", None),
    ("Hồ sơ trả bản điện tử mới 43%, trong khi mức Trung ương đòi hỏi là 81%.", 81, "target", None),
]


@pytest.mark.parametrize(("text", "value", "kind", "due"), MARKS)
def test_kind_and_due(text: str, value: float, kind: str, due: date | None) -> None:
    figure = read(text)[value]
    assert (figure.kind, figure.due) == (kind, due)


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("tới 2029 kinh tế số góp", [2029]),
        ("vào 2029.", [2029]),
        ("vạch đích 2029: mỗi xã", [2029]),
        ("nâng lên đến 2029 hồ sơ", []),
        ("đạt đến 2029 người", []),
        ("Đến 2029 hồ sơ trực tuyến đạt 95%.", [2029]),
        ("“Năm sau chúng tôi làm tiếp”", [2026]),
        ("một năm sau sáp nhập", []),
    ],
)
def test_bare_years(text: str, years: list[int]) -> None:
    assert [mention.last.year for mention in find_dates(text, DAY)] == years


@pytest.mark.parametrize(
    ("text", "value", "of", "unit"),
    [
        ("Hết tháng 10, 11 trong 26 dự án chưa chọn xong nhà thầu.", 11, 26, "dự án"),
        ("Toàn tỉnh có 2.725 doanh nghiệp, trong đó hơn 1.600 thuộc ngành phần mềm.", 1600, None, "doanh nghiệp"),
        ("Hồ sơ tiếp nhận là 1.862.300 hồ sơ; hồ sơ trực tuyến 1.601.500, đạt tỷ lệ 86%.", 1_601_500, None, "hồ sơ"),
        ("Quỹ có không quá 6 nhà đầu tư.", 6, None, "nhà đầu tư"),
        ("Mục tiêu cả năm là 110.000 chữ ký số, hiện đã cấp 46.300.", 46300, None, "chữ ký số"),
    ],
)
def test_counts_told_in_parts(text: str, value: float, of: float | None, unit: str) -> None:
    figure = read(text)[value]
    assert (figure.denominator, figure.unit) == (of, unit)


def test_one_of_many_is_no_share_of_them() -> None:
    assert not read("Tỉnh là 1 trong 20 địa phương được chọn.").get(1)


MEASURED: list[tuple[str, float, str, bool, str]] = [
    # how little of a goal was reached, in the words right at the number
    ("Kế hoạch là 100% thôn có sóng, thực tế mới 94,6%.", 94.6, "result", False, "eq"),
    ("Tỷ lệ hộ dùng cáp quang mới 51%, cách khá xa mục tiêu 72% của năm 2026.", 51, "result", False, "eq"),
    ("Tỷ lệ hộ dùng cáp quang mới 51%, cách khá xa mục tiêu 72% của năm 2026.", 72, "target", False, "eq"),
    ("Chỉ tiêu dân số có sổ sức khỏe điện tử 76%, đạt 67,4%.", 67.4, "result", False, "eq"),
    ("Chỉ tiêu dân số có sổ sức khỏe điện tử 76%, đạt 67,4%.", 76, "target", False, "eq"),
    ("Mục tiêu đến năm 2026 có 44 sản phẩm; lũy kế được 37 sản phẩm.", 37, "result", False, "eq"),
    ("Các tổ mở lớp cho 31.500 lượt người, gấp rưỡi chỉ tiêu.", 31500, "result", False, "eq"),
    ("Đội ngũ khoảng 3.100 người, bằng một nửa mục tiêu 6.200 người.", 3100, "result", False, "approx"),
    ("Quý IV hoàn thành 96 trạm, vượt 21% kế hoạch quý.", 21, "result", True, "eq"),
    ("Trong 44 chỉ tiêu, 30 chỉ tiêu sẽ xong vào tháng 12, còn 5 chỉ tiêu khó.", 5, "result", False, "eq"),
    ("Năm 2026 phấn đấu tỷ lệ hồ sơ trễ hạn chỉ 1,2%.", 1.2, "target", False, "eq"),
    ("Nghị quyết đặt ra mục tiêu mới 83% hồ sơ trực tuyến.", 83, "target", False, "eq"),
    # a goal told beside what was reached is not what the next sentence is about
    ("Chi bằng 1,8% tổng chi, trong khi nghị quyết yêu cầu 3%. Thành phố đứng đầu với 4,2%.", 4.2, "result", False, "eq"),
    # an order of the paragraph before says nothing of the details that follow
    ("Ban Thường vụ yêu cầu làm rõ trách nhiệm vì kết quả tụt so với quý II.\nCụ thể, hồ sơ đúng hạn 93,2%.", 93.2, "result", False, "eq"),
    # levels and changes
    ("Giải ngân nhích lên 47% so với quý trước.", 47, "result", False, "eq"),
    ("Tỉnh nhích lên 12 bậc.", 12, "result", True, "eq"),
    # times right at the number
    ("Tổng số trạm tăng từ 530 trạm hiện nay lên 1.150 trạm vào tháng 12/2026.", 1150, "target", False, "eq"),
    ("Hồ sơ đúng hạn đạt 92,7% (quý II: 96,3%).", 96.3, "previous", False, "eq"),
    ("Ngành kiến nghị bổ sung 95 tỷ đồng.", 95e9, "target", False, "eq"),
]


@pytest.mark.parametrize(("text", "value", "kind", "is_change", "comparator"), MEASURED)
def test_measured_against(text: str, value: float, kind: str, is_change: bool, comparator: str) -> None:
    figure = read(text)[value]
    assert (figure.kind, figure.is_change, figure.comparator) == (kind, is_change, comparator)


PLANNED: list[tuple[str, float, str, date | None]] = [
    # the year a colon leads from, and marks that are years
    ("Mốc gần được đặt ở năm 2027: kinh tế số đạt 34% GRDP; có 1.300 doanh nghiệp nghiên cứu.", 34, "target", date(2027, 12, 31)),
    ("Mốc gần được đặt ở năm 2027: kinh tế số đạt 34% GRDP; có 1.300 doanh nghiệp nghiên cứu.", 1300, "target", date(2027, 12, 31)),
    ("Mốc xa là 2029, khi kinh tế số phải vượt 41% GRDP.", 41, "target", Y29),
    # periods to come behind what is planned for them
    ("Trong bản đăng ký thi đua 2026, tỉnh phấn đấu có 14 doanh nghiệp khoa học và công nghệ.", 14, "target", Y26),
    ("Nhà mạng cam kết quý I/2026 thêm 240 trạm, phần còn lại trong quý II/2026.", 240, "target", date(2026, 3, 31)),
    ("Tới kỳ tháng 6/2026, tỉnh phải giải ngân 43% vốn.", 43, "target", date(2026, 6, 30)),
    ("Kế hoạch tỉnh giao là 900 trạm trong năm 2026.", 900, "target", Y26),
    ("Trạm 5G: 700 trạm (kế hoạch năm: 1.150 trạm).", 1150, "target", None),
    ("Thành phố đặt 2,1% vào năm 2029.", 2.1, "target", Y29),
    # one day behind a list of counts
    (
        "Theo kế hoạch, 1,2 triệu thửa đất, 230.000 hồ sơ và 2.300 hồ sơ cán bộ phải được đối soát xong trước 20/6/2026.",
        1.2e6,
        "target",
        date(2026, 6, 20),
    ),
    ("Sở Nội vụ phải tập huấn cho 97% cán bộ, chậm nhất 15/12.", 97, "target", date(2025, 12, 15)),
    # where it stands now, beside a goal
    ("Kế hoạch số hóa 410.000 dữ liệu phải xong từ tháng 6, nay mới 318.000.", 318000, "result", None),
    ("Chi bằng 0,9%, chưa được một phần ba mức 3,1% mà nghị quyết ấn định.", 3.1, "target", None),
]


@pytest.mark.parametrize(("text", "value", "kind", "due"), PLANNED)
def test_planned_for(text: str, value: float, kind: str, due: date | None) -> None:
    figure = read(text)[value]
    assert (figure.kind, figure.due) == (kind, due)


def test_sums_keep_their_own_year() -> None:
    found = read("Mục tiêu đến năm 2029, kinh tế số đạt 24% GRDP.\nThành phố sẽ lập quỹ 450 tỷ đồng.")
    assert (found[24].due, found[450e9].due) == (Y29, None)


def test_labels_with_a_colon_count() -> None:
    found = read("Kỳ này ghi nhận:\n- Nhiệm vụ được giao: 188; hoàn thành: 121; quá hạn: 14.")
    assert [(value, figure.metric_id) for value, figure in found.items()][:2] == [(188, "tasks_total"), (121, "tasks_completed")]
