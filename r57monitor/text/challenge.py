"""Pages that stand in the place of others (challenges, log-ins, missing pages): no article, however they answer."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources
from typing import Any
from urllib.parse import urlsplit

from r57monitor.models import RawPage
from r57monitor.text.html_tree import without_elements
from r57monitor.text.normalize import fold

_HEAD = 60_000  # bytes looked at
_PIECE = 4_000  # letters of markup that are made text at once
_FIRST_WORDS = 300  # letters of a text that say what the page is, where it has no title
# None of these looks past the next tag: thousands of tags that never close would cost a second each time.
_TITLE = re.compile(r"<title[^<>]*>(.{0,200}?)</title", re.DOTALL)
_HEADING = re.compile(r"<h[12]\b[^<>]*>(.{0,400}?)</h[12]", re.DOTALL)
_HIDDEN = re.compile(r"<(script|style|noscript|svg)\b")
_TAG = re.compile(r"<[^<>]*>")


@cache
def load_crawl_rules() -> dict[str, Any]:
    """data/crawl.toml; it never changes while the program runs."""
    return tomllib.loads((resources.files("r57monitor") / "data" / "crawl.toml").read_text("utf-8"))


def find_stand_in(raw: RawPage) -> str | None:
    """What stands in the place of a page; None for its own.

    One of "challenge", "login", "maintenance", "no_site", "region", "broken" and "not_found".

    A challenge names itself one, or carries the mark of a known guard, and has hardly any text. A login page asks for a password
    and has hardly any text. A closed site says that it is being worked on and when to come back, and nothing else.
    A site that is gone (a domain for sale, an account suspended, a server's own first page) and one that is not shown in this country
    have a few words only, which say so. A missing page says so in its title or headline, or in its few words, whatever its status.
    Source: the guards and phrases of data/crawl.toml, [challenge], [login], [maintenance], [no_site], [region], [broken] and [not_found].
    """
    if not _is_html(raw):
        return None
    rules = load_crawl_rules()
    page = fold(raw.body[:_HEAD].decode("utf-8", "replace"))
    names = [_shown(found) for found in (*_TITLE.findall(page)[:1], *_HEADING.findall(page)[:2])]
    text = _shown(page, _most_telling())
    length = len(text)
    is_short = length <= rules["challenge"]["text_at_most"]
    if (is_short and _is_guard(page, names[:1], length, rules["challenge"])) or _is_wordy_guard(
        page, names[:1], length, rules["challenge"]
    ):
        return "challenge"
    if is_short and 'type="password"' in page.replace("'", '"') and _is_login(raw.url, names, rules["login"]):
        return "login"
    if _is_closed(names, text, rules["maintenance"]):
        return "maintenance"
    for kind in ("no_site", "region", "broken"):
        if _is_notice(names, text, rules[kind]):
            return kind
    phrases = rules["not_found"]["phrases"]
    if any(_says(name, phrases) for name in names) or (is_short and any(phrase in text for phrase in rules["not_found"]["sentences"])):
        return "not_found"
    return None


def _is_html(raw: RawPage) -> bool:
    start = raw.body[:300].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<?xml", b"<rss", b"<feed", b"<urlset", b"<sitemapindex", b"%pdf", b"pk\x03\x04")):
        return False
    return "html" in raw.content_type.lower() or start.startswith((b"<!doctype html", b"<html"))


@cache
def _most_telling() -> int:
    """Letters of a text beyond which no rule asks how long it is, or what it says."""
    kinds = [rules for rules in load_crawl_rules().values() if isinstance(rules, dict)]
    return max(int(value) for rules in kinds for name, value in rules.items() if name.endswith("text_at_most"))


def visible_text(markup: str) -> str:
    """The words of markup that people see, roughly: what stands outside tags, scripts, styles and pictures."""
    return _words_of(without_elements(markup, _HIDDEN, " "), None)


def _shown(folded: str, most: int | None = None) -> str:
    """The same of markup in small letters. most: letters that are enough; of a longer text not much more comes back."""
    return _words_of(without_elements(folded, _HIDDEN, " ", folded), most)


def _words_of(markup: str, most: int | None) -> str:
    words: list[str] = []
    letters = at = 0
    while at < len(markup) and (most is None or letters <= most):
        end = markup.find("<", at + _PIECE) if most is not None else -1
        end = end if end >= 0 else len(markup)
        found = _TAG.sub(" ", markup[at:end]).split()
        words += found
        letters, at = letters + sum(map(len, found)) + len(found), end
    return " ".join(words)


def _is_guard(page: str, title: list[str], length: int, rules: dict[str, Any]) -> bool:
    marks = [*rules["marks"], *(rules["faint_marks"] if length <= rules["faint_text_at_most"] else [])]
    return any(name.startswith(known) for name in title for known in rules["titles"]) or any(mark in page for mark in marks)


def _is_wordy_guard(page: str, title: list[str], length: int, rules: dict[str, Any]) -> bool:
    """Whether a page of more words is a guard's: its title says nothing else, and it has a mark of one."""
    if length > rules["wordy_text_at_most"] or not any(_says(name, rules["titles"]) for name in title):
        return False
    return any(mark in page for mark in (*rules["marks"], *rules["faint_marks"]))


def _is_login(url: str, names: list[str], rules: dict[str, Any]) -> bool:
    path = urlsplit(url).path.lower()
    return any(part in path for part in rules["paths"]) or any(word in name for name in names for word in rules["words"])


def _is_closed(names: list[str], text: str, rules: dict[str, Any]) -> bool:
    if len(text) > rules["text_at_most"] or not any(word in text for word in rules["later"]):
        return False
    return any(word in part for part in (*names, text[:_FIRST_WORDS]) for word in rules["words"])


def _is_notice(names: list[str], text: str, rules: dict[str, Any]) -> bool:
    """Whether a page of a few words says one thing only: in its title or headline, or anywhere."""
    if len(text) > rules["text_at_most"]:
        return False
    return any(_says(name, rules["phrases"]) for name in names) or any(sentence in text for sentence in rules["sentences"])


def _says(name: str, phrases: list[str]) -> bool:
    """Whether a title or headline says nothing but the phrase; a site's own name may stand beside it."""
    parts = [part.strip(" .!-:") for part in re.split(r"\s[|–—-]\s|[|»]", name)]
    return any(
        part == phrase or (len(phrase) > 3 and part.startswith(phrase) and len(part) <= len(phrase) + 30)
        for part in parts
        for phrase in phrases
    )
