"""An office's own templates take the place of the shipped ones, and a wrong one is named."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pypdfium2
import pytest
from docx import Document

from r57monitor.digest import FORMATS, render
from r57monitor.digest.mail import make_mail
from r57monitor.digest.outline.parts import APPENDICES, PARTS, make_outline
from r57monitor.digest.word.office import BODY, fill_blanks
from r57monitor.errors import UsageError
from tests.digest_rows import make_digest

_PAGE = Path(__file__).parents[1] / "docs" / "how-to" / "digest-template.md"


def _letterhead(path: Path, body: str = "{{ noi_dung }}") -> None:
    """A Word template: a blank cut over two runs, one in a table, one in the header."""
    document = Document()
    document.sections[0].header.paragraphs[0].text = "Tiêu đề trang {{ so }}"
    paragraph = document.add_paragraph("Kính gửi: {{ noi_")
    paragraph.add_run("nhan }}, ")
    paragraph.add_run("{{tieu_de}}").bold = True
    document.add_table(rows=1, cols=1).rows[0].cells[0].text = "{{ don_vi }}"
    document.add_paragraph(body)
    document.add_paragraph("Hết.")
    document.styles["Heading 1"].font.name = "Arial"
    document.save(str(path))


def test_word_template_keeps_its_letterhead_and_styles(tmp_path: Path) -> None:
    _letterhead(tmp_path / "digest.docx")
    document = Document(io.BytesIO(render(make_digest(), "docx", tmp_path)))
    texts = [p.text for p in document.paragraphs]
    assert texts[0] == "Kính gửi: , Điểm báo tuần 30/2025"
    assert document.sections[0].header.paragraphs[0].text == "Tiêu đề trang Số: 30"
    assert document.tables[0].rows[0].cells[0].text == "Văn phòng thử"
    assert texts.index("Tổng quan") < texts.index("Phụ lục 2. Ghi chú phương pháp") < texts.index("Hết.")
    assert not [text for text in texts if "{{" in text]
    assert document.styles["Heading 1"].font.name == "Arial"
    assert not [t for t in texts if "Độc lập" in t]  # the masthead is the template's own


def test_word_template_without_a_place_is_followed_by_the_whole_digest(tmp_path: Path) -> None:
    _letterhead(tmp_path / "digest.docx", body="Lời đầu")
    document = Document(io.BytesIO(render(make_digest(), "docx", tmp_path)))
    texts = [p.text for p in document.paragraphs]
    assert texts.index("Hết.") < texts.index("Điểm báo tuần 30/2025") < texts.index("Tổng quan")


def test_wrong_word_templates_are_named(tmp_path: Path) -> None:
    _letterhead(tmp_path / "digest.docx", body="{{ la_gi }}")
    with pytest.raises(UsageError, match=r'digest\.docx: there is no blank "la_gi"'):
        render(make_digest(), "docx", tmp_path)
    (tmp_path / "digest.docx").write_bytes(b"khong phai Word")
    with pytest.raises(UsageError, match=r"digest\.docx cannot be read as a Word document"):
        render(make_digest(), "docx", tmp_path)


def test_page_templates(tmp_path: Path) -> None:
    (tmp_path / "digest.css").write_text("h1 { color: rgb(1, 2, 3); }", "utf-8")
    assert "rgb(1, 2, 3)" in render(make_digest(), "html", tmp_path).decode("utf-8")
    assert re.search(r'<h1 style="color: ?rgb\(1, ?2, ?3\)', make_mail(make_digest(), tmp_path).html)
    (tmp_path / "digest.html.j2").write_text("<h1>{{ o.head.title }}</h1>{{ d['items'][1].title }}", "utf-8")
    assert render(make_digest(), "html", tmp_path).decode("utf-8") == "<h1>Điểm báo tuần 30/2025</h1>Kế hoạch [mới] của tỉnh"
    (tmp_path / "digest.md.j2").write_text("# {{ o.head.title }}\n", "utf-8")
    assert render(make_digest(), "md", tmp_path) == "# Điểm báo tuần 30/2025\n".encode()


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("{% if %}", "line 1"),
        ("\n{{ o.head.tieude }}", "tieude"),
        ("{{ d.__class__.__mro__ }}", "unsafe"),
        ("{% include 'khac.j2' %}", "khac.j2"),
    ],
)
def test_wrong_page_templates_are_named(tmp_path: Path, body: str, says: str) -> None:
    (tmp_path / "digest.html.j2").write_text(body, "utf-8")
    with pytest.raises(UsageError, match=r"digest\.html\.j2") as error:
        render(make_digest(), "html", tmp_path)
    assert says in str(error.value)


def test_pdf_template(tmp_path: Path) -> None:
    own = '#let o = json(bytes(sys.inputs.outline))\n#set document(title: o.head.title)\n#set text(lang: "vi")\nMẫu riêng: #o.head.title'
    (tmp_path / "digest.typ").write_text(own, "utf-8")
    document = pypdfium2.PdfDocument(render(make_digest(), "pdf", tmp_path))
    assert "Mẫu riêng: Điểm báo tuần 30/2025" in document[0].get_textpage().get_text_range()
    document.close()
    (tmp_path / "digest.typ").write_text("#let a = (", "utf-8")
    with pytest.raises(UsageError, match=r"digest\.typ: unclosed"):
        render(make_digest(), "pdf", tmp_path)
    (tmp_path / "digest.typ").write_text('#read("/etc/passwd")', "utf-8")
    with pytest.raises(UsageError, match=r"digest\.typ: "):
        render(make_digest(), "pdf", tmp_path)


def test_the_how_to_names_every_file_blank_and_part() -> None:
    page = _PAGE.read_text("utf-8")
    for form in FORMATS.values():
        assert f"`{form.template}`" in page or not form.template
    for blank in (*fill_blanks(make_outline(make_digest())), BODY):
        assert f"`{{{{ {blank} }}}}`" in page
    for part in (*PARTS, *APPENDICES):
        assert part in page
