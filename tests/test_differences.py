"""What an editor changed: pairs of texts and the pieces shown."""

from __future__ import annotations

import pytest

from r57monitor.text.differences import find_changes

LONG = ("chữ " * 1501).strip()


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("Tỉnh có 312 trạm 5G.", "Tỉnh có 320 trạm 5G.", [["=Tỉnh có ", "-312 ", "+320 ", "=trạm 5G."]]),
        ("Một dòng.", "  Một   dòng. \n\n", []),
        ("Dòng đầu.\nDòng giữa.\nDòng cuối.", "Dòng đầu.\nDòng cuối.", [["-Dòng giữa."]]),
        ("Dòng đầu.\nDòng cuối.", "Dòng đầu.\nThêm vào đây.\nVà đây nữa.\nDòng cuối.", [["+Thêm vào đây."], ["+Và đây nữa."]]),
        ("Hoàn toàn một chuyện khác hẳn.", "Tỷ lệ đạt 5%.", [["-Hoàn toàn một chuyện khác hẳn.", "+Tỷ lệ đạt 5%."]]),
        (
            "Ông An nói: tỉnh đạt 61,5%.\nHết tin.",
            "Ông An nói: tỉnh đạt 71,5% trong năm.\nHết tin.",
            [["=Ông An nói: tỉnh đạt ", "-61,5%", "+71,5% trong năm", "=."]],
        ),
        ("a b c d\nx y z t", "a b c e", [["=a b c ", "-d", "+e"], ["-x y z t"]]),
        ("", "Bài mới.", [["+Bài mới."]]),
        ("Tỉnh có 312 trạm.", "Tỉnh nay có 312 trạm.", [["=Tỉnh ", "+nay ", "=có 312 trạm."]]),
        (LONG + "x", LONG, [["-" + LONG + "x", "+" + LONG]]),
    ],
    ids=[
        "number",
        "blanks only",
        "a line less",
        "two lines more",
        "nothing alike",
        "to the end",
        "fewer lines",
        "from nothing",
        "only put in",
        "too long",
    ],
)
def test_changes(old: str, new: str, shown: list[list[str]]) -> None:
    signs = {"same": "=", "removed": "-", "added": "+"}
    assert [[signs[p.kind] + p.text for p in pieces] for pieces in find_changes(old, new)] == shown


def test_the_new_text_can_be_put_together_from_the_pieces() -> None:
    old, new = "Xã có 3 tổ, 20 thành viên và 5 điểm.", "Xã có 4 tổ, 20 thành viên cùng 6 điểm."
    (pieces,) = find_changes(old, new)
    assert "".join(p.text for p in pieces if p.kind != "removed") == new
    assert "".join(p.text for p in pieces if p.kind != "added") == old
