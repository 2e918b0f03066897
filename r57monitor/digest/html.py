"""The digest as one page that needs nothing beside itself: screen, narrow screen, dark screen and A4 print."""

from __future__ import annotations

import base64
from pathlib import Path

from r57monitor.digest.model import Chart, Digest
from r57monitor.digest.outline.parts import make_outline
from r57monitor.digest.outline.shorten import shorten
from r57monitor.digest.render import render_template
from r57monitor.digest.speech import speaking

TEMPLATE = "digest.html.j2"


def render(digest: Digest, templates: Path | None = None) -> str:
    """HTML document with its pictures in it; all page text is escaped. templates: folder of the office's own."""
    return render_template(TEMPLATE, digest, folder=templates, o=make_outline(digest), is_mail=False, picture=picture_in_page)


def render_first(digest: Digest, most: int, templates: Path | None = None) -> str:
    """The same page with the first lines of each part only, to look at before the whole is taken away."""
    with speaking(digest.language):
        outline = shorten(make_outline(digest), most, "cut_page")
        return render_template(TEMPLATE, digest, folder=templates, o=outline, is_mail=False, picture=picture_in_page)


def picture_in_page(chart: Chart) -> str:
    """Address of a picture that is in the page itself."""
    return f"data:image/png;base64,{base64.b64encode(chart.png).decode('ascii')}"
