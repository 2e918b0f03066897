"""What a text tells sidelong: a bound by denying, a goal behind a stroke, the sum of two provinces, a year by its distance."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from r57monitor.catalogue import load_catalogue
from r57monitor.figures.context import FigureContext
from r57monitor.figures.find import find_figures
from r57monitor.gazetteer import load_gazetteer
from r57monitor.models import Figure
from r57monitor.text.provinces import find_provinces

DAY = date(2025, 11, 12)
GAZETTEER, CATALOGUE = load_gazetteer(), load_catalogue()
ENGLISH = (  # long enough to be told for English
    "The committee met on Monday, and the members of its working group have reported to the province on what they did.\n"
    "They thanked the people who had come from the villages and asked them to go on with the work that was begun in the spring.\n"
)


def read(text: str, title: str | None = None) -> dict[float, Figure]:
    context = FigureContext(title=title, published=DAY, provinces=find_provinces(text, title, DAY, GAZETTEER, None))
    return {figure.value: figure for figure in find_figures(text, context, CATALOGUE)}


COMPARATORS = [
    ("Tỷ lệ hồ sơ nộp trực tuyến của tỉnh chưa đạt 64%.", 64, "lt"),
    ("Việc số hóa kết quả còn chậm, chưa chạm ngưỡng 71%.", 71, "lt"),
    ("Tỷ lệ thanh toán trực tuyến không đạt mức 55%.", 55, "lt"),
    ("Hồ sơ trễ hẹn chưa quá 2%.", 2, "le"),
    ("Kinh tế số ước đóng góp 17,4% GRDP.", 17.4, "approx"),
    (f"{ENGLISH}The province must have no fewer than 45 technology enterprises by 2030.", 45, "ge"),
    # what is denied of something else bounds nothing
    ("Chưa kể các đơn vị đạt 64% trở lên, toàn tỉnh có 12 sở.", 12, "eq"),
]


@pytest.mark.parametrize(("text", "value", "comparator"), COMPARATORS)
def test_comparator(text: str, value: float, comparator: str) -> None:
    assert read(text)[value].comparator == comparator


def test_goal_behind_a_stroke() -> None:
    figures = read("Tỷ lệ thanh toán trực tuyến đạt 74,1%/85%.")
    assert [(f.value, f.kind, f.metric_id) for f in figures.values()] == [
        (74.1, "result", "online_payment_pct"),
        (85, "target", "online_payment_pct"),
    ]


def test_no_goal_behind_other_strokes() -> None:
    assert list(read("Phí giảm 12%/năm.")) == [12]


def test_of_every() -> None:
    figure = read("Cứ 12 hộ thì có 9 hộ tự nộp hồ sơ trên điện thoại.")[9]
    assert (figure.value, figure.denominator) == (9, 12)


def test_numbered_hamlet_is_no_count() -> None:
    assert not read("Chị Nhài, thành viên tổ ở xóm 8 nhớ lại chuyện cũ.")


def test_number_one_is_a_rank() -> None:
    figure = read("Chỉ số PII vừa công bố, Quảng Ninh khẳng định vị trí số 1.")[1]
    assert (figure.unit, figure.province) == ("hạng", "Quảng Ninh")


def test_points_beside_a_rank_among_all_are_the_provinces() -> None:
    text = f"{ENGLISH}Hung Yen ranked 9th nationwide in the Provincial Innovation Index (PII) with 41.3 points."
    assert read(text, "Hung Yen and its index")[41.3].province == "Hưng Yên"


def test_other_province_that_a_verb_follows() -> None:
    text = "Đây là năm thứ hai liên tiếp Sơn La giữ vị trí đầu, với 14 trên 52 tiêu chí dẫn đầu."
    assert read(f"Lai Châu lần đầu góp mặt. {text} Lai Châu tiến bộ. Tỉnh Lai Châu vui.", "Lai Châu vào tốp 5")[14].province == "Sơn La"


def test_year_that_a_report_of_its_end_tells_of() -> None:
    figure = read("Báo cáo nêu rõ năm 2025 tỉnh hoàn thành 23/27 chỉ tiêu.")[23]
    assert figure.as_of == date(2025, 12, 31)


WHOSE = [
    ("Hai tỉnh Lạng Sơn và Cao Bằng tổng cộng có 305 trạm 5G.", None),
    ("Tổng số trạm 5G của hai tỉnh Lạng Sơn và Cao Bằng là 305 trạm.", None),
    ("Lạng Sơn và Cao Bằng gộp lại có 305 trạm 5G.", None),
    ("Lạng Sơn học mô hình của Cao Bằng, đến nay Lạng Sơn có tổng cộng 305 trạm 5G.", "Lạng Sơn"),
]


@pytest.mark.parametrize(("text", "province"), WHOSE)
def test_sum_of_provinces(text: str, province: str | None) -> None:
    assert read(text)[305].province == province


METRICS: list[tuple[str, float, str | None]] = [
    ("Tỉnh có 16 chỉ tiêu đạt và 5 chỉ tiêu không đạt.", 5, None),
    ("Tỉnh có 16 chỉ tiêu đạt và 5 chỉ tiêu không đạt.", 16, "targets_met"),
    ("Còn 4 chỉ tiêu khó hoàn thành trong năm.", 4, None),
    ("Các nhà mạng lắp 640 trạm 5G, phục vụ gần 19% dân số.", 19, "coverage_5g_pct"),
    ("Các nhà mạng phủ sóng 5G tới 19% dân số; sang năm phải nâng lên 33% dân số.", 33, "coverage_5g_pct"),
    ("Các sở phải dứt điểm 98% nhiệm vụ của năm.", 98, "tasks_completed_pct"),
    ("Hiện 88% hồ sơ nộp trực tuyến, trong khi ngày đầu vận hành chỉ vỏn vẹn 37%.", 37, "dossiers_online_pct"),
    (f"{ENGLISH}In 2023, Hung Yen ranked 9th out of 63 provinces and cities in terms of DTI index.", 9, "dti_rank"),
    (
        f"{ENGLISH}Hung Yen is known for its Provincial Innovation Index (PII). It ranked 9th nationwide with 41.3 points.",
        41.3,
        "pii_score",
    ),
    (f"{ENGLISH}Hung Yen spends nearly 2.6 percent of local spending on science and digital transformation.", 2.6, "st_budget_share_pct"),
    (f"{ENGLISH}By 2026 at least 75% of cadres must be proficient in digital skills.", 75, "digital_skills_officials_pct"),
    ("Sở mở các lớp chuyển đổi số cho 1.480 cán bộ ở các xã.", 1480, "officials_trained"),
]


@pytest.mark.parametrize(("text", "value", "metric"), METRICS)
def test_metric(text: str, value: float, metric: str | None) -> None:
    assert read(text)[value].metric_id == metric


ENGLISH_READINGS = [
    ("Targets for 2030 include 5G coverage for 97 percent of residents.", 97, "target", "coverage_5g_pct", 2030),
    ("The city wants its digital economy to make up 27% of GRDP by 2030.", 27, "target", "digital_economy_grdp_pct", 2030),
    ("Each year at least 3 percent of the local budget goes to science.", 3, "target", "st_budget_share_pct", None),
    ("Some 61.3 percent of applications are handled online from start to finish.", 61.3, "result", "dossiers_full_online_pct", None),
    ("The city wants 5G by 2030. It has 52 science and technology tasks under way.", 52, "result", "st_tasks", None),
    ("The city has drawn 3,900 learners to digital literacy classes.", 3900, "result", "digital_skills_trained", None),
]


@pytest.mark.parametrize(("text", "value", "kind", "metric", "due"), ENGLISH_READINGS)
def test_english(text: str, value: float, kind: str, metric: str, due: int | None) -> None:
    figure = read(ENGLISH + text)[value]
    assert (figure.kind, figure.metric_id, figure.due.year if figure.due else None) == (kind, metric, due)


DUE = [
    ("Trong hai năm nữa, tỉnh phấn đấu phủ sóng 5G tới 92% dân số.", 92, date(2027, 12, 31)),
    ("Tỉnh phấn đấu 3 năm nữa có 92 doanh nghiệp công nghệ số.", 92, date(2028, 12, 31)),
    ("Số thôn lõm sóng giảm còn 31 thôn; phấn đấu cuối năm còn dưới 9 thôn.", 9, date(2025, 12, 31)),
    ("Chi cho R&D phải đạt 1,1% GRDP vào năm 2027 rồi 1,9% vào năm 2030.", 1.9, date(2030, 12, 31)),
    ("Bí thư yêu cầu xong 92% việc trước ngày 20/12; dự toán năm 2026 phải dành 3% tổng chi ngân sách.", 3, date(2026, 12, 31)),
]


@pytest.mark.parametrize(("text", "value", "due"), DUE)
def test_due(text: str, value: float, due: date) -> None:
    figure = read(text)[value]
    assert (figure.kind, figure.due) == ("target", due)


KINDS = [
    # a goal told beside what was reached holds for its own sentence, and no further
    ("Còn 71 bản chưa có sóng di động, phấn đấu từ nay đến cuối năm xóa 26 bản. Ngân sách chi 44 tỷ đồng cho khoa học.", 71, "result"),
    ("Còn 71 bản chưa có sóng di động, phấn đấu từ nay đến cuối năm xóa 26 bản. Ngân sách chi 44 tỷ đồng cho khoa học.", 26, "target"),
    ("Còn 71 bản chưa có sóng di động, phấn đấu từ nay đến cuối năm xóa 26 bản. Ngân sách chi 44 tỷ đồng cho khoa học.", 44e9, "result"),
    # goals without numbers hold on
    ("Tỉnh đặt nhiều mục tiêu cho năm 2026. Toàn tỉnh có 44 trạm 5G.", 44, "target"),
    ("Đại hội nêu các chỉ tiêu đến năm 2030.\nNhìn lại nhiệm kỳ qua, kinh tế số của tỉnh đạt 17,3% GRDP.", 17.3, "result"),
    # what was missed, told as the goal it was
    ("Kinh tế số đóng góp 9,1% GRDP, chưa đạt mức 11% đề ra.", 11, "target"),
    ("Tỷ lệ hồ sơ nộp trực tuyến của tỉnh là 52%, chưa đạt 64%.", 64, "target"),
    ("Tỷ lệ hồ sơ nộp trực tuyến của tỉnh chưa đạt 64%.", 64, "result"),
    # a rank in the sentence after a goal told beside a result
    ("Kinh tế số đạt 27% GRDP, hướng tới 34% vào năm 2030. Chỉ số DTI xếp thứ 8/34.", 8, "result"),
    # the comma and its subject lead on to the next number
    ("Chỉ số DTI xếp thứ 8/34, tỉnh quyết tâm lọt vào nhóm 4 địa phương dẫn đầu.", 8, "result"),
    ("Hiện 88% hồ sơ nộp trực tuyến, trong khi ngày đầu vận hành chỉ vỏn vẹn 37%.", 37, "previous"),
    (f"{ENGLISH}The share of files sent online rose to 94.2 percent, from 81 percent in January.", 81, "previous"),
]


@pytest.mark.parametrize(("text", "value", "kind"), KINDS)
def test_kind(text: str, value: float, kind: str) -> None:
    assert read(text)[value].kind == kind


def test_years_on_needs_its_number() -> None:
    figures: dict[float, Any] = read("Nhiều năm nữa, tỉnh mới phủ sóng 5G tới 92% dân số.")
    assert figures[92].due is None


PLAN = (
    "UBND tỉnh vừa ban hành Kế hoạch chuyển đổi số năm 2026 với 9 chỉ tiêu chủ yếu.\n"
    "Về chính quyền số: tỷ lệ hồ sơ trực tuyến toàn trình 81%; thanh toán trực tuyến 74%.\n"
    "Về kinh tế số: tỷ trọng kinh tế số trong GRDP 21% (năm 2024 mới 15,2%); hỗ trợ 260 doanh nghiệp nhỏ và vừa chuyển đổi số.\n"
    "Về xã hội số: 5G phủ 83% dân số, hiện nay mới 38%."
)


def test_goals_of_a_plan_just_issued() -> None:
    figures = read(PLAN)
    told = {value: (f.kind, f.due.year if f.due else None) for value, f in figures.items() if value != 9}
    goals = dict.fromkeys((81.0, 74.0, 21.0, 260.0, 83.0), ("target", 2026))
    assert {value: told[value] for value in goals} == goals
    assert told[38][0] == "result"


def test_a_plan_of_a_year_that_is_over_sets_nothing() -> None:
    figures = read(PLAN.replace("năm 2026", "năm 2024"))
    assert figures[81].due is None


PARTS = f"{ENGLISH}The province had 149 tasks to carry out; 131 of them are done, and the other 18 are on schedule."


def test_parts_of_a_count() -> None:
    assert {value: f.unit for value, f in read(PARTS).items()} == {149: "tasks", 131: "tasks", 18: "tasks"}


def test_a_bare_number_set_against_a_count() -> None:
    figure = read(f"{ENGLISH}Still, 133 villages have no mobile signal, against 207 at the start of the year.")[207]
    assert (figure.unit, figure.kind, figure.metric_id) == ("villages", "previous", "villages_without_signal")


def test_bare_numbers_after_a_sentence_count_nothing() -> None:
    assert 61 not in read(f"{ENGLISH}The province had 149 tasks. The road of 61 was closed.")


def test_growth_of_a_count_is_not_of_the_share_after_it() -> None:
    text = f"{ENGLISH}Hue reported 1,710 5G stations, up 39% from a year earlier, and 91.7% of dossiers filed online."
    figures = read(text, "Hue reports")
    assert (figures[39].metric_id, figures[91.7].metric_id) == (None, "dossiers_online_pct")


def test_what_is_said_again_parts_nothing() -> None:
    text = "More than VND1.1 trillion, equivalent to 3.9 percent of total local budget spending, has been allocated to science this year."
    assert read(ENGLISH + text)[1.1e12].metric_id == "st_budget_vnd"


def test_a_part_of_its_own_turns_local() -> None:
    text = "Tỉnh Sơn La có 64% số trạm nghiên cứu của cả nước; riêng các trường trên địa bàn có 410 nhà khoa học."
    assert read(text, "Sơn La có lợi thế")[410].province == "Sơn La"
