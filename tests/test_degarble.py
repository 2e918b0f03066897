"""Garbled text: detected, restored, mapped back; sound text untouched."""

import random
import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from r57monitor.practice.garble import garble as garble_page
from r57monitor.text.degarble import is_garbled, restore
from r57monitor.text.syllables import is_syllable
from tests.gold.load import OWN, PRACTICE
from tests.gold.shared import SHARED

_MARKED = {"a": "ạãảâăàá", "e": "ẽẻéè", "i": "ìíĩịỉ", "o": "óòôõơọỏ", "u": "ùũúụưủ", "y": "ỳýỵỷỹ", "d": "đ"}
_MARKED |= {k.upper(): v.upper() for k, v in _MARKED.items()}

SOUND = (
    "UBND tỉnh vừa giao các sở, ngành rà soát toàn bộ nhiệm vụ của chương trình chuyển đổi số, mỗi đầu việc đều có người chịu.\n"
    "Đến nay, trên địa bàn tỉnh đã có 214 trạm phát sóng thế hệ mới (do Viettel và VNPT đầu tư), phục vụ người dân và doanh nghiệp.\n"
    "Lãnh đạo Sở Khoa học và Công nghệ cho biết, khó khăn lớn nhất hiện nay là thiếu nhân lực có chuyên môn ở cấp xã."
)


def garble(text: str, seed: int = 57) -> str:
    """The portals' rule: every unmarked vowel and d outside parentheses gets a mark."""
    chooser = random.Random(seed)
    out, depth = [], 0
    for char in text:
        depth += (char == "(") - (char == ")")
        out.append(chooser.choice(_MARKED[char]) if char in _MARKED and depth <= 0 else char)
    return "".join(out)


def _accuracy(truth: str, restored: str) -> float:
    pairs = list(zip(re.findall(r"[^\W\d_]+", truth), re.findall(r"[^\W\d_]+", restored), strict=True))
    return sum(a == b for a, b in pairs) / len(pairs)


def test_detects_garbled_text_only() -> None:
    assert is_garbled(garble(SOUND))
    assert not is_garbled(SOUND)
    assert not is_garbled("Hệ thống số")  # all vowels marked, but too short to tell
    assert not is_garbled("A plain English sentence without a single mark on its letters.")
    assert not is_garbled("")


def test_one_garbled_paragraph_is_enough_and_the_others_stay() -> None:
    first, *rest = SOUND.split("\n")
    mixed = "\n".join([garble(first), *rest])
    restored = restore(mixed).text
    assert is_garbled(mixed)
    assert restored.split("\n")[1:] == rest
    assert _accuracy(first, restored.split("\n")[0]) >= 0.94


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_restores_most_syllables(seed: int) -> None:
    garbled = garble(SOUND, seed)
    assert _accuracy(SOUND, garbled) < 0.7
    assert _accuracy(SOUND, restore(garbled).text) >= 0.94


def test_sound_text_is_left_alone_and_mapped_one_to_one() -> None:
    restored = restore(SOUND)
    assert restored.text == SOUND
    assert restored.offsets == tuple(range(len(SOUND) + 1))


def test_numbers_parentheses_and_abbreviations_survive() -> None:
    text = "ỤBNĐ tỉnh băn hành Kế hơạch số 129/KH-ỦBNĐ vớì 4.078 thành vịên "
    text += "(do Viettel và VNPT triển khai), đạt 48,6% kế hòạch; các sở, ngành, địà phương đãng đẩỹ nhânh tịến độ"
    restored = restore(text).text
    assert restored.startswith("UBND tỉnh ban hành Kế hoạch số 129/KH-UBND với 4.078 thành viên (do Viettel và VNPT triển khai), đạt 48,6%")


def test_a_short_title_is_restored_when_its_page_is_known_to_be_garbled() -> None:
    title = "Phổ cập kỹ năng số chơ ngườí đân"
    assert restore(title).text == title
    assert restore(title, of_garbled_page=True).text == "Phổ cập kỹ năng số cho người dân"


def test_words_typed_with_separate_marks_lose_the_added_one() -> None:
    garbled = "Cả̉ỉ cạ́ch há̀nh chỉ́nh củ̉ã tị̉nh tịếp tụ̣c đượ̣c đẩỹ mạ̣nh, ngườí đân thấỷ rõ kết qũả trông từng thụ̉ tụ̣c"
    restored = restore(unicodedata.normalize("NFC", garbled))
    assert restored.text.startswith("Cải cách hành chính của tỉnh tiếp tục được đẩy mạnh, người dân thấy rõ kết quả trong từng thủ tục")
    assert len(restored.offsets) == len(restored.text) + 1


@given(st.text(alphabet="aáàạâăắđdeéẹiíịoóơuúưyýbcgnt ,.()\n\u0301\u0323", max_size=200))
@settings(max_examples=60, deadline=None)
def test_offsets_grow_and_a_second_restoration_changes_nothing(text: str) -> None:
    restored = restore(text)
    assert len(restored.offsets) == len(restored.text) + 1
    assert list(restored.offsets) == sorted(restored.offsets)
    assert restored.offsets[-1] == len(text)
    if not is_garbled(restored.text):
        assert restore(restored.text).text == restored.text


