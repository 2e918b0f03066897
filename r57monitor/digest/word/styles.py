"""Styles, page and numbering in the manner of Vietnamese offices: A4, Times New Roman 13, headings I and 1, page number on top."""

from __future__ import annotations

from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from r57monitor.digest.speech import WORDS
from r57monitor.digest.word.elements import grow, make, make_paragraph

FONT = "Times New Roman"
_INK, _QUIET, _BLUE = RGBColor(0, 0, 0), RGBColor(0x55, 0x5F, 0x69), RGBColor(0x1F, 0x4E, 0x79)
_RED = RGBColor(0x8C, 0x3A, 0x27)
_HEADINGS = "57"  # ids of the numbering of headings: none of a usual template's own
_BULLETS, _NUMBERS = "58", "59"
# name, size, bold, italic, points before and after, alignment
_PARAGRAPHS = (
    ("Normal", 13.0, False, False, 0, 6, WD_ALIGN_PARAGRAPH.JUSTIFY),
    ("Title", 16.0, True, False, 18, 4, WD_ALIGN_PARAGRAPH.CENTER),
    ("Subtitle", 13.0, True, False, 0, 2, WD_ALIGN_PARAGRAPH.CENTER),
    ("Heading 1", 13.0, True, False, 14, 6, WD_ALIGN_PARAGRAPH.LEFT),
    ("Heading 2", 13.0, True, False, 8, 4, WD_ALIGN_PARAGRAPH.LEFT),
    ("List Bullet", 13.0, False, False, 0, 4, WD_ALIGN_PARAGRAPH.JUSTIFY),
    ("List Number", 13.0, False, False, 0, 4, WD_ALIGN_PARAGRAPH.JUSTIFY),
    ("Quote", 12.0, False, True, 0, 4, WD_ALIGN_PARAGRAPH.JUSTIFY),
    ("Caption", 12.0, False, True, 2, 8, WD_ALIGN_PARAGRAPH.CENTER),
    ("Header", 13.0, False, False, 0, 0, WD_ALIGN_PARAGRAPH.CENTER),
    ("R57 Table", 11.0, False, False, 1, 1, WD_ALIGN_PARAGRAPH.LEFT),
    ("R57 Table Head", 11.0, True, False, 1, 1, WD_ALIGN_PARAGRAPH.CENTER),
    ("R57 Table Centre", 11.0, False, False, 0, 0, WD_ALIGN_PARAGRAPH.CENTER),
    ("R57 Tally", 20.0, True, False, 2, 0, WD_ALIGN_PARAGRAPH.CENTER),
    ("R57 Evidence", 11.0, False, True, 0, 2, WD_ALIGN_PARAGRAPH.JUSTIFY),
    ("R57 Banner", 12.0, True, False, 0, 6, WD_ALIGN_PARAGRAPH.CENTER),
    ("R57 Frame", 13.0, False, False, 0, 0, WD_ALIGN_PARAGRAPH.CENTER),
    ("R57 Recipients", 11.0, False, False, 0, 0, WD_ALIGN_PARAGRAPH.LEFT),
    ("R57 Note", 12.0, False, True, 0, 6, WD_ALIGN_PARAGRAPH.JUSTIFY),
)


def prepare(document: Any, *, is_own: bool) -> None:
    """Page, styles and numbering. is_own: the document is the office's; its page and the styles it has are left as they are."""
    have = {style.name for style in document.styles}
    for name, size, bold, italic, before, after, align in _PARAGRAPHS:
        if not is_own or name not in have:
            style = _style(document, name, WD_STYLE_TYPE.PARAGRAPH)
            style.font.size, style.font.bold, style.font.italic = Pt(size), bold, italic
            _shape(style, before, after, align)
    _characters(document, have if is_own else set())
    if not is_own or "Table Grid" not in have:
        _table_style(document)
    _number_headings(document)
    if not is_own:
        _set_page(document)
        _set_defaults(document)


def _style(document: Any, name: str, kind: Any) -> Any:
    styles = document.styles
    return styles[name] if name in {s.name for s in styles} else styles.add_style(name, kind)


def _shape(style: Any, before: int, after: int, align: Any) -> None:
    """before, after: space in points."""
    _set_font(style)
    style.font.color.rgb = _INK
    form = style.paragraph_format
    form.space_before, form.space_after, form.line_spacing, form.alignment = Pt(before), Pt(after), 1.08, align
    if style.name.startswith("Heading"):
        form.keep_with_next = True
    if style.name in {"Title", "Subtitle"}:
        _strip_ornament(style)
    style.font.all_caps = style.name in {"Title", "Heading 1", "R57 Banner"}
    if style.name == "Quote":
        form.left_indent = Mm(7)
    if style.name.startswith(("R57 Table", "R57 Evidence", "R57 Tally")):
        form.line_spacing = 1.0
    if style.name == "R57 Banner":
        style.font.color.rgb = _RED
    if style.name.startswith("R57"):
        style.base_style, style.quick_style = None, True


def _strip_ornament(style: Any) -> None:
    """No rule under a title and no letters spread apart, which the usual template brings."""
    for tag in ("w:pPr/w:pBdr", "w:rPr/w:spacing", "w:rPr/w:kern"):
        for found in style.element.findall(tag, style.element.nsmap):
            found.getparent().remove(found)


def _set_font(style: Any) -> None:
    """One font for all scripts, none taken from a theme."""
    style.font.name = FONT
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{name}"), None)
    for name in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{name}"), FONT)


