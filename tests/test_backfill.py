"""WARC files as world-wide crawls have them: filtered, given their sources, resumed, and named where they break off."""

from __future__ import annotations

import gzip
import os
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipelines.scanning import Scanner, take
from r57monitor.cli.backfill import EVENT, WarcReading
from r57monitor.cli.documents import Given, read_warc
from r57monitor.cli.ingest import run_ingest
from r57monitor.cli.progress import Shown
from r57monitor.errors import ReadError
from r57monitor.models import PageRole, RawPage
from r57monitor.text.joined_pages import is_joined, pack_pages
from tests.rows import make_source
from tests.web import article_html
from warehouse.archive import Archive
from warehouse.foreign import iterate_foreign_warc
from warehouse.home import Home
from warehouse.journal import Journal
from warehouse.queries import open_published
from warehouse.records import HttpHeads
from warehouse.segment import SegmentWriter

FOREIGN = b"<html lang=en><body><h1>Markets</h1><p>Shares rose on Monday as traders weighed the data.</p></body></html>"
OUTLET = "https://bao.example"
AT = datetime(2025, 7, 11, 3, 4, 5, 678901, UTC)


def write_warc(path: Path, pages: list[tuple[str, bytes]], headers: tuple[tuple[str, str], ...] = ()) -> Path:
    head = "".join(f"{name}: {value}\r\n" for name, value in (("Content-Type", "text/html; charset=utf-8"), *headers))
    blocks = [record("warcinfo", "", b"software: another crawler\r\n", 0)]
    for number, (url, body) in enumerate(pages, 1):
        blocks.append(record("response", url, f"HTTP/1.1 200 OK\r\n{head}\r\n".encode() + body, number))
    path.write_bytes(b"".join(gzip.compress(block) if path.name.endswith(".gz") else block for block in blocks))
    return path


def record(kind: str, url: str, block: bytes, number: int) -> bytes:
    about = "application/http; msgtype=response" if url else "application/warc-fields"
    address = f"WARC-Target-URI: {url}\r\n" if url else ""
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{uuid.UUID(int=number)}>\r\n{address}"
        f"WARC-Date: 2025-07-11T00:00:00Z\r\nContent-Type: {about}\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def mixed(count: int) -> list[tuple[str, bytes]]:
    """Every tenth page Vietnamese, of two hosts."""
    return [
        (f"{OUTLET if n % 20 else 'https://khac.example'}/tin/{n}.html", article_html(n).encode()) if n % 10 == 0
        else (f"https://world.example/{n}.html", FOREIGN)
        for n in range(count)
    ]  # fmt: skip


def reading(home: Path, **changes: Any) -> WarcReading:
    source = make_source("bao-thu", homepage=f"{OUTLET}/")
    return WarcReading(Journal(home / "journal"), {"bao.example": source, "kia.example": make_source("kia", kind="blocked")}, **changes)


def urls(found: Iterator[Any]) -> list[str]:
    return [page.url for page in found]


def test_other_languages_and_hosts_are_passed_over_and_counted(tmp_path: Path) -> None:
    file = write_warc(tmp_path / "news.warc.gz", [*mixed(40), ("https://kia.example/1", article_html(1).encode())])
    asked = reading(tmp_path)
    found = list(asked.read(file, Given(source_id="ingested")))
    assert [(page.url, page.source_id) for page in found] == [
        ("https://khac.example/tin/0.html", "ingested"), (f"{OUTLET}/tin/10.html", "bao-thu"),
        ("https://khac.example/tin/20.html", "ingested"), (f"{OUTLET}/tin/30.html", "bao-thu"),
    ]  # fmt: skip
    assert asked.passed == {"another language": 36, "host not wanted": 1, "no page": 1}
    assert asked.records == 42
    only = reading(tmp_path, known_hosts=True, again=True)
    assert urls(only.read(file, Given())) == [f"{OUTLET}/tin/10.html", f"{OUTLET}/tin/30.html"]
    assert len(urls(reading(tmp_path, every_page=True, again=True).read(file, Given()))) == 40


