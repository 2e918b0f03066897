"""The one place that asks what time it is.

The practice web plays days of 2025; its crawls run with R57_PRACTICE_NOW set to the instant being played, which
goes on from there in real time. Nothing else may set it: `r57 crawl` refuses it for a home that is not a practice home.
"""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

PRACTICE_NOW = "R57_PRACTICE_NOW"
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

_STARTED = time.monotonic()


def utc_now() -> datetime:
    """The present instant, aware, in UTC; the played instant while a practice day is played."""
    played = os.environ.get(PRACTICE_NOW)
    if played:
        return datetime.fromisoformat(played).astimezone(UTC) + timedelta(seconds=time.monotonic() - _STARTED)
    return datetime.now(UTC)
