"""A long PDF is typeset in pieces and joined: nothing is left out, pages and structure go on from piece to piece."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest

from r57monitor.digest import pdf, render
from r57monitor.digest.mail import make_mail
from r57monitor.digest.model import Digest
from r57monitor.digest.outline.parts import make_outline
from r57monitor.digest.outline.pieces import count_lines, cut
from tests.digest_rows import make_digest


def _long(lines: int) -> Digest:
    """As many results, each with its own sentence, and as many items in the appendix."""
    digest = make_digest()
    result, item = digest.results[0], digest.items[0]
    return replace(
        digest,
        results=tuple(replace(result, figure_id=f"s{n}", article_id=f"b{n}", sentence=f"Câu thứ {n} nêu số trạm.") for n in range(lines)),
        items=tuple(replace(item, article_id=f"b{n}", number=n + 1, title=f"Tin số {n} trong tuần") for n in range(lines)),
    )


def _shorten_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_MOST_HERE", 10)
    monkeypatch.setattr(pdf, "_MOST_IN_PIECE", 45)


@pytest.mark.parametrize("most", [1, 7, 45, 10_000])
def test_every_block_and_line_is_in_one_piece(most: int) -> None:
    outline = make_outline(_long(60))
    pieces = cut(outline, most)
    assert sum(piece.is_first for piece in pieces) == sum(piece.is_signed for piece in pieces) == 1
    assert pieces[0].is_first
    begun = [c.part.key for piece in pieces for c in piece.chapters if not c.is_begun]
    assert begun == [part.key for part in (*outline.parts, *outline.appendices)]
    for part in (*outline.parts, *outline.appendices):
        shares = [c.part for piece in pieces for c in piece.chapters if c.part.key == part.key]
        assert _lines(shares) == _lines([part])
    for piece in pieces:  # a block begins with one line at least
        assert sum(_size(c.part) for c in piece.chapters) <= most + sum(len(c.part.blocks) for c in piece.chapters)
    assert len(pieces) == 1 or most < count_lines(outline)


def _lines(parts: list[Any]) -> list[Any]:
    return [
        line
        for part in parts
        for block in part.blocks
        for line in (getattr(block, "groups", None) or getattr(block, "entries", None) or (block,))
    ]


def _size(part: Any) -> int:
    return sum(len(group.rows) for block in part.blocks for group in getattr(block, "groups", ())) + sum(
        len(getattr(block, "entries", ())) for block in part.blocks
    )


def test_a_long_pdf_holds_everything(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    digest = _long(60)
    at_once = render(digest, "pdf")
    whole = _texts(at_once)
    _shorten_pieces(monkeypatch)
    body = render(digest, "pdf")
    joined = _texts(body)
    assert sorted(_words(joined)) == sorted(_words(whole))
    assert len(joined) >= len(whole)
    assert [text.split()[0] for text in joined[1:]] == [str(n) for n in range(2, len(joined) + 1)]  # the number on top of each page
    assert _titles(body) == _titles(at_once)
    assert len(_titles(body)) > 12
    assert render(digest, "pdf") == body
    if shutil.which("qpdf"):
        (tmp_path / "d.pdf").write_bytes(body)
        checked = subprocess.run(["qpdf", "--check", str(tmp_path / "d.pdf")], capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stderr


def test_the_structure_of_a_joined_pdf_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    _shorten_pieces(monkeypatch)
    with pikepdf.open(io.BytesIO(render(_long(60), "pdf"))) as document:
        tree: Any = document.Root.StructTreeRoot
        numbers = list(tree.ParentTree.Nums)
        assert [int(n) for n in numbers[::2]] == list(range(int(tree.ParentTreeNextKey)))
        owners = numbers[1::2]
        for page in document.pages:
            marked = owners[int(page.obj.StructParents)]
            assert {element.Pg.objgen for element in marked if "/Pg" in element} <= {page.obj.objgen}
        notes = [note for page in document.pages for note in page.obj.get("/Annots", ())]
        assert all(owners[int(note.StructParent)].S == "/Link" for note in notes)
        assert len({int(note.StructParent) for note in notes}) == len(notes) > 60
        heads = [str(name) for name in list(tree.IDTree.Names)[::2]]
        cells = [o for o in document.objects if isinstance(o, pikepdf.Dictionary) and o.get("/S") in {"/TD", "/TH"}]
        named = {str(cell.ID) for cell in cells if "/ID" in cell}
        asked = {str(head) for cell in cells for about in cell.get("/A", ()) for head in about.get("/Headers", ())}
        assert len(heads) == len(set(heads))
        assert asked <= named == set(heads)
        assert all(child.P.objgen == tree.K[0].objgen for child in tree.K[0].K)
        assert len(tree.K) == 1


def _titles(body: bytes) -> list[str]:
    with pypdfium2.PdfDocument(body) as document:
        return [mark.get_title() for mark in document.get_toc()]


def _texts(body: bytes) -> list[str]:
    with pypdfium2.PdfDocument(body) as document:
        return [page.get_textpage().get_text_range() for page in document]


def _words(pages: list[str]) -> set[str]:
    """Sentences and titles, whatever page they stand on."""
    return set(re.findall(r"Câu thứ \d+|Tin số \d+|Phụ lục \d", " ".join(" ".join(page.split()) for page in pages)))


def test_a_mail_of_a_large_week_stays_small_and_says_so() -> None:
    mail = make_mail(_long(450))
    for text in (mail.html, mail.text):
        assert "Thư này nêu 200 dòng đầu trong" in text
        assert "Câu thứ 199 nêu" in text or "Câu thứ 198 nêu" in text
        assert "Câu thứ 300 nêu" not in text
    small = make_mail(_long(100))
    assert "Thư này nêu" not in small.html
    assert "Câu thứ 99 nêu" in small.text
