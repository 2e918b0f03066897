"""The one place that asks what time it is.

The practice web plays days of 2025; its crawls run with R57_PRACTICE_NOW set to the instant being played, which
goes on from there in real time. Nothing else may set it: `r57 crawl` refuses it for a home that is not a practice home.
"""

from __future__ import annotations

import os
import time
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

PRACTICE_NOW = "R57_PRACTICE_NOW"
_VIETNAM_AHEAD = timedelta(hours=7)  # no daylight saving since 1975

_STARTED = time.monotonic()


def _load_zone(name: str = "Asia/Ho_Chi_Minh") -> tzinfo:
    """Vietnam's time, also on a machine without tables of time zones, so that `r57 doctor` can say what it lacks."""
    try:
        return ZoneInfo(name)
    except ZoneInfoNotFoundError:
        return timezone(_VIETNAM_AHEAD, name)


VIETNAM = _load_zone()


def vietnam_day(instant: datetime) -> date:
    """The day it is in Vietnam at an instant, naive (as the warehouse stores it, UTC) or aware."""
    naive = instant.astimezone(UTC).replace(tzinfo=None) if instant.tzinfo else instant
    return (naive + _VIETNAM_AHEAD).date()


def vietnam_today() -> date:
    """The day it is in Vietnam now."""
    return vietnam_day(utc_now())


def utc_now() -> datetime:
    """The present instant, aware, in UTC; the played instant while a practice day is played."""
    played = os.environ.get(PRACTICE_NOW)
    if played:
        return datetime.fromisoformat(played).astimezone(UTC) + timedelta(seconds=time.monotonic() - _STARTED)
    return datetime.now(UTC)
