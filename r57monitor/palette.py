"""The colours of pages and charts, light and dark: one table for both (data/palette.toml)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import Any, Literal

Mode = Literal["light", "dark"]


@lru_cache(maxsize=2)
def load_palette(mode: Mode) -> Mapping[str, str]:
    """Colour by name, such as "#1f2933" of "ink"."""
    raw = tomllib.loads((resources.files("r57monitor") / "data" / "palette.toml").read_text("utf-8"))
    return {name: color[mode] for group in raw.values() for name, color in group.items()}


@lru_cache(maxsize=1)
def _turned() -> Mapping[str, str]:
    light, dark = load_palette("light"), load_palette("dark")
    return {light[name]: dark[name] for name in light}


def turn_dark(drawn: Any) -> Any:
    """What was drawn in the light colours (dicts, lists, text) in the dark ones; other colours and words stay."""
    if isinstance(drawn, dict):
        return {key: turn_dark(value) for key, value in drawn.items()}
    if isinstance(drawn, list):
        return [turn_dark(value) for value in drawn]
    return _turned().get(drawn, drawn) if isinstance(drawn, str) else drawn


def style_variables(mode: Mode) -> str:
    """The colours as CSS variables of the whole page."""
    return ":root { " + " ".join(f"--r57-{name.replace('_', '-')}: {color};" for name, color in load_palette(mode).items()) + " }"
