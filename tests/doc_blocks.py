"""Fenced blocks of the documentation, and a small shell that runs them: the program in this process, everything else by bash."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.command import run
from tests.crawls import command as run_apart

ROOT = Path(__file__).resolve().parent.parent
_BLOCK = re.compile(
    r"(?:^[ ]*<!-- (?:not run: (?P<why>.+?)|write: (?P<file>[\w./-]+)) -->\n)?"
    r"^(?P<indent> *)```(?P<language>\w*)[^\n]*\n(?P<body>.*?)^(?P=indent)```$",
    re.S | re.M,
)
_APART = ("crawl", "sources add", "sources check", "sources freeze")  # a crawl wants a process of its own
_SHELL = re.compile(r"[|<>;&`]|\$\(|\$\w|\$\{")


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block of a page: its words; why it is not run, or the file of the home it shows, where the page says so."""

    page: str
    line: int
    language: str
    body: str
    why_not: str
    file: str = ""


def read_blocks(page: Path) -> list[Block]:
    """Every fenced block of a page, in order."""
    text = page.read_text("utf-8")
    return [
        Block(
            str(page.relative_to(ROOT)),
            text.count("\n", 0, found.start("body")),
            found["language"],
            textwrap.dedent(found["body"]),
            (found["why"] or "").strip(),
            found["file"] or "",
        )
        for found in _BLOCK.finditer(text)
    ]


def split_commands(body: str) -> Iterator[str]:
    """The commands of a block: a line each, with those that a backslash or a here-document continues."""
    lines = iter(body.splitlines())
    for line in lines:
        command = line
        while command.endswith("\\"):
            command = command[:-1] + next(lines)
        if found := re.search(r"<<'?(\w+)'?$", command):
            for more in lines:
                command += "\n" + more
                if more == found[1]:
                    break
        if command.strip() and not command.lstrip().startswith("#"):
            yield command


@dataclass
class Shell:
    """Runs commands one after another in a folder of its own; what `export` and `cd` do stays."""

    folder: Path
    environment: dict[str, str]
    replaced: Mapping[str, str] = field(default_factory=dict)

    def run(self, command: str, monkeypatch: pytest.MonkeyPatch) -> int:
        """Exit code of one command."""
        for old, new in self.replaced.items():
            command = command.replace(old, new)
        plain = _without_comment(command)
        if plain.removeprefix("r57 ").startswith(_APART):
            if _SHELL.search(plain) or not plain.startswith("r57 "):
                return self._bash(command).returncode
            return run_apart(*shlex.split(plain)[1:], folder=self.folder, **self.environment).returncode
        if plain.startswith("r57 ") and not _SHELL.search(plain):
            return self._call(shlex.split(plain)[1:], monkeypatch)
        if plain.startswith("r57 ") and not re.search(r"[|<>;&]", re.sub(r"\"[^\"]*\"|'[^']*'", "", plain)):
            words = self._bash(f"printf '%s\\0' {plain[4:]}")
            return self._call(words.stdout.split("\0")[:-1], monkeypatch)
        return self._bash(command).returncode

    def write(self, name: str, body: str) -> None:
        """Put a file that the page shows into the home."""
        file = Path(self.environment["R57_HOME"]) / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(body, "utf-8")

    def _call(self, words: list[str], monkeypatch: pytest.MonkeyPatch) -> int:
        with monkeypatch.context() as patch:
            patch.chdir(self.folder)
            for name, value in self.environment.items():
                patch.setenv(name, value)
            return run(*words)

    def _bash(self, command: str) -> subprocess.CompletedProcess[str]:
        python = Path(sys.executable).parent
        environment = {**os.environ, **self.environment, "PYTHONPATH": str(ROOT), "PATH": f"{python}{os.pathsep}{os.environ['PATH']}"}
        return subprocess.run(["bash", "-c", command], cwd=self.folder, env=environment, text=True, capture_output=True, check=False)


def _without_comment(command: str) -> str:
    """A line without the remark at its end ."""
    return re.sub(r"\s+# .*$", "", command, flags=re.M).strip()
