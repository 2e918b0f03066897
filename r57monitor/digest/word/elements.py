"""WordprocessingML written as text: tens of thousands of cells in seconds and in the memory their text takes.

Everything here is a string of whole elements with the prefixes w and r; r57monitor/digest/word/body.py puts them into the document.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsmap

from r57monitor.digest.clean import clean_text
from r57monitor.digest.outline.blocks import Inline, Run
from r57monitor.wording import is_web_address

NAMES = {name: nsmap[name] for name in ("w", "r")}
_MANNERS = {"strong": "Strong", "mark": "R57Mark", "quiet": "R57Quiet", "id": "R57Id", "": ""}
_LOOKS = {"": ""} | {style: f'<w:rPr><w:rStyle w:val="{style}"/></w:rPr>' for style in _MANNERS.values() if style}
_LINK = '<w:rPr><w:rStyle w:val="Hyperlink"/></w:rPr>'
_STRONG_LINK = '<w:rPr><w:rStyle w:val="Hyperlink"/><w:b/></w:rPr>'


def make(tag: str, *children: str, **attributes: str) -> str:
    """Element w:tag with w:attributes and children."""
    told = "".join(f" w:{name}={quoteattr(value)}" for name, value in attributes.items())
    return f"<w:{tag}{told}>{''.join(children)}</w:{tag}>" if children else f"<w:{tag}{told}/>"


def grow(xml: str) -> Any:
    """The element as the library's own, for places that are not the body."""
    return parse_xml(f"<w:x {declare()}>{xml}</w:x>")[0]


def declare() -> str:
    """Declarations of the prefixes used here."""
    return " ".join(f'xmlns:{name}="{address}"' for name, address in NAMES.items())


def make_text(text: str, look: str = "") -> str:
    """Run of text. look: its w:rPr."""
    return f'<w:r>{look}<w:t xml:space="preserve">{escape(clean_text(text))}</w:t></w:r>'


def make_run(text: str, manner: str = "") -> str:
    """Run of text; its look comes from a character style."""
    return make_text(text, _LOOKS[_MANNERS[manner]])


class Links:
    """The addresses a document links to, each kept once. The library would search all of them for each link."""

    def __init__(self, part: Any) -> None:
        self._part = part
        self._ids: dict[str, str] = {}

    def make(self, run: Run) -> str:
        """A hyperlink."""
        address = clean_text(run.url)
        if address not in self._ids:
            self._ids[address] = f"rIdR57x{len(self._ids) + 1}"
            self._part.rels.add_relationship(RELATIONSHIP_TYPE.HYPERLINK, address, self._ids[address], is_external=True)
        words = make_text(run.text, _STRONG_LINK if run.manner == "strong" else _LINK)
        return f'<w:hyperlink r:id="{self._ids[address]}">{words}</w:hyperlink>'


def make_runs(links: Links, inline: Inline) -> list[str]:
    """Runs and hyperlinks of marked words."""
    return [links.make(run) if is_web_address(run.url) else make_run(run.text, run.manner) for run in inline if run.text]


def make_paragraph(runs: Iterable[str], style: str = "", *, keep_next: bool = False, align: str = "", more: str = "") -> str:
    """Paragraph of a style. more: further children of w:pPr."""
    about = f'<w:pStyle w:val="{style}"/>' if style else ""
    about += "<w:keepNext/>" if keep_next else ""
    about += more
    about += f'<w:jc w:val="{align}"/>' if align else ""
    return f"<w:p>{f'<w:pPr>{about}</w:pPr>' if about else ''}{''.join(runs)}</w:p>"


def make_cell(paragraphs: Iterable[str], width: int, *, span: int = 1) -> str:
    """Table cell of a width in twentieths of a point."""
    about = f'<w:tcW w:w="{width}" w:type="dxa"/>' + (f'<w:gridSpan w:val="{span}"/>' if span > 1 else "")
    return f"<w:tc><w:tcPr>{about}</w:tcPr>{''.join(paragraphs)}</w:tc>"


def make_row(cells: Iterable[str], *, is_head: bool = False) -> str:
    """Row that is never cut by a page's end; a head row is printed again on each page."""
    return f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' if is_head else ''}</w:trPr>{''.join(cells)}</w:tr>"


def make_table(rows: Iterable[str], widths: Sequence[int], style: str, title: str = "", *, is_headed: bool = True) -> str:
    """Table with fixed widths; title is what a screen reader says."""
    look = make("tblLook", val="0420" if is_headed else "0400", firstRow=str(int(is_headed)), lastRow="0", firstColumn="0", lastColumn="0",
                noHBand="0", noVBand="1")  # fmt: skip
    about = make(
        "tblPr",
        make("tblStyle", val=style),
        make("tblW", w=str(sum(widths)), type="dxa"),
        make("tblLayout", type="fixed"),
        look,
        *([make("tblCaption", val=clean_text(title))] if title else []),
    )
    grid = make("tblGrid", *(make("gridCol", w=str(width)) for width in widths))
    return f"<w:tbl>{about}{grid}{''.join(rows)}</w:tbl>"


def share_widths(total: int, shares: Sequence[float]) -> list[int]:
    """Widths that add up to the total exactly."""
    widths = [int(total * share / sum(shares)) for share in shares]
    widths[-1] += total - sum(widths)
    return widths
