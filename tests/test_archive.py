"""Archive segments: whole after a crash, honest about what is lost."""

from __future__ import annotations

import gzip
import json
import os
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from r57monitor.errors import ArchiveError
from r57monitor.models import PageRole, RawPage
from warehouse.archive import Archive
from warehouse.encodings import decode_body
from warehouse.packing import pack_fetch, packed_page
from warehouse.records import HttpHeads, plain_outcome, unpack_fetch
from warehouse.segment import OPEN, SegmentWriter

WHEN = datetime(2025, 7, 5, 1, 2, 3, 456789, tzinfo=UTC)
RAW = RawPage(
    url="https://bao.example/tin/số-hóa-1.html?a=1#x",
    requested_url="https://bao.example/r/1",
    body="<p>Xã đã số hóa 36/74 hồ sơ.</p>".encode(),
    fetched_at=WHEN,
    source_id="bao-vi-du",
    content_type="text/html; charset=utf-8",
    found_by="feed",
    list_title="Số hóa hồ sơ",
    feed_date=datetime(2025, 7, 4, tzinfo=UTC),
    referrer="https://bao.example/rss",
)
HTTP = HttpHeads(
    response_headers=[("Content-Type", "text/html; charset=utf-8"), ("ETag", '"e1"'), ("Last-Modified", "Fri, 04 Jul 2025 00:00:00 GMT")],
    request_headers=[("User-Agent", "r57monitor"), ("Accept", "*/*")],
)


def write_some(folder: Path, count: int, *, close: bool = True) -> SegmentWriter:
    writer = SegmentWriter(folder)
    for n in range(count):
        writer.write(
            replace(RAW, url=f"https://bao.example/{n}.html", body=os.urandom(50) + f"<p>trang {n}</p>".encode()), HTTP, cycle="c1"
        )
    if close:
        writer.close()
    return writer


def open_segment(folder: Path) -> Path:
    return next(folder.glob(f"*{OPEN}"))


def test_a_fetch_comes_back_as_it_was(tmp_path: Path) -> None:
    with SegmentWriter(tmp_path) as writer:
        written = writer.write(RAW, HTTP, cycle="c1", elapsed_ms=42)
    archive = Archive(tmp_path)
    (page,) = archive.iterate(archive.segments()[0])
    assert page == written
    assert page.raw == replace(RAW, record_id=page.raw.record_id)
    assert (page.cycle, page.elapsed_ms, page.etag, page.last_modified) == ("c1", 42, '"e1"', "Fri, 04 Jul 2025 00:00:00 GMT")
    assert page.size == len(RAW.body)


def test_other_programs_read_the_segment(tmp_path: Path) -> None:
    write_some(tmp_path, 3)
    with open(Archive(tmp_path).segments()[0], "rb") as stream:
        kinds = [record.rec_type for record in ArchiveIterator(stream, check_digests="raise")]
    assert kinds == ["response", "request", "metadata"] * 3


@pytest.mark.parametrize("name", ["Tài liệu à.pdf", "báo cáo", "số\u00a0liệu"])
def test_headers_in_other_letters_are_kept_percent_encoded(tmp_path: Path, name: str) -> None:
    value = f"attachment; filename={name}".encode().decode("latin-1")  # as the wire has them
    with SegmentWriter(tmp_path) as writer:
        written = writer.write(
            RAW, replace(HTTP, response_headers=[*HTTP.response_headers, ("Content-Disposition", value), ("X-Tên", value)])
        )
    segment = Archive(tmp_path).segments()[0]
    assert list(Archive(tmp_path).iterate(segment)) == [written]
    with open(segment, "rb") as stream:
        kept = next(iter(ArchiveIterator(stream, check_digests="raise"))).http_headers.get_header("Content-Disposition")
    assert unquote(kept) == f"attachment; filename={name}"


def test_a_file_is_a_resource_record(tmp_path: Path) -> None:
    file = replace(RAW, url="file:///tmp/x.pdf", requested_url="file:///tmp/x.pdf", body=b"%PDF-1.4", content_type="application/pdf")
    with SegmentWriter(tmp_path) as writer:
        writer.write(file, None)
    archive = Archive(tmp_path)
    (page,) = archive.iterate(archive.segments()[0])
    assert page.raw.body == b"%PDF-1.4"
    assert page.raw.content_type == "application/pdf"


