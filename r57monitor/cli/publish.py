"""`r57 publish`: what is archived is stored first, then readers get a new copy."""

from __future__ import annotations

from r57monitor.cli.progress import Shown
from r57monitor.cli.session import open_session
from r57monitor.errors import UsageError
from warehouse.home import Home
from warehouse.publish import publish


def publish_home(home: Home, shown: Shown) -> int:
    """Take in what the warehouse lacks and publish it; the new snapshot's number."""
    if not home.path.is_dir():
        raise UsageError(f"there is no home {home.path}: name an existing one with --home DIR, or crawl first.")
    with open_session(home, "publish", {}, shown):
        pass
    with home.lock("publish"):
        return int(publish(home).number)
