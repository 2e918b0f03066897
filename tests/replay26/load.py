"""Loads the first weeks of the invented press into a home, publishing now and then: a process to be killed.

Called as `python -m tests.replay26.load HOME`. Says "ready" when its work begins. What is stored already is not stored twice.
"""

from __future__ import annotations

import sys
from pathlib import Path

from r57monitor.gazetteer import load_gazetteer
from tests.replay26.generate import generate
from tests.replay26.rows import journal_of_week, make_sources, pages_by_week
from warehouse.home import Home
from warehouse.publish import clear_leftovers, publish
from warehouse.writers import Warehouse

PROVINCES, WEEKS, BATCH = 6, 5, 15


def load(home: Home) -> None:
    world = generate(provinces=PROVINCES, weeks=WEEKS)
    pages = pages_by_week(world)
    with home.lock("load"):
        clear_leftovers(home)
        with Warehouse.open(home) as warehouse:
            warehouse.register_sources(make_sources(world), load_gazetteer())
            for week in range(WEEKS):
                warehouse.store_journal(journal_of_week(world.outlets, week))
                for start in range(0, len(pages[week]), BATCH):
                    warehouse.store(pages[week][start : start + BATCH])
                publish(home)


if __name__ == "__main__":
    print("ready", flush=True)  # noqa: T201
    load(Home(Path(sys.argv[1])))
