"""An archive whose closed segments lie elsewhere: in a folder that machines share, or in a real S3 server on this machine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from distributed import LocalCluster

from r57monitor.errors import ArchiveError, UsageError
from r57monitor.models import RawPage
from tests.command import run
from tests.test_cluster import rows
from warehouse.archive import Archive
from warehouse.depot import bring, fetch_indexes, open_archive, store_segments
from warehouse.home import Home
from warehouse.segment import SegmentWriter
from warehouse.storage import Storage

PAGES = {
    f"https://bao.example/{name}.html": (
        f'<html lang="vi"><head><title>Tin {name}</title></head><body><article><h1>Tin {name}</h1>'
        f"<p>Thực hiện Nghị quyết số 57-NQ/TW, tỉnh Lào Cai đã có {number} trạm 5G tính đến tháng 6/2025.</p></article></body></html>"
    )
    for number, name in enumerate(("mot", "hai", "ba"), 300)
}


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """A server that speaks S3, with one empty bucket."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        yield "http://{}:{}".format(*server.get_host_and_port())
    finally:
        server.stop()


@pytest.fixture(params=["folder", pytest.param("s3", marks=pytest.mark.slow)])
def storage(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Storage:
    if request.param == "folder":
        return Storage(str(tmp_path / "shared"))
    return bucket(request.getfixturevalue("endpoint"), monkeypatch, tmp_path.name)


def bucket(endpoint: str, monkeypatch: pytest.MonkeyPatch, name: str) -> Storage:
    import fsspec

    for key, value in (("AWS_ACCESS_KEY_ID", "a"), ("AWS_SECRET_ACCESS_KEY", "b"), ("AWS_DEFAULT_REGION", "us-east-1")):
        monkeypatch.setenv(key, value)
    fsspec.filesystem("s3", endpoint_url=endpoint).mkdirs("archives", exist_ok=True)
    return Storage(f"s3://archives/{name}", {"endpoint_url": endpoint})


def make_home(path: Path, storage: Storage, *, keep_local: bool = False) -> Home:
    home = Home(path)
    home.prepare()
    options = "".join(f'{key} = "{value}"\n' for key, value in storage.options.items())
    text = f'[archive]\nstorage = "{storage.address}"\nkeep_local = {str(keep_local).lower()}\n'
    (home.path / "settings.toml").write_text(text + (f"[archive.storage_options]\n{options}" if options else ""), "utf-8")
    return home


def fill(home: Home) -> list[str]:
    """A segment for each page, not stored yet; their names."""
    for day, (url, text) in enumerate(PAGES.items(), 1):
        fetched = datetime(2025, 7, day, tzinfo=UTC)
        raw = RawPage(url=url, body=text.encode(), fetched_at=fetched, content_type="text/html", source_id="ingested")
        with SegmentWriter(home.archive) as writer:
            writer.write(raw, None)
    return local_segments(home)


def local_segments(home: Home) -> list[str]:
    return sorted(path.name for path in home.archive.glob("*.warc.gz"))


def stored_segments(storage: Storage) -> list[str]:
    return sorted(name for name in storage.names() if name.endswith(".warc.gz"))


def bodies(home: Home) -> dict[str, bytes]:
    archive = open_archive(home)
    return {page.raw.url: page.raw.body for segment in archive.segments() for page in archive.iterate(segment)}


def test_segments_go_to_the_storage_and_are_read_from_there(tmp_path: Path, storage: Storage) -> None:
    home = make_home(tmp_path / "home", storage)
    names = fill(home)
    assert store_segments(home, open_archive(home), print) == len(PAGES)
    assert local_segments(home) == []
    assert stored_segments(storage) == names
    assert bodies(home) == {url: text.encode() for url, text in PAGES.items()}
    assert not [name for name in storage.names() if name.startswith(".")]
    assert store_segments(home, open_archive(home), print) == 0


def test_another_machine_reads_an_archive_by_its_address(tmp_path: Path, storage: Storage) -> None:
    first = make_home(tmp_path / "home", storage)
    fill(first)
    store_segments(first, open_archive(first), print)
    second = make_home(tmp_path / "elsewhere", storage)
    assert fetch_indexes(open_archive(second)) == len(PAGES)
    assert fetch_indexes(open_archive(second)) == 0
    assert bodies(second) == bodies(first)


def test_what_is_withdrawn_leaves_the_storage(tmp_path: Path, storage: Storage) -> None:
    home = make_home(tmp_path / "home", storage)
    fill(home)
    assert run("publish", "--home", str(home.path)) == 0
    assert local_segments(home) == []
    assert run("withdraw", "https://bao.example/hai.html", "--reason", "x", "--home", str(home.path)) == 0
    assert local_segments(home) == []
    kept = bodies(home)
    assert kept["https://bao.example/mot.html"] == PAGES["https://bao.example/mot.html"].encode()
    assert kept["https://bao.example/hai.html"] == b""


def test_a_storage_out_of_reach_costs_nothing_but_time(tmp_path: Path) -> None:
    (tmp_path / "shared").write_text("a file where a folder should be", "utf-8")
    storage = Storage(str(tmp_path / "shared"))
    home = make_home(tmp_path / "home", storage)
    names = fill(home)
    said: list[str] = []
    assert store_segments(home, open_archive(home), said.append) == 0
    assert "stay on this machine for now" in said[0]
    assert local_segments(home) == names
    (tmp_path / "shared").unlink()
    assert store_segments(home, open_archive(home), said.append) == len(PAGES)
    assert (local_segments(home), stored_segments(storage)) == ([], names)


def test_files_may_stay_in_the_home_too(tmp_path: Path) -> None:
    storage = Storage(str(tmp_path / "shared"))
    home = make_home(tmp_path / "home", storage, keep_local=True)
    fill(home)
    store_segments(home, open_archive(home), print)
    assert local_segments(home) == stored_segments(storage)


def test_a_segment_changed_before_a_crash_is_stored_again(tmp_path: Path) -> None:
    """The mark stands from before the change, so a segment of equal length is not taken for the one that was stored."""
    storage = Storage(str(tmp_path / "shared"))
    home = make_home(tmp_path / "home", storage, keep_local=True)
    fill(home)
    store_segments(home, open_archive(home), print)
    segment = open_archive(home).segments()[0]
    bring(open_archive(home), segment)
    changed = segment.read_bytes()[:-1] + b"\x00"
    segment.write_bytes(changed)
    assert store_segments(home, open_archive(home), print) == 1
    assert (tmp_path / "shared" / segment.name).read_bytes() == changed
    assert not list(home.archive.glob("*.changed"))


def test_a_lost_segment_is_named(tmp_path: Path) -> None:
    storage = Storage(str(tmp_path / "shared"))
    home = make_home(tmp_path / "home", storage)
    [name, *_] = fill(home)
    store_segments(home, open_archive(home), print)
    storage.remove(name)
    with pytest.raises(ArchiveError, match=name):
        list(open_archive(home).iterate(home.archive / name))


def test_an_unknown_storage_is_named() -> None:
    with pytest.raises(UsageError, match="nosuch://x"):
        Storage("nosuch://x").names()


def test_a_bucket_that_is_not_there_is_named(endpoint: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bucket(endpoint, monkeypatch, "any")
    (tmp_path / "a").write_bytes(b"x")
    with pytest.raises(ArchiveError, match="s3://missing/x"):
        Storage("s3://missing/x", {"endpoint_url": endpoint}).put(tmp_path / "a", "a")


@pytest.mark.slow
def test_a_cluster_reads_from_an_object_storage(endpoint: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    storage = bucket(endpoint, monkeypatch, "cluster")
    home = make_home(tmp_path / "home", storage)
    fill(home)
    assert run("replay", "--home", str(home.path), "--no-publish") == 0
    wanted = rows(home)
    assert store_segments(home, open_archive(home), print) == 3
    assert local_segments(home) == []
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0") as cluster:  # type: ignore[no-untyped-call]
        assert run("replay", "--home", str(home.path), "--no-publish", "--engine", cluster.scheduler_address) == 0
    assert rows(home) == wanted
    assert not (storage / "units").names()


def test_an_archive_without_a_storage_reads_its_folder_only(tmp_path: Path) -> None:
    (tmp_path / "x.warc.gz.jsonl").write_text("{}", "utf-8")
    assert Archive(tmp_path).segments() == []
    assert os.listdir(tmp_path) == ["x.warc.gz.jsonl"]
