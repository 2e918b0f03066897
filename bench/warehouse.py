"""What storing, publishing and asking cost at a size, on a made-up press (bench/synthetic.py)."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

import duckdb
import pyarrow as pa

from bench.grow import grow
from bench.questions import time_questions
from bench.synthetic import Press, make_batches, make_journal, make_press
from warehouse import derive, writers
from warehouse.db import Connection, Row, make_batch
from warehouse.home import Home
from warehouse.publish import publish
from warehouse.queries import open_published
from warehouse.writers import Warehouse

BATCH = 500  # articles stored at a time
DAY = 5_000  # new articles of one day
_Heard = dict[str, tuple[Connection, Sequence[Row]]]
STORED = 100_000  # a larger press is made of one of this size (bench/grow.py): storing a million takes an hour
BOUNDS_MS = {100_000: 300, 1_000_000: 1_500}


def run(articles: int, rounds: int = 5, then: Callable[[Home], list[str]] = lambda home: []) -> list[str]:
    """The section's lines of Markdown. Every measurement is made in a process of its own, in a folder that is removed.

    then: what else is measured over the published home, before it is removed; its lines come last.
    """
    with tempfile.TemporaryDirectory(prefix="r57-bench-") as folder:
        stored = min(articles, STORED)
        loaded = _apart("load", folder, stored, articles)
        first = _apart("publish", folder, stored)
        if articles > stored:
            _apart("grow", folder, articles // stored)
            first = _apart("publish", folder, articles)
        day = _apart("day", folder, articles)
        asked = _apart("ask", folder, rounds)
        started = {command: median(_start_up(command, folder) for _ in range(rounds)) for command in ("--help", "status")}
        more = then(Home(Path(folder)))
    bound = next((b for size, b in BOUNDS_MS.items() if size >= articles), max(BOUNDS_MS.values()))
    return [
        f"## The warehouse at {articles:,} articles",
        "",
        f"A made-up press with {loaded['figures']:,} figures; a file of {loaded['megabytes']:,.0f} MB."
        + (
            f" Its facts were then written {articles // stored} times, telling of other provinces and metrics." if articles > stored else ""
        ),
        "",
        "| what | seconds by the clock | of the processor | resident MB | at most |",
        "|---|---|---|---|---|",
        _line(f"storing all in batches of {BATCH}", loaded, ""),
        f"| the same rows by bare Arrow inserts | {loaded['bare_clock']:.1f} | {loaded['bare_cpu']:.1f} | | |",
        f"| ratio, all batches together | {loaded['clock'] / loaded['bare_clock']:.2f} | {loaded['cpu'] / loaded['bare_cpu']:.2f} | | 3 |",
        _line("first publish, everything worked out", first, "4,000 MB" if articles > stored else ""),
        _line(f"publish of one day's {DAY:,} new articles", day, "4,000 MB"),
        _line("of it, their clusters and states", day | day["ledger"], "60 s"),
        *(f"| `r57 {command}` | {seconds:.2f} | | | {'0.5' if command == '--help' else '1'} s |" for command, seconds in started.items()),
        "",
        f"| question, warm, median of {rounds} | ms | at most |",
        "|---|---|---|",
        *(f"| {name} | {spent:.0f} | {'' if name.startswith('digest') else bound} |" for name, spent in asked["milliseconds"].items()),
        *(["", *more] if more else []),
    ]


def _line(name: str, cost: dict[str, Any], bound: str) -> str:
    return f"| {name} | {cost['clock']:.1f} | {cost['cpu']:.1f} | {cost['resident']:.0f} | {bound} |"


def _apart(what: str, folder: str, *sizes: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.warehouse", what, folder, *map(str, sizes)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    return dict(json.loads(done.stdout))


def _start_up(command: str, folder: str) -> float:
    program = str(Path(sys.executable).with_name("r57"))
    start = perf_counter()
    subprocess.run([program, command, *(["--home", folder] if command == "status" else [])], check=True, stdout=subprocess.DEVNULL)
    return perf_counter() - start


class _Bare:
    """The same rows into tables without keys, each batch in one transaction: what no writer can be faster than."""

    def __init__(self, path: Path) -> None:
        self.clock = self.cpu = 0.0
        self._con = duckdb.connect(str(path))
        self._made: set[str] = set()

    def take(self, tables: dict[str, pa.Table]) -> None:
        clock, cpu = perf_counter(), process_time()
        self._con.execute("BEGIN")
        for name, batch in tables.items():
            self._con.register("incoming", batch)
            flat = name.replace(".", "_")
            if flat in self._made:
                self._con.execute(f"INSERT INTO {flat} SELECT * FROM incoming")  # noqa: S608
            else:
                self._con.execute(f"CREATE TABLE {flat} AS SELECT * FROM incoming")  # noqa: S608
                self._made.add(flat)
            self._con.unregister("incoming")
        self._con.execute("COMMIT")
        self.clock, self.cpu = self.clock + perf_counter() - clock, self.cpu + process_time() - cpu


def _load(home: Home, press: Press, articles: int, whole: int) -> dict[str, Any]:
    """Store, and put the very rows that were stored into bare tables, batch by batch in turn.

    whole: how many the press will have when it was made larger; the day to come follows upon these then too, without a gap.
    """
    clock = cpu = 0.0
    figures = 0
    bare = _Bare(home.path / "bare.duckdb")
    heard: _Heard = {}
    _listen(heard)
    with Warehouse.open(home) as warehouse:
        warehouse.register_sources(press.sources, press.gazetteer)
        warehouse.store_journal(make_journal(press))
        for pages in make_batches(press, 0, articles, BATCH, articles + DAY * articles // whole):
            begun, used = perf_counter(), process_time()
            warehouse.store(pages)
            clock, cpu = clock + perf_counter() - begun, cpu + process_time() - used
            figures += len(heard["core.text_figures"][1])
            bare.take({name: make_batch(con, name, rows) for name, (con, rows) in heard.items() if rows})
            heard.clear()
    (home.path / "bare.duckdb").unlink()
    size = home.warehouse.stat().st_size / 1e6
    return {"clock": clock, "cpu": cpu, "bare_clock": bare.clock, "bare_cpu": bare.cpu, "figures": figures, "megabytes": size}


def _listen(heard: _Heard) -> None:
    """Have what the writer inserts put into `heard` too."""
    insert = writers.fill_table

    def insert_and_tell(con: Connection, table: str, rows: Sequence[Row]) -> None:
        insert(con, table, rows)
        heard[table] = (con, rows)

    writers.fill_table = insert_and_tell  # type: ignore[assignment]


def _publish(home: Home) -> dict[str, Any]:
    """The whole publish, and within it what works out articles, clusters, states, flags and targets."""
    ledger = {"clock": 0.0, "cpu": 0.0}
    for name in ("renew_articles", "place_articles", "renew_ledger"):
        setattr(derive, name, _timed(getattr(derive, name), ledger))
    clock, cpu = perf_counter(), process_time()
    with home.lock("bench"):
        publish(home)
    return {"clock": perf_counter() - clock, "cpu": process_time() - cpu, "ledger": ledger}


def _timed(step: Callable[..., Any], spent: dict[str, float]) -> Callable[..., Any]:
    def run_and_add(*given: Any) -> Any:
        clock, cpu = perf_counter(), process_time()
        try:
            return step(*given)
        finally:
            spent["clock"] += perf_counter() - clock
            spent["cpu"] += process_time() - cpu

    return run_and_add


def _store_day(home: Home, press: Press, articles: int) -> None:
    with Warehouse.open(home) as warehouse:
        for pages in make_batches(press, articles, DAY, BATCH, articles + DAY):
            warehouse.store(pages)


def _resident() -> float:
    status = Path("/proc/self/status")
    if not status.exists():
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    return next(int(line.split()[1]) / 1e3 for line in status.read_text("ascii").splitlines() if line.startswith("VmHWM"))


def _measure(what: str, home: Home, size: int, whole: int | None = None) -> dict[str, Any]:
    home.prepare()
    if what == "load":
        return _load(home, make_press(), size, whole or size)
    if what == "publish":
        return _publish(home)
    if what == "grow":
        base = home.path / "base.duckdb"
        shutil.copyfile(home.warehouse, base)
        grow(base, home.warehouse, size)
        base.unlink()
        return {}
    if what == "ask":
        with open_published(home) as reader:
            return {"milliseconds": time_questions(reader, size)}
    stored = os.fork() if what == "day" else 0
    if what == "day" and not stored:
        _store_day(home, make_press(), size)
        os._exit(0)
    os.waitpid(stored, 0)
    return _publish(home)


if __name__ == "__main__":
    found = _measure(sys.argv[1], Home(Path(sys.argv[2])), *map(int, sys.argv[3:]))
    sys.stdout.write(json.dumps(found | {"resident": _resident()}))
