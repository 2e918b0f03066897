"""Every command in README and docs is run, on a loopback site and in homes of their own; what is generated is up to date."""

from __future__ import annotations

import re
import shutil
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.doc_blocks import ROOT, Block, Shell, read_blocks, split_commands
from tests.sample_home import make_home
from tools.build_reference import FOLDER, PAGES, list_commands

DOCS = sorted(p for p in (ROOT / "docs").rglob("*.md"))
PEOPLE = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *DOCS]
RUNNABLE = [page for page in PEOPLE if any(b.language in {"sh", "python"} and not b.why_not for b in read_blocks(page))]
COMMANDS = {name for name, _ in list_commands()}
_SITE = ROOT / "docs" / "tutorial-site"


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_home(tmp_path_factory.mktemp("docs") / "home").path


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """The tutorial's site at a port of its own, served from the folder that the tutorial makes, else from the project's."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            return

        def translate_path(self, path: str) -> str:
            self.directory = str(own) if own.is_dir() else str(_SITE)
            return super().translate_path(path)

    own = tmp_path / "trang-tap"
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(_SITE)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield f"127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


def home_of(page: Path) -> str:
    """What the page says its commands need: "practice" (the sample home), "none" or "tutorial" (a new home)."""
    found = re.search(r"<!-- home: (\w+)", page.read_text("utf-8"))
    assert found, f"{page.name} does not say which home its commands need: <!-- home: practice -->"
    return found[1]


def make_shell(page: Path, folder: Path, practice: Path, site: str) -> Shell:
    environment = {"R57_DELAY_S": "0", "LANG": "C.UTF-8"}
    if home_of(page) != "none":
        environment["R57_HOME"] = str(folder / "data")
    if home_of(page) == "practice":
        shutil.copytree(practice, folder / "data", symlinks=True)
    shutil.copytree(_SITE, folder / "docs" / "tutorial-site")
    return Shell(folder, environment, {"127.0.0.1:8099": site})


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("page", RUNNABLE, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_of_a_page(
    page: Path, tmp_path: Path, practice: Path, site: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shell = make_shell(page, tmp_path, practice, site)
    for block in read_blocks(page):
        if block.why_not:
            continue
        if block.file:
            shell.write(block.file, block.body)
        for command in commands_of(block):
            code = shell.run(command, monkeypatch)
            said = capsys.readouterr()
            assert code == 0, (block.page, block.line, command, said.err[-800:])
    if page.name == "tutorial.md":
        assert shell.run("r57 figures --home tap --state higher --json", monkeypatch) == 0
        assert {'"mention": "58/64 nhiệm vụ"', '"mention": "76,3%"'} <= set(re.findall(r'"mention": "[^"]*"', capsys.readouterr().out))


def commands_of(block: Block) -> list[str]:
    if block.language == "sh":
        return list(split_commands(block.body))
    if block.language == "python":
        return [f"{sys.executable} - <<'END'\n{block.body}END"]
    return []


@pytest.mark.parametrize("page", PEOPLE, ids=lambda page: str(page.relative_to(ROOT)))
def test_blocks_with_commands_are_marked_as_such(page: Path) -> None:
    """A block without its language would be passed over by the test above."""
    for block in read_blocks(page):
        has_commands = re.search(r"^\$? ?(?:r57|make|sudo|systemctl|pip) ", block.body, re.M)
        assert block.language in {"sh", "python", "toml", "text", "jinja"}, (block.page, block.line)
        assert block.language == "sh" or not has_commands, (block.page, block.line)


def test_every_command_named_in_prose_exists() -> None:
    for page in PEOPLE:
        for named in re.findall(r"`r57 ((?:[a-z]+ ?){1,3})", page.read_text("utf-8")):
            words = named.split()
            known = any(f"r57 {' '.join(words[:n])}" in COMMANDS or is_group(words[:n]) for n in range(len(words), 0, -1))
            assert known, (page.name, named)


def is_group(words: list[str]) -> bool:
    return any(name.startswith(f"r57 {' '.join(words)} ") for name in COMMANDS)


@pytest.mark.parametrize("name", PAGES)
def test_the_reference_is_up_to_date(name: str) -> None:
    assert (FOLDER / name).read_text("utf-8") == PAGES[name](), "run `make reference`"


def test_every_page_is_in_the_navigation() -> None:
    listed = set(re.findall(r": ([\w/-]+\.md)$", (ROOT / "mkdocs.yml").read_text("utf-8"), re.M))
    assert listed <= {str(page.relative_to(ROOT / "docs")) for page in DOCS}
    assert {str(page.relative_to(ROOT / "docs")) for page in DOCS} <= listed


def test_nothing_of_the_documentation_is_fetched() -> None:
    settings = (ROOT / "mkdocs.yml").read_text("utf-8")
    assert "font: false" in settings
    for page in DOCS:
        assert not re.search(r"!\[[^\]]*\]\(https?:|<(?:img|script|link|iframe)\b", page.read_text("utf-8")), page.name


def test_the_reader_of_blocks_sees_what_stands_there(tmp_path: Path) -> None:
    page = ROOT / "docs" / "how-to" / "metric.md"
    blocks = read_blocks(page)
    assert [bool(b.why_not) for b in blocks] == [False, False, True]
    first = list(split_commands(blocks[0].body))
    assert first[0] == "mkdir -p data/metrics"
    assert first[1].endswith("\nEND")
    assert len(first) == 2
