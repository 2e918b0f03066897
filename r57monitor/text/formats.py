"""Files that are no web page: which format bytes are in, and their lines."""

from __future__ import annotations

import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby, islice
from typing import Any, Literal
from urllib.parse import urlsplit

from r57monitor.errors import ReadError
from r57monitor.models import RawPage
from r57monitor.text.grids import GridCell, read_grid
from r57monitor.text.html_tree import find_bare_utf16
from r57monitor.text.normalize import normalize_text
from r57monitor.text.page_meta import one_line
from r57monitor.text.pdf_pages import read_page_lines, without_running_heads
from r57monitor.text.text_lines import join_wrapped, wrapped_width

Format = Literal["html", "text", "pdf", "docx", "xlsx", "old_office", "unknown"]

MAX_PDF_PAGES = 400
MAX_DOCX_BYTES = 80_000_000  # unpacked
MAX_XLSX_ROWS = 5_000  # of one sheet
MAX_XLSX_COLUMNS = 60
_MIN_TEXT_LAYER = 8  # words a page; a scan has none, or a stamp's
_LONG_CELL = 400  # characters; a longer one is a text of its own

# What zipfile and python-docx raise for archives and parts that are not what they should be.
_BROKEN = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, OSError, EOFError, RuntimeError, KeyError, IndexError, ValueError,
    TypeError, AttributeError,
)  # fmt: skip

_TEXT_TYPES = ("text/plain", "text/markdown")
_HTML_TYPES = ("text/html", "application/xhtml")
_DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_CONTROLS = bytes(byte for byte in range(32) if byte not in b"\t\n\r\f\x1b")
_MARKUP = re.compile(rb"<(?:!doctype\s+html|html|head|body|div|p|table|article|meta|title|span|h1)\b", re.IGNORECASE)


def find_format(raw: RawPage) -> Format:
    """The format of a raw page by its first bytes, then its content type, then the ending of its address."""
    head = raw.body[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    kind = raw.content_type.lower()
    if b"%PDF-" in raw.body[:1024]:
        return "pdf"
    if head.startswith(b"PK\x03\x04"):
        return _zip_format(raw.body)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return "old_office"
    if head.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"Rar!", b"RIFF")):
        return "unknown"
    if _is_binary(head):
        return "unknown"
    if kind.startswith(_TEXT_TYPES) and not (head[:1] == b"<" and _MARKUP.search(head)):
        return "text"
    if kind.startswith(_HTML_TYPES):
        return "html"
    ending = urlsplit(raw.url).path.lower().rpartition(".")[2]
    if ending in {"txt", "text", "md"}:
        return "text"
    if _MARKUP.search(head):
        return "html"
    if kind and not kind.startswith(("text/", "application/octet-stream", "binary/")):
        return "unknown"
    if ending in {"html", "htm", "aspx", "php", "jsp"}:
        return "html"
    return "text" if _is_plain(raw.body) else "unknown"


def _zip_format(body: bytes) -> Format:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            names = archive.namelist()
    except _BROKEN:
        return "unknown"
    return "docx" if "word/document.xml" in names else "xlsx" if "xl/workbook.xml" in names else "unknown"


