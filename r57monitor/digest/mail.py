"""The digest as a mail: HTML with its CSS in each element, as mail programs want it, pictures by Content-ID, and a plain text beside it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

import css_inline

from r57monitor.digest import markdown
from r57monitor.digest.html import TEMPLATE
from r57monitor.digest.model import Chart, Digest
from r57monitor.digest.outline.parts import make_outline, make_title
from r57monitor.digest.render import render_template


@dataclass(frozen=True, slots=True)
class Image:
    """A picture of the mail: the HTML asks for it as "cid:<cid>"; a MIME part of its own has the header Content-ID: <cid>."""

    cid: str
    file_name: str
    alt: str
    png: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class MailBody:
    """What a mail of a digest is made of."""

    subject: str
    html: str
    text: str  # for programs and people that read no HTML
    images: tuple[Image, ...]


def make_mail(digest: Digest, templates: Path | None = None) -> MailBody:
    """Subject, HTML, text and pictures; the same digest gives the same mail. templates: folder of the office's own.

    Pictures are parts of the mail (Content-ID), since several mail programs show no data: addresses.
    """
    outline = make_outline(digest)
    images = {chart.key: _make_image(chart) for chart in digest.charts}
    page = render_template(
        TEMPLATE, digest, folder=templates, o=outline, is_mail=True, picture=lambda chart: f"cid:{images[chart.key].cid}"
    )
    limit = f" – {digest.province}" if digest.province else ""
    return MailBody(
        subject=" ".join(f"{make_title(digest)}{limit} ({digest.masthead.unit})".split()),
        html=inline_css(page),
        text=markdown.render(digest, templates),
        images=tuple(images.values()),
    )


def inline_css(page: str) -> str:
    """The page with each rule written into the elements it is for; rules for narrow, dark and print stay in its head."""
    inliner = css_inline.CSSInliner(keep_style_tags=False, keep_at_rules=True, load_remote_stylesheets=False)
    made = str(inliner.inline(page))
    for charset in ('<meta charset="utf-8">', '<meta charset="utf-8"/>'):  # what is kept goes to the top, where the charset belongs
        made = made.replace(charset, "", 1)
    return made.replace("<head>", '<head><meta charset="utf-8">', 1)


def _make_image(chart: Chart) -> Image:
    digest = hashlib.blake2b(chart.png, digest_size=12).hexdigest()
    return Image(cid=f"{chart.key}.{digest}@r57monitor", file_name=f"{chart.key}.png", alt=f"{chart.title}. {chart.text}", png=chart.png)
