"""One crawl as a process of its own: `python -m tests.crawl_once '{"home": …, "registries": […], …}'`. Prints its result as JSON."""

from __future__ import annotations

import faulthandler
import json
import os
import signal
import sys
from datetime import date
from pathlib import Path


def main() -> None:
    from r57monitor.cli.crawl import CrawlRequest, run_crawl  # here: the processes that read import this module again
    from r57monitor.cli.progress import Shown
    from r57monitor.errors import R57Error
    from warehouse.home import Home

    faulthandler.register(signal.SIGUSR1)  # to see where a crawl stands that does not end
    asked = json.loads(sys.argv[1])
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
        sys.exit(error.exit_code)
    counts = {k: [c.state, c.cause, c.pages, c.articles, c.failures] for k, c in result.counts.items()}
    sys.stdout.write(json.dumps({"counts": counts, "snapshot": result.snapshot, "taken_in": result.taken_in, "stopped": result.stopped}))
    sys.exit(result.exit_code)


if __name__ == "__main__":
    main()
