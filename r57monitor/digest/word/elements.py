"""WordprocessingML made directly: thousands of cells in seconds, where one call a cell would take minutes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import nsmap, qn
from docx.oxml.parser import oxml_parser

from r57monitor.digest.clean import clean_text
from r57monitor.digest.outline.blocks import Inline, Run
from r57monitor.wording import is_web_address

_MANNERS = {"strong": "Strong", "mark": "R57Mark", "quiet": "R57Quiet", "id": "R57Id", "": ""}
_NAMES = {name: nsmap[name] for name in ("w", "r")}
_new = oxml_parser.makeelement
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def make(tag: str, *children: Any, **attributes: str) -> Any:
    """Element w:tag with w:attributes and children."""
    element = _new(_name(tag), nsmap=_NAMES)
    for name, value in attributes.items():
        element.set(_name(name), value)
    element.extend(children)
    return element


@lru_cache(maxsize=200)
def _name(tag: str) -> str:
    return qn(f"w:{tag}")


def make_run(text: str, manner: str = "", *, is_link: bool = False) -> Any:
    """Run of text; its look comes from a character style."""
    style = "Hyperlink" if is_link else _MANNERS[manner]
    run = make("r")
    if style:
        look = make("rPr", make("rStyle", val=style))
        if is_link and manner == "strong":
            look.append(make("b"))
        run.append(look)
    words = make("t")
    words.text = clean_text(text)
    words.set(_XML_SPACE, "preserve")
    run.append(words)
    return run


class Links:
    """The addresses a document links to, each kept once. The library would search all of them for each link."""

    def __init__(self, part: Any) -> None:
        self._part = part
        self._ids: dict[str, str] = {}

    def make(self, run: Run) -> Any:
        """A hyperlink."""
        address = clean_text(run.url)
        if address not in self._ids:
            self._ids[address] = f"rIdR57x{len(self._ids) + 1}"
            self._part.rels.add_relationship(RELATIONSHIP_TYPE.HYPERLINK, address, self._ids[address], is_external=True)
        link = make("hyperlink", make_run(run.text, run.manner, is_link=True))
        link.set(qn("r:id"), self._ids[address])
        return link


def make_runs(links: Links, inline: Inline) -> list[Any]:
    """Runs and hyperlinks of marked words."""
    return [links.make(run) if is_web_address(run.url) else make_run(run.text, run.manner) for run in inline if run.text]


def make_paragraph(runs: Iterable[Any], style: str = "", *, keep_next: bool = False, align: str = "", **more: Any) -> Any:
    """Paragraph of a style. more: further children of w:pPr by tag."""
    about = make("pPr")
    if style:
        about.append(make("pStyle", val=style))
    if keep_next:
        about.append(make("keepNext"))
    about.extend(more.values())
    if align:
        about.append(make("jc", val=align))
    return make("p", *([about] if len(about) else []), *runs)


def make_cell(paragraphs: Sequence[Any], width: int, *, span: int = 1, borders: Any = None) -> Any:
    """Table cell of a width in twentieths of a point."""
    about = make("tcPr", make("tcW", w=str(width), type="dxa"))
    if span > 1:
        about.append(make("gridSpan", val=str(span)))
    if borders is not None:
        about.append(borders)
    return make("tc", about, *paragraphs)


def make_row(cells: Iterable[Any], *, is_head: bool = False) -> Any:
    """Row that is never cut by a page's end; a head row is printed again on each page."""
    about = make("trPr", make("cantSplit"), *([make("tblHeader")] if is_head else []))
    return make("tr", about, *cells)


def make_table(rows: Iterable[Any], widths: Sequence[int], style: str, title: str = "", *, is_headed: bool = True) -> Any:
    """Table with fixed widths; title is what a screen reader says."""
    look = make("tblLook", val="0420" if is_headed else "0400", firstRow=str(int(is_headed)), lastRow="0", firstColumn="0", lastColumn="0",
                noHBand="0", noVBand="1")  # fmt: skip
    about = make("tblPr", make("tblStyle", val=style), make("tblW", w=str(sum(widths)), type="dxa"), make("tblLayout", type="fixed"), look)
    if title:
        about.append(make("tblCaption", val=clean_text(title)))
    grid = make("tblGrid", *(make("gridCol", w=str(width)) for width in widths))
    return make("tbl", about, grid, *rows)


def share_widths(total: int, shares: Sequence[float]) -> list[int]:
    """Widths that add up to the total exactly."""
    widths = [int(total * share / sum(shares)) for share in shares]
    widths[-1] += total - sum(widths)
    return widths
