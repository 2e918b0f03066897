"""The digest as Markdown, for chats, wikis and the plain text of mails."""

from __future__ import annotations

import re
from pathlib import Path

from r57monitor.digest.model import Digest
from r57monitor.digest.outline.blocks import Outline
from r57monitor.digest.outline.parts import make_outline
from r57monitor.digest.render import render_template


def render(digest: Digest, templates: Path | None = None, outline: Outline | None = None) -> str:
    """Markdown with one blank line between blocks. templates: folder of the office's own. outline: what to print of it, None: all."""
    text = render_template("digest.md.j2", digest, folder=templates, o=outline or make_outline(digest))
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"
