"""`r57 publish`: what is archived is stored first, then readers get a new copy."""

from __future__ import annotations

from r57monitor.cli.progress import Shown
from r57monitor.cli.session import open_session
from r57monitor.errors import HomeError
from warehouse.home import Home


def publish_home(home: Home, shown: Shown) -> int:
    """Take in what the warehouse lacks and publish it; the new snapshot's number."""
    with open_session(home, "publish", {}, shown, publishes=True) as session:
        pass
    if session.snapshot is None:
        raise HomeError(f"{home.path} was not published.")
    return session.snapshot
