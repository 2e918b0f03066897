"""Small files of formats that are no web page, made for tests."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import docx
import openpyxl


def write_pdf(*pages: list[str], title: str | None = None, rules: str = "") -> bytes:
    """A small PDF whose text layer says the lines of each page; letters are numbered in order of their first use.

    A line is 16 points below the one before, from 780 down; a tab goes on 120 points to the right. rules: what is drawn on each page.
    """
    letters = sorted({char for lines in pages for line in lines for char in line})
    codes = {char: number for number, char in enumerate(letters, 1)}
    pairs = "\n".join(f"<{code:04X}> <{ord(char):04X}>" for char, code in codes.items())
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def\n"
        f"1 begincodespacerange <0000> <FFFF> endcodespacerange\n{len(codes)} beginbfchar\n{pairs}\nendbfchar endcmap end end"
    ).encode()
    kids = " ".join(f"{6 + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids.encode(), len(pages)),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /F /Encoding /Identity-H /DescendantFonts [4 0 R] /ToUnicode 5 0 R >>",
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /F "
        b"/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /DW 500 >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(cmap), cmap),
    ]
    for number, lines in enumerate(pages):
        placed = [(50 + 120 * c, 780 - 16 * n, part) for n, line in enumerate(lines) for c, part in enumerate(line.split("\t"))]
        text = "".join(f"1 0 0 1 {x} {y} Tm <{''.join(f'{codes[c]:04X}' for c in part)}> Tj\n" for x, y, part in placed)
        stream = f"{rules}BT /F1 11 Tf\n{text}ET".encode()
        objects += [
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources << /Font << /F1 3 0 R >> >> >>"
            % (7 + 2 * number),
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        ]
    if title is not None:
        objects.append(b"<< /Title <FEFF%s> >>" % title.encode("utf-16-be").hex().encode())
    return _numbered(objects, has_info=title is not None)


def _numbered(objects: list[bytes], *, has_info: bool) -> bytes:
    """The objects of a PDF with their table; the last one tells of the file where it `has_info`."""
    out = io.BytesIO(b"%PDF-1.4\n")
    out.seek(0, io.SEEK_END)
    offsets = []
    for number, data in enumerate(objects, 1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, data))
    start = out.tell()
    info = b" /Info %d 0 R" % len(objects) if has_info else b""
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % offset for offset in offsets)
    out.write(b"trailer\n<< /Size %d /Root 1 0 R%s >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, info, start))
    return out.getvalue()


def write_docx(paragraphs: list[str], rows: list[list[str]] | None = None, title: str = "") -> bytes:
    """A DOCX of paragraphs and, after them, one table."""
    document = docx.Document()
    document.core_properties.title = title
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    if rows:
        table = document.add_table(rows=len(rows), cols=len(rows[0]))
        for row, cells in zip(table.rows, rows, strict=True):
            for cell, text in zip(row.cells, cells, strict=True):
                cell.text = text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def write_xlsx(sheets: dict[str, list[list[Any]]], title: str | None = None) -> bytes:
    """A workbook of sheets."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    book.properties.title = title
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def replace_member(archive: bytes, name: str, data: bytes) -> bytes:
    """The zip archive with one member's content replaced (compressed)."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(entry.filename, data if entry.filename == name else old.read(entry))
    return out.getvalue()
