"""Masthead and foot of an office document: who writes and where, to whom it goes and who signs."""

from __future__ import annotations

from r57monitor.digest.outline.blocks import Foot, Head
from r57monitor.digest.speech import WORDS
from r57monitor.digest.word.body import Writer
from r57monitor.digest.word.elements import make, make_cell, make_paragraph, make_row, make_run, make_table, make_text, share_widths

_SIGN_LINES = 4  # empty lines for hand and seal


def write_head(writer: Writer, head: Head) -> None:
    """Two columns: the unit and its number; the country's name, motto, place and day. Then the title."""
    for mark in head.marks:
        writer.add(make_paragraph([make_run(mark)], "R57Banner"))
    left = [_line(head.parent, caps=True, size=24)] if head.parent else []
    left += [_line(head.unit, "strong", caps=True, size=24), _rule(1300)]
    left += [_line(head.number)] if head.number else []
    right = [_line(head.country, "strong", caps=True, size=24), _line(head.motto, "strong"), _rule(900)]
    right += [_line(head.dated, italic=True)] if head.dated else []
    widths = share_widths(writer.width, (43, 57))
    cells = [make_cell(lines, width) for lines, width in zip((left, right), widths, strict=True)]
    writer.add(make_table([make_row(cells)], widths, "R57Plain", is_headed=False))
    writer.add(make_paragraph([make_run(head.title)], "Title"), make_paragraph([make_run(head.subject)], "Subtitle"))
    writer.add(make_paragraph([_styled(head.days, italic=True)], "R57Frame", more=make("spacing", before="0", after="200")))


def write_foot(writer: Writer, foot: Foot) -> None:
    """Recipients on the left, the signature on the right, never on two pages."""
    left = []
    if foot.recipients:
        left.append(make_paragraph([_styled(WORDS("digest_head.recipients"), italic=True, bold=True)], "R57Recipients"))
        left += [make_paragraph([make_run(f"- {name};")], "R57Recipients") for name in foot.recipients]
        left.append(make_paragraph([make_run(f"- {WORDS('digest_head.filed')}")], "R57Recipients"))
    right = [_line(foot.signer_title, "strong", caps=True)] + [_line("") for _ in range(_SIGN_LINES)] + [_line(foot.signer, "strong")]
    widths = share_widths(writer.width, (50, 50))
    cells = [make_cell(lines or [make_paragraph([])], width) for lines, width in zip((left, right), widths, strict=True)]
    writer.keep_last()  # a signature never stands alone on a page
    space = make_paragraph([], keep_next=True)
    writer.add(space, make_table([make_row(cells)], widths, "R57Plain", is_headed=False), make_paragraph([]))


def _line(text: str, manner: str = "", *, caps: bool = False, italic: bool = False, size: int = 0) -> str:
    """One centred line; size in half points."""
    return make_paragraph([_styled(text, bold=manner == "strong", italic=italic, caps=caps, size=size)], "R57Frame")


def _styled(text: str, *, bold: bool = False, italic: bool = False, caps: bool = False, size: int = 0) -> str:
    look = [make(tag) for tag, is_set in (("b", bold), ("i", italic), ("caps", caps)) if is_set]
    look += [make("sz", val=str(size))] if size else []
    return make_text(text, make("rPr", *look) if look else "")


def _rule(indent: int) -> str:
    """A short rule under a name: the border of an empty paragraph. indent: on both sides, in twentieths of a point."""
    border = make("pBdr", make("top", val="single", sz="6", space="1", color="000000"))
    space = make("spacing", before="20", after="0", line="120", lineRule="exact")
    return make_paragraph([], "R57Frame", more=border + space + make("ind", left=str(indent), right=str(indent)))
