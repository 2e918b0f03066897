"""What a search costs at a size, on texts of made-up words whose numbers of occurrence are those of a language."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from bench.synthetic import BEGIN, DAYS, WORDS, Press, make_press
from r57monitor.text.normalize import fold
from warehouse import queries
from warehouse.db import to_utc
from warehouse.home import Home
from warehouse.publish import ensure_published
from warehouse.queries import Filters, Reader
from warehouse.search_index import catch_up, index_path, rebuild_index

DAY = 5_000  # new articles of one day
BOUND_MS = 100
# Beside the search line proper: a filter that leaves out nearly every match, what no word finds, and the way without an index.
BOUNDS_MS = {"a fair word of one source": 1_000, "all but a common word": "", "the phrase without an index, once": ""}
SHOWN = 50
_BATCH = 20_000
_TOPIC = "chuyển đổi số"
_TOPIC_SHARE = 0.05


def run(articles: int, rounds: int = 5) -> list[str]:
    """The section's lines of Markdown; measured in a process of its own, in a folder that is removed."""
    with tempfile.TemporaryDirectory(prefix="r57-bench-") as folder:
        command = [sys.executable, "-m", "bench.searching", folder, str(articles), str(rounds)]
        found: dict[str, Any] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return [
        f"## Search at {articles:,} articles",
        "",
        f"Texts of {WORDS} made-up words, one in twenty with the phrase; an index of {found['bytes'] / articles / 1000:.1f} kB an article.",
        "",
        "| what | seconds of the processor |",
        "|---|---|",
        f"| the index made anew | {found['build']:.1f} |",
        f"| {DAY:,} new articles and {DAY // 50:,} edited ones taken in | {found['day']:.1f} |",
        "",
        f"| question, the newest {SHOWN}, warm, median of {rounds} | found | ms by the clock | of the processor | at most |",
        "|---|---|---|---|---|",
        *(f"| {name} | {n} | {ms:.1f} | {cpu:.1f} | {BOUNDS_MS.get(name, BOUND_MS)} |" for name, n, ms, cpu in found["asked"]),
    ]


def _texts(press: Press, first: int, count: int) -> Iterator[tuple[list[str], list[bool]]]:
    for begin in range(first, first + count, _BATCH):
        rng = np.random.default_rng((press.seed, begin))
        size = min(_BATCH, first + count - begin)
        chosen = np.searchsorted(press.weights, rng.random((size, WORDS)))
        has_topic = rng.random(size) < _TOPIC_SHARE
        lines = [" ".join(press.words[i] for i in row) for row in chosen]
        yield [f"{line} {_TOPIC} {line[:40]}" if topic else line for line, topic in zip(lines, has_topic, strict=True)], list(has_topic)


def _fill(con: duckdb.DuckDBPyConnection, press: Press, first: int, count: int, total: int) -> None:
    """Articles straight into the tables that readers see, without crawl or publish."""
    number = first
    for texts, relevant in _texts(press, first, count):
        numbers = range(number, number + len(texts))
        rows = pa.table({
            "article_id": [f"{n * 2654435761 % 2**64:016x}" for n in numbers],
            "told": pa.array([to_utc(BEGIN + timedelta(days=DAYS * n / total)) for n in numbers], pa.timestamp("us")),
            "source": [press.sources[n % len(press.sources)].id for n in numbers],
            "text": texts, "folded": [fold(t) for t in texts], "is_relevant": relevant,
        })  # fmt: skip
        number += len(texts)
        con.register("made", rows)
        con.execute("""INSERT INTO core.texts SELECT article_id, 'a', 'article', 'vi', 0.8, is_relevant, [], false, false, 380, text, NULL,
                       folded, '', NULL FROM made""")
        con.execute("""INSERT INTO derived.articles BY NAME SELECT article_id, 1 AS revision, source AS source_id, source AS publisher,
                       false AS is_aggregator, 'https://' || source || '.vn/' || article_id AS url, 'a' AS text_hash, text[:60] AS title,
                       told AS published_at, 'meta' AS published_from, told AS first_seen_at, told AS reported_at, told AS placed_at,
                       false AS is_baseline, is_relevant, false AS has_credit, false AS is_undated FROM made""")
        con.execute("INSERT INTO derived.membership SELECT article_id, article_id, true, 'alone' FROM made")
        con.unregister("made")