def test_spans_map_back_to_the_garbled_words() -> None:
    garbled = garble(SOUND)
    restored = restore(garbled)
    start = restored.text.index("214 trạm")
    end = start + len("214 trạm")
    assert garbled[restored.offsets[start] : restored.offsets[end]] == "214 trạm"


@pytest.mark.parametrize("syllable", ["nghiêng", "khuya", "quyết", "hòa", "thủy", "giếng", "gì", "thuở", "ươu", "đắk", "oách", "rượu"])
def test_syllables(syllable: str) -> None:
    assert is_syllable(syllable)


@pytest.mark.parametrize("word", ["viettel", "ngă", "cia", "hoc", "tich", "kàn", "đưẫ", "wifi", "qúy", "tịếp", ""])
def test_no_syllables(word: str) -> None:
    assert not is_syllable(word)


_TOKEN = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f])*")


def _tokens(text: str) -> list[str]:
    return [unicodedata.normalize("NFC", token) for token in _TOKEN.findall(unicodedata.normalize("NFC", text))]


def _compare(clean: str, garbled: str, restored: str) -> Counter[str]:
    """Counts of syllables: all, right, sound (the garbling left them alone), damaged (sound ones that were changed)."""
    counts: Counter[str] = Counter()
    for true, shown, read in zip(_tokens(clean), _tokens(garbled), _tokens(restored), strict=True):
        counts.update(all=1, right=true == read, sound=true == shown, damaged=true == shown != read)
    return counts


def _bodies(folder: Path) -> list[str]:
    """Sound Vietnamese bodies of annotated articles (English ones, and those that show garbled text, prove nothing here)."""
    bodies = [
        unicodedata.normalize("NFC", tomllib.loads(file.read_text("utf-8")).get("body", "")).strip()
        for file in sorted(folder.glob("*.toml"))
    ]
    sound = [body for body in bodies if len(re.findall("[ạảấầậắặẹếềệịọốồộớờợụứừự]", body)) > len(body) / 60]
    return [body for body in sound if not any(is_garbled(line) for line in body.split("\n"))]


@pytest.mark.parametrize("garbling", [garble, lambda text: garble_page(text, text[:40])], ids=["by the rule", "with marks typed apart"])
@pytest.mark.parametrize(("folder", "least"), [(PRACTICE, 100), (OWN, 40)], ids=["practice", "own"])
def test_clean_articles_garbled_and_restored(folder: Path, least: int, garbling: Callable[[str], str]) -> None:
    """The model has learnt from the practice articles; it has never seen those in tests/gold."""
    counts: Counter[str] = Counter()
    bodies = _bodies(folder)
    assert len(bodies) >= least
    for body in bodies:
        garbled = garbling(body)
        counts += _compare(body, garbled, restore(garbled, of_garbled_page=True).text)
    assert counts["right"] >= 0.99 * counts["all"], counts
    assert counts["damaged"] < 0.003 * counts["sound"], counts


@pytest.mark.parametrize("folder", [PRACTICE, OWN], ids=["practice", "own"])
def test_clean_articles_come_out_unchanged(folder: Path) -> None:
    assert all(restore(body).text == body for body in _bodies(folder))


@pytest.mark.parametrize(
    ("garbled", "restored"),
    [
        ("mức tương đương nhâú", "mức tương đương nhau"),  # Tương Dương is a district, and only in capitals
        ("tỉnh Bình Đương cũ", "tỉnh Bình Dương cũ"),
        ("tỉnh Bắc Kạn cũ", "tỉnh Bắc Kạn cũ"),  # spelt as no Vietnamese word is
        ("tồ̉ chức ngườì Ðắk Lắk", "tổ chức người Ðắk Lắk"),  # the letter eth for đ
        ("Kế họạch số 12/KHHĐ-TÚ", "Kế hoạch số 12/KHHĐ-TU"),
    ],
)
def test_names_and_codes(garbled: str, restored: str) -> None:
    assert restore(unicodedata.normalize("NFC", garbled), of_garbled_page=True).text == unicodedata.normalize("NFC", restored)


SEEDS = SHARED / "seeds"
REFERENCE = SHARED / "gold" / "000_clean_body.txt"


@pytest.mark.skipif(not REFERENCE.exists(), reason="the reference page of garbled text is not on this machine")
def test_reference_page() -> None:
    body = {line.strip() for line in REFERENCE.read_text("utf-8").splitlines() if line.strip()}
    clean = (REFERENCE.parent / "000_clean.txt").read_text("utf-8").split("\n")
    seed = next(SEEDS.glob("000_*.txt")).read_text("utf-8").replace("\xa0", " ")
    lines = zip(clean, seed.split("\n"), restore(seed).text.split("\n"), strict=True)
    counts = sum((_compare(*line) for line in lines if line[0].strip() in body), Counter[str]())
    assert counts["all"] > 1000
    assert counts["right"] >= 0.99 * counts["all"], counts
    assert counts["damaged"] < 0.003 * counts["sound"], counts


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the clean pages are not on this machine")
def test_clean_pages_come_out_unchanged() -> None:
    pages = [file.read_text("utf-8") for file in sorted(SEEDS.glob("*.txt")) if not file.name.startswith("000_")]
    assert len(pages) == 4
    assert all(restore(page).text == page for page in pages)
