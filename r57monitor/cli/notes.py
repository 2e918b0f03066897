"""What a command says to people, in the reader's language."""

from __future__ import annotations

import os
import sys

import typer

from r57monitor.messages import Language, reader_language, translate


def readers_language() -> Language:
    """The language of the locale this command runs in; English where its screen cannot show Vietnamese letters."""
    try:
        "ế".encode(getattr(sys.stderr, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return "en"
    return reader_language(os.environ)


def in_words(message: str) -> str:
    """The message as the reader's locale wants it; English where nobody has translated it."""
    return translate(message, readers_language())


def tell(message: str, *, err: bool = False) -> None:
    """Say what was done or found, on a line of its own. What other programs read (JSON, CSV, paths alone) does not go this way.

    Its Vietnamese words stand in data/output.toml (test_messages.py holds that none is missing).
    """
    typer.echo(in_words(message), err=err)


def note(message: str, *, name: bool = True) -> None:
    """Say it on a line of its own. name: with "r57:" before it, as for what a person should know of.

    Its Vietnamese words stand in data/messages.toml (test_messages.py holds that none is missing).
    """
    typer.echo(f"{'r57: ' if name else ''}{in_words(message)}", err=True)
