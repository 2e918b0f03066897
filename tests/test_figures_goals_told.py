"""Goals and achievements told without their usual words: by what a clause closes with, by who resolved what, by a year before a colon."""

from __future__ import annotations

from datetime import date

import pytest

from r57monitor.catalogue import load_catalogue
from r57monitor.figures.context import FigureContext
from r57monitor.figures.find import find_figures
from r57monitor.models import Figure

DAY = date(2025, 12, 1)
CATALOGUE = load_catalogue()


def read(text: str, title: str | None = None) -> dict[float, Figure]:
    context = FigureContext(title=title, published=DAY, provinces=(), documents=(), page_type="article")
    return {figure.value: figure for figure in find_figures(text, context, CATALOGUE)}


KINDS = [
    # "đề ra" at the end of a clause only says which goals: nothing is aimed at, nor in what follows
    ("Báo cáo cho thấy tỉnh đạt 9/14 chỉ tiêu của đề án đề ra. Tổng kinh phí là 61 tỷ đồng.", 61, "result"),
    ("Đến nay đã lắp 84 trạm, vượt số trạm theo kế hoạch đề ra.\nTỷ lệ hộ có cáp quang đạt 77%.", 77, "result"),
    ("Nghị quyết đề ra chỉ tiêu kinh tế số chiếm 27% GRDP.", 27, "target"),
    # another clause after a goal's verb tells its own
    ("Tỉnh quyết tâm làm nhanh hơn dù tỷ lệ giải ngân năm nay chỉ đạt 41% mức giao.", 41, "result"),
    ("Tỉnh phải nâng tỷ lệ dữ liệu đã số hóa lên 72%.", 72, "target"),
    # a colon that announces results, though goals are named before it
    (
        "Về các nhiệm vụ trọng tâm, xã đã làm được nhiều việc: 83% hộ dân có tài khoản.\nToàn xã lập 26 tổ công nghệ số cộng đồng.",
        26,
        "result",
    ),
    # what serves for something, in the news, is no goal of what follows
    ("Hạ tầng cơ bản bảo đảm kết nối với 94% phòng, ban. Toàn thị xã có 58% máy tính dùng chữ ký số.", 58, "result"),
    ("Hạ tầng cơ bản bảo đảm kết nối với 94% phòng, ban.", 94, "result"),
    # done before its time, or not yet
    ("Sở đang làm 38 nhiệm vụ có hạn đến 31/12/2026, trong đó có 13 nhiệm vụ hoàn thành trước thời hạn.", 13, "result"),
    ("Huyện đạt 22 chỉ tiêu, còn 6 chỉ tiêu chưa đạt nhưng dự báo sẽ đạt vào năm 2027.", 6, "result"),
    ("Năm 2027 phấn đấu 19 nhiệm vụ hoàn thành trước hạn.", 19, "target"),
    ("Các sở đã phấn đấu đạt và vượt 31/40 chỉ tiêu.", 31, "result"),
    # what somebody resolved for years to come holds for the paragraph below
    ("Đại hội xác định giai đoạn 2026-2030, xây dựng tỉnh thành nơi đáng sống.\nKinh tế số chiếm 23% GRDP.", 23, "target"),
    ("Đại hội đã xác định giai đoạn 2026-2030 là then chốt.\nĐến nay, kinh tế số chiếm 14% GRDP.", 14, "result"),
    # the present effort is for something, with its parts
    ("Tỉnh đã và đang tập trung nguồn lực để đào tạo tối thiểu 4.200 người, trong đó có 1.700 người học thiết kế.", 4200, "target"),
    ("Tỉnh đã và đang tập trung nguồn lực để đào tạo tối thiểu 4.200 người, trong đó có 1.700 người học thiết kế.", 1700, "target"),
    ("Tỉnh đang quản lý 1.700 người học thiết kế.", 1700, "result"),
    # a section's heading names tasks, its paragraph tells what was done
    (
        "Nhiệm vụ trọng tâm\nNgay sau đó, huyện ủy đã thành lập ban chỉ đạo. Trên cơ sở ấy, huyện kiện toàn ban với 8 tổ công tác.",
        8,
        "result",
    ),
    ("Nhiệm vụ trọng tâm\nLắp camera tại các xã. Kết nối 46 trạm y tế.", 46, "target"),
    # measured against a goal that stands in brackets
    ("Thành phố dành 2,6% tổng chi ngân sách, cao hơn chỉ tiêu được giao (2%).", 2.6, "result"),
    ("Thành phố dành 2,6% tổng chi ngân sách, cao hơn chỉ tiêu được giao (2%).", 2, "target"),
    ("Thành phố dành 4% tổng chi ngân sách. Điều kiện đi kèm là giải ngân 97% vốn của các nhiệm vụ đã duyệt.", 97, "target"),
    # goals listed by semicolons, one of them with a word that else tells what is
    ("Đến năm 2030, kinh tế số đạt 34% GRDP; khoa học góp phần nâng cao đời sống, duy trì tỷ lệ hồ sơ đúng hạn 99,2%.", 99.2, "target"),
    # the next paragraph goes on without a subject
    ("Theo sở, mục tiêu đến năm 2030 là đào tạo mới ít nhất 12% nhân lực.\nCó 24 doanh nghiệp thiết kế vi mạch.", 24, "target"),
    # what is still lacking is told; what is to be got rid of is not
    ("Vùng cao còn 46 thôn không có sóng, học trò phải xuống chợ để học.", 46, "result"),
    ("Mục tiêu năm 2026:\na) Xóa 46 thôn chưa có sóng di động;", 46, "target"),
    ("Như vậy tỉnh còn thiếu 57 trạm.", 57, "result"),
    # where it stands, in brackets beside the goal
    ("Tỉnh đặt chỉ tiêu kinh tế số chiếm 26% GRDP (ước chín tháng 21%).", 21, "result"),
    # the same thing a year before; a row of months is none
    ("Năm 2024 tỉnh giải ngân 67% vốn; năm 2023 con số này là 78%.", 78, "previous"),
    ("Số hồ sơ tiếp nhận trong tháng 6, 7, 8 lần lượt là 4.120, 5.873 và 6.301.", 5873, "result"),
    # tasks that are being carried out, told; an accumulated number within a goal; what was on a day past, in brackets
    ("Tỉnh đã nỗ lực triển khai các nhiệm vụ trọng tâm và có 93,6% thủ tục làm tại bất cứ nơi nào.", 93.6, "result"),
    ("Sẽ có 2.200 trạm được lắp, lũy kế 2.900 trạm.", 2900, "target"),
    ("Đến nay đã lắp 2.200 trạm, lũy kế 2.900 trạm.", 2900, "result"),
    ("Theo kế hoạch, số trạm mới gấp ba số trạm vào tháng 10/2024 (650 trạm).", 650, "result"),
    # goals that were not reached: what was
    ("Bốn chỉ tiêu chưa đạt gồm: tỷ lệ thanh toán trực tuyến 41%, tỷ lệ số hóa hồ sơ 72%.", 72, "result"),
    ("Mục tiêu không đạt là tỷ lệ dịch vụ công trực tuyến toàn trình 45%.", 45, "result"),
    # a paragraph that goes on with "cũng"
    ("Dự kiến, tỉnh sẽ lập 3 trung tâm dữ liệu.\nTỉnh cũng mở rộng mạng 5G phủ sóng 96% dân số.", 96, "target"),
    ("Dự kiến, tỉnh sẽ lập 3 trung tâm dữ liệu.\nTỉnh cũng có 44 trạm BTS 5G.", 44, "result"),
]