def test_a_stopped_run_goes_on_and_a_finished_file_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("r57monitor.cli.backfill._NOTED_EVERY", 7)
    monkeypatch.setattr("r57monitor.cli.backfill._PART", 7)
    monkeypatch.setattr("r57monitor.cli.backfill.SYNCED_TOGETHER", 2)
    file = write_warc(tmp_path / "news.warc.gz", mixed(100))
    whole = urls(reading(tmp_path / "other").read(file, Given()))
    first = reading(tmp_path).read(file, Given())
    got = [next(first).url for _ in range(6)]
    first.close()  # as a kill would: nothing more is noted
    said: list[str] = []
    rest = reading(tmp_path, say=said.append)
    later = urls(rest.read(file, Given()))
    rest.finish()
    assert dict.fromkeys(got + later) == dict.fromkeys(whole)
    assert rest.records < 80
    assert "goes on at byte" in said[0]
    again = reading(tmp_path)
    assert urls(again.read(file, Given())) == []
    assert again.records == 0
    write_warc(file, mixed(50))  # another file of that name
    assert len(urls(reading(tmp_path).read(file, Given()))) == 5


@pytest.mark.parametrize("name", ["cut.warc.gz", "cut.warc"])
def test_a_file_that_breaks_off_is_named_with_its_place(tmp_path: Path, name: str) -> None:
    whole = write_warc(tmp_path / name, mixed(60)).read_bytes()
    file = tmp_path / name
    file.write_bytes(whole[: len(whole) - 200])
    asked = reading(tmp_path)
    found = asked.read(file, Given())
    assert [next(found).url for _ in range(6)][-1] == f"{OUTLET}/tin/50.html"
    with pytest.raises(ReadError, match=name):
        next(found)
    assert asked.records >= 60
    assert list(Journal(tmp_path / "journal").iterate(EVENT)) == [], "it may be whole another day"


