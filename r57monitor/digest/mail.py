"""The digest as a mail: HTML with its CSS in each element, as mail programs want it, and a plain text beside it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import css_inline

from r57monitor.digest import markdown
from r57monitor.digest.html import TEMPLATE, picture_in_page
from r57monitor.digest.model import Digest
from r57monitor.digest.outline.parts import make_outline, make_title
from r57monitor.digest.outline.shorten import shorten
from r57monitor.digest.render import render_template
from r57monitor.digest.speech import speaking

_MOST_LINES = 200  # of a part: servers refuse mails of many megabytes, and programs cut long ones off without a word


@dataclass(frozen=True, slots=True)
class MailBody:
    """What a mail of a digest says; `build_mail` of r57monitor.delivery.message makes the pictures parts of the mail."""

    subject: str
    html: str
    text: str  # for programs and people that read no HTML


def make_mail(digest: Digest, templates: Path | None = None) -> MailBody:
    """Subject, HTML and text; the same digest gives the same mail. templates: folder of the office's own."""
    with speaking(digest.language):
        return _make_mail(digest, templates)


def _make_mail(digest: Digest, templates: Path | None) -> MailBody:
    outline = shorten(make_outline(digest), _MOST_LINES, "cut_mail")
    page = render_template(TEMPLATE, digest, folder=templates, o=outline, is_mail=True, picture=picture_in_page)
    limit = f" – {digest.province}" if digest.province else ""
    return MailBody(
        subject=" ".join(f"{make_title(digest)}{limit} ({digest.masthead.unit})".split()),
        html=inline_css(page),
        text=markdown.render(digest, templates, outline),
    )


def inline_css(page: str) -> str:
    """The page with each rule written into the elements it is for; rules for narrow, dark and print stay in its head."""
    inliner = css_inline.CSSInliner(keep_style_tags=False, keep_at_rules=True, load_remote_stylesheets=False)
    made = str(inliner.inline(page))
    for charset in ('<meta charset="utf-8">', '<meta charset="utf-8"/>'):  # what is kept goes to the top, where the charset belongs
        made = made.replace(charset, "", 1)
    return made.replace("<head>", '<head><meta charset="utf-8">', 1)
