"""The chain of stages, the workers that run it, and the one writer."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Generator, Iterator
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from scrapy.statscollectors import StatsCollector

from pipelines.base import ORDER, CleanPipeline, SetAside, item_pipelines, outcome_of
from pipelines.chain import STAGES, begin, load_rules, read_page
from pipelines.load import Loader
from pipelines.rules import Recipe, Rules
from pipelines.workers import Readers
from r57monitor import settings
from r57monitor.errors import Discard, R57Error
from r57monitor.lump import LUMP
from r57monitor.models import Article, RawPage, Source
from r57monitor.practice.corpus import load_articles
from r57monitor.practice.garble import garble
from tests.processes import descendants_of, wait_until
from tests.web import article_html
from warehouse.archive import Archive
from warehouse.home import Home
from warehouse.records import ArchivedPage
from warehouse.segment import SegmentWriter

WHEN = datetime(2025, 7, 20, 3, tzinfo=UTC)


def page(n: int, body: str | None = None) -> RawPage:
    return RawPage(
        url=f"https://bao.example/tin/bai-so-{n}-{n:06d}.html",
        body=(article_html(n) if body is None else body).encode(),
        fetched_at=WHEN,
        content_type="text/html; charset=utf-8",
        record_id=f"urn:uuid:{n}",
    )


@pytest.fixture(scope="module")
def rules() -> Rules:
    source = Source(id="bao", name="Báo", kind="newspaper", homepage="https://bao.example/", province="Lâm Đồng")
    return load_rules(None, {"bao": source})


def test_the_order_is_said_once() -> None:
    names = [stage.name for stage in STAGES]
    assert names.index("clean") < names.index("degarble") < names.index("provinces") < names.index("figures")
    assert names.index("documents") < names.index("relevance")
    paths = sorted(item_pipelines(), key=item_pipelines().__getitem__)
    assert [path.rpartition(".")[2].removesuffix("Pipeline").lower() for path in paths] == [*names, "store"]
    assert item_pipelines() == settings.ITEM_PIPELINES


def test_what_crawls_does_not_load_what_reads() -> None:
    code = "import sys, r57monitor.cli.crawl; sys.exit(any(name in sys.modules for name in ('pipelines.chain', 'r57monitor.figures.find')))"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_what_reads_does_not_load_what_crawls() -> None:
    code = "import sys, spiders.entry, pipelines.chain; sys.exit('scrapy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_every_adapter_only_names_its_stage() -> None:
    for pipeline in ORDER:
        assert {name for name in vars(pipeline) if not name.startswith("__")} == {"stage"}, pipeline


def test_a_page_is_read_whole(rules: Rules) -> None:
    article = read_page(replace(page(7), source_id="bao"), rules)
    assert article.extracted is not None
    assert article.extracted.page_type == outcome_of(article) == "article"
    assert "Xã số 7" in (article.extracted.title or "")
    assert article.raw.body == b""
    assert article.relevance is not None
    assert article.relevance.is_relevant
    assert [p.name for p in article.provinces if p.role == "subject"] == ["Lâm Đồng"]
    assert "57-NQ/TW" in {document.number for document in article.documents}
    assert article.fingerprint
    assert article.figures
    for figure in article.figures:
        assert article.extracted.text[figure.start : figure.end] == figure.mention


def test_a_result_without_a_date_is_as_of_its_publication(rules: Rules) -> None:
    article = read_page(page(9), rules)
    undated = [f for f in article.figures if f.as_of_from == "published"]
    assert undated
    assert {(f.as_of, f.kind) for f in undated} == {(datetime(2025, 7, 10).date(), "result")}


def test_a_garbled_page_keeps_its_text_and_gets_a_title_for_people(rules: Rules) -> None:
    corpus = {article.id: article for article in load_articles()}
    story = next(a for a in corpus.values() if a.site == "cong-dak-nong")
    body = "\n".join(garble(line, story.id) for line in story.body.split("\n") if line)
    raw = replace(page(1, f"{garble(story.title, story.id)}\n\n{body}"), content_type="text/plain; charset=utf-8")
    article = read_page(raw, rules)
    assert article.extracted is not None
    assert article.restored is not None
    assert article.extracted.title == story.title
    assert article.extracted.text != article.restored.text
    for figure in article.figures:
        assert article.extracted.text[figure.start : figure.end] == figure.mention


def test_a_list_is_read_no_further(rules: Rules) -> None:
    links = "".join(f'<li><a href="/tin/bai-{n}.html">Tin số {n} về chuyển đổi số ở xã</a></li>' for n in range(40))
    article = read_page(page(1, f"<html><body><ul>{links}</ul></body></html>"), rules)
    assert outcome_of(article) in {"list", "empty"}
    assert article.figures == ()
    assert article.relevance is None


def test_what_cannot_be_read_is_discarded_with_its_reason(rules: Rules) -> None:
    with pytest.raises(Discard, match="clean"):
        read_page(replace(page(1, "%PDF-1.4 broken"), content_type="application/pdf"), rules)


class FakeRun:
    """Stands for a running crawl."""

    def __init__(self, fault: Exception | None) -> None:
        self.fault = fault
        self.kept: list[tuple[str, str | None]] = []

    async def advance(self, stage: str, article: Article) -> Article:
        if self.fault is not None:
            raise self.fault
        return replace(article, url=f"{article.url}#{stage}")

    def keep(self, raw: RawPage, outcome: str, article: Article | None = None, error: str | None = None) -> None:
        self.kept.append((outcome, error))


@pytest.mark.parametrize(
    ("fault", "kept"),
    [
        (None, []),
        (Discard("clean", "scanned"), [("discarded", "clean: scanned")]),
        (SetAside("clean: killed"), [("set_aside", "clean: killed")]),
    ],
)
def test_what_a_pipeline_drops_is_kept_by_name(fault: Exception | None, kept: list[tuple[str, str | None]]) -> None:
    crawler = Crawler(Spider)
    crawler.spider = Spider("x")
    crawler.stats = StatsCollector(crawler)
    run = FakeRun(fault)
    crawler.spider.run = run  # type: ignore[attr-defined]
    pipeline = CleanPipeline.from_crawler(crawler)
    article = Article(raw=page(1), url="u")
    if fault is None:
        assert asyncio.run(pipeline.process_item(article)).url == "u#clean"
    else:
        with pytest.raises(DropItem):
            asyncio.run(pipeline.process_item(article))
    assert run.kept == kept


def test_the_loader_stores_in_order_and_publishes_now_and_then(tmp_path: Path) -> None:
    home, published = Home(tmp_path), []
    loader = Loader(home, publish=lambda: published.append(1), publish_every_s=0)
    loader.open({})
    for n in range(120):
        loader.add(ArchivedPage(raw=replace(page(n, ""), status=404), segment="s"), "http_error", None, None)
    loader.add_entry({"at": "2025-07-01T00:00:00+00:00", "event": "cycle_begun", "cycle": "c", "source": "a"})
    loader.finish_segment("s")
    loader.flush()
    assert published
    loader.close()
    fresh = Loader(home, segments=["s", "t"])
    fresh.open({})
    assert fresh.loaded == set()  # a segment that is stored whole is not looked into
    fresh.close()
    again = Loader(home, segments=["s", "t"], knows_all=True)
    again.open({})
    assert again.loaded == {f"urn:uuid:{n}" for n in range(120)}
    assert again.segments == {"s"}
    again.close()


def test_a_loader_that_cannot_store_says_so_and_takes_no_more(tmp_path: Path) -> None:
    loader = Loader(Home(tmp_path))
    loader.open({})
    loader.add(ArchivedPage(raw=page(1, "")), "no such outcome", None, None)
    with pytest.raises(R57Error, match="no such outcome"):
        loader.flush()
    with pytest.raises(R57Error):
        loader.close()
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "warehouse.duckdb").write_bytes(b"no database at all" * 100)
    broken = Loader(Home(tmp_path / "x"))
    with pytest.raises(R57Error):
        broken.open({})


# Readers of the tests below run in worker processes, so they are named functions of this module.
def read_or_die(raw: RawPage, rules: Rules) -> Generator[None, None, Article]:
    yield
    what = raw.body.decode()
    if what == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if what == "hang":
        time.sleep(600)
    if what == "loop":  # in C code, where no thread of the process gets its turn
        re.match("(a|a)*b", "a" * 60)
    if what == "deep":
        return (yield from read_or_die(raw, rules))
    if what == "fault":
        raise ValueError("cannot")
    if what == "discard":
        raise Discard("clean", "scanned")
    return Article(raw=raw, url=raw.url)


@pytest.fixture(scope="module")
def readers() -> Iterator[Readers]:
    pool = Readers(Recipe(), workers=2, timeout_s=3, read=read_or_die)
    yield pool
    pool.close()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("body", "outcome", "why"),
    [
        ("fine", "empty", None),
        ("die", "set_aside", "killed its reader, 2 times"),
        ("hang", "set_aside", "busy for more than 3 s, 2 times"),
        ("deep", "set_aside", "nested too deeply"),
        ("fault", "set_aside", "ValueError: cannot"),
        ("discard", "discarded", "clean: scanned"),
    ],
)
def test_a_page_that_breaks_its_reader_is_set_aside(readers: Readers, body: str, outcome: str, why: str | None) -> None:
    reading = readers.read(page(1, body))
    assert reading.outcome == outcome
    assert (why in (reading.error or "")) if why else reading.error is None


@pytest.mark.slow
def test_a_crawled_page_goes_to_a_worker_once_and_is_read_as_in_a_replay(rules: Rules) -> None:
    async def crawl(pool: Readers, article: Article) -> tuple[Article, list[bool]]:
        moved = []
        for stage in STAGES:
            before, article = article, await pool.advance(stage.name, article)
            moved.append(article is not before)
        return article, moved

    raw = replace(page(7), source_id="bao")
    pool = Readers(Recipe(sources=rules.sources), workers=1)
    try:
        article, moved = asyncio.run(crawl(pool, begin(raw)))
        assert moved == [True, *[False] * (len(STAGES) - 1)]
        assert article == read_page(raw, rules)
        assert article.figures
        with pytest.raises(Discard, match="clean"):
            asyncio.run(pool.advance("clean", begin(replace(page(1, "%PDF-1.4 broken"), content_type="application/pdf"))))
    finally:
        pool.close()


@pytest.mark.slow
def test_order_is_kept_whatever_breaks(readers: Readers) -> None:
    bodies = ["fine", "die", "fine", "fault", "fine", "die", "discard", *["fine"] * 20]
    pages = [ArchivedPage(raw=page(n, body)) for n, body in enumerate(bodies)]
    done = list(readers.read_all(pages))
    assert [one.raw.url for one, _ in done] == [one.raw.url for one in pages]
    assert [reading.outcome for _, reading in done[:7]] == ["empty", "set_aside", "empty", "set_aside", "empty", "set_aside", "discarded"]
    assert all(one.raw.body == b"" for one, _ in done)


class CountedLanes:
    """In place of processes: how many are begun."""

    def __init__(self, *_: object) -> None:
        self.grown = 0

    def grow(self) -> None:
        self.grown += 1


def test_more_readers_begin_only_where_pages_have_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.workers.ProcessLanes", CountedLanes)
    pool = Readers(Recipe(), workers=2, first=1)
    asked: list[int] = []

    def submit(number: int) -> Future[int]:
        asked.append(number)
        future: Future[int] = Future()
        if number < 10:
            future.set_result(number)
        return future

    def weigh(_: int) -> int:
        return 100

    def waiting(pages: int, ahead: int) -> list[int]:
        """How many are in flight whenever one is given back."""
        asked.clear()
        return [len(asked) - number for number, _ in pool._in_order(range(pages), submit, weigh, ahead)]

    assert waiting(40, 3_001)[:11] == [*[1] * 10, 30], "what is done is given back at once; the rest may wait"
    assert pool._lanes.grown == 0
    assert max(waiting(150, 8_000)) == 80
    assert pool._lanes.grown == 61
    assert max(waiting(100, 0)) == 2 * 2 * LUMP


@pytest.mark.slow
def test_archived_fetches_are_unpacked_by_who_reads_them(readers: Readers, tmp_path: Path) -> None:
    bodies = ["fine", "die", "torn", "fault", *["fine"] * 20]
    with SegmentWriter(tmp_path) as writer:
        for n, body in enumerate(bodies):
            writer.add(page(n, body), None)
        writer.add(replace(page(99, "<rss></rss>"), role="feed"), None)
    archive = Archive(tmp_path)
    (segment,) = archive.segments()
    packed = list(archive.iterate_packed(segment))
    packed[2] = replace(packed[2], block=packed[2].block[:-9])
    damage: list[str] = []
    done = list(readers.read_packed(packed, damage.append))
    assert [one.raw.url for one, _ in done] == [fetch.url for n, fetch in enumerate(packed) if n != 2]
    assert [reading.outcome for _, reading in done] == ["empty", "set_aside", "set_aside", *["empty"] * 20, "feed"]
    assert all(one.raw.body == b"" and one.size for one, _ in done)
    assert damage == [f"{segment.name}: the fetch of {packed[2].url} at byte {packed[2].offset} cannot be read (its bytes are damaged)."]


@pytest.mark.slow
def test_workers_end_with_their_parent() -> None:
    script = """