def test_damage_in_the_middle_is_named(tmp_path: Path) -> None:
    file = write_warc(tmp_path / "hong.warc.gz", mixed(60))
    body = bytearray(file.read_bytes())
    body[len(body) // 2 : len(body) // 2 + 300] = bytes(300)
    file.write_bytes(body)
    came: list[int] = []
    found = (record.offset for record in iterate_foreign_warc(file))
    with pytest.raises(ReadError, match=r"hong\.warc\.gz"):
        came.extend(found)
    assert len(came) > 20
    assert came == sorted(set(came)), "each once, in the file's order"


def test_scanned_by_another_process_as_by_this_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("r57monitor.cli.backfill._PART", 9)
    file = write_warc(tmp_path / "news.warc.gz", [*mixed(40), ("https://kia.example/1", article_html(1).encode())])
    cut = tmp_path / "cut.warc.gz"
    cut.write_bytes(file.read_bytes()[:-200])
    here = reading(tmp_path / "here")
    apart = reading(tmp_path / "apart", scanner=Scanner())
    assert apart.scanner is not None
    try:
        apart.begin(file)
        assert list(apart.read(file, Given(source_id="ingested"))) == list(here.read(file, Given(source_id="ingested")))
        assert (apart.passed, apart.records) == (here.passed, here.records)
        found = apart.read(cut, Given())
        assert len([next(found) for _ in range(4)]) == 4
        with pytest.raises(ReadError, match=r"cut\.warc\.gz: breaks off"):
            next(found)
        apart.finish()
        assert urls(apart.read(file, Given())) == [], "it was read to its end"
        broken = apart.scanner._lanes.submit(os._exit, 3)
        assert "killed its reader, 2 times" in str(take(broken).error)
    finally:
        apart.scanner.close()


@pytest.mark.parametrize("kept", ["plain", "chunked", "unchunked", "gzip"])
def test_bodies_as_crawlers_keep_them(tmp_path: Path, kept: str) -> None:
    body = article_html(3).encode()
    wire, headers = {
        "plain": (body, ()),
        "chunked": (b"%x;ext=1\r\n%s\r\n5\r\nabcde\r\n0\r\n\r\n" % (len(body), body), (("Transfer-Encoding", "chunked"),)),
        "unchunked": (body, (("Transfer-Encoding", "chunked"),)),
        "gzip": (gzip.compress(body), (("Content-Encoding", "gzip"),)),
    }[kept]
    file = write_warc(tmp_path / "a.warc.gz", [(f"{OUTLET}/1", wire)], headers)
    (page,) = [record.page for record in iterate_foreign_warc(file) if record.page is not None]
    assert page.body == body + (b"abcde" if kept == "chunked" else b"")


def own_segment(folder: Path, source: str, *pages: tuple[str, PageRole, int]) -> Path:
    """A segment as a home of ours archives (path, role, status): the joined one as several pages in one body."""
    with SegmentWriter(folder) as writer:
        for path, role, status in pages:
            raw = RawPage(
                url=OUTLET + path, requested_url=f"{OUTLET}/cu", body=article_html(len(path)).encode(), fetched_at=AT, source_id=source,
                status=status, content_type="text/html; charset=utf-8", role=role, found_by="feed", list_title="Tin", feed_date=AT,
            )  # fmt: skip
            if role == "joined":
                body, kind = pack_pages([raw, raw])
                writer.write(replace(raw, body=body, content_type=kind), None)
            else:
                writer.write(raw, HttpHeads(response_headers=[("Content-Type", raw.content_type)]))
    (made,) = Archive(folder).segments()
    return made


def test_of_a_home_of_ours_what_it_reads_with_all_that_it_knew(tmp_path: Path) -> None:
    named: tuple[tuple[str, PageRole, int], ...] = (
        ("/robots.txt", "robots", 200), ("/rss.xml", "feed", 200), ("/muc", "listing", 200), ("/bai.html", "article", 200),
        ("/bai.html?page=2", "part", 200), ("/bai.html", "joined", 200), ("/mat.html", "article", 404), ("/sau.html", "article", 200),
    )  # fmt: skip
    file = own_segment(tmp_path / "archive", "bao-thu", *named)
    asked = reading(tmp_path)
    found = list(asked.read(file, Given(source_id="ingested")))
    assert [(page.url.removeprefix(OUTLET), page.role) for page in found] == [
        ("/bai.html", "article"), ("/bai.html", "joined"), ("/sau.html", "article"),
    ]  # fmt: skip
    assert {(p.source_id, p.requested_url, p.found_by, p.list_title, p.feed_date) for p in found} == {
        ("bao-thu", f"{OUTLET}/cu", "feed", "Tin", AT),
    }
    assert is_joined(found[1])
    assert asked.records == 7 * 3 + 2, "every record is counted: a joined one was asked for by nobody"
    assert [page.url for page in read_warc(file, Given())] == [page.url for page in found]


def test_a_note_counts_only_for_the_page_it_stands_beside_and_claims_no_foreign_host(tmp_path: Path) -> None:
    about = b'{"source": "kia", "role": "article", "found_by": "feed", "list_title": "x"}'
    note = record("metadata", f"{OUTLET}/1", about, 90).replace(b"application/http; msgtype=response", b"application/json")
    beside = note.replace(b"WARC-Date", b"WARC-Concurrent-To: <urn:uuid:%s>\r\nWARC-Date" % str(uuid.UUID(int=1)).encode())
    for name, noted in (("la.warc", note), ("ta.warc", beside)):
        file = write_warc(tmp_path / name, [(f"{OUTLET}/1", article_html(1).encode())])
        file.write_bytes(file.read_bytes() + noted)
        (page,) = reading(tmp_path).read(file, Given(source_id="ingested"))
        assert (page.source_id, page.list_title) == ("bao-thu", "x" if name == "ta.warc" else None)


@pytest.mark.slow
def test_ingested_with_the_registrys_sources(tmp_path: Path) -> None:
    registry = tmp_path / "r.toml"
    registry.write_text(
        '[[source]]\nid = "bao-thu"\nname = "Báo Thử"\nkind = "newspaper"\nprovince = "Lâm Đồng"\n'
        f'publisher = "bao-thu"\nhomepage = "{OUTLET}/"\n',
        "utf-8",
    )
    file, home = write_warc(tmp_path / "news.warc.gz", mixed(40)), Home(tmp_path / "home")
    with Shown(quiet=True) as shown:
        result = run_ingest(home, [str(file)], shown, registries=[registry])
        assert (result.pages, result.articles, result.records) == (4, 4, 41)
        assert run_ingest(home, [str(file)], shown, registries=[registry], again=True).pages == 0
    with open_published(home) as reader:
        rows = reader.rows("SELECT source_id, count(*) AS n FROM main.articles GROUP BY ALL ORDER BY ALL")
    assert [(row["source_id"], row["n"]) for row in rows] == [("bao-thu", 2), ("ingested", 2)]
