"""Which provinces a survey is about, and names that a province bore before."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from pipelines.chain import load_rules, read_whole
from r57monitor.gazetteer import load_gazetteer
from r57monitor.models import RawPage
from r57monitor.text.provinces import find_provinces


def test_what_much_is_told_of_is_a_subject() -> None:
    text = (
        "Các địa phương trên cả nước đã công bố ngân sách cho khoa học, công nghệ.\n"
        "Trong đó, Sơn La bố trí 4% tổng chi ngân sách (khoảng 800 tỷ đồng), giải ngân 95% và hỗ trợ 120 tiến sĩ.\n"
        "Tại Lào Cai, Giám đốc Sở Khoa học và Công nghệ tỉnh Lào Cai cho biết tỉnh Lào Cai bố trí 900 tỷ đồng, chiếm 4,5% tổng chi.\n"
        "Bình quân cả nước là 2,1%; có đoàn của Điện Biên cùng dự."
    )
    found = find_provinces(text, None, date(2026, 2, 1), load_gazetteer(), None)
    assert {p.name for p in found if p.role == "subject"} == {"Lào Cai", "Sơn La"}


def test_name_as_it_was_written() -> None:
    found = find_provinces("UBND tỉnh Thừa Thiên Huế đặt mục tiêu kinh tế số chiếm 12% GRDP.", None, None, load_gazetteer(), None)
    assert [(p.name, p.name_now) for p in found] == [("Thừa Thiên Huế", "Huế")]


def test_a_room_of_a_conference_is_no_subject() -> None:
    text = (
        "Tại điểm cầu Sơn La, Chủ tịch UBND tỉnh Sơn La và lãnh đạo các sở của tỉnh Sơn La dự hội nghị.\n"
        "Thủ tướng Chính phủ yêu cầu các bộ, ngành, các địa phương trên cả nước hoàn thành nhiệm vụ năm 2025."
    )
    found = find_provinces(text, None, date(2025, 10, 1), load_gazetteer(), None)
    assert [(p.name, p.role) for p in found] == [("Sơn La", "mentioned")]


def test_a_department_speaks_for_its_province() -> None:
    text = "The Department of Science and Technology of Son La presides over the movement and guides the communes."
    found = find_provinces(text, None, date(2025, 10, 1), load_gazetteer(), None)
    assert [(p.name, p.role) for p in found] == [("Sơn La", "subject")]


TURNS = (
    "Sau khi nghị quyết ban hành, Chính phủ, các bộ, ngành và các địa phương trên cả nước đều lập ban chỉ đạo, giao việc cho từng nơi.\n"
    "Ở {first}, các trường đại học mở phòng thí nghiệm chung, doanh nghiệp cùng góp máy móc và sinh viên được trả lương khi tham gia.\n"
    "Similarly, {second} city has built a data centre for its departments and trained the staff who look after it in the coming years.\n"
    "{third} thì chọn cách khác: đặt hàng kỹ sư trẻ về xã ở sáu tháng, vừa lắp máy vừa dạy bà con cách dùng điện thoại cho đúng.\n"
)


def test_paragraphs_that_turn_from_one_province_to_the_next() -> None:
    text = TURNS.format(first="Cần Thơ", second="Hải Phòng", third="TP. Hồ Chí Minh")
    found = find_provinces(text, "Nghị quyết đi vào cuộc sống", date(2025, 11, 1), load_gazetteer(), None)
    assert {p.name for p in found if p.role == "subject"} == {"Cần Thơ", "Hải Phòng", "Hồ Chí Minh"}


def test_a_headline_names_one_of_them() -> None:
    text = TURNS.format(first="Cần Thơ", second="Hải Phòng", third="TP. Hồ Chí Minh")
    found = find_provinces(text, "Cần Thơ mở phòng thí nghiệm chung", date(2025, 11, 1), load_gazetteer(), None)
    assert {p.name for p in found if p.role == "subject"} == {"Cần Thơ"}


NATIONAL = "Thủ tướng Chính phủ yêu cầu các bộ, ngành rà soát chữ ký số. Việt Nam hiện có hơn 20 triệu chứng thư số như vậy."
LOCAL = "UBND tỉnh vừa bàn giao 40 bộ máy tính cho các xã. Năm nay toàn tỉnh mở 12 lớp kỹ năng số."


def test_what_a_provincial_paper_prints_of_the_nation_is_not_its_provinces() -> None:
    assert find_provinces(NATIONAL, None, date(2025, 11, 1), load_gazetteer(), "Vĩnh Long") == ()
    told = find_provinces(LOCAL, None, date(2025, 11, 1), load_gazetteer(), "Vĩnh Long")
    assert [(p.name, p.role) for p in told] == [("Vĩnh Long", "subject")]


def test_where_something_was_launched() -> None:
    text = "Two platforms were launched on Friday in Hà Nội by the Prime Minister for all ministries and localities."
    found = find_provinces(text, None, date(2025, 11, 1), load_gazetteer(), None)
    assert [(p.name, p.role) for p in found] == [("Hà Nội", "mentioned")]


def saved_page(site: str, text: str) -> RawPage:
    body = f'<html><head><title>Máy tính về xã | {site}</title><meta property="og:site_name" content="{site}"></head>'
    body += f"<body><article><h1>Máy tính về xã</h1><p>{text}</p><p>{text.replace('40', '41')}</p></article></body></html>"
    return RawPage(
        url="file:///tmp/x.html", body=body.encode(), fetched_at=datetime(2026, 1, 5, tzinfo=UTC), content_type="text/html; charset=utf-8"
    )


@pytest.mark.parametrize(
    ("site", "text", "wanted"),
    [
        ("Cổng thông tin điện tử tỉnh Sơn La", LOCAL, ["Sơn La"]),
        ("Nhịp Số", LOCAL, []),
        ("Báo Sơn La", NATIONAL, []),
    ],
)
def test_a_saved_page_tells_its_outlet(site: str, text: str, wanted: list[str]) -> None:
    article = read_whole(saved_page(site, text), load_rules())
    assert [p.name for p in article.provinces if p.role == "subject"] == wanted


def test_lines_of_a_list_each_tell_of_a_province() -> None:
    text = "Các địa phương có nhiều trạm 5G nhất gồm:\nHà Nội: 4.250 trạm\nĐà Nẵng: 1.120 trạm\nHải Phòng: 960 trạm\nCần Thơ: 640 trạm"
    found = find_provinces(text, "Bốn địa phương dẫn đầu về 5G", date(2025, 11, 1), load_gazetteer(), None)
    assert {p.name for p in found if p.role == "subject"} == {"Hà Nội", "Đà Nẵng", "Hải Phòng", "Cần Thơ"}


def test_a_district_of_the_name_is_no_province() -> None:
    text = "Son La province praised its offices. In Son La, Phu Yen district ranked second and Muong La commune third."
    found = find_provinces(text, "Son La ranks its offices", date(2025, 1, 10), load_gazetteer(), None)
    assert [p.name for p in found] == ["Sơn La"]


_ROWS = "\n".join(f"| {name} | {value} |" for name, value in (("Sơn La", 412), ("Lai Châu", 214), ("Điện Biên", 305)))


@pytest.mark.parametrize(
    ("text", "subjects"),
    [
        # rows of a table compare provinces: about each of them
        (f"Số trạm 5G vùng Tây Bắc\n| Địa phương | Số trạm |\n{_ROWS}\n", {"Sơn La", "Lai Châu", "Điện Biên"}),
        # and so do eight names each with its value
        (
            "Cả nước đạt 72%. Nhóm cao gồm Hà Nội (95%), Huế (94%), Bắc Ninh (93%), Hà Tĩnh (92%); nhóm thấp gồm Sơn La (58%), "
            "Lai Châu (57%), Điện Biên (56%), Cao Bằng (55%).",
            {"Hà Nội", "Huế", "Bắc Ninh", "Hà Tĩnh", "Sơn La", "Lai Châu", "Điện Biên", "Cao Bằng"},
        ),
        # a few examples in a text about the nation do not
        ("Cả nước có 15.000 trạm. Các bộ, ngành và cả nước cùng làm, như Hà Nội (95%), Huế (94%), Bắc Ninh (93%), Hà Tĩnh (92%).", set()),
    ],
)
def test_compared_provinces(text: str, subjects: set[str]) -> None:
    found = find_provinces(text, "Bảng tổng hợp", date(2026, 1, 20), load_gazetteer(), None)
    assert {p.name for p in found if p.role == "subject"} == subjects
