"""Withdrawals: gone from archive, journal, warehouse, published files and digests; kept out of later crawls; a tombstone stays."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from r57monitor.models import RawPage
from r57monitor.text.blackout import BLACK, Blackout
from r57monitor.text.normalize import fold
from tests.command import copy_home, ingest_pages, run
from tests.processes import processor_seconds, wait_until
from warehouse.archive import Archive
from warehouse.home import Home
from warehouse.journal import Journal
from warehouse.queries import open_published
from warehouse.records import HttpHeads, unpack_fetch
from warehouse.segment import SegmentWriter
from warehouse.withheld import Withheld, load_withheld

NAME = "Lò Thị Hoa Ban"
LEAD = (
    "Thực hiện Nghị quyết số 57-NQ/TW của Bộ Chính trị về phát triển khoa học, công nghệ, đổi mới sáng tạo và chuyển đổi số quốc gia, "
    "tỉnh Lào Cai đẩy mạnh hạ tầng số."
)
SECRET = "Cuộc họp kín bàn chuyện riêng của một gia đình ở bản xa"
PAGES = {
    "https://bao.example/mot.html": (
        "Lào Cai lắp thêm trạm phát sóng ở vùng cao",
        f"{SECRET}. Toàn tỉnh đã có 310 trạm 5G tính đến tháng 7/2025.",
    ),
    "https://bao.example/hai.html": (
        "Lào Cai đưa dịch vụ công trực tuyến về từng bản",
        f"Bà {NAME}, trưởng bản, cho biết đã có 45 hộ dùng chữ ký số tính đến tháng 7/2025. Cán bộ Lò Thị Hoa Bán dạy 12 lớp.",
    ),
    "https://bao.example/ba.html": ("Lào Cai mở lớp bình dân học vụ số", "Cả tỉnh mở 88 lớp bình dân học vụ số trong tháng 7/2025."),
}  # fmt: skip


def page(title: str, text: str) -> str:
    filler = "".join(f"<p>Đoạn {n} của bài kể tiếp câu chuyện {title.lower()} bằng những lời khác nhau.</p>" for n in range(4))
    return (
        f'<html lang="vi"><head><title>{title}</title><meta property="article:published_time" content="2025-08-20T08:00:00+07:00"></head>'
        f"<body><article><h1>{title}</h1><p>{LEAD}</p><p>{text}</p>{filler}</article></body></html>"
    )


@pytest.fixture(scope="module")
def read_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("withdraw")
    ingest_pages(folder, {url: page(title, text) for url, (title, text) in PAGES.items()})
    assert run("digest", "--from", "2025-08-18", "--to", "2025-08-24", "--format", "md,html,docx", "--home", str(folder / "home")) == 0
    return folder / "home"


@pytest.fixture
def home(read_home: Path, tmp_path: Path) -> Home:
    return copy_home(read_home, tmp_path)


def everything(home: Home) -> str:
    """All that the home's archive, journal, digests and published views say, in one text."""
    parts = []
    for segment in home.archive.glob("*.warc.gz"):
        parts.append(gzip.decompress(segment.read_bytes()).decode("utf-8", "replace"))
        parts.append(segment.with_name(segment.name + ".jsonl").read_text("utf-8"))
    parts += [f.read_text("utf-8") for f in home.journal.glob("*.jsonl")]
    parts += [f.read_text("utf-8", "replace") for f in home.digests.rglob("*") if f.is_file()]
    with open_published(home) as reader:
        sql = """SELECT schema_name, table_name FROM duckdb_tables()
                 UNION ALL SELECT schema_name, view_name FROM duckdb_views() WHERE NOT internal"""
        for row in reader.rows(sql):
            parts.append(str(reader.rows(f'SELECT * FROM {row["schema_name"]}."{row["table_name"]}"')))
    return "\n".join(parts)


def tables(home: Home) -> dict[str, list[dict[str, Any]]]:
    """The facts, to be compared between a home that lived on and one read anew."""
    with open_published(home) as reader:
        return {
            name: sorted(reader.rows(f"SELECT * FROM core.{name}"), key=str)
            for name in ("fetches", "readings", "texts", "text_figures", "text_provinces")
        }


