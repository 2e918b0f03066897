"""The Jinja environment that all text formats share; an office's own templates stand before the shipped ones."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import BaseLoader, ChoiceLoader, Environment, FileSystemLoader, PackageLoader, StrictUndefined, TemplateError, select_autoescape
from jinja2.exceptions import TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from r57monitor.digest.clean import drop_forbidden
from r57monitor.digest.marked import escape_markdown, mark_html, mark_markdown, quote_address
from r57monitor.digest.model import Digest
from r57monitor.digest.outline.blocks import Group
from r57monitor.digest.speech import WORDS, format_number, speaking
from r57monitor.errors import UsageError
from r57monitor.wording import format_day, format_instant, is_web_address


@lru_cache(maxsize=4)
def _environment(folder: Path | None) -> Environment:
    loaders: list[BaseLoader] = [PackageLoader("r57monitor.digest")]
    if folder is not None:
        loaders.insert(0, FileSystemLoader(folder))
    make = Environment if folder is None else ImmutableSandboxedEnvironment  # a large digest takes twice as long in the sandbox
    env = make(
        loader=ChoiceLoader(loaders),
        cache_size=400 if folder is None else 0,  # a file put into the folder counts at once
        autoescape=select_autoescape(enabled_extensions=("html.j2",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    env.filters.update(
        day=format_day, instant=format_instant, num=format_number, md=escape_markdown, address=_address, bodies=_bodies, percent=_percent,
        marked=mark_html, md_marked=mark_markdown, md_url=quote_address,
    )  # fmt: skip
    env.globals["word"] = WORDS.of
    return env


def _percent(share: float) -> str:
    return format_number(round(share * 100, 1)) + "%"


def _bodies(groups: Sequence[Group]) -> list[list[Group]]:
    """Groups of rows as table bodies: one with its proof stands alone, those without stand together."""
    found: list[list[Group]] = []
    for group in groups:
        is_alone = bool(group.evidence or group.note)
        if is_alone or not found or found[-1][0].evidence or found[-1][0].note:
            found.append([group])
        else:
            found[-1].append(group)
    return found


def _address(url: str) -> str:
    """The address where it may be linked, else nothing."""
    return url if is_web_address(url) else ""


def render_template(name: str, digest: Digest, *, folder: Path | None = None, **more: Any) -> str:
    """A template filled with the digest `d`, the office's own where its folder has one of that name.

    Raises UsageError with file and line where a template of the office is wrong.
    """
    folder = folder if folder is not None and any(folder.glob("digest.*")) | any(folder.glob("*.j2")) else None
    try:
        with speaking(digest.language):
            return drop_forbidden(_environment(folder).get_template(name).render(d=digest, language=digest.language, **more))
    except TemplateError as error:
        if folder is None or not (folder / name).is_file():
            raise
        line = f", line {error.lineno}" if isinstance(error, TemplateSyntaxError) else ""
        raise UsageError(f"{folder / name}{line}: {error.message or error}; mend it, or take it away to use the shipped one.") from error


def describe_method(digest: Digest) -> list[str]:
    """The note on method, one sentence or two a line, the same in every format."""
    return render_template("method.en.txt.j2" if digest.language == "en" else "method.txt.j2", digest).strip().split("\n")
