"""What the command line says, in the reader's language.

The program says it in English, once, where it happens; data/messages.toml has the Vietnamese words of what is wrong,
data/output.toml those of what goes well.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import Literal

Language = Literal["vi", "en"]
_FAULTS = re.compile(r"; (?=line \d+: )")  # several lines of one file
_PLACE = re.compile(r", line (?=\d)|(?<=\()(?:source|metric) (?=\")")  # a place is carried over whole: sources/a.toml, line 3 (source "a")
_PLACE_WORDS = {", line ": ", dòng ", "source ": "nguồn ", "metric ": "chỉ tiêu "}
_BLANK = re.compile(r"\{(\w+)\}")
_SIZES = frozenset({"size", "saved", "free", "all"})  # blanks that hold a size as the program counts it: 19.1
_FILES = ("messages.toml", "output.toml")
_LOCALES = ("LC_ALL", "LC_MESSAGES", "LANG")


def reader_language(environment: Mapping[str, str]) -> Language:
    """ "vi" where the locale of messages is Vietnamese (LC_ALL before LC_MESSAGES before LANG, as everywhere), else "en"."""
    locale = next((environment[name] for name in _LOCALES if environment.get(name)), "")
    return "vi" if locale.lower().split(".")[0].split("_")[0] == "vi" else "en"


def translate(message: str, language: str) -> str:
    """A message in a language: the message itself where it is English, or where nobody has translated it."""
    if language != "vi":
        return message
    if len(parts := _FAULTS.split(message)) > 1:
        return "; ".join(translate(part, language) for part in parts)
    if found := _find(message):
        blanks, words = found
        return _in_place(words.format(**{name: _carry_over(name, text) for name, text in blanks.items()}))
    where, colon, rest = message.partition(": ")  # a file or an address before what is said of it
    if colon and (said := translate(rest, language)) != rest:
        return f"{_in_place(where)}: {said}"
    return message


def _carry_over(name: str, text: str) -> str:
    """What stands in a blank: as it is, or in Vietnamese where its name says that it is words in their turn (or may be: "error")."""
    if name.startswith("rest"):
        said = translate(text, "vi")
        begun = text[:1].upper() + text[1:]  # in the middle of a sentence a message begins small
        return said if said != text or _find(begun) is None else translate(begun, "vi")
    if name in _SIZES:
        return text.replace(".", ",")
    if name in {"error", "why"}:  # what the system says, or words of others, which no pattern may take apart
        return _plain().get(text, text)
    if name == "cause":
        from r57monitor.wording import explain_cause  # costs a tenth of a second, which only few messages need

        return explain_cause(text)
    return text


def _in_place(text: str) -> str:
    return _PLACE.sub(lambda found: _PLACE_WORDS[found[0]], text)


def is_translated(message: str) -> bool:
    """Whether a message has Vietnamese words."""
    return _find(message) is not None


def _find(message: str) -> tuple[dict[str, str], str] | None:
    """What stands in the blanks of the closest known message, and its Vietnamese words."""
    for parts, english, vietnamese in _known():
        if all(part in message for part in parts) and (found := _compile(english).fullmatch(message)):
            return found.groupdict(), vietnamese
    return None


@lru_cache(maxsize=1)
def _known() -> tuple[tuple[tuple[str, ...], str, str], ...]:
    """Each message as (its words between the blanks, English, Vietnamese); those that begin with words before those that begin
    with a blank, then those with the most letters: the closest one is found."""
    data = resources.files("r57monitor") / "data"
    pairs = [pair for file in _FILES for pair in tomllib.loads((data / file).read_text("utf-8"))["messages"]]
    pairs.sort(key=lambda pair: (pair[0].startswith("{"), -len(_BLANK.sub("", pair[0]))))
    return tuple((tuple(_BLANK.split(english)[::2]), english, vietnamese) for english, vietnamese in pairs)


@lru_cache(maxsize=1)
def _plain() -> dict[str, str]:
    """The messages without a blank."""
    return {english: vietnamese for parts, english, vietnamese in _known() if len(parts) == 1}


@lru_cache(maxsize=1_000)
def _compile(english: str) -> re.Pattern[str]:
    parts = _BLANK.split(english)
    return re.compile("".join(re.escape(part) if n % 2 == 0 else f"(?P<{part}>.*?)" for n, part in enumerate(parts)), re.S)
