"""The digest as a spreadsheet: a sheet a section, filters, frozen heads; numbers are numbers, days are days, nothing is a formula."""

from __future__ import annotations

import io
from datetime import date, datetime, time
from typing import Any

import xlsxwriter

from r57monitor.digest.clean import clean_text
from r57monitor.digest.model import Digest
from r57monitor.digest.outline.parts import make_head
from r57monitor.digest.render import describe_method
from r57monitor.digest.sheets import Cell, Field, Sheet, make_sheets
from r57monitor.wording import is_web_address

_LONGEST_TEXT = 32_767  # characters of a cell
_LONGEST_LINK = 2_079  # of an address that Excel opens
_MOST_LINKS = 65_000  # a sheet may hold 65,530 links; the rest stay text
_MOST_DECIMALS = 4
_A4 = 9


def render(digest: Digest) -> bytes:
    """XLSX; the same digest is the same bytes."""
    packed = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(packed, options) as book:
        day = datetime.combine(digest.masthead.day or digest.period.end, time())
        head = make_head(digest)
        about = {"title": head.title, "subject": head.subject, "author": digest.office, "created": day}
        book.set_properties({key: clean_text(value) if isinstance(value, str) else value for key, value in about.items()})
        looks = _make_looks(book)
        for sheet in make_sheets(digest):
            page = book.add_worksheet(sheet.title)
            page.set_header(f"&L{_in_header(digest.office)}&C{_in_header(head.title)}&R{_in_header('; '.join(head.marks))}")
            _write_sheet(page, sheet, looks)
            if sheet.key == "overview":
                _write_about(page, len(sheet.rows) + 2, head, looks)
            if sheet.key == "method":
                _write_lines(page, len(sheet.rows) + 2, describe_method(digest), looks)
    return packed.getvalue()


def _make_looks(book: Any) -> dict[str, Any]:
    usual = {"font_name": "Times New Roman", "font_size": 11, "valign": "top"}
    looks = {
        "head": book.add_format(usual | {"bold": True, "bg_color": "#EEF2F5", "border": 1, "text_wrap": True, "valign": "vcenter"}),
        "text": book.add_format(usual | {"text_wrap": True}),
        "line": book.add_format(usual),
        "strong": book.add_format(usual | {"bold": True}),
        "link": book.add_format(usual | {"font_color": "#1F4E79"}),
        "day": book.add_format(usual | {"num_format": "dd/mm/yyyy", "align": "left"}),
    }
    for decimals in range(_MOST_DECIMALS + 1):
        form = "#,##0" + ("." + "0" * decimals if decimals else "")
        looks[f"number{decimals}"] = book.add_format(usual | {"num_format": form})
    return looks


def _in_header(text: str) -> str:
    """Text of a page header, where & begins a code."""
    return clean_text(text).replace("&", "&&")[:80]


def _write_sheet(page: Any, sheet: Sheet, looks: dict[str, Any]) -> None:
    page.freeze_panes(1, 0)
    page.repeat_rows(0)
    page.set_landscape()
    page.set_paper(_A4)
    page.fit_to_pages(1, 0)
    page.set_row(0, 32)
    links = 0
    for column, field in enumerate(sheet.fields):
        page.set_column(column, column, field.width)
        page.write_string(0, column, field.label, looks["head"])
    for number, line in enumerate(sheet.rows, 1):
        for column, field in enumerate(sheet.fields):
            value = field.read(line)
            is_link = field.type == "link" and links < _MOST_LINKS and _is_short_address(value)
            links += is_link
            _write_cell(page, number, column, value, field, looks, is_link=is_link)
    page.autofilter(0, 0, max(len(sheet.rows), 1), len(sheet.fields) - 1)


def _is_short_address(value: Cell) -> bool:
    return isinstance(value, str) and is_web_address(value) and len(value) <= _LONGEST_LINK


def _write_cell(page: Any, row: int, column: int, value: Cell, field: Field, looks: dict[str, Any], *, is_link: bool) -> None:
    """A value as what it is; what is not known stays empty, so that sums and filters leave it out."""
    if value is None or value == "":
        return
    if is_link:
        page.write_url(row, column, clean_text(str(value)), looks["link"], string=clean_text(str(value)))
    elif isinstance(value, date):
        page.write_datetime(row, column, datetime.combine(value, time()), looks["day"])
    elif isinstance(value, int | float):
        page.write_number(row, column, value, looks[f"number{count_decimals(value)}"])
    else:
        page.write_string(row, column, clean_text(value)[:_LONGEST_TEXT], looks["line" if field.type == "link" else "text"])


def count_decimals(value: float) -> int:
    """Decimals that a number needs, at most four."""
    return next((n for n in range(_MOST_DECIMALS) if round(value, n) == round(value, _MOST_DECIMALS)), _MOST_DECIMALS)


def _write_about(page: Any, row: int, head: Any, looks: dict[str, Any]) -> None:
    """Under the counts: whose digest it is and of which days."""
    lines = (head.title, head.subject, head.days, head.unit, head.parent, head.number, head.dated, *head.marks)
    _write_lines(page, row, [line for line in lines if line], looks)


def _write_lines(page: Any, row: int, lines: list[str], looks: dict[str, Any]) -> None:
    for number, line in enumerate(lines):
        page.write_string(row + number, 0, clean_text(line), looks["line"])
