"""Whose a figure is: the nation's, the document's province, another place's."""

from __future__ import annotations

from datetime import date

import pytest

from r57monitor.catalogue import load_catalogue
from r57monitor.figures.context import FigureContext
from r57monitor.figures.find import find_figures
from r57monitor.gazetteer import load_gazetteer
from r57monitor.text.provinces import find_provinces

DAY = date(2025, 11, 20)


def _places(text: str, title: str | None = None) -> list[str | None]:
    provinces = find_provinces(text, title, DAY, load_gazetteer(), None)
    context = FigureContext(published=DAY, provinces=provinces, title=title)
    return [f.province for f in find_figures(text, context, load_catalogue())]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        # a word of the nation in brackets holds for what is in them
        ("Tỉnh Lạng Sơn đạt 67% (bình quân toàn quốc đạt 61%), cấp xã đạt 58%.", ["Lạng Sơn", "national", "Lạng Sơn"]),
        (
            "Tỉnh Lạng Sơn sẽ có 2 doanh nghiệp lớn (cả nước đặt mục tiêu là 5 doanh nghiệp); thêm 3 khu công nghệ.",
            ["Lạng Sơn", "national", "Lạng Sơn"],
        ),
        # the place right after the number that another is compared with
        ("Tỉnh Lạng Sơn đạt 91% hồ sơ trực tuyến, so với 88% ở Cao Bằng.", ["Lạng Sơn", "Cao Bằng"]),
        (
            "Lang Son province has 310 stations, while neighbouring Cao Bang has 420. Online payment in Lang Son reached 70%, "
            "against a national average of 52%. In all communes, officials guide people in the use of online services, "
            "and the province goes on with this work.",
            ["Lạng Sơn", "Cao Bằng", "Lạng Sơn", "national"],
        ),
        # being among the first is no figure of the nation
        ("Cà Mau thuộc nhóm các địa phương dẫn đầu cả nước: hình thành 400 doanh nghiệp công nghệ.", ["Cà Mau"]),
        ("Cà Mau góp sức, đóng góp trực tiếp vào khoa học toàn quốc, gồm 2 tuyến cáp quang.", ["Cà Mau"]),
        # a commune of nobody knows which province is not the nation
        ("Cả nước phát triển hạ tầng số.\nChỉ riêng xã Nậm Khòa đã có 10 trạm 5G.", [None]),
        ("Cả nước phát triển hạ tầng số.\nChỉ riêng năm qua đã có 10 trạm 5G.", ["national"]),
        # a paragraph about the nation goes on until something local is told
        (
            "Tỉnh Lào Cai xử lý trực tuyến 68% hồ sơ.\nTỷ lệ hồ sơ trực tuyến của cả nước vẫn thấp. "
            "Đến nay, tỷ lệ này mới đạt 45%. Khối bộ, ngành đạt 63%.",
            ["Lào Cai", "national", "national"],
        ),
        ("Tỉnh Lào Cai đạt 78%, trong khi bình quân cả nước là 70%. Tỷ lệ đúng hạn là 96%.", ["Lào Cai", "national", "Lào Cai"]),
        ("Tỉnh Lào Cai có 30 trạm. Hạ tầng số cả nước phát triển nhanh. Tỉnh phủ sóng 90% thôn.", ["Lào Cai", "Lào Cai"]),
        # ranks that name their place after them
        ("Ở vị trí thứ 2 là Quảng Ninh, còn vị trí thứ 3 thuộc về Cần Thơ.", ["Quảng Ninh", "Cần Thơ"]),
        ("Lào Cai đạt 61% và thấp hơn mức trung bình cả nước.", ["Lào Cai"]),
        ("Tỉnh Lào Cai tăng 2,7 điểm so với năm trước và cao hơn bình quân cả nước.", ["Lào Cai"]),
        ("Lào Cai có tỷ lệ cao hơn mức bình quân chung của cả nước 5 điểm phần trăm.", ["Lào Cai"]),
        ("Lào Cai (93,4%) và Lai Châu (91,2%) cao hơn mức bình quân cả nước là 84,5%.", ["Lào Cai", "Lai Châu", "national"]),
        ("Ca nô cập bến Cà Mau lúc sáng sớm. Tỉnh này đặt mục tiêu 85% hồ sơ nộp trực tuyến.", ["Cà Mau"]),
        ("Tỉnh Cà Mau có 350 trạm 5G, bằng 4% của cả nước.", ["Cà Mau", "Cà Mau"]),
        ("Tỉnh Cà Mau đạt 61%. Khối bộ, ngành đạt 83%; Bộ Công Thương dẫn đầu với 92%.", ["Cà Mau", "national", "national"]),
        # the share of a product: the province's in its own text
        ("Mục tiêu của tỉnh Sơn La: quy mô kinh tế số đạt 15% GDP.", ["Sơn La"]),
        ("Tỉnh Sơn La họp. Nghị quyết của Trung ương nêu: kinh tế số đạt 30% GDP.", ["national"]),
    ],
)
def test_places(text: str, places: list[str | None]) -> None:
    assert _places(text) == places


def test_before_the_first_province_is_named() -> None:
    text = (
        "Bộ Khoa học và Công nghệ vừa công bố chỉ số chuyển đổi số quốc gia. Giá trị trung bình đạt 0,6961, tăng 2,6%.\n"
        "Hà Nội dẫn đầu với 0,8241, trong khi Hà Nội năm trước đạt 0,7902."
    )
    assert _places(text)[:2] == ["national", "national"]
    assert _places(text)[2:] == ["Hà Nội", "Hà Nội"]
    assert _places(text, "Hà Nội dẫn đầu chuyển đổi số")[0] == "Hà Nội"


def test_english() -> None:
    text = (
        "Tay Ninh province attended the online meeting. The province has 12 service centres in its communes.\n"
        "Since January, the Central Steering Committee has assigned 540 tasks to ministries, branches and localities. "
        "To date, 210 tasks have been completed."
    )
    assert _places(text) == ["Tây Ninh", "national", "national"]


def test_a_nationwide_conference_counts_nothing_of_the_nation() -> None:
    text = "Tây Ninh dự hội nghị toàn quốc từ các xã. Tham dự hội nghị trực tuyến toàn quốc tại tỉnh có 96 điểm cầu với 4.120 đại biểu."
    assert _places(text, "Tây Ninh nghe phổ biến nghị quyết") == ["Tây Ninh", "Tây Ninh"]
