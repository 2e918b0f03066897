"""The command line, called as a shell calls it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from r57monitor import cli
from warehouse.home import Home


def run(*args: str) -> int:
    """The exit code of one command."""
    with pytest.raises(SystemExit) as ended:
        cli.main(args)
    return ended.value.code if isinstance(ended.value.code, int) else 0


def ingest_pages(folder: Path, pages: dict[str, str]) -> Path:
    """A home under the folder that took in each page (URL to HTML), one after the other."""
    for url, text in pages.items():
        file = folder / "bai.html"
        file.write_text(text, "utf-8")
        assert run("ingest", str(file), "--url", url, "--home", str(folder / "home")) == 0
    return folder / "home"


def copy_home(read: Path, folder: Path) -> Home:
    """A copy a test may change."""
    shutil.copytree(read, folder / "home", symlinks=True)
    return Home(folder / "home")
