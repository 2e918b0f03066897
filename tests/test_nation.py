"""Words for the nation and for one province are counted as a plain pattern of whole words counts them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r57monitor.text.nation import count_local, count_nation, load_standing
from r57monitor.text.normalize import fold

PIECES = st.lists(
    st.sampled_from(
        [
            "Chính phủ", "các tỉnh, thành phố", "national", "National data", "Trung ương", "UBND tỉnh", "tỉnh có", "toàn tỉnh", "xã Ba Vì",
            "Phường Hòa An", "thị xã Bến Cát", "phường xã", "nationality", "quốc gia_", " ", ", ", "\n", "a",
        ]
    ),
    max_size=12,
)  # fmt: skip
COMMUNE = re.compile(r"\b(?:xã|phường|huyện|thị xã|Xã|Phường|Huyện) (?=[A-ZĐÀ-Ỹ][a-zà-ỹđ])")


def _plain(name: str, folded: str) -> int:
    return len(re.findall(rf"\b(?:{load_standing(name)})\b", folded))


@given(PIECES)
def test_counts_are_those_of_plain_patterns(pieces: list[str]) -> None:
    text = "".join(pieces)
    folded = fold(text)
    assert count_nation(folded) == _plain("nation", folded) - _plain("nation_not", folded)
    assert count_local(text, folded) == _plain("local", folded) + len(COMMUNE.findall(text))


@pytest.mark.parametrize(
    ("text", "nation", "local"),
    [
        ("Chính phủ giao các tỉnh, thành phố báo cáo.", 2, 0),
        ("UBND tỉnh và 12 xã Mai Sơn, Chiềng Mung họp; toàn tỉnh có 40 xã.", 0, 3),
        ("The national data centre serves every ministry.", 1, 0),
        ("", 0, 0),
    ],
)
def test_counts(text: str, nation: int, local: int) -> None:
    assert (count_nation(fold(text)), count_local(text, fold(text))) == (nation, local)
