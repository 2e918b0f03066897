"""Files of [[entries]] in TOML: the registry and the catalogue are folders of them, each fault told with file and line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

from r57monitor.errors import RegistryError


def toml_files(paths: Iterable[Path], what: str) -> list[Path]:
    """The files named, and those of the folders named, in order. Raises RegistryError for a path that is not there."""
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            files.extend(sorted(path.glob("*.toml")))
        elif path.exists():
            files.append(path)
        else:
            raise RegistryError(f"{path}: no such {what} file or folder.")
    return files


def load_entries(file: Path, table: str, top_level: Collection[str] = ()) -> tuple[list[tuple[dict[str, Any], str]], dict[str, Any]]:
    """Every [[table]] entry with where it stands ("file, line 3"), and what else stands at top level (of the keys allowed).

    Raises RegistryError naming the file, and the line where TOML says it.
    """
    try:
        text = file.read_text("utf-8")
        data = tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        raise RegistryError(f"{file}: cannot be read as UTF-8 text ({error}).") from error
    except tomllib.TOMLDecodeError as error:
        raise RegistryError(f"{file}: not valid TOML: {error}.") from error
    extra = set(data) - {table, *top_level}
    if extra:
        raise RegistryError(f'{file}: unknown key "{min(extra)}" at top level; entries start with [[{table}]].')
    entries = data.pop(table, [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise RegistryError(f"{file}: write [[{table}]] with two brackets for each {table}.")
    begins = re.compile(rf"\s*\[\[\s*{re.escape(table)}\s*\]\]")
    lines = [number for number, line in enumerate(text.splitlines(), 1) if begins.match(line)]
    places = [f"{file}, line {number}" for number in lines] + [str(file)] * len(entries)
    return list(zip(entries, places, strict=False)), data
