"""What `--help` says, in the reader's language: the commands' own English words, and data/help.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources
from typing import Any

import typer

from r57monitor.cli.notes import readers_language

EXAMPLE = re.compile(r"([^:]+):\s{2,}(r57 .+)")  # "Example:  r57 figures", "On many machines:  r57 crawl …"
_NUMBER = re.compile(r" <(?:int|float)(?: range)?>")
_TEXT = re.compile(r"(?<=\w) <(?:str|path|list\[str\])>")
_SENTENCE_END = re.compile(r"(?<=[.;]) ")
_KEEP_LINES = "\b\n"  # the formatter leaves the lines of such a paragraph as they are


class _Formatter(typer.Context.formatter_class):  # type: ignore[valid-type, misc]  # Typer exports the class this way only
    """The frame around the words: headings and the standing notes about defaults."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        args = args.replace("{", "").replace("}", "")  # what is needed stands bare, what may be left out in brackets
        for standing in ("[COMMAND] [ARGS]...", "COMMAND [ARGS]...", "[OPTIONS]"):
            args = args.replace(standing, say(standing))
        super().write_usage(prog, args, prefix or f"{say('Usage')}: ")

    def write_heading(self, heading: str) -> None:
        super().write_heading(say(heading))

    def write_dl(self, rows: Sequence[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        super().write_dl([(plain_name(name), say_standing_notes(meaning)) for name, meaning in rows], col_max, col_spacing)


class _Context(typer.Context):
    formatter_class = _Formatter


def prepare_help(command: Any) -> Any:
    """The command, whose help and whose subcommands' help now speak the reader's language.

    Commands are Typer's own classes, which have Click's attributes without being Click's.
    """
    command.context_class = _Context
    paragraphs = split_help(command.help)
    command.help = "\n\n".join(_say_paragraph(part) for part in paragraphs)
    # whole in the list of commands, where the frame would cut it off
    command.short_help = _SENTENCE_END.split(say(paragraphs[0]))[0].rstrip(".;") if paragraphs else ""
    for parameter in command.params:
        if getattr(parameter, "help", None):
            parameter.help = say(parameter.help)
    for subcommand in getattr(command, "commands", {}).values():
        prepare_help(subcommand)
    return command


def say(words: str, language: str | None = None) -> str:
    """The words in the language (the reader's where none is named); as they are where nobody has translated them."""
    return _vietnamese().get(words, words) if (language or readers_language()) == "vi" else words


def split_help(text: str | None) -> list[str]:
    """The paragraphs of a command's help: words on one line, examples one a line."""
    parts = (part.strip() for part in (text or "").replace("\f", "").split("\n\n"))
    return [part if find_examples(part) else " ".join(part.split()) for part in parts if part]


def find_examples(paragraph: str) -> list[tuple[str, str]]:
    """("Example", "r57 figures") of each line; none where the paragraph says something else."""
    found = [EXAMPLE.fullmatch(line.strip()) for line in paragraph.splitlines()]
    return [(one[1], one[2]) for one in found if one] if all(found) else []


def plain_name(name: str) -> str:
    """An option or argument with what it takes, as people write it: "--limit N", "--note …", "FILE"."""
    return _TEXT.sub(" …" if name.startswith("-") else "", _NUMBER.sub(" N", name))


def _say_paragraph(paragraph: str) -> str:
    if examples := find_examples(paragraph):
        return _KEEP_LINES + "\n".join(f"{say(label)}:  {call}" for label, call in examples)
    return say(paragraph)


def say_standing_notes(meaning: str, language: str | None = None) -> str:
    """What the frame adds to a meaning, in the language."""
    for standing in ("[default: ", "[required]", "Show this message and exit."):
        meaning = meaning.replace(standing, say(standing, language))
    return meaning


@lru_cache(maxsize=1)
def _vietnamese() -> dict[str, str]:
    return dict(tomllib.loads((resources.files("r57monitor") / "data" / "help.toml").read_text("utf-8"))["words"])
