"""Signs that no font of the PDF has cost themselves, not the document."""

from __future__ import annotations

from dataclasses import replace

import pypdfium2
import pytest

from r57monitor.digest import pdf, render
from r57monitor.digest.model import Digest
from tests.digest_rows import make_digest


def _titled(title: str) -> Digest:
    digest = make_digest()
    items = tuple(replace(item, title=title) for item in digest.items)
    return replace(digest, items=items, notable=tuple(replace(item, title=title) for item in digest.notable))


def _read(body: bytes) -> str:
    with pypdfium2.PdfDocument(body) as document:
        return " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("\U0001f389 Mừng ngày hội số", "Mừng ngày hội số"),
        ("Gia đình \U0001f469\u200d\U0001f469\u200d\U0001f467 học số", "học số"),
        ("Cờ \U0001f1fb\U0001f1f3 trên mạng", "trên mạng"),
        ("Hội thảo 数字 ở Huế", "ở Huế"),
        ("Chữ lạ \u0e27\u0e31\u0e19 và \u1780\u1798 trong tên", "trong tên"),
        ("Mức ≥ 80% → đạt ✓ 12 m² ½", "≥ 80% → đạt"),
        ("Mã riêng \ue123\U000f0000 hết", "hết"),
        ("\u05e9\u05dc\u05d5\u05dd \u200fvà tiếp", "và tiếp"),
    ],
)
def test_the_rest_of_a_title_stays(title: str, shown: str) -> None:
    assert shown in _read(render(_titled(title), "pdf"))


def test_letters_become_boxes_and_pictures_go() -> None:
    text = _read(render(_titled("Đoàn \U0001f680\U00012000\U00012001 về"), "pdf"))  # cuneiform: in no font of ours
    assert "\U0001f680" not in text
    assert "Đoàn □□ về" in text


def test_also_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_MOST_HERE", 0)
    assert "Mừng hội số" in _read(render(_titled("\U0001f389 Mừng hội số"), "pdf"))
