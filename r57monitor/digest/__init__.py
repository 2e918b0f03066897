"""The weekly press digest: built from rows, rendered by one module a format."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from r57monitor.digest import docx, html, markdown, model_json
from r57monitor.digest.model import Digest


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write a digest: how, and what a browser or mail program calls it."""

    render: Callable[[Digest], str | bytes]
    media_type: str
    label: str


FORMATS: Mapping[str, Format] = {
    "html": Format(html.render, "text/html", "HTML"),
    "docx": Format(docx.render, "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "Word"),
    "md": Format(markdown.render, "text/markdown", "Markdown"),
    "json": Format(model_json.render, "application/json", "JSON"),
}


def render(digest: Digest, name: str) -> bytes:
    """The digest in the format of that name, as bytes. Raises KeyError for a name not in FORMATS."""
    body = FORMATS[name].render(digest)
    return body.encode("utf-8") if isinstance(body, str) else body
