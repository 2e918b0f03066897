"""The digest as one page that needs nothing beside itself: screen, A4 print and mail."""

from __future__ import annotations

from markupsafe import Markup

from r57monitor.digest.model import Digest
from r57monitor.digest.render import describe_method, render_template


def render(digest: Digest) -> str:
    """HTML document; the map is the program's own SVG, all page text is escaped."""
    return render_template("digest.html.j2", digest, map_svg=Markup(digest.map_svg), method=describe_method(digest))  # noqa: S704 (drawn by charts.py)
