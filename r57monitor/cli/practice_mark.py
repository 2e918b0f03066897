"""Keeps the practice web's invented numbers and real ones apart."""

from __future__ import annotations

import os
from collections.abc import Sequence

from r57monitor.cli.session import journaled_sources
from r57monitor.clock import PRACTICE_NOW
from r57monitor.errors import UsageError
from r57monitor.models import Source
from warehouse.home import Home
from warehouse.journal import Journal


def check_practice(home: Home, sources: Sequence[Source]) -> bool:
    """Whether this is a crawl of the practice web; its invented numbers and real ones never share a home.

    Raises UsageError where they would, or where the played clock is set for a crawl of real sources.
    """
    practice = [s for s in sources if s.practice]
    public = [s for s in sources if not s.private_network]
    if practice and len(practice) < len(sources):
        others = next(s.id for s in sources if not s.practice)
        raise UsageError(f"{practice[0].id} is of the practice web and {others} is not: crawl them into different homes.")
    if os.environ.get(PRACTICE_NOW) and not (home.is_practice or practice):
        raise UsageError(f"{PRACTICE_NOW} is set, but {home.path} is no practice home: unset it to crawl real sources.")
    if home.is_practice and public:
        raise UsageError(f"{home.path} holds the practice web's invented numbers: name another --home for {public[0].id}.")
    if practice and not home.is_practice:
        held = [s.id for s in journaled_sources(Journal(home.journal)).values() if not s.practice]
        if held:
            raise UsageError(f"{home.path} holds pages of {held[0]}: name another --home for the practice web.")
    return bool(practice)
