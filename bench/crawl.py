"""`python -m bench.crawl [--rounds N]`: pages a second fetched and archived without reading, and what reading beside it costs.

Forty sites of this machine with 25 pages each answer after 50 ms. Start-up is left out: time runs from the first answer archived.
On a machine that does other work only the processor's time holds.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import Any

from tests.web import article_html, feed_xml

SITES, PAGES, LATENCY_S = 40, 25, 0.05


def _serve(ports: Any, kind: str) -> None:
    from bench import pages  # the practice web is made only where it is shown

    if kind == "relevant":
        bodies = [article_html(n).encode() for n in range(SITES * PAGES)]
    else:
        made = {"mixed": pages.mixed_pages, "large": pages.large_pages, "mixed_large": pages.mixed_large_pages}[kind]()
        bodies = list(islice(cycle(page.body for page in made), SITES * PAGES))  # repeated until every site has its own
    asyncio.run(_serve_all(ports, bodies))


_KINDS = {
    "relevant": "Every page relevant, a few lines with five figures each, which takes longest to read:",
    "mixed": "The practice web's articles about other things and among them one in twenty that is relevant:",
    "mixed_large": "The same among as much around them as newspapers put there, 80 to 200 kB:",
    "large": "And pages of that size that are all relevant:",
}


async def _serve_all(ports: Any, bodies: list[bytes]) -> None:
    servers = [
        await asyncio.start_server(_site(number, bodies[number * PAGES : (number + 1) * PAGES]), "127.0.0.1", 0) for number in range(SITES)
    ]
    ports.send([server.sockets[0].getsockname()[1] for server in servers])
    await asyncio.Event().wait()


def _site(number: int, bodies: list[bytes]) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Any]:
    numbers = range(number * PAGES, (number + 1) * PAGES)
    paths = [f"/tin/xa-so-{n}-dua-{100 + n}-thu-tuc-len-mang-{n:06d}.html" for n in numbers]
    pages = dict(zip(paths, bodies, strict=True)) | {"/rss.xml": feed_xml("", paths)}

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                path = (await reader.readuntil(b"\r\n\r\n")).split(b" ")[1].decode()
                await asyncio.sleep(LATENCY_S)
                body = pages.get(path, b"")
                kind = b"text/html; charset=utf-8" if path.endswith("html") else b"application/rss+xml"
                head = b"HTTP/1.1 %d X\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n" % (200 if body else 404, kind, len(body))
                writer.write(head + body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    return answer


def write_registry(folder: Path, ports: list[int]) -> Path:
    """The sites as sources that are asked as fast as they answer."""
    entries = [
        f'[[source]]\nid = "s-{n}"\nname = "S {n}"\nkind = "newspaper"\nprovince = "Lâm Đồng"\nhomepage = "http://127.0.0.1:{port}/"\n'
        f'feeds = ["http://127.0.0.1:{port}/rss.xml"]\ndelay_s = 0\nprivate_network = true\n'
        for n, port in enumerate(ports)
    ]
    path = folder / "sites.toml"
    path.write_text("\n".join(entries), "utf-8")
    return path


class _NoReading:
    """Stands where the readers stand: entry pages are read in the crawl itself, articles not at all."""

    async def advance(self, stage: str, article: Any) -> Any:
        return article

    async def work(self, task: Callable[..., Any], *args: Any) -> Any:
        return task(*args)


class _NoRows:
    def add(self, *args: Any) -> None:
        return

    def add_entry(self, entry: Any) -> None:
        return

    def check(self) -> None:
        return


def crawl(home: Path, registry: Path, reads: bool) -> dict[str, float]:
    """One crawl in this process: pages, wall and processor seconds from the first answer archived to the last thing done."""
    from pipelines.rules import recipe_for
    from pipelines.workers import BESIDE_CRAWL, Readers
    from r57monitor.cli.crawl import scrapy_settings
    from r57monitor.cli.progress import Shown
    from r57monitor.registry import load_sources
    from spiders.memory import load_memory
    from spiders.options import CrawlOptions
    from spiders.process import run_sources
    from spiders.run import CrawlRun
    from warehouse.archive import Archive
    from warehouse.home import Home
    from warehouse.journal import Journal
    from warehouse.segment import SegmentWriter

    place = Home(home)
    place.prepare()
    sources = load_sources([registry])
    archive, journal = Archive(place.archive), Journal(place.journal)
    readers = Readers(recipe_for(place, sources), niceness=BESIDE_CRAWL) if reads else None
    if readers is not None:
        _warm(readers)
    writer = SegmentWriter(place.archive)
    run = CrawlRun(
        archive=archive,
        writer=writer,
        journal=journal,
        memory=load_memory(archive, journal, sources, print),
        options=CrawlOptions(is_explicit=True, parallel=SITES),
        reader=readers or _NoReading(),
        rows=_NoRows(),
        progress=Shown(quiet=True),
    )
    settings = scrapy_settings(place)
    if not reads:
        settings.set("ITEM_PIPELINES", {}, "cmdline")
    before = _cpu()
    run_sources(list(sources.values()), run, settings)
    ended, spent = time.time(), [after - then for after, then in zip(_cpu(), before, strict=True)]
    writer.close()
    if readers is not None:
        readers.close()
    entries = [entry for segment in archive.segments() for entry in archive.entries(segment)]
    first = min(entry.fetched.timestamp() for entry in entries)
    return {"pages": len(entries), "wall": ended - first, "own": spent[0], "readers": spent[1]}


def replay(home: Path, registry: Path) -> dict[str, float]:
    """The same archive read again, without the network."""
    from pipelines.rules import recipe_for
    from pipelines.workers import Readers
    from r57monitor.registry import load_sources
    from warehouse.archive import Archive
    from warehouse.home import Home

    readers = Readers(recipe_for(Home(home), load_sources([registry])))
    _warm(readers)
    archive = Archive(Home(home).archive)
    began, before = time.time(), _cpu()
    pages = sum(1 for _ in readers.read_all(page for segment in archive.segments() for page in archive.iterate(segment)))
    wall, spent = time.time() - began, [after - then for after, then in zip(_cpu(), before, strict=True)]
    readers.close()
    return {"pages": pages, "wall": wall, "own": spent[0], "readers": spent[1]}


def _warm(readers: Any) -> None:
    """Wait until every reader has its rules and has read something."""
    from datetime import UTC, datetime

    from r57monitor.models import RawPage

    for number in range(2 * (os.cpu_count() or 1)):
        readers.read(RawPage(url=f"http://a.example/{number}.html", body=article_html(number).encode(), fetched_at=datetime.now(UTC)))


def _cpu() -> list[float]:
    """Processor seconds of this process, and of its readers that are alive."""
    import psutil

    this = psutil.Process()
    return [sum(this.cpu_times()[:2]), sum(sum(child.cpu_times()[:2]) for child in this.children(recursive=True))]


def run(rounds: int) -> list[str]:
    """Interleaved rounds of the three ways, each in a process of its own, as Markdown: over pages of several kinds."""
    return [
        "## Crawl",
        "",
        f"{SITES} sites of {PAGES} pages, {1000 * LATENCY_S:.0f} ms latency, no delay, AutoThrottle off; median of {rounds} rounds.",
        "The clock runs from the first answer archived; the readers are ready by then. Nothing is stored in a warehouse.",
        "The sites themselves answer from one more process.",
        "",
        *(line for kind, what in _KINDS.items() for line in (what, *_table(_measure(rounds, kind)), "")),
    ][:-1]


def _measure(rounds: int, kind: str) -> dict[str, list[dict[str, float]]]:
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=_serve, args=(theirs, kind), daemon=True)
    server.start()
    ports = ours.recv()
    found: dict[str, list[dict[str, float]]] = {"alone": [], "reading": [], "replay": []}
    try:
        for _ in range(rounds):
            with tempfile.TemporaryDirectory() as folder:
                registry = write_registry(Path(folder), ports)
                for way in found:
                    found[way].append(_apart(way, Path(folder), registry))
    finally:
        server.kill()
        server.join()
    return found


def _table(found: dict[str, list[dict[str, float]]]) -> list[str]:
    return [
        "",
        "| way | seconds by the clock | pages a second | processor ms a page: crawl | readers |",
        "|---|---|---|---|---|",
        *(_row(name, found[way]) for way, name in _NAMES.items()),
        "",
        f"With reading the crawl takes **{_ratio(found, _clock):.2f}** times the slower of the two alone by the clock (at most 1.3);",
        f"by the processor's time, on {os.cpu_count()} cores that do nothing else, {_ratio(found, _least):.2f} times.",
    ]


_NAMES = {"alone": "crawling alone", "replay": "replaying alone", "reading": "crawling with reading"}


def _row(name: str, runs: list[dict[str, float]]) -> str:
    wall, rate = median(one["wall"] for one in runs), median(one["pages"] / one["wall"] for one in runs)
    own, readers = (median(1000 * one[part] / one["pages"] for one in runs) for part in ("own", "readers"))
    return f"| {name} | {wall:.1f} | {rate:.0f} | {own:.2f} | {readers:.2f} |"


def _ratio(found: dict[str, list[dict[str, float]]], seconds: Callable[[dict[str, float]], float]) -> float:
    rounds = zip(found["reading"], found["alone"], found["replay"], strict=True)
    return median(seconds(both) / max(seconds(alone), seconds(again)) for both, alone, again in rounds)


def _clock(one: dict[str, float]) -> float:
    return one["wall"]


def _least(one: dict[str, float]) -> float:
    """Seconds that a run needs at least: its own process works on one core, all together on those of the machine."""
    return max(one["own"], (one["own"] + one["readers"]) / (os.cpu_count() or 1))


def _apart(way: str, folder: Path, registry: Path) -> dict[str, float]:
    home = folder / ("alone" if way == "replay" else way)
    command = [sys.executable, "-m", "bench.crawl", "--one", way, str(home), str(registry)]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    result: dict[str, float] = json.loads(out.splitlines()[-1])
    return result


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.crawl", description="Pages a second, and what reading costs beside.")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        way, home, registry = given.one[0], Path(given.one[1]), Path(given.one[2])
        result = replay(home, registry) if way == "replay" else crawl(home, registry, way == "reading")
        sys.stdout.write(json.dumps(result) + "\n")
        return
    sys.stdout.write("\n".join(run(given.rounds)) + "\n")


if __name__ == "__main__":
    main()
