"""Relevance: Resolution 57 in its written forms, other resolutions 57, lists and passing mentions."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r57monitor.models import Relevance
from r57monitor.text.documents import find_documents
from r57monitor.text.relevance import load_relevance_terms, score_relevance

TERMS = load_relevance_terms()

FIELDS = (
    "Tỉnh đã phủ sóng 5G tại trung tâm các xã, số hóa hồ sơ và đưa dịch vụ công trực tuyến tới từng thôn. Hạ tầng số, dữ liệu chung và "
    "kỹ năng số của cán bộ được đầu tư; chuyển đổi số gắn với nghiên cứu khoa học và đổi mới sáng tạo của doanh nghiệp."
)
HARVEST = (
    "Vụ lúa năm nay được mùa, bà con phấn khởi vì giá bán tăng nhẹ. Thương lái vào tận ruộng cân lúa, xe tải nối đuôi trên con đường "
    "mới đổ bê tông. Nhiều gia đình dành tiền sửa nhà, mua thêm trâu bò và cho con đi học xa."
)


def _score(title: str, text: str) -> Relevance:
    return score_relevance(title, text, find_documents(text), TERMS)


@pytest.mark.parametrize(
    "citation",
    [
        "Thực hiện Nghị quyết số 57-NQ/TW ngày 22/12/2024 của Bộ Chính trị, nhiều việc đã xong.",
        "Thực hiện Nghị quyết 57 - NQ/TW, nhiều việc đã xong.",
        "Triển khai NQ57 của Bộ Chính trị, các sở vào cuộc.",
        "Theo Nghị quyết 57/NQ-TW, các sở vào cuộc.",
        "Theo Nghị quyết 57/NQ-CP của Bộ Chính trị, các sở vào cuộc.",
        "Cụ thể hóa Nghị quyết Trung ương số 57, các sở vào cuộc.",
        "Thực hiện đột phá phát triển khoa học, công nghệ theo Kế hoạch 02-KH/BCĐTW, các sở vào cuộc.",
    ],
)
def test_relevant(citation: str) -> None:
    result = _score("Chuyển động ở cơ sở", f"{citation}\n{FIELDS}")
    assert result.is_relevant
    assert result.reasons


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Bà con vào vụ", HARVEST),
        ("Chuyển đổi số ở cơ sở", FIELDS),  # the fields alone are not the resolution
        ("Chuyển đổi số ở cơ sở", f"Thực hiện Nghị quyết số 09-NQ/TU của Tỉnh ủy về chuyển đổi số.\n{FIELDS}"),
        ("HĐND tỉnh họp", f"Nghị quyết số 57/NQ-HĐND về học phí được thông qua. Nghị quyết 57 có hiệu lực ngay.\n{HARVEST}"),
        ("Vành đai mới", f"Dự án theo Nghị quyết 57/2022/QH15 của Quốc hội đang tăng tốc.\n{HARVEST}"),
        ("Kế hoạch của Tỉnh ủy", f"Kế hoạch 157-KH/TU đặt mục tiêu giảm 57,5% hộ nghèo.\n{HARVEST}"),
        ("Học nghị quyết", f"Chi bộ học tập các nghị quyết 57, 59, 66, 68 của Bộ Chính trị.\n{HARVEST}"),
        ("Doanh nghiệp tư nhân", f"Nghị quyết 68-NQ/TW mở đường cho kinh tế tư nhân.\n{HARVEST}"),
        ("Đêm hội làng", f"Ông trưởng thôn có nhắc tới Nghị quyết 57 của Bộ Chính trị khi nói chuyện.\n{HARVEST}"),
        ("Họp giao ban", f"Thực hiện Nghị quyết số 03/NQ-CP ngày 9/1/2023 của Chính phủ, các sở vào cuộc.\n{FIELDS}"),
        ("", ""),
    ],
)
def test_not_relevant(title: str, text: str) -> None:
    result = _score(title, text)
    assert not result.is_relevant
    assert 0.0 <= result.score < 0.5


ENGLISH = (
    "The province has put 5G in every commune centre and moved its files online. Officials learn digital skills; shared data, research and "
    "innovation of enterprises are financed. Digital transformation goes with science and technology, said the provincial chairman."
)


@pytest.mark.parametrize(
    ("citation", "is_relevant"),
    [
        ("The province carries out Resolution No. 57-NQ/TW, dated December 22, 2024, of the Politburo.", True),
        ("Each department acts under the Politburo's Resolution 57.", True),
        ("The plan of the province, a breakthrough in science and technology, follows Plan No. 02-KH/BCĐTW.", True),
        ("Resolution 57 of the provincial People's Council sets school fees.", False),
        ("Resolution No. 57, dated June 16, 2022, is about a ring road.", False),
        ("Nothing is said of any resolution.", False),
    ],
)
def test_english_pages(citation: str, is_relevant: bool) -> None:
    assert _score("News from the communes", f"{citation}\n{ENGLISH}").is_relevant is is_relevant


def test_a_list_of_resolutions_in_english() -> None:
    harvest = (
        "The rice crop was good and the price rose a little. Traders came to the fields with lorries and weighed the grain there. " * 3
    )
    assert not _score("Party cells meet", f"Members studied Resolutions 57, 59, 66 and 68.\n{harvest}").is_relevant


@pytest.mark.parametrize(
    ("day", "citation", "is_relevant"),
    [
        (date(2024, 7, 3), "Theo Nghị quyết 57 của Trung ương, các sở vào cuộc.", False),
        (date(2024, 12, 21), "Theo Nghị quyết 57 của Trung ương, các sở vào cuộc.", False),
        (date(2024, 12, 22), "Theo Nghị quyết 57 của Trung ương, các sở vào cuộc.", True),
        (None, "Theo Nghị quyết 57 của Trung ương, các sở vào cuộc.", True),
        (date(2024, 7, 3), "Thực hiện Nghị quyết số 57-NQ/TW, các sở vào cuộc.", False),
        (date(2024, 7, 3), "Thực hiện Nghị quyết số 57-NQ/TW ngày 22/12/2024, các sở vào cuộc.", True),  # the day is misread
    ],
)
def test_nothing_older_than_the_resolution_is_about_it(day: date | None, citation: str, is_relevant: bool) -> None:
    text = f"{citation}\n{FIELDS}"
    assert score_relevance("Chuyển đổi số", text, find_documents(text), TERMS, day).is_relevant is is_relevant


def test_a_short_passage_with_the_bare_number_and_a_field_word() -> None:
    assert _score("", "Thực hiện Nghị quyết 57, tỉnh có 30 trạm 5G và 40 điểm cầu truyền hình.").is_relevant
    assert not _score("", "Nghị quyết 57 giao mỗi xã trồng 30 ha rừng.").is_relevant


def test_another_resolution_57_is_named_in_the_reasons() -> None:
    result = _score("HĐND tỉnh họp", f"Nghị quyết số 57/NQ-HĐND về học phí được thông qua.\n{HARVEST}")
    assert "Nghị quyết 57 khác: 57/NQ-HĐND" in result.reasons


def test_lower_case_ai_is_a_question_word() -> None:
    with_word = _score("Tin", "Ai về quê thì nhớ, ai ở lại thì thương. " * 5)
    assert not any("từ khóa" in reason for reason in with_word.reasons)


@given(st.text(max_size=300), st.text(max_size=60))
def test_total(text: str, title: str) -> None:
    assert 0.0 <= _score(title, text).score <= 1.0


def test_the_bare_number_is_another_resolutions_where_one_is_named() -> None:
    """ "Nghị quyết 57" alone is the Politburo's, unless the text tells of another document 57."""
    bare = "Tỉnh vừa họp bàn việc thực hiện Nghị quyết 57, giao các sở chuẩn bị. "
    other = "Cuộc họp cũng nghe về Nghị quyết số {}/2022/QH15 về cơ chế đường vành đai. "
    alone = _score("Tin ở cơ sở", bare + FIELDS)
    assert alone.is_relevant
    assert any("1 lần" in reason for reason in alone.reasons)
    assert _score("Tin ở cơ sở", bare + other.format(58) + FIELDS).reasons == alone.reasons
    beside = _score("Tin ở cơ sở", bare + other.format(57) + FIELDS)
    assert not beside.is_relevant
    assert "Nghị quyết 57 khác: 57/2022/QH15" in beside.reasons
    assert not any("lần" in reason for reason in beside.reasons)


def test_the_headlines_bare_number_too() -> None:
    other = " Nghị quyết số 57/2022/QH15 về cơ chế đường vành đai cũng được nhắc."
    assert "tiêu đề nêu Nghị quyết 57" in _score("Thực hiện Nghị quyết 57 ở cơ sở", HARVEST).reasons
    assert "tiêu đề nêu Nghị quyết 57" not in _score("Thực hiện Nghị quyết 57 ở cơ sở", HARVEST + other).reasons


@pytest.mark.parametrize(
    "board",
    [
        "Ban Chỉ đạo của Chính phủ về phát triển khoa học, công nghệ, đổi mới sáng tạo, chuyển đổi số và Đề án 06",
        "Ban Chỉ đạo phát triển khoa học, công nghệ, đổi mới sáng tạo và chuyển đổi số tỉnh",
    ],
)
def test_the_boards_that_carry_it_out(board: str) -> None:
    text = f"{board} họp phiên thứ tư, rà từng việc chậm.\n{FIELDS}"
    assert _score("Thúc đẩy khoa học, công nghệ và chuyển đổi số", text).is_relevant
    assert not _score("Bà con vào vụ", f"{board} họp phiên thứ tư.\n{HARVEST}").is_relevant
