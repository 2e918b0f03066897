"""Replay of one archive by one worker process, by two, and by a Dask cluster of two workers on this machine.

Pages a second by the clock, from the first page stored to the end: start-up is left out. The archive has as many segments as units.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from statistics import median

from bench.memory import run_watched
from bench.pages import large_pages, small_pages
from r57monitor.cli.progress import Shown
from r57monitor.cli.replay import run_replay
from r57monitor.models import RawPage
from warehouse.home import Home
from warehouse.segment import SegmentWriter

UNITS = 24
PAGES_A_UNIT = 100
TWO_AT_LEAST, CLUSTER_AT_LEAST = 1.6, 0.75
MEMORY_AT_MOST = 1.2
_ROUNDS = 3  # of some twenty seconds each
_MEMORY_PAGES = (1_000, 20_000)


class _Clock(Shown):
    """Remembers when the first page was stored."""

    def __init__(self) -> None:
        super().__init__(quiet=True)
        self.began: tuple[float, int] | None = None

    def step(self, what: str, done: int, total: int | None = None) -> None:
        self.began = self.began or (time.perf_counter(), done)


def run(rounds: int = _ROUNDS) -> list[str]:
    """The section's lines of Markdown."""
    from distributed import LocalCluster

    rates: dict[str, list[float]] = {"1": [], "2": [], "cluster": []}
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        fill_archive(home, UNITS, PAGES_A_UNIT)
        with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0") as cluster:  # type: ignore[no-untyped-call]
            _measure(home, cluster.scheduler_address)  # its workers load their rules once
            for _ in range(min(rounds, _ROUNDS)):
                rates["1"].append(_measure(home, "1"))
                rates["2"].append(_measure(home, "2"))
                rates["cluster"].append(_measure(home, cluster.scheduler_address))
        peaks = [_peak(Path(folder) / f"memory-{pages}", pages) for pages in _MEMORY_PAGES]
    two = median(b / a for a, b in zip(rates["1"], rates["2"], strict=True))
    there = median(c / b for b, c in zip(rates["2"], rates["cluster"], strict=True))
    return [
        "## Replay on more processes, and on a cluster",
        "",
        f"{UNITS} segments of {PAGES_A_UNIT} practice pages; median of {len(rates['1'])} rounds, by the clock, start-up left out.",
        "",
        "| way | pages a second | ratio | at least |",
        "|---|---|---|---|",
        f"| one worker process | {median(rates['1']):,.0f} | | |",
        f"| two worker processes | {median(rates['2']):,.0f} | **{two:.2f}** of one | {TWO_AT_LEAST} |",
        f"| Dask cluster of two workers here | {median(rates['cluster']):,.0f} | **{there:.2f}** of two | {CLUSTER_AT_LEAST} |",
        "",
        f"Memory of all processes of a replay at most: {peaks[0]:,.0f} MB over {_MEMORY_PAGES[0]:,} pages, {peaks[1]:,.0f} MB over",
        f"{_MEMORY_PAGES[1]:,}: **{peaks[1] / peaks[0]:.2f}** times (at most {MEMORY_AT_MOST}).",
    ]


def fill_archive(path: Path, segments: int, pages: int) -> Home:
    """A home whose archive has so many segments of so many practice pages, each page under an address of its own."""
    home = Home(path)
    home.prepare()
    bodies = cycle([page.body for page in (*small_pages(), *large_pages()[:5])])
    fetched = datetime(2025, 7, 10, tzinfo=UTC)
    for segment in range(segments):
        with SegmentWriter(home.archive) as writer:
            for raw in _pages(segment * pages, pages, bodies, fetched + timedelta(minutes=segment)):
                writer.add(raw, None)
            writer.sync()
    return home


def _pages(first: int, count: int, bodies: Iterator[bytes], fetched: datetime) -> Iterator[RawPage]:
    for number in range(first, first + count):
        url = f"https://bao.example/tin-{number}.html"
        yield RawPage(url=url, body=next(bodies), fetched_at=fetched, content_type="text/html", source_id="ingested")


def _measure(home: Path, way: str) -> float:
    """Pages a second, of a process of its own."""
    command = [sys.executable, "-m", "bench.cluster", str(home), way]
    return float(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.split()[-1])


def _peak(path: Path, pages: int) -> float:
    """The most megabytes that the processes of a replay held together."""
    fill_archive(path, max(1, pages // 1_000), 1_000)
    return run_watched([sys.executable, "-m", "bench.cluster", str(path), "2"])[1]


def once(home: Path, way: str) -> float:
    """Pages a second of one replay: by so many processes, or by the cluster at an address."""
    clock = _Clock()
    is_cluster = "://" in way
    result = run_replay(Home(home), clock, publish=False, engine=way if is_cluster else None, workers=None if is_cluster else int(way))
    assert clock.began is not None
    began, done = clock.began
    return (result.pages - done) / (time.perf_counter() - began)


if __name__ == "__main__":
    if sys.argv[1:]:
        sys.stdout.write(f"{once(Path(sys.argv[1]), sys.argv[2])}\n")
    else:
        sys.stdout.write("\n".join(run()) + "\n")
