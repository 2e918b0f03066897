"""Document numbers: every written form, its canonical spelling, its date; look-alikes refused."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r57monitor.text.documents import find_documents


def _numbers(text: str) -> list[str]:
    return [d.number for d in find_documents(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Nghị quyết số 57-NQ/TW", ["57-NQ/TW"]),
        ("Nghị quyết 57 - NQ/TW", ["57-NQ/TW"]),
        ("Nghị quyết 57‐NQ/TW", ["57-NQ/TW"]),  # U+2010
        ("Nghị quyết 57–NQ/TW", ["57-NQ/TW"]),
        ("Nghị quyết 57-\nNQ/TW", ["57-NQ/TW"]),
        ("Nghị quyết 57-NQ/ TW", ["57-NQ/TW"]),
        ("Nghị quyết 57NQ/TW", ["57-NQ/TW"]),
        ("Nghị quyết 57/NQ-TW", ["57-NQ/TW"]),
        ("Nghị quyết 57-NQ-TW", ["57-NQ/TW"]),
        ("Nghị quyết 57-NQTW", ["57-NQ/TW"]),
        ("Nghị quyết 57 NQ/TW", ["57-NQ/TW"]),
        ("Quyết định 766/QÐ-TTg", ["766/QĐ-TTg"]),  # U+00D0
        ("(57-NQ/TW), [57-NQ/TW]; “57-NQ/TW”", ["57-NQ/TW"]),
        ("Nghị quyết 57/NQ-CP của Bộ Chính trị", ["57-NQ/TW"]),
        ("Nghị quyết 57/NQ-CP của Chính phủ về thuế", ["57/NQ-CP"]),
        ("Chương trình 93-CTr/TU và 93-CTR/TU", ["93-CTr/TU"]),
        ("Kế hoạch 02/KH-BCĐTW", ["02-KH/BCĐTW"]),
        ("Chương trình hành động 144/CTHĐ-TU", ["144/CTHĐ-TU"]),
        ("Nghị quyết 71-NQ/CP", ["71/NQ-CP"]),
        ("Quyết định 204QĐ/TW", ["204-QĐ/TW"]),
        ("Quyết định số 1565/QĐ- TTg", ["1565/QĐ-TTg"]),
        ("Nghị định số 118/2025/NĐ-CP", ["118/2025/NĐ-CP"]),
        ("Nghị quyết 57/2022/QH15 và 237/NQ-UBTVQH16", ["57/2022/QH15", "237/NQ-UBTVQH16"]),
        ("Nghị quyết số 57/2025/NQ-HĐND", ["57/2025/NQ-HĐND"]),
        ("công văn 7146/VPCP-KSTT, 5511/BKHCN-CĐSQG", ["7146/VPCP-KSTT", "5511/BKHCN-CĐSQG"]),
        ("Công văn 15662-CV/VPTW", ["15662-CV/VPTW"]),
        ("Kế hoạch 0280/KH-UBND; nghị quyết 30c/NQ-CP", ["0280/KH-UBND", "30c/NQ-CP"]),
        ("Kế hơạch số 129/KH-ỦBNĐ; Chương trình 93-CTr/TÙ", ["129/KH-UBND", "93-CTr/TU"]),
        ("các nghị quyết số 57, 59, 66 và 68-NQ/TW", ["57-NQ/TW", "59-NQ/TW", "66-NQ/TW", "68-NQ/TW"]),
        ("Thông báo số 07-TB/CQTTBCĐ", ["07-TB/CQTTBCĐ"]),
        ("Chương trình hành động số 63-CTrHĐ/TU", ["63-CTrHĐ/TU"]),
        ("Kế hoạch số 14-KHHĐ/TU", ["14-KHHĐ/TU"]),
        ("Đề cương số 08-ĐCXY/TU", ["08-ĐCXY/TU"]),  # no table knows the kind
        ("Hướng dẫn số 7/HDLN-UBND", ["7/HDLN-UBND"]),
        ("Báo cáo số 950/BC-UBKT15", ["950/BC-UBKT15"]),
        ("Nghị quyết số 40/NQ-HĐND15", ["40/NQ-HĐND15"]),
        ("Quyết định số 88/QĐ-TTPVHCC", ["88/QĐ-TTPVHCC"]),
        ("Nghị quyết số: 57/2022/QH15", ["57/2022/QH15"]),
        ("Luật số 93/2025/QH 15, Luật 71/2025-QH15", ["93/2025/QH15", "71/2025/QH15"]),
        ("Luật số93/2025/QH15 của Quốc hội", ["93/2025/QH15"]),
        ("ngày 9/3/2025, QH 15 họp", []),
        ("Số 12-KH/TU", ["12-KH/TU"]),
        ("Resolution No. 57-NQ/TW and Plan No. 187/KH-UBND", ["57-NQ/TW", "187/KH-UBND"]),
        ("Resolution No.57-NQ/TW and Plan No.187/KH-UBND", ["57-NQ/TW", "187/KH-UBND"]),
        ("xe 74A-123.45, số 12/ABC-XYZ, mã 08-ĐCXY/TU", []),  # nothing says that these are documents, or no part is known
        ("ghế 14-AB/TU trong rạp", []),
        ("hoàn thành 36/74 hoạt động, ngày 30/4 và 14/5", []),
        ("xếp hạng 5/34, sóng 4G/5G, trực 24/7, 60 km/h", []),
        ("giảm 57,5% và 157 xã", []),
        ("ngày 30/6 - UBND tỉnh họp", []),
        ("Nghị quyết 57 của Bộ Chính trị", []),
        ("điện thoại 0912.345.678, thư a-b/c@tinh.example", []),
        ("từ 5-7 tổ/xã, 10 - TP.HCM", []),
        ("", []),
    ],
)
def test_numbers(text: str, expected: list[str]) -> None:
    assert _numbers(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("57-NQ/TW ngày 22/12/2024 của Bộ Chính trị", date(2024, 12, 22)),
        ("57-NQ/TW, ngày 22-12-2024", date(2024, 12, 22)),
        ("57-NQ/TW (22/12/2024)", date(2024, 12, 22)),
        ("57-NQ/TW ngày 22 tháng 12 năm 2024", date(2024, 12, 22)),
        ("57-NQ/TW của Bộ Chính trị ban hành ngày 22/12/2024", date(2024, 12, 22)),
        ("Ngày 22/12/2024, Bộ Chính trị ban hành Nghị quyết số 57-NQ/TW", date(2024, 12, 22)),
        ("Số: 146/KH-UBND\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐắk Lắk, ngày 25 tháng 6 năm 2025", date(2025, 6, 25)),
        ("Được ký ngày 19/6/2025, Kế hoạch số 02-KH/BCĐTW nêu rõ các mốc", date(2025, 6, 19)),
        ("Ngày 12 tháng 9 năm 2025, UBND tỉnh đã có báo cáo số 301/BC-UBND", date(2025, 9, 12)),
        ("Ngày 5/5/2025, Sở Nội vụ gửi công văn số 88/SNV-CCHC", date(2025, 5, 5)),
        ("57-NQ/TW của Bộ Chính trị (khóa XIII) ban hành ngày 22-12-2024", date(2024, 12, 22)),
        ("15-NQ/TW về dữ liệu và hạ tầng số quốc gia (được ban hành ngày 3/2/2025)", date(2025, 2, 3)),
        ("15-NQ/TW về dữ liệu và hạ tầng số quốc gia (ngày 3/2/2025)", date(2025, 2, 3)),
        ("15-NQ/TW về dữ liệu và hạ tầng số, ngày 3/2/2025 của Bộ Chính trị", date(2025, 2, 3)),
        ("15-NQ/TW, dated February 3, 2025, of the Politburo", date(2025, 2, 3)),
        ("15-NQ/TW issued by the Politburo on Feb. 3, 2025", date(2025, 2, 3)),
        ("15-NQ/TW of 3 February 2025", date(2025, 2, 3)),
        ("On February 3, 2025, the Politburo issued Resolution No. 15-NQ/TW", date(2025, 2, 3)),
        ("15-NQ/TW được quán triệt. Nghị quyết số 15 ngày 3/2/2025 nêu ba đột phá", date(2025, 2, 3)),
        ("57-NQ/TW được quán triệt rộng. Sinh ngày 22/12/2024, văn bản ấy tròn một tuổi", date(2024, 12, 22)),  # its known date
        ("Số 12-KH/TU\nLào Cai, ngày 5 tháng 6 năm 2025", date(2025, 6, 5)),
        ("15-NQ/TW về dữ liệu, được thay bằng Kế hoạch của tỉnh ban hành ngày 3/2/2025", None),
        ("15-NQ/TW về dữ liệu. Đến ngày 3/2/2025 có 30 trạm", None),
        ("15-NQ/TW về dữ liệu, đến ngày 3/2/2025 có 30 trạm", None),
        ("57-NQ/TW có hiệu quả từ ngày 1/3/2025", None),
        ("71/NQ-CP, Chương trình 61-CTr/TU ngày 25/2/2025", None),
        ("57-NQ/TW ngày 31/2/2025", None),
        ("57-NQ/TW năm 2025", None),
    ],
)
def test_date_of_issue(text: str, expected: date | None) -> None:
    assert find_documents(text)[0].issued_on == expected


def test_a_number_in_the_title_only() -> None:
    (document,) = find_documents("Đường vành đai tăng tốc.", None, "Nghị quyết số: 57/2022/QH15 và vành đai")
    assert (document.number, document.start, document.end) == ("57/2022/QH15", 0, 0)
    text = "Theo Kế hoạch số 41/KH-UBND, các sở vào cuộc."
    (document,) = find_documents(text, None, "Kế hoạch 41/KH-UBND ngày 2/3/2025")
    assert text[document.start : document.end] == "41/KH-UBND"
    assert document.issued_on == date(2025, 3, 2)


def test_a_date_of_issue_after_the_article_is_left_out() -> None:
    text = "Nghị quyết 57-NQ/TW ngày 22/12/2025 của Bộ Chính trị"
    assert find_documents(text, date(2025, 6, 1))[0].issued_on is None


def test_kind_issuer_and_span() -> None:
    text = "Theo Quy định số 230-QĐ/TW, Nghị quyết số 57-NQ/TW và Kế hoạch 146/KH-UBND."
    rules, resolution, plan = find_documents(text)
    assert (rules.kind, rules.issuer) == ("quy định", "Bộ Chính trị")
    assert (resolution.kind, resolution.issuer) == ("nghị quyết", "Bộ Chính trị")
    assert (plan.kind, plan.issuer) == ("kế hoạch", "UBND")
    assert text[plan.start : plan.end] == "146/KH-UBND"


@given(
    st.integers(1, 9999),
    st.sampled_from(["-NQ/TW", "-CTr/TU", "/KH-UBND", "/QĐ-TTg", "/2025/NĐ-CP", "/2025/NQ-HĐND", "-KH/BCĐTW", "/2025/QH15"]),
    st.text(alphabet="abc xyz,.;\n", max_size=20),
)
def test_every_number_is_found_again_in_canonical_form(number: int, ending: str, noise: str) -> None:
    if f"{number}{ending}" == "57/NQ-CP":
        return
    text = f"{noise} văn bản {number}{ending} {noise}"
    (document,) = find_documents(text)
    assert document.number == f"{number}{ending}"
    assert text[document.start : document.end] == document.number


@given(st.text())
def test_total(text: str) -> None:
    for document in find_documents(text):
        assert 0 <= document.start < document.end <= len(text)


@pytest.mark.parametrize(
    ("text", "kind", "issuer", "issued"),
    [
        ("Kết luận 345-KL/TW của Ban Bí thư, theo đề nghị của Bộ Chính trị", "kết luận", "Ban Bí thư", None),
        ("Kết luận 345-KL/TW của Bộ Chính trị, giao Ban Bí thư theo dõi", "kết luận", "Bộ Chính trị", None),
        ("Kết luận 345-KL/TW của Ban Chấp hành Trung ương", "kết luận", "Ban Chấp hành Trung ương", None),
        ("Kết luận số 345-KL/TW được phổ biến", "kết luận", "Trung ương Đảng", None),
        ("theo quy định tại Quyết định số 12-QĐ/TW", "quy định", "Trung ương Đảng", None),
        ("Thi hành Nghị quyết 41-NQ/TW. Nghị quyết số 41 ngày 10/10/2023 nêu rõ", "nghị quyết", "Trung ương Đảng", date(2023, 10, 10)),
        ("Thi hành Nghị quyết 41-NQ/TW. Quyết định số 41 ngày 10/10/2023 nêu rõ", "nghị quyết", "Trung ương Đảng", None),
    ],
)
def test_who_issued_it_and_when(text: str, kind: str, issuer: str, issued: date | None) -> None:
    (found,) = find_documents(text, date(2026, 1, 5))
    assert (found.kind, found.issuer, found.issued_on) == (kind, issuer, issued)
