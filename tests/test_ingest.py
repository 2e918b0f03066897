"""Files, folders, WARCs and standard input through the same reading; and `extract`, which stores nothing."""

from __future__ import annotations

import gzip
import io
import json
from datetime import date
from pathlib import Path

import docx
import pytest

from r57monitor.cli.documents import find_files
from r57monitor.cli.extract import check_stems, extract_files, write_documents
from r57monitor.cli.ingest import run_ingest
from r57monitor.cli.progress import Shown
from r57monitor.cli.replay import run_replay
from r57monitor.errors import R57Error, ReadError, UsageError
from r57monitor.models import Source
from tests.command import run
from tests.crawls import facts, outcomes, rows
from tests.web import article_html
from warehouse.archive import Archive
from warehouse.home import Home

SOURCES = {"bao": Source(id="bao", name="Báo", kind="newspaper", homepage="https://bao.example/", province="Lâm Đồng")}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "pages"
    (made / "sub").mkdir(parents=True)
    (made / "1.html").write_text(article_html(1), "utf-8")
    (made / "sub" / "2.htm").write_text(article_html(2), "utf-8")
    text = "Số hóa ở cơ sở\n\nThực hiện Nghị quyết 57-NQ/TW, tỉnh Lâm Đồng có 36/74 xã lập tổ công nghệ số.\n" * 3
    (made / "3.txt").write_text(text, "utf-8")
    document = docx.Document()
    for line in text.splitlines():
        document.add_paragraph(line)
    document.save(str(made / "4.docx"))
    (made / "anh.png").write_bytes(b"\x89PNG")
    return made


def test_missing_paths_and_empty_folders_say_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"khong-co\.html: no such file"):
        find_files([str(tmp_path / "khong-co.html")])
    (tmp_path / "trong").mkdir()
    with pytest.raises(ReadError, match="no document in it"):
        find_files([str(tmp_path / "trong")])


def test_a_folder_gives_its_documents_in_order(folder: Path) -> None:
    assert [path.name for path in find_files([str(folder), str(folder / "1.html")])] == ["1.html", "3.txt", "4.docx", "2.htm"]


def test_equal_stems_are_refused(folder: Path) -> None:
    (folder / "1.txt").write_text("x", "utf-8")
    with pytest.raises(UsageError, match=r"1\.json"):
        check_stems([str(folder)])