def _is_binary(head: bytes) -> bool:
    """Whether more than one byte in twenty is a control character (UTF-16 is told by its mark or its zeros)."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or find_bare_utf16(head) is not None:
        return False
    return (len(head) - len(head.translate(None, _CONTROLS))) * 20 > len(head)


def _is_plain(body: bytes) -> bool:
    sample = body[:4096]
    return b"\x00" not in sample and not sample.lstrip().startswith((b"<?xml", b"<rss", b"<feed", b"<urlset"))


def read_pdf_lines(raw: RawPage) -> tuple[list[str], str | None]:
    """Paragraphs and title of a PDF's text layer.

    Raises ReadError where the file is broken or locked, or has no text layer (a scan), and says what to do.
    """
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(raw.body)
    except pypdfium2.PdfiumError as error:
        raise ReadError(f"{raw.url}: this PDF cannot be opened ({error}); if it has a password, save a copy without one.") from error
    try:
        count = min(len(document), MAX_PDF_PAGES)
        pages = [lines for number in range(count) if (lines := read_page_lines(document, number)) is not None]
        title = one_line(document.get_metadata_value("Title"))
    finally:
        document.close()
    if count and not pages:
        raise ReadError(f"{raw.url}: no page of this PDF can be opened; it is broken: save it again from the program that made it.")
    if sum(len(line.split()) for page in pages for line in page) < _MIN_TEXT_LAYER * max(count, 1):
        raise ReadError(
            f"{raw.url}: this PDF is scanned and holds no text; "
            "run it through an OCR program first (for example ocrmypdf -l vie) and read the result."
        )
    lines = without_running_heads(pages)
    width = wrapped_width(lines)
    useful = title if title and len(title) >= 20 and not re.search(r"\.(?:docx?|pdf|xlsx?)$|^Microsoft Word", title) else None
    return join_wrapped(lines, width), useful


def read_docx_lines(raw: RawPage) -> tuple[list[str], str | None]:
    """Paragraphs and table rows of a DOCX in their order, and its title.

    Raises ReadError where the file is broken or unpacks to more than a limit.
    """
    import docx
    from docx.opc.exceptions import PackageNotFoundError
    from lxml.etree import LxmlError

    faults = (*_BROKEN, PackageNotFoundError, LxmlError)
    try:
        with zipfile.ZipFile(io.BytesIO(raw.body)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_DOCX_BYTES:
                raise ReadError(f"{raw.url}: this DOCX unpacks to more than {MAX_DOCX_BYTES // 1_000_000} MB; it is not read.")
        document = docx.Document(io.BytesIO(raw.body))
        lines = [line for line in _docx_lines(document) if line]
    except faults as error:
        raise ReadError(f"{raw.url}: this DOCX is broken ({error}); save it again from the program that made it.") from error
    try:
        title = one_line(document.core_properties.title)
    except faults:
        title = None  # the text is sound, what the file says of itself is not
    return lines, title


def _docx_lines(document: Any) -> Iterator[str]:
    from docx.table import Table

    for item in document.iter_inner_content():
        if isinstance(item, Table):
            yield from _docx_table_lines(item)
        else:
            yield from normalize_text(item.text).split("\n")


def _docx_table_lines(table: Any) -> Iterator[str]:
    """Rows of a data table; a table that only lays out, and a row with a long cell, paragraph by paragraph."""
    rows = _docx_cells(table)
    if len(rows) < 2 or max(map(len, rows), default=0) < 2:
        for cells in rows:
            for cell in cells:
                yield from cell.text.split("\n")
        return
    for row in read_grid([[cell._replace(text=" ".join(cell.text.split())) for cell in cells] for cells in rows]):
        if max(map(len, row.texts)) <= _LONG_CELL:
            yield " | ".join(row.texts)
        else:
            yield from row.texts


def _docx_cells(table: Any) -> list[list[GridCell]]:
    """The cells of each row with what they span; a cell that goes on in the rows below is the first row's."""
    rows: list[list[GridCell]] = []
    begun: dict[int, tuple[int, int]] = {}  # by column of the grid: row and place of the cell that may go on below
    for number, row in enumerate(table._tbl.tr_lst):
        cells = [GridCell("")] * row.grid_before
        column = row.grid_before
        for tc in row.tc_lst:
            if tc.vMerge == "continue" and column in begun:
                above, place = begun[column]
                rows[above][place] = rows[above][place]._replace(rows=number - above + 1)
            else:
                begun[column] = (number, len(cells))
                cells.append(GridCell(normalize_text("\n".join(p.text for p in tc.p_lst)), tc.grid_span))
            column += tc.grid_span
        rows.append(cells)
    return rows


def read_xlsx_lines(raw: RawPage) -> tuple[list[str], str | None]:
    """Rows of a workbook's sheets, each sheet's name before them, and the workbook's title.

    Raises ReadError where the file is broken or unpacks to more than a limit.
    """
    import openpyxl

    try:
        with zipfile.ZipFile(io.BytesIO(raw.body)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_DOCX_BYTES:
                raise ReadError(f"{raw.url}: this XLSX unpacks to more than {MAX_DOCX_BYTES // 1_000_000} MB; it is not read.")
        book = openpyxl.load_workbook(io.BytesIO(raw.body), read_only=True, data_only=True)
        try:
            lines = [line for sheet in book.worksheets for line in _sheet_lines(sheet)]
            return lines, one_line(book.properties.title)
        finally:
            book.close()
    except (*_BROKEN, SyntaxError) as error:
        raise ReadError(f"{raw.url}: this XLSX is broken ({error}).") from error


def _sheet_lines(sheet: Any) -> Iterator[str]:
    """The rows of one sheet that say something, cells parted as in other tables."""
    rows = [
        [GridCell("" if value is None else " ".join(normalize_text(_cell_text(value)).split())) for value in row[:MAX_XLSX_COLUMNS]]
        for row in islice(sheet.iter_rows(values_only=True), MAX_XLSX_ROWS)
    ]
    for table in _parted(rows):
        for row in read_grid(table):
            yield " | ".join(row.texts)


def _parted(rows: Sequence[Sequence[GridCell]]) -> Iterator[list[Sequence[GridCell]]]:
    """The tables of a sheet: rows between empty ones."""
    for is_told, group in groupby(rows, key=lambda row: any(cell.text for cell in row)):
        if is_told:
            yield list(group)


def _cell_text(value: Any) -> str:
    """A cell as Vietnamese readers write it: a decimal comma, a day before its month."""
    if isinstance(value, bool):
        return "x" if value else ""
    if isinstance(value, float):
        return f"{value:.10g}".replace(".", ",") if "e" not in f"{value:.10g}" else f"{value:.0f}"
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y}"
    return str(value)
