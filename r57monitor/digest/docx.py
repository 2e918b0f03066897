"""The digest as a Word document: A4, Times New Roman, real headings, lists and tables, for offices that edit and sign it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime, time
from pathlib import Path
from typing import Any

from docx import Document

from r57monitor.digest.clean import clean_text
from r57monitor.digest.model import Digest
from r57monitor.digest.outline.parts import make_outline
from r57monitor.digest.speech import WORDS
from r57monitor.digest.word.body import PLACE, Writer
from r57monitor.digest.word.frame import write_foot, write_head
from r57monitor.digest.word.office import find_place, open_template
from r57monitor.digest.word.styles import prepare
from r57monitor.wording import format_day

_ZIP_DAY = (1980, 1, 1, 0, 0, 0)  # the same digest is the same bytes
_PLACE = f"<!--{PLACE}-->".encode()


def render(digest: Digest, templates: Path | None = None) -> bytes:
    """DOCX; page text goes in as text, only http(s) addresses become links.

    templates: folder that may hold the office's own digest.docx. Raises UsageError where that file is no Word document.
    """
    outline = make_outline(digest)
    given = open_template(templates, outline)
    document = given or Document()
    prepare(document, is_own=given is not None)
    _describe(document, digest, outline.head.title)
    place = find_place(document) if given is not None else None
    writer = Writer(document, place)
    if place is None:
        write_head(writer, outline.head)
    for part in outline.parts:
        writer.add_part(part.title, part.blocks)
    if place is None:
        write_foot(writer, outline.foot)
    for part in outline.appendices:
        writer.add_appendix(part)
    writer.close()
    return _pack(document, writer.written)


def _describe(document: Any, digest: Digest, title: str) -> None:
    """Properties of the file from the digest alone: no clock, no name of this machine's user."""
    about, day = document.core_properties, datetime.combine(digest.masthead.day or digest.period.end, time())
    days = f"{format_day(digest.period.start)}–{format_day(digest.period.end)}"
    about.title, about.subject = title, f"{WORDS('digest_head.subject')}, {days}"
    about.author = about.last_modified_by = clean_text(digest.office)
    about.created = about.modified = day
    about.language, about.revision, about.comments, about.keywords = WORDS("digest_head.language"), 1, "", ""


def _pack(document: Any, written: Sequence[str]) -> bytes:
    """Bytes with fixed times and order in the zip; what was written takes its place in the body."""
    raw, packed = io.BytesIO(), io.BytesIO()
    document.save(raw)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist(), key=lambda n: (n != "[Content_Types].xml", n)):
            body = source.read(name)
            info = zipfile.ZipInfo(name, _ZIP_DAY)
            info.compress_type = zipfile.ZIP_DEFLATED
            with target.open(info, "w") as file:
                before, place, after = body.partition(_PLACE)
                file.write(before)
                for element in written if place else ():
                    file.write(element.encode("utf-8"))
                file.write(after)
    return packed.getvalue()
