"""Backups: made beside a writer, checked whole, restored without ever touching what was there."""

from __future__ import annotations

import io
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from r57monitor.errors import HomeError, UsageError
from r57monitor.models import RawPage
from tests.command import copy_home, ingest_pages, run
from tests.processes import wait_until
from tests.test_withdraw import PAGES, page
from warehouse.archive import Archive
from warehouse.backup import make_backup
from warehouse.home import Home
from warehouse.journal import Journal
from warehouse.queries import open_published
from warehouse.restore import check_backup, restore_backup
from warehouse.segment import SegmentWriter


@pytest.fixture(scope="module")
def read_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("backup")
    ingest_pages(folder, {url: page(title, text) for url, (title, text) in PAGES.items()})
    (folder / "home" / "settings.toml").write_text("", "utf-8")
    (folder / "home" / "sources" / "rieng.toml").write_text("", "utf-8")
    return folder / "home"


@pytest.fixture
def home(read_home: Path, tmp_path: Path) -> Home:
    return copy_home(read_home, tmp_path)


def facts(home: Home) -> list[Any]:
    with open_published(home) as reader:
        return [reader.rows(f"SELECT * FROM main.{view} ORDER BY ALL") for view in ("articles", "figures", "fetches", "reviews")]


def test_there_and_back(home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "b.tar"
    assert run("backup", "--out", str(file), "--home", str(home.path)) == 0
    assert run("restore", str(file), "--check") == 0
    assert "is whole" in capsys.readouterr().out
    new = Home(tmp_path / "new")
    assert run("restore", str(file), "--home", str(new.path)) == 0
    assert facts(new) == facts(home)
    assert new.published.readlink() == home.published.readlink()
    assert (new.sources / "rieng.toml").exists()
    assert (new.path / "settings.toml").exists()
    assert not [f for f in new.path.rglob("*.lock") if f.name != "writer.lock"]
    (tmp_path / "x.html").write_text(page("Bài mới của xã", "Xã có thêm 5 điểm truy cập mạng."), "utf-8")
    assert run("ingest", str(tmp_path / "x.html"), "--url", "https://bao.example/moi.html", "--home", str(new.path)) == 0
    with open_published(new) as reader:
        assert reader.rows("SELECT count(*) AS n FROM articles") == [{"n": 4}]
    assert not list(tmp_path.glob(".*restoring*"))
    assert not list(tmp_path.glob(".b.tar*"))


def test_beside_a_writer(home: Home, tmp_path: Path) -> None:
    """Another process holds the lock and has a segment open: what is archived and journaled by then is in the backup."""
    script = f"""
import sys, time
from datetime import UTC, datetime
from r57monitor.models import RawPage
from warehouse.segment import SegmentWriter
from warehouse.home import Home
from warehouse.journal import Journal
from warehouse.records import HttpHeads
home = Home(__import__("pathlib").Path({str(home.path)!r}))
with home.lock("crawl"):
    writer = SegmentWriter(home.archive)
    raw = RawPage(url="https://bao.example/dang-mo.html", body={page("Bài đang mở", "Xã có 7 tổ số.").encode()!r},
                  fetched_at=datetime(2025, 8, 21, tzinfo=UTC), content_type="text/html", source_id="ingested")
    writer.write(raw, HttpHeads(response_headers=[("Content-Type", "text/html")]))
    Journal(home.journal).append("cycle_begun", cycle="c", source="ingested")
    print("ready", flush=True)
    time.sleep(600)
"""
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "ready"
        made = make_backup(home, tmp_path / "b.tar")
        assert (made.has_warehouse, made.holder) == (False, f"`r57 crawl` (process {process.pid})")
        with pytest.raises(HomeError, match=f"process {process.pid}"):
            make_backup(home, tmp_path / "c.tar", archive=False)
        assert not (tmp_path / "c.tar").exists()
        with pytest.raises(HomeError, match=f"process {process.pid}"):
            restore_backup(tmp_path / "b.tar", home, replace=True)
    finally:
        process.kill()
        process.communicate()
    new = Home(tmp_path / "new")
    restored = restore_backup(tmp_path / "b.tar", new)
    assert not restored.has_warehouse
    assert len(facts(new)[0]) == 3  # readable at once
    assert run("publish", "--home", str(new.path)) == 0
    with open_published(new) as reader:
        assert {r["url"] for r in reader.rows("SELECT url FROM articles")} == {*PAGES, "https://bao.example/dang-mo.html"}
    assert any(e["event"] == "cycle_begun" for e in Journal(new.journal).iterate())


def test_growing_files_end_where_a_record_ends(home: Home, tmp_path: Path) -> None:
    journal = next(iter(home.journal.glob("*.jsonl")))
    with open(journal, "ab") as file:
        file.write(b'{"at": "2025-08-21T00:00:00+00:00", "event": "half')
    make_backup(home, tmp_path / "b.tar")
    new = Home(tmp_path / "new")
    restore_backup(tmp_path / "b.tar", new)
    assert (new.journal / journal.name).read_bytes() == journal.read_bytes().rpartition(b"\n")[0] + b"\n"


def test_while_something_is_withdrawn(home: Home, tmp_path: Path) -> None:
    with home.rewriting(alone=True), pytest.raises(HomeError, match="withdrawn"):
        make_backup(home, tmp_path / "b.tar")
    with home.rewriting(alone=False), pytest.raises(HomeError, match="backup"), home.rewriting(alone=True):
        pass


@pytest.mark.parametrize("where", [0.1, 0.5, 0.9])
def test_a_changed_byte_is_found(home: Home, tmp_path: Path, where: float) -> None:
    file = tmp_path / "b.tar"
    make_backup(home, file)
    with tarfile.open(file) as tar:
        members = [m for m in tar if m.size > 100 and not m.name.startswith("MANIFEST")]
    member = members[int(where * len(members))]
    data = bytearray(file.read_bytes())
    data[member.offset_data + member.size // 2] ^= 0xFF
    file.write_bytes(data)
    with pytest.raises(HomeError, match=member.name.split("-")[0]) as told:
        restore_backup(file, Home(tmp_path / "new"))
    assert "damaged" in str(told.value)
    assert not (tmp_path / "new").exists()
    assert not list(tmp_path.glob(".new*"))


@pytest.mark.parametrize("share", [0.0, 0.3, 0.8, 0.999])
def test_a_broken_off_backup_is_named(home: Home, tmp_path: Path, share: float) -> None:
    file = tmp_path / "b.tar"
    make_backup(home, file)
    data = file.read_bytes()
    last = data.rindex(b"MANIFEST-")  # padding after the list says nothing
    file.write_bytes(data[: int(last * share)])
    with pytest.raises(HomeError, match=r"b\.tar"):
        check_backup(file)
    with pytest.raises(HomeError, match=r"b\.tar"):
        restore_backup(file, Home(tmp_path / "new"))
    assert not (tmp_path / "new").exists()


def test_a_home_with_data_is_kept(home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_backup(home, tmp_path / "b.tar")
    (home.path / "moi.txt").write_text("sau bản sao", "utf-8")
    assert run("restore", str(tmp_path / "b.tar"), "--home", str(home.path)) == 2
    assert "--replace" in capsys.readouterr().err
    assert (home.path / "moi.txt").exists()
    assert run("restore", str(tmp_path / "b.tar"), "--home", str(home.path), "--replace") == 0
    assert not (home.path / "moi.txt").exists()
    [kept] = tmp_path.glob("home.replaced-*")
    assert (kept / "moi.txt").read_text("utf-8") == "sau bản sao"
    assert len(facts(Home(kept))[0]) == 3


def test_into_an_empty_or_prepared_home(home: Home, tmp_path: Path) -> None:
    make_backup(home, tmp_path / "b.tar")
    prepared = Home(tmp_path / "new")
    prepared.prepare()
    restored = restore_backup(tmp_path / "b.tar", prepared)
    assert restored.before is None
    assert not list(tmp_path.glob("new.replaced*"))
    assert facts(prepared) == facts(home)


def test_a_mounted_home_is_filled_in_place(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_backup(home, tmp_path / "b.tar")
    (home.path / "moi.txt").write_text("sau", "utf-8")
    monkeypatch.setattr("os.path.ismount", lambda path: Path(path) == home.path)
    before = home.path.stat().st_ino
    restored = restore_backup(tmp_path / "b.tar", home, replace=True)
    assert home.path.stat().st_ino == before
    assert not (home.path / "moi.txt").exists()
    assert restored.before is not None
    assert (restored.before / "moi.txt").exists()
    assert len(facts(home)[0]) == 3


def test_without_the_archive(home: Home, tmp_path: Path) -> None:
    made = make_backup(home, tmp_path / "b.tar", archive=False)
    assert made.has_warehouse
    new = Home(tmp_path / "new")
    assert not restore_backup(tmp_path / "b.tar", new).has_archive
    assert facts(new) == facts(home)
    assert Archive(new.archive).segments() == []


def test_what_is_no_backup(tmp_path: Path, home: Home) -> None:
    (tmp_path / "a.tar").write_bytes(b"")
    (tmp_path / "b.tar").write_bytes(b"no tar at all" * 100)
    with tarfile.open(tmp_path / "c.tar", "w") as tar:
        info = tarfile.TarInfo("../outside.txt")
        info.size = 3
        tar.addfile(info, io.BytesIO(b"abc"))
    with tarfile.open(tmp_path / "d.tar", "w") as tar:
        info = tarfile.TarInfo("link")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/hostname"
        tar.addfile(info)
    for name in "abcd":
        with pytest.raises(HomeError, match=rf"{name}\.tar"):
            restore_backup(tmp_path / f"{name}.tar", Home(tmp_path / "new"))
    assert not (tmp_path / "outside.txt").exists()
    assert not (tmp_path / "new").exists()
    with pytest.raises(UsageError, match="exists already"):
        make_backup(home, tmp_path / "a.tar")
    with pytest.raises(UsageError, match="is not there"):  # such as a disk that is not mounted
        make_backup(home, tmp_path / "usb" / "r57.tar")
    assert not (tmp_path / "usb").exists()
    with pytest.raises(UsageError, match="nothing to back up"):
        make_backup(Home(tmp_path / "none"), tmp_path / "e.tar")
    assert run("restore", str(tmp_path / "none.tar"), "--home", str(tmp_path / "new")) == 2


@pytest.mark.slow
def test_killed_in_mid_restore_nothing_half_is_seen(home: Home, tmp_path: Path) -> None:
    archive = SegmentWriter(home.archive)
    for n in range(40):  # large enough for a kill to fall into it
        raw = RawPage(
            url=f"https://bao.example/to-{n}", body=os.urandom(2_000_000), fetched_at=datetime(2025, 8, 1, tzinfo=UTC), role="other"
        )
        archive.write(raw, None)
    archive.close()
    make_backup(home, tmp_path / "b.tar")
    new = tmp_path / "new"
    kills = 0
    for after in (0, 0.02, 0.05, 0.1, 0.2):  # seconds since its first trace
        command = [
            sys.executable,
            "-c",
            "from r57monitor.cli.app import main; main()",
            "restore",
            str(tmp_path / "b.tar"),
            "--home",
            str(new),
        ]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_until(lambda process=process: any(tmp_path.glob(".new.restoring*")) or process.poll() is not None)
        time.sleep(after)
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            process.wait()
            kills += 1
        if new.exists():
            assert facts(Home(new)) == facts(home)
            shutil.rmtree(new)
    assert kills >= 1
    assert run("restore", str(tmp_path / "b.tar"), "--home", str(new)) == 0
    assert facts(Home(new)) == facts(home)
    assert not list(tmp_path.glob(".new.restoring*"))


def test_a_file_that_is_no_backup_is_called_so(tmp_path: Path) -> None:
    other = tmp_path / "thu.txt"
    other.write_text("Kính gửi văn phòng,\n" * 200, "utf-8")
    with pytest.raises(HomeError, match="is no file that `r57 backup` made"):
        check_backup(other)
