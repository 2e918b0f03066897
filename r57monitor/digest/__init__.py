"""The weekly press digest: built from rows, rendered by one module a format."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from r57monitor.digest import atom, docx, html, markdown, model_json, pdf, xlsx
from r57monitor.digest.model import Digest
from r57monitor.digest.speech import speaking


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write a digest: how, what a browser or mail program calls it, and the file an office may put in its place."""

    render: Callable[..., str | bytes]  # of a Digest; with a template also of the folder that may hold the office's own
    media_type: str
    label: str
    template: str = ""


FORMATS: Mapping[str, Format] = {
    "html": Format(html.render, "text/html", "HTML", "digest.html.j2"),
    "docx": Format(docx.render, "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "Word", "digest.docx"),
    "pdf": Format(pdf.render, "application/pdf", "PDF", "digest.typ"),
    "xlsx": Format(xlsx.render, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Excel"),
    "md": Format(markdown.render, "text/markdown", "Markdown", "digest.md.j2"),
    "json": Format(model_json.render, "application/json", "JSON"),
    "atom": Format(atom.render, "application/atom+xml", "Atom"),
}


def render(digest: Digest, name: str, templates: Path | None = None) -> bytes:
    """The digest in the format of that name, as bytes. Raises KeyError for a name not in FORMATS.

    templates: folder with the office's own templates, each taken in the place of the shipped one of its name.
    """
    form = FORMATS[name]
    with speaking(digest.language):
        body = form.render(digest, templates) if form.template else form.render(digest)
    return body.encode("utf-8") if isinstance(body, str) else body
