"""What governs a number from outside its sentence: the period of goals, sections of a report, paragraphs that go on, items of a list."""

from __future__ import annotations

from datetime import date

import pytest

from r57monitor.catalogue import load_catalogue
from r57monitor.figures.context import FigureContext
from r57monitor.figures.find import find_figures
from r57monitor.gazetteer import load_gazetteer
from r57monitor.models import Figure, PageType
from r57monitor.text.provinces import find_provinces

DAY = date(2025, 11, 5)
GAZETTEER, CATALOGUE = load_gazetteer(), load_catalogue()


def read(text: str, page_type: PageType = "article") -> dict[float, Figure]:
    context = FigureContext(
        title=None, published=DAY, provinces=find_provinces(text, None, DAY, GAZETTEER, None), documents=(), page_type=page_type
    )
    return {figure.value: figure for figure in find_figures(text, context, CATALOGUE)}


DUE = [
    # the years that goals are set for
    ("Xã đặt các mục tiêu giai đoạn 2026-2030 như: 85% hồ sơ nộp trực tuyến; 70% hộ dân có chữ ký số.", 85, "2030-12-31"),
    ("Xã đặt các mục tiêu giai đoạn 2026-2030 như: 85% hồ sơ nộp trực tuyến; 70% hộ dân có chữ ký số.", 70, "2030-12-31"),
    ("Nghị quyết đề ra mục tiêu cho giai đoạn định hướng đến năm 2035: kinh tế số chiếm 41% GRDP.", 41, "2035-12-31"),
    # the years in a document's name are nobody's due date
    ("Tỉnh phấn đấu thực hiện xong 62 phần việc của Đề án chuyển đổi số giai đoạn 2026-2030.", 62, None),
    # a paragraph that goes on with the goals before
    ("Tỉnh phấn đấu đến năm 2030 kinh tế số chiếm 31% GRDP.\nCùng với đó, tỷ lệ thanh toán trực tuyến đạt 83%.", 83, "2030-12-31"),
    # the same goal for another day is no repetition
    ("Phấn đấu đến năm 2027 phủ sóng 5G đạt 60% dân số.\nMục tiêu đến năm 2030 là phủ sóng 5G đạt 99% dân số.", 99, "2030-12-31"),
]


@pytest.mark.parametrize(("text", "value", "due"), DUE)
def test_due(text: str, value: float, due: str | None) -> None:
    found = read(text)[value]
    assert found.kind == "target"
    assert (found.due.isoformat() if found.due else None) == due


def test_one_goal_for_two_days_stays_two_figures() -> None:
    text = "Đến năm 2027, tỉnh phấn đấu vào nhóm 12 địa phương dẫn đầu về chuyển đổi số; đến năm 2030 giữ trong nhóm 12 địa phương dẫn đầu."
    context = FigureContext(title=None, published=DAY, provinces=(), documents=(), page_type="article")
    assert [f.due.year for f in find_figures(text, context, CATALOGUE) if f.due] == [2027, 2030]


KINDS = [
    # in a plan the part that looks back tells results, the part after it goals again
    (
        "Kế hoạch có các phần như sau:\nĐÁNH GIÁ KẾT QUẢ NĂM 2024\nToàn tỉnh lắp 415 trạm 5G.\nMỤC TIÊU NĂM 2026\nLắp 520 trạm 5G.",
        415,
        "result",
    ),
    (
        "Kế hoạch có các phần như sau:\nĐÁNH GIÁ KẾT QUẢ NĂM 2024\nToàn tỉnh lắp 415 trạm 5G.\nMỤC TIÊU NĂM 2026\nLắp 520 trạm 5G.",
        520,
        "target",
    ),
    # "mới" in a compound is no word of achievement
    ("Đến năm 2030, tỷ lệ doanh nghiệp có hoạt động đổi mới đạt 43%.", 43, "target"),
    # "duy trì" as an item among goals
    ("Phấn đấu đến năm 2030, 78% thủ tục toàn trình; duy trì mức độ hài lòng trên 96%.", 96, "target"),
    # what serves for something is no goal
    ("Các nhà mạng lắp thêm 87 trạm 5G, bảo đảm phủ sóng 391 thôn.", 391, "result"),
    # what was digitized, and what has been
    ("Sở đã số hóa 88% dữ liệu thuê bao.", 88, "result"),
    ("Sở phải nâng tỷ lệ dữ liệu đã số hóa lên 88%.", 88, "target"),
]


@pytest.mark.parametrize(("text", "value", "kind"), KINDS)
def test_kind(text: str, value: float, kind: str) -> None:
    assert read(text, "document" if text.startswith("Kế hoạch") else "article")[value].kind == kind


def test_the_day_of_a_section_is_that_of_its_results() -> None:
    found = read("Kế hoạch của tỉnh như sau:\nKẾT QUẢ THỰC HIỆN NĂM 2024\nLắp 415 trạm 5G.\n", "document")[415]
    assert (found.as_of, found.as_of_precision) == (date(2024, 12, 31), "year")


def test_a_rank_in_the_country_is_the_provinces() -> None:
    text = "Tỉnh Quảng Ninh giữ một trong những tốc độ tăng nhanh nhất tại Việt Nam, đứng thứ 8 cả nước về chuyển đổi số."
    assert read(text)[8].province == "Quảng Ninh"


