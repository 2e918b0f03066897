"""Every setting there is, as the documentation shows it and as a new settings.toml lists it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import Any

from r57monitor.messages import translate
from r57monitor.preferences import each_field, env_name


@dataclass(frozen=True, slots=True)
class Described:
    """One setting as the documentation shows it."""

    key: str
    default: str  # as the file writes it
    env: str
    meaning: str
    meaning_vi: str


def describe_settings() -> tuple[Described, ...]:
    """Every setting there is, in the order of the models."""
    return tuple(
        Described(f"{s}.{name}", _toml(info.get_default()), env_name(s, name, info), meaning, translate(meaning, "vi"))
        for s, name, info in each_field()
        for meaning in [info.description or ""]
    )


def example_file() -> str:
    """A settings.toml with every setting at its default, as comments to be taken away."""
    lines = [
        "# Cài đặt của r57monitor. Bỏ dấu # trước dòng muốn đổi; mỗi phần [...] chỉ có một lần. `r57 settings` cho xem giá trị đang dùng.",
        "# Take away the # in front of what you change; each [section] stands once. `r57 settings` shows what is in force.",
    ]
    last = ""
    for setting in describe_settings():
        section, name = setting.key.split(".", 1)
        if section != last:
            lines += ["", f"[{section}]"]
            last = section
        lines.append(f"# {name} = {setting.default}   # {setting.meaning_vi} / {setting.meaning} [{setting.env}]")
    return "\n".join(lines) + "\n"


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, time):
        return f'"{value:%H:%M}"'
    if isinstance(value, tuple):
        return "[" + ", ".join(f'"{part}"' for part in value) + "]"
    if isinstance(value, dict):
        return "{}"
    return str(value) if isinstance(value, int | float) else f'"{value or ""}"'
