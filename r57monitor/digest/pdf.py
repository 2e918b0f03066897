"""The digest as PDF by Typst: one wheel, no system library; fonts that ship with the program, tagged for screen readers (PDF/UA-1)."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, time
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from r57monitor.digest.clean import clean_text
from r57monitor.digest.model import Chart, Digest
from r57monitor.digest.outline.parts import make_outline
from r57monitor.digest.outline.shorten import shorten
from r57monitor.digest.outline.words import WORDS
from r57monitor.errors import R57Error, UsageError
from r57monitor.wording import is_web_address

TEMPLATE = "digest.typ"
_FONT = "Liberation Serif"
_STANDARD = "ua-1"
# Lines of a part. Typst lays a document out in memory: 5,000 articles with 8,000 figures took 2.6 GB whole, 560 MB cut like this.
_MOST_LINES = 1_000


def render(digest: Digest, templates: Path | None = None) -> bytes:
    """PDF with bookmarks; the same digest gives the same bytes on every machine, for no font of the machine is used.

    A part with more than a thousand lines is cut and says so. templates: folder that may hold the office's own digest.typ.
    Raises R57Error where the extra is not installed, UsageError naming the office's template where that is wrong.
    """
    typst = _load_typst()
    own = templates / TEMPLATE if templates else None
    is_own = own is not None and own.is_file()
    source = (
        own.read_bytes() if own is not None and is_own else (resources.files("r57monitor.digest") / "templates" / TEMPLATE).read_bytes()
    )
    inputs = {
        "outline": json.dumps(_plain(shorten(make_outline(digest), _MOST_LINES)), ensure_ascii=False),
        "words": json.dumps(_words(), ensure_ascii=False),
    }
    try:
        compiler = typst.Compiler(source, root=str(templates) if is_own else None, font_paths=_load_fonts(), sys_inputs=inputs)
        made: bytes = compiler.compile(format="pdf", pdf_standards=[_STANDARD], timestamp=_stamp(digest))
    except typst.TypstError as error:
        if not is_own:
            raise
        raise UsageError(f"{own}: {error.message}; mend it, or take it away to use the shipped one.") from error
    return made


def _load_typst() -> Any:
    try:
        import typst
    except ModuleNotFoundError as error:
        raise R57Error("PDF needs the extra `pdf`: pip install 'r57monitor[pdf]' (or leave pdf out of --format).") from error
    return typst


@lru_cache(maxsize=1)
def _load_fonts() -> Any:
    """The shipped fonts and those in the wheel, never those of the machine."""
    folder = resources.files("r57monitor") / "data" / "fonts"
    return _load_typst().Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[Path(str(folder))])


def _stamp(digest: Digest) -> datetime:
    """Time of creation: of the digest, not of this run."""
    return datetime.combine(digest.masthead.day or digest.period.end, time(), UTC)


def _words() -> dict[str, str]:
    names = {
        "editor": "digest_text.editor",
        "recipients": "digest_head.recipients",
        "filed": "digest_head.filed",
        "appendix": "digest_part.appendix",
    }
    return {name: WORDS.words[key] for name, key in names.items()}


def _plain(value: Any) -> Any:
    """Values that JSON holds; blocks name their kind, pictures are SVG drawn with the document's font."""
    if isinstance(value, Chart):
        svg = value.svg.replace('font-family="sans-serif"', f'font-family="{_FONT}"')
        return {"key": value.key, "title": clean_text(value.title), "text": clean_text(value.text), "svg": svg}
    if is_dataclass(value):
        made = {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
        if "url" in made and not is_web_address(made["url"]):
            made["url"] = ""
        return made | ({"kind": value.kind} if hasattr(value, "kind") else {})
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return clean_text(value) if isinstance(value, str) else value
