"""What a command says beside its result: on standard error, in the reader's language."""

from __future__ import annotations

import os

import typer

from r57monitor.messages import reader_language, translate


def in_words(message: str) -> str:
    """The message as the reader's locale wants it; English where nobody has translated it."""
    return translate(message, reader_language(os.environ))


def note(message: str, *, name: bool = True) -> None:
    """Say it on a line of its own. name: with "r57:" before it, as for what a person should know of.

    Its Vietnamese words stand in data/messages.toml (test_messages.py holds that none is missing).
    """
    typer.echo(f"{'r57: ' if name else ''}{in_words(message)}", err=True)
