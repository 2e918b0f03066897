"""`--help` in the reader's language: every command, option and argument, whole and with its examples."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest
import typer

from r57monitor.cli.app import app, narrow
from r57monitor.cli.help_words import find_examples, plain_name, say, split_help
from tests.command import run

FRAME = {"Usage:", "Options:", "Arguments:", "Commands:", "[OPTIONS]", "Example:", "[default:", "[required]", "Show this message"}


def commands_below(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    yield path, command
    for name, below in getattr(command, "commands", {}).items():
        yield from commands_below(below, (*path, name))


COMMANDS = dict(commands_below(typer.main.get_command(app)))


def words_of_the_help() -> Iterator[str]:
    """Every paragraph, meaning and label of an example, as the program says it."""
    for command in COMMANDS.values():
        for part in split_help(command.help):
            yield from [label for label, _ in find_examples(part)] or [part]
        yield from (parameter.help for parameter in command.params if getattr(parameter, "help", None))


def test_every_word_of_the_help_is_translated() -> None:
    words = set(words_of_the_help())
    assert len(words) > 180
    assert sorted(said for said in words if say(said, "vi") == said) == []
    assert all(say(said, "en") == said for said in words)
    assert all(unicodedata.is_normalized("NFC", say(said, "vi")) for said in words)


def test_backquoted_commands_and_files_are_carried_over() -> None:
    for said in words_of_the_help():
        quoted = {part for n, part in enumerate(said.split("`")) if n % 2}
        assert all(part in say(said, "vi") for part in quoted), said


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_help_is_in_one_language(path: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A frame in one language around words in the other would be seen here; nothing is cut off."""
    monkeypatch.setenv("LC_ALL", "vi_VN.UTF-8")
    assert run(*path, "--help") == 0
    said = capsys.readouterr().out
    assert said.startswith("Cách dùng: ")
    assert not [words for words in FRAME if words in said]
    assert "Hiện phần trợ giúp này rồi thôi." in said
    assert not [line for line in said.splitlines() if line.endswith("...") and "THAM SỐ" not in line and "Cách dùng" not in line]
    assert "Ví dụ:  r57" in said
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert run(*path, "--help") == 0
    said = capsys.readouterr().out
    assert said.startswith("Usage: ")
    assert "Example:  r57" in said
    assert "Ví dụ" not in said


def test_several_examples_stand_on_lines_of_their_own(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("LC_ALL", "vi_VN.UTF-8")
    assert run("crawl", "--help") == 0
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert "Ví dụ:  r57 crawl baonghean gov-lao-cai --max-pages 200" in lines
    assert "Trên nhiều máy:  r57 crawl --engine tcp://10.0.0.5:8786" in lines


def test_a_group_alone_is_answered_by_its_help(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("LC_ALL", "vi_VN.UTF-8")
    assert run("review") == 2
    assert capsys.readouterr().err.startswith("Cách dùng: ")


@pytest.mark.parametrize(
    ("shown", "wanted"),
    [
        ("-n, --limit <int range>", "-n, --limit N"),
        ("--max-minutes <float range>", "--max-minutes N"),
        ("--note <str>", "--note …"),
        ("PATH <list[str]>", "PATH"),
        ("--week 2025-W30", "--week 2025-W30"),
        ("--out <path>", "--out …"),
    ],
)
def test_what_an_option_takes_is_shown_plainly(shown: str, wanted: str) -> None:
    assert plain_name(shown) == wanted


@pytest.mark.parametrize("words", [["figures"], ["--home", "status", "figures", "status"], ["--home=sources", "figures", "--home", "x"]])
def test_of_the_program_only_the_command_called_is_built(words: list[str]) -> None:
    assert list(typer.main.get_command(narrow(words)).commands) == ["figures"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("words", ["", "--help", "--version figures", "figurs", "--home figures", "--home=figures", "-- figures"])
def test_without_a_command_it_is_the_whole_program(words: str) -> None:
    assert narrow(words.split()) is app
