"""Marked words as HTML and as Markdown: what the templates call a hundred thousand times for a large digest."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

from r57monitor.digest.outline.blocks import Inline
from r57monitor.wording import is_web_address

_MD_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~])")
_HTML = {"strong": ("<b>", "</b>"), "mark": ("<mark>", "</mark>"), "quiet": ('<span class="quiet">', "</span>"),
         "id": ('<span class="id">', "</span>"), "": ("", "")}  # fmt: skip


def mark_html(inline: Inline) -> Markup:
    """Runs as HTML; their text is escaped, only web addresses become links."""
    told = []
    for run in inline:
        start, end = _HTML[run.manner]
        words = f"{start}{escape(run.text)}{end}"
        told.append(f'<a href="{escape(run.url)}">{words}</a>' if is_web_address(run.url) else words)
    return Markup("".join(told))  # noqa: S704 (every piece is escaped above)


def mark_markdown(inline: Inline) -> str:
    """Runs as Markdown: links, and the strong and the marked words in bold. Spaces at the ends of words stay outside of marks."""
    told = []
    for run in inline:
        words = escape_markdown(run.text)
        before, after = _edges(run.text)
        if is_web_address(run.url):
            words = f"[{words}]({quote_address(run.url)})"
        elif run.manner in {"strong", "mark"} and words:
            words = f"**{words}**"
        told.append(f"{before}{words}{after}")
    return "".join(told)


def escape_markdown(text: str) -> str:
    """Page text that Markdown shows as it is, on one line."""
    return _MD_SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _edges(text: str) -> tuple[str, str]:
    """The space before and after words."""
    return (" " if text[:1].isspace() else "", " " if text[-1:].isspace() and text.strip() else "")


def quote_address(url: str) -> str:
    """An address as it stands in Markdown's round brackets."""
    return "".join(f"%{ord(c):02X}" if c in "()<> \\" else c for c in url)
