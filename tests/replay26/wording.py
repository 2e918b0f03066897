"""Texts of the invented press: articles out of sentences with slots, and what copying outlets make of them."""

from __future__ import annotations

import random
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

PHRASES: dict[str, Any] = tomllib.loads((Path(__file__).parent / "phrases.toml").read_text("utf-8"))
_SLOTS: dict[str, list[str]] = PHRASES["slots"]


class Words:
    """Chooses by a generator of its own, so that the same seed tells the same stories."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance

    def fill(self, line: str, **fixed: str) -> str:
        """A sentence with its slots filled; a slot with a capital begins the sentence."""
        values = {name: self._chance.choice(choices) for name, choices in _SLOTS.items()} | fixed
        for name, value in list(values.items()):
            values[name.capitalize()] = value[:1].upper() + value[1:]
        text = line.format_map(values)
        return text[:1].upper() + text[1:]

    def paragraphs(self, province: str, count: int = 7) -> list[str]:
        """Paragraphs of two to three sentences, one of them about Resolution 57."""
        lines = self._chance.sample(PHRASES["lines"], count * 2 + 3)
        made = [" ".join(self.fill(line) for line in lines[n * 2 : n * 2 + 2]) for n in range(count)]
        made[1] += " " + self.fill(self._chance.choice(PHRASES["calls"]), province=province)
        return made

    def title(self, province: str) -> str:
        return self.fill(self._chance.choice(PHRASES["titles"]), province=province)

    def copy(self, title: str, paragraphs: list[str], kept: int, province: str, outlet: str) -> tuple[str, list[str]]:
        """What another outlet prints of a text: often under another headline, cut, with a credit line or a lead of its own.

        kept: paragraphs from the first that hold figures are never cut.
        """
        chance = self._chance
        text = list(paragraphs)
        for _ in range(chance.choice([0, 0, 1, 1, 2])):
            text.pop(chance.randrange(kept, len(text)))
        if chance.random() < 0.25:
            text.insert(0, chance.choice(PHRASES["leads"]))
        if chance.random() < 0.6:
            text.append(chance.choice(PHRASES["credits"]).format(outlet=outlet))
        if chance.random() < 0.7:
            title = self.fill(chance.choice(PHRASES["retitles"]), title=title, province=province)
        return title, text


def show(value: float, unit: str) -> str:
    """A number as newspapers write it: 4.312 and 61,5."""
    if unit == "%":
        return f"{value:.1f}".replace(".", ",").removesuffix(",0") + "%"
    return f"{value:,.0f}".replace(",", ".")


def say_day(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"
