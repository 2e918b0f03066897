"""One crawl as a process of its own: `python -m tests.crawl_once '{"home": …, "registries": […], …}'`. Prints its result as JSON."""

from __future__ import annotations

import atexit
import faulthandler
import json
import os
import signal
import sys
import time
from datetime import date
from importlib import reload
from multiprocessing import forkserver
from pathlib import Path
from typing import Any


def run(asked: dict[str, Any]) -> int:
    """The crawl asked for, or another command; its exit code."""
    if words := asked.get("command"):
        from r57monitor.cli import main

        os.chdir(asked["folder"])
        main(words)  # ends by SystemExit
    from r57monitor.cli.crawl import CrawlRequest, run_crawl  # here: the processes that read import this module again
    from r57monitor.cli.progress import Shown
    from r57monitor.errors import R57Error
    from warehouse.home import Home

    faulthandler.register(signal.SIGUSR1)  # to see where a crawl stands that does not end
    home = Home(Path(asked.pop("home")))
    if cores := asked.pop("cores", None):
        os.cpu_count = lambda: cores
    asked["registries"] = tuple(Path(p) for p in asked.get("registries", ()))
    asked["source_ids"] = tuple(asked.get("source_ids", ()))
    if asked.get("since"):
        asked["since"] = date.fromisoformat(asked["since"])
    try:
        result = run_crawl(home, CrawlRequest(**asked), Shown())
    except R57Error as error:
        sys.stderr.write(f"r57: {error}\n")
        return error.exit_code
    counts = {k: [c.state, c.cause, c.pages, c.articles, c.failures] for k, c in result.counts.items()}
    sys.stdout.write(json.dumps({"counts": counts, "snapshot": result.snapshot, "taken_in": result.taken_in, "stopped": result.stopped}))
    return result.exit_code


def run_copied(asked: dict[str, Any], environment: dict[str, str], out: Path, errors: Path) -> None:
    """The same in a copy of a process that has loaded all that a crawl needs; its readers are copies of that process too."""
    from r57monitor import clock
    from r57monitor import settings as scrapy_settings

    os.setsid()
    for path, number in ((out, 1), (errors, 2)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    sys.stdout, sys.stderr = os.fdopen(1, "w", closefd=False), os.fdopen(2, "w", closefd=False, buffering=1)
    os.environ.clear()
    os.environ.update(environment)
    reload(scrapy_settings)  # they are read from the environment
    clock._STARTED = time.monotonic()
    forkserver._forkserver.ensure_running = lambda: None  # it is not a child of ours, but it is there
    code = 1
    try:
        code = run(asked)
    finally:
        sys.stdout.flush()
        atexit._run_exitfuncs()
    sys.exit(code)


if __name__ == "__main__":
    sys.exit(run(json.loads(sys.argv[1])))
