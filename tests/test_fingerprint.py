"""Fingerprints: alike for copies, different for independent texts, the same on every machine."""

from __future__ import annotations

import hashlib
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r57monitor.text.fingerprint import MIN_WORDS, SLOTS, make_fingerprint, similarity

WORDS = [f"tu{number}" for number in range(3000)]


def _text(seed: int, count: int = 600) -> list[str]:
    return random.Random(seed).choices(WORDS, k=count)


def test_size_and_stability() -> None:
    fingerprint = make_fingerprint("Tỉnh đã phủ sóng 5G tại trung tâm các xã, phường. " * 12)
    assert len(fingerprint) == SLOTS * 4
    assert hashlib.sha256(fingerprint).hexdigest() == "75418d352dfc26fcb5b43a3ed8cc0ef2d9c3b053af124b2bb5b64c3031e010d3"


@pytest.mark.parametrize(
    ("share", "low", "high"), [(1.0, 1.0, 1.0), (0.9, 0.8, 1.0), (0.7, 0.55, 0.85), (0.4, 0.25, 0.55), (0.0, 0.0, 0.08)]
)
def test_similarity_follows_the_common_share(share: float, low: float, high: float) -> None:
    words = _text(1)
    kept = words[: int(len(words) * share)]
    other = kept if share else _text(2)
    assert low <= similarity(make_fingerprint(" ".join(words)), make_fingerprint(" ".join(other))) <= high


def test_accents_case_and_punctuation_do_not_count() -> None:
    text = "Đến hết tháng chín, toàn tỉnh có thêm nhiều trạm phát sóng; người dân các xã vùng cao đã gọi được dịch vụ công trực tuyến. "
    plain = "den het thang chin toan tinh co them nhieu tram phat song nguoi dan cac xa vung cao da goi duoc dich vu cong truc tuyen "
    text, plain = text * 3, plain * 3
    assert make_fingerprint(text) == make_fingerprint(plain)


@pytest.mark.parametrize("text", ["", "Một hai ba", " ".join(["từ"] * (MIN_WORDS - 1))])
def test_short_texts_have_none(text: str) -> None:
    assert make_fingerprint(text) == b""
    assert similarity(make_fingerprint(text), make_fingerprint(text)) == 0.0


@given(st.text(max_size=400), st.text(max_size=400))
def test_symmetric_and_within_bounds(a: str, b: str) -> None:
    one, two = make_fingerprint(a), make_fingerprint(b)
    assert similarity(one, two) == similarity(two, one)
    assert 0.0 <= similarity(one, two) <= 1.0
