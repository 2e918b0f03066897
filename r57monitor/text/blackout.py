"""Blacks out persons' names in texts, letter for letter, so that every span in the text stays where it was."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from r57monitor.text.normalize import fold, normalize_tones

BLACK = "█"

_WORD = r"[^\W_]"
_BLOCK = "address|article|aside|blockquote|br|caption|dd|div|dl|dt|h[1-6]|hr|li|main|nav|ol|option|p|section|table|tbody|td|th|title|tr|ul"
_TOKEN = re.compile(
    r"(?P<tag></?[a-zA-Z][^<>]*>)|(?P<mark><!--|-->|<!\[CDATA\[|\]\]>)|(?P<entity>&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]\w{1,30});)|"
    r"(?P<escape>\\u[0-9a-fA-F]{4})|(?P<char>.[\u0300-\u036f]*)",
    re.DOTALL,
)
_PARTS_LINES = re.compile(rf"</?(?:{_BLOCK})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Blackout:
    """Names that must not be read: NFC, at least two words or one long one (see `check_name`)."""

    names: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.names)

    def find(self, text: str, *, any_accents: bool = False) -> list[tuple[int, int]]:
        """Spans of the names in a text (NFC), in order: with their accents, or written without any.

        any_accents: also under wrong accents, for texts that were garbled against copying.
        """
        if not self.names or not text:
            return []
        low = fold(text)
        toned = normalize_tones(text).lower()
        if len(toned) != len(text):  # a few letters grow ("İ")
            toned = "".join(c.lower() if len(c.lower()) == 1 else c for c in normalize_tones(text))
        found = {
            match.span()
            for name in self.names
            for match in _pattern(fold(name)).finditer(low)
            if any_accents
            or _flat(toned[slice(*match.span())]) == _flat(normalize_tones(name).lower())
            or text[slice(*match.span())].isascii()
        }
        return sorted(found)

    def apply(self, text: str, *, any_accents: bool = False) -> str:
        """The text with the names blacked out; same length."""
        spans = self.find(text, any_accents=any_accents)
        if not spans:
            return text
        parts: list[str] = []
        position = 0
        for start, end in spans:
            start = max(start, position)
            parts.extend((text[position:start], BLACK * max(0, end - start)))
            position = max(position, end)
        return "".join((*parts, text[position:]))

    def apply_to_markup(self, markup: str) -> str:
        """HTML or XML with the names blacked out, also where entities, tags or decomposed letters stand in them."""
        if not self.names or not self._may_hold(markup):
            return markup
        plain, ranges = _flatten(markup)
        replaced: dict[int, tuple[int, str]] = {}
        for start, end in self.find(plain):
            for position in range(start, end):
                begin, finish = ranges[position]
                if finish > begin:
                    replaced[begin] = (finish, BLACK)
        for match in _TOKEN.finditer(markup):
            if match.lastgroup == "tag" and "=" in match.group():
                inside = self._apply_to_tag(match.group())
                if inside != match.group():
                    replaced[match.start()] = (match.end(), inside)
        return _rebuild(markup, replaced)

    def _may_hold(self, markup: str) -> bool:
        folded = fold(unicodedata.normalize("NFC", _unescape(markup)))
        return any(all(word in folded for word in fold(name).split()) for name in self.names)

    def _apply_to_tag(self, tag: str) -> str:
        decoded = unicodedata.normalize("NFC", _unescape(tag))
        spans = self.find(decoded)
        if not spans:
            return tag
        return self.apply(decoded)


def check_name(name: str) -> str | None:
    """The name as it is kept (NFC, single blanks); None for one too short to be told from ordinary words."""
    kept = " ".join(unicodedata.normalize("NFC", name).split())
    words = kept.split()
    return kept if all(any(c.isalpha() for c in word) for word in words) and (len(words) >= 2 or len(kept) >= 6) else None


def join_names(names: Iterable[str]) -> Blackout:
    """A blackout of these names, longest first, each once."""
    return Blackout(tuple(sorted(dict.fromkeys(names), key=lambda n: (-len(n), n))))


def _flat(text: str) -> str:
    return " ".join(text.split())


def _pattern(folded_name: str) -> re.Pattern[str]:
    words = r"\s+".join(map(re.escape, folded_name.split()))
    return re.compile(rf"(?<!{_WORD}){words}(?!{_WORD})")


def _unescape(markup: str) -> str:
    return html.unescape(re.sub(r"\\u([0-9a-fA-F]{4})", lambda m: chr(int(m[1], 16)), markup))


def _flatten(markup: str) -> tuple[str, list[tuple[int, int]]]:
    """Plain text of a markup and, for each of its characters, what stands for it there."""
    plain: list[str] = []
    ranges: list[tuple[int, int]] = []
    for char, start, end in _characters(markup):
        plain.append(char)
        ranges.append((start, end))
    return "".join(plain), ranges


def _characters(markup: str) -> Iterator[tuple[str, int, int]]:
    for match in _TOKEN.finditer(markup):
        kind, text = match.lastgroup, match.group()
        if kind == "tag":
            if _PARTS_LINES.match(text):
                yield "\n", match.start(), match.start()
        elif kind == "entity":
            decoded = html.unescape(text)
            yield (decoded if len(decoded) == 1 else " "), match.start(), match.end()
        elif kind == "escape":
            yield chr(int(text[2:], 16)), match.start(), match.end()
        elif kind == "char":
            composed = unicodedata.normalize("NFC", text)
            yield (composed if len(composed) == 1 else composed[0]), match.start(), match.end()


def _rebuild(markup: str, replaced: dict[int, tuple[int, str]]) -> str:
    parts: list[str] = []
    position = 0
    for start in sorted(replaced):
        end, text = replaced[start]
        if start < position:
            continue
        parts.extend((markup[position:start], text))
        position = end
    return "".join((*parts, markup[position:]))