MORE_DUE = [
    # the year to come without its number
    ("Mục tiêu của tỉnh trong năm tới là 87% hồ sơ nộp trực tuyến.", 87, "2026-12-31"),
    ("Sang năm, tỉnh sẽ lắp 64 trạm 5G.", 64, "2026-12-31"),
    ("Trong 5 năm tới, tỉnh sẽ lắp 640 trạm 5G.", 640, None),
    # the latest day
    ("Chậm nhất ngày 20/12, các xã số hóa 93% hồ sơ.", 93, "2025-12-20"),
    # the years of what sets the goal
    ("Nghị quyết đại hội nhiệm kỳ 2025 - 2030 của xã đặt mục tiêu 91% hồ sơ nộp trực tuyến.", 91, "2030-12-31"),
]


@pytest.mark.parametrize(("text", "value", "due"), MORE_DUE)
def test_due_without_a_year_of_its_own(text: str, value: float, due: str | None) -> None:
    found = read(text)[value]
    assert found.kind == "target"
    assert (found.due.isoformat() if found.due else None) == due


def test_a_share_pointed_back_at_is_told() -> None:
    text = "Nghị quyết 57 đặt mục tiêu đến năm 2030 kinh tế số chiếm 30% GDP. Tại tỉnh Sơn La, tỷ lệ này là 11,4%."
    assert read(text)[11.4].kind == "result"


def test_a_degree_is_no_bound_of_the_people_who_hold_it() -> None:
    found = read("Sở có 26 người có trình độ thạc sĩ trở lên.")[26]
    assert (found.comparator, found.kind) == ("eq", "result")


def test_a_rank_told_as_a_fraction_of_provinces() -> None:
    found = read("Xếp hạng DTI năm 2024 của tỉnh Sơn La là 21/63 tỉnh, thành phố.")[21]
    assert (found.unit, found.metric_id) == ("hạng", "dti_rank")


def test_a_transaction_is_no_order() -> None:
    assert read("Trên cổng, 84% giao dịch thanh toán được thực hiện trực tuyến.")[84].kind == "result"


def test_what_is_added_is_no_earlier_value() -> None:
    text = "Trong 9 tháng đầu năm 2025, tỉnh được giao bổ sung 43 nhiệm vụ, nâng tổng số nhiệm vụ đến nay lên 171 nhiệm vụ."
    assert {value: read(text)[value].kind for value in (43, 171)} == {43: "result", 171: "result"}


def test_a_plan_tells_a_rank_that_was_published() -> None:
    text = "Theo kết quả công bố năm 2024, tỉnh Sơn La xếp hạng 26/34 tỉnh, thành phố về chuyển đổi số."
    assert read(text, "document")[26].kind == "result"


def test_a_resolutions_english_years_are_its_name() -> None:
    text = (
        "In line with the resolution on digital transformation of the province by 2025, with a vision to 2030, the province has completed "
        "its network with 97% of villages covered by 4G. The rest of the villages will be visited by the engineers of the three companies."
    )
    assert (read(text)[97].kind, read(text)[97].due) == ("result", None)


@pytest.mark.parametrize(("outlet", "province"), [(None, "national"), ("vn34-12", "national")])
def test_a_provincial_outlet_writing_of_the_nation(outlet: str | None, province: str) -> None:
    text = (
        "Theo Bộ Khoa học và Công nghệ, năm nay Việt Nam đã có thêm nhiều tuyến cáp quang biển.\n"
        "Việt Nam giữ vững vị trí trong khu vực, và cả nước cùng hưởng lợi.\nToàn ngành đạt doanh thu 5.120 tỷ đồng."
    )
    context = FigureContext(published=DAY, source_province_id=outlet)
    assert next(f for f in find_figures(text, context, CATALOGUE) if f.value == 5120e9).province == province


def test_a_provincial_outlet_writing_of_its_own() -> None:
    text = "Sở Khoa học và Công nghệ cho biết, toàn tỉnh đạt doanh thu 5.120 tỷ đồng. Việt Nam đang cần những nơi như thế."
    context = FigureContext(published=DAY, source_province_id="vn34-12")
    assert next(f for f in find_figures(text, context, CATALOGUE) if f.value == 5120e9).province is None


def test_a_month_in_brackets_does_not_part_two_values() -> None:
    found = read("Tỷ lệ hồ sơ nộp trực tuyến của xã tăng từ 71% (tháng 6) lên 84% (tháng 10).")
    assert (found[71].kind, found[84].kind) == ("previous", "result")


def test_the_month_of_a_value_told_of_a_place() -> None:
    assert read("Tỷ lệ hồ sơ nộp trực tuyến tháng 8/2025 của xã Tả Phìn là 83%.")[83].as_of == date(2025, 8, 31)


ENGLISH = (
    " The council will meet again next month, and the members of the working group are to tell it what they found in the villages that "
    "they visited in the spring, and what the people there had asked them for."
)


def test_a_translated_goal_that_reached() -> None:
    found = read("According to the plan, by the end of 2027 the digital economy reached 34% of GRDP." + ENGLISH)[34]
    assert (found.kind, found.due) == ("target", date(2027, 12, 31))


def test_per_so_many_people_is_no_count() -> None:
    assert list(read("The province has 14 researchers per 10,000 people." + ENGLISH)) == [14]
    assert list(read("Cứ 10.000 dân, tỉnh có 14 cán bộ nghiên cứu.")) == [14]
    assert read("The number of staff in science rose to 14 per 10,000 people." + ENGLISH)[14].metric_id == "researchers_per_10k"
