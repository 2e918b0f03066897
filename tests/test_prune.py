"""Retention: what old fetches take leaves the archive, what rests on them stays, and a replay gives the same rows."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner
from warcio.archiveiterator import ArchiveIterator

from r57monitor.cli import app
from r57monitor.cli.ingest import run_ingest
from r57monitor.cli.progress import Shown
from r57monitor.cli.replay import run_replay
from r57monitor.models import RawPage
from tests.crawls import crawl, facts, rows
from tests.test_article_pages import PATH, serve
from tests.test_attachments import bare_html, workbook
from tests.web import Page, Site, article_html, feed_xml, write_registry
from warehouse.archive import Archive
from warehouse.home import Home
from warehouse.index import IndexEntry
from warehouse.journal import Journal
from warehouse.prune import prune
from warehouse.records import HttpHeads
from warehouse.segment import SegmentWriter

OLD = datetime(2025, 3, 1, tzinfo=UTC)
LIMIT = OLD + timedelta(days=90)
READ = ("readings", "texts", "text_figures", "text_provinces", "text_documents")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")
    made.prepare()
    return made


def write(home: Home, *pages: tuple[str, str, int, int], cycle: str = "c1") -> None:
    """Pages as (path, role, status, days after OLD), each of 20,000 bytes that do not pack well."""
    with SegmentWriter(home.archive) as writer:
        for path, role, status, days in pages:
            body = b"<p>" + random.Random(f"{path}{days}").randbytes(20_000) + b"</p>"
            url = f"https://bao.example{path}"
            raw = RawPage(url=url, requested_url=url, body=body, fetched_at=OLD + timedelta(days=days), source_id="bao", status=status)
            raw = replace(raw, role=role)  # type: ignore[arg-type]
            writer.write(raw, HttpHeads(response_headers=[("Content-Type", "text/html")]), cycle=cycle)


def entries(home: Home) -> list[IndexEntry]:
    archive = Archive(home.archive)
    return [entry for segment in archive.segments() for entry in archive.entries(segment)]


def pruned(home: Home) -> set[tuple[str, int]]:
    return {(e.url.removeprefix("https://bao.example"), (e.fetched - OLD).days) for e in entries(home) if e.pruned}


def test_only_what_nothing_rests_on_goes(home: Home) -> None:
    write(home, ("/rss.xml", "feed", 200, 0), ("/rss.xml", "feed", 200, 1), ("/rss.xml", "feed", 200, 2))
    write(home, ("/bai.html", "article", 200, 0), ("/mat.html", "article", 404, 0), ("/robots.txt", "robots", 200, 0))
    write(home, ("/sap-tin", "listing", 200, 100), ("/loi.html", "article", 500, 100))
    asked = prune(home, LIMIT, dry=True, report=pytest.fail)
    assert (asked.fetches, pruned(home)) == (4, set())
    done = prune(home, LIMIT, dry=False, report=pytest.fail)
    assert pruned(home) == {("/rss.xml", 0), ("/rss.xml", 1), ("/mat.html", 0), ("/robots.txt", 0)}
    assert done.fetches == 4
    assert done.before - done.after > 4 * 4_000
    assert asked.after <= done.after
    assert prune(home, LIMIT, dry=False, report=pytest.fail).fetches == 0


def test_a_broken_off_cycle_keeps_what_it_found(home: Home) -> None:
    journal = Journal(home.journal)
    journal.append("cycle_begun", source="bao", cycle="c1")
    write(home, ("/rss.xml", "feed", 200, 0), ("/rss.xml", "feed", 200, 1))
    assert prune(home, LIMIT, dry=False, report=pytest.fail).fetches == 0
    journal.append("cycle_ended", source="bao", cycle="c1", complete=True)
    assert prune(home, LIMIT, dry=False, report=pytest.fail).fetches == 1


def test_what_is_known_of_a_fetch_stays_and_other_programs_read_on(home: Home) -> None:
    write(home, ("/rss.xml", "feed", 200, 0), ("/rss.xml", "feed", 200, 1), ("/mat.html", "article", 404, 0))
    archive = Archive(home.archive)
    (segment,) = archive.segments()
    before = list(archive.iterate(segment))
    prune(home, LIMIT, dry=False, report=pytest.fail)
    after = list(archive.iterate(segment))
    for old, new in zip(before, after, strict=True):
        assert (new.raw.record_id, new.raw.fetched_at, new.raw.role, new.raw.status) == (
            old.raw.record_id,
            old.raw.fetched_at,
            old.raw.role,
            old.raw.status,
        )
        assert (new.size, new.error, new.stand_in, new.digest, new.cycle) == (old.size, old.error, old.stand_in, old.digest, old.cycle)
    assert [page.raw.body == b"" for page in after] == [True, False, True]
    with open(segment, "rb") as stream:
        records = [(r.rec_type, r.rec_headers.get_header("WARC-Truncated")) for r in ArchiveIterator(stream, check_digests="raise")]
    assert records.count(("response", "unspecified")) == 2
    assert len(records) == 9
    segment.with_name(segment.name + ".jsonl").unlink()  # an index made anew says the same
    assert pruned(home) == {("/rss.xml", 0), ("/mat.html", 0)}


def pruned_roles(home: Path) -> Counter[str]:
    return Counter(entry.role for entry in entries(Home(home)) if entry.pruned)


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as made:
        yield made


@pytest.mark.slow
def test_a_replay_gives_the_same_rows_and_the_next_crawl_asks_the_same(site: Site, tmp_path: Path) -> None:
    home = tmp_path / "home"
    paths = site.add_articles(range(4))
    gone = "/tin/bai-da-go-000099.html"
    site.pages[gone] = Page(article_html(99).encode(), status=404)
    serve(site, 3)  # an article of three pages
    notice = "/tin/thong-bao-ket-qua-thuc-hien-nghi-quyet-57-000101.html"
    site.pages[notice] = Page(bare_html("Thông báo kết quả thực hiện Nghị quyết 57 sáu tháng", ["/tep/bao-cao.xlsx"]))
    site.pages["/tep/bao-cao.xlsx"] = Page(workbook(), content_type="application/octet-stream")
    registry = write_registry(tmp_path / "r.toml", site)
    site.pages["/rss.xml"] = Page(feed_xml(site.url, [*paths[:3], gone, PATH, notice]), has_etag=False)
    crawl(home, registry)
    site.pages["/rss.xml"] = Page(feed_xml(site.url, [*paths, gone, PATH, notice]), has_etag=False)
    crawl(home, registry)
    before = facts(home)
    made = prune(Home(home), datetime.now(UTC) + timedelta(days=1), dry=False, report=pytest.fail)
    assert made.fetches == 5  # a feed, twice the page that is gone, two later pages; an empty robots.txt takes nothing
    assert pruned_roles(home) == {"feed": 1, "article": 2, "part": 2}
    run_replay(Home(home), Shown(quiet=True), publish=False)
    assert facts(home) == before
    taken = Home(tmp_path / "other")
    run_ingest(taken, [str(home / "archive")], Shown(quiet=True), registries=[registry], publish=False)
    read = facts(taken.path)
    assert {table: read[table] for table in READ} == {table: before[table] for table in READ}, "another home reads in it what this one did"
    site.asked.clear()
    crawl(home, registry)
    assert {path for path, _ in site.asked if path in paths} == set(paths)
    assert "if-none-match" in dict(site.asked)[paths[3]]  # what is known of a page still makes its revisit conditional
    assert rows(home, "SELECT count(DISTINCT article_id) FROM core.texts") == [(6,)]


def test_the_command_says_what_would_go_and_how_to_do_it(home: Home) -> None:
    write(home, ("/rss.xml", "feed", 200, 0), ("/rss.xml", "feed", 200, 1))
    asked = CliRunner().invoke(app.app, ["--home", str(home.path), "archive", "prune", "--keep-days", "30"])
    assert asked.exit_code == 0
    assert "would be taken out: 1 fetches older than 30 days in 1 segments" in asked.output
    assert pruned(home) == set()
    unsaid = CliRunner().invoke(app.app, ["--home", str(home.path), "archive", "prune"])
    assert unsaid.exit_code != 0
    assert "archive.keep_days" in str(unsaid.exception or unsaid.output)


@pytest.mark.slow
def test_the_command_stores_what_is_archived_and_then_prunes(home: Home) -> None:
    write(home, ("/rss.xml", "feed", 200, 0), ("/rss.xml", "feed", 200, 1))
    done = CliRunner().invoke(app.app, ["--home", str(home.path), "archive", "prune", "--keep-days", "30", "--now"])
    assert done.exit_code == 0, done.output
    assert "taken out: 1 fetches older than 30 days in 1 segments" in done.output
    assert pruned(home) == {("/rss.xml", 0)}
    assert rows(home.path, "SELECT count(*) FROM core.fetches") == [(2,)], "what is archived is stored first"
