"""What can be clicked on a page, where that leads, and the headline that the links to one article bear."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from r57monitor.text.normalize import fold
from r57monitor.text.page_meta import one_line
from r57monitor.text.urls import load_url_rules

_ANCHOR_LENGTH = 400  # of headline and teaser
_HEADLINE_LENGTH = 160
_MARKS = " .:>»"  # around a link's words
_HEADINGS = ("h1", "h2", "h3", "h4", "h5")
_CLICK = re.compile(
    r"\blocation(?:\.href)?\s*=\s*[\"'](?P<set>[^\"'<>]{1,1000})[\"']|(?:\blocation\.(?:replace|assign)|\bwindow\.open)\(\s*[\"'](?P<called>[^\"'<>]{1,1000})[\"']"
)


@dataclass(frozen=True, slots=True)
class Anchor:
    """A link to an article, with its words on one line. in_heading: it stands in a heading, or holds one."""

    url: str
    text: str
    element: Any
    in_heading: bool


def iterate_hrefs(tree: Any) -> Iterator[tuple[Any, str]]:
    """What can be clicked, and where that leads as it is written."""
    for element in tree.iter("a"):
        href = (element.get("href") or "").strip()
        if not href or href.startswith(("#", "javascript:")):
            href = _clicked(element)
        if href:
            yield element, href
    for element in tree.xpath("//*[@onclick and not(self::a)]"):
        if href := _clicked(element):
            yield element, href


def _clicked(element: Any) -> str:
    """Where a click leads on what is no plain link: by an attribute for the page's script, or by the script on it; "" if nowhere."""
    named = next((value for name in load_url_rules().candidate["link_attributes"] if (value := element.get(name))), "")
    if not named and (found := _CLICK.search(element.get("onclick") or "")):
        named = found["set"] or found["called"]
    return named.strip() if "/" in named or "." in named else ""


def read_anchor(element: Any, url: str) -> Anchor:
    """The link that an element is. url: where it leads."""
    heading = element.getparent() is not None and element.getparent().tag in _HEADINGS
    inside = None if element.tag == "a" else next(element.iter(*_HEADINGS), None)  # of an item that can be clicked as a whole
    named = element if inside is None else inside
    text = named.text_content() if len(named) else named.text or ""
    return Anchor(url, one_line(text) or "", element, heading or inside is not None)


def best_title(anchors: Sequence[Anchor]) -> str | None:
    """An article's headline as the links to it say, together; None where they only say "read on" or the like."""
    best = next(_choose_titles(anchors), None)
    if best is not None and best.endswith(("...", "…")):
        start = best.rstrip(".… ")
        return next((text for text in (*_attributes(anchors), *_alts(anchors)) if text.startswith(start)), best)
    return best


def _choose_titles(anchors: Sequence[Anchor]) -> Iterator[str]:
    """What may be an article's headline, the surest first."""
    yield from (a.text for a in anchors if a.in_heading and _is_useful(a.text))
    text = next((a.text for a in anchors if len(a.text) <= _ANCHOR_LENGTH and _is_useful(a.text)), None)
    # An anchor that wraps a whole item holds headline and teaser: the title attribute, if it is there, is the headline.
    if text is not None and len(text) <= _HEADLINE_LENGTH:
        yield text
    yield from _attributes(anchors)
    if text is not None:
        yield text
    yield from _alts(anchors)


def _attributes(anchors: Sequence[Anchor]) -> Iterator[str]:
    return (title for a in anchors if (title := one_line(a.element.get("title"))) and _is_useful(title))


def _alts(anchors: Sequence[Anchor]) -> Iterator[str]:
    return (alt for a in anchors for image in a.element.iter("img") if (alt := one_line(image.get("alt"))) and _is_useful(alt))


def _is_useful(text: str) -> bool:
    """Whether a link's words name what it leads to. text: one line."""
    words = text.split()
    if len(words) < 2:
        return False
    empty, longest = _empty_titles()
    return len(text.strip(_MARKS)) > longest or " ".join(fold(text).split()).strip(_MARKS) not in empty


@cache
def _empty_titles() -> tuple[frozenset[str], int]:
    """Words of links that name no article, and the length of the longest."""
    titles = load_url_rules().candidate["empty_titles"]
    return frozenset(titles), max(map(len, titles))
