"""An office's own Word template: its letterhead and styles, with blanks that the digest fills in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from docx import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.text.paragraph import Paragraph
from lxml.etree import XMLSyntaxError

from r57monitor.digest.clean import clean_text
from r57monitor.digest.outline.blocks import Outline
from r57monitor.errors import UsageError

FILE_NAME = "digest.docx"
BODY = "noi_dung"  # the blank that the parts of the digest take
_BLANK = re.compile(r"{{\s*(\w+)\s*}}")


def fill_blanks(outline: Outline) -> dict[str, str]:
    """What each blank of a template stands for."""
    head, foot = outline.head, outline.foot
    return {
        "tieu_de": head.title, "chu_de": head.subject, "ky": head.days, "so": head.number, "don_vi": head.unit,
        "co_quan_chu_quan": head.parent, "dia_danh_ngay": head.dated, "luu_y": "; ".join(head.marks),
        "chuc_danh": foot.signer_title, "nguoi_ky": foot.signer,
        "noi_nhan": "; ".join(foot.recipients),
    }  # fmt: skip


def open_template(folder: Path | None, outline: Outline) -> Any | None:
    """The office's digest.docx with its blanks filled in; None where there is none. Raises UsageError naming the file."""
    path = folder / FILE_NAME if folder else None
    if path is None or not path.is_file():
        return None
    try:
        document = Document(str(path))
    except (OSError, ValueError, KeyError, BadZipFile, PackageNotFoundError, XMLSyntaxError) as error:
        raise UsageError(
            f"{path} cannot be read as a Word document; save it as .docx again, or take it away to use the shipped one."
        ) from error
    blanks = fill_blanks(outline)
    for paragraph in _paragraphs(document):
        _fill(paragraph, blanks, path)
    return document


def find_place(document: Any) -> Any | None:
    """The paragraph that keeps the place of the digest's parts."""
    return next((p._p for p in document.paragraphs if BODY in _BLANK.findall(p.text)), None)


def _paragraphs(document: Any) -> Iterator[Paragraph]:
    """Every paragraph of body, tables, headers and footers."""
    roots = [document.element.body]
    for section in document.sections:
        for piece in (section.header, section.first_page_header, section.footer, section.first_page_footer):
            if not piece.is_linked_to_previous:
                roots.append(piece._element)
    for root in roots:
        yield from (Paragraph(p, document) for p in root.iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}p"))


def _fill(paragraph: Paragraph, blanks: Mapping[str, str], path: Path) -> None:
    """Blanks of one paragraph; the words take the look of the run where the blank begins."""
    names = _BLANK.findall(paragraph.text)
    unknown = [name for name in names if name not in blanks and name != BODY]
    if unknown:
        raise UsageError(f'{path}: there is no blank "{unknown[0]}"; use {", ".join((*blanks, BODY))}.')
    for found in reversed([m for m in _BLANK.finditer(paragraph.text) if m[1] != BODY]):
        _replace(paragraph, found.start(), found.end(), blanks[found[1]])


def _replace(paragraph: Paragraph, start: int, end: int, text: str) -> None:
    """Characters start to end of a paragraph by a text, also where they are spread over several runs."""
    at, is_put = 0, False
    for run in paragraph.runs:
        words = run.text
        first, last = max(start - at, 0), min(end - at, len(words))
        at += len(words)
        if first >= last:
            continue
        run.text = words[:first] + ("" if is_put else clean_text(text)) + words[last:]
        is_put = True
    if not is_put:  # the blank stands in something that is no run, such as a link
        raise UsageError(f'the blank "{paragraph.text[start:end]}" of the template stands in a link or field; write it as plain text.')
