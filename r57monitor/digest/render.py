"""The Jinja environment that all text formats share: filters for days, numbers and marked sentences."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from r57monitor.digest.model import Digest, FigureLine
from r57monitor.wording import format_day, format_instant, format_number, is_web_address, load_texts

_MD_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~])")


@lru_cache(maxsize=1)
def _environment() -> Environment:
    env = Environment(
        loader=PackageLoader("r57monitor.digest"),
        autoescape=select_autoescape(enabled_extensions=("html.j2",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    env.filters.update(
        day=format_day,
        instant=format_instant,
        num=format_number,
        marked=_marked,
        md=escape_markdown,
        address=_address,
        same_proof=_same_proof,
    )
    env.filters["percent"] = lambda share: format_number(round(share * 100, 1)) + "%"
    env.globals["word"] = load_texts("vi").of
    return env


def _marked(sentence: str, mentions: Sequence[str]) -> Markup:
    """Sentence as HTML with the first place of each mention marked; everything else escaped."""
    spans = sorted((at, at + len(m)) for m in dict.fromkeys(mentions) if m and (at := sentence.find(m)) >= 0)
    shown, end = Markup(""), 0
    for start, stop in spans:
        if start >= end:
            shown += escape(sentence[end:start]) + Markup("<mark>") + escape(sentence[start:stop]) + Markup("</mark>")
            end = stop
    return shown + escape(sentence[end:])


def _same_proof(lines: Sequence[FigureLine]) -> list[list[FigureLine]]:
    """Lines one after another that one sentence proves, together: the sentence is printed once."""
    return [list(group) for _, group in groupby(lines, key=lambda f: (f.province, f.article_id, f.sentence))]


def _address(url: str) -> str:
    """The address where it may be linked, else nothing."""
    return url if is_web_address(url) else ""


def escape_markdown(text: str) -> str:
    """Page text that Markdown shows as it is, on one line."""
    return _MD_SPECIAL.sub(r"\\\1", " ".join(text.split()))


def render_template(name: str, digest: Digest, **more: Any) -> str:
    """A template of digest/templates filled with the digest."""
    return _environment().get_template(name).render(d=digest, **more)


def describe_method(digest: Digest) -> list[str]:
    """The note on method, one sentence or two a line, the same in every format."""
    return render_template("method.txt.j2", digest).strip().split("\n")
