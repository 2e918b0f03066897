"""Provinces of a text: subjects and mentions, names by date, look-alikes refused."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r57monitor.gazetteer import load_gazetteer
from r57monitor.text.nation import is_national
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


@pytest.mark.parametrize(
    ("text", "title"),
    [
        # lists inside an article about one province
        ("Phú Thọ xếp thứ 15. Năm nơi dẫn đầu là Ninh Bình (96%), Hà Tĩnh (95%), Cà Mau (94%) và Huế (93%). Phú Thọ đạt 81%.", None),
        ("Phú Thọ đạt 81%, trong khi Sơn La (58%), Lào Cai (55%) còn thấp hơn. Toàn tỉnh Phú Thọ có 900 tổ.", None),
        ("Đứng đầu bảng là Bắc Ninh với 98 điểm. Phú Thọ được 71 điểm, tăng 4 bậc.", "Phú Thọ thăng hạng"),
        ("Tỉnh Phú Thọ học kinh nghiệm của Bắc Ninh, nơi đã nối 38 cơ sở dữ liệu. Phú Thọ mới nối 12 cơ sở.", None),
        ("UBND tỉnh Phú Thọ ban hành kế hoạch, thay kế hoạch cũ của Hòa Bình. Phú Thọ đặt đích 80%.", None),
        # one name, but with its institution
        ("Trạm y tế đều nối mạng.\nBác sĩ tra trên máy.\nĐến nay 92 trạm trên địa bàn tỉnh Phú Thọ đã xong.", "Bớt giấy tờ"),
        # letterhead of the province's own document
        ("Số: 15/KH-UBND\nPhú Thọ, ngày 5 tháng 3 năm 2025\nPhấn đấu 80% hồ sơ được nộp qua mạng.", "Kế hoạch dữ liệu"),
        (
            "TỈNH ỦY PHÚ THỌ\nSố 28-KH/TU\nPhú Thọ, ngày 4 tháng 4 năm 2025\nThực hiện nghị quyết của Bộ Chính trị. Chính phủ giao.",
            None,
        ),
        ("Tỉnh đã nối mạng 300 điểm. Nhiều nơi muốn học.", "Kinh nghiệm từ Phú Thọ trong số hóa hồ sơ"),
        ("Tỉnh đã nối mạng 300 điểm. Đoàn ở lại hai ngày.", "Phú Thọ học kinh nghiệm của Quảng Ninh"),
        (
            "Phu Tho province has put every file online. The provincial plan follows Hanoi and Da Nang City.",
            "Files go online in the midlands",
        ),
        ("VNA reports that the northern province of Phu Tho has 300 5G stations.", "More 5G stations in the north"),
        # names of things that hold a word of the nation
        (
            "In recent years, Phu Tho province has built its digital government. National digital transformation starts in the village. "
            "The local government has set up 300 teams, and files go through the National Public Service Portal.",
            None,
        ),
    ],
)
def test_the_one_province_a_text_is_about(text: str, title: str | None) -> None:
    assert _roles(text, title)[0] == ["Phú Thọ"]


@pytest.mark.parametrize(
    "text",
    [
        # about the nation: provinces stand in lists, as hosts, as guests
        "Cả nước có 15.000 trạm. Chính phủ giao các địa phương làm. Dẫn đầu gồm Hà Nội, Huế, Đà Nẵng; cuối là Sơn La (20%), Lào Cai (19%).",
        "Hội nghị toàn quốc diễn ra tại thành phố Cần Thơ. Bộ trưởng nêu ba việc. Chính phủ sẽ sửa nghị định.",
        "Tại Cần Thơ, sáng 10/1, hội nghị toàn quốc bàn về dữ liệu. Bộ trưởng nêu ba việc. Chính phủ sẽ sửa nghị định.",
        "The conference was held in Hue City. Ministries and localities reported. The Government will amend the decree.",
        "At the Can Tho city bridge, the vice chairman took part. Ministries and localities reported. The Government will amend it.",
        "HÀ NỘI (TTXVN) - Chính phủ họp. Các bộ, ngành báo cáo. Thủ tướng nêu ba việc.",
        "Hà Nội, ngày 5 tháng 3 năm 2025\nCăn cứ Kế hoạch số 15/KH-UBND, bộ trưởng yêu cầu. Chính phủ sẽ họp. Cả nước cùng làm.",
        "Số: 15/KH-BKHCN\nHà Nội, ngày 5 tháng 3 năm 2025\nBộ Khoa học và Công nghệ ban hành kế hoạch. Chính phủ sẽ họp. Cả nước cùng làm.",
    ],
)
def test_a_text_about_the_nation_has_no_subject(text: str) -> None:
    subjects, _ = _roles(text)
    assert subjects == []
    assert _roles("Chính phủ họp. Các bộ báo cáo. Cả nước cùng làm.", "Hội nghị sơ kết tại Đà Nẵng")[0] == []
    assert is_national(text, None, find_provinces(text, None, BEFORE, GAZETTEER, None))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Toàn tỉnh có 300 trạm. UBND tỉnh sẽ báo cáo Chính phủ.", False),
        ("Xã Tân Lập, xã Hòa An và phường Bình Minh đã có sóng. Chính phủ hỗ trợ thêm.", False),
        ("Đội bóng của làng thắng trận.", False),
        ("Việt Nam đứng thứ 44 về đổi mới sáng tạo.", True),
        ("", False),
    ],
)
def test_without_provinces_words_of_the_nation_decide(text: str, expected: bool) -> None:
    assert is_national(text, None, ()) is expected
    subject = find_provinces("UBND tỉnh Lai Châu họp. Lai Châu có 90 trạm.", None, BEFORE, GAZETTEER, None)
    assert not is_national(text, None, subject)


def test_provinces_compared_at_length_are_all_subjects() -> None:
    text = (
        "Về tỷ lệ trực tuyến, Lai Châu (52%), Sơn La (61%), Lào Cai (70%) chênh nhau nhiều. Lai Châu thiếu người. Ở Sơn La, "
        "đường truyền là nút thắt.\nLào Cai thì lo kinh phí."
    )
    assert sorted(_roles(text, "Ba tỉnh, ba cách làm")[0]) == ["Lai Châu", "Lào Cai", "Sơn La"]


def test_a_village_is_not_the_district_of_its_name() -> None:
    assert _roles("Làng thêu Văn Lâm vào mùa, thợ sáng đèn đến khuya.", "Mùa thêu") == ([], [])


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
