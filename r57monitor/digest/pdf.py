"""The digest as PDF by Typst: one wheel, no system library; fonts that ship with the program, tagged for screen readers (PDF/UA-1)."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, time
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from r57monitor.digest.clean import clean_text
from r57monitor.digest.model import Chart, Digest
from r57monitor.digest.outline.blocks import Outline, Run
from r57monitor.digest.outline.parts import make_outline
from r57monitor.digest.outline.pieces import Piece, count_lines, cut
from r57monitor.digest.outline.shorten import shorten
from r57monitor.digest.speech import WORDS
from r57monitor.errors import R57Error, UsageError
from r57monitor.typeset import LETTERS, MOST_PIECES, TypesetError, compile_here, replace_missing, run_apart
from r57monitor.wording import is_web_address

TEMPLATE = "digest.typ"
_FONT = "Liberation Serif"
# Typst lays a document out in memory, some 200 kB a line: 5,000 articles with 14,000 figures would take 5 GB.
_MOST_LINES = 1_000  # of a part in the office's own template, which knows no pieces
_MOST_HERE = 400  # lines of a digest that is typeset in this process
_MOST_IN_PIECE = 2_000
_FONTS: dict[str, Any] = {}  # those of the wheel and of the program, read once


def render(digest: Digest, templates: Path | None = None) -> bytes:
    """PDF with bookmarks; the same digest gives the same bytes on every machine, for no font of the machine is used.

    A long digest is typeset in pieces, each in a process of its own, and joined. In an office's own template a part with more than a
    thousand lines is cut and says so. templates: folder that may hold the office's own digest.typ.
    Raises R57Error where the extra is not installed, UsageError naming the office's template where that is wrong.
    """
    own = templates / TEMPLATE if templates else None
    outline = make_outline(digest)
    try:
        if own is not None and own.is_file():
            inputs = _inputs(_plain(shorten(outline, _MOST_LINES)))
            return compile_here(own.read_bytes(), inputs, fonts=_font_folder(), stamp=_stamp(digest), root=templates, cache=_FONTS)
        if count_lines(outline) <= _MOST_HERE:
            return compile_here(
                _template().read_bytes(), _inputs(_plain(outline)), fonts=_font_folder(), stamp=_stamp(digest), cache=_FONTS
            )
        return _typeset_apart(outline, _stamp(digest))
    except ModuleNotFoundError as error:
        raise R57Error("PDF needs the extra `pdf`: pip install 'r57monitor[pdf]' (or leave pdf out of --format).") from error
    except TypesetError as error:
        if own is not None and own.is_file():
            raise UsageError(f"{own}: {error}; mend it, or take it away to use the shipped one.") from error
        raise R57Error(f"the PDF cannot be typeset: {error}.") from error


def _typeset_apart(outline: Outline, stamp: datetime) -> bytes:
    most = max(_MOST_IN_PIECE, -(-count_lines(outline) // (MOST_PIECES - len(outline.parts) - len(outline.appendices))))
    with TemporaryDirectory(prefix="r57-digest-") as name, resources.as_file(_template()) as source:
        folder, page = Path(name), 1
        made: list[Path] = []
        for n, piece in enumerate(cut(outline, most)):
            out = folder / f"{n}.pdf"
            job = {"source": str(source), "fonts": str(_font_folder()), "stamp": stamp.isoformat(), "letter": LETTERS[n], "out": str(out)}
            page += int(run_apart(job | {"inputs": _inputs(_plain_piece(outline, piece, page))}, folder)["pages"])
            made.append(out)
        whole = folder / "whole.pdf"
        run_apart({"pieces": [str(file) for file in made], "out": str(whole)}, folder)
        return whole.read_bytes()


def _plain_piece(outline: Outline, piece: Piece, page: int) -> dict[str, Any]:
    """An outline of its own for the template, and what is different in it."""
    parts = tuple(c.part for c in piece.chapters if not c.is_appendix)
    appendices = tuple(c.part for c in piece.chapters if c.is_appendix)
    begun = [c.part.key for c in piece.chapters if c.is_begun]
    told = {"page": page, "is_first": piece.is_first, "is_signed": piece.is_signed, "begun": begun}
    shown: dict[str, Any] = _plain(replace(outline, parts=parts, appendices=appendices))
    return shown | {"piece": told}


def _inputs(outline: Any) -> dict[str, str]:
    told = replace_missing(json.dumps(outline, ensure_ascii=False), _font_folder(), _FONTS)
    return {"outline": told, "words": json.dumps(_words(), ensure_ascii=False)}


def _template() -> Traversable:
    return resources.files("r57monitor.digest") / "templates" / TEMPLATE


def _font_folder() -> Path:
    return Path(str(resources.files("r57monitor") / "data" / "fonts"))


def _stamp(digest: Digest) -> datetime:
    """Time of creation: of the digest, not of this run."""
    return datetime.combine(digest.masthead.day or digest.period.end, time(), UTC)


def _words() -> dict[str, str]:
    names = {
        "language": "digest_head.language",
        "editor": "digest_text.editor",
        "recipients": "digest_head.recipients",
        "filed": "digest_head.filed",
        "appendix": "digest_part.appendix",
    }
    return {name: WORDS(key) for name, key in names.items()}


def _plain(value: Any) -> Any:
    """Values that JSON holds; blocks name their kind, pictures are SVG drawn with the document's font."""
    if isinstance(value, Run):
        return {"text": clean_text(value.text), "manner": value.manner, "url": value.url if is_web_address(value.url) else ""}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, Chart):
        svg = value.svg.replace('font-family="sans-serif"', f'font-family="{_FONT}"')
        return {"key": value.key, "title": clean_text(value.title), "text": clean_text(value.text), "svg": svg}
    if is_dataclass(value):
        made = {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
        return made | ({"kind": value.kind} if hasattr(value, "kind") else {})
    return value
