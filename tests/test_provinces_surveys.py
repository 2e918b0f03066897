"""Which provinces a survey is about, and names that a province bore before."""

from __future__ import annotations

from datetime import date

from r57monitor.gazetteer import load_gazetteer
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
