"""`r57 doctor`: what is well is said, what is not has a way out."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from pathlib import Path

import pytest

from r57monitor.cli import main
from r57monitor.clock import VIETNAM, _load_zone
from r57monitor.service import checkup
from tests.web import Page, Site, write_registry
from warehouse.home import Home


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
    monkeypatch.setattr(checkup.shutil, "disk_usage", lambda folder: type("Usage", (), {"free": 1000})())
    found = {f.check: f for f in checkup.examine_home(Home(tmp_path))}
    assert found["disk"].level == "error"
    assert found["disk"].advice


def test_a_home_that_others_can_read(tmp_path: Path) -> None:
    from warehouse.publish import ensure_published

    home = Home(tmp_path / "home")
    home.prepare()
    ensure_published(home)
    for mode, told in ((0o755, True), (0o750, True), (0o700, False)):
        home.path.chmod(mode)
        found = {f.check: f for f in checkup.examine_home(home)}
        assert ("rights" in found) is told, oct(mode)
    assert "chmod 700" in next(f.advice for f in _with_mode(home, 0o755) if f.check == "rights")


def _with_mode(home: Home, mode: int) -> list[checkup.Finding]:
    home.path.chmod(mode)
    return list(checkup.examine_home(home))


def test_what_a_machine_lacks_is_told_with_the_way_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import sqlite3
    from types import SimpleNamespace

    monkeypatch.setattr(checkup, "find_chromium", lambda: None)
    monkeypatch.setattr("warehouse.db.installed_extensions", lambda: {"core_functions", "json"})
    monkeypatch.setattr(checkup.resources, "files", lambda package: tmp_path)
    monkeypatch.setattr(checkup.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr("psutil.virtual_memory", lambda: SimpleNamespace(available=2**29, total=2**32))
    monkeypatch.setattr("sys.stdout", SimpleNamespace(encoding="ascii"))

    def without_fts(*_: object) -> object:
        raise sqlite3.OperationalError("no such module: fts5")

    monkeypatch.setattr(checkup.sqlite3, "connect", lambda name: _Connection(without_fts))
    found = {f.check: f for f in checkup.examine_machine()}
    for name, level, words in (
        ("DuckDB", "error", "lacks icu, parquet"),
        ("fonts", "error", "LiberationSerif-Regular.ttf is missing"),
        ("search", "error", "no FTS5"),
        ("memory", "warning", "0.5 of 4.0 GB"),
        ("terminal", "warning", "not UTF-8"),
        ("Chromium", "warning", "not found"),
        ("extra pdf", "warning", "not installed"),
    ):
        assert found[name].level == level, name
        assert words in found[name].found
        assert found[name].advice, name


class _Connection:
    """A database that refuses whatever is asked."""

    def __init__(self, execute: Callable[..., object]) -> None:
        self.execute = execute

    def __enter__(self) -> _Connection:
        return self

    def __exit__(self, *_: object) -> None:
        return None


def test_a_home_nobody_may_write_and_a_wrong_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Slow(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return datetime(2001, 1, 1, tzinfo=tz)

    def refuse(self: Path, data: bytes) -> int:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(checkup, "datetime", Slow)
    clock = next(f for f in checkup.examine_machine() if f.check == "clock")
    assert (clock.level, clock.found) == ("error", "the clock says 01/01/2001")
    monkeypatch.setattr(checkup.os, "access", lambda path, mode: False)
    found = {f.check: f for f in checkup.examine_home(Home(tmp_path / "below"))}
    assert (found["home"].level, "cannot be made" in found["home"].found) == ("error", True)
    monkeypatch.setattr(Path, "write_bytes", refuse)
    found = {f.check: f for f in checkup.examine_home(Home(tmp_path))}
    assert found["home"].level == "error"
    assert "--home" in found["home"].advice


def test_a_damaged_archive_is_named(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.prepare()
    (home.archive / "20250701T000000Z-1.warc.gz").write_bytes(b"\x1f\x8b\x08\x00garbage")
    found = {f.check: f for f in checkup.examine_home(home)}
    assert found["archive"].level == "error"
    assert "20250701T000000Z-1" in found["archive"].found


def test_a_machine_without_time_zones_still_has_vietnams_time() -> None:
    at = datetime(2026, 1, 1, 20, tzinfo=UTC)
    assert at.astimezone(_load_zone("Nowhere/At_All")).isoformat() == at.astimezone(VIETNAM).isoformat() == "2026-01-02T03:00:00+07:00"
