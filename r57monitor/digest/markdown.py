"""The digest as Markdown, for chats, wikis and mail."""

from __future__ import annotations

import re

from r57monitor.digest.model import Digest
from r57monitor.digest.render import describe_method, render_template


def render(digest: Digest) -> str:
    """Markdown with one blank line between blocks."""
    return re.sub(r"\n{3,}", "\n\n", render_template("digest.md.j2", digest, method=describe_method(digest))).strip() + "\n"