import time
from pipelines.rules import Recipe
from pipelines.workers import Readers
from tests.test_pipelines import page, read_or_die
if __name__ == "__main__":
    readers = Readers(Recipe(), workers=2, timeout_s=99, read=read_or_die)
    readers.read(page(1, "fine"))
    [readers._submit(read_or_die, page(2, what)) for what in ("hang", "loop")]
    time.sleep(1)
    print("ready", flush=True)
    time.sleep(600)
"""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "ready\n"
        children = descendants_of(parent.pid)
        assert len(children) >= 2
        parent.kill()
        parent.wait()
    wait_until(lambda: not any(child.is_running for child in children))


@pytest.mark.slow
def test_reading_goes_on_when_what_readers_are_copied_from_is_killed() -> None:
    script = """
from pipelines.rules import Recipe
from pipelines.workers import Readers
from tests.test_pipelines import page, read_or_die
if __name__ == "__main__":
    readers = Readers(Recipe(), workers=1, timeout_s=99, read=read_or_die)
    while input():
        print(readers.read(page(1, "fine")).outcome, flush=True)
    readers.close()
"""
    with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None
        for _ in range(3):
            print("read", file=parent.stdin, flush=True)
            assert parent.stdout.readline() == "empty\n"
            for child in descendants_of(parent.pid):
                if "forkserver" in Path(f"/proc/{child.pid}/cmdline").read_text():
                    os.kill(child.pid, signal.SIGKILL)
        print(file=parent.stdin, flush=True)
        assert parent.wait() == 0
