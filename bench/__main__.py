"""`python -m bench [--rounds N] [--out FILE]`: every measurement, as Markdown."""

from __future__ import annotations

import argparse
import platform
import sys
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path

from bench import backfill, cluster, crawl, dashboard, digest, growth, others, reading, searching, warehouse
from bench.rounds import ROUNDS
from warehouse.home import Home

_PACKAGES = ("r57monitor", "duckdb", "trafilatura", "lxml", "ahocorasick-rs", "numpy")
CRAWL_ROUNDS = 3  # of some 15 s
_SIZES = (10_000, 100_000)


def main() -> None:
    """Run, print, and write where told to."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measurements side by side within one run.")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="interleaved rounds that count")
    parser.add_argument("--articles", type=int, nargs="+", default=_SIZES, help="sizes of the warehouse; 0 leaves it out")
    parser.add_argument("--only-warehouse", action="store_true", help="leave reading out")
    parser.add_argument("--out", type=Path, help="write the results to this file too")
    given = parser.parse_args()
    lines = _head()
    if not given.only_warehouse:
        lines += ["", *reading.run(given.rounds), "", *others.run(given.rounds), "", *growth.run()]
        lines += ["", *crawl.run(min(given.rounds, CRAWL_ROUNDS))]
        lines += ["", *backfill.run(given.rounds), "", *cluster.run(given.rounds)]
    for articles in filter(None, given.articles):
        largest = articles == max(given.articles)
        pages = partial(_report, articles=articles) if largest else digest.report
        lines += ["", *warehouse.run(articles, given.rounds, pages), "", *searching.run(articles, given.rounds)]
    text = "\n".join(lines) + "\n"
    sys.stdout.write(text)
    if given.out:
        given.out.write_text(text, "utf-8")


def _report(home: Home, articles: int) -> list[str]:
    return [*dashboard.report(home, articles=articles), "", *digest.report(home)]


def _head() -> list[str]:
    versions = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    return [
        "# Benchmarks",
        "",
        'Written by `make bench`. Compare ratios, which hold within one run; times hold for the machine only. "At most" and "at least" '
        "are limits the project set itself: a number beyond one misses it.",
        "",
        f"{datetime.now(UTC):%Y-%m-%d}, {_processor()}, {platform.system()} {platform.machine()}, Python {platform.python_version()},",
        f"{versions}.",
    ]


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    names = (
        [line.partition(":")[2].strip() for line in info.read_text("utf-8").splitlines() if line.startswith("model name")]
        if info.exists()
        else []
    )
    return f"{len(names)} × {names[0]}" if names else platform.processor() or "unknown processor"


if __name__ == "__main__":
    main()
