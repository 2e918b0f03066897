"""Blocks -> paragraphs, lists, tables and pictures of a Word document."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

from docx.oxml.ns import qn
from docx.shared import Emu, Mm
from lxml import etree

from r57monitor.digest.clean import clean_text
from r57monitor.digest.outline.blocks import Beside, Block, Entries, Group, Heading, Inline, Paragraph, Part, Picture, Run, Table, Tallies
from r57monitor.digest.outline.words import say
from r57monitor.digest.speech import WORDS
from r57monitor.digest.word.elements import (
    NAMES,
    Links,
    declare,
    grow,
    make,
    make_cell,
    make_paragraph,
    make_row,
    make_run,
    make_runs,
    make_table,
    share_widths,
)

_TWIPS = 635  # EMU in a twentieth of a point
_STYLES = {"body": "", "note": "R57Note", "quote": "Quote", "nothing": "R57Note"}
_WIDTHS_MM = {"map": 66, "weeks": 150}
PLACE = "r57monitor: the parts of the digest"  # the comment that stands for them until the file is packed


class Writer:
    """Writes elements one after another, as text: they take the place of a comment when the document is packed.

    As elements of the library a week of 5,000 texts would take 800 MB.
    """

    def __init__(self, document: Any, place: Any | None) -> None:
        self.document = document
        self.part = document.part
        self.links = Links(document.part)
        self.written: list[str] = []
        self._place = place if place is not None else document.element.body.find(qn("w:sectPr"))
        self._is_held = place is not None
        names = document.element.nsmap
        self._needs_names = any(names.get(name) != address for name, address in NAMES.items())
        page = document.sections[-1]
        self.width = int((page.page_width - page.left_margin - page.right_margin) / _TWIPS)

    def add(self, *elements: str) -> None:
        """Next elements of the body."""
        self.written += elements

    def keep_last(self) -> None:
        """Keep the last paragraph on the page of what follows."""
        if self.written and self.written[-1].startswith("<w:p>"):
            last = grow(self.written[-1])
            last.get_or_add_pPr().get_or_add_keepNext()
            self.written[-1] = etree.tostring(last, encoding="unicode")

    def close(self) -> None:
        """Mark the place in the document; the paragraph that kept it goes."""
        self._place.addprevious(etree.Comment(PLACE))
        if self._is_held:
            self._place.getparent().remove(self._place)
        if self._needs_names:  # a template of other prefixes
            self.written = [re.sub(r"^<w:\w+", lambda m: f"{m[0]} {declare()}", element) for element in self.written]

    def add_part(self, title: str, blocks: Iterable[Block]) -> None:
        """A part with its numbered heading."""
        self.add(make_paragraph([make_run(title)], "Heading1"))
        self.add_blocks(blocks)

    def add_appendix(self, part: Part) -> None:
        """An appendix, the first on a new page; it has its own number, not the parts'."""
        off = make("numPr", make("ilvl", val="0"), make("numId", val="0"))
        title = f"{WORDS('digest_part.appendix')} {part.number}. {part.title}"
        page = make("pageBreakBefore") if part.number == "1" else ""
        self.add(make_paragraph([make_run(title)], "Heading1", more=page + off))
        self.add_blocks(part.blocks)

    def add_blocks(self, blocks: Iterable[Block]) -> None:
        """Blocks in their order; the first number of a list is 1 again."""
        listed = list(blocks)
        for block, following in zip(listed, [*listed[1:], None], strict=True):
            if isinstance(block, Heading):
                self.add(make_paragraph([make_run(block.text)], "Heading2"))
            elif isinstance(block, Paragraph):
                is_lead = isinstance(following, Table)  # what leads to a table stays with it
                self.add(make_paragraph(make_runs(self.links, block.runs), _STYLES[block.role], keep_next=is_lead))
            elif isinstance(block, Entries):
                self._add_entries(block)
            elif isinstance(block, Table):
                self._add_table(block)
            elif isinstance(block, Tallies):
                self._add_tallies(block)
            elif isinstance(block, Picture):
                self.add(*self._make_picture(block))
            elif isinstance(block, Beside):
                self._add_beside(block)

    def _add_entries(self, block: Entries) -> None:
        style = "ListNumber" if block.is_numbered else "ListBullet"
        for entry in block.entries:
            below = [(inline, "Quote") for inline in (entry.about, entry.quote) if inline]
            self.add(make_paragraph(make_runs(self.links, entry.runs), style, keep_next=bool(below)))
            for n, (inline, look) in enumerate(below, 1):
                self.add(make_paragraph(make_runs(self.links, inline), look, keep_next=n < len(below)))
            if entry.note:
                self.add(make_paragraph([make_run(say("editor", note=entry.note))], "R57Note"))

    def _add_table(self, block: Table) -> None:
        widths = share_widths(self.width, [c.share for c in block.columns])
        aligns = ["right" if c.is_number else "" for c in block.columns]
        head = [make_cell([make_paragraph([make_run(c.label)], "R57TableHead")], w) for c, w in zip(block.columns, widths, strict=True)]
        rows = [make_row(head, is_head=True)]
        for group in block.groups:
            rows += self._make_rows(group, widths, aligns)
        self.add(make_table(rows, widths, "TableGrid", WORDS.of("digest_sheet", block.key)), make_paragraph([], "R57Table"))

    def _make_rows(self, group: Group, widths: Sequence[int], aligns: Sequence[str]) -> list[str]:
        below = [*group.evidence, *([(Run(say("editor", note=group.note)),)] if group.note else [])]
        rows = []
        for row in group.rows:
            is_last = row is group.rows[-1]
            cells = [
                self._cell([inline], width, align, bool(below) and is_last)
                for inline, width, align in zip(row, widths, aligns, strict=True)
            ]
            rows.append(make_row(cells))
        if below:
            runs = [make_paragraph(make_runs(self.links, inline), "R57Evidence") for inline in below]
            rows.append(make_row([make_cell(runs, sum(widths), span=len(widths))]))
        return rows

    def _cell(self, lines: Iterable[Inline], width: int, align: str, keep_next: bool) -> str:
        return make_cell(
            [make_paragraph(make_runs(self.links, line), "R57Table", keep_next=keep_next, align=align) for line in lines], width
        )

    def _add_tallies(self, block: Tallies) -> None:
        widths = share_widths(self.width, [1] * len(block.tallies))
        cells = []
        for tally, width in zip(block.tallies, widths, strict=True):
            lines = [
                make_paragraph([make_run(tally.value)], "R57Tally"),
                make_paragraph([make_run(tally.label)], "R57TableCentre"),
                make_paragraph([make_run(tally.before, "quiet")], "R57TableCentre"),
            ]
            cells.append(make_cell(lines, width))
        self.add(
            make_table([make_row(cells)], widths, "TableGrid", WORDS("digest_part.overview"), is_headed=False),
            make_paragraph([], "R57Table"),
        )

    def _add_beside(self, block: Beside) -> None:
        widths = share_widths(self.width, (53, 47))
        told = [make_paragraph(make_runs(self.links, p.runs), _STYLES[p.role], align="left") for p in block.paragraphs]
        cells = [make_cell(lines, width) for lines, width in zip((told, self._make_picture(block.picture)), widths, strict=True)]
        self.add(make_table([make_row(cells)], widths, "R57Plain", is_headed=False), make_paragraph([], "R57Table"))

    def _make_picture(self, block: Picture) -> list[str]:
        chart = block.chart
        width = min(Mm(_WIDTHS_MM.get(chart.key, 150)), Emu(self.width * _TWIPS))
        inline = self.part.new_pic_inline(io.BytesIO(chart.png), width, None)
        inline.docPr.set("descr", clean_text(f"{chart.title}. {chart.text}"))
        inline.docPr.set("title", clean_text(chart.title))
        inline.graphic.graphicData.pic.nvPicPr.cNvPr.set("name", f"{chart.key}.png")
        holder = make("r", make("drawing", etree.tostring(inline, encoding="unicode")))
        return [make_paragraph([holder], "R57Frame", keep_next=True), make_paragraph([make_run(chart.title)], "Caption")]
