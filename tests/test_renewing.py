"""What a publish works out anew for a few changed articles is what working everything out would give, row by row."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from bench.synthetic import BEGIN, Press, make_article, make_pages, make_press
from r57monitor.catalogue import load_catalogue
from r57monitor.models import Article
from tests.fuzzing import EFFORT
from warehouse import parts, placing, stating
from warehouse.derive import Knowledge, derive, forget_derived
from warehouse.home import Home
from warehouse.publish import publish
from warehouse.writers import StoredPage, Warehouse

PUBLISHES = 5
ARTICLES = 200
OWN = {"made", "snapshot"}  # of the publish itself


def rows(con: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[Any, ...]]]:
    """Every derived table, its rows in an order of their own."""
    sql = "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'derived' ORDER BY table_name"
    names = [name for (name,) in con.execute(sql).fetchall() if name not in OWN]
    return {name: con.execute(f"SELECT * FROM derived.{name} ORDER BY ALL").fetchall() for name in names}


def compare(path: Path, press: Press, folder: Path) -> dict[str, int]:
    """Rows of each table of a published file, all of which a derivation from nothing gives too."""
    copy = folder / "copy.duckdb"
    shutil.copyfile(path, copy)
    con = duckdb.connect(str(copy))
    try:
        con.execute("SET TimeZone = 'UTC'")
        before = rows(con)
        con.execute("BEGIN")
        number, at = con.execute("SELECT number, published_at FROM derived.snapshot").fetchall()[0]
        forget_derived(con)
        derive(con, Knowledge(press.gazetteer, load_catalogue()), number=number, published_at=at, is_practice=False)
        con.execute("COMMIT")
        after = rows(con)
    finally:
        con.close()
        copy.unlink()
    for name, content in after.items():
        assert before[name] == content, name
    return {name: len(content) for name, content in after.items()}


def disturb(article: Article, chance: random.Random) -> Article:
    """Some articles bear no date, some were published long before they were found, some are not about the Resolution."""
    draw, extracted, relevance = chance.random(), article.extracted, article.relevance
    assert extracted is not None
    assert relevance is not None
    if draw < 0.08:
        return replace(article, extracted=replace(extracted, published=None, published_from="none"))
    if draw < 0.2:
        earlier = article.raw.fetched_at - timedelta(days=chance.randrange(1, 200))
        return replace(article, extracted=replace(extracted, published=earlier))
    if draw < 0.25:
        return replace(article, relevance=replace(relevance, is_relevant=False))
    return article


def batches(press: Press, chance: random.Random) -> Iterator[list[StoredPage]]:
    """All articles, most in order of their fetches and some in a batch far from theirs; edits in later batches."""
    made: list[list[StoredPage]] = [[] for _ in range(PUBLISHES)]
    for number in range(ARTICLES):
        at = number * PUBLISHES // ARTICLES
        for page in make_pages(press, number, ARTICLES):
            assert page.article is not None
            place = at if chance.random() > 0.1 else chance.randrange(PUBLISHES)
            made[place].append(replace(page, article=disturb(page.article, chance)))
            at = min(at + 1, PUBLISHES - 1)
    yield from made


def journal_of(press: Press, turn: int, chance: random.Random) -> list[dict[str, Any]]:
    """Crawls that begin and end, and what people say of articles and figures."""
    at = (BEGIN + timedelta(days=600 * turn / PUBLISHES)).isoformat()
    source = press.sources[turn % len(press.sources)]
    entries: list[dict[str, Any]] = [
        {"at": at, "event": event, "source": source.id, "cycle": at} for event in ("cycle_begun", "cycle_ended")
    ]
    for number in chance.sample(range((turn + 1) * ARTICLES // PUBLISHES), 4):
        article, other = (make_article(press, n, ARTICLES) for n in (number, chance.randrange(ARTICLES)))
        change = chance.choice([{"is_relevant": False}, {"copy_of": other.url}, {"copy_of": ""}, {"published": "2025-03-01"}])
        entries.append({"at": at, "event": "review", "verdict": "article", "by": "Hà", "url": article.url, "changes": change})
        figure = article.figures[0]
        said: dict[str, Any] = {"mention": figure.mention, "start": figure.start, "by": "Hà", "url": article.url}
        verdict = chance.choice(["reject", "fix", "accept"])
        changes = {"value": 77.0} if verdict == "fix" else {}
        entries.append({"at": at, "event": "review", "verdict": verdict, "changes": changes, **said})
    return entries


@pytest.mark.parametrize("seed", [1, *(pytest.param(n, marks=pytest.mark.slow) for n in range(2, 2 + EFFORT))])
def test_publishing_again_and_again_gives_the_rows_of_publishing_once(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With late finds, edits, copies, mergers, reviews, outlets that become known, and in parts as small as one line."""
    monkeypatch.setattr(stating, "PART", 40)
    monkeypatch.setattr(stating, "ARTICLES", 25)
    monkeypatch.setattr(parts.iterate_parts, "__defaults__", (30,))
    monkeypatch.setattr(placing, "ALL_AT_ONCE", 0.9)
    chance = random.Random(seed)
    press = make_press(seed, provinces=3, metrics=4, values=6)
    home = Home(tmp_path / "home")
    seen: dict[str, int] = {}
    with home.lock("test"), Warehouse.open(home) as warehouse:
        for turn, pages in enumerate(batches(press, chance)):
            warehouse.register_sources(press.sources[: len(press.sources) // 2 + turn], press.gazetteer)
            warehouse.store(pages)
            warehouse.store_journal(journal_of(press, turn, chance))
            seen = compare(publish(home).path, press, tmp_path)
    assert min(seen[name] for name in ("articles", "links", "statements", "states", "targets", "flags", "reviewed_figures")) > 0
    with duckdb.connect(str(home.resolve_published()), read_only=True) as con:
        states = {state for (state,) in con.execute("SELECT DISTINCT state FROM derived.states").fetchall()}
    assert {"baseline", "new", "repeat", "higher", "lower"} <= states