def _edit(con: duckdb.DuckDBPyConnection, count: int) -> None:
    con.execute("CREATE TEMP TABLE edited AS SELECT article_id FROM derived.articles ORDER BY article_id LIMIT $count", {"count": count})
    con.execute("""INSERT INTO core.texts SELECT * REPLACE ('b' AS text_hash, folded || ' nay da sua' AS folded)
                   FROM core.texts SEMI JOIN edited USING (article_id)""")
    con.execute("UPDATE derived.articles SET text_hash = 'b' WHERE article_id IN (SELECT article_id FROM edited)")
    con.execute("INSERT INTO changed SELECT article_id FROM edited")


def _questions(press: Press) -> dict[str, tuple[str, Filters]]:
    every = Filters(relevant_only=False)
    common, fair, rare = (fold(press.words[i]) for i in (0, 300, len(press.words) - 5))
    source = press.sources[3].id
    return {
        "a phrase without accents": ('"chuyen doi so"', every),
        "the same as three words": ("chuyen doi so", every),
        "the commonest word": (common, every),
        "three common words": (" ".join(fold(press.words[i]) for i in (0, 1, 2)), every),
        "a rare word": (rare, every),
        "a word and a rare one": (f"{common} {rare}", every),
        "a phrase of common words": (f'"{common} {fold(press.words[1])}"', every),
        "a phrase, leaving a word out": (f'"chuyen doi so" -{fair}', every),
        "all but a common word": (f"-{common}", every),
        "a phrase, relevant originals, one week": ('"chuyen doi so"', Filters(week="2025-W40", originals_only=True)),
        "a fair word of one source": (fair, Filters(sources=(source,), relevant_only=False)),
        "nothing found": ("khongcochunay", every),
    }


def _ask(reader: Reader, press: Press, rounds: int) -> list[tuple[str, int, float, float]]:
    asked = []
    for name, (query, filters) in _questions(press).items():
        found = queries.search_articles(reader, query, filters, SHOWN)
        clock, used = [], []
        for _ in range(rounds):
            start, begun = perf_counter(), process_time()
            queries.search_articles(reader, query, filters, SHOWN)
            clock.append(1000 * (perf_counter() - start))
            used.append(1000 * (process_time() - begun))
        asked.append((name, len(found), median(clock), median(used)))
    return asked


def _measure(home: Home, articles: int, rounds: int) -> dict[str, Any]:
    press = make_press()
    file = ensure_published(home)
    con = duckdb.connect(str(file))
    con.execute("SET TimeZone = 'UTC'; SET memory_limit = '2500MB'; CREATE TEMP TABLE changed (article_id VARCHAR)")
    _fill(con, press, 0, articles, articles + DAY)
    con.execute("CHECKPOINT")
    begun = process_time()
    rebuild_index(home, con)
    build = process_time() - begun
    size = index_path(home.path).stat().st_size
    _fill(con, press, articles, DAY, articles + DAY)
    con.execute("INSERT INTO changed SELECT article_id FROM derived.articles ORDER BY first_seen_at DESC LIMIT $count", {"count": DAY})
    _edit(con, DAY // 50)
    (number,) = con.execute("SELECT number FROM derived.snapshot").fetchone() or (None,)
    con.execute("UPDATE derived.snapshot SET number = number + 1")
    begun = process_time()
    catch_up(home, con, number)
    day = process_time() - begun
    con.close()
    with queries.open_file(file) as reader:
        asked = _ask(reader, press, rounds)
        index_path(home.path).rename(home.path / "away.sqlite")
        start = perf_counter()
        found = queries.search_articles(reader, '"chuyen doi so"', Filters(relevant_only=False), SHOWN)
        asked.append(("the phrase without an index, once", len(found), *[1000 * (perf_counter() - start)] * 2))
    return {"build": build, "bytes": size, "day": day, "asked": asked}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_measure(Home(Path(sys.argv[1])), int(sys.argv[2]), int(sys.argv[3]))))