@pytest.mark.parametrize(("text", "value", "kind"), KINDS)
def test_kind(text: str, value: float, kind: str) -> None:
    figures = read(text)
    found = figures.get(value) or figures.get(value * 1_000_000_000)
    assert found is not None
    assert found.kind == kind


def test_years_before_a_colon() -> None:
    """A year to come that opens a line is the goal's of its number."""
    figures = read(
        "Số xã hoàn thành theo từng năm như sau:\n- Năm 2026: 37 xã.\n- Năm 2027: 52 xã.", title="Giao chỉ tiêu chuyển đổi số cho các xã"
    )
    assert {(f.value, f.kind, f.due) for f in figures.values()} == {
        (37, "target", date(2026, 12, 31)),
        (52, "target", date(2027, 12, 31)),
    }


DATES = [
    # the clause after "nhưng" has a year of its own
    ("Năm 2025 tỉnh chi 18 tỷ đồng, nhưng năm 2026 dự kiến sẽ dành 47 tỷ đồng.", 47e9, "due", date(2026, 12, 31)),
    # a year that the opening sets holds from there on
    (
        "Tỉnh phấn đấu vào nhóm 12 địa phương dẫn đầu.\nĐến năm 2030, tỉnh sẽ hoàn thành chuyển đổi số.\nTỉnh sẽ có 33 trung tâm.",
        12,
        "due",
        None,
    ),
    ("Mục tiêu đến năm 2030 của tỉnh là hoàn thành chuyển đổi số.\nTỉnh sẽ có 33 trung tâm.", 33, "due", date(2030, 12, 31)),
    # years of their own in brackets, in the middle of a year, another part's year, a period that opens
    ("Tỉnh phấn đấu kinh tế số chiếm 17% GRDP (năm 2026), 24% (năm 2028) và 29% (năm 2030).", 24, "due", date(2028, 12, 31)),
    ("Kinh tế số chiếm 17% GRDP (năm 2023), 19% (năm 2024).", 17, "as_of", date(2023, 12, 31)),
    ("Sẽ có 14 xã làm điểm trong tháng 12 và 100% số xã vào giữa năm 2026.", 100, "due", date(2026, 12, 31)),
    ("Tỉnh cam kết dành ít nhất 3% tổng chi ngân sách; năm 2025 đã bố trí 2,1%.", 3, "due", None),
    ("Giai đoạn 2026-2030, tỉnh bố trí 125 tỷ đồng cho khoa học.", 125e9, "due", date(2030, 12, 31)),
    # counted up to a year; a year after "còn" is the next number's
    ("Tính đến năm 2023, toàn tỉnh có 640 doanh nghiệp công nghệ số.", 640, "as_of", date(2023, 12, 31)),
    ("Tỷ lệ hồ sơ trực tuyến năm 2023 là 51,5% còn năm 2024 là 73,5%.", 51.5, "as_of", date(2023, 12, 31)),
    # the year in a bracket's opening is the bracket's; a year alone, after "đến" or an index
    ("Năm 2025 tỉnh xếp thứ 14/34, tăng 6 bậc so với năm 2024 (thứ 20).", 20, "as_of", date(2024, 12, 31)),
    ("Đến 2030, hai tỉnh muốn có 38 trung tâm dữ liệu.", 38, "due", date(2030, 12, 31)),
    ("Theo PII 2024, tỉnh xếp thứ 17/63.", 17, "as_of", date(2024, 12, 31)),
    ("Tỉnh đứng thứ 16/34 tỉnh, thành phố (tính đến 22/10).", 16, "as_of", date(2025, 10, 22)),
    # a day up to which all numbers were taken
    ("Số liệu do văn phòng tổng hợp, chốt ngày 30/11/2025.\nToàn tỉnh có 512 trạm BTS 5G.", 512, "as_of", date(2025, 11, 30)),
    ("Đại hội xác định giai đoạn 2026-2030, tỉnh có 61% xã thông minh.", 61, "due", date(2030, 12, 31)),
]


