"""The language a digest is written in: set once for a whole digest, asked by everything that puts words into it.

What is quoted stays in the language of the article. A digest keeps its language, so that it is written again as it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from typing import Any

from r57monitor import wording
from r57monitor.wording import Language

_SPOKEN: ContextVar[Language] = ContextVar("r57_digest_language", default="vi")


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Everything inside is put into words of that language, in this thread."""
    token = _SPOKEN.set(language)
    try:
        yield
    finally:
        _SPOKEN.reset(token)


def spoken() -> Language:
    """The language that is spoken now; Vietnamese where nobody said."""
    return _SPOKEN.get()


class Speech:
    """The words of data/ui.toml and data/digest.toml in the language that is spoken."""

    def __call__(self, key: str, **blanks: object) -> str:
        return wording.load_texts(_SPOKEN.get())(key, **blanks)

    def of(self, group: str, value: object) -> str:
        """Word for a coded value; the code itself where there is none."""
        return wording.load_texts(_SPOKEN.get()).of(group, value)


WORDS = Speech()


def format_number(value: float) -> str:
    """As wording.format_number, in the language that is spoken; so are the others here."""
    return wording.format_number(value, _SPOKEN.get())


def format_figure(row: Mapping[str, Any]) -> str:
    """Value with comparator, range or total."""
    return wording.format_figure(row, _SPOKEN.get())


def format_period(end: date | None, precision: str | None) -> str:
    """A period by its last day."""
    return wording.format_period(end, precision, _SPOKEN.get())


def name_with_today(name: str | None, name_now: str | None) -> str:
    """Province as the article's date had it, with today's name where it differs."""
    return wording.name_with_today(name, name_now, _SPOKEN.get())


def explain_cause(cause: str | None) -> str:
    """Why a source failed or fell silent."""
    return wording.explain_cause(cause, _SPOKEN.get())
