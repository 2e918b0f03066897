"""Where a text turns: from a goal to what is, from a province to the nation, from one clause's subject to the next."""

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

DAY = date(2025, 12, 1)
GAZETTEER, CATALOGUE = load_gazetteer(), load_catalogue()


ENGLISH = (  # long enough to be told for English
    "The committee met on Monday, and the members of its working group have reported to the province on what they did.\n"
    "They thanked the people who had come from the villages and asked them to go on with the work that was begun in the spring.\n"
)


def read(text: str, title: str | None = None) -> dict[float, Figure]:
    context = FigureContext(
        title=title, published=DAY, provinces=find_provinces(text, title, DAY, GAZETTEER, None), documents=(), page_type="article"
    )
    return {figure.value: figure for figure in find_figures(text, context, CATALOGUE)}


KINDS = [
    # a goal that tells its own number ends with its sentence
    ("Trong nhiệm kỳ tới, thành phố đề ra mục tiêu lọt vào tốp 90 đô thị sáng tạo.\nĐô thị này có hơn 70 trường dạy nghề.", 70, "result"),
    # one that announces goals without a number holds on
    ("The council sets a goal that by 2030 the city will be a leading hub.\nThe digital economy is over 31% of GRDP.", 31, "target"),
    # a caption with a number is no heading
    ("Tỉnh đặt mục tiêu phủ sóng 5G 100% vào năm 2030\nTỷ lệ hộ gia đình có Internet cáp quang đạt 88,4%.", 88.4, "result"),
    # a heading that opens with the word still is
    ("Mục tiêu đến năm 2030 (tăng 2% mỗi năm)\nKinh tế số chiếm 33% GRDP.", 33, "target"),
    # before, told with the end of a year
    ("Tỷ lệ hộ có cáp quang đạt 84%. Trước đó, cuối năm 2023 mới là 66%.", 66, "previous"),
    # what for, told after what was done
    ("Đến nay, toàn tỉnh có 940 trạm BTS, bảo đảm các thôn đều có sóng. Tỉnh xếp thứ 7/34 về hạ tầng số.", 7, "result"),
]


@pytest.mark.parametrize(("text", "value", "kind"), KINDS)
def test_kind(text: str, value: float, kind: str) -> None:
    assert read(text)[value].kind == kind


WHOSE = [
    (
        "Cần Thơ dẫn đầu về chuyển đổi số",
        "Theo bộ này, DTI quốc gia đạt 0,81, tăng 7,4% so với năm ngoái.",
        {0.81: "national", 7.4: "national"},
    ),
    (
        "Cần Thơ dẫn đầu về chuyển đổi số",
        "Trung bình của các tỉnh là 0,63 điểm. Cần Thơ đạt 0,77 điểm.",
        {0.63: "national", 0.77: "Cần Thơ"},
    ),
    (
        "Lai Châu goes online",
        "In Lai Châu, 88.1% of files were filed online. The National Public Service Portal received 6.2 million applications in a month.",
        {88.1: "Lai Châu", 6_200_000: "national"},
    ),
    (
        "Lai Châu giao việc",
        "Lai Châu họp. Kế hoạch thực hiện Nghị quyết số 57-NQ/TW yêu cầu mỗi năm có trên 55% người trưởng thành được cấp chữ ký số.",
        {55: "Lai Châu"},
    ),
    (
        "Sơn La sets up its council",
        "Sơn La has a council of 21 experts from universities nationwide; it published a list of 17 problems.",
        {17: "Sơn La"},
    ),
    ("Cà Mau giữ vị trí thứ ba", "Cà Mau đạt 57,12 điểm, xếp sau An Giang - 61,44 điểm.", {57.12: "Cà Mau", 61.44: "An Giang"}),
    (
        "Gia Lai xếp thứ 15 về chuyển đổi số",
        "Gia Lai xếp thứ 15 trong bảng, trên Quảng Trị (thứ 24) và Lạng Sơn (thứ 29).",
        {24: "Quảng Trị", 29: "Lạng Sơn"},
    ),
]


@pytest.mark.parametrize(("title", "text", "places"), WHOSE)
def test_whose(title: str, text: str, places: dict[float, str]) -> None:
    found = read(text, title)
    assert {value: found[value].province for value in places} == places