@pytest.mark.parametrize(("text", "value", "name", "day"), DATES)
def test_dates(text: str, value: float, name: str, day: date | None) -> None:
    assert getattr(read(text)[value], name) == day


def test_reached_and_exceeded_is_no_bound() -> None:
    """ "đạt và vượt 31 chỉ tiêu" counts targets; "vượt 31%" bounds a share."""
    assert read("Tỉnh đã đạt và vượt 31/40 chỉ tiêu.")[31].comparator == "eq"
    assert read("Tỷ lệ hộ có cáp quang vượt 31%.")[31].comparator == "gt"


def test_growth_with_its_years() -> None:
    """A rate of growth is a change, whatever brackets and years stand between."""
    assert read("Tốc độ tăng tổng sản phẩm (GRDP) bình quân giai đoạn 2026-2030 đạt 9,4%.")[9.4].is_change


ENGLISH = (  # long enough to be told for English
    "The committee met on Monday, and the members of its working group have reported to the province on what they did.\n"
    "They thanked the people who had come from the villages and asked them to go on with the work that was begun in the spring.\n"
)


def test_levels_of_a_translated_list() -> None:
    """After "Target by 2027:" every "reached" names a level to come."""
    figures = read(
        f"{ENGLISH}Target by 2027: the share of firms using e-contracts reached 56%; the share of small firms on platforms reached 43%."
    )
    assert {(f.value, f.kind, f.due) for f in figures.values()} == {
        (56, "target", date(2027, 12, 31)),
        (43, "target", date(2027, 12, 31)),
    }


def test_a_number_that_was_exceeded() -> None:
    """ "the number of … to have exceeded 640" counts them."""
    figure = read(f"{ENGLISH}By 2028 the province wants the number of digital technology enterprises to have exceeded 640.")[640]
    assert (figure.unit, figure.kind) == ("enterprises", "target")
