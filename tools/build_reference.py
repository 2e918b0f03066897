"""Writes docs/reference/ from the program itself: commands, settings, keys of the registry and the catalogue.

python -m tools.build_reference
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import MISSING, Field, fields
from pathlib import Path
from typing import Any

import typer

from r57monitor.catalogue import Metric
from r57monitor.cli.app import app
from r57monitor.cli.help_words import find_examples, plain_name, say, say_standing_notes, split_help
from r57monitor.models import Source
from r57monitor.preference_list import describe_settings
from r57monitor.registry import KINDS

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "reference"
_MADE = "Written by `make reference` from the program; a test holds it up to date.\n"


def render_commands() -> str:
    """Every command with its arguments, options and example, in the order of `r57 --help`."""
    head = (
        "# Lệnh / commands\n\n"
        + _MADE
        + "\nMã thoát / exit codes: **0** đã chạy, lỗi của từng nguồn được ghi lại và hiện ra; **1** không làm được; "
        "**2** tham số, đường dẫn, sổ nguồn hay cài đặt sai (nêu tệp và dòng); **130** dừng bằng Ctrl-C.\n\n"
        "`--home DIR` may stand before or after the command; `R57_HOME` says it once and for all; the default is `./data`.\n"
    )
    return head + "".join(_render_command(name, command) for name, command in list_commands())


def list_commands(group: Any = None, prefix: str = "r57") -> Iterator[tuple[str, Any]]:
    """("r57 digest desk show", command) of each command that does something, groups that do something included.

    Commands are Typer's own classes, which have Click's attributes without being Click's.
    """
    group = group or typer.main.get_command(app)
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            if command.invoke_without_command:
                yield f"{prefix} {name}", command
            yield from list_commands(command, f"{prefix} {name}")
        else:
            yield f"{prefix} {name}", command


def _render_command(name: str, command: Any) -> str:
    paragraphs = split_help(command.help)
    words = [part for part in paragraphs if not find_examples(part)]
    examples = [f"{label}: `{call}`" for part in paragraphs for label, call in find_examples(part)]
    lines = [
        f"\n## {name}\n",
        *(f"{say(part, 'vi')}\n" for part in words),
        f"*{' '.join(words).replace('*', chr(92) + '*')}*\n",
        *(["  \n".join(examples) + "\n"] if examples else []),
    ]
    if rows := [row for parameter in command.params if (row := _render_parameter(name, command, parameter))]:
        lines += ["| | nghĩa | meaning |", "|---|---|---|", *rows]
    return "\n".join(lines) + "\n"


def _render_parameter(name: str, command: Any, parameter: Any) -> str | None:
    record = parameter.get_help_record(command.make_context(name, [], resilient_parsing=True))
    if record is None or parameter.name == "help":
        return None
    flags, meaning = plain_name(_one_line(record[0])), _one_line(record[1])
    said = say_standing_notes(meaning.replace(parameter.help or "", say(parameter.help or "", "vi")), "vi")
    return f"| `{_cell(flags)}` | {_cell(said).replace('<', '&lt;')} | {_cell(meaning).replace('<', '&lt;')} |"


def render_settings() -> str:
    """Every setting with its default, environment variable and meaning."""
    head = (
        "# Cài đặt / settings\n\n"
        + _MADE
        + "\nMột tệp `settings.toml` trong home; biến môi trường đi trước tệp. `r57 settings` cho biết giá trị đang dùng lấy từ "
        "đâu, `r57 settings --init` viết một tệp để bắt đầu. Every setting also answers to `R57_SECTION_NAME`; "
        "lists are written with commas in the environment.\n"
    )
    lines, last = [head], ""
    for setting in describe_settings():
        section, name = setting.key.split(".", 1)
        if section != last:
            lines.append(f"\n## [{section}]\n\n| setting | default | environment | nghĩa | meaning |\n|---|---|---|---|---|")
            last = section
        lines.append(
            f"| `{name}` | `{_cell(setting.default)}` | `{setting.env}` | {_cell(setting.meaning_vi)} | {_cell(setting.meaning)} |"
        )
    return "\n".join(lines) + "\n"


def render_registry() -> str:
    """Keys of [[source]] and [[metric]] with type, default and meaning."""
    told = tomllib.loads((ROOT / "tools" / "registry_keys.toml").read_text("utf-8"))
    parts = [
        "# Sổ nguồn và danh mục chỉ tiêu / registry and catalogue\n\n" + _MADE,
        "\n## [[source]]\n\nIn `sources/*.toml` of the home, or a file named with `--sources`. Kinds: "
        + ", ".join(f"`{k}`" for k in KINDS)
        + ".\n",
        _keys(fields(Source), told["source"]),
        "\n## [[metric]]\n\nIn `metrics/*.toml` of the home.\n",
        _keys(fields(Metric), told["metric"]),
    ]
    return "\n".join(parts) + "\n"


def _keys(known: tuple[Field[Any], ...], told: dict[str, dict[str, str]]) -> str:
    lines = ["| key | default | nghĩa | meaning |", "|---|---|---|---|"]
    for key in known:
        default = "**required**" if key.default is MISSING else "" if key.default in (None, "", ()) else f"`{_plain(key.default)}`"
        lines.append(f"| `{key.name}` | {default} | {_cell(told[key.name]['vi'])} | {_cell(told[key.name]['en'])} |")
    return "\n".join(lines)


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


PAGES = {"commands.md": render_commands, "settings.md": render_settings, "registry.md": render_registry}


def main() -> None:
    """Write every page."""
    FOLDER.mkdir(exist_ok=True)
    for name, render in PAGES.items():
        (FOLDER / name).write_text(render(), "utf-8")


if __name__ == "__main__":
    main()
