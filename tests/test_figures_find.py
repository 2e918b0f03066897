"""Whole readings: metric, place, dates, repetitions, and what holds for every text."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from r57monitor.catalogue import load_catalogue
from r57monitor.figures.context import FigureContext
from r57monitor.figures.expansions import expand
from r57monitor.figures.find import find_figures, is_english
from r57monitor.figures.words import load_words, lower_text
from r57monitor.models import Figure, ProvinceMention

CATALOGUE = load_catalogue()
DAY = date(2025, 6, 20)


def _province(text: str, name: str, entity: str, role: str = "subject") -> ProvinceMention:
    spans = []
    at = text.find(name)
    while at >= 0:
        spans.append((at, at + len(name)))
        at = text.find(name, at + 1)
    return ProvinceMention(province_id=entity, name=name, name_now=name, role=role, mentions=len(spans), spans=tuple(spans))  # type: ignore[arg-type]


def _read(text: str, *provinces: ProvinceMention) -> list[Figure]:
    return find_figures(text, FigureContext(published=DAY, provinces=provinces), CATALOGUE)


@pytest.mark.parametrize(
    ("text", "metrics"),
    [
        ("Tỉnh có 45 trạm 5G; mạng 4G phủ sóng 99% dân số.", ["bts_5g_stations", "coverage_4g_pct"]),
        ("100% tổ công nghệ số cộng đồng hoạt động với khoảng 4.310 thành viên.", [None, "community_digital_team_members"]),
        (
            "Tổng số thủ tục hành chính là 1.850 thủ tục, trong đó 720 thủ tục kết nối lên Cổng DVCQG.",
            ["admin_procedures_total", "services_on_national_portal"],
        ),
        ("Có 35 DN KH-CN và 52 DN đổi mới sáng tạo.", ["st_enterprises", "innovation_enterprises"]),
        ("Chi ngân sách cho khoa học mới đạt khoảng 0,4% tổng chi ngân sách địa phương.", ["st_budget_share_pct"]),
        ("Kinh tế số đạt 18,2% GRDP. Chợ mới có 45 gian hàng mây tre.", ["digital_economy_grdp_pct", None]),
        ("Tỉnh hiện có 240 con trâu.", [None]),
        ("Chỉ số DTI xếp thứ 12/34, tăng 3 bậc; chỉ số PCI đứng thứ 20/34.", ["dti_rank", None, "pci_rank"]),
        (
            "| Nội dung | Kết quả |\n| Trạm 5G | 120 trạm |\n| Tỷ lệ thanh toán trực tuyến | 71,3% |",
            ["bts_5g_stations", "online_payment_pct"],
        ),
        ("Tỷ lệ hồ sơ nộp trực tuyến tăng từ 61% lên 74%.", ["dossiers_online_pct", "dossiers_online_pct"]),
    ],
)
def test_metrics(text: str, metrics: list[str | None]) -> None:
    assert [f.metric_id for f in _read(text)] == metrics


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (
            "Tỉnh được giao 45 nhiệm vụ, đã hoàn thành 38 nhiệm vụ (đạt 84,4%), đang thực hiện 5 nhiệm vụ, quá hạn 2 nhiệm vụ.",
            [
                "tasks_total result",
                "tasks_completed result",
                "tasks_completed_pct result",
                "tasks_in_progress result",
                "tasks_overdue result",
            ],
        ),
        (
            "Tỷ lệ hồ sơ nộp trực tuyến đạt 92,4% (cấp tỉnh đạt 95,1%, cấp xã đạt 90,3%).",
            ["dossiers_online_pct result", "dossiers_online_pct result", "dossiers_online_pct result"],
        ),
        (
            "Tỉnh đề ra chỉ tiêu 85% hồ sơ nộp trực tuyến, song 5 tháng qua chỉ đạt 71,2%.",
            ["dossiers_online_pct target", "dossiers_online_pct result"],
        ),
        (
            "Cuối năm 2024, toàn tỉnh chỉ có 52 trạm 5G thì đến ngày 31/5/2025 đã tăng lên 138 trạm.",
            ["bts_5g_stations previous", "bts_5g_stations result"],
        ),
        ("Số hồ sơ trễ hạn giảm từ 120 xuống còn 36 hồ sơ.", ["dossiers_overdue previous", "dossiers_overdue result"]),
        ("Đã có 45/99 xã hoàn thành; 54 xã còn lại phải xong trước 30/9.", ["None result", "None target"]),
        ("Điểm PII của tỉnh đạt 36,5 điểm, xếp thứ 30/63.", ["pii_score result", "pii_rank result"]),
        ("Doanh thu thương mại điện tử đạt 5.200 tỷ đồng, tăng 25% so với cùng kỳ.", ["None result", "None result"]),
    ],
)
def test_numbers_that_go_on(text: str, read: list[str]) -> None:
    assert [f"{f.metric_id} {f.kind}" for f in _read(text)] == read


def test_due_of_each_in_a_list() -> None:
    found = _read("Đến năm 2026, tỷ trọng kinh tế số trong GRDP đạt 20%, năm 2030 đạt 30%.")
    assert [(f.value, f.due) for f in found] == [(20, date(2026, 12, 31)), (30, date(2030, 12, 31))]


def test_levels_of_government() -> None:
    found = _read("Tỷ lệ hồ sơ nộp trực tuyến cấp tỉnh đạt 95,1%, cấp xã đạt 90,3%.")
    assert [f.scope for f in found] == ["province", "commune"]


@pytest.mark.parametrize(
    "text",
    [
        "9" * 5000,
        "1," * 3000,
        "a-" * 3000 + "1",
        "đạt 5% " * 400,
        "1.000." * 900,
        "(" * 3000 + "5%",
        "| Trạm 5G | 5 trạm |\n" * 300,
        "\u0130 5 trạm",
    ],
    ids=["digits", "commas", "dashes", "shares", "dots", "brackets", "table", "dotted i"],
)
def test_odd_texts_are_read(text: str) -> None:
    for figure in _read(text):
        assert figure.mention == text[figure.start : figure.end]


def test_label_says_what_is_counted() -> None:
    (figure,) = _read("Hội chợ có 240 con trâu đẹp.")
    assert figure.metric_id is None
    assert figure.label == "con trâu đẹp"


def test_places_in_a_list() -> None:
    text = "Tỷ lệ hồ sơ nộp trực tuyến: Hà Nội (95,1%), Đà Nẵng (93,4%)."
    found = _read(text, _province(text, "Hà Nội", "vn34-01"), _province(text, "Đà Nẵng", "vn34-48"))
    assert [(f.province, f.metric_id) for f in found] == [("Hà Nội", "dossiers_online_pct"), ("Đà Nẵng", "dossiers_online_pct")]


def test_what_stands_in_brackets_after_a_name_is_its_own() -> None:
    text = "Cả nước có 40% số xã phủ sóng, một số nơi như Lạng Sơn (61,2%), Hà Tĩnh (57,9%) và Tây Ninh (53%) đã đi trước."
    named = {"Lạng Sơn": "vn34-20", "Hà Tĩnh": "vn34-42", "Tây Ninh": "vn34-80"}
    found = _read(text, *(replace(_province(text, name, key), role="mentioned") for name, key in named.items()))
    assert [f.province for f in found] == ["national", "Lạng Sơn", "Hà Tĩnh", "Tây Ninh"]


def test_places_in_turn() -> None:
    text = "Số trạm 5G của Lào Cai và Yên Bái lần lượt là 120 và 95 trạm."
    found = _read(text, _province(text, "Lào Cai", "vn63-10"), _province(text, "Yên Bái", "vn63-15"))
    assert [(f.province, f.value) for f in found] == [("Lào Cai", 120), ("Yên Bái", 95)]


def test_places_in_turn_are_the_last_ones() -> None:
    text = "Số trạm 5G của Sơn La là 60, của Lào Cai và Yên Bái lần lượt là 120 và 95 trạm."
    places = [_province(text, n, i) for n, i in (("Sơn La", "vn34-14"), ("Lào Cai", "vn63-10"), ("Yên Bái", "vn63-15"))]
    assert [(f.province, f.value) for f in _read(text, *places)][-2:] == [("Lào Cai", 120), ("Yên Bái", 95)]


def test_months_end_before_decimals() -> None:
    assert [f.value for f in _read("Kinh tế số ước chín tháng 10,3%.")] == [10.3]


def test_ranks_go_on_with_their_index() -> None:
    found = _read("Chỉ số DTI của tỉnh xếp thứ 12/34. Năm trước tỉnh đứng thứ 20/34.\nĐội bóng xếp thứ 3/34.")
    assert [f.metric_id for f in found] == ["dti_rank", "dti_rank", None]


def test_nation_and_subject() -> None:
    text = "Cả nước đạt 52% hồ sơ trực tuyến. Tỉnh Sơn La đã đạt 61% hồ sơ trực tuyến, xếp thứ 5 cả nước."
    found = _read(text, _province(text, "Sơn La", "vn34-14"))
    assert [(f.province, f.level) for f in found] == [("national", "national"), ("Sơn La", "province"), ("Sơn La", "province")]


def test_table_columns_name_places() -> None:
    text = "| Chỉ tiêu | Hậu Giang | Sóc Trăng |\n| Trạm 5G | 110 trạm | 140 trạm |"
    found = _read(text, _province(text, "Hậu Giang", "vn63-93"), _province(text, "Sóc Trăng", "vn63-94"))
    assert [(f.province, f.value) for f in found] == [("Hậu Giang", 110), ("Sóc Trăng", 140)]


@pytest.mark.parametrize(
    ("text", "due", "precision"),
    [
        ("Đến ngày 30/8, tỷ lệ phải đạt tối thiểu 70%.", date(2025, 8, 30), "day"),
        ("Phấn đấu đến hết năm 2030 dành từ 3% GRDP trở lên.", date(2030, 12, 31), "year"),
        ("Tỉnh sẽ lắp 45 trạm trong quý III/2025.", date(2025, 9, 30), "quarter"),
        ("Các chỉ tiêu đến năm 2030:\n- Có 45 trạm 5G;", date(2030, 12, 31), "year"),
        ("Tỉnh sẽ lắp 45 trạm.", None, None),
        ("Tỉnh sẽ xong 90 việc trước ngày 31/8/2025; riêng 45 việc khó phải xong trong tháng 11.", date(2025, 11, 30), "month"),
        ("Trong tháng 8 phải gọi điện cho dân, đồng thời đạt ít nhất 95% trước ngày 30/9/2025.", date(2025, 9, 30), "day"),
        ("Tỉnh phấn đấu từ năm 2026 dành 3% ngân sách.", date(2026, 12, 31), "year"),
        ("Mục tiêu đến cuối năm:\n1) 90% hộ có cáp quang;\n2) lắp 45 trạm.", date(2025, 12, 31), "year"),
        (
            "II. MỤC TIÊU\n1. Đến hết năm 2026\n1.1. Hạ tầng số\na) Có 90 trạm;\n1.2. Dữ liệu\na) Có 45 bộ dữ liệu.",
            date(2026, 12, 31),
            "year",
        ),
        ("Mục tiêu đến năm 2030 đã rõ ràng.\nTầm nhìn đến năm 2045, kinh tế số chiếm 50% GRDP.", date(2045, 12, 31), "year"),
        ("Giai đoạn 2026-2030, tỉnh sẽ lắp 45 trạm.", date(2030, 12, 31), "year"),
        ("Chương trình khoa học giai đoạn 2026-2030 nêu: tỉnh sẽ lắp 45 trạm.", None, None),
        ("II. NHIỆM VỤ NĂM 2026\n- Có 90 trạm.\n- Có 45 bộ dữ liệu trước ngày 31/3.", date(2026, 3, 31), "day"),
        ("Nghị quyết về chuyển đổi số đến năm 2025, định hướng đến năm 2030. Tỉnh sẽ lắp 45 trạm.", None, None),
    ],
)
def test_due(text: str, due: date | None, precision: str | None) -> None:
    found = _read(text)[-1]
    assert (found.kind, found.due, found.due_precision) == ("target", due, precision)


@pytest.mark.parametrize(
    ("text", "as_of"),
    [
        ("Đến ngày 31/5/2025, tỉnh có 45 trạm.", date(2025, 5, 31)),
        ("Tính đến hết tháng 4, tỉnh có 45 trạm.", date(2025, 4, 30)),
        ("Đến nay, tỉnh có 45 trạm.", None),
        ("Tại thời điểm kiểm tra (12/6/2025), tỉnh có 45 trạm.", date(2025, 6, 12)),
        ("Tỉnh có 45 trạm (số liệu đến ngày 31/5/2025).", date(2025, 5, 31)),
        ("Từ ngày 1/6, tỉnh có 45 trạm.", None),
        ("Số liệu chốt ngày 15/6/2025:\n| Nội dung | Kết quả |\n| Trạm 5G | 45 trạm |", date(2025, 6, 15)),
    ],
)
def test_as_of(text: str, as_of: date | None) -> None:
    found = _read(text)[-1]
    assert found.as_of == as_of
    assert found.as_of_from == ("stated" if as_of else None)


def test_repetitions_are_kept_once() -> None:
    text = "Tỉnh đã có 145 trạm 5G. Lãnh đạo sở cho biết thêm.\nNhư vậy toàn tỉnh có 145 trạm 5G."
    assert len(_read(text)) == 1
    assert len(_read("Các mục tiêu:\n- Đề án 06: 75 nhiệm vụ;\n- Cải cách hành chính: 75 nhiệm vụ.")) == 2


def test_abbreviations_keep_their_places() -> None:
    text = "Số hóa 85% hồ sơ TTHC của DN."
    expanded, offsets = expand(text, lower_text(text))
    assert expanded == "số hóa 85% hồ sơ thủ tục hành chính của doanh nghiệp."
    assert len(offsets) == len(expanded) + 1
    assert text[offsets[expanded.index("doanh")] : offsets[expanded.index("doanh") + len("doanh nghiệp")]] == "DN"


def test_english_pages_part_thousands_with_commas() -> None:
    text = "The province has set up 1,086 community teams with 12.5% more members than last year. " * 5
    assert is_english(text)
    assert _read(text)[0].value == 1086


VOCABULARY = """tỉnh có đạt 5G trạm % 12 3,5 1.245 36/74 từ đến lên tăng giảm thứ hạng 2025 năm ngày 30/6 , . ; : ( ) |
- tỷ đồng hơn trở mục tiêu đã hồ sơ số hóa xã"""
WORDS = st.sampled_from([*VOCABULARY.split(), "\n"])


@given(st.lists(WORDS, max_size=40).map(" ".join))
@settings(max_examples=150, deadline=None)
def test_mentions_are_in_the_text(text: str) -> None:
    found = _read(text)
    for figure in found:
        assert figure.mention == text[figure.start : figure.end] != ""
        assert figure.mention in figure.sentence
        assert 0 <= figure.confidence <= 1
        assert (figure.as_of is None) == (figure.as_of_from is None)
    assert [f.start for f in found] == sorted(f.start for f in found)


@given(st.text(max_size=200))
@settings(max_examples=150, deadline=None)
def test_total(text: str) -> None:
    _read(text)


def test_a_long_text_is_read_to_its_end_unless_it_is_all_numbers() -> None:
    talk = "Cán bộ các xã trao đổi với nhau về cách làm của từng thôn, bản.\n" * 6_000
    last = "Đến nay, toàn tỉnh có 45 trạm 5G."
    assert len(talk) > 300_000
    assert [(f.value, f.metric_id) for f in _read(talk + last)] == [(45, "bts_5g_stations")]
    many = "Mã 7 - 7 - 7.\n" * 3_000  # three numbers a line, none a figure: more than are looked at
    assert _read(many + last) == []
    assert [f.value for f in _read(last + "\n" + many)] == [45]


PLAN = """Số liệu chốt ngày 10/6/2025.
| TT | Nội dung | Đơn vị | Kế hoạch 2025 | Thực hiện đến 31/5/2025 | So với kế hoạch |
| 1 | Trạm phát sóng 5G | trạm | 150 | 96 | 64% |
| 2 | Tỷ lệ hồ sơ nộp trực tuyến | % | 80 | 71,3 | 89,1% |
| 3 | Chi ngân sách cho chuyển đổi số | tỷ đồng | 210 | 88,5 | 42,1% |"""


def test_table_columns_say_kind_date_and_unit() -> None:
    found = _read(PLAN)
    assert [(f.value, f.unit, f.kind) for f in found if f.unit != "%"] == [
        (150, "trạm", "target"),
        (96, "trạm", "result"),
        (210e9, "đồng", "target"),
        (88.5e9, "đồng", "result"),
    ]
    assert [(f.value, f.kind) for f in found if f.metric_id == "dossiers_online_pct"][:2] == [(80, "target"), (71.3, "result")]
    assert {f.due for f in found if f.kind == "target"} == {date(2025, 12, 31)}
    assert {f.as_of for f in found if f.unit != "%" and f.kind == "result"} == {date(2025, 5, 31)}
    assert all(f.kind == "result" for f in found if f.value in (64, 89.1, 42.1))


@pytest.mark.parametrize(
    ("table", "read"),
    [
        ("| Khu vực | Tỷ lệ hồ sơ đúng hạn (%) |\n| Phía Bắc | 97,1 |", [(97.1, "%", "dossiers_on_time_pct")]),
        ("| Chỉ tiêu | Cùng kỳ | Kỳ này |\n| Trạm 5G | 40 | 45 |", [(40, "trạm", "previous"), (45, "trạm", "result")]),
        ("| Chỉ số | Thứ hạng |\n| Chỉ số DTI | 12/34 |", [(12, "hạng", "dti_rank")]),
        ("| STT | Họ tên | Năm sinh |\n| 1 | Trần Văn Bình | 1975 |\n| 2 | Lê Thị Cúc | 1980 |", []),
        ("| Ngày | Việc |\n| 12/6 | Họp |\n| 13/6 | Đi cơ sở |", []),
    ],
)
def test_numbers_alone_in_cells(table: str, read: list[tuple[float, str, str]]) -> None:
    found = [(f.value, f.unit, {f.kind, f.metric_id}) for f in _read(table)]
    assert len(found) == len(read)
    for (value, unit, said), (wanted, wanted_unit, word) in zip(found, read, strict=True):
        assert (value, unit) == (wanted, wanted_unit)
        assert word in said


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Có 57 trường có đường truyền riêng.", "trường có đường truyền riêng"),
        ("Doanh thu gốm sứ tăng 25% so với cùng kỳ.", "doanh thu gốm sứ"),
        ("Đã tăng 25% so với cùng kỳ.", None),
        ("Hội chợ đón 104 xã, phường tới bày hàng.", "xã, phường tới bày hàng"),
        ("| Mặt hàng | Số lượng |\n| Chum, vại | 320 |", "chum, vại"),
    ],
)
def test_labels_keep_their_letters(text: str, label: str | None) -> None:
    assert _read(text)[-1].label == label


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("Tính đến ngày 31/5, tỉnh có 96 trạm 5G.", "cumulative"),
        ("Tỉnh có 96 trạm 5G.", "cumulative"),
        ("6 tháng đầu năm, tỉnh có 96 trạm 5G.", "cumulative"),
        ("Trong tháng 5, các nhà mạng lắp mới 12 trạm 5G.", "in_period"),
        ("Trong tháng 5, toàn tỉnh tiếp nhận 9.120 hồ sơ.", "in_period"),
        ("Lũy kế, toàn tỉnh tiếp nhận 91.200 hồ sơ.", "cumulative"),
        ("Toàn tỉnh tiếp nhận 9.120 hồ sơ.", None),
        ("Tỉnh còn 9 nhiệm vụ quá hạn.", "moment"),
    ],
)
def test_period(text: str, period: str | None) -> None:
    assert [f.period for f in _read(text)] == [period]


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("Sở Khoa học và Công nghệ cho biết, tỉnh Sơn La có 96 trạm 5G.", "province"),
        ("Theo Sở Khoa học và Công nghệ Sơn La, đến nay có 96 trạm 5G.", "province"),
        ("Ở Sơn La, xã Mường Bú có 3 trạm 5G.", "commune"),
        ("Sơn La mở rộng mạng lưới. Riêng xã Mường Bú, tính đến ngày 30/6/2025, đã có 3 trạm 5G.", "commune"),
        ("Sơn La mở rộng mạng lưới. Phường Tô Hiệu, đến nay có 3 trạm 5G.", "commune"),
        ("Sơn La khánh thành trạm ở xã Mường Bú, đến nay có 96 trạm 5G.", "province"),
        ("Sơn La mở rộng mạng lưới. Xã Mường Bú, đến nay toàn tỉnh có 96 trạm 5G.", "province"),
        ("Sơn La mở rộng mạng lưới. Tính đến ngày 30/6/2025, xã đã lắp 3 trạm 5G.", "commune"),
        ("Sơn La mở rộng mạng lưới. Đến nay, số xã được phủ sóng 5G là 96 xã.", "province"),
        ("Ở Sơn La, Sở Y tế đã có 40 chữ ký số.", "agency"),
        ("Ở tỉnh Sơn La, tất cả xã, phường đã có 1.412 tổ công nghệ số cộng đồng.", "province"),
    ],
)
def test_level(text: str, level: str) -> None:
    assert [f.level for f in _read(text, _province(text, "Sơn La", "vn34-14"))] == [level]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Số hồ sơ trễ hạn còn 214, giảm một nửa so với cùng kỳ.", [214]),
        ("Hồ sơ trễ hạn còn 214, giảm một nửa.", [214]),
        ("Tỉnh cần ít nhất 70 chuyên gia, hiện có 29.", [70, 29]),
        ("Số hồ sơ ba tháng qua lần lượt là 322, 409 và 513 hồ sơ.", [322, 409, 513]),
        ("Danh mục 10 bài toán lớn đã được duyệt.", [10]),
        ("Tỉnh có 12 tổ, đông nhất là tổ 11.", [12]),
        ("Đường dây nóng của tỉnh là 1022, trực cả ngày.", []),
        ("Cuộc thi bước sang lần thứ 4, ban giám khảo có 5.", []),
    ],
)
def test_numbers_whose_noun_stands_before(text: str, values: list[float]) -> None:
    assert [f.value for f in _read(text)] == values


@pytest.mark.parametrize(
    ("text", "metrics"),
    [
        ("Tỉnh có 145 trạm 5G. Riêng vùng cao mới có 12 trạm.", ["bts_5g_stations", "bts_5g_stations"]),
        ("Tỉnh có 145 trạm 5G. Kho còn 12 trạm biến áp.", ["bts_5g_stations", None]),
        ("Tổ công nghệ số cộng đồng đã về mọi thôn. Mạng lưới này gồm 788 tổ.", ["community_digital_teams"]),
        ("Tổ công nghệ số cộng đồng có 16.428 thành viên, thuộc 2.311 tổ.", ["community_digital_team_members", "community_digital_teams"]),
        ("Tỉnh có 64 trạm 4G và vẻn vẹn 41 trạm 5G.", ["bts_4g_stations", "bts_5g_stations"]),
        ("58% hồ sơ được thanh toán trực tuyến.", ["online_payment_pct"]),
        ("Kinh tế số đóng góp 12% GRDP. Mục tiêu là 20% GRDP.", ["digital_economy_grdp_pct", "digital_economy_grdp_pct"]),
        ("Các đơn vị thực hiện xong 19/25 nhiệm vụ cấp tỉnh.", ["tasks_completed"]),
        (
            "Kế hoạch số 02-KH/BCĐTW đã được giao. " + "Mọi việc đều có người nhận và có hạn. " * 9 + "Tỉnh xong 19/25 nhiệm vụ cấp tỉnh.",
            ["kh02_province_tasks"],
        ),
    ],
)
def test_what_the_text_has_told(text: str, metrics: list[str | None]) -> None:
    assert [f.metric_id for f in _read(text)] == metrics


def test_lists_of_places_go_on_with_a_share() -> None:
    text = "Tỷ lệ hồ sơ nộp trực tuyến cả nước đạt 70%. Nhóm cao gồm Hà Nội (95,1%), Đà Nẵng (93,4%). Hà Nội mở 45% chợ đêm."
    found = _read(text, _province(text, "Hà Nội", "vn34-01"), _province(text, "Đà Nẵng", "vn34-48"))
    assert [f.metric_id for f in found] == [*["dossiers_online_pct"] * 3, None]


@pytest.mark.parametrize(
    ("text", "province"),
    [
        ("Cả nước phủ sóng rộng. Tỷ lệ hồ sơ nộp trực tuyến đạt 70%.", "national"),
        ("UBND tỉnh họp bàn như cả nước. Tỷ lệ hồ sơ nộp trực tuyến đạt 70%.", None),
        ("Tỷ lệ hồ sơ nộp trực tuyến đạt 70%.", None),
        ("Nghị quyết 57-NQ/TW đặt ra nhiều việc. Tỷ lệ hồ sơ nộp trực tuyến đạt 70%.", "national"),
    ],
)
def test_texts_about_no_province(text: str, province: str | None) -> None:
    assert [f.province for f in _read(text)] == [province]


@pytest.mark.parametrize(
    ("text", "province"),
    [
        ("Sơn La họp. Nghị quyết 57-NQ/TW đặt mục tiêu kinh tế số đạt 30%.", "national"),
        ("Sơn La họp. Chi cho nghiên cứu và phát triển còn xa đích 2% GDP.", "national"),
        ("Sơn La họp. Việt Nam phấn đấu đạt 12 người/vạn dân.", "national"),
        ("Sơn La họp. Thực hiện Nghị quyết 57-NQ/TW, tỉnh dành 3% ngân sách.", "Sơn La"),
        ("Sơn La họp. Hội Nông dân Việt Nam tỉnh có 45 câu lạc bộ.", "Sơn La"),
        ("Sơn La họp. Kinh tế số đạt 12% GRDP.", "Sơn La"),
    ],
)
def test_goals_of_the_nation(text: str, province: str) -> None:
    assert [f.province for f in _read(text, _province(text, "Sơn La", "vn34-14"))] == [province]


@pytest.mark.parametrize(
    "text",
    [
        "Tỷ lệ hồ sơ nộp trực tuyến đạt 70%. Nhóm cao gồm Sơn La " + "đến nay " * 90 + "mèo (5%).",
        "Tỷ lệ hồ sơ nộp trực tuyến " + "so với cùng kỳ năm trước " * 30 + "mèo 5%, 6%.",
        "Tỉnh giao " + "giao sở " * 300 + "5 việc.",
        "NĂM 2026 " * 60 + "\n- 5 trạm.",
    ],
    ids=["again", "compared", "orders", "years"],
)
def test_words_that_repeat_are_read_at_once(text: str) -> None:
    begun = time.process_time()
    _read(text, _province(text, "Sơn La", "vn34-14"))
    assert time.process_time() - begun < 2


@pytest.mark.parametrize(
    ("text", "metrics"),
    [
        ("Tỉnh vừa công bố bảng xếp hạng DTI. Vĩnh Long xếp thứ 9, Bến Tre cũ đứng thứ 12.", ["dti_rank", "dti_rank"]),
        ("Chỉ số PII năm nay đã được công bố. Theo đó, tỉnh đạt 41,2 điểm, xếp thứ 9/34.", ["pii_score", "pii_rank"]),
        ("DTI năm 2024 của tỉnh xếp thứ 15/34 với giá trị 0,7312.", ["dti_rank", "dti_score"]),
        ("Bảng DTI vừa được công bố. Tỉnh xếp thứ 9/34 về xuất khẩu gạo.", [None]),
        ("Bảng DTI vừa được công bố. Trụ cột chính quyền số đạt giá trị 0,7312.", [None]),
        ("Bảng DTI vừa được công bố. Đội bóng chuyền giành giải ba, xếp thứ 3/12.", [None]),
        ("Bảng DTI vừa được công bố. Chỉ số hài lòng đứng thứ 8/34.", [None]),
        ("Chi ngân sách tăng. Tỉnh xếp thứ 8/34.", [None]),
    ],
)
def test_ranks_of_an_index_named_before(text: str, metrics: list[str | None]) -> None:
    assert [f.metric_id for f in _read(text)] == metrics


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("Tỉnh phấn đấu kinh tế số đạt 30% GRDP năm 2030 và 50% vào năm 2045.", [2030, 2045]),
        ("Tỉnh phấn đấu kinh tế số đạt 30% vào năm 2030 và 50% vào năm 2045.", [2030, 2045]),
        ("Đến năm 2030, tỉnh phấn đấu kinh tế số đạt 30% GRDP và 80% người dân có chữ ký số.", [2030, 2030]),
    ],
)
def test_each_goal_has_its_own_year(text: str, years: list[int]) -> None:
    assert [f.due.year if f.due else None for f in _read(text)] == years


@pytest.mark.parametrize(
    ("text", "metrics"),
    [
        ("Thanh toán trực tuyến đạt 52%, vượt kế hoạch đề ra.", ["online_payment_pct"]),
        ("Tỉnh đã lắp 120 trạm 5G, bằng 104% kế hoạch.", ["bts_5g_stations", None]),
        ("Đã hoàn thành 45/60 nhiệm vụ, đạt 75% kế hoạch.", ["tasks_completed", "tasks_completed_pct"]),
        ("Tỉnh hoàn thành 88% kế hoạch Nghị quyết 57.", ["tasks_completed_pct"]),
        ("Tập đoàn nộp ngân sách 300 tỷ đồng nhờ công nghệ.", [None]),
        ("Tỉnh dành ngân sách 300 tỷ đồng cho khoa học và công nghệ.", ["st_budget_vnd"]),
        ("Năng suất các nhân tố tổng hợp đóng góp 45%. Kinh tế số ước đạt 15%.", ["tfp_pct", "digital_economy_grdp_pct"]),
        ("Mạng 5G đã triển khai từ đầu năm. Đến nay đã phủ 35% dân số.", ["coverage_5g_pct"]),
        ("Mạng 5G đã triển khai từ đầu năm. Đến nay đã trồng rừng cho 35% diện tích.", [None]),
    ],
)
def test_whose_share_it_is(text: str, metrics: list[str | None]) -> None:
    assert [f.metric_id for f in _read(text)] == metrics


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Hồ sơ trực tuyến đạt 60% (mục tiêu 70%), thanh toán trực tuyến đạt 50%.", ["result", "target", "result"]),
        ("Tỉnh đặt mục tiêu 60% hồ sơ trực tuyến (hiện đạt 50%), 40% thanh toán trực tuyến.", ["target", "result", "target"]),
        ("Có 9/40 chỉ tiêu đặt ra cho năm nay tăng. Nổi bật, hồ sơ trực tuyến đạt 80%.", ["result", "result"]),
        ("Các chỉ tiêu đặt ra cho năm 2026: hồ sơ trực tuyến đạt 80%.", ["target"]),
        ("Hồ sơ trực tuyến là 22% và dự kiến 25% vào cuối năm nay.", ["result", "target"]),
        ("Dự kiến đến cuối năm 2025 có 500 doanh nghiệp số. Tháng 5, tỉnh có 420 doanh nghiệp số.", ["target", "result"]),
        ("Dự kiến cuối năm 2025 có 500 doanh nghiệp số. Tháng 8, tỉnh có 520 doanh nghiệp số.", ["target", "target"]),
        ("Tỉnh cải thiện từ vị trí 50 lên vị trí 41.", ["previous", "result"]),
    ],
)
def test_goal_words_hold_for_their_own_side(text: str, kinds: list[str]) -> None:
    assert [f.kind for f in _read(text)] == kinds


def test_now_ends_the_month_told_of_before() -> None:
    told = _read("Riêng trong tháng 4/2025, tỉnh cấp mới 902 chữ ký số. Đến nay, tỷ lệ hồ sơ giải quyết đúng hạn đạt 91,4%.")
    assert [(f.value, f.as_of_from) for f in told] == [(902, "stated"), (91.4, None)]
    told = _read("Trong tháng 4/2025, tỉnh cấp mới 902 chữ ký số. Tỷ lệ hồ sơ giải quyết đúng hạn đạt 91,4%.")
    assert [f.as_of_from for f in told] == ["stated", "stated"]


def test_a_tables_caption_says_what_its_rows_of_places_count() -> None:
    """Rows that are names leave unit and metric to the line above the table; rows that name an indicator do not."""
    text = (
        "Tỷ lệ hồ sơ nộp trực tuyến (%)\n| Địa phương | Quý I/2025 | Quý II/2025 |\n| Sơn La | 61,5 | 70,2 |\n| Lai Châu | 58 | 66,4 |\n"
        "Phần còn lại của báo cáo nói về nhân lực.\n"
        "Tổ công nghệ số cộng đồng\n| Nội dung | Kết quả |\n| Lớp học buổi tối | 25 |\n| Máy tính cũ | 40 |"
    )
    found = find_figures(text, FigureContext(published=date(2025, 8, 1)), load_catalogue())
    rows = [(f.mention, f.unit, f.metric_id) for f in found]
    assert rows[:4] == [(m, "%", "dossiers_online_pct") for m in ("61,5", "70,2", "58", "66,4")]
    assert all(metric is None for _, _, metric in rows[4:])


def test_the_letter_eth_stands_for_the_vietnamese_d() -> None:
    (found,) = find_figures("Ðến ngày 15/4/2025, xã nhận 318 hồ sơ.", FigureContext(), load_catalogue())
    assert (found.value, found.as_of) == (318, date(2025, 4, 15))


def test_more_evidence_is_never_less_sure() -> None:
    knots = load_words("confidence")["knots"]
    assert knots == sorted(knots)
    assert [share for _, share in knots] == sorted(share for _, share in knots)
    assert all(0 < share < 1 for _, share in knots)
