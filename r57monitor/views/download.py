"""The rows of a view as a file: numbers as numbers, days as days, and page text as text that no spreadsheet takes for a formula.

    offer_files(page, "so-lieu", columns, lambda reader: queries.figures(reader, filters, limit=MOST_ROWS))

The rows are asked for when somebody clicks, from the snapshot the page shows.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import streamlit as st
import xlsxwriter

from r57monitor.views.frame import Page
from r57monitor.wording import local_day
from warehouse.queries import Reader
from warehouse.queries.reader import open_file

Row = dict[str, Any]

MOST_ROWS = 100_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # also full width: some spreadsheets fold them
_MOST_CHARS = 32_767  # of one cell in XLSX
_MOST_WIDTH = 60


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a file: its heading, and what stands there for a row (text, number, day, truth or None)."""

    heading: str
    read: Callable[[Row], Any]


def offer_files(page: Page, stem: str, columns: Sequence[Column], ask: Callable[[Reader], Iterable[Row]]) -> None:
    """Two buttons: exactly this view as CSV and as XLSX."""
    path = page.reader.path
    note = page.texts("download.note", most=f"{MOST_ROWS:,}".replace(",", "." if page.language == "vi" else ","))

    def make(form: Callable[[Sequence[Column], Iterable[Row]], bytes]) -> Callable[[], bytes]:
        def file() -> bytes:
            with open_file(path) as reader:
                return form(columns, ask(reader))

        return file

    name = f"{stem}-{page.snapshot['number']}"
    for label, form, mime in (("CSV", write_csv, "text/csv"), ("XLSX", write_xlsx, XLSX)):
        st.download_button(
            f"{page.texts('word.download')} {label}", make(form), file_name=f"{name}.{label.lower()}", mime=mime,
            key=f"download {stem} {label}", on_click="ignore", help=note,
        )  # fmt: skip


def write_csv(columns: Sequence[Column], rows: Iterable[Row]) -> bytes:
    """UTF-8 with the mark that spreadsheets look for; ISO days, decimal points; text that looks like a formula after an apostrophe."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([column.heading for column in columns])
    for row in rows:
        writer.writerow([_csv_cell(_plain(column.read(row))) for column in columns])
    return buffer.getvalue().encode("utf-8-sig")


def write_xlsx(columns: Sequence[Column], rows: Iterable[Row]) -> bytes:
    """One sheet with a fixed head and filters; every text is written as text, links included."""
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(target, options) as book:
        sheet = book.add_worksheet("R57")
        head, day = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "dd/mm/yyyy"})
        widths = [len(column.heading) for column in columns]
        for at, column in enumerate(columns):
            sheet.write_string(0, at, column.heading, head)
        last = 0
        for last, row in enumerate(rows, 1):
            for at, column in enumerate(columns):
                value = _plain(column.read(row))
                _write_cell(sheet, last, at, value, day)
                widths[at] = max(widths[at], 10 if isinstance(value, date) else len(str(value or "")))
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, last, max(0, len(columns) - 1))
        for at, width in enumerate(widths):
            sheet.set_column(at, at, min(_MOST_WIDTH, width + 2))
    return target.getvalue()


def _write_cell(sheet: Any, row: int, at: int, value: Any, day: Any) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, at, value)
    elif isinstance(value, int | float):
        sheet.write_number(row, at, value)
    elif isinstance(value, date):
        sheet.write_datetime(row, at, datetime(value.year, value.month, value.day), day)  # noqa: DTZ001 (a day has no zone)
    else:
        sheet.write_string(row, at, value[:_MOST_CHARS])


def _plain(value: Any) -> Any:
    """A cell: instants as days of Vietnam, lists as words with commas, no number where there is none."""
    if isinstance(value, datetime):
        return local_day(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return value if value is None or isinstance(value, bool | int | float | date | str) else str(value)


def _csv_cell(value: Any) -> Any:
    if isinstance(value, str):
        return "'" + value if value.startswith(_FORMULA_SIGNS) else value
    return value.isoformat() if isinstance(value, date) else value
