"""`r57 settings`: what is set, where each setting comes from, and a file to start from."""

from __future__ import annotations

from datetime import time
from typing import Annotated, Any

import typer

from r57monitor.cli.notes import in_words, tell
from r57monitor.cli.options import CsvOption, HomeOption, JsonOption, Shape, choose_home, choose_shape, print_rows
from r57monitor.errors import UsageError


def settings(
    ctx: typer.Context,
    key: Annotated[str | None, typer.Argument(metavar="[KEY]", help="One setting, such as crawl.contact, or a section.")] = None,
    init: Annotated[bool, typer.Option("--init", help="Write a settings.toml with every setting as a comment into the home.")] = False,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    home: HomeOption = None,
) -> None:
    """Every setting, its value, and where it comes from: default, settings.toml in the home, or the environment.

    Example:  r57 settings crawl
    """
    from r57monitor.preference_list import example_file
    from r57monitor.preferences import FILE_NAME, load_preferences

    chosen = choose_home(ctx, home)
    shape = choose_shape(as_json, as_csv)
    if init:
        file = chosen.path / FILE_NAME
        if file.exists():
            raise UsageError(f"{file} is there already; edit it, or move it away first.")
        chosen.prepare()
        file.write_text(example_file(), "utf-8")
        tell(f"Written: {file}", err=True)
    told = in_words if shape is Shape.TABLE else str
    rows = [
        {"key": s.key, "value": _plain(s.value), "source": s.source, "env": s.env, "meaning": told(s.meaning)}
        for s in load_preferences(chosen.path).settings
        if key is None or s.key == key or s.key.startswith(f"{key}.")
    ]
    if not rows:
        raise UsageError(f'there is no setting "{key}"; `r57 settings` lists them.')
    print_rows(rows, ("key", "value", "source", "env", "meaning"), shape)


def _plain(value: Any) -> Any:
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, tuple):
        return ", ".join(value)
    if isinstance(value, dict):
        return "; ".join(f"{name}: {', '.join(people)}" for name, people in value.items())
    return value


def register(app: typer.Typer) -> None:
    """Add `r57 settings`."""
    app.command("settings")(settings)
