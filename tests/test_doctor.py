"""`r57 doctor`: what is well is said, what is not has a way out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from r57monitor.cli import main
from r57monitor.service import checkup
from tests.web import Page, Site, write_registry


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, dict[str, str]]]:
    with pytest.raises(SystemExit) as ended:
        main(["doctor", "--json", *arguments])
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return int(ended.value.code or 0), {row["check"]: row for row in rows}


def test_a_new_home_is_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, found = run(capsys, "--home", str(tmp_path / "new"), "--ask", "0")
    assert code == 0
    assert not (tmp_path / "new").exists(), "looking makes nothing"
    assert found["contact"]["level"] == "warning"
    assert {"Python", "search", "memory", "disk", "time zone", "registry"} <= {name for name, row in found.items() if row["level"] == "ok"}


def test_what_is_wrong_is_an_error_with_its_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "settings.toml").write_text("[crawl]\ndelay_s = -1\n", "utf-8")
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "own.toml").write_text("[[source]]\n", "utf-8")
    code, found = run(capsys, "--home", str(tmp_path), "--ask", "0")
    assert code == 1
    assert "line 2: crawl.delay_s" in found["settings"]["found"]
    assert "own.toml, line 1" in found["registry"]["found"]


def test_sources_are_asked_and_the_clock_is_held_against_theirs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Site() as site:
        site.pages["/robots.txt"] = Page(b"User-agent: *\n", content_type="text/plain")
        registry = write_registry(tmp_path / "r.toml", site)
        code, found = run(capsys, "--home", str(tmp_path / "home"), "--sources", str(registry), "--ask", "1")
        assert [path for path, _ in site.asked] == ["/robots.txt"]
    assert code == 0
    assert "answers HTTP 200" in found["source site-1"]["found"]
    code, found = run(capsys, "--home", str(tmp_path / "home"), "--sources", str(registry), "--ask", "1")
    assert code == 1, "the site is gone"
    assert "no source is reached" in found["network"]["found"]


def test_a_full_disk_and_an_unwritable_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from warehouse.home import Home

    monkeypatch.setattr(checkup.shutil, "disk_usage", lambda folder: type("Usage", (), {"free": 1000})())
    found = {f.check: f for f in checkup.examine_home(Home(tmp_path))}
    assert found["disk"].level == "error"
    assert found["disk"].advice


def test_a_damaged_archive_is_named(tmp_path: Path) -> None:
    from warehouse.home import Home

    home = Home(tmp_path)
    home.prepare()
    (home.archive / "20250701T000000Z-1.warc.gz").write_bytes(b"\x1f\x8b\x08\x00garbage")
    found = {f.check: f for f in checkup.examine_home(home)}
    assert found["archive"].level == "error"
    assert "20250701T000000Z-1" in found["archive"].found
