"""Twenty-six weeks of an invented press, of which all is known: what the ledger says of each week, against the truth."""

from __future__ import annotations

from pathlib import Path

import pytest

from r57monitor.cli.progress import Shown
from r57monitor.cli.session import open_session
from r57monitor.gazetteer import load_gazetteer
from tests.replay26.generate import generate, week_of
from tests.replay26.judge import Verdict, judge_clusters, judge_coverage, judge_series, judge_states, match, truths
from tests.replay26.model import WEEKS, World
from tests.replay26.pages import archive_week
from tests.replay26.rows import journal_of_week, make_sources, pages_by_week
from tests.test_asof import canonical
from warehouse.asof import open_as_of
from warehouse.home import Home
from warehouse.publish import publish
from warehouse.queries import Reader, open_published
from warehouse.writers import Warehouse

pytestmark = pytest.mark.slow

SHOWN_AGAIN = (3, 13, 25)  # weeks that are shown as they stood, long after


def check(world: World, reader: Reader, weekly: Verdict | None = None) -> None:
    """The promises, at the end and (where judged week by week) in each week as it was first published."""
    for verdict in (judge_states(world, reader), *([weekly] if weekly else [])):
        assert verdict.firsts > 50
        assert verdict.listed >= 0.95 * verdict.firsts, verdict.wrong
        assert verdict.false_new <= WEEKS, verdict.wrong
        assert verdict.knowable <= WEEKS // 5, verdict.wrong
        assert verdict.false_conflicts <= WEEKS, verdict.wrong
    joined, split = judge_series(world, reader)
    assert joined == 0
    assert split == 0
    clusters = judge_clusters(world, reader)
    assert clusters["f1"] >= 0.97
    assert clusters["apart"] <= 0.01
    cells = judge_coverage(world, reader, WEEKS)
    assert cells["silent though it failed"] == 0
    true_silences = sum(count for name, count in cells.items() if name.startswith("silent ->"))
    assert true_silences > 10
    assert cells["silent -> silent"] >= 0.9 * true_silences


def test_what_was_read_right_is_told_right(tmp_path: Path) -> None:
    """Facts as a reader without faults would store them, 34 provinces and 40 publishers, published week by week."""
    world = generate()
    assert (len(world.outlets), len(world.own)) == (40, 34)
    pages, home, weekly, shown = pages_by_week(world), Home(tmp_path), Verdict(), {}
    with home.lock("replay26"), Warehouse.open(home) as warehouse:
        warehouse.register_sources(make_sources(world), load_gazetteer())
        for week in range(WEEKS):
            warehouse.store(pages[week])
            warehouse.store_journal(journal_of_week(world.outlets, week))
            number = publish(home).number
            with open_published(home) as reader:
                weekly.add(judge_states(world, reader, week))
                if week in SHOWN_AGAIN:
                    shown[number] = canonical(reader)
    with open_published(home) as reader:
        assert len(match(world, reader)) == sum(
            len(truths(story)) for story in world.stories if story.edited or week_of(story.found.date()) < WEEKS
        )
        check(world, reader, weekly)
    for number, views in shown.items():
        with open_as_of(home, number) as reader:
            again = canonical(reader)
        assert {name for name in views if views[name] != again[name]} == set()


def test_pages_through_the_whole_chain(tmp_path: Path) -> None:
    """The same press as pages in three manners, fewer provinces: archived, read, stored and published by the program itself."""
    world = generate(provinces=8)
    home = Home(tmp_path)
    for week in range(WEEKS):
        archive_week(world, home, week)
    sources = {source.id: source for source in make_sources(world)}
    with open_session(home, "ingest", sources, Shown(quiet=True), publishes=True):
        pass
    with open_published(home) as reader:
        assert len(match(world, reader)) >= 0.97 * sum(len(truths(story)) for story in world.stories)
        check(world, reader)