METRICS = [
    (ENGLISH + "Of the total 412 tasks under the resolution, most have been completed.", {412: "tasks_total"}),
    (ENGLISH + "The department has monitored 88 science and technology tasks at all levels.", {88: "st_tasks"}),
    (
        ENGLISH + "3 data centers operate stably and more than 310,000 online records were kept.",
        {3: "data_centers", 310_000: "dossiers_online"},
    ),
    ("Tỷ lệ hồ sơ được tiếp nhận, giải quyết theo hình thức trực tuyến đạt hơn 76,3%.", {76.3: "dossiers_online_pct"}),
    (
        ENGLISH + "Some 83.6 percent of dossiers were filed online and 97.4 percent were settled on time.",
        {83.6: "dossiers_online_pct", 97.4: "dossiers_on_time_pct"},
    ),
    (ENGLISH + "The city plans to digitize at least 94 percent of dossiers.", {94: "dossiers_digitized_pct"}),
    ("Thành phố tiếp nhận 51.300 hồ sơ, số hóa 82,5%.", {51_300: "dossiers_total", 82.5: "dossiers_digitized_pct"}),
    ("Mạng 5G mới chiếm 6,4% số trạm.", {6.4: "bts_5g_share_pct"}),
    ("100% người dân dùng dịch vụ công trực tuyến được định danh và xác thực.", {100: None}),
    ("Còn 57 nhiệm vụ cần hoàn thành trong quý tới.", {57: None}),
]


@pytest.mark.parametrize(("text", "metrics"), METRICS)
def test_metric(text: str, metrics: dict[float, str | None]) -> None:
    found = read(text)
    assert {value: found[value].metric_id for value in metrics} == metrics


MARKS: list[tuple[str, float, dict[str, Any]]] = [
    ("Công an tỉnh đã cấp trên 640 nghìn thẻ căn cước.", 640_000, {"comparator": "gt"}),
    ("Đoàn cấp trên 12 người vừa về làm việc.", 12, {"comparator": "eq"}),
    (ENGLISH + "Its start-up scene has climbed 40 places in the ranking.", 40, {"is_change": True}),
    (
        ENGLISH + "The city has set up 44 community digital technology teams.",
        44,
        {"is_change": False, "metric_id": "community_digital_teams"},
    ),
    (ENGLISH + "The number of 5G stations rose from 210 to 930.", 930, {"metric_id": "bts_5g_stations", "kind": "result"}),
    ("Đà Lạt phấn đấu vào nhóm 9 đô thị dẫn đầu về đổi mới sáng tạo năm 2027.", 9, {"due": date(2027, 12, 31), "kind": "target"}),
    ("Tỉnh đã cắt giảm 131 thủ tục hành chính.", 131, {"is_change": False, "metric_id": "procedures_cut"}),
    (ENGLISH + "The festival has 40 places for visitors.", 40, {"is_change": False}),
]


@pytest.mark.parametrize(("text", "value", "marks"), MARKS)
def test_mark(text: str, value: float, marks: dict[str, Any]) -> None:
    figure = read(text)[value]
    assert {name: getattr(figure, name) for name in marks} == marks


def test_a_caption_tells_a_sum_again() -> None:
    text = "Chính phủ dự kiến dành khoảng 83.000 tỷ đồng cho khoa học, công nghệ vào năm 2026.\nDành 83.000 tỷ đồng cho khoa học, công nghệ"
    context = FigureContext(title=None, published=DAY, provinces=(), documents=(), page_type="article")
    assert [f.mention for f in find_figures(text, context, CATALOGUE)] == ["83.000 tỷ đồng"]


def test_a_paragraph_that_points_back() -> None:
    found = read("Tỷ lệ hồ sơ trực tuyến đạt 73,1%.\nSở đặt mục tiêu đến hết năm 2026 tỷ lệ này đạt 89% trở lên.")
    assert (found[89].metric_id, found[89].kind, found[89].comparator) == ("dossiers_online_pct", "target", "ge")


def test_months_in_turn() -> None:
    found = read("Số hồ sơ tiếp nhận trong tháng 7, 8 và 9 lần lượt là 3.120, 4.455 và 4.870.")
    assert {value: figure.as_of for value, figure in found.items()} == {
        3120: date(2025, 7, 31), 4455: date(2025, 8, 31), 4870: date(2025, 9, 30)
    }  # fmt: skip
