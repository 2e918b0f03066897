"""Provinces of a text: subjects and mentions, names by date, look-alikes refused."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r57monitor.gazetteer import load_gazetteer
from r57monitor.text.provinces import find_provinces

GAZETTEER = load_gazetteer()
BEFORE, AFTER = date(2025, 6, 1), date(2025, 7, 15)


def _roles(text: str, title: str | None = None, day: date | None = BEFORE, source: str | None = None) -> tuple[list[str], list[str]]:
    found = find_provinces(text, title, day, GAZETTEER, source)
    return [p.name for p in found if p.role == "subject"], [p.name for p in found if p.role == "mentioned"]


@pytest.mark.parametrize(
    "text",
    [
        "Cột sóng dựng cao bằng tòa nhà mười tầng, ai cũng ngước nhìn.",
        "Ngành thuế thu đủ, không ai nhắc chuyện cũ.",
        "Học tập tư tưởng, đạo đức, phong cách Hồ Chí Minh; lời Chủ tịch Hồ Chí Minh còn đó.",
        "Khách dạo trên đường Hồ Chí Minh rồi rẽ vào phố Hà Nội.",
        "Hà Nội, ngày 12 tháng 6 năm 2025. Bộ gửi công văn cho các địa phương.",
        "Giảng viên Đại học Quốc gia Hà Nội dự hội thảo.",
        "Tác giả Nguyễn Hà Giang và bà Lê Thị Hải Dương cùng dự.",
        "Tàu vượt Thái Bình Dương trong mười ngày.",
        "Tỉnh Hà Nam (Trung Quốc) cử đoàn sang thăm.",
        "Dân huyện Quảng Bình kể chuyện mùa gặt.",
        "Mọi người chỉ mong hòa bình, yên ổn làm ăn.",
    ],
)
def test_look_alikes_are_no_provinces(text: str) -> None:
    assert _roles(text) == ([], [])


@pytest.mark.parametrize(
    ("text", "title", "subjects"),
    [
        ("UBND tỉnh Lai Châu vừa họp. Đến nay Lai Châu có 90 trạm.", None, ["Lai Châu"]),
        ("Thành phố dành 500 tỷ đồng. Lãnh đạo TPHCM nêu rõ. TP. Hồ Chí Minh sẽ làm ngay.", None, ["Hồ Chí Minh"]),
        ("ỦY BAN NHÂN DÂN TỈNH ĐẮK LẮK ban hành kế hoạch. Tỉnh Đăk Lăk giao các sở.", None, ["Đắk Lắk"]),
        ("Sở ngồi lại ở Gia Nghĩa, rồi xuống Krông Nô, Cư Jút nghe dân nói.", None, ["Đắk Nông"]),
        ("Tỉnh Thừa Thiên Huế trước đây, nay là Huế, đã xong việc. Huế đạt 95%.", "Huế về đích", ["Huế"]),
        ("Các sở họp bàn kế hoạch năm.", "Cao Bằng: phủ sóng xong vùng biên", ["Cao Bằng"]),
        ("Sơn La (75,2%), Lai Châu (71,4%) và Điện Biên (69%) cùng tăng. Sơn La, Lai Châu, Điện Biên đều hẹn tiến nhanh.", None, None),
    ],
)
def test_subjects(text: str, title: str | None, subjects: list[str] | None) -> None:
    found, _ = _roles(text, title)
    assert sorted(found) == sorted(subjects or ["Sơn La", "Lai Châu", "Điện Biên"])


def test_a_passing_mention_is_no_subject() -> None:
    assert _roles("Một thương lái từ Long An kể chuyện chở lúa đi bán khắp miền.") == ([], ["Long An"])


def test_the_venue_of_a_central_meeting_is_no_subject() -> None:
    text = "Sáng 12/6, tại Hà Nội, Bộ Khoa học và Công nghệ tổ chức hội nghị toàn quốc. Các địa phương nêu khó khăn."
    assert _roles(text, "Hội nghị toàn quốc") == ([], ["Hà Nội"])


def test_a_name_broken_by_the_line_or_typed_with_another_letter() -> None:
    text = "UBND tỉnh Đắk\nLắk họp. Tỉnh Ðắk Lắk có 300 trạm."
    (mention,) = find_provinces(text, None, BEFORE, GAZETTEER, None)
    assert (mention.name, mention.mentions) == ("Đắk Lắk", 2)


def test_an_old_name_after_the_merger_is_an_area_of_the_new_province() -> None:
    text = "Khu vực Đắk Nông (cũ) còn 40 điểm lõm sóng. Tỉnh Lâm Đồng sẽ xóa hết trong năm. Lâm Đồng có 300 trạm."
    assert _roles(text, day=AFTER) == (["Lâm Đồng"], [])
    assert _roles("Tỉnh Đắk Nông có 300 trạm. Đắk Nông đứng đầu vùng.", day=BEFORE) == (["Đắk Nông"], [])


def test_the_same_places_lie_in_another_province_after_the_merger() -> None:
    text = "Các khu công nghiệp quanh cảng Cái Mép - Thị Vải và Côn Đảo, Hồ Tràm được phủ sóng."
    assert _roles(text, day=BEFORE) == (["Bà Rịa - Vũng Tàu"], [])
    assert _roles(text, day=AFTER) == (["Hồ Chí Minh"], [])


def test_without_a_date_the_names_decide() -> None:
    (old,) = find_provinces("Tỉnh Hà Giang báo cáo. Hà Giang có 240 điểm.", None, None, GAZETTEER, None)
    assert old.province_id == "vn63-02"
    assert old.name_now == "Tuyên Quang"
    (new,) = find_provinces("Tỉnh Tuyên Quang báo cáo. Khu vực Hà Giang (cũ) có 240 điểm.", None, None, GAZETTEER, None)
    assert new.province_id == "vn34-08"


def test_the_outlet_is_weak_evidence() -> None:
    local = "UBND tỉnh yêu cầu các xã, phường trong tỉnh làm ngay. Toàn tỉnh có 200 trạm."
    assert _roles(local, source="Cà Mau") == (["Cà Mau"], [])
    assert _roles(local, day=AFTER, source="Đắk Nông") == (["Lâm Đồng"], [])
    about_another = "Đoàn thăm tỉnh Yên Bái. Yên Bái có 1.300 tổ, Yên Bái đặt đích 80%."
    assert _roles(about_another, "Cách làm của Yên Bái", source="Lào Cai")[0] == ["Yên Bái"]


def test_spans_are_the_names() -> None:
    text = "Tỉnh Bắc Kạn và Thái Nguyên cùng họp. Bắc Kạn nêu 3 việc."
    for mention in find_provinces(text, None, BEFORE, GAZETTEER, None):
        assert mention.mentions == len(mention.spans)
        assert {text[a:b] for a, b in mention.spans} == {mention.name}


@given(st.text(alphabet="Hà NộiHuếCaoBằngTP.HCM ,.()-\nđườngtỉnh", max_size=120), st.sampled_from([None, BEFORE, AFTER]))
def test_total(text: str, day: date | None) -> None:
    for mention in find_provinces(text, text[:30], day, GAZETTEER, "Cà Mau"):
        assert all(0 <= a < b <= len(text) for a, b in mention.spans)
