"""The audit of pinned packages against OSV records, without network."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tools.audit import find_known, is_affected, judge, locked, read_advisories

RANGE = [{"introduced": "0"}, {"fixed": "1.5"}, {"introduced": "2.0"}, {"last_affected": "2.3"}]


@pytest.mark.parametrize(
    ("version", "wanted"),
    [("1.0", True), ("1.5", False), ("1.9.9", False), ("2.0", True), ("2.3", True), ("2.3.1", False), ("2.10", False), ("1.5rc1", True)],
)
def test_ranges(version: str, wanted: bool) -> None:
    assert is_affected(version, {"ranges": [{"type": "ECOSYSTEM", "events": RANGE}]}) is wanted
    assert not is_affected(version, {"ranges": [{"type": "GIT", "events": RANGE}]})


def record(name: str, **more: Any) -> dict[str, Any]:
    return {"id": f"PYSEC-{name}", "affected": [{"package": {"ecosystem": "PyPI", "name": name}, "versions": ["1.0"]}], **more}


def test_what_is_pinned_is_found_under_any_spelling(tmp_path: Path) -> None:
    file = tmp_path / "all.zip"
    with zipfile.ZipFile(file, "w") as archive:
        for entry in (record("Some_Package"), record("other"), record("gone", withdrawn="2026-01-01T00:00:00Z")):
            archive.writestr(f"{entry['id']}.json", json.dumps(entry))
        archive.writestr("README.txt", "no record")
    pins = {("some-package", "1.0"), ("gone", "1.0"), ("other", "1.1")}
    assert find_known(pins, read_advisories(file)) == [("some-package", "1.0", "PYSEC-Some_Package")]


def test_every_lock_is_looked_at() -> None:
    names = {name for name, _ in locked()}
    assert {"duckdb", "scrapy", "pytest", "mkdocs", "cyclonedx-bom"} <= names


def test_what_is_no_source_of_advisories(tmp_path: Path) -> None:
    (tmp_path / "all.zip").write_text("x", "utf-8")
    with pytest.raises(SystemExit, match="neither a zip nor a folder"):
        list(read_advisories(tmp_path / "all.zip"))


def test_packages_that_nobody_could_tell_of_are_not_called_sound() -> None:
    skipped = {"name": "a", "skip_reason": "not found"}
    lines, was_asked = judge([skipped, skipped], "")
    assert not was_asked
    assert "NOTHING WAS AUDITED" in lines[0]
    assert judge([], "no route")[1] is False
    sound = {"name": "b", "version": "1", "vulns": []}
    assert judge([skipped, sound], "") == (["audit: 1 of 2 locked packages audited: 0 vulnerabilities"], True)
    lines, was_asked = judge([{"name": "c", "version": "2", "vulns": [{"id": "PYSEC-1"}]}, sound], "")
    assert lines[0] == "audit: c 2: PYSEC-1"
    assert was_asked