def test_an_open_segment_has_its_bytes_on_disk(tmp_path: Path) -> None:
    writer = write_some(tmp_path, 2, close=False)
    assert open_segment(tmp_path).stat().st_size > 0
    assert Archive(tmp_path).segments() == []
    writer.close()
    assert not list(tmp_path.glob(f"*{OPEN}"))


@pytest.mark.parametrize("torn", [1, 7, 100, 400])
def test_recovery_keeps_whole_fetches_and_drops_the_torn_tail(tmp_path: Path, torn: int) -> None:
    write_some(tmp_path, 5, close=False)
    path = open_segment(tmp_path)
    os.truncate(path, path.stat().st_size - torn)
    (saved,) = Archive(tmp_path).recover()
    assert saved.fetches == 4
    assert saved.dropped_bytes > 0
    archive = Archive(tmp_path)
    pages = list(archive.iterate(archive.segments()[0]))
    assert [page.raw.url[-6:] for page in pages] == ["0.html", "1.html", "2.html", "3.html"][:4] or len(pages) == 4
    assert Archive(tmp_path).recover() == []


def test_a_segment_torn_in_its_first_fetch_goes(tmp_path: Path) -> None:
    write_some(tmp_path, 1, close=False)
    os.truncate(open_segment(tmp_path), 30)
    (saved,) = Archive(tmp_path).recover()
    assert saved.fetches == 0
    assert list(tmp_path.iterdir()) == []


def test_garbage_after_the_fetches_goes(tmp_path: Path) -> None:
    write_some(tmp_path, 2, close=False)
    with open(open_segment(tmp_path), "ab") as file:
        file.write(b"\0" * 4096)
    (saved,) = Archive(tmp_path).recover()
    assert (saved.fetches, saved.dropped_bytes) == (2, 4096)


def test_every_cut_is_survived(tmp_path: Path) -> None:
    write_some(tmp_path / "whole", 2, close=False)
    data = open_segment(tmp_path / "whole").read_bytes()
    for cut in range(0, len(data), 97):
        folder = tmp_path / str(cut)
        folder.mkdir()
        (folder / f"20250705T000000000000Z-1-1.warc.gz{OPEN}").write_bytes(data[:cut])
        (saved,) = Archive(folder).recover()
        archive = Archive(folder)
        assert sum(1 for s in archive.segments() for _ in archive.iterate(s)) == saved.fetches <= 1


def test_silent_truncation_is_named(tmp_path: Path) -> None:
    write_some(tmp_path, 4)
    archive = Archive(tmp_path)
    (segment,) = archive.segments()
    os.truncate(segment, segment.stat().st_size - 10)
    problems: list[str] = []
    assert len(list(archive.iterate(segment, report=problems.append))) == 3
    assert len(problems) == 1
    assert segment.name in problems[0]
    assert "1 of 4 fetches are lost" in problems[0]