def test_an_article_is_gone_and_stays_away(home: Home, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    url = "https://bao.example/mot.html"
    assert SECRET in everything(home)
    before = {e.record_id: e for s in Archive(home.archive).segments() for e in Archive(home.archive).entries(s)}
    blocks = {r: _block(home, r) for r in before}
    assert run("withdraw", url, "--reason", "theo yêu cầu của tòa soạn", "--by", "Hà", "--home", str(home.path)) == 0
    said = everything(home)
    assert SECRET not in said
    assert "Lào Cai lắp thêm trạm" not in said
    assert "Lào Cai mở lớp" in said
    for record, entry in before.items():
        block = _block(home, record)
        assert (block == blocks[record]) == (entry.url != url)
        assert bool(unpack_fetch(block).withdrawn) == (entry.url == url)
    with open_published(home) as reader:
        assert {r["url"] for r in reader.rows("SELECT url FROM articles")} == set(PAGES) - {url}
        assert reader.rows("SELECT outcome FROM fetches WHERE url = ?", [url]) == [{"outcome": "withdrawn"}]
        [stone] = reader.rows("SELECT * FROM withdrawals")
    assert (stone["kind"], stone["url"], stone["reason"], stone["decided_by"]) == ("article", url, "theo yêu cầu của tòa soạn", "Hà")
    assert [p.name for p in home.path.glob("published-*.duckdb")] == [home.published.readlink().name]
    # given again, it stays out, also under another spelling of its address
    file = tmp_path / "lai.html"
    file.write_text(page(*PAGES[url]), "utf-8")
    for address in (url, url + "?utm_source=thu"):
        run("ingest", str(file), "--url", address, "--home", str(home.path))
    assert SECRET not in everything(home)
    live = tables(home)
    home.warehouse.unlink()
    assert run("replay", "--home", str(home.path)) == 0
    assert tables(home) == live


def _block(home: Home, record: str) -> bytes:
    for segment in Archive(home.archive).segments():
        for entry in Archive(home.archive).entries(segment):
            if entry.record_id == record:
                return segment.read_bytes()[entry.offset : entry.offset + entry.length]
    raise AssertionError(record)


def test_a_name_is_blacked_out_now_and_later(home: Home, tmp_path: Path) -> None:
    assert NAME in everything(home)
    with open_published(home) as reader:
        before = {r["figure_id"]: r for r in reader.rows("SELECT * FROM figures")}
    assert run("withdraw", "--name", NAME, "--reason", "yêu cầu của người trong bài", "--home", str(home.path)) == 0
    journal = "\n".join(f.read_text("utf-8") for f in home.journal.glob("*.jsonl"))
    said = everything(home).replace(journal, "")  # the journal alone knows the name, to keep it out
    assert NAME not in said
    assert "Lò Thị Hoa Bán" in said  # somebody else
    with open_published(home) as reader:
        rows = {r["figure_id"]: r for r in reader.rows("SELECT * FROM figures")}
        assert all(r["mention"] == r["proof"] for r in reader.rows(
            "SELECT f.mention, a.text[f.start_char + 1 : f.end_char] AS proof FROM figures f JOIN articles a USING (article_id)"
        ))  # fmt: skip
        [stone] = reader.rows("SELECT kind, url, article_id FROM withdrawals")
        assert reader.rows("SELECT count(*) AS n FROM articles") == [{"n": len(PAGES)}]
        assert reader.rows("SELECT DISTINCT revision FROM articles") == [{"revision": 1}]
    assert stone == {"kind": "name", "url": None, "article_id": None}
    assert len(rows) == len(before)
    households = next(r for r in rows.values() if r["mention"].startswith("45"))
    assert BLACK * len(NAME) in households["sentence"]
    file = tmp_path / "moi.html"
    file.write_text(page(f"Chuyện của {NAME} ở bản xa", f"Hôm qua {NAME.upper()} nhận 3 máy tính cho nhà văn hóa."), "utf-8")
    assert run("ingest", str(file), "--url", "https://bao.example/bon.html", "--home", str(home.path)) == 0
    journal = "\n".join(f.read_text("utf-8") for f in home.journal.glob("*.jsonl"))
    said = everything(home).replace(journal, "")
    assert NAME not in said
    assert NAME.upper() not in said
    assert f"Chuyện của {BLACK * len(NAME)}" in said
    live = tables(home)
    home.warehouse.unlink()
    assert run("replay", "--home", str(home.path)) == 0
    assert tables(home) == live


def test_the_warehouse_file_itself_forgets(home: Home) -> None:
    """Deleted rows stay in the free pages of a database file; the withdrawn ones must not (texts are stored plain when few)."""
    word = "bản".encode()
    assert word in home.warehouse.read_bytes() or SECRET[:20].encode() in home.warehouse.read_bytes()
    assert run("withdraw", "https://bao.example/mot.html", "--reason", "x", "--home", str(home.path)) == 0
    files = [home.warehouse, *home.path.glob("published-*.duckdb")]
    assert not any(SECRET[:20].encode() in f.read_bytes() for f in files)


def test_reviews_of_a_withdrawn_article_keep_no_words(home: Home) -> None:
    with open_published(home) as reader:
        [figure] = reader.rows("SELECT figure_id FROM figures WHERE mention LIKE '310%'")
    assert run("review", "accept", figure["figure_id"], "--by", "Hà", "--home", str(home.path)) == 0
    assert run("publish", "--home", str(home.path)) == 0
    # The figure's value alone could also stand in a time or an id of the journal: its words are looked for instead.
    assert '"mention": "310' in _journal_text(home)
    assert "310 tram" in fold(_journal_text(home))
    assert run("withdraw", "https://bao.example/mot.html", "--reason", "x", "--home", str(home.path)) == 0
    assert run("publish", "--home", str(home.path)) == 0
    assert '"mention": "310' not in _journal_text(home)
    assert "tram" not in fold(_journal_text(home))
    with open_published(home) as reader:
        assert reader.rows("SELECT * FROM reviews") == []
        [kept] = reader.rows("SELECT body FROM core.journal WHERE event = 'review'")
    assert (json.loads(kept["body"])["by"], json.loads(kept["body"])["verdict"]) == ("Hà", "accept")


def test_a_lifted_withdrawal_lets_the_page_in_again(home: Home, tmp_path: Path) -> None:
    url = "https://bao.example/ba.html"
    assert run("withdraw", url, "--reason", "nhầm", "--home", str(home.path)) == 0
    with open_published(home) as reader:
        [stone] = reader.rows("SELECT * FROM withdrawals")
    assert run("withdraw", "--lift", stone["withdrawal_id"], "--home", str(home.path)) == 0
    file = tmp_path / "lai.html"
    file.write_text(page(*PAGES[url]) + "<!-- lần hai -->", "utf-8")
    assert run("ingest", str(file), "--url", url, "--home", str(home.path)) == 0
    with open_published(home) as reader:
        assert reader.rows("SELECT count(*) AS n FROM articles WHERE url = ?", [url]) == [{"n": 1}]
        assert reader.rows("SELECT lifted_at IS NOT NULL AS lifted FROM withdrawals") == [{"lifted": True}]


def test_an_address_that_was_never_read_is_kept_out_and_said_to_be(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    url = "https://bao.example/chua-tung-doc.html"
    assert run("withdraw", url, "--reason", "theo yêu cầu", "--home", str(home.path)) == 0
    assert f"{url}: no article here has this address" in capsys.readouterr().err
    with open_published(home) as reader:
        assert reader.rows("SELECT url FROM withdrawals") == [{"url": url}]
    assert run("withdraw", "https://bao.example/ba.html", "--reason", "theo yêu cầu", "--home", str(home.path)) == 0
    assert "no article here" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ((), "one of the two"),
        (("https://bao.example/mot.html",), "--reason"),
        (("https://bao.example/mot.html", "--name", NAME, "--reason", "x"), "one of the two"),
        (("--name", "Hoa", "--reason", "x"), "too short"),
        (("0000000000000000", "--reason", "x"), "0000000000000000"),
        (("--lift", "abc"), "abc"),
    ],
)
def test_what_cannot_be_is_said(home: Home, args: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("withdraw", *args, "--home", str(home.path)) == 2
    assert said in capsys.readouterr().err
    assert not [e for e in Journal(home.journal).iterate() if e["event"].startswith("withdrawal")]


@pytest.mark.slow
def test_killed_at_any_moment_it_is_carried_out_by_the_next_writer(home: Home, tmp_path: Path) -> None:
    url = "https://bao.example/mot.html"
    others = set(PAGES) - {url}
    kills = 0
    for after in (-1, 0, 0.05, 0.15, 0.4, 0.8):  # seconds since it was decided; before, the first time
        copy = Home(tmp_path / f"home{after}")
        shutil.copytree(home.path, copy.path, symlinks=True)
        command = [
            sys.executable,
            "-c",
            "from r57monitor.cli.app import main; main()",
            "withdraw",
            url,
            "--reason",
            "x",
            "--home",
            str(copy.path),
        ]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        if after < 0:
            wait_until(lambda process=process: processor_seconds(process.pid) > 0.5 or process.poll() is not None)
        else:
            wait_until(lambda process=process, copy=copy: _is_decided(copy) or process.poll() is not None)
            time.sleep(after)
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            kills += 1
        decided = _is_decided(copy)
        assert run("publish", "--home", str(copy.path)) == 0
        said = everything(copy)
        assert (SECRET in said) == (not decided)
        with open_published(copy) as reader:
            urls = {r["url"] for r in reader.rows("SELECT url FROM articles")}
        assert urls == (others if decided else set(PAGES))
        assert not list(copy.archive.glob("*.rewriting"))
        for segment in Archive(copy.archive).segments():
            assert Archive(copy.archive).entries(segment)
        shutil.rmtree(copy.path)
    assert kills >= 2


def _is_decided(home: Home) -> bool:
    return any(e["event"] == "withdrawal" for e in Journal(home.journal).iterate())


HTTP = HttpHeads(response_headers=[("Content-Type", "text/html"), ("ETag", "x"), ("Content-Encoding", "gzip")])


def _raw(body: str, **changes: Any) -> RawPage:
    values: dict[str, Any] = {
        "url": "https://bao.example/in/9.html", "body": gzip.compress(body.encode()), "fetched_at": datetime(2025, 8, 1, tzinfo=UTC),
        "source_id": "bao", "content_type": "text/html",
    }  # fmt: skip
    return RawPage(**(values | changes))


def test_a_page_that_names_a_withdrawn_address_as_its_own(tmp_path: Path) -> None:
    withheld = Withheld(frozenset({"https://bao.example/9.html"}))
    with SegmentWriter(tmp_path, withheld=withheld) as writer:
        own = writer.write(_raw('<link rel="canonical" href="/9.html"><p>chữ</p>'), HTTP)
        other = writer.write(_raw('<link rel="canonical" href="/10.html"><p>chữ</p>'), HTTP)
        listing = writer.write(_raw('<link rel="canonical" href="/9.html"><p>chữ</p>', role="listing"), HTTP)
    assert [p.withdrawn for p in (own, other, listing)] == [True, False, False]
    assert own.raw.body == b""
    assert own.etag is None
    assert "chữ" in other.raw.body.decode()
    [entry, *_] = Archive(tmp_path).entries(Archive(tmp_path).segments()[0])
    assert entry.error == "withdrawn"


def test_names_in_compressed_pages_and_headlines(tmp_path: Path) -> None:
    withheld = Withheld(blackout=Blackout((NAME,)))
    with SegmentWriter(tmp_path, withheld=withheld) as writer:
        written = writer.write(_raw(f"<p>Bà {NAME} nói</p>", list_title=f"{NAME} kể chuyện"), HTTP)
        plain = writer.write(_raw("<p>Không có ai</p>"), HTTP)
    assert written.raw.body.decode() == f"<p>Bà {BLACK * len(NAME)} nói</p>"
    assert written.raw.list_title == f"{BLACK * len(NAME)} kể chuyện"
    assert plain.raw.body.decode() == "<p>Không có ai</p>"


def test_word_and_pdf_files_become_plain_text() -> None:
    import io

    import docx

    document = docx.Document()
    document.add_paragraph(f"Bà {NAME} đã dạy 12 lớp học số cho dân bản.")
    buffer = io.BytesIO()
    document.save(buffer)
    raw = replace(_raw(""), body=buffer.getvalue(), url="https://bao.example/a.docx", content_type="application/octet-stream")
    clean, _, withdrawn = Withheld(blackout=Blackout((NAME,))).clean_page(raw, None)
    assert not withdrawn
    assert (clean.body.decode(), clean.content_type) == (
        f"Bà {BLACK * len(NAME)} đã dạy 12 lớp học số cho dân bản.",
        "text/plain; charset=utf-8",
    )


def test_what_the_journal_says() -> None:
    entries = [
        {"event": "withdrawal", "id": "1", "url": "https://a.example/1"},
        {"event": "withdrawal", "id": "2", "name": NAME},
        {"event": "withdrawal", "id": "3", "url": "https://a.example/3"},
        {"event": "withdrawal_lifted", "withdrawal": "3"},
        {"event": "withdrawal_done", "withdrawal": "1"},
    ]
    withheld = load_withheld(entries)
    assert withheld.urls == {"https://a.example/1"}
    assert withheld.holds("https://a.example/1?utm_source=x")
    assert not withheld.holds("https://a.example/3")
    assert withheld.blackout.names == (NAME,)
    assert withheld.clean_entry(entries[1]) == {"event": "withdrawal", "id": "2"}


def _journal_text(home: Home) -> str:
    return "".join(f.read_text("utf-8") for f in home.journal.glob("*.jsonl"))