def _characters(document: Any, kept: set[str]) -> None:
    for name, style_id in (
        ("Strong", "Strong"),
        ("Hyperlink", "Hyperlink"),
        ("R57 Mark", "R57Mark"),
        ("R57 Quiet", "R57Quiet"),
        ("R57 Id", "R57Id"),
    ):
        if name in kept:
            continue
        style = _style(document, name, WD_STYLE_TYPE.CHARACTER)
        style.element.set(qn("w:styleId"), style_id)
        font = style.font
        if name in {"Strong", "R57 Mark"}:
            font.bold = True
        if name == "Hyperlink":
            font.color.rgb, font.underline = _BLUE, False
        if name in {"R57 Quiet", "R57 Id"}:
            font.color.rgb, font.italic = _QUIET, False
        if name == "R57 Id":
            font.size = Pt(8)


def _table_style(document: Any) -> None:
    """Thin grey rules, a shaded head."""
    style = document.styles["Table Grid"].element
    borders = style.find(".//" + qn("w:tblBorders"))
    for side in borders if borders is not None else ():
        side.set(qn("w:color"), "8A949E")
    plain = document.styles.add_style("R57 Plain", WD_STYLE_TYPE.TABLE)
    plain.base_style = None
    for named, margin in ((plain, 0), (document.styles["Table Grid"], 70)):
        cell = make("tblCellMar", *(make(side, w=str(margin), type="dxa") for side in ("left", "right")))
        about = named.element.find(qn("w:tblPr"))
        if about is None:
            about = grow(make("tblPr"))
            named.element.append(about)
        for old in about.findall(qn("w:tblCellMar")):
            about.remove(old)
        about.append(grow(cell))
    head = make("tblStylePr", make("tcPr", make("shd", val="clear", color="auto", fill="EEF2F5")), type="firstRow")
    style.append(grow(head))


def _number_headings(document: Any) -> None:
    """Headings are numbered I, II … and 1, 2 … by the program that shows them, so that an editor may move parts about."""
    numbering = document.part.numbering_part.element
    levels = (("upperRoman", "%1.", "Heading1"), ("decimal", "%2.", "Heading2"))
    shaped = [_level(n, form, text, 0, 0, style) for n, (form, text, style) in enumerate(levels)]
    outline = make("abstractNum", make("multiLevelType", val="multilevel"), *shaped, abstractNumId=_HEADINGS)
    bullets = make("abstractNum", make("multiLevelType", val="singleLevel"), _level(0, "bullet", "–", 400, 400), abstractNumId=_BULLETS)
    numbers = make("abstractNum", make("multiLevelType", val="singleLevel"), _level(0, "decimal", "%1.", 400, 400), abstractNumId=_NUMBERS)
    first = numbering.find(qn("w:num"))
    for definition in map(grow, (outline, bullets, numbers)):
        if first is None:
            numbering.append(definition)
        else:
            first.addprevious(definition)
    for name in (_HEADINGS, _BULLETS, _NUMBERS):
        numbering.append(grow(make("num", make("abstractNumId", val=name), numId=name)))
    for style, number, level in (
        ("Heading 1", _HEADINGS, 0),
        ("Heading 2", _HEADINGS, 1),
        ("List Bullet", _BULLETS, 0),
        ("List Number", _NUMBERS, 0),
    ):
        about = document.styles[style].element.get_or_add_pPr()
        about.get_or_add_numPr().get_or_add_numId().val = int(number)
        about.numPr.get_or_add_ilvl().val = level


def _level(number: int, form: str, text: str, left: int, hanging: int, style: str = "") -> str:
    children = [make("start", val="1"), make("numFmt", val=form)]
    children += [make("pStyle", val=style)] if style else []
    children += [make("suff", val="space")] if style else []
    children += [make("lvlText", val=text), make("lvlJc", val="left")]
    children.append(make("pPr", make("ind", left=str(left), hanging=str(hanging))))
    return make("lvl", *children, ilvl=str(number))


def _set_page(document: Any) -> None:
    """A4 with the margins of office documents; the page number stands on top from the second page on."""
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin, page.right_margin, page.top_margin, page.bottom_margin = Mm(30), Mm(15), Mm(20), Mm(20)
    page.header_distance = page.footer_distance = Mm(10)
    page.different_first_page_header_footer = True
    head = page.header
    head.is_linked_to_previous = False
    head.paragraphs[0]._p.getparent().replace(
        head.paragraphs[0]._p, grow(make_paragraph([make("fldSimple", make("r", make("t")), instr="PAGE")], "Header"))
    )


def _set_defaults(document: Any) -> None:
    """The digest's language for the spelling checker; today's layout rules, not those of old versions."""
    language = document.styles.element.find(".//" + qn("w:rPrDefault") + "//" + qn("w:lang"))
    if language is not None:
        for name in ("val", "eastAsia"):
            language.set(qn(f"w:{name}"), WORDS("digest_head.language"))
    settings = document.settings.element
    compat = settings.find(qn("w:compat"))
    if compat is not None:
        for found in compat.findall(qn("w:compatSetting")):
            if found.get(qn("w:name")) == "compatibilityMode":
                found.set(qn("w:val"), "15")
                return
        compat.append(grow(make("compatSetting", name="compatibilityMode", uri="http://schemas.microsoft.com/office/word", val="15")))