def test_a_missing_or_broken_index_is_made_anew(tmp_path: Path) -> None:
    write_some(tmp_path, 3)
    archive = Archive(tmp_path)
    (segment,) = archive.segments()
    index = segment.with_name(segment.name + ".jsonl")
    good = index.read_text()
    for broken in (None, "", good[: len(good) // 2], "[]\n"):
        if broken is None:
            index.unlink()
        else:
            index.write_text(broken)
        assert [entry.url for entry in archive.entries(segment)] == [json.loads(line)["url"] for line in good.splitlines()[:-1]]
        assert index.read_text() == good


def test_segments_rotate_and_keep_their_order(tmp_path: Path) -> None:
    with SegmentWriter(tmp_path, limit=2500) as writer:
        urls = [writer.write(replace(RAW, url=f"https://bao.example/{n}"), HTTP).raw.url for n in range(12)]
    archive = Archive(tmp_path)
    assert len(archive.segments()) > 2
    assert [page.raw.url for segment in archive.segments() for page in archive.iterate(segment)] == urls
    assert writer.closed == [segment.name for segment in archive.segments()]


def test_a_full_disk_is_said_and_leaves_no_half_fetch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = write_some(tmp_path, 1, close=False)
    size = open_segment(tmp_path).stat().st_size
    real = os.fsync

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ArchiveError, match="No space left"):
        writer.write(RAW, HTTP)
    monkeypatch.setattr(os, "fsync", real)
    assert open_segment(tmp_path).stat().st_size == size
    writer.write(RAW, HTTP)
    writer.close()
    archive = Archive(tmp_path)
    assert len(list(archive.iterate(archive.segments()[0]))) == 2


def test_what_no_sync_made_safe_goes_and_what_was_safe_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = SegmentWriter(tmp_path)
    writer.add(replace(RAW, url="https://bao.example/an-toan"), HTTP)
    writer.add(replace(RAW, url="https://bao.example/cung-an-toan"), HTTP)
    writer.sync()
    writer.add(replace(RAW, url="https://bao.example/mat"), HTTP)

    def full(handle: int) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(ArchiveError, match="Input/output"):
            writer.sync()
    with pytest.raises(ArchiveError, match="Input/output"):  # a disk that failed once may say afterwards that all is well
        writer.sync()
    writer.drop_unsafe()
    writer.write(replace(RAW, url="https://bao.example/sau"), HTTP)
    writer.close()
    archive = Archive(tmp_path)
    kept = [page.raw.url.rsplit("/", 1)[1] for page in archive.iterate(archive.segments()[0])]
    assert kept == ["an-toan", "cung-an-toan", "sau"]
    assert archive.check(archive.segments()[0]) == []


def packed(body: bytes) -> bytes:
    """gzip without the time of day, which would go into the tests' names: two workers that collect a second apart must agree on them."""
    return gzip.compress(body, mtime=0)


@pytest.mark.parametrize(
    ("encodings", "body", "expected"),
    [
        ([], b"abc", b"abc"),
        (["gzip"], packed(b"abc") + packed(b"def"), b"abcdef"),
        (["x-gzip"], packed(b"abc") + b"\0\0", b"abc"),
        (["deflate"], zlib.compress(b"abc"), b"abc"),
        (["deflate"], zlib.compress(b"abc")[2:-4], b"abc"),
        (["gzip, gzip"], packed(packed(b"abc")), b"abc"),
    ],
)
def test_decode_body(encodings: list[str], body: bytes, expected: bytes) -> None:
    assert decode_body(body, encodings) == expected


@pytest.mark.parametrize("body", [packed(b"\0" * 5_000_000), b"no gzip at all"])
def test_a_bomb_or_broken_body_is_an_error(body: bytes) -> None:
    with pytest.raises(ArchiveError):
        decode_body(body, ["gzip"], cap=1_000_000)


def test_a_body_that_no_packing_fits_is_an_error_and_not_a_page(tmp_path: Path) -> None:
    http = replace(HTTP, response_headers=[*HTTP.response_headers, ("Content-Encoding", "br")])
    with SegmentWriter(tmp_path) as writer:
        page = writer.write(replace(RAW, body=b"no gzip at all"), http)
    assert page.raw.body == b""
    assert plain_outcome(page) == "error"


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({}, None),
        ({"status": 304}, "not_modified"),
        ({"status": 301}, "redirect"),
        ({"status": 503}, "http_error"),
        ({"role": "robots", "status": 404}, "robots"),
        ({"role": "feed"}, "feed"),
        ({"body": b"<html><title>Just a moment...</title><body></body></html>"}, "challenge"),
        ({"status": 403, "body": b"<html><title>Attention Required! | X</title></html>"}, "challenge"),
    ],
)
def test_plain_outcome(tmp_path: Path, changes: dict[str, object], outcome: str | None) -> None:
    with SegmentWriter(tmp_path) as writer:
        assert plain_outcome(writer.write(replace(RAW, **changes), HTTP)) == outcome  # type: ignore[arg-type]


def test_a_folder_that_goes_away_is_named(tmp_path: Path) -> None:
    import shutil

    writer = SegmentWriter(tmp_path / "archive")
    writer.write(RawPage(url="https://bao.example/a", body=b"x", fetched_at=datetime(2025, 7, 1, tzinfo=UTC)), None)
    shutil.rmtree(tmp_path / "archive")
    with pytest.raises(ArchiveError, match="cannot close"):
        writer.close()


