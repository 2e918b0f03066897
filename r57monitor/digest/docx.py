"""The digest as a Word document: A4, Times New Roman, real headings and tables, for offices that edit and sign it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from r57monitor.digest.model import Digest, FigureLine, Item, Pair, Side
from r57monitor.digest.render import describe_method
from r57monitor.wording import format_day, format_number, is_web_address, load_texts, mark_mention

_FONT = "Times New Roman"
_LINK = RGBColor(0x1F, 0x4E, 0x79)
_ZIP_DAY = (1980, 1, 1, 0, 0, 0)  # the same digest is the same bytes


def render(digest: Digest) -> bytes:
    """DOCX; page text goes in as text, only http(s) addresses become links."""
    document = _new_document(digest)
    _add_masthead(document, digest)
    _add_overview(document, digest)
    _add_notable(document, digest.notable)
    document.add_heading("III. Số liệu mới công bố", 1)
    _add_figures(document, "1. Kết quả", digest.results, ("Địa phương", "Chỉ tiêu", "Giá trị", "Thời điểm", "Lần trước", "Mục tiêu"))
    _add_figures(document, "2. Mục tiêu", digest.targets, ("Địa phương", "Chỉ tiêu", "Mục tiêu", "Thời hạn", "Trước đây nêu"))
    _add_pairs(document, "3. Mục tiêu thay đổi", digest.moved)
    _add_pairs(document, "4. Số liệu mâu thuẫn giữa các nguồn", digest.conflicts)
    _add_sections(document, digest)
    _add_documents_and_troubles(document, digest)
    _add_appendix(document, digest)
    return _pack(document)


def _new_document(digest: Digest) -> Any:
    document = Document()
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin, page.right_margin, page.top_margin, page.bottom_margin = Mm(25), Mm(15), Mm(20), Mm(20)
    for name, size in (("Normal", 13), ("Heading 1", 14), ("Heading 2", 13), ("List Bullet", 13)):
        style = document.styles[name]
        style.font.name, style.font.size = _FONT, Pt(size)
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _FONT)
        style.paragraph_format.space_after = Pt(4)
        if name.startswith("Heading"):
            style.font.bold, style.font.color.rgb = True, RGBColor(0, 0, 0)
            style.element.rPr.rFonts.attrib.pop(qn("w:asciiTheme"), None)
            style.element.rPr.rFonts.attrib.pop(qn("w:hAnsiTheme"), None)
    about, day = document.core_properties, datetime.combine(digest.period.end, time())
    about.title, about.author, about.created, about.modified = f"Điểm báo {digest.period.name}", digest.office, day, day
    about.last_modified_by, about.revision = digest.office, 1
    return document


def _add_masthead(document: Any, digest: Digest) -> None:
    if digest.is_practice:
        _add_line(document, "DỮ LIỆU THỰC HÀNH – SỐ LIỆU HƯ CẤU", bold=True, centered=True)
    _add_line(document, digest.office.upper(), bold=True, centered=True)
    week = digest.period.week
    _add_line(document, f"ĐIỂM BÁO TUẦN {week[-2:]}/{week[:4]}" if week else "ĐIỂM BÁO", bold=True, centered=True, size=18)
    subject = "Thực hiện Nghị quyết số 57-NQ/TW của Bộ Chính trị" + (f" – {digest.province}" if digest.province else "")
    _add_line(document, subject, bold=True, centered=True)
    _add_line(document, f"Từ ngày {format_day(digest.period.start)} đến ngày {format_day(digest.period.end)}", italic=True, centered=True)


def _add_line(
    document: Any, text: str, *, bold: bool = False, italic: bool = False, centered: bool = False, size: int | None = None
) -> Any:
    paragraph = document.add_paragraph()
    run = paragraph.add_run(_clean(text))
    run.bold, run.italic = bold, italic
    if size:
        run.font.size = Pt(size)
    if centered:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    return paragraph


def _clean(text: str) -> str:
    """Text without the control characters that XML cannot hold."""
    return "".join(c for c in text if c in "\t\n" or ord(c) >= 32)


def _add_link(paragraph: Any, text: str, url: str) -> None:
    if not is_web_address(url):
        paragraph.add_run(_clean(text))
        return
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    run = paragraph.add_run(_clean(text))
    run.font.color.rgb = _LINK
    link.append(run._r)
    paragraph._p.append(link)


def _add_overview(document: Any, digest: Digest) -> None:
    word = load_texts("vi").of
    document.add_heading("I. Tổng quan", 1)
    head = [word("digest_count", c.key) for c in digest.counts]
    before = ["kỳ trước: không quan sát" if c.before is None else f"kỳ trước: {format_number(c.before)}" for c in digest.counts]
    _add_table(document, head, [[format_number(c.now) for c in digest.counts], before])
    document.add_heading("Theo loại báo, cổng", 2)
    rows = [[word("source_kind", c.kind), *(format_number(n) for n in (c.sources, c.active_sources, c.articles, c.originals))]
            for c in digest.classes]  # fmt: skip
    _add_table(document, ("Loại", "Nguồn theo dõi", "Có đưa tin", "Số bài", "Bài gốc"), rows)
    document.add_heading("Các địa phương", 2)
    for label, names in (
        ("Có đưa tin", digest.reported),
        ("Im lặng (có quan sát, không có bài)", digest.silent),
        ("Không quan sát được (chưa thể kết luận)", digest.not_observed),
    ):
        paragraph = document.add_paragraph()
        paragraph.add_run(f"{label} – {len(names)}: ").bold = True
        paragraph.add_run((", ".join(names) or "không có") + ".")


def _add_table(document: Any, head: Sequence[str], rows: Sequence[Sequence[str]]) -> Any:
    table = document.add_table(rows=1, cols=len(head))
    table.style = "Table Grid"
    for cell, text in zip(table.rows[0].cells, head, strict=True):
        _fill(cell, text, bold=True)
    repeat = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(repeat)
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            _fill(cell, text)
    return table


def _fill(cell: Any, text: str, *, bold: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(0)
    run = paragraph.add_run(_clean(text))
    run.bold, run.font.size = bold, Pt(11)


def _add_notable(document: Any, items: Sequence[Item]) -> None:
    document.add_heading("II. Nội dung đáng chú ý", 1)
    for item in items:
        _add_item(document.add_paragraph(style="List Bullet"), item)
        if item.sentence:
            _add_line(document, f"“{item.sentence}”", italic=True)
    if not items:
        _add_line(document, "Trong kỳ không có bài nào nêu số liệu mới.", italic=True)


def _add_item(paragraph: Any, item: Item) -> None:
    paragraph.add_run(_clean(item.outlet)).bold = True
    paragraph.add_run(f" ({format_day(item.day, 'chưa rõ ngày đăng')}): ")
    _add_link(paragraph, item.title, item.url)
    if item.copies:
        paragraph.add_run(_clean(f" (và {len(item.copies)} bài đăng lại: {', '.join(c.outlet for c in item.copies)})"))


def _add_figures(document: Any, title: str, lines: Sequence[FigureLine], head: Sequence[str]) -> None:
    document.add_heading(title, 2)
    if not lines:
        _add_line(document, "Trong kỳ không có.", italic=True)
        return
    word = load_texts("vi").of
    table = _add_table(document, head, [])
    for f in lines:
        metric = (f.metric or "(chưa thuộc chỉ tiêu nào)") + (" (mức thay đổi)" if f.is_change else "")
        row = [
            f.province or "chưa rõ",
            metric,
            f"{f.value} ({word('state', f.state)})",
            f.when or "chưa rõ",
            f.against or "–",
            f.target or "–",
        ]
        for cell, text in zip(table.add_row().cells, row, strict=False):
            _fill(cell, text)
        cells = table.add_row().cells
        _add_proof(cells[0].merge(cells[-1]).paragraphs[0], f)


def _add_proof(paragraph: Any, proof: FigureLine | Side) -> None:
    before, found, after = mark_mention(proof.sentence, proof.mention)
    paragraph.paragraph_format.space_after = Pt(2)
    for text, bold in ((f"“{before}", False), (found, True), (f"{after}” ", False)):
        run = paragraph.add_run(_clean(text))
        run.italic, run.bold, run.font.size = True, bold, Pt(11)
    _add_link(paragraph, proof.outlet, proof.url)
    if proof.day:
        paragraph.add_run(f", {format_day(proof.day)}").font.size = Pt(11)


def _add_pairs(document: Any, title: str, pairs: Sequence[Pair]) -> None:
    document.add_heading(title, 2)
    for pair in pairs:
        _add_line(document, f"{pair.province} – {pair.metric}", bold=True)
        for side in (pair.earlier, pair.later):
            paragraph = document.add_paragraph(style="List Bullet")
            paragraph.add_run(f"{side.value}" + (f" ({side.when})" if side.when else "") + ": ").bold = True
            _add_proof(paragraph, side)
    if not pairs:
        _add_line(document, "Trong kỳ không có.", italic=True)


def _add_sections(document: Any, digest: Digest) -> None:
    document.add_heading("IV. Theo địa phương", 1)
    named = [(s.name or "Cả nước, nhiều địa phương", s.items) for s in digest.sections]
    for name, items in [*named, ("Bổ sung: đăng trước kỳ, nay mới thu được", digest.late)]:
        if items:
            document.add_heading(name, 2)
        for item in items:
            _add_item(document.add_paragraph(style="List Bullet"), item)
    if not named:
        _add_line(document, "Trong kỳ không có bài nào.", italic=True)


def _add_documents_and_troubles(document: Any, digest: Digest) -> None:
    word = load_texts("vi").of
    document.add_heading("V. Văn bản mới được nhắc đến", 1)
    rows = [[d.number, d.kind, d.issuer, format_day(d.issued_on, "chưa rõ"), f"{d.title} ({d.outlet})"] for d in digest.documents]
    _add_table(document, ("Số, ký hiệu", "Loại", "Cơ quan ban hành", "Ngày ban hành", "Nêu trong bài"), rows)
    document.add_heading("VI. Nguồn tin lỗi, không chạy hoặc im lặng", 1)
    rows = [[t.name, word("health", t.state), str(t.days), t.cause or "–"] for t in digest.troubles]
    _add_table(document, ("Nguồn tin", "Tình trạng", "Số ngày", "Nguyên nhân"), rows)
    document.add_paragraph()
    sign = document.add_table(rows=1, cols=2)
    for cell, text in zip(sign.rows[0].cells, ("Người lập", "Thủ trưởng đơn vị"), strict=True):
        _fill(cell, f"{text}\n(ký, ghi rõ họ tên)\n\n\n\n", bold=True)
        cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER


def _add_appendix(document: Any, digest: Digest) -> None:
    document.add_page_break()
    document.add_heading("Phụ lục. Danh mục tin bài", 1)
    rows = [[str(n), format_day(i.day, "chưa rõ"), i.outlet, "", ", ".join(i.provinces) or "–"] for n, i in enumerate(digest.items, 1)]
    table = _add_table(document, ("TT", "Ngày đăng", "Báo, cổng", "Tiêu đề", "Địa phương"), rows)
    for row, item in zip(table.rows[1:], digest.items, strict=True):
        _add_link(row.cells[3].paragraphs[0], item.title, item.url)
    document.add_heading("Ghi chú phương pháp", 1)
    for line in describe_method(digest):
        _add_line(document, line)


def _pack(document: Any) -> bytes:
    """Bytes with fixed times in the zip."""
    raw, packed = io.BytesIO(), io.BytesIO()
    document.save(raw)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist(), key=lambda n: (n != "[Content_Types].xml", n)):
            target.writestr(zipfile.ZipInfo(name, _ZIP_DAY), source.read(name), zipfile.ZIP_DEFLATED)
    return packed.getvalue()
