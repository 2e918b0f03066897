"""The headline of a text without markup."""

from __future__ import annotations

from collections.abc import Sequence

from r57monitor.text.boilerplate import is_chrome_line, is_tail_heading, line_key, load_boilerplate
from r57monitor.text.normalize import fold

_HEAD_LINES = 40
_TITLE_LENGTH = (20, 400)
_PROSE_LENGTH = 150


def find_text_title(lines: Sequence[str], list_title: str | None = None) -> tuple[str | None, int]:
    """The headline and the index of the line after it; (None, 0) where the text begins with its prose.

    lines: normalized, without empty ones. The headline is the line that the list named, else the longest line without a full stop
    before the first paragraph of prose or the first table row, chrome aside; lines before it are a page's header.
    """
    wanted = line_key(list_title) if list_title else ""
    best: int | None = None
    for place, line in enumerate(lines[:_HEAD_LINES]):
        if wanted and line_key(line) == wanted:
            return line, place + 1
        if is_chrome_line(line) or is_tail_heading(line) or _is_site_line(line):
            continue
        prose = len(line) >= _PROSE_LENGTH and line.rstrip()[-1:] in ".;:…”"
        if prose or " | " in line or line.startswith("|"):
            break
        if not _TITLE_LENGTH[0] <= len(line) <= _TITLE_LENGTH[1] or line.rstrip()[-1:] in ".;,:":
            continue
        if best is None or len(line) > len(lines[best]):
            best = place
    return (None, 0) if best is None else (lines[best], best + 1)


def _is_site_line(line: str) -> bool:
    folded = " ".join(fold(line).split())
    return bool(load_boilerplate().edge.fullmatch(folded)) or folded.startswith(("cong hoa xa hoi", "doc lap - tu do"))