def test_an_unchanged_page_is_a_revisit_that_other_readers_know(tmp_path: Path) -> None:
    from fastwarc.warc import ArchiveIterator as OtherReader
    from fastwarc.warc import WarcRecordType

    with SegmentWriter(tmp_path) as writer:
        writer.write(RAW, HTTP)
    archive = Archive(tmp_path)
    (segment,) = archive.segments()
    (first,) = archive.entries(segment)
    later = replace(RAW, fetched_at=WHEN + timedelta(days=1))
    asked = replace(HTTP, request_headers=[("If-None-Match", '"e1"')])
    with SegmentWriter(tmp_path) as writer:
        same = writer.write(later, HTTP, known=first)
        unchanged = writer.write(replace(later, status=304, body=b""), asked, known=first)
        changed = writer.write(replace(later, body=b"<p>moi</p>"), HTTP, known=first)
    assert [plain_outcome(page) for page in (same, unchanged, changed)] == ["not_modified", "not_modified", None]
    assert (same.refers_to, unchanged.refers_to, changed.refers_to) == (first.record_id, first.record_id, None)
    assert unchanged.is_conditional
    second = archive.segments()[1]
    assert list(archive.iterate(second)) == [same, unchanged, changed]
    with open(second, "rb") as stream:
        revisits = [r for r in ArchiveIterator(stream, check_digests="raise") if r.rec_type == "revisit"]
    profiles = [r.rec_headers.get_header("WARC-Profile").rpartition("/")[2] for r in revisits]
    assert profiles == ["identical-payload-digest", "server-not-modified"]
    assert {r.rec_headers.get_header("WARC-Refers-To-Target-URI") for r in revisits} == {first.url}
    with open(second, "rb") as stream:
        kinds = [r.record_type for r in OtherReader(stream)]
    assert [kinds.count(kind) for kind in (WarcRecordType.revisit, WarcRecordType.response, WarcRecordType.request)] == [2, 1, 3]


@pytest.mark.parametrize("has_index", [True, False])
@pytest.mark.parametrize("harm", ["overwritten", "cut out", "put in"])
def test_damage_in_the_middle_costs_only_the_fetches_it_hits(tmp_path: Path, harm: str, has_index: bool) -> None:
    write_some(tmp_path, 6)
    archive = Archive(tmp_path)
    (segment,) = archive.segments()
    hit = archive.entries(segment)[2]
    data = segment.read_bytes()
    middle = hit.offset + hit.length // 2
    after = data[middle + 9 :] if harm != "put in" else data[middle:]
    segment.write_bytes(data[:middle] + (b"" if harm == "cut out" else b"\xff" * 9) + after)
    if not has_index:
        segment.with_name(segment.name + ".jsonl").unlink()
    problems: list[str] = []
    pages = list(archive.iterate(segment, report=problems.append))
    assert [page.raw.url[-6:] for page in pages] == [f"{n}.html" for n in (0, 1, 3, 4, 5)]
    assert problems
    assert Archive(tmp_path).check(segment)


def test_damage_in_an_open_segment_costs_only_the_fetch_it_hits(tmp_path: Path) -> None:
    write_some(tmp_path, 5, close=False)
    path = open_segment(tmp_path)
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 4] = b"\xff\xfe\xff\xfe"
    path.write_bytes(data)
    (saved,) = Archive(tmp_path).recover()
    assert saved.fetches == 4
    archive = Archive(tmp_path)
    assert len(list(archive.iterate(archive.segments()[0]))) == 4


_WORDS = st.text(st.sampled_from("aZ09-/;:=,. \t\"'%éđ\u00a0\x01\n"), max_size=12)


@given(
    headers=st.lists(st.tuples(st.sampled_from(["Content-Type", "ETag", "last-modified", "Content-Encoding", "X-Y"]), _WORDS), max_size=5),
    address=_WORDS,
    reason=st.sampled_from(["OK", "Not Found", "Unknown"]),
    status=st.sampled_from([200, 204, 304, 403, 404, 503]),
    body=st.sampled_from([b"", b"x", "<html><title>Số hóa</title><p>chữ</p>".encode(), packed(b"<p>a</p>")]),
    role=st.sampled_from(["article", "feed", "robots"]),
)
@example([("Content-Type", "text/html"), ("ETag", ' "e" ')], "a b", "OK", 200, b"x", "article")
@settings(max_examples=150, deadline=None)
def test_what_is_written_is_known_without_unpacking_it(
    headers: list[tuple[str, str]], address: str, reason: str, status: int, body: bytes, role: PageRole
) -> None:
    pairs = [(name, value.replace("\n", " ")) for name, value in headers]  # as the crawler hands them over
    heads = HttpHeads(reason=reason, response_headers=pairs, request_headers=[("If-None-Match", "e")])
    kind = next((value for name, value in pairs if name == "Content-Type"), "")
    raw = replace(
        RAW,
        url="https://bao.example/" + address.replace("\n", ""),
        body=body,
        status=status,
        role=role,
        content_type=kind,
        record_id="urn:uuid:1",
    )
    block = pack_fetch(raw, heads, "c1", 42)
    assert packed_page(raw, heads, "c1", 42, block, "s") == unpack_fetch(block, "s")
