"""A digest in English: everything but quotations, names of outlets and places is English; it keeps its language."""

from __future__ import annotations

import io
import re

import pypdfium2
import pytest
from docx import Document
from lxml import etree
from openpyxl import load_workbook

from r57monitor.digest import FORMATS, model_json, render
from r57monitor.digest.mail import make_mail
from r57monitor.digest.model import Digest
from r57monitor.digest.short import render_short
from r57monitor.digest.speech import WORDS, speaking, spoken
from tests.digest_rows import make_digest

_ACCENTED = re.compile("[ăâđêôơưĂÂĐÊÔƠƯàáảãạèéẻẽẹìíỉĩịòóỏõọùúủũụỳýỷỹỵ\u1ea0-\u1ef9]")
_OURS = ("Kết quả", "Địa phương", "Điểm báo", "Tổng quan", "kỳ trước", "Số liệu mới", "không quan sát", "Phụ lục", "Nơi nhận", "tháng ")


@pytest.fixture(scope="module")
def digest() -> Digest:
    with speaking("en"):
        return make_digest()


@pytest.mark.parametrize("name", ["html", "md", "atom"])
def test_texts_are_english(digest: Digest, name: str) -> None:
    text = render(digest, name).decode("utf-8")
    assert not [word for word in _OURS if word in text]
    assert "newly reported" in text.lower() or "New figures" in text
    assert re.search(r"vào cuối\s+năm", text)  # what is quoted stays
    plain = render(make_digest(), name).decode("utf-8")
    assert [word for word in _OURS if word in plain]


def test_files_are_english(digest: Digest) -> None:
    word = Document(io.BytesIO(render(digest, "docx")))
    told = "\n".join(p.text for p in word.paragraphs)
    assert "Press digest of week 30/2025" in told
    assert "Overview" in told
    assert not [w for w in _OURS if w in told]
    assert word.core_properties.language == "en-GB"
    book = load_workbook(io.BytesIO(render(digest, "xlsx")))
    assert "Overview" in book.sheetnames
    heads = [cell.value for sheet in book for cell in sheet[1]]
    assert not [head for head in heads if head and _ACCENTED.search(str(head))]
    with pypdfium2.PdfDocument(render(digest, "pdf")) as document:
        titles = [mark.get_title() for mark in document.get_toc()]
    assert titles[0] == "I. Overview"
    assert not [title for title in titles if _ACCENTED.search(re.sub(r"^\d+\. .*(Lào Cai).*", "", title))]


def test_mail_chat_and_feed(digest: Digest) -> None:
    mail = make_mail(digest)
    assert mail.subject.startswith("Press digest of week 30/2025")
    assert '<html lang="en">' in mail.html
    short = render_short(digest)
    assert short.startswith("PRESS DIGEST OF WEEK 30/2025")
    assert "articles" in short
    assert etree.fromstring(render(digest, "atom")).get("{http://www.w3.org/XML/1998/namespace}lang") == "en"


def test_numbers_are_written_as_in_english(digest: Digest) -> None:
    assert all(not re.search(r"\d,\d{1,2}%", line.value) for line in digest.results)
    assert WORDS("digest_text.none") == "không có"
    with speaking("en"):
        assert spoken() == "en"
        assert WORDS("digest_text.none") == "none"
    assert spoken() == "vi"


def test_the_language_is_kept(digest: Digest) -> None:
    again = model_json.parse(model_json.store(digest))
    assert again == digest
    assert again.language == "en"
    for name in FORMATS:
        if name != "pdf":
            assert render(again, name) == render(digest, name)
    old = model_json.store(make_digest()).replace(b' "language": "vi",\n', b"")  # of an earlier version
    assert model_json.parse(old).language == "vi"
