"""Loads the first weeks of the invented press into a home, publishing now and then, in a process to be killed.

`python -m tests.replay26.load` reads "STEPS HOME" from its input, one a line, and loads each home in a process forked for it, which says
its id, then each step as it begins, but for the first STEPS, which it leaves out; when it ended, by itself or not, the exit code follows,
and a line is waited for. What is stored already is not stored twice.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import cache, partial
from itertools import count
from pathlib import Path

from r57monitor.gazetteer import load_gazetteer
from tests.replay26.generate import generate
from tests.replay26.model import World
from tests.replay26.rows import journal_of_week, make_sources, pages_by_week
from warehouse.home import Home
from warehouse.publish import clear_leftovers, publish
from warehouse.writers import StoredPage, Warehouse

PROVINCES, WEEKS, BATCH = 6, 5, 15


@cache
def press() -> tuple[World, list[list[list[StoredPage]]]]:
    """The press, and its pages by week and batch."""
    world = generate(provinces=PROVINCES, weeks=WEEKS)
    pages = pages_by_week(world)
    return world, [[pages[week][at : at + BATCH] for at in range(0, len(pages[week]), BATCH)] for week in range(WEEKS)]


def load(home: Home, begin: Callable[[], None] = lambda: None, left_out: int = 0) -> None:
    """Store and publish all weeks; `begin` is called before each batch that is stored and before each publish.

    left_out: so many of these steps are not taken, since a load that was killed after them took them.
    """
    number = count()

    def do(step: Callable[[], object]) -> None:
        if next(number) >= left_out:
            begin()
            step()

    world, weeks = press()
    with home.lock("load"):
        clear_leftovers(home)
        with Warehouse.open(home) as warehouse:
            warehouse.register_sources(make_sources(world), load_gazetteer())
            for week, batches in enumerate(weeks):
                warehouse.store_journal(journal_of_week(world.outlets, week))
                for batch in batches:
                    do(partial(warehouse.store, batch))
                do(partial(publish, home))


def _say(word: object) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def main() -> None:
    press()
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _say(os.getpid())
            steps, _, home = line.strip().partition(" ")
            load(Home(Path(home)), begin=lambda: _say("step"), left_out=int(steps))
            os._exit(0)
        ended = os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
        assert ended is not None
        _say(f"ended {ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status}")
        next(sys.stdin)  # only now may its id be another's
        os.waitpid(child, 0)


if __name__ == "__main__":
    main()
