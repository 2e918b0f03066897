"""What import-linter cannot read: dashboard.py imports only the views; the tree holds no leftovers."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: absolute imports only"
            names.add(node.module or "")
    return names


def test_dashboard_imports_only_the_views() -> None:
    own = {name for name in imported(ROOT / "dashboard.py") if not name.startswith(("streamlit", "__future__"))}
    assert own
    assert all(name.startswith("r57monitor.views") for name in own)


def test_imports_are_absolute_and_no_module_is_a_drawer() -> None:
    for package in ("r57monitor", "spiders", "pipelines", "warehouse"):
        for path in (ROOT / package).rglob("*.py"):
            imported(path)
            assert path.stem not in {"utils", "helpers", "misc", "common"}, path


def test_locks_are_pinned_by_hash_and_name_no_host() -> None:
    for name in ("requirements.lock", "requirements-dev.lock", "requirements-tools.lock"):
        text = (ROOT / name).read_text("utf-8")
        assert "://" not in text
        pins = re.findall(r"^\S+==\S+", text, re.MULTILINE)
        assert len(pins) > 50
        assert text.count("--hash=sha256:") >= len(pins)
        assert not re.search(r"^-e |^--", text, re.MULTILINE)


def test_the_tree_names_no_path_of_a_machine() -> None:
    files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    for name in files:
        path = ROOT / name
        if path.suffix in {".py", ".toml", ".md", ".sql", ".css", ".html", ".yml"} and path.name != "test_layers.py" and path.exists():
            assert not re.search(r"/(root|home|Users)/\w|/work/", path.read_text("utf-8")), name