@pytest.mark.slow
def test_extract_prints_what_the_contract_says(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = list(write_documents(extract_files([str(folder)], sources=SOURCES, source_id="bao"), out))
    assert [one.name for one in done] == ["1.html", "3.txt", "4.docx", "2.htm"]
    first = json.loads((out / "1.json").read_text("utf-8"))
    assert first == done[0].document
    head = (
        "doc page_type title author published published_from language relevant relevance reasons garbled provinces documents figures text"
    )
    assert list(first) == [*head.split(), "text_restored"]
    assert (first["doc"], first["page_type"], first["published"], first["relevant"]) == ("1.html", "article", "2025-07-02", True)
    assert {"name": "Lâm Đồng", "role": "subject"}.items() <= first["provinces"][0].items()
    assert first["figures"]
    for figure in first["figures"]:
        assert first["text"][figure["start"] : figure["end"]] == figure["mention"]
        keys = "value of unit comparator kind change metric province as_of due value_max level scope whole period label sentence confidence"
        assert set(keys.split()) <= figure.keys()
    assert not (tmp_path / "home").exists()


@pytest.mark.slow
def test_extract_goes_on_after_what_cannot_be_read(folder: Path) -> None:
    bad = folder / "hong.pdf"
    bad.write_bytes(b"%PDF-1.4 no pdf at all")
    empty = folder / "rong.html"
    empty.write_bytes(b"")
    done = list(extract_files([str(bad), str(empty), str(folder / "1.html")], sources={}))
    assert [one.error is None for one in done] == [False, False, True]
    assert "hong.pdf" in (done[0].error or "")
    assert "rong.html" in (done[1].error or "")


@pytest.mark.slow
def test_extract_takes_what_the_user_says(folder: Path) -> None:
    stream = io.BytesIO(article_html(5).encode())
    (one,) = extract_files(["-"], sources={}, url="https://bao.example/a-1.html", published=date(2025, 7, 9), stdin=stream)
    assert one.document is not None
    assert (one.document["published"], one.document["published_from"]) == ("2025-07-09", "given")
    with pytest.raises(UsageError, match="one document"):
        extract_files([str(folder)], sources={}, url="https://bao.example/a-1.html")
    with pytest.raises(UsageError, match="no http"):
        extract_files(["-"], sources={}, url="bao.example/a b")
    with pytest.raises(UsageError, match="no source"):
        extract_files(["-"], sources={}, source_id="khong-co")


def ingest(home: Path, *names: str, **more: object) -> object:
    return run_ingest(Home(home), names, Shown(quiet=True), publish=False, **more)  # type: ignore[arg-type]


@pytest.mark.slow
def test_a_folder_is_ingested_once_and_replayed(folder: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    bad = folder / "hong.pdf"
    bad.write_bytes(b"%PDF-1.4 no pdf at all")
    result = ingest(home, str(folder))
    assert (result.pages, len(result.failed), result.exit_code) == (5, 1, 1)  # type: ignore[attr-defined]
    assert "hong.pdf" in result.failed[0][0]  # type: ignore[attr-defined]
    assert outcomes(home)["discarded"] == 1
    before = facts(home)
    assert ingest(home, str(folder)).pages == 0  # type: ignore[attr-defined]
    assert facts(home)["fetches"] == before["fetches"]
    run_replay(Home(home), Shown(quiet=True), publish=False)
    assert facts(home)["texts"] == before["texts"]
    assert facts(home)["fetches"] == before["fetches"]


@pytest.mark.slow
def test_what_was_taken_in_before_is_said(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "rac.docx").write_bytes(b"no zip")
    said = []
    for code in (1, 0):
        assert run("ingest", str(tmp_path / "rac.docx"), "--home", str(tmp_path / "home")) == code
        said.append(capsys.readouterr().err)
    assert "0 articles, 1 not read." in said[0]
    assert "1 documents were taken in before and are not read again." in said[1]


def test_archives_of_another_home_and_of_other_programs(folder: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "one", tmp_path / "two"
    ingest(first, str(folder / "1.html"), url="https://bao.example/tin/1-000001.html")
    (segment,) = Archive(Home(first).archive).segments()
    assert ingest(second, str(segment)).pages == 1  # type: ignore[attr-defined]
    assert rows(second, "SELECT url FROM core.fetches") == [("https://bao.example/tin/1-000001.html",)]
    assert ingest(second, str(segment)).pages == 0  # type: ignore[attr-defined]

    body = article_html(8).encode()
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(body)
    head = (
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000008>\r\n"
        "WARC-Target-URI: https://bao.example/tin/8-000008.html\r\nWARC-Date: 2025-07-11T00:00:00Z\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
    )
    foreign = tmp_path / "khac.warc"
    foreign.write_bytes(head.encode() + http + b"\r\n\r\n")
    assert ingest(second, str(foreign)).articles == 1  # type: ignore[attr-defined]
    assert rows(second, "SELECT count(*) FROM core.texts") == [(2,)]
    broken = tmp_path / "hong.warc.gz"
    broken.write_bytes(b"\x1f\x8b no warc")
    assert ingest(second, str(broken)).exit_code == 1  # type: ignore[attr-defined]


@pytest.mark.slow
def test_a_home_without_an_archive_cannot_be_replayed(tmp_path: Path) -> None:
    with pytest.raises(R57Error, match="no archive to replay"):
        run_replay(Home(tmp_path / "home"), Shown(quiet=True))
