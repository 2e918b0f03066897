"""Pages that ask for a browser or a human instead of giving their text: no article, however they answer."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources
from typing import Any

from r57monitor.models import RawPage
from r57monitor.text.normalize import fold

_HEAD = 60_000  # bytes looked at
_TITLE = re.compile(r"<title[^>]*>(.{0,200}?)</title", re.DOTALL)
_HIDDEN = re.compile(r"<(script|style|noscript|svg)\b.*?</\1\s*>|<[^>]*>|\s+", re.DOTALL)


@cache
def load_crawl_rules() -> dict[str, Any]:
    """data/crawl.toml; it never changes while the program runs."""
    return tomllib.loads((resources.files("r57monitor") / "data" / "crawl.toml").read_text("utf-8"))


def is_challenge(raw: RawPage) -> bool:
    """Whether a page is a challenge: it names itself one, or carries the mark of a known guard, and has hardly any text.

    Source: the guards of data/crawl.toml, [challenge].
    """
    if "html" not in raw.content_type.lower() and not raw.body[:300].lstrip().lower().startswith((b"<!doctype", b"<html")):
        return False
    rules = load_crawl_rules()["challenge"]
    page = fold(raw.body[:_HEAD].decode("utf-8", "replace"))
    if len(_HIDDEN.sub(" ", page)) > rules["text_at_most"]:
        return False
    found = _TITLE.search(page)
    title = found.group(1).strip() if found else ""
    return any(title.startswith(name) for name in rules["titles"]) or any(mark in page for mark in rules["marks"])
