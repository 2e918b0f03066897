"""What the command line says when something is wrong, in the reader's language.

The program says it in English, once, where it happens; data/messages.toml has the Vietnamese words.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources

_FAULTS = re.compile(r"; (?=line \d+: )")  # several lines of one file
_PLACE = re.compile(r", line (?=\d)|(?<=\()source (?=\")")  # a place is carried over whole: sources/a.toml, line 3 (source "a")
_PLACE_WORDS = {", line ": ", dòng ", "source ": "nguồn "}
_BLANK = re.compile(r"\{(\w+)\}")
_LOCALES = ("LC_ALL", "LC_MESSAGES", "LANG")


def reader_language(environment: Mapping[str, str]) -> str:
    """ "vi" where the locale of messages is Vietnamese (LC_ALL before LC_MESSAGES before LANG, as everywhere), else "en"."""
    locale = next((environment[name] for name in _LOCALES if environment.get(name)), "")
    return "vi" if locale.lower().split(".")[0].split("_")[0] == "vi" else "en"


def translate(message: str, language: str) -> str:
    """A message in a language: the message itself where it is English, or where nobody has translated it."""
    if language != "vi":
        return message
    if len(parts := _FAULTS.split(message)) > 1:
        return "; ".join(translate(part, language) for part in parts)
    for pattern, words in _patterns():
        if found := pattern.fullmatch(message):
            blanks = {name: translate(text, language) if name == "rest" else text for name, text in found.groupdict().items()}
            return _in_place(words.format(**blanks))
    where, colon, rest = message.partition(": ")  # a file or an address before what is said of it
    if colon and (said := translate(rest, language)) != rest:
        return f"{_in_place(where)}: {said}"
    return message


def _in_place(text: str) -> str:
    return _PLACE.sub(lambda found: _PLACE_WORDS[found[0]], text)


def is_translated(message: str) -> bool:
    """Whether a message has Vietnamese words."""
    return any(pattern.fullmatch(message) for pattern, _ in _patterns())


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Each message as a pattern with its Vietnamese words; those that begin with words before those that begin
    with a blank, then those with the most letters: the closest one is found."""
    text = (resources.files("r57monitor") / "data" / "messages.toml").read_text("utf-8")
    pairs = sorted(tomllib.loads(text)["messages"], key=lambda pair: (pair[0].startswith("{"), -len(_BLANK.sub("", pair[0]))))
    return tuple((_compile(english), vietnamese) for english, vietnamese in pairs)


def _compile(english: str) -> re.Pattern[str]:
    parts = _BLANK.split(english)
    return re.compile("".join(re.escape(part) if n % 2 == 0 else f"(?P<{part}>.*?)" for n, part in enumerate(parts)), re.S)
